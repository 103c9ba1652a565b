"""Formulas as quotients of polynomials: equal exactly when equal on every side of every kink.

In: Ratio. Out: Algebra.

A comparison is a test, a generator that is 0 or 1. ``max(0, z)`` is test times z. exp, log, the
sigmoid and the like are generators of their own, one for each argument, joined by the rules that
textbooks use: exp(-z) is 1/exp(z), the sigmoid is exp/(1 + exp), a logarithm of a product is a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from symnet.check.handwritten.calculating.polynomials import (
    Coefficient,
    Polynomial,
    Ratio,
)
from symnet.check.handwritten.calculating.signs import (
    ONE,
    ZERO,
    Signs,
    UndecidedError,
    key_of,
    leading_size,
)

HIGHEST_POWER = 12


@dataclass(frozen=True, slots=True)
class _Family:
    """exp and its kin at multiples of one argument: what the generator stands for.

    ``kind``: exp, sigmoid or tanh, of ``multiple`` times the argument.
    """

    kind: str
    multiple: Coefficient
    generator: Ratio


class Algebra(Signs):
    """Functions of quotients, each with generators of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._families: dict[Any, _Family] = {}
        self._roots: list[tuple[int, Ratio]] = []
        self._separate: set[int] = set()
        self.functions: dict[str, Callable[..., Ratio]] = {
            "exp": self.exp,
            "log": self.log,
            "sqrt": self.sqrt,
            "tanh": self.tanh,
            "sigmoid": self.sigmoid,
            "erf": lambda value: self._odd("erf", value),
            "erfc": lambda value: ONE - self._odd("erf", value),
            "expm1": lambda value: self.exp(value) - ONE,
            "log1p": lambda value: self.log(ONE + value),
        }

    def power(self, base: Ratio, exponent: Ratio) -> Ratio:
        """Raise to a whole power, or to a half."""
        number = exponent.value
        if number is None:
            raise UndecidedError("a power whose exponent is not a number")
        number = Fraction(number)
        if number.denominator == 1 and abs(number) <= HIGHEST_POWER:
            return base ** int(number)
        if abs(number) == Fraction(1, 2):
            root = self.sqrt(base)
            return root if number > 0 else ONE / root
        raise UndecidedError(f"the power {number}")

    def largest(self, values: tuple[Ratio, ...]) -> Ratio:
        """Return the maximum: through tests of two, a generator of its own of more."""
        if len(values) <= 2:
            top = values[0]
            for one in values[1:]:
                top = self.select(self.test(one - top), one, top)
            return top
        found = self.symbol(("largest", frozenset(map(key_of, values))))
        self._separate.add(next(found.over.generators()))
        return found

    def exp(self, value: Ratio) -> Ratio:
        """Return exp, in terms of its family's generator."""
        value = self._renamed.get(key_of(value), value)
        if value.value == 0:
            return ONE
        for test in value.over.tests | value.under.tests:
            sides = [self.exp(value.with_test(test, side)) for side in (True, False)]
            return self.select(Ratio(Polynomial.generator(test)), *sides)
        value, factor = self._separated(value)
        if value.value == 0:
            return factor
        argument, multiple = _primitive(value)
        family = self._families.get(key_of(argument))
        if family is None:
            family = self._new("exp", argument, multiple)
        return factor * self._power_of(family, argument, multiple)

    def _separated(self, value: Ratio) -> tuple[Ratio, Ratio]:
        """Split exp(a - largest) into exp(a) and a factor."""
        factor, rest = ONE, dict(value.over.terms)
        if value.under.value is None:
            return value, factor
        for monomial, coefficient in value.over.terms.items():
            if (
                len(monomial) == 1
                and monomial[0] in self._separate
                and coefficient == int(coefficient)
            ):
                factor *= self.symbol(("exp of", monomial[0])) ** int(coefficient)
                del rest[monomial]
        return Ratio(Polynomial(rest), value.under), factor

    def _new(self, kind: str, argument: Ratio, multiple: Coefficient) -> _Family:
        generator = self.symbol((kind, key_of(argument), abs(multiple)))
        size: Coefficient = multiple if multiple > 0 else -multiple
        found = self._families[key_of(argument)] = _Family(kind, size, generator)
        return found

    def _power_of(self, family: _Family, argument: Ratio, multiple: Coefficient) -> Ratio:
        """Return exp(multiple * argument) through the family's generator."""
        times = Fraction(multiple) / Fraction(family.multiple)
        base = family.generator
        if family.kind == "sigmoid":
            base = base / (ONE - base)
        if family.kind == "tanh":
            square = (ONE + base) / (ONE - base)
            if times.denominator == 1 and times % 2 == 0:
                return _bounded(square, times / 2)
            base = self.symbol(("exp", key_of(argument), family.multiple))
            self._add_root(base, square)
        if times.denominator == 1:
            return _bounded(base, times)
        return self.symbol(("exp", key_of(argument), Fraction(multiple)))

    def _add_root(self, base: Ratio, square: Ratio) -> None:
        number = next(base.over.generators())
        if number not in dict(self._roots):
            self._roots.append((number, square))

    def sigmoid(self, value: Ratio) -> Ratio:
        """Return 1/(1 + exp(-value))."""
        value = self._renamed.get(key_of(value), value)
        if value.value is None and not value.over.tests | value.under.tests:
            argument, multiple = _primitive(value)
            family = self._families.get(key_of(argument)) or self._new(
                "sigmoid", argument, multiple
            )
            if family.kind == "sigmoid" and family.multiple == abs(multiple):
                return family.generator if multiple > 0 else ONE - family.generator
        power = self.exp(value)
        return power / (ONE + power)

    def tanh(self, value: Ratio) -> Ratio:
        """Return the hyperbolic tangent."""
        value = self._renamed.get(key_of(value), value)
        if value.value is None and not value.over.tests | value.under.tests:
            argument, multiple = _primitive(value)
            family = self._families.get(key_of(argument)) or self._new("tanh", argument, multiple)
            if family.kind == "tanh" and family.multiple == abs(multiple):
                return family.generator if multiple > 0 else -family.generator
        power = self.exp(value + value)
        return (power - ONE) / (power + ONE)

    def log(self, value: Ratio) -> Ratio:
        """Return the logarithm; of a quotient, a difference."""
        if value.over.tests:
            test = next(iter(value.over.tests))
            sides = [self.log(value.with_test(test, side)) for side in (True, False)]
            return self.select(Ratio(Polynomial.generator(test)), *sides)
        return self._log(value.over) - self._log(value.under)

    def _log(self, value: Polynomial) -> Ratio:
        if not value:
            raise UndecidedError("the logarithm of 0")
        size = leading_size(value)
        result = ZERO if size == 1 else self.symbol(("log", size))
        if value.value is not None:
            return result
        if len(value.terms) == 1:
            (monomial,) = value.terms
            return sum((self._log_of_generator(one) for one in monomial), result)
        value = value.scaled(1 / size)
        return result + self.symbol(("log", (value if value.leading > 0 else -value).key))

    def _log_of_generator(self, generator: int) -> Ratio:
        return self.symbol(("log", ((generator,), 1)))

    def sqrt(self, value: Ratio) -> Ratio:
        """Return the square root: of a square number exactly, else a generator."""
        number = value.value
        if number is not None and number >= 0:
            roots = [isqrt(part) for part in (number.numerator, number.denominator)]
            if [root**2 for root in roots] == [number.numerator, number.denominator]:
                return Ratio.constant(Fraction(*roots))
        return self.symbol(("sqrt", key_of(value)))

    def _odd(self, function: str, value: Ratio) -> Ratio:
        if value.value == 0:
            return ZERO
        if value.over.leading < 0:
            return -self._odd(function, -value)
        return self.symbol((function, key_of(value)))

    def is_zero(self, value: Ratio) -> bool:
        """Tell whether a value is zero on every side of every test."""
        over = value.over
        for generator, square in self._roots:
            over = _reduced(over, generator, square)
        return not over


def _bounded(base: Ratio, times: Fraction) -> Ratio:
    if abs(times) > HIGHEST_POWER:
        raise UndecidedError(f"the power {times}")
    return base ** int(times)


def _reduced(value: Polynomial, generator: int, square: Ratio) -> Polynomial:
    """Put the quotient that a generator's square is, multiplied out."""
    powers = value.coefficients(generator)
    if max(powers, default=0) < 2:
        return value
    highest = max(powers) // 2
    base, result = Polynomial.generator(generator), Polynomial({})
    for power, rest in powers.items():
        factor = Ratio(square.over) ** (power // 2) * Ratio(square.under) ** (highest - power // 2)
        result = result + rest * factor.over * (base if power % 2 else Polynomial.constant(1))
    return result


def _primitive(value: Ratio) -> tuple[Ratio, Coefficient]:
    """Write a value as a number times one whose leading coefficient is 1."""
    leading = Fraction(value.over.leading) / Fraction(value.under.leading)
    over = value.over.scaled(Fraction(1) / value.over.leading)
    under = value.under.scaled(Fraction(1) / value.under.leading)
    return Ratio(over, under if value.under.value is None else Ratio.constant(1).under), leading
