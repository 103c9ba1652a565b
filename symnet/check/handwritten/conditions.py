"""Why a line is right only under a condition, and what would make it right everywhere.

In: Understanding. Out: the line it comes from, and the factor that is missing there.
"""

from __future__ import annotations

from fractions import Fraction

from symnet.check.handwritten.changes import again
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, readings
from symnet.check.handwritten.names import Names
from symnet.check.handwritten.places import Identity
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.understanding import Understanding
from symnet.model.network import numbers

# An activation's name, its options, and 0 for its derivative.
Label = tuple[str, tuple[tuple[str, Fraction], ...], int]


class Conditions:
    """Finds the derivative of an activation that was left out."""

    def __init__(self, understanding: Understanding, prover: Prover) -> None:
        self.understanding, self.prover = understanding, prover
        self.names = Names(understanding)
        self._sources: dict[Binding, Binding] = {}
        self._fixes: dict[Binding, str | None] = {}

    def source(self, binding: Binding) -> Binding:
        """Return the first line on the way that needs a condition."""
        if binding not in self._sources:
            self._sources[binding] = binding
            self._sources[binding] = self._above(binding) or binding
        return self._sources[binding]

    def _above(self, binding: Binding) -> Binding | None:
        for one in readings(self.understanding.formula(binding)):
            other = one.binding
            if other in self.understanding.meanings:
                continue
            identity = self.understanding.identities.get(other)
            if identity is not None and identity.condition:
                return self.source(other)
            found = None if identity is not None else self._above(other)
            if found is not None:
                return found
        return None

    def fix(self, binding: Binding) -> str | None:
        """Say what a line lacks: a factor, proven to make it right everywhere."""
        if binding not in self._fixes:
            identity = self.understanding.identities.get(binding)
            self._fixes[binding] = self._factor(binding, identity) if identity else None
        return self._fixes[binding]

    def _factor(self, binding: Binding, identity: Identity) -> str | None:
        if len(identity.condition) != 1 or len(identity.place.rows) != 1:
            return None
        z = Known(identity.condition[0], identity.place.step, identity.place.rows[0])
        label = self._label(z.name)
        slope = Apply("activation", (z,), None, label)
        mended = Apply("multiply", (again(self.understanding.formula(binding)), slope))
        if not self.prover.equal(self.understanding, mended, identity.cells, identity.place):
            return None
        return f"multiply by {self._written(z, label, binding)}"

    def _label(self, z: str) -> Label:
        for layer in self.understanding.truth.network.layers:
            if any(unit.z == z for unit in layer.units):
                return (layer.activation.name, numbers(layer.activation), 0)
        raise KeyError(z)

    def _written(self, z: Known, label: Label, owner: Binding) -> str:
        """Write the factor in the file's own words."""
        called = self.names.function(label, owner) or f"{label[0]}'"
        named = self.names.quantity(z, owner)
        definition: Formula | None = self.understanding.truth.definition(z)
        inside = named or (self.names.written(definition, owner) if definition else z.name)
        return f"{called}({inside})"
