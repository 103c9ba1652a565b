"""Correct programs are not accused; single slips put into them are caught, and named.

A slip counts as named when the correction, typed into the file where it is marked, gives a program
that computes what the original computes: found by running both, not by asking the checker.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.derive.backprop import backpropagate
from symnet.model.network import Network
from tests.check.handwritten.mutants import KINDS, Mutant, chosen, differs
from tests.check.handwritten.programs import STYLES, Program, programs

PROGRAMS = tuple(programs())
BAD = ("wrong", "right-if", "missing")
FEW, MANY = 2, 30


@cache
def checker(network: Network) -> Checker:
    return Checker(network, backpropagate(network))


def findings(program: Program, source: str, folder: Path) -> tuple[Finding, ...]:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    return checker(program.network).check(path).findings


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: f"{one.name}-{one.style}")
def test_a_correct_program_is_not_accused(program: Program, tmp_path: Path) -> None:
    found = findings(program, program.source, tmp_path)
    assert [one for one in found if one.verdict in BAD] == []
    claimed = {one.parameter for one in found if one.verdict == "right"}
    assert claimed >= {one.name for one in program.network.parameters}


def corrected(source: str, finding: Finding) -> str:
    """Type a correction into a file."""
    lines = source.split("\n")
    for mark in sorted(finding.marks, key=lambda one: -one.column):
        line = lines[mark.line - 1]
        lines[mark.line - 1] = line[: mark.column] + mark.text + line[mark.end_column :]
    return "\n".join(lines)


def undone(mutant: Mutant, finding: Finding) -> bool:
    """Tell whether a correction takes back the slip; a value of old has no name to type."""
    if not finding.marks:
        return False
    if any(mark.text.startswith("old_") for mark in finding.marks):
        return f"use {mutant.note} as it was before line" in (finding.fix or "")
    fixed = replace(mutant, source=corrected(mutant.source, finding))
    return differs(fixed, 3) is False


def tally(style: str, kind: str, wanted: int, folder: Path) -> Counter[str]:
    """Check mutants of a kind; count those made, left out, caught and named."""
    own = [one for one in PROGRAMS if one.style == style]
    mutants, equal, broken = chosen(own, kind, wanted)
    counts = Counter(made=len(mutants), equal=equal, broken=broken)
    for mutant in mutants:
        bad = [one for one in findings(mutant.program, mutant.source, folder) if one.verdict in BAD]
        counts["caught"] += bool(bad)
        counts["named"] += any(undone(mutant, one) for one in bad)
    return counts


def told(style: str, kind: str, counts: Counter[str]) -> str:
    """Write what was counted, under a heading."""
    columns = ("made", "equal", "broken", "caught", "named")
    heading = f"{'style':10} {'slip':24} " + "  ".join(f"{one:>6}" for one in columns)
    numbers = "  ".join(f"{counts[one]:6}" for one in columns)
    return f"{heading}\n{style:10} {kind:24} {numbers}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("style", STYLES)
def test_a_few_slips_of_every_kind_are_caught(style: str, kind: str, tmp_path: Path) -> None:
    counts = tally(style, kind, FEW, tmp_path)
    assert counts["made"] == FEW
    assert counts["caught"] == FEW


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("style", STYLES)
def test_slips_are_caught_and_named(
    style: str, kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counts = tally(style, kind, MANY, tmp_path)
    record_property("figures", told(style, kind, counts))
    assert counts["made"] >= MANY
    assert counts["caught"] >= 0.99 * counts["made"]
    assert counts["named"] >= 0.90 * counts["made"]
