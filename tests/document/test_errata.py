"""The errata document: lines cut to the page with their marks, names in prose, no overfull box."""

from dataclasses import replace
from pathlib import Path

import pytest

from symnet import marking
from symnet.check.handwritten.checking import Checker, Examination
from symnet.check.handwritten.finding import Finding, Mark
from symnet.derive.backprop import backpropagate
from symnet.document.blocks import Code
from symnet.document.errata import errata
from symnet.document.excerpts import WIDTH, excerpt, names, prose
from symnet.document.folding import cuts
from symnet.document.latex import article
from symnet.model.network import Network
from symnet.pipeline import load
from tests.check.handwritten.programs import programs
from tests.document.test_latex import compiled, needs_tex, trouble

LONG = "total = " + " + ".join(f"weight_{k} * value_{k}" for k in range(9))


def finding(written: str, *marks: Mark) -> Finding:
    return Finding(
        "f.py", 3, None, "t", None, None, "wrong", written=written, marks=marks, fix="use b for a"
    )


def test_a_short_line_stays_as_it_is_with_its_mark_under_it() -> None:
    one = finding("z = a * x", Mark(3, 4, 5, "b"))
    assert excerpt(one) == ["z = a * x", "    ^ b"]


def test_a_long_line_is_cut_before_signs_and_loses_nothing() -> None:
    lines = excerpt(finding(LONG))
    assert " ".join(line.strip() for line in lines) == LONG
    assert len(lines) == 3
    assert all(len(line) <= WIDTH for line in lines)
    assert all(line.startswith("    + weight") for line in lines[1:])


@pytest.mark.parametrize("name", ["weight_0", "value_4", "weight_8"])
def test_a_mark_stands_under_what_it_marks(name: str) -> None:
    at = LONG.index(name)
    lines = excerpt(finding(LONG, Mark(3, at, at + len(name), "other")))
    row = next(k for k, line in enumerate(lines) if "^" in line)
    start = lines[row].index("^")
    assert lines[row - 1][start : start + len(name)] == name
    assert lines[row] == " " * start + "^" * len(name) + " other"


def test_a_long_correction_stands_under_its_mark() -> None:
    lines = excerpt(finding("z = a * x", Mark(3, 4, 5, LONG)))
    assert lines[1] == "    ^"
    assert " ".join(line.strip() for line in lines[2:]) == LONG
    assert all(len(line) <= WIDTH for line in lines)


def test_what_has_no_place_to_break_is_cut_all_the_same() -> None:
    pieces = list(cuts("x" * 1000, WIDTH))
    assert "".join("x" * (end - start) for start, end in pieces) == "x" * 1000
    assert all(0 < end - start <= WIDTH for start, end in pieces)


def test_names_and_formulas_are_code_and_the_words_around_them_are_not() -> None:
    own = names([finding("d_z = relu_prime(z1) * bias3")])
    said = prose("In line 4 (d_z): multiply by relu_prime(z1 + bias3), for bias3 is not here.", own)
    code = [one.text for one in said if isinstance(one, Code)]
    assert code == ["d_z", "relu_prime(z1 + bias3)", "bias3"]
    assert "".join(one.text if isinstance(one, Code) else str(one) for one in said) == (
        "In line 4 (d_z): multiply by relu_prime(z1 + bias3), for bias3 is not here."
    )


def examined(network: Network, source: str, folder: Path) -> Examination:
    path = folder / "student.py"
    path.write_text(source, encoding="utf-8")
    found = Checker(network, backpropagate(network)).check(path)
    return replace(found, path=Path("student.py"))


@needs_tex
@pytest.mark.slow
def test_the_errata_of_the_notebook_compile_without_a_warning(tmp_path: Path) -> None:
    document = marking.shipped_errata(load("notebook"))
    assert document is not None
    log, _ = compiled(tmp_path, article.text(document))
    assert trouble(log) == []


@needs_tex
@pytest.mark.slow
@pytest.mark.parametrize("style", ["functions", "columns"])
def test_the_errata_of_long_lines_compile_without_a_warning(style: str, tmp_path: Path) -> None:
    program = next(one for one in programs() if (one.name, one.style) == ("wide", style))
    slips = {"columns": ("(A2 - Y)", "(Y - A2)"), "functions": ("(y_hat2 - y2)", "(y2 - y_hat2)")}
    source = program.source.replace(*slips[style]) + f"\n{'very_' * 30}long = {LONG}\n"
    found = examined(program.network, source, tmp_path)
    assert not found.good
    document = errata(found, backpropagate(program.network), ())
    log, _ = compiled(tmp_path, article.text(document))
    assert trouble(log) == []
