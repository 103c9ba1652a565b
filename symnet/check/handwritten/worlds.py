"""The network's quantities as values: at points, as algebra, as numbers of the file.

In: Truth. Out: PointWorld, AlgebraWorld, NumberWorld.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from symnet.check.handwritten.calculating.algebra import Algebra
from symnet.check.handwritten.calculating.domains import Algebraic, Floats, Points
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.calculating.polynomials import Ratio
from symnet.check.handwritten.calculating.signs import ONE
from symnet.check.handwritten.formula import Known
from symnet.check.handwritten.truth import BATCH, RATE, SUM, Truth
from symnet.model.expression import Call

COUNT = 200
ENOUGH = 4
TRIES = 40


class PointWorld:
    """Every quantity at the same points, drawn so that each kink is seen from both sides."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.domain = Points()
        self.count = COUNT
        self._rows: dict[Any, int] = {}
        self._steps: dict[int, int] = {}
        self._base: dict[str, Any] = {}
        self.tables: dict[Any, Any] = {}
        self.evaluation = Evaluation(self.domain, self.known)
        self._draw()

    def forget(self) -> None:
        """Forget what belongs to one file."""
        self._rows.clear()
        self._steps.clear()
        self.tables.clear()
        self.evaluation.values.clear()

    def _draw(self) -> None:
        """Draw until every unit with a kink is on and off often enough, and all on together."""
        names = (*self.truth.parameters, *self.truth.data, RATE)
        for seed in range(TRIES):
            random = numpy.random.default_rng(seed)
            for name in names:
                signs = random.choice([-1.0, 1.0, 1.0], COUNT)
                self._base[name] = random.uniform(0.3, 2.2, COUNT) * signs
            for name in self.truth.network.targets:
                self._base[name] = random.uniform(0.15, 0.85, COUNT)
            if self.truth.completed is not None:
                total = sum(self._base[name] for name in self.truth.network.targets)
                self._base |= {
                    name: self._base[name] / total for name in self.truth.network.targets
                }
            self._base[RATE] = random.uniform(0.2, 0.9, COUNT)
            self._base["pi"] = numpy.full(COUNT, numpy.pi)
            self.evaluation.values.clear()
            if self._covered():
                break

    def _covered(self) -> bool:
        sides = [self.value(Known(kink.z)) > 0 for kink in self.truth.kinks]
        if not sides:
            return True
        seen = all(ENOUGH <= side.sum() <= COUNT - ENOUGH for side in sides)
        return seen and int(numpy.all(sides, axis=0).sum()) >= 1

    def known(self, known: Known) -> Any:
        """Return a quantity at all points."""
        key = ("known", known.name, known.step, known.sample)
        found = self.evaluation.values.get(key)
        if found is None:
            definition = self.truth.definition(known)
            found = self._leaf(known) if definition is None else self.evaluation.value(definition)
            self.evaluation.values[key] = found
        return found

    def _leaf(self, known: Known) -> Any:
        """Return what is given: other points for another step, or another row."""
        if known.name not in self._base:
            raise UnknownError(known.name)
        base = self._base[known.name]
        if known.name in self.truth.data:
            shift = 3 * self._rows.setdefault(self._row(known), len(self._rows))
        else:
            shift = 7 * self._steps.setdefault(known.step, len(self._steps))
        return base if known.name in (RATE, "pi") else numpy.roll(base, shift)

    def _row(self, known: Known) -> Any:
        """Return the row of data a quantity is in.

        Targets that add up to 1 keep together, wherever each was bound.
        """
        together = self.truth.completed is not None and known.name in self.truth.network.targets
        return ("targets", known.sample[1]) if together and known.sample else known.sample

    def value(self, known: Known) -> Any:
        """Return a quantity at all points, without warnings."""
        with numpy.errstate(all="ignore"):
            return self.known(known)


