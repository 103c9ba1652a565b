"""Where gradients are evaluated: seeded random points, points on a kink and points beside one.

In: Network. Out: points, as exact values of inputs, targets and parameters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, islice
from random import Random
from typing import Any

from symnet.check.dual import loss_and_slopes
from symnet.model.evaluation import FLOAT, FUNCTIONS, Arithmetic, run
from symnet.model.expression import Call, names, walk
from symnet.model.network import Layer, Network, Unit
from symnet.model.program import Program

Point = Mapping[str, Fraction]
RATIONAL = 10
TRANSCENDENTAL = 4
BESIDE = Fraction(1, 10**12)
LARGE = 20
# Every third point is positive throughout, so that a unit of a deep network is alive somewhere.
POSITIVE = 3
MOST_KINKS = 12
MOST_TRIES = 25
JUMP = 1e-6


@dataclass(frozen=True, slots=True)
class KinkPoint:
    """A point that puts the variable ``at`` on a kink, or ``beside`` it by about so much.

    ``jumps``: whether some gradient does, so that the convention makes a difference.
    """

    at: str
    beside: Fraction
    point: Point
    jumps: bool = False


def random_points(network: Network, seed: int = 0) -> Iterator[Point]:
    """Yield points without end: multiples of 1/64 in [-2, 2], targets as the loss needs them.

    Weights are halved until no pre-activation is large, where digits would be lost.
    """
    draw = Random(seed).random
    lowered, weights = _subtracted(network), _weights(network)
    units = [unit.z for layer in network.layers for unit in layer.units]
    program = network.forward.needed_for(units)
    for number in count(1):
        point = {name: Fraction(int(draw() * 257) - 128, 64) for name in network.forward.inputs}
        if number % POSITIVE == 0:
            point = {n: -abs(v) if n in lowered else abs(v) for n, v in point.items()}
        point |= _targets(network, draw())
        while _is_large(program, point):
            point |= {name: point[name] / 2 for name in weights}
        yield point


def _is_large(program: Program, point: Point) -> bool:
    try:
        values = run(program, converted(point, FLOAT), FLOAT)
    except (ArithmeticError, ValueError):  # what overflows is large
        return True
    return any(abs(values[z]) > LARGE for z in program.outputs)


def _weights(network: Network) -> set[str]:
    units = (unit for layer in network.layers for unit in layer.units)
    return {weight for unit in units for weight in unit.weights}


def _subtracted(network: Network) -> set[str]:
    layers = (layer for layer in network.layers if layer.bias_sign < 0)
    return {unit.bias for layer in layers for unit in layer.units if unit.bias is not None}


def _targets(network: Network, number: float) -> dict[str, Fraction]:
    """Return targets inside the domain of a cross-entropy; none for other losses."""
    classes = len(network.targets)
    if network.spec.loss.name == "softmax_cross_entropy" and classes > 1:
        first = Fraction(1 + int(number * 8), 16)
        rest = (1 - first) / (classes - 1)
        return dict.fromkeys(network.targets, rest) | {network.targets[0]: first}
    if network.spec.loss.name == "softmax_cross_entropy":
        return {network.targets[0]: Fraction(1)}
    if network.spec.loss.name == "binary_cross_entropy":
        return {
            name: Fraction(1 + (int(number * 64) + 5 * k) % 15, 16)
            for k, name in enumerate(network.targets)
        }
    return {}


def is_rational(network: Network) -> bool:
    """Say whether exact arithmetic suffices to evaluate the network."""
    parts = (part for node in network.forward.assignments for part in walk(node.expression))
    calls = (part for part in parts if isinstance(part, Call))
    return all(one.function in FUNCTIONS and FUNCTIONS[one.function].rational for one in calls)


def kinked_calls(network: Network) -> Iterator[Call]:
    """Yield the calls of functions with a kink, each of one variable."""
    for node in network.forward.assignments:
        for part in walk(node.expression):
            if not isinstance(part, Call) or part.function not in FUNCTIONS:
                continue
            if FUNCTIONS[part.function].sides is not None:
                yield part


def points_at_kinks(
    network: Network, kind: Arithmetic, seed: int = 1, most: int = MOST_KINKS
) -> Iterator[KinkPoint]:
    """Yield for every kink a point on it, and one beside it on either side.

    A point is drawn anew while no gradient jumps at its kink: where what follows is dead, one
    convention is as good as another. ``most``: how many kinks; of more, every second, third or
    further one is taken.
    """
    points, places = random_points(network, seed), kink_places(network)
    for at in places[:: -(-len(places) // most)] if places else ():
        for point in islice(points, MOST_TRIES):
            placed = _placed(network, at, point, kind)
            if jumps := _jumps(network, placed, kind):
                break
        yield from (replace(one, jumps=jumps) for one in placed)


def _placed(network: Network, at: str, point: Point, kind: Arithmetic) -> list[KinkPoint]:
    """Put one variable on its kink: a unit by its bias or its weights, an error by its target."""
    for layer in network.layers:
        for unit in layer.units:
            if unit.z == at:
                return _unit_placed(network, layer, unit, point, kind)
    node = next(one for one in network.forward.assignments if one.name == at)
    target = next(name for name in node.reads if name in network.targets)
    value = exactly(_value(network, at, {**point, target: Fraction(0)}, kind))
    return _beside(at, {**point, target: value}, {target: -1})


def _unit_placed(
    network: Network, layer: Layer, unit: Unit, point: Point, kind: Arithmetic
) -> list[KinkPoint]:
    """Move the bias if the unit has one of its own, else set all that feeds the unit to 0."""
    readers = sum(unit.bias in node.reads for node in network.forward.assignments)
    if unit.bias is not None and readers == 1 and unit.bias not in unit.weights:
        value = exactly(_value(network, unit.z, {**point, unit.bias: Fraction(0)}, kind))
        moved = {**point, unit.bias: -layer.bias_sign * value}
        return _beside(unit.z, moved, {unit.bias: layer.bias_sign})
    feeding = (*unit.weights, *((unit.bias,) if unit.bias is not None else ()))
    still = {**point, **dict.fromkeys(feeding, Fraction(0))}
    return _beside(unit.z, still, {name: k for k, name in enumerate(dict.fromkeys(feeding), 1)})


def _beside(at: str, point: Point, movers: Mapping[str, int]) -> list[KinkPoint]:
    """Return a point, and those beside it that ``movers`` lead to."""
    return [
        KinkPoint(at, beside, {**point, **{n: point[n] + k * beside for n, k in movers.items()}})
        for beside in (Fraction(0), -BESIDE, BESIDE)
    ]


def _jumps(network: Network, placed: list[KinkPoint], kind: Arithmetic) -> bool:
    """Say whether the slope with all parameters moving differs between the kink's two sides."""
    draw = Random(0)
    names = [one.name for one in network.parameters]
    seeds = {n: {"all": kind.number(Fraction(draw.randint(1, 8), 4))} for n in names}
    slopes = [
        loss_and_slopes(network.spec, converted(one.point, kind), seeds, kind).slopes
        for one in placed
        if one.beside
    ]
    left, right = (one.get("all", 0) for one in slopes)
    return bool(abs(left - right) > JUMP)


def _value(network: Network, name: str, point: Point, kind: Arithmetic) -> Any:
    program = network.forward.needed_for([name])
    return run(program, converted(point, kind), kind)[name]


def kink_places(network: Network) -> tuple[str, ...]:
    """Return the variables that a function with a kink is applied to."""
    return tuple(dict.fromkeys(n for called in kinked_calls(network) for n in names(called)))


def exactly(value: Any) -> Fraction:
    """Return the exact value of a number of either arithmetic."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    size: Fraction = Fraction(mantissa) * Fraction(2) ** exponent
    return -size if sign else size


def converted(point: Point, kind: Arithmetic) -> dict[str, Any]:
    """Return a point in the numbers of ``kind``."""
    return {name: kind.number(value) for name, value in point.items()}
