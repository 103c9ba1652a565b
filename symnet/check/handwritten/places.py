"""Where a formula stands and what it is found to be there.

In: Known. Out: Place, Identity, Update, Context.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symnet.check.handwritten.calculating.arrays import (
    cells_of,
)
from symnet.check.handwritten.formula import (
    Known,
    Literal,
)
from symnet.check.handwritten.truth import RATE, Truth

Sample = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the training a formula stands: the step, and the rows of data it reads."""

    step: int
    rows: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """The quantities a name's cells are; ``condition``: pre-activations that must be positive."""

    cells: Any
    place: Place
    condition: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the quantities, in reading order."""
        return tuple(one.name for one in cells_of(self.cells))


@dataclass(frozen=True, slots=True)
class Update:
    """A new value of parameters: which, from which step on; ``rate``: one written as a number."""

    old: Any
    place: Place
    rate: Literal | None = None
    copy: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in reading order."""
        return tuple(one.name for one in cells_of(self.old))


@dataclass(slots=True)
class Context:
    """What a formula hangs on: steps of parameters, sources of data, the learning rate.

    ``depth``: how many names lie one behind the other, down to what is given.
    """

    steps: dict[int, int] = field(default_factory=dict)
    sources: dict[str, set[Any]] = field(default_factory=dict)
    rate: bool = False
    depth: int = 0

    def add(self, other: Context) -> None:
        """Take in what a part hangs on."""
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count
        for name, found in other.sources.items():
            self.sources.setdefault(name, set()).update(found)
        self.rate = self.rate or other.rate
        if other.depth >= self.depth:
            self.depth = other.depth + 1

    def note(self, known: Known, truth: Truth) -> None:
        """Take in a quantity that is given."""
        if known.name in truth.rows:
            self.sources.setdefault(known.name, set()).add(known.sample)
        elif known.name == RATE:
            self.rate = True
        elif known.name in truth.parameters:
            self.steps[known.step] = self.steps.get(known.step, 0) + 1
