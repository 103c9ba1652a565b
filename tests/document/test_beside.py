"""The lines of code beside the equations: the right ones, with the right numbers."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import symnet
from symnet.document.beside import WIDTH, lines_by_equation, with_code
from symnet.document.blocks import (
    Code,
    Document,
    Equation,
    Equations,
    Listing,
    Paragraph,
    numbered,
)
from symnet.emit.options import Options
from symnet.model.expression import Symbol
from symnet.model.parsing import read_spec
from symnet.pipeline import Stages
from symnet.pipeline import code as emitted
from tests.emit.emitted import network

NETWORKS = Path(symnet.__file__).parent / "networks"
NAMES = ("notebook", "deep-narrow", "softmax-regression", "tanh-neuron")
# A statement: its number, and its lines, of which all but the first have no number.
LINE = re.compile(r"^ *(\d+)  (\S.*(?:\n {6,}.*)*)$", re.M)


def listings(document: Document) -> list[tuple[Equations, str]]:
    """Return every group of equations that has code below it, and the code."""
    found, last = [], None
    for block in document.blocks:
        if isinstance(block, Equations):
            last = block
        elif isinstance(block, Listing) and last is not None:
            found.append((last, block.text))
    return found


def squeezed(text: str) -> str:
    """Return a text without its blanks and line breaks."""
    return "".join(text.split())


@pytest.mark.parametrize("form", ["scalar", "matrix"])
@pytest.mark.parametrize("name", NAMES)
def test_every_line_shown_stands_in_the_code_under_its_number(name: str, form: str) -> None:
    stages = Stages(read_spec(NETWORKS / f"{name}.toml"))
    document = stages.document(form="matrix" if form == "matrix" else None)
    text = symnet.load(name).emit(form="loops" if form == "matrix" else "scalar")
    lines = text.splitlines()
    shown = listings(document)
    assert shown
    for equations, code in shown:
        for number, statement in LINE.findall(code):
            rest = squeezed("".join(lines[int(number) - 1 :]))
            assert rest.startswith(squeezed(statement)), statement
        behind = {int(one) for found in re.findall(r"# \(([\d, ]+)\)$", code, re.M)
                  for one in found.split(", ")}  # fmt: skip
        assert behind & {row.number for row in equations.rows}


def test_every_equation_of_the_notebook_has_its_line() -> None:
    document = Stages(read_spec(NETWORKS / "notebook.toml")).document()
    for equations, code in listings(document):
        for row in equations.rows:
            if row.number is not None:
                assert re.search(rf"# \((\d+, )*{row.number}(, \d+)*\)$", code, re.M), row.id
    told = {row.number for equations, _ in listings(document) for row in equations.rows}
    assert told >= {row.number for row in document.equations()} - {None}


def test_a_statement_over_several_lines_is_shown_whole() -> None:
    text = "def f():\n    z = (\n        a * b\n        + c\n    )  # (1)\n    y = z  # (2)\n"
    found = lines_by_equation(text)
    assert found[1].number == 2
    assert found[1].text == "z = (a * b + c)  # (1)"
    assert found[2].number == 6


def shown(*statements: str) -> list[str]:
    """Return the lines in which statements stand in a document, without their numbers."""
    rows = [Equation(f"e{k}", Symbol("a"), f"e{k}") for k in range(len(statements))]
    document = Document("n", "t", "s", (), numbered([Equations(tuple(rows))]))
    text = "".join(f"{one}  # ({k})\n" for k, one in enumerate(statements, 1))
    (_, told, listing) = with_code(document, "python", "symnet emit n", text).blocks
    assert isinstance(told, Paragraph)
    assert Code("symnet emit n") in told.pieces
    assert isinstance(listing, Listing)
    return [line[3:] for line in listing.text.splitlines()]


def test_a_long_line_is_folded_whole() -> None:
    long = "z = " + " + ".join(f"name{k}" for k in range(30))
    lines = shown("z = 0", long)[1:]
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(" ".join(lines).split()) == f"{long} # (2)"
    assert all(line.startswith("    + name") for line in lines[1:])


# Statements as they are emitted, and where a person would break them.
FOLDED = {
    "new_second_moment_w1 = 0.999 * second_moment_w1 + 0.001 * (dL_dw1 * dL_dw1)": (
        "new_second_moment_w1 = 0.999 * second_moment_w1",
        "    + 0.001 * (dL_dw1 * dL_dw1)  # (1)",
    ),
    "new_w1 = w1 - learning_rate * (new_first_moment_w1 / (1.0 - new_beta1_power)) / (\n"
    "    sqrt(new_second_moment_w1 / (1.0 - new_beta2_power)) + 1e-08\n"
    ")": (
        "new_w1 = w1 - learning_rate * (new_first_moment_w1 / (1.0 - new_beta1_power))",
        "    / (sqrt(new_second_moment_w1 / (1.0 - new_beta2_power)) + 1e-08)  # (1)",
    ),
    "new_w1_1_1 = w1_1_1 - learning_rate * (new_first_moment_w1_1_1 / (1.0 - new_beta1_power)) "
    "/ (sqrt(new_second_moment_w1_1_1 / (1.0 - new_beta2_power)) + 1e-08)": (
        "new_w1_1_1 = w1_1_1",
        "    - learning_rate * (new_first_moment_w1_1_1 / (1.0 - new_beta1_power))",
        "    / (sqrt(new_second_moment_w1_1_1 / (1.0 - new_beta2_power)) + 1e-08)  # (1)",
    ),
    "return log(sum_y_hat1) - (y1 * (z4 - top_y_hat1) + y2 * (z5 - top_y_hat1))": (
        "return log(sum_y_hat1)",
        "    - (y1 * (z4 - top_y_hat1) + y2 * (z5 - top_y_hat1))  # (1)",
    ),
    "dL_dz3 = dL_dh3 * (\n"
    "    decay_h3 / (1.0 + decay_h3) if z3 < 0.0 else 1.0 / (1.0 + decay_h3)\n"
    ")": (
        "dL_dz3 = dL_dh3 * (decay_h3 / (1.0 + decay_h3) if z3 < 0.0",
        "    else 1.0 / (1.0 + decay_h3))  # (1)",
    ),
    "z = function_of_a_long_name(first_argument_of_it, second_argument_of_it, third)": (
        "z = function_of_a_long_name(first_argument_of_it, second_argument_of_it,",
        "    third)  # (1)",
    ),
}


@pytest.mark.parametrize("statement", FOLDED)
def test_a_long_statement_breaks_before_an_operator_and_keeps_its_remark(statement: str) -> None:
    assert tuple(shown(statement)) == FOLDED[statement]


@pytest.mark.parametrize(
    ("sizes", "command", "form"),
    [((1, 1), "symnet emit n.toml --form loops", "loops"), ((20, 10), "symnet emit n.toml", None)],
    ids=["narrow", "wide"],
)
def test_the_matrix_form_names_the_command_that_prints_its_lines(
    sizes: tuple[int, ...], command: str, form: str | None
) -> None:
    stages = Stages(replace(network("tanh", "huber", sizes), name="n"), "n.toml")
    document = stages.document(form="matrix")
    told = [one for one in document.blocks if isinstance(one, Paragraph)]
    assert [one.text for p in told for one in p.pieces if isinstance(one, Code)] == [command]
    (file,) = emitted(stages, Options(form=form))
    (_, listing), *_ = listings(document)
    number, statement = LINE.findall(listing)[0]
    assert file.text.splitlines()[int(number) - 1].strip() == statement


def test_without_numbers_nothing_is_added() -> None:
    document = Stages(network("tanh", "huber", (1, 1))).document()
    bare = replace(document, blocks=tuple(b for b in document.blocks if isinstance(b, Equations)))
    assert with_code(bare, "python", "n.py", "z = 0\n") == bare
