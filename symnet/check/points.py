"""Where gradients are evaluated: seeded random points, and points put on a kink.

In: Network. Out: points, as exact values of inputs, targets and parameters.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random

from symnet.model.evaluation import EXACT, FUNCTIONS, Arithmetic, run
from symnet.model.expression import Call, walk
from symnet.model.network import Network

Point = Mapping[str, Fraction]
RATIONAL = 10
TRANSCENDENTAL = 4


def random_points(network: Network, seed: int = 0) -> Iterator[Point]:
    """Yield points without end: multiples of 1/64 in [-2, 2], targets as the loss needs them."""
    draw = Random(seed).random
    while True:
        point = {name: Fraction(int(draw() * 257) - 128, 64) for name in network.forward.inputs}
        yield point | _targets(network, draw())


def _targets(network: Network, number: float) -> dict[str, Fraction]:
    """Return targets inside the domain of a cross-entropy; none for other losses."""
    count = len(network.targets)
    if network.spec.loss.name == "softmax_cross_entropy":
        first = Fraction(1 + int(number * 8), 16)
        rest = (1 - first) / (count - 1)
        return dict.fromkeys(network.targets, rest) | {network.targets[0]: first}
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


def on_kinks(network: Network, seed: int = 1) -> Iterator[tuple[str, str, Point]]:
    """Yield (pre-activation, bias, point) with the pre-activation exactly 0, moved by its bias.

    Only units of the first layer that has a kink and a bias of its own are put there: what comes
    before is then the same on both sides, and rational.
    """
    points = random_points(network, seed)
    for layer in network.layers:
        biases = [unit.bias for unit in layer.units if unit.bias is not None]
        for unit in layer.units:
            if _kinked(network, unit.h) and unit.bias and biases.count(unit.bias) == 1:
                found = _solved(network, unit.z, unit.bias, layer.bias_sign, next(points))
                if found is not None:
                    yield unit.z, unit.bias, found


def _kinked(network: Network, name: str) -> bool:
    node = next(one.expression for one in network.forward.assignments if one.name == name)
    return isinstance(node, Call) and FUNCTIONS[node.function].sides is not None


def _solved(network: Network, z: str, bias: str, sign: int, point: Point) -> Point | None:
    """Move a bias so that a pre-activation is 0; None where that takes more than rationals."""
    if sum(bias in node.reads for node in network.forward.assignments) != 1:
        return None
    try:
        value = run(network.forward.needed_for([z]), point, EXACT)[z]
    except KeyError:  # an elementary function, which exact arithmetic does not have
        return None
    return {**point, bias: point[bias] - sign * value}


def converted(point: Point, kind: Arithmetic) -> dict[str, object]:
    """Return a point in the numbers of ``kind``."""
    return {name: kind.number(value) for name, value in point.items()}
