"""What was found out about one formula of a file.

In: nothing. Out: Finding, Mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["right", "right-if", "wrong", "not-read", "missing"]
FIELDS = (
    *("file", "line", "cell", "target", "parameter", "node", "verdict"),
    *("condition", "fix", "printed", "computed", "true"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a line that is to be changed, and what to write there."""

    line: int
    column: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One formula judged.

    ``target``: the name assigned. ``parameter``: whose derivative or new value the line claims.
    ``node``: the network's quantity. ``condition``: where it is right. ``fix``: the smallest
    change. ``printed``, ``computed``, ``true``: the number under it, the number its formula
    gives with the file's own values, and the right one there. ``stale``: what is printed is not
    what the formula gives. ``cause``: the line a mistake comes from, where it is another one.
    ``rounded``: the right number with as many digits as the file writes.
    """

    file: str
    line: int | None
    cell: int | None
    target: str
    parameter: str | None
    node: str | None
    verdict: Verdict
    condition: str | None = None
    fix: str | None = None
    printed: float | None = None
    computed: float | None = None
    true: float | None = None
    written: str = ""
    marks: tuple[Mark, ...] = ()
    because: str | None = None
    cause: int | None = None
    stale: bool = False
    rounded: str | None = None

    @property
    def hides(self) -> bool | None:
        """Whether a mistake leaves the number as it should be; None where no number is known."""
        if self.computed is None or self.true is None:
            return None
        return same_number(self.computed, self.true)

    @property
    def good(self) -> bool:
        """Whether there is nothing to object to."""
        return self.verdict == "right" and not self.stale

    def record(self) -> dict[str, Any]:
        """Return the fields that programs may rely on."""
        return {name: getattr(self, name) for name in FIELDS}


def shown_number(number: float) -> str:
    """Write a number without the digits that floats leave: 1.1, not 1.0999999999999999."""
    exact, short = repr(number), f"{number:.15g}"
    return short if len(short) < len(exact) - 3 else exact


def same_number(a: float, b: float) -> bool:
    """Compare two numbers up to rounding."""
    return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b))
