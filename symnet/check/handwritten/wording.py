"""A formula's parts in the file's own words, with their sorts and shapes.

In: Understanding. Out: Wording.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from symnet.check.handwritten.calculating.arrays import cells_of, shape_of
from symnet.check.handwritten.changes import (
    Segment,
)
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
)
from symnet.check.handwritten.names import Names
from symnet.check.handwritten.naming import spelling
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.understanding import Understanding


class Wording:
    """Writes nodes as the file does, and tells sorts and shapes of what they stand for."""

    def __init__(self, understanding: Understanding, segment: Segment) -> None:
        self.understanding, self.segment = understanding, segment
        self.names = Names(understanding)
        self._sorts: dict[Binding, Any] = {}
        self._shapes: dict[Binding, Any] = {}

    @cached_property
    def clashing(self) -> bool:
        """Whether shapes of the file do not fit, so that what replaces a name may have another."""
        known = self.understanding
        return any(known.clashes(known.formula(one)) for one in known.updates)

    def text(self, node: Formula) -> str:
        """Return a node as the file writes it."""
        if isinstance(node, Known):
            return node.name
        found = self.segment(node.at)
        if found:
            return found
        return str(node.value) if isinstance(node, Literal) else "..."

    def bracketed(self, node: Formula) -> str:
        """Return a node as written, in brackets if it is a sum."""
        text = self.text(node)
        sums = ("add", "subtract", "negative", "select")
        return f"({text})" if isinstance(node, Apply) and node.function in sums else text

    def sort(self, binding: Binding) -> Any:
        """Return what kind of quantity a name is, for likeness."""
        found = self._sorts.get(binding)
        if found is None:
            found = self._sorts[binding] = self._sort(binding)
        return found

    def _sort(self, binding: Binding) -> Any:
        known = self.understanding
        meaning = known.meanings.get(binding)
        if meaning is not None:
            one = cells_of(meaning)[0]
            kinds = {p.name: p.kind for p in known.truth.network.parameters}
            variable = known.truth.variables.get(one.name)
            return kinds.get(one.name) or (variable.kind if variable else one.name)
        identity = known.identities.get(binding)
        if identity is not None:
            return known.kind(identity.names[0])
        source = binding.alias
        return self.sort(source) if source is not None else spelling(binding.name).family

    def _fits(self, binding: Binding, place: Place) -> bool:
        """Tell whether a name has to do with the network, and with this training step."""
        meaning = self.understanding.meanings.get(binding)
        if meaning is not None:
            one = cells_of(meaning)[0]
            return one.name not in self.understanding.truth.parameters or one.step == place.step
        identity = self.understanding.identities.get(binding)
        if identity is not None:
            return identity.place.step == place.step
        source = binding.alias
        return self._fits(source, place) if source is not None else not binding.given

    def _shape(self, binding: Binding) -> Any:
        if binding not in self._shapes:
            value = self.understanding.value(Reading(binding))
            self._shapes[binding] = None if value is None else shape_of(value)
        return self._shapes[binding]

    def _value_shape(self, node: Formula) -> tuple[int, ...]:
        if isinstance(node, Reading):
            return self._shape(node.binding) or ()
        return shape_of(self.understanding.value(node))

    def _is_array(self, node: Formula) -> bool:
        return bool(shape_of(self.understanding.value(node)))


def size_of(shape: tuple[int, ...]) -> int:
    size = 1
    for one in shape:
        size *= one
    return size
