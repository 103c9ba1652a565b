"""One change of one place of a formula, and what it costs.

In: Formula. Out: Change.

Exchanging two names of a kind costs least, for it is the commonest slip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symnet.check.handwritten.formula import Apply, Formula, Known, Literal, Reading, Span

SWAP, OTHER_SWAP, SIGN, FACTOR, SLOPE, TURN, OLD = 1.0, 1.6, 1.0, 1.2, 1.1, 1.0, 0.9
DROP, TERM, INSIDE, FUNCTION = 1.3, 1.0, 1.25, 1.0

Segment = Callable[[Span | None], str]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One node put for another.

    ``words``: what to do, in words. ``text``: what to write in its place, or how to find it out
    when it is asked for. ``key``: the same for the same change of another node. ``foreign``: tells
    whether the place has no names of its own to write it with; the slip was hardly made there.
    """

    kind: str
    cost: float
    new: Formula
    words: str
    text: str | Callable[[], str]
    key: Any
    foreign: Callable[[], bool] = lambda: False

    @property
    def written(self) -> str:
        """What to write in its place."""
        return self.text if isinstance(self.text, str) else self.text()


def again(node: Formula) -> Formula:
    """Return a node like this one, to stand inside what is put for it."""
    match node:
        case Apply(function, arguments, at, options):
            return Apply(function, arguments, at, options)
        case Reading(binding, at):
            return Reading(binding, at)
        case Literal(value, at):
            return Literal(value, at)
        case Known(name, step, sample, at):
            return Known(name, step, sample, at)
    raise TypeError(type(node).__name__)


def summands(formula: Formula) -> list[Formula]:
    """Return a formula and the terms of it."""
    found, waiting = [], [formula]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, Apply) and node.function in ("add", "subtract", "negative"):
            waiting += node.arguments
    return found
