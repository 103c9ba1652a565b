"""The floating-point numbers that code computes with: float64, or float32 where it is asked for.

In: floats. Out: Format, Arithmetic, literals.
"""

import math
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.emit.options import Precision
from symnet.emit.printing import nearest_float
from symnet.errors import UnsupportedError
from symnet.model.evaluation import ELEMENTARY, FLOAT, Arithmetic

FLOAT32_DIGITS = 9  # so many always tell one float32 from another


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of float.

    ``rounding``: of one operation, relative; ``tiny``: the smallest number above 0; ``largest``;
    ``nearest``: a float64 as the nearest number of this kind.
    """

    rounding: float
    tiny: float
    largest: float
    nearest: Callable[[float], float]


def float32(value: float) -> float:
    """Return the float32 nearest to ``value``."""
    try:
        found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return found


DOUBLE = Format(2.0**-53, 2.0**-1074, sys.float_info.max, float)
SINGLE = Format(2.0**-24, 2.0**-149, (2 - 2.0**-23) * 2.0**127, float32)
FORMATS: dict[Precision, Format] = {"double": DOUBLE, "single": SINGLE}


class Single(float):
    """A float32: what + - * / make of two is rounded once more, which is the same as once."""

    def __add__(self, other: float) -> "Single":
        return Single(float32(float(self) + float(other)))

    def __sub__(self, other: float) -> "Single":
        return Single(float32(float(self) - float(other)))

    def __mul__(self, other: float) -> "Single":
        return Single(float32(float(self) * float(other)))

    def __truediv__(self, other: float) -> "Single":
        return Single(float32(float(self) / float(other)))

    def __neg__(self) -> "Single":
        return Single(-float(self))


def arithmetic(precision: Precision) -> Arithmetic:
    """Return the arithmetic of emitted code."""
    if precision == "double":
        return FLOAT
    elementary = {name: _rounded(FLOAT.elementary[name]) for name in ELEMENTARY}
    return Arithmetic(_single, Single(float32(math.pi)), elementary)


def lifted(precision: Precision) -> Callable[[float], float]:
    """Return what makes a float one that its arithmetic computes with; the sign of 0 stays."""
    return float if precision == "double" else Single


def _single(value: Fraction) -> Single:
    return Single(float32(float(value)))


def _rounded(function: Callable[..., float]) -> Callable[[float], Single]:
    return lambda value: Single(float32(function(value)))


def float32_digits(value: Fraction) -> str:
    """Return the shortest decimals that stand for the float32 nearest to ``value``.

    Raises:
        UnsupportedError: it is too large for one.
    """
    wanted = float32(float(value))
    if math.isinf(wanted):
        raise UnsupportedError(
            f"--precision single: {nearest_float(value)} is beyond float32, which ends at 3.4e38"
        )
    texts = (f"{wanted:.{digits}g}" for digits in range(1, FLOAT32_DIGITS + 1))
    text = next(text for text in texts if float32(float(text)) == wanted)
    return nearest_float(Fraction(text)) if wanted else "0.0"
