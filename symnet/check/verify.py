"""Verification: every gradient held against four judges that share as little as possible.

In: Network, Derivation. Out: Report.

The judges: SymPy's derivative of the nested loss; dual numbers run straight from the Spec, at
exact or 60-digit points; difference quotients of the loss, one-sided where a unit sits on a kink;
and, at a kink, the two one-sided gradients that the convention has to lie between as it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

from symnet.check.dual import loss_and_slopes
from symnet.check.kinks import notices
from symnet.check.points import (
    RATIONAL,
    TRANSCENDENTAL,
    Point,
    converted,
    is_rational,
    on_kinks,
    random_points,
)
from symnet.check.report import Record, Report, Verdict
from symnet.check.steps import proven_steps
from symnet.check.symbolic import method, symbolic_verdicts
from symnet.derive.backprop import Derivation
from symnet.model.evaluation import EXACT, Arithmetic, high_precision, run
from symnet.model.network import Network
from symnet.model.program import Assignment, Program

DIGITS = 60
MOST_DRAWS = 200
MOST_KINK_POINTS = 6
STEP = Fraction(1, 10**20)
BESIDE = Fraction(1, 10**50)


@dataclass
class Tally:
    """What has been seen of one variable so far."""

    points: int = 0
    nonzero: int = 0
    error: float = 0.0
    differences: float = 0.0
    kinks: int = 0
    kinks_right: int = 0


@dataclass
class Bench:
    """A derivation on the bench: its programs, its arithmetic and what was seen."""

    derivation: Derivation
    kind: Arithmetic = field(init=False)
    precise: Arithmetic = field(init=False)
    slope_error: float = 0.0

    def __post_init__(self) -> None:
        self.network: Network = self.derivation.network
        self.precise = high_precision(DIGITS)
        self.kind = EXACT if is_rational(self.network) else self.precise
        inputs = self.network.forward.inputs
        self.wanted = tuple(name for name in inputs if name in self.derivation.adjoints)
        self.program = _chain_rule(self.derivation)
        self.tallies = {name: Tally() for name in self.wanted}

    def gradient(self, point: Point) -> dict[str, Any]:
        """Evaluate the chain rule as derived, in short form where it has one."""
        found = run(self.program, converted(point, self.kind), self.kind)
        return {name: found[self.derivation.adjoints[name].name] for name in self.wanted}

    def dual(self, point: Point) -> Mapping[str, Any]:
        """Evaluate the gradient by dual numbers."""
        values = converted(point, self.kind)
        slopes = loss_and_slopes(self.network.spec, values, self.wanted, self.kind).slopes
        zero = self.kind.number(Fraction(0))
        return {name: slopes.get(name, zero) for name in self.wanted}

    def loss(self, point: Point) -> Any:
        """Evaluate the loss to 60 digits."""
        values = converted(point, self.precise)
        return loss_and_slopes(self.network.spec, values, (), self.precise).value

    def compare(self, point: Point) -> None:
        """Hold one point's gradient against dual numbers."""
        found, expected = self.gradient(point), self.dual(point)
        for name, tally in self.tallies.items():
            tally.points += 1
            tally.nonzero += found[name] != 0
            tally.error = max(tally.error, _distance(found[name], expected[name]))

    def quotients(self, point: Point) -> None:
        """Hold one point's gradient against central difference quotients."""
        found = self.gradient(point)
        for name, tally in self.tallies.items():
            above = self.loss({**point, name: point[name] + STEP})
            below = self.loss({**point, name: point[name] - STEP})
            quotient = (above - below) / (2 * self.precise.number(STEP))
            value = self._precise(found[name])
            tally.differences = max(tally.differences, _distance(value, quotient))

    def along(self, point: Point, random: Random) -> None:
        """Hold the gradient against one difference quotient, along a random direction."""
        direction = {name: Fraction(random.randint(-8, 8), 4) for name in self.wanted}
        ahead, behind = (
            self.loss({n: v + sign * STEP * direction.get(n, 0) for n, v in point.items()})
            for sign in (1, -1)
        )
        quotient = (ahead - behind) / (2 * self.precise.number(STEP))
        found = self.gradient(point)
        slope = sum(
            (self._precise(found[n]) * self.precise.number(d) for n, d in direction.items()),
            self.precise.number(Fraction(0)),
        )
        self.slope_error = max(self.slope_error, _distance(slope, quotient))

    def at_kink(self, z: str, bias: str, point: Point) -> None:
        """At a kink, hold the gradient against the two one-sided ones and the convention."""
        kink = self._convention(z)
        below, at, above = (
            self.gradient(point) if not shift else self.dual({**point, bias: point[bias] + shift})
            for shift in (-BESIDE, Fraction(0), BESIDE)
        )
        if self._falls(bias):
            below, above = above, below
        for name, tally in self.tallies.items():
            low, high = below[name], above[name]
            weight = self.kind.number(kink)
            expected = low + weight * (high - low)
            tally.kinks += 1
            right = _distance(at[name], expected) < 1e-40 and self._between(point, name, at[name])
            tally.kinks_right += right

    def _between(self, point: Point, name: str, value: Any) -> bool:
        """Say whether a slope lies between the quotients on its two sides."""
        step, here = self.precise.number(STEP), self.loss(point)
        sides = (
            (self.loss({**point, name: point[name] + STEP}) - here) / step,
            (here - self.loss({**point, name: point[name] - STEP})) / step,
        )
        slack = 1e-15 * (1 + max(abs(one) for one in sides))
        value = self._precise(value)
        return bool(min(sides) - slack <= value <= max(sides) + slack)

    def _falls(self, bias: str) -> bool:
        layers = self.network.layers
        return any(
            unit.bias == bias and layer.bias_sign < 0 for layer in layers for unit in layer.units
        )

    def _convention(self, z: str) -> Fraction:
        layer = next(a for a in self.network.layers if any(unit.z == z for unit in a.units))
        return layer.activation.number("kink")

    def _precise(self, value: Any) -> Any:
        return self.precise.number(value) if isinstance(value, Fraction) else value


