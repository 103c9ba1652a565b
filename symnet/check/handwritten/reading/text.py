"""What a file says: what was assigned, what is shown, and what was not read.

In: nothing. Out: Text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnet.check.handwritten.formula import Binding, Formula, Span
from symnet.check.handwritten.reading.values import (
    Value,
)

MOST_STATEMENTS = 20_000


class TooLongError(Exception):
    """More statements than are followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """An assignment that was not read: name, reason, place."""

    name: str
    reason: str
    at: Span


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Something printed, or the value a cell ends in: words and formulas in turn."""

    parts: tuple[str | Formula, ...]
    at: Span
    order: int


@dataclass(slots=True, eq=False)
class Text:
    """All that was read.

    ``whole_until``: from this binding on the numbers of the file are not known, because a loop
    was followed for its first passes only. ``asked``: the quantities the user says names are.
    ``before``: what stood in an array or an entry before a binding took its place. ``changed``:
    what an array became in place. ``lost``: where only a loop's own name gets a new value.
    """

    bindings: list[Binding] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    whole_until: int | None = None
    notes: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    before: dict[Binding, Binding] = field(default_factory=dict)
    changed: dict[Binding, Binding] = field(default_factory=dict)
    lost: dict[Span, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a block ended early: by return, with a value, by break or by continue."""

    kind: str
    value: Value | None = None
