"""The tables' functions are the ones their names promise, as mpmath knows them.

Everything else checks derivatives of these definitions; this checks the definitions.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from symnet.check.dual import loss_and_slopes
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import high_precision
from symnet.model.losses import LOSSES
from tests.networks import small_spec

PRECISE = high_precision(50)
OUTPUTS = (Fraction(-7, 3), Fraction(0), Fraction(1, 5), Fraction(2))
Vector = list[Any]

REFERENCE: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "sigmoid": lambda z: (1 + mpmath.tanh(z / 2)) / 2,
    "tanh": mpmath.tanh,
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
}


def softmax(z: Vector) -> Vector:
    total = mpmath.fsum(map(mpmath.exp, z))
    return [mpmath.exp(one) / total for one in z]


def huber(e: Any) -> Any:
    return e**2 / 2 if abs(e) <= 1 else abs(e) - mpmath.mpf(1) / 2


LOSS_REFERENCE: dict[str, Callable[[Vector, Vector], Any]] = {
    "squared_error": lambda p, y: sum((a - b) ** 2 for a, b in zip(p, y, strict=True)),
    "half_squared_error": lambda p, y: sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / 2,
    "mean_squared_error": lambda p, y: (
        sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p)
    ),
    "absolute_error": lambda p, y: sum(abs(a - b) for a, b in zip(p, y, strict=True)),
    "huber": lambda p, y: sum(huber(a - b) for a, b in zip(p, y, strict=True)),
    "binary_cross_entropy": lambda p, y: (
        -sum(b * mpmath.log(a) + (1 - b) * mpmath.log(1 - a) for a, b in zip(p, y, strict=True))
    ),
    "softmax_cross_entropy": lambda p, y: (
        -sum(b * mpmath.log(a) for a, b in zip(p, y, strict=True))
    ),
    "none": lambda p, y: p[0],
}


def test_every_entry_has_a_reference() -> None:
    assert {*REFERENCE, "softmax"} == set(ACTIVATIONS)
    assert set(LOSS_REFERENCE) == set(LOSSES)


PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS
    for loss, entry in LOSSES.items()
    if entry.activation in (None, activation)
]


@pytest.mark.parametrize("z", OUTPUTS)
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_a_network_of_two_units_is_what_its_names_say(
    activation: str, loss: str, z: Fraction
) -> None:
    spec = small_spec((1, 2), (activation,), loss)
    targets = (Fraction(3, 4), Fraction(1, 4))
    values = {"x1": Fraction(1), "w1": z, "w2": Fraction(1, 2), "b1": Fraction(0)}
    values |= {"b2": Fraction(1, 3), **dict(zip(spec.targets, targets, strict=False))}
    given = {name: PRECISE.number(value) for name, value in values.items()}
    found = loss_and_slopes(spec, given, {}, PRECISE).value
    with mpmath.workdps(50):
        units = [mpmath.mpf(one.numerator) / one.denominator for one in (z, Fraction(5, 6))]
        p = softmax(units) if activation == "softmax" else list(map(REFERENCE[activation], units))
        y = [mpmath.mpf(one.numerator) / one.denominator for one in targets]
        expected = LOSS_REFERENCE[loss](p, y)
        assert abs(found - expected) < mpmath.mpf(10) ** -45
