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
from symnet.check.handwritten.naming import spelling
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.wording import Wording, size_of

MOST_NAMES = 80
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
        return bool(own == new or (alike and own and new and len(own) == len(new)))

    def _older(self, node: Reading, owner: Binding) -> Iterator[Change]:
        """Yield the values that the same name had before."""
        name = node.binding.name
        history = owner.scope.history.get(name) or self._history(owner, name)
        older = [
            value.binding
            for order, value in history
            if order < node.binding.order and isinstance(value, Reading)
        ]
        for other in older[-2:]:
            if other is node.binding or self._shape(other) != self._shape(node.binding):
                continue
            line = node.binding.at.line if node.binding.at else 0
            words = f"use {name} as it was before line {line}"
            yield Change("old", OLD, Reading(other, node.at), words, f"old_{name}", ("old", name))

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
