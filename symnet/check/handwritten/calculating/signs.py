"""Generators of quotients, and comparisons as generators that are 0 or 1.

In: Ratio. Out: Signs.

``max(0, z)`` is a test times z.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symnet.check.handwritten.calculating.polynomials import (
    Monomial,
    Polynomial,
    Ratio,
)

ZERO, ONE = Ratio.constant(0), Ratio.constant(1)


class UndecidedError(ArithmeticError):
    """The algebra has no rule for this."""


class Signs:
    """The generators in use, by what they stand for; a test's number is below 0."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._meanings: dict[int, Any] = {}
        self._renamed: dict[Any, Ratio] = {}
        self._signs: dict[Any, Ratio] = {}

    def symbol(self, name: Any, test: bool = False) -> Ratio:
        """Return the generator that stands for ``name``."""
        number = self._numbers.get(name)
        if number is None:
            number = (len(self._numbers) + 1) * (-1 if test else 1)
            self._numbers[name] = number
            self._meanings[number] = name
        return Ratio(Polynomial.generator(number))

    def rename(self, value: Ratio, name: Ratio) -> None:
        """Inside of functions and tests, take ``value`` for ``name``."""
        self._renamed[key_of(value)] = name
        self.same_sign(value, name)

    def same_sign(self, value: Ratio, name: Ratio) -> None:
        """Inside of tests, take ``value`` for ``name``, which has its sign."""
        if value.value is None:
            self._signs[key_of(_scaled(value.over * value.under))] = name

    def number(self, value: float | Fraction) -> Ratio:
        """Return a number; decimals are taken as written."""
        if isinstance(value, float):
            value = Fraction(repr(value))
        return Ratio.constant(value)

    def test(self, value: Ratio) -> Ratio:
        """Return 1 where ``value`` is above 0, else 0."""
        over = value.over if value.under.value is not None else value.over * value.under
        number = over.value
        if number is not None:
            return ONE if number > 0 else ZERO
        scaled = _scaled(over)
        renamed = self._signs.get(key_of(scaled))
        if renamed is not None:
            return self.test(renamed) if key_of(renamed) != key_of(scaled) else self._test(scaled)
        for common in _common_tests(over):
            inner = self.test(Ratio(over.with_test(common, True)))
            return Ratio(Polynomial.generator(common)) * inner
        return self._test(scaled)

    def _test(self, value: Ratio) -> Ratio:
        if value.over.leading < 0:
            return ONE - self.test(-value)
        return self.symbol(("test", value.over.key), test=True)

    def compare(self, left: Ratio, operator: str, right: Ratio) -> Ratio:
        """Return a comparison as 1 or 0."""
        difference = left - right
        match operator:
            case ">":
                return self.test(difference)
            case "<":
                return self.test(-difference)
            case ">=":
                return ONE - self.test(-difference)
            case "<=":
                return ONE - self.test(difference)
        number = difference.value
        if number is None:
            raise UndecidedError(f"a comparison with {operator}")
        return ONE if (number == 0) == (operator == "==") else ZERO

    def select(self, test: Ratio, then: Ratio, otherwise: Ratio) -> Ratio:
        """Return ``then`` where the test holds."""
        if test.value is not None:
            return then if test.value else otherwise
        return otherwise + test * (then - otherwise)


def _common_tests(value: Polynomial) -> list[int]:
    """Return the tests that are a factor of every term."""
    found: set[int] | None = None
    for monomial in value.terms:
        here: Monomial = tuple(one for one in monomial if one < 0)
        found = set(here) if found is None else found & set(here)
        if not found:
            return []
    return sorted(found or ())


def _scaled(value: Polynomial) -> Ratio:
    return Ratio(value.scaled(1 / leading_size(value)))


def leading_size(value: Polynomial) -> Fraction:
    return abs(Fraction(value.leading))


def key_of(value: Ratio) -> Any:
    return (value.over.key, value.under.key) if value.under.value is None else value.over.key
