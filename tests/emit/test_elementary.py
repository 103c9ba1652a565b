"""The elementary functions symnet writes itself: against 50 digits, and at the edges."""

import math
import random
from collections.abc import Callable
from typing import Any, cast

import mpmath
import pytest

from symnet.emit.elementary import ARGUMENT, WRITTEN, Written
from symnet.emit.printing import Printer
from symnet.emit.pythonic import SYNTAX, looped
from symnet.emit.source import emit
from symnet.model.activations import ACTIVATIONS
from tests.emit.emitted import run_text, step_of, with_samples
from tests.networks import small_spec

ULPS = 4
POINTS = 20_000


def python_of(one: Written) -> Callable[[float], float]:
    """Return a function of WRITTEN as it runs in Python."""
    lines = [f"from math import {name}" for name in one.calls]
    lines += [f"{name} = {tuple(map(float, table))}" for name, table in one.tables]
    lines += [f"def {one.name}({ARGUMENT}):"]
    lines += [f"    {line}" for line in looped(one.block, Printer(SYNTAX))]
    return cast(Callable[[float], float], run_text("\n".join(lines))[one.name])


def points(name: str) -> list[float]:
    draw = random.Random(name)
    ranges = [(-6, 27.2), (-1, 1), (0.4, 6), (-6, -0.4), (26, 27.3)]
    if name == "log1p":
        ranges = [(0, 1), (-0.99, 3), (0, 1e-3), (0, 1e20)]
    found = [draw.uniform(*draw.choice(ranges)) for _ in range(POINTS)]
    return [*found, *(math.exp(-draw.uniform(0, 700)) for _ in range(POINTS // 10))]


def worst(function: Callable[[float], float], exact: Callable[[float], Any], name: str) -> float:
    """Return how far off ``function`` is at worst, in units in the last place."""
    errors = []
    with mpmath.workdps(50):
        for z in points(name):
            right = exact(z)
            off = abs(mpmath.mpf(function(z)) - right)
            errors.append(float(off / math.ulp(float(right))))
    return max(errors)


@pytest.mark.parametrize("one", WRITTEN.values(), ids=lambda one: one.name)
def test_within_four_units_in_the_last_place(one: Written) -> None:
    assert worst(python_of(one), getattr(mpmath, one.name), one.name) <= ULPS


def activated(name: str) -> Callable[[float], float]:
    """Return an activation function as emitted Python computes it, and hold the header's words."""
    spec = with_samples(small_spec((1, 1), (name,), "none"))
    text = emit(step_of(spec), "python").text
    assert f"Accuracy: {ACTIVATIONS[name].symbol} {ACTIVATIONS[name].accuracy}" in joined(text)
    forward = run_text(text)["forward"]
    return lambda z: float(forward([1.0, 0.0], [z])[0])


def joined(text: str) -> str:
    return " ".join(text.split())


def off(function: Callable[[float], float], z: float, right: Any) -> float:
    return float(abs(mpmath.mpf(function(z)) - right) / math.ulp(float(right)))


def test_gelu_is_as_exact_as_its_header_says() -> None:
    """Nearly as bad as that, too, so that the words are no more than needed."""
    gelu, draw = activated("gelu"), random.Random(7)
    with mpmath.workdps(50):
        shares = []
        for z in (draw.uniform(-37.4, 0) for _ in range(POINTS)):
            right = z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2
            shares.append(off(gelu, z, right) / (2 * z * z + 8))
    assert 0.4 < max(shares) <= 1


def test_silu_is_as_exact_as_its_header_says() -> None:
    silu, draw = activated("silu"), random.Random(7)
    least = mpmath.mpf(2) ** -1074
    with mpmath.workdps(50):
        for z in (draw.uniform(-745, -708.4) for _ in range(POINTS)):
            assert abs(mpmath.mpf(silu(z)) - z / (1 + mpmath.exp(-z))) <= abs(z) * least
        for z in (draw.uniform(-708, 700) for _ in range(POINTS)):
            assert off(silu, z, z / (1 + mpmath.exp(-z))) <= ULPS


def test_the_comparison_sees_a_wrong_digit() -> None:
    wrong = worst(lambda z: math.erfc(z) * (1 + 1e-15), mpmath.erfc, "erfc")
    assert wrong > ULPS


@pytest.mark.parametrize(
    ("name", "z", "value"),
    [
        ("erfc", math.inf, 0.0),
        ("erfc", -math.inf, 2.0),
        ("erfc", 1e308, 0.0),
        ("erfc", -1e308, 2.0),
        ("erfc", 0.0, 1.0),
        ("erfc", -0.0, 1.0),
        ("erf", math.inf, 1.0),
        ("erf", -math.inf, -1.0),
        ("erf", 0.0, 0.0),
        ("log1p", 0.0, 0.0),
        ("log1p", 1e-300, 1e-300),
        ("log1p", math.inf, math.inf),
    ],
)
def test_at_the_edges(name: str, z: float, value: float) -> None:
    assert python_of(WRITTEN[name])(z) == value


@pytest.mark.parametrize("one", WRITTEN.values(), ids=lambda one: one.name)
def test_what_is_not_a_number_stays_so(one: Written) -> None:
    assert math.isnan(python_of(one)(math.nan))
