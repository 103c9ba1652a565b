"""Polynomials with rational coefficients, and quotients of them.

In: nothing. Out: Polynomial, Ratio.

A generator is a whole number. Negative ones are tests, 0 or 1: their square is themselves, so a
polynomial in them is zero exactly when it is zero on every side of every test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

Monomial = tuple[int, ...]
Coefficient = int | Fraction


class TooLargeError(ArithmeticError):
    """More terms than anybody wants to wait for."""


@dataclass(frozen=True, slots=True, eq=False)
class Polynomial:
    """Coefficients by monomial; a monomial lists its generators in order, repeated for powers."""

    terms: Mapping[Monomial, Coefficient]

    limit: ClassVar[int] = 20_000

    @staticmethod
    def constant(value: Coefficient) -> Polynomial:
        """Return a constant."""
        return Polynomial({(): _plain(value)} if value else {})

    @staticmethod
    def generator(number: int) -> Polynomial:
        """Return a generator as a polynomial."""
        return Polynomial({(number,): 1})

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        if len(self.terms) < len(other.terms):
            self, other = other, self
        found = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            _put(found, monomial, coefficient)
        return Polynomial(found)

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -one for monomial, one in self.terms.items()})

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other

    def __mul__(self, other: Polynomial) -> Polynomial:
        if len(self.terms) * len(other.terms) > self.limit * 10:
            raise TooLargeError
        found: dict[Monomial, Coefficient] = {}
        for a, left in self.terms.items():
            for b, right in other.terms.items():
                _put(found, _joined(a, b), left * right)
        if len(found) > self.limit:
            raise TooLargeError
        return Polynomial(found)

    def scaled(self, factor: Coefficient) -> Polynomial:
        """Multiply by a number other than 0."""
        return Polynomial({key: _plain(one * factor) for key, one in self.terms.items()})

    @property
    def value(self) -> Coefficient | None:
        """The number this is; None if it is none."""
        if not self.terms:
            return 0
        return self.terms.get(()) if len(self.terms) == 1 else None

    @property
    def leading(self) -> Coefficient:
        """The coefficient of the last monomial in a fixed order."""
        return self.terms[max(self.terms)]

    @property
    def key(self) -> frozenset[tuple[Monomial, Coefficient]]:
        """What equal polynomials have in common."""
        return frozenset(self.terms.items())

    @property
    def tests(self) -> frozenset[int]:
        """The tests in it."""
        return frozenset(one for monomial in self.terms for one in monomial if one < 0)

    def generators(self) -> Iterator[int]:
        """Yield the generators in it, with repetitions."""
        return (one for monomial in self.terms for one in monomial)

    def with_test(self, test: int, holds: bool) -> Polynomial:
        """Put 1 or 0 for a test."""
        found: dict[Monomial, Coefficient] = {}
        for monomial, coefficient in self.terms.items():
            if test not in monomial:
                _put(found, monomial, coefficient)
            elif holds:
                _put(found, tuple(one for one in monomial if one != test), coefficient)
        return Polynomial(found)

    def coefficients(self, generator: int) -> dict[int, Polynomial]:
        """Return the polynomials that powers of a generator are multiplied by."""
        found: dict[int, dict[Monomial, Coefficient]] = {}
        for monomial, coefficient in self.terms.items():
            rest = tuple(one for one in monomial if one != generator)
            found.setdefault(len(monomial) - len(rest), {})[rest] = coefficient
        return {power: Polynomial(terms) for power, terms in found.items()}


def _put(found: dict[Monomial, Coefficient], monomial: Monomial, coefficient: Coefficient) -> None:
    total = found.get(monomial, 0) + coefficient
    if total:
        found[monomial] = total
    else:
        del found[monomial]


def _joined(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    merged = sorted(a + b)
    at = 1
    while at < len(merged) and merged[at] < 0:
        if merged[at] == merged[at - 1]:
            del merged[at]
        else:
            at += 1
    return tuple(merged)


def _plain(value: Coefficient) -> Coefficient:
    return int(value) if value.denominator == 1 else value


ONE = Polynomial.constant(1)


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """One polynomial over another; not reduced, compared by multiplying out."""

    over: Polynomial
    under: Polynomial = ONE

    @staticmethod
    def constant(value: Coefficient) -> Ratio:
        """Return a number."""
        return Ratio(Polynomial.constant(value))

    def __add__(self, other: Ratio) -> Ratio:
        if self.under is other.under or self.under.terms == other.under.terms:
            return Ratio(self.over + other.over, self.under)
        over = self.over * other.under + other.over * self.under
        return _ratio(over, self.under * other.under)

    def __neg__(self) -> Ratio:
        return Ratio(-self.over, self.under)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        if self.under is ONE and other.under is ONE:
            return Ratio(self.over * other.over)
        if self.over.terms == other.under.terms:
            return _ratio(other.over, self.under)
        if other.over.terms == self.under.terms:
            return _ratio(self.over, other.under)
        return _ratio(self.over * other.over, self.under * other.under)

    def __truediv__(self, other: Ratio) -> Ratio:
        """Divide.

        Raises:
            ZeroDivisionError: by zero.
        """
        if not other.over:
            raise ZeroDivisionError
        return self * _ratio(other.under, other.over)

    def __pow__(self, exponent: int) -> Ratio:
        if exponent < 0:
            return Ratio.constant(1) / self**-exponent
        result = Ratio.constant(1)
        for _ in range(exponent):
            result = result * self
        return result

    @property
    def value(self) -> Coefficient | None:
        """The number this is; None if it is none."""
        return self.over.value if self.under is ONE else None

    def with_test(self, test: int, holds: bool) -> Ratio:
        """Put 1 or 0 for a test."""
        return _ratio(self.over.with_test(test, holds), self.under.with_test(test, holds))


def _ratio(over: Polynomial, under: Polynomial) -> Ratio:
    """Make a quotient, the number below moved up."""
    number = under.value
    if number is None:
        return Ratio(over, under)
    if not number:
        raise ZeroDivisionError
    return Ratio(over if number == 1 else over.scaled(Fraction(1) / number))
