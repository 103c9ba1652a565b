"""A derivation on the bench: its gradient and its code evaluated point by point, beside two judges.

In: Derivation, TrainingStep, points. Out: Tally, for each variable.

The judges are dual numbers and difference quotients, both of the network as the Spec describes it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

from symnet.check.chain import gradient_names, in_factors, in_short
from symnet.check.dual import Slopes, loss_and_slopes
from symnet.check.points import Point, converted, is_rational, kink_places
from symnet.check.report import MOST_ERROR
from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep
from symnet.model.evaluation import EXACT, FLOAT, Arithmetic, high_precision, run

DIGITS = 60
STEP = Fraction(1, 10**20)
# More variables than this are not judged one by one but together, along random directions.
ONE_BY_ONE = 80
DIRECTIONS = 3
# How far a variable may move along a random direction; never not at all.
SHARES = [Fraction(k, 4) for k in range(-8, 9) if k]
CLOSE = 1e-6

Values = Mapping[str, Any]
Direction = Mapping[str, Fraction]


@dataclass
class Tally:
    """What has been seen of one variable so far; see Record."""

    points: int = 0
    nonzero: int = 0
    error: float = 0.0
    quotients: int = 0
    differences: float = 0.0
    code: float = 0.0
    floats: float = 0.0
    kinks: int = 0
    kinks_right: int = 0


class Bench:
    """The programs under test, the arithmetic they are evaluated in, and what was seen."""

    def __init__(self, derivation: Derivation, step: TrainingStep) -> None:
        self.derivation, self.network, self.step = derivation, derivation.network, step
        self.precise = high_precision(DIGITS)
        self.kind = EXACT if is_rational(self.network) else self.precise
        self.names = gradient_names(derivation)
        self.wanted = tuple(self.names)
        self.chain = in_factors(derivation)
        self.programs = (self.chain, in_short(derivation))
        self.places = kink_places(self.network)
        self.directions = self._directions()
        self.together = self._together(Random(1))
        self.judged_in: dict[str, list[str]] = {name: [] for name in self.wanted}
        for direction, moved in self.directions.items():
            for name in moved:
                self.judged_in[name].append(direction)
        self.tallies = {name: Tally() for name in self.wanted}

    @property
    def wide(self) -> bool:
        """Whether the variables are too many to be judged one by one."""
        return len(self.wanted) > ONE_BY_ONE

    @cached_property
    def reachable(self) -> set[str]:
        """The variables from which a path leads to the loss."""
        found = {self.network.loss}
        for one in self.derivation.adjoints.values():
            if any(term.consumer in found for term in one.terms):
                found.add(one.variable)
        return found

    def _directions(self) -> dict[str, Direction]:
        """Return how the variables move: each alone, or all at once along a few directions."""
        if not self.wide:
            return {name: {name: Fraction(1)} for name in self.wanted}
        draw = Random(0)
        return {f"direction {k}": self._together(draw) for k in range(DIRECTIONS)}

    def _together(self, draw: Random) -> Direction:
        return {name: draw.choice(SHARES) for name in self.wanted}

    def gradient(self, point: Point) -> dict[str, Any]:
        """Evaluate the chain rule as derived, factor by factor."""
        return self._named(run(self.chain, converted(point, self.kind), self.kind))

    def _named(self, found: Values) -> dict[str, Any]:
        return {name: found[adjoint] for name, adjoint in self.names.items()}

    def along(self, gradient: Values, direction: Direction) -> Any:
        """Return the derivative along a direction that a gradient makes."""
        zero = self.kind.number(Fraction(0))
        shares = ((gradient[n], self.kind.number(share)) for n, share in direction.items())
        return sum((value * share for value, share in shares), zero)

    def together_at(self, point: Point) -> Any:
        """Return the derivative at one point with all variables moving at once, to 60 digits."""
        return self._precise(self.along(self.gradient(point), self.together))

    def kinks_at(self, point: Point) -> int:
        """Count the kinks that a point sits on."""
        program = self.network.forward.needed_for(self.places)
        return self._kinks(run(program, converted(point, self.kind), self.kind))

    def _kinks(self, values: Values, within: float = 0.0) -> int:
        """Count the variables whose values sit on a kink, or within so much of one."""
        found = (values[name] for name in self.places if name in values)
        return sum(abs(value) <= within for value in found)

    def dual(self, point: Point) -> Values:
        """Evaluate the derivatives along all directions by dual numbers."""
        seeds: dict[str, Slopes] = {name: {} for name in self.wanted}
        for direction, moved in self.directions.items():
            for name, share in moved.items():
                seeds[name][direction] = self.kind.number(share)
        values = converted(point, self.kind)
        slopes = loss_and_slopes(self.network.spec, values, seeds, self.kind).slopes
        zero = self.kind.number(Fraction(0))
        return {direction: slopes.get(direction, zero) for direction in self.directions}

    def loss(self, point: Point) -> Any:
        """Evaluate the loss to 60 digits."""
        values = converted(point, self.precise)
        return loss_and_slopes(self.network.spec, values, {}, self.precise).value

    def compare(self, point: Point, on_kink: bool = False) -> None:
        """Hold one point's gradient, and the code's, against dual numbers.

        ``on_kink``: the point was put on a kink where the convention makes a difference.
        """
        expected = self.dual(point)
        runs = [run(program, converted(point, self.kind), self.kind) for program in self.programs]
        gradients = [self._named(found) for found in runs]
        wrong = {
            name: max(distance(self.along(one, direction), expected[name]) for one in gradients)
            for name, direction in self.directions.items()
        }
        for name, tally in self.tallies.items():
            error = max(wrong[direction] for direction in self.judged_in[name])
            tally.points += 1
            tally.nonzero += gradients[0][name] != 0
            tally.error = max(tally.error, error)
            tally.kinks += on_kink
            tally.kinks_right += on_kink and error <= MOST_ERROR
        self._compare_code(point, runs[0])

    def _compare_code(self, point: Point, chain: Values) -> None:
        """Hold the code's programs against the chain rule, in the same arithmetic.

        In 60 digits they round differently and may miss a kink that the chain rule sits on.
        """
        values = converted(point, self.kind)
        found, loss = self._coded(values, self.kind)
        if self._kinks(chain) and self.kind is not EXACT:
            forward = (run(one, values, self.kind) for one in (self.step.forward, self.step.loss))
            if self._kinks({n: v for one in forward for n, v in one.items()}) < self._kinks(chain):
                return
        wrong = distance(loss, chain[self.network.loss])
        for name, value in self._named(chain).items():
            tally = self.tallies[name]
            tally.code = max(tally.code, wrong, distance(found[name], value))

    def _coded(self, values: Values, kind: Arithmetic) -> tuple[dict[str, Any], Any]:
        """Run the code's programs; return the gradient and the loss."""
        gradients, loss = self.step.gradients, self.step.loss
        found = run(gradients, values, kind)
        order = [one.name for one in self.network.parameters]
        if self.network.spec.input_gradients:
            order += self.network.inputs
        named = dict(zip(order, gradients.outputs, strict=True))
        return (
            {name: found[output] for name, output in named.items()},
            run(loss, values, kind)[loss.outputs[0]],
        )

    def floats(self, point: Point) -> None:
        """Hold the code in float64 against the same code in more digits, away from kinks."""
        rounded = {name: float(value) for name, value in point.items()}
        values = {name: self.precise.number(Fraction(value)) for name, value in rounded.items()}
        if self._kinks(run(self.network.forward, values, self.precise), CLOSE):
            return
        exact = run(self.step.gradients, values, self.precise)
        scale = max((abs(value) for value in exact.values()), default=0)
        expected, loss = self._coded(values, self.precise)
        found, rounded_loss = self._coded(rounded, FLOAT)
        worst = distance(self._precise(rounded_loss), loss, scale)
        for name, tally in self.tallies.items():
            error = distance(self._precise(found[name]), expected[name], scale)
            tally.floats = max(tally.floats, worst, error)

    def _precise(self, value: Any) -> Any:
        """Return a fraction or a float in 60 digits; what is no number stays what it is."""
        if isinstance(value, float) and math.isfinite(value):
            value = Fraction(value)
        return self.precise.number(value) if isinstance(value, Fraction) else value

    def quotients(self, point: Point) -> None:
        """Hold one point's gradient against difference quotients, along every direction."""
        self._judge(point, self.directions)

    def quotient(self, point: Point) -> None:
        """Hold it against one quotient, of all variables moving at once."""
        self._judge(point, {"all": self.together})

    def _judge(self, point: Point, directions: Mapping[str, Direction]) -> None:
        """Compare with quotients: on a kink one-sided ones, between which the gradient has to lie.

        With several variables on a kink at once it need not, so there is nothing to compare.
        """
        chain = run(self.chain, converted(point, self.kind), self.kind)
        kinks = self._kinks(chain)
        if kinks > 1:
            return
        here, gradient = self.loss(point), self._named(chain)
        for direction in directions.values():
            value = self._precise(self.along(gradient, direction))
            above, below = (self.loss(further(point, direction, s)) for s in (STEP, -STEP))
            error = self._outside(value, here, above, below, kinks > 0)
            for name in direction:
                tally = self.tallies[name]
                tally.differences = max(tally.differences, error)
        for name, value in gradient.items():
            self.tallies[name].quotients += value != 0

    def _outside(self, value: Any, here: Any, above: Any, below: Any, on_kink: bool) -> float:
        """Return how far a derivative is from the quotient, or from between the two on a kink."""
        step = self.precise.number(STEP)
        if not on_kink:
            return distance(value, (above - below) / (2 * step))
        sides = sorted([(above - here) / step, (here - below) / step])
        if sides[0] <= value <= sides[1]:
            return 0.0
        return min(distance(value, side) for side in sides)


def further(point: Point, direction: Direction, step: Fraction) -> Point:
    """Return a point a step further along a direction."""
    return {**point, **{name: point[name] + step * share for name, share in direction.items()}}


def distance(a: Any, b: Any, scale: Any = 0) -> float:
    """Return the difference, relative to 1 + the larger of the two or the scale.

    What is not a number is infinitely far from everything: no comparison may pass it over.
    """
    if a == b:
        return 0.0
    found = float(abs(a - b) / (1 + max(abs(a), abs(b), abs(scale))))
    return found if math.isfinite(found) else math.inf
