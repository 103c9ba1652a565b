"""Many files held against one derivation: one row a file, one column a parameter.

In: Examination. Out: Row, as a table for a terminal or as CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from symnet.check.handwritten.checking import Examination
from symnet.check.handwritten.finding import Finding

# The worst verdict of a parameter's lines is the parameter's.
WORST = ("wrong", "missing", "not-read", "right-if", "right")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a parameter's gradient came out, and the slip in it."""

    verdict: str
    slip: str = ""

    def __str__(self) -> str:
        return f"{self.verdict}: {self.slip}" if self.slip else self.verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One file: a mark for each parameter; ``unread``: why it could not be read."""

    file: str
    marks: tuple[Mark, ...]
    unread: str = ""

    @property
    def right(self) -> int:
        """How many gradients are right."""
        return sum(one.verdict == "right" for one in self.marks)

    @property
    def slips(self) -> bool:
        """Whether a gradient is not right."""
        return self.right < len(self.marks)


def row(examination: Examination, parameters: Sequence[str]) -> Row:
    """Gather what was found out about each parameter."""
    found = examination.findings
    return Row(
        str(examination.path),
        tuple(mark([one for one in found if one.parameter == name]) for name in parameters),
    )


def mark(findings: Sequence[Finding]) -> Mark:
    """Return the worst of the verdicts, with its slip."""
    if not findings:
        return Mark("not-read")
    worst = min(findings, key=lambda one: WORST.index(one.verdict))
    if worst.verdict == "right-if":
        return Mark("right-if", worst.condition or "")
    return Mark(worst.verdict, (worst.fix or "") if worst.verdict == "wrong" else "")


def as_csv(rows: Sequence[Row], parameters: Sequence[str]) -> str:
    """Write the rows as CSV; a cell never starts like a formula of a spreadsheet."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "right", "of", *parameters, "unread"])
    for one in rows:
        cells = [one.file, one.right, len(parameters), *map(str, one.marks), one.unread]
        if one.unread:
            cells = [one.file, "", len(parameters), *("" for _ in parameters), one.unread]
        writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def as_table(rows: Sequence[Row], parameters: Sequence[str]) -> str:
    """Write one line a file: how many are right, and what is not."""
    width = max((len(one.file) for one in rows), default=0)
    lines = []
    for one in rows:
        if one.unread:
            lines.append(f"{one.file:{width}}  not read: {one.unread}")
            continue
        bad = [
            f"{name} {found}"
            for name, found in zip(parameters, one.marks, strict=True)
            if found.verdict != "right"
        ]
        lines.append(
            f"{one.file:{width}}  {one.right}/{len(parameters)}  {'; '.join(bad)}".rstrip()
        )
    return "\n".join(lines) + "\n"