class AlgebraWorld:
    """Quantities as quotients of polynomials.

    ``level`` 0: nodes and their derivatives are names; 1: only pre-activations are; 2: only what
    is given is.
    Steps and rows are named by their order of first use, so that one formula read in two
    training steps is one formula.
    """

    def __init__(self, truth: Truth, level: int) -> None:
        self.truth, self.level = truth, level
        self.algebra = Algebra()
        self.domain = Algebraic(self.algebra)
        self.evaluation = Evaluation(self.domain, self.known)
        self._found: dict[Any, Any] = {}
        self._settled: set[tuple[int, Any]] = set()

    def known(self, known: Known) -> Ratio:
        """Return a quantity."""
        key = (known.name, known.step, known.sample)
        found = self._found.get(key)
        if found is None:
            self._settle(known)
            definition = None if self._named(known.name) else self.truth.definition(known)
            found = self._leaf(known) if definition is None else self.evaluation.value(definition)
            self._found[key] = found
        return found

    def _leaf(self, known: Known) -> Ratio:
        """Return a name of its own; for the last of targets that add up to 1, what is left."""
        completed = self.truth.completed
        if completed is None or known.name != completed[0] or not isinstance(known.sample, int):
            return self.algebra.symbol(self._key(known))
        found = ONE
        for name in completed[1]:
            found = found - self.known(Known(name, 0, known.sample))
        return found

    def _key(self, known: Known) -> Any:
        if known.name in self.truth.data:
            return (known.name, known.sample)
        if known.name in self.truth.parameters:
            return (known.name, known.step)
        if known.name in (RATE, "pi"):
            return known.name
        return (known.name, known.step, known.sample)

    def _named(self, name: str) -> bool:
        if name in self.truth.leaves:
            return True
        if self.level == 2 or name not in self.truth.definitions:
            return False
        if self.level == 1:
            return self._is_z(name)
        return self._is_node(name)

    def _is_z(self, name: str) -> bool:
        variable = self.truth.variables.get(name)
        return variable is not None and variable.kind == "pre_activation"

    def _is_node(self, name: str) -> bool:
        if name in self.truth.variables:
            return self.truth.variables[name].kind not in ("error", "loss")
        return name in self.truth.derivation_names and not self.truth.parameter_of(name)

    def _settle(self, known: Known) -> None:
        """Introduce the functions of the network's units before the file's, once a step and row."""
        if known.name in self.truth.leaves or known.name.startswith((BATCH, SUM)):
            return
        place = (
            known.step,
            self.truth.own_sample(self.truth.network.layers[0].units[0].z, known.sample),
        )
        if place in self._settled:
            return
        self._settled.add(place)
        for layer in self.truth.network.layers:
            for unit in layer.units:
                self._introduce(unit.z, unit.h, *place)

    def _introduce(self, z: str, h: str, step: int, sample: Any) -> None:
        named, own = self.known(Known(z, step, sample)), None
        if self.level < 2:
            definition = self.truth.definition(Known(z, step, sample))
            own = self.evaluation.value(definition) if definition else None
        if own is not None:
            self.algebra.rename(own, named)
        node = self.truth.nodes[h]
        if isinstance(node, Call) and node.function != "softmax":
            called = self.truth.definition(Known(h, step, sample))
            if called is not None:
                value = self.evaluation.value(called)
                if node.function in ("relu", "leaky_relu", "elu", "tanh"):
                    self.algebra.same_sign(value, named)
                    self.algebra.same_sign(self.known(Known(h, step, sample)), named)


class NumberWorld:
    """Quantities as the file's own numbers give them, in floating point."""

    def __init__(self, truth: Truth, given: Mapping[tuple[str, Any], float]) -> None:
        self.truth, self.given = truth, given
        self.evaluation = Evaluation(Floats(), self.known)

    def known(self, known: Known) -> Any:
        """Return a quantity; what is given must be among the numbers known."""
        place = known.sample if known.name in self.truth.data else known.step
        if known.name == "pi":
            return numpy.pi
        found = self.given.get((known.name, place))
        if found is not None and known.name in self.truth.leaves:
            return found
        definition = self.truth.definition(known)
        if definition is None:
            raise UnknownError(known.name)
        return self.evaluation.value(definition)


def close(a: Any, b: Any) -> Any:
    """Compare two values point by point; where both are not numbers they count as alike."""
    size = numpy.abs(a) + numpy.abs(b)
    same, finite = numpy.abs(a - b) <= 1e-8 * size + 1e-12, numpy.isfinite(size)
    if finite.all():
        return same
    # What is infinite would be within any tolerance of it.
    return numpy.where(finite, same, ~numpy.isfinite(a) & ~numpy.isfinite(b))
