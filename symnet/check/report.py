"""What was compared with what, how often, and how it came out.

In: nothing. Out: Report, Record.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["proven", "failed", "not run"]


@dataclass(frozen=True, slots=True)
class Record:
    """The checks of one variable's gradient.

    ``symbolic``: against SymPy's derivative of the nested loss, or rule by rule. ``points``: how
    often it was evaluated against dual numbers, ``nonzero`` of them with a gradient that is not 0,
    ``error`` the worst distance. ``differences``: the worst distance from a difference quotient.
    ``kinks``: how many points sat exactly on a kink, ``kinks_right`` of them as the convention has.
    ``reachable``: whether the loss depends on the variable at all.
    """

    name: str
    symbolic: Verdict
    points: int
    nonzero: int
    error: float
    differences: float
    kinks: int
    kinks_right: int
    reachable: bool = True

    @property
    def ok(self) -> bool:
        """Whether everything agreed and something was exercised: 0 = 0 alone proves nothing."""
        exercised = self.points > 0 and (self.nonzero > 0 or not self.reachable)
        close = self.error <= MOST_ERROR and self.differences <= MOST_DIFFERENCE
        return exercised and close and self.symbolic == "proven" and self.kinks == self.kinks_right


# Relative to 1 + |value|. Points are exact or have 60 digits; a quotient has steps of 1e-20.
MOST_ERROR = 1e-45
MOST_DIFFERENCE = 1e-15


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a whole derivation; ``method`` and ``arithmetic`` say how it was reached.

    ``steps``: statements proven beside the gradients, with their verdicts. ``notices``: what a
    reader should know of the file's own samples; they do not change the verdict.
    """

    network: str
    method: str
    arithmetic: str
    records: tuple[Record, ...]
    steps: tuple[tuple[str, Verdict], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every gradient and every step was proven, and there was something to prove."""
        proven = all(verdict == "proven" for _, verdict in self.steps)
        return bool(self.records) and proven and all(record.ok for record in self.records)

    @property
    def summary(self) -> str:
        """The verdict in a few words."""
        good = sum(record.ok for record in self.records)
        return f"{good} of {len(self.records)} gradients proven"

    def as_records(self) -> list[dict[str, Any]]:
        """Return one record per variable, by name, as plain data."""
        return [asdict(record) | {"ok": record.ok} for record in self.records]

    def __str__(self) -> str:
        head = ("gradient", "symbolic", "points", "non-zero", "error", "differences", "kinks", "")
        rows = [head, *map(_row, self.records)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        steps = [f"{text}: {verdict}" for text, verdict in self.steps]
        text = [f"{self.network}: {self.method}; {self.arithmetic}", "", *lines, "", *steps]
        notes = [f"Note: {notice}" for notice in self.notices]
        return "\n".join(line.rstrip() for line in [*text, f"{self.summary}.", *notes])


def _row(record: Record) -> tuple[str, ...]:
    return (
        f"dL/d{record.name}",
        record.symbolic,
        str(record.points),
        str(record.nonzero) if record.reachable else "always 0",
        f"{record.error:.1g}",
        f"{record.differences:.1g}",
        f"{record.kinks_right}/{record.kinks}",
        "ok" if record.ok else "FAILED",
    )
