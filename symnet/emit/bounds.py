"""Numbers with a bound on how far off a float64 of any language may be.

In: floats. Out: Bounded, and an Arithmetic of them.

The rule: * and / round to the nearest, a sum of n terms is within n * 2^-53 times the sum of their
absolute values in whatever order it is added, an elementary function is within 4 units in the last
place. What a value inherits from its operands comes on top. Higham, Accuracy and Stability of
Numerical Algorithms, sections 2.2 and 4.2.
"""

import math
import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symnet.model.evaluation import ELEMENTARY, Arithmetic, high_precision

DIGITS = 60
ROUNDING = 2.0**-53  # relative, of one operation
TINY = 2.0**-1074  # the smallest float64 above 0
ULPS = 4
# Beyond this argument they are 0, 1 or infinite in float64, and their digits take mpmath seconds.
SATURATED = 10_000
SATURATING = ("erf", "erfc", "exp", "expm1", "hyperbolic_tangent")


class UndecidedError(ArithmeticError):
    """Another float64 might take another branch here, or leave its range."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A value with many digits, and how far off a float64 that stands for it may be.

    ``terms``: of how many terms it is the sum; ``size``: what their absolute values add up to;
    ``inherited``: what is wrong with the terms themselves.
    """

    value: Any
    error: Any
    inherited: Any
    terms: int
    size: Any

    def __add__(self, other: "Bounded") -> "Bounded":
        return self._summed(other, self.value + other.value)

    def __sub__(self, other: "Bounded") -> "Bounded":
        return self._summed(other, self.value - other.value)

    def _summed(self, other: "Bounded", value: Any) -> "Bounded":
        terms, size = self.terms + other.terms, self.size + other.size
        inherited = self.inherited + other.inherited
        exact = not (self.error or other.error) and _is_float(value)
        error = 0 if exact else inherited + terms * ROUNDING * (size + inherited)
        return Bounded(_finite(value, error), error, inherited, terms, size)

    def __neg__(self) -> "Bounded":
        return Bounded(-self.value, self.error, self.inherited, self.terms, self.size)

    def __mul__(self, other: "Bounded") -> "Bounded":
        crossed = abs(self.value) * other.error + abs(other.value) * self.error
        return _rounded(self.value * other.value, crossed + self.error * other.error)

    def __truediv__(self, other: "Bounded") -> "Bounded":
        least = abs(other.value) - other.error
        if least <= 0:
            raise UndecidedError("a divisor may be 0")
        value = self.value / other.value
        return _rounded(value, (self.error + abs(value) * other.error) / least)

    def __lt__(self, other: "Bounded") -> bool:
        return self._compared(other, operator.lt)

    def __le__(self, other: "Bounded") -> bool:
        return self._compared(other, operator.le)

    def __gt__(self, other: "Bounded") -> bool:
        return self._compared(other, operator.gt)

    def __ge__(self, other: "Bounded") -> bool:
        return self._compared(other, operator.ge)

    def _compared(self, other: "Bounded", compare: Callable[[Any, Any], bool]) -> bool:
        error = self.error + other.error
        if error and abs(self.value - other.value) <= error:
            raise UndecidedError("two values are too near to each other to tell the larger")
        return compare(self.value, other.value)


def bounded(ulps: Mapping[str, int] | None = None) -> Arithmetic:
    """Return the arithmetic; ``ulps``: of elementary functions that are not within 4."""
    precise = high_precision(DIGITS)

    def number(value: Fraction) -> Bounded:
        return _exactly(precise.number(Fraction(float(value))))

    elementary = {
        name: _function(_saturated(name, precise.elementary[name]), (ulps or {}).get(name, ULPS))
        for name in ELEMENTARY
    }
    return Arithmetic(number, number(Fraction(math.pi)), elementary)


def _exactly(value: Any) -> Bounded:
    return Bounded(value, 0, 0, 1, abs(value))


def _rounded(value: Any, inherited: Any, share: float = ROUNDING) -> Bounded:
    """Return a value that is rounded once more, by ``share`` of itself."""
    if not inherited and share == ROUNDING and _is_float(value):
        return _exactly(value)
    error = inherited + share * (abs(value) + inherited) + TINY * share / ROUNDING
    return Bounded(_finite(value, error), error, error, 1, abs(value))


def _saturated(name: str, exact: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if name not in SATURATING:
        return exact
    return lambda at: exact(max(min(at, SATURATED), -SATURATED))


def _function(exact: Callable[[Any], Any], ulps: int) -> Callable[[Bounded], Bounded]:
    """Return an elementary function; all of them rise or fall wherever they are defined."""

    def applied(at: Bounded) -> Bounded:
        below, value, above = (exact(at.value + by) for by in (-at.error, 0, at.error))
        if any(getattr(end, "imag", 0) or not end - end == 0 for end in (below, value, above)):
            raise UndecidedError("an argument may lie outside of where the function is defined")
        inherited = max(abs(below - value), abs(above - value))
        return _rounded(value, inherited, 2 * ulps * ROUNDING)

    return applied


def _is_float(value: Any) -> bool:
    return bool(float(value) == value)


def _finite(value: Any, error: Any) -> Any:
    if abs(value) + error > sys.float_info.max:
        raise UndecidedError("a value may leave the range of a float64")
    return value