def verify(network: Network, derivation: Derivation) -> Report:
    """Check every gradient in every way there is; a failure is a verdict, not an exception."""
    bench = Bench(derivation)
    _evaluate(bench)
    for z, bias, point in islice(on_kinks(network), MOST_KINK_POINTS):
        bench.at_kink(z, bias, point)
    symbolic = symbolic_verdicts(derivation)
    return Report(
        network=network.spec.name,
        method=method(network),
        arithmetic="exact rational points" if bench.kind is EXACT else f"{DIGITS}-digit points",
        records=tuple(
            _record(derivation, name, symbolic.get(name, "not run"), tally)
            for name, tally in bench.tallies.items()
        ),
        steps=tuple(proven_steps(derivation)),
        notices=tuple(map(str, notices(derivation))),
    )


def _evaluate(bench: Bench) -> None:
    """Draw points until every gradient that can be non-zero has been."""
    least = RATIONAL if bench.kind is EXACT else TRANSCENDENTAL
    reachable = [name for name in bench.wanted if bench.derivation.path_count(name)]
    for number, point in enumerate(islice(random_points(bench.network), MOST_DRAWS)):
        bench.compare(point)
        if number < least:
            bench.quotients(point)
        exercised = all(bench.tallies[name].nonzero for name in reachable)
        if number + 1 >= least and exercised:
            break


def _record(derivation: Derivation, name: str, symbolic: Verdict, tally: Tally) -> Record:
    return Record(
        name,
        symbolic,
        tally.points,
        tally.nonzero,
        tally.error,
        tally.differences,
        tally.kinks,
        tally.kinks_right,
        derivation.path_count(name) > 0,
    )


def _chain_rule(derivation: Derivation) -> Program:
    forward = derivation.network.forward
    adjoints = tuple(
        Assignment(one.name, one.collapsed or derivation.value(one.variable))
        for one in derivation.adjoints.values()
    )
    return Program(forward.inputs, (*forward.assignments, *adjoints), forward.outputs)


def _distance(a: Any, b: Any) -> float:
    """Return the difference, relative to 1 + the larger of the two."""
    difference = abs(a - b)
    return float(difference / (1 + max(abs(a), abs(b)))) if difference else 0.0
