"""The lines of code beside the equations: the right ones, with the right numbers."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import symnet
from symnet.document.beside import WIDTH, lines_by_equation, with_code
from symnet.document.blocks import Document, Equation, Equations, Listing, numbered
from symnet.model.expression import Symbol
from symnet.model.parsing import read_spec
from symnet.pipeline import Stages
from tests.emit.emitted import network

NETWORKS = Path(symnet.__file__).parent / "networks"
NAMES = ("notebook", "deep-narrow", "softmax-regression", "tanh-neuron")
LINE = re.compile(r"^ *(\d+)  (\S.*)$", re.M)


def listings(document: Document) -> list[tuple[Equations, str]]:
    """Return every group of equations that has code below it, and the code."""
    found, last = [], None
    for block in document.blocks:
        if isinstance(block, Equations):
            last = block
        elif isinstance(block, Listing) and last is not None:
            found.append((last, block.text))
    return found


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
        for number, start in LINE.findall(code):
            assert lines[int(number) - 1].strip().startswith(start[:WIDTH])
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
    assert found[1].text == "z = (\n    a * b\n    + c\n)  # (1)"
    assert found[2].number == 6


def test_a_long_line_is_folded_and_the_last_place_counts() -> None:
    long = "z = " + " + ".join(f"name{k}" for k in range(30)) + "  # (1)"
    rows = (Equation("a", Symbol("a"), "a"), Equation("b", Symbol("b"), ""))
    document = Document("n", "t", "s", (), numbered([Equations(rows)]))
    made = with_code(document, "python", "n.py", f"z = 0  # (1)\n{long}\n")
    (_, _, listing) = made.blocks
    assert isinstance(listing, Listing)
    assert max(map(len, listing.text.splitlines())) <= WIDTH + 3
    assert " ".join(listing.text.split()) == f"2 {' '.join(long.split())}"


def test_without_numbers_nothing_is_added() -> None:
    document = Stages(network("tanh", "huber", (1, 1))).document()
    bare = replace(document, blocks=tuple(b for b in document.blocks if isinstance(b, Equations)))
    assert with_code(bare, "python", "n.py", "z = 0\n") == bare
