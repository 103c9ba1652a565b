"""The numbers of a file: what its formulas give, and what would be right there.

In: Understanding, Text. Out: Figures.

The file's own values are used throughout: the parameters of a step are the ones that the file
has then, right or wrong. Where a file has no numbers, the network's sample stands in.
"""

from __future__ import annotations

import math
from typing import Any

from symnet.check.handwritten.calculating.arrays import array, cells_of, shape_of
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import Binding, Formula, Known
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.truth import RATE, Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import NumberWorld


class Figures:
    """Numbers by binding; None where there is none."""

    def __init__(self, original: Understanding, understanding: Understanding) -> None:
        self.original, self.truth = original, original.truth
        self._defaults = defaults(self.truth)
        self._floats = Evaluation(Floats(), _pi, self._stand_in)
        self._given: dict[tuple[str, Any], float] = {}
        self._rates: list[tuple[int, float]] = []
        for binding, meaning in understanding.meanings.items():
            self._note(binding, meaning)
        self._world = NumberWorld(self.truth, self._given)
        self._worlds: dict[tuple[int, float], NumberWorld] = {}

    def _stand_in(self, binding: Binding) -> Any:
        """Return the network's own number for what the file leaves open."""
        meaning = self.original.given.get(binding)
        if meaning is None:
            return None
        try:
            found = Evaluation(Floats(), _pi).value(binding.formula)
            if not any(isinstance(one, float) and math.isnan(one) for one in cells_of(found)):
                return found
        except NotCalculable:
            pass
        values = [self._default(one) for one in cells_of(meaning)]
        return array(shape_of(meaning), values)

    def _default(self, known: Known) -> float:
        row = known.sample[1] if isinstance(known.sample, tuple) else 0
        found = self._defaults.get((known.name, row if known.name in self.truth.rows else 0))
        if found is None:
            raise UnknownError(known.name)
        return found

    def _note(self, binding: Binding, meaning: Any) -> None:
        numbers = self.computed(binding)
        if numbers is None or len(numbers) != len(cells_of(meaning)):
            return
        for known, number in zip(cells_of(meaning), numbers, strict=True):
            if number is None:
                continue
            if known.name == RATE:
                self._rates.append((binding.order, number))
            else:
                place = known.sample if known.name in self.truth.rows else known.step
                self._given[(known.name, place)] = number

    def computed(self, binding: Binding) -> list[float | None] | None:
        """Return the numbers a binding's formula gives, in reading order."""
        until = self.original.text.whole_until
        if until is not None and binding.order > until:
            return None
        try:
            found = self._floats.binding(binding)
        except NotCalculable:
            return None
        return [_number(one) for one in cells_of(found)]

    def bound(self, binding: Binding) -> Any:
        """Return the number the file has for a name."""
        return self._floats.binding(binding)

    def known(self, known: Known) -> Any:
        """Return the right number of a quantity."""
        return self._world.known(known)

    def true(self, binding: Binding, target: Any, step: int) -> list[float | None]:
        """Return the right numbers of a target, in reading order."""
        before = [number for order, number in self._rates if order < binding.order]
        rate = before[-1] if before else self._defaults.get((RATE, step))
        world = self._world if rate is None else self._at_rate(step, rate)
        return [self._true(world, one) for one in cells_of(target)]

    def _at_rate(self, step: int, rate: float) -> NumberWorld:
        if (step, rate) not in self._worlds:
            given = {**self._given, (RATE, step): rate}
            self._worlds[step, rate] = NumberWorld(self.truth, given)
        return self._worlds[step, rate]

    def _true(self, world: NumberWorld, node: Formula) -> float | None:
        try:
            return _number(world.evaluation.value(node))
        except NotCalculable:
            return None


def _pi(known: Known) -> Any:
    if known.name == "pi":
        return math.pi
    raise UnknownError(known.name)


def _number(value: Any) -> float | None:
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return value
    return None


def defaults(truth: Truth) -> dict[tuple[str, int], float]:
    """Return the numbers of the network's file: parameters, samples, rates."""
    network = truth.network
    found = {(one.name, 0): float(one.value) for one in network.parameters if one.value is not None}
    samples = network.spec.samples
    if samples is not None:
        for row, (x, y) in enumerate(zip(samples.x, samples.y, strict=True)):
            for name, value in zip(truth.data, (*x, *y), strict=True):
                found[(name, row)] = float(value)
    for step, rate in enumerate(network.spec.training.rates):
        found[(RATE, step)] = float(rate)
    return found
