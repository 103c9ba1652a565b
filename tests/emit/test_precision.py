"""Float32, worked out in float64: what a compiler for one would make of the same operations."""

import math
from fractions import Fraction

import numpy as np
import pytest

from symnet.emit.precision import DOUBLE, SINGLE, Single, float32, float32_digits
from symnet.errors import UnsupportedError
from tests.emit.fuzz import SPECIAL, same

VALUES = [*SPECIAL, *np.random.default_rng(1).normal(0, 3, 300).tolist(), 1e-40, -3e38, 1e30, 0.1]


def test_every_operation_is_that_of_float32() -> None:
    with np.errstate(all="ignore"):
        for a, b in zip(VALUES, reversed(VALUES), strict=True):
            x, y = Single(float32(a)), Single(float32(b))
            p, q = np.float32(a), np.float32(b)
            found, wanted = [x + y, x - y, x * y, -x], [p + q, p - q, p * q, -p]
            if y:
                found.append(x / y)
                wanted.append(p / q)
            assert all(map(same, found, map(float, wanted))), (a, b)
            assert all(isinstance(one, Single) for one in found)


def test_the_formats_are_those_of_the_machine() -> None:
    for ours, kind in ((DOUBLE, np.float64), (SINGLE, np.float32)):
        known = np.finfo(kind)
        assert ours.rounding == known.eps / 2
        assert ours.tiny == known.smallest_subnormal
        assert ours.largest == known.max


def test_the_decimals_stand_for_the_float32_and_none_fewer_do() -> None:
    for value in VALUES:
        if not math.isfinite(float32(value)):
            continue
        text = float32_digits(Fraction(value))
        assert np.float32(text) == np.float32(value)
        assert "." in text or "e" in text
    assert float32_digits(Fraction(1, 10)) == "0.1"
    assert float32_digits(Fraction(10) ** 10) == "10000000000.0"
    assert float32_digits(Fraction(1, 3)) == "0.33333334"


def test_what_float32_cannot_hold_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="1e39 is beyond float32"):
        float32_digits(Fraction(10) ** 39)
