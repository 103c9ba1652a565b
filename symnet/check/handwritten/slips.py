"""The typical slips undone: every small change of one place of a formula.

In: a node of a formula and the binding it stands in. Out: Change.

Each change costs something: exchanging two names of a kind costs least, for it is the commonest.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.check.handwritten.additions import Additions
from symnet.check.handwritten.changes import (
    Change,
    Segment,
)
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Literal,
    Reading,
)
from symnet.check.handwritten.missing import Missing
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.understanding import Understanding


class Slips(Additions):
    """Proposes changes, given what the names of the file stand for."""

    def __init__(self, understanding: Understanding, segment: Segment) -> None:
        super().__init__(understanding, segment)
        self.missing = Missing(understanding, self.names, segment)

    def changes(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Yield the changes of one node."""
        if isinstance(node, Reading):
            yield from self._swaps(node, owner, place)
            yield from self._older(node, owner)
            yield from self._other_entries(node, owner)
            if node.binding.kind == "returned":
                yield from self._other_words(node)
        if isinstance(node, Literal):
            yield from self._numbers(node)
        if isinstance(node, Apply):
            yield from self._signs(node)
            yield from self._dropped(node)
            yield from self._turned(node)
            yield from self._functions(node)
            yield from self._indices(node)
        if isinstance(node, Reading | Apply):
            yield from self._powers(node)
            yield from self._transposed(node)
            yield from self.missing.changes(node, owner, place)

    def added(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Yield the changes that put something to a whole formula, or to a term of it."""
        yield from self._factors(node)
        yield from self._slopes(node, owner, place)
        yield from self._halves(node, owner, place)
        yield from self._applied(node, owner)
        yield from self._biases(node, owner, place)
        yield from self._products(node, owner, place)
