"""Names taken for others undone: another name, an older value, another element.

In: a node of a formula. Out: Change.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.changes import (
    FACTOR,
    OLD,
    OTHER_SWAP,
    SWAP,
    Change,
    again,
)
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Reading,
)
from symnet.check.handwritten.naming import own_name, spelling
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.wording import Wording, size_of

MOST_NAMES, MOST_CHANGES = 80, 200
BEFORE_AND_AFTER = ({"pre_activation", "activation"}, {"pre_activation", "prediction"})


class Swaps(Wording):
    """Proposes other names."""

    def _swaps(self, node: Reading, owner: Binding, place: Place) -> Iterator[Change]:
        here, sort = node.binding, self.sort(node.binding)
        own = self.segment(node.at) or here.name
        for count, (name, other) in enumerate(self.names.visible(owner)):
            if count > MOST_NAMES:
                return
            if other is here or not self._fits(other, place):
                continue
            alike = spelling(name).family == spelling(here.name).family
            if not self._may_replace(other, here, alike):
                continue
            both = {sort, self.sort(other)} if isinstance(sort, str) else set()
            cost = SWAP if alike or len(both) == 1 or both in BEFORE_AND_AFTER else OTHER_SWAP
            new = Reading(other, node.at)
            yield Change("swap", cost, new, f"use {name} for {own}", name, ("swap", name))

    def _may_replace(self, other: Binding, here: Binding, alike: bool) -> bool:
        """Tell whether two names have one shape, or are tables called alike: W1 and W2."""
        own, new = self._shape(here), self._shape(other)
        free = alike or self.clashing
        return bool(own == new or (free and own and new and len(own) == len(new)))

    def _older(self, node: Reading, owner: Binding) -> Iterator[Change]:
        """Yield the values that the same name had before."""
        here = node.binding
        for other in self._held(owner, here) if here not in self._before else ():
            if other is not here and self._shape(other) == self._shape(here):
                yield self._older_change(node, other, here, "")
        for rank, (other, later) in self._replaced(here).items():
            if self._shape(other) == self._shape(here):
                yield self._older_change(node, other, later, rank)

    def _older_change(self, node: Reading, other: Binding, later: Binding, rank: str) -> Change:
        name, words = node.binding.name, self._as_it_was(node, later)
        key = ("old", name, rank)
        return Change("old", OLD, Reading(other, node.at), words, f"old_{name}", key)

    def _as_it_was(self, node: Reading, later: Binding) -> str:
        """Say which older value to use; an array may have got its new one under another name."""
        own, line = self.segment(node.at), later.at.line if later.at else 0
        old = self._before.get(later)
        in_place = old is not None and self.understanding.text.changed.get(old) is later
        if not in_place or _base(own) == _base(later.name):
            return f"use {later.name} as it was before line {line}"
        return f"use {own} as it was before line {line}: {later.name} is the same array, not a copy"

    @property
    def _before(self) -> dict[Binding, Binding]:
        return self.understanding.text.before

    def _replaced(self, here: Binding) -> dict[str, tuple[Binding, Binding]]:
        """Return what an entry or an array was just before and at first, each with what followed.

        It may have been changed cell by cell.
        """
        found, steps = {}, 0
        while here in self._before and steps < MOST_CHANGES:
            pair = self._before[here], here
            found["first"] = pair
            found.setdefault("last", pair)
            here, steps = pair[0], steps + 1
        return found

    def _held(self, owner: Binding, here: Binding) -> list[Binding]:
        """Return the last two values that a name had before."""
        history = owner.scope.history.get(here.name) or self._history(owner, here.name)
        found = (
            value.binding
            for order, value in reversed(history)
            if order < here.order and isinstance(value, Reading)
        )
        return [*itertools.islice(found, 2)][::-1]

    def _history(self, owner: Binding, name: str) -> list[tuple[int, Any]]:
        found = (one.history[name] for one in owner.scope.outer if name in one.history)
        return next(found, [])

    def _indices(self, node: Apply) -> Iterator[Change]:
        """Yield other elements of the same table."""
        if node.function != "index":
            return
        (a,) = node.arguments
        if not all(isinstance(one, int) for one in node.options):
            yield from self._cut(node, a)
            return
        shape = shape_of(self.understanding.value(a))
        if len(node.options) > len(shape) or shape_of(self.understanding.value(node)):
            return
        for other in _places(shape[: len(node.options)]):
            if other != node.options:
                shown = self.text(a) + "".join(f"[{k}]" for k in other)
                new = Apply("index", (a,), node.at, other)
                words = f"use {shown} for {self.text(node)}"
                yield Change("swap", SWAP, new, words, shown, ("index", other))

    def _cut(self, node: Apply, a: Formula) -> Iterator[Change]:
        """Yield the whole of what was cut, and its sum."""
        text = self.text(a)
        words = f"use all of {text}"
        yield Change("cut", SWAP, again(a), words, text, ("whole",))
        for axis in range(len(shape_of(self.understanding.value(a)))):
            new = Apply("sum", (a,), node.at, (axis, True))
            shown = f"np.sum({text}, axis={axis}, keepdims=True)"
            yield Change("cut", FACTOR, new, f"add up all of {text}", shown, ("total", axis))


def _places(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if size_of(shape) <= 36:
        yield from itertools.product(*map(range, shape))


def _base(name: str) -> str:
    return own_name(name).partition("[")[0].strip()
