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


def same_number(a: float, b: float) -> bool:
    """Compare two numbers up to rounding."""
    return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b))
