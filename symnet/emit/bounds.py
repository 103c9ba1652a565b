"""Numbers with a bound on how far off a float of any language may be.

In: floats. Out: Bounded, and an Arithmetic of them.

The rule: * and / round to the nearest, a sum of n terms is within n * 2^-53 times the sum of their
absolute values in whatever order it is added, an elementary function is within 4 units in the last
place. What a value inherits from its operands comes on top. Higham, Accuracy and Stability of
Numerical Algorithms, sections 2.2 and 4.2.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symnet.emit.precision import DOUBLE, Format
from symnet.model.evaluation import ELEMENTARY, Arithmetic, high_precision

DIGITS = 60
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
    ``inherited``: what is wrong with the terms themselves. ``format``: of the float.
    """

    value: Any
    error: Any
    inherited: Any
    terms: int
    size: Any
    format: Format = DOUBLE

    def __add__(self, other: "Bounded") -> "Bounded":
        return self._summed(other, self.value + other.value)

    def __sub__(self, other: "Bounded") -> "Bounded":
        return self._summed(other, self.value - other.value)

    def _summed(self, other: "Bounded", value: Any) -> "Bounded":
        terms, size = self.terms + other.terms, self.size + other.size
        inherited = self.inherited + other.inherited
        exact = not (self.error or other.error) and _is_float(value, self.format)
        rounding = self.format.rounding
        error = 0 if exact else inherited + terms * rounding * (size + inherited)
        found = _finite(value, error, self.format)
        return Bounded(found, error, inherited, terms, size, self.format)

    def __neg__(self) -> "Bounded":
        return replace(self, value=-self.value)

    def __mul__(self, other: "Bounded") -> "Bounded":
        crossed = abs(self.value) * other.error + abs(other.value) * self.error
        inherited = crossed + self.error * other.error
        return _rounded(self.value * other.value, inherited, self.format)

    def __truediv__(self, other: "Bounded") -> "Bounded":
        least = abs(other.value) - other.error
        if least <= 0:
            raise UndecidedError("a divisor may be 0")
        value = self.value / other.value
        inherited = (self.error + abs(value) * other.error) / least
        return _rounded(value, inherited, self.format)

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


def bounded(ulps: Mapping[str, int] | None = None, format_: Format = DOUBLE) -> Arithmetic:
    """Return the arithmetic; ``ulps``: of elementary functions that are not within 4."""
    precise = high_precision(DIGITS)

    def number(value: Fraction) -> Bounded:
        return _exactly(precise.number(Fraction(format_.nearest(float(value)))), format_)

    elementary = {
        name: _function(
            _saturated(name, precise.elementary[name]), (ulps or {}).get(name, ULPS), format_
        )
        for name in ELEMENTARY
    }
    return Arithmetic(number, number(Fraction(math.pi)), elementary)


def _exactly(value: Any, format_: Format) -> Bounded:
    return Bounded(value, 0, 0, 1, abs(value), format_)


def _rounded(value: Any, inherited: Any, format_: Format, times: int = 1) -> Bounded:
    """Return a value that is rounded once more, by so many ``times`` what an operation does."""
    if not inherited and times == 1 and _is_float(value, format_):
        return _exactly(value, format_)
    share = times * format_.rounding
    error = inherited + share * (abs(value) + inherited) + times * format_.tiny
    return Bounded(_finite(value, error, format_), error, error, 1, abs(value), format_)


def _saturated(name: str, exact: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if name not in SATURATING:
        return exact
    return lambda at: exact(max(min(at, SATURATED), -SATURATED))


def _function(
    exact: Callable[[Any], Any], ulps: int, format_: Format
) -> Callable[[Bounded], Bounded]:
    """Return an elementary function; all of them rise or fall wherever they are defined."""

    def applied(at: Bounded) -> Bounded:
        below, value, above = (exact(at.value + by) for by in (-at.error, 0, at.error))
        if any(getattr(end, "imag", 0) or not end - end == 0 for end in (below, value, above)):
            raise UndecidedError("an argument may lie outside of where the function is defined")
        inherited = max(abs(below - value), abs(above - value))
        return _rounded(value, inherited, format_, 2 * ulps)

    return applied


def _is_float(value: Any, format_: Format) -> bool:
    return bool(format_.nearest(float(value)) == value)


def _finite(value: Any, error: Any, format_: Format) -> Any:
    if abs(value) + error > format_.largest:
        raise UndecidedError("a value may leave the range of a float")
    return value
