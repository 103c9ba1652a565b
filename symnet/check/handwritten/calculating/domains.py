"""The three ways to calculate with a formula: as Python would, at points, as algebra.

In: Known. Out: Domain; Floats, Points, Algebraic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy

from symnet.check.handwritten.calculating.algebra import Algebra
from symnet.check.handwritten.calculating.polynomials import Ratio
from symnet.check.handwritten.calculating.signs import UndecidedError


class Domain(Protocol):
    """A kind of value that +, -, * and / work on, and what else formulas need."""

    functions: Mapping[str, Callable[..., Any]]

    def number(self, value: float | Fraction) -> Any:
        """Return a number of the file."""

    def compare(self, left: Any, operator: str, right: Any) -> Any:
        """Return a comparison, as something to multiply by."""

    def select(self, test: Any, then: Any, otherwise: Any) -> Any:
        """Return one of two."""

    def power(self, base: Any, exponent: Any) -> Any:
        """Raise to a power."""

    def largest(self, values: tuple[Any, ...]) -> Any:
        """Return the maximum."""


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)


class Floats:
    """Numbers as Python calculates them."""

    functions: Mapping[str, Callable[..., Any]] = {
        name: getattr(math, name)
        for name in ("exp", "log", "sqrt", "tanh", "erf", "erfc", "expm1", "log1p")
    } | {"sigmoid": _sigmoid}

    def number(self, value: float | Fraction) -> Any:
        """Return the number itself."""
        return float(value) if isinstance(value, Fraction) else value

    def compare(self, left: Any, operator: str, right: Any) -> Any:
        """Return True or False."""
        return COMPARISONS[operator](left, right)

    def select(self, test: Any, then: Any, otherwise: Any) -> Any:
        """Return one of two."""
        return then if test else otherwise

    def power(self, base: Any, exponent: Any) -> Any:
        """Raise to a power that no machine needs long for."""
        if isinstance(base, int) and isinstance(exponent, int) and abs(exponent) > 64:
            return float(base) ** exponent
        return base**exponent

    def largest(self, values: tuple[Any, ...]) -> Any:
        """Return the maximum."""
        return max(values)


# The commonest activation by itself: its formula in steps is slower at many points.
RELU: dict[int | None, Callable[[Any], Any]] = {
    None: lambda z: z * (z > 0),
    0: lambda z: (z > 0) * 1.0,
}


class Points:
    """Values at many points at once."""

    def __init__(self) -> None:
        vectorised = numpy.vectorize
        self.functions: Mapping[str, Callable[..., Any]] = {
            **{
                name: getattr(numpy, name)
                for name in ("exp", "log", "sqrt", "tanh", "expm1", "log1p")
            },
            "erf": vectorised(math.erf),
            "erfc": vectorised(math.erfc),
            "sigmoid": lambda z: 1 / (1 + numpy.exp(-z)),
        }

    def number(self, value: float | Fraction) -> Any:
        """Return a number."""
        return numpy.float64(value)

    def compare(self, left: Any, operator: str, right: Any) -> Any:
        """Return 1.0 or 0.0 at each point."""
        return COMPARISONS[operator](left, right) * 1.0

    def select(self, test: Any, then: Any, otherwise: Any) -> Any:
        """Choose at each point."""
        return numpy.where(test, then, otherwise)

    def power(self, base: Any, exponent: Any) -> Any:
        """Raise to a power at each point."""
        return base**exponent

    def largest(self, values: tuple[Any, ...]) -> Any:
        """Return the maximum at each point."""
        top = values[0]
        for one in values[1:]:
            top = numpy.maximum(top, one)
        return top


class Algebraic:
    """Quotients of polynomials."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.functions: Mapping[str, Callable[..., Any]] = algebra.functions

    def number(self, value: float | Fraction) -> Ratio:
        """Return a number, decimals as written.

        Raises:
            UndecidedError: it is infinite or not a number.
        """
        if isinstance(value, float) and not math.isfinite(value):
            raise UndecidedError("a number that is not finite")
        return self.algebra.number(value)

    def compare(self, left: Ratio, operator: str, right: Ratio) -> Ratio:
        """Return a comparison as a test."""
        return self.algebra.compare(left, operator, right)

    def select(self, test: Ratio, then: Ratio, otherwise: Ratio) -> Ratio:
        """Return one of two by a test."""
        return self.algebra.select(test, then, otherwise)

    def power(self, base: Ratio, exponent: Ratio) -> Ratio:
        """Raise to a whole or half power."""
        return self.algebra.power(base, exponent)

    def largest(self, values: tuple[Ratio, ...]) -> Ratio:
        """Return the maximum."""
        return self.algebra.largest(values)
