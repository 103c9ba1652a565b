"""What was compared with what, how often, and how it came out.

In: nothing. Out: Report, Record.
"""

import json
from dataclasses import asdict, dataclass
from html import escape
from math import isfinite
from typing import Any, Literal

Verdict = Literal["proven", "agrees", "failed", "not run"]

# All relative to 1 + |value|. Points are exact or have 60 digits; a quotient has steps of 1e-20.
MOST_ERROR = 1e-45
MOST_DIFFERENCE = 1e-15
# The programs of the training step round constants such as sqrt(2 pi) to float64 once.
MOST_CODE = 1e-14
# Relative to 1 + the largest number on the way there.
MOST_FLOAT = 1e-12


@dataclass(frozen=True, slots=True)
class Record:
    """The checks of one variable's gradient.

    ``symbolic``: against SymPy's derivative of the nested loss, or rule by rule. ``points``: how
    often it was evaluated against dual numbers, ``nonzero`` of them with a gradient that is not 0,
    ``error`` the worst difference. ``quotients``: how many points with a gradient that is not 0 had
    a difference quotient beside it, ``differences`` the worst difference from one. ``code``: the
    worst difference of the code's programs, evaluated like the chain rule, and ``floats`` of the
    same in float64. ``kinks``: how many points sat exactly on a kink where the convention makes a
    difference, ``kinks_right`` of them as it has it. ``reachable``: whether the loss depends on the
    variable at all.
    """

    name: str
    symbolic: Verdict
    points: int
    nonzero: int
    error: float
    quotients: int
    differences: float
    code: float
    floats: float
    kinks: int
    kinks_right: int
    reachable: bool = True

    @property
    def ok(self) -> bool:
        """Whether everything agreed and something was exercised: 0 = 0 alone proves nothing."""
        seen = min(self.nonzero, self.quotients) > 0
        exercised = self.points > 0 and (seen or not self.reachable)
        close = self.error <= MOST_ERROR and self.differences <= MOST_DIFFERENCE
        coded = self.code <= MOST_CODE and self.floats <= MOST_FLOAT
        right = self.symbolic == "proven" and self.kinks == self.kinks_right
        return exercised and close and coded and right


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a whole derivation; ``method`` and ``arithmetic`` say how it was reached.

    ``steps``: statements proven beside the gradients, with their verdicts; ``samples``: what was
    compared at the file's own samples. ``notices``: what a reader should know of these samples;
    they do not change the verdict. ``sizes``: at which sizes of its layers, where the network
    itself is too wide to be proven unit by unit.
    """

    network: str
    method: str
    arithmetic: str
    records: tuple[Record, ...]
    steps: tuple[tuple[str, Verdict], ...] = ()
    samples: tuple[tuple[str, Verdict], ...] = ()
    notices: tuple[str, ...] = ()
    sizes: str = ""

    @property
    def ok(self) -> bool:
        """Whether every gradient and every step was proven, and there was something to prove."""
        good = all(record.ok for record in self.records)
        return bool(self.records) and good and not self.failures

    @property
    def failures(self) -> tuple[str, ...]:
        """The statements that do not hold, or were not looked at."""
        proven = [text for text, verdict in self.steps if verdict != "proven"]
        agreed = [text for text, verdict in self.samples if verdict != "agrees"]
        return (*proven, *agreed)

    @property
    def summary(self) -> str:
        """The verdict in a few words: how many of which gradients."""
        good = sum(record.ok for record in self.records)
        failed = f"; not so: {'; '.join(self.failures)}" if self.failures else ""
        where = f", at the sizes {self.sizes}" if self.sizes else ""
        return f"{good} of {len(self.records)} gradients proven{where}{failed}"

    def as_records(self) -> list[dict[str, Any]]:
        """Return one record per variable, by name, as plain data.

        Errors below their bound are given as the bound, because the last digits of rounding are
        not the same on every machine; what is no number at all is None.
        """
        shared = {"method": self.method, "arithmetic": self.arithmetic}
        return [
            asdict(record) | _bounded(record) | shared | {"ok": record.ok}
            for record in self.records
        ]

    def as_json(self) -> str:
        """Return the same records as JSON."""
        return json.dumps(self.as_records(), indent=2) + "\n"

    def __str__(self) -> str:
        rows = [HEAD, *map(_row, self.records)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
        steps = [f"{text}: {verdict}" for text, verdict in (*self.steps, *self.samples)]
        text = [f"{self.network}: {self.method}; {self.arithmetic}", "", *lines, "", *steps]
        notes = [f"Note: {notice}" for notice in self.notices]
        return "\n".join(line.rstrip() for line in [*text, f"{self.summary}.", *notes])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Show the table in a notebook, in letters of one width."""
        text = str(self)
        verbatim = text.replace(r"\end{verbatim}", "")
        return {
            "text/plain": text,
            "text/html": f"<pre>{escape(text)}</pre>",
            "text/latex": f"\\begin{{verbatim}}\n{verbatim}\n\\end{{verbatim}}",
        }


BOUNDS = {
    "error": MOST_ERROR,
    "differences": MOST_DIFFERENCE,
    "code": MOST_CODE,
    "floats": MOST_FLOAT,
}


def _bounded(record: Record) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, bound in BOUNDS.items():
        value = getattr(record, name)
        found[name] = max(value, bound) if isfinite(value) else None
    return found


HEAD = (
    *("gradient", "symbolic", "points", "non-zero", "error", "quotients"),
    *("code", "float64", "kinks", ""),
)


def _row(record: Record) -> tuple[str, ...]:
    return (
        f"dL/d{record.name}",
        record.symbolic,
        str(record.points),
        str(record.nonzero) if record.reachable else "always 0",
        f"{record.error:.1g}",
        f"{record.differences:.1g}",
        f"{record.code:.1g}",
        f"{record.floats:.1g}",
        f"{record.kinks_right}/{record.kinks}",
        "ok" if record.ok else "FAILED",
    )
