"""Numbers on the page, true to their rounding.

In: Expression and exact values. Out: Decimal, Worked.

What is displayed must come out when a reader types the displayed numbers into a calculator. So
numbers get more digits where the result needs them, and where no number of digits helps, the line
says that it was worked from unrounded values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from symnet.document.mathematics import Decimal
from symnet.model.evaluation import EXACT, FUNCTIONS, Arithmetic, evaluate, high_precision
from symnet.model.expression import Call, Expression, Number, Pi, names, substitute, walk

DIGITS = 5
MOST_DIGITS = 10
EXACT_DIGITS = 8
PRECISION = 70
SETTLED = 50
Values = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Worked:
    """An expression with its numbers in.

    ``inside``: the numbers by name; ``result``: what comes out. ``exact``: the numbers put in
    are not rounded; ``equal``: the result is not rounded either. ``holds``: typing the numbers in
    gives the result.
    """

    inside: Mapping[str, Decimal]
    result: Decimal
    exact: bool
    equal: bool
    holds: bool = True


def decimal(value: Fraction, digits: int = DIGITS) -> Decimal:
    """Show a number: exactly if it is short, else rounded to significant ``digits``."""
    return exact_decimal(value) or rounded(value, digits)


def exact_decimal(value: Fraction, digits: int = EXACT_DIGITS) -> Decimal | None:
    """Show a number exactly; None if that takes more than ``digits`` significant digits."""
    if not value:
        return Decimal("0")
    found = rounded(value, digits)
    return _trimmed(found) if found.value == value else None


def rounded(value: Fraction, digits: int) -> Decimal:
    """Round to significant ``digits``, halves away from zero; keep zeros at the end."""
    if not value:
        return Decimal("0")
    place = _magnitude(value) - digits + 1
    units = _nearest(abs(value) / Fraction(10) ** place)
    if units == 10**digits:
        units, place = units // 10, place + 1
    sign = "-" if value < 0 else ""
    if place > 0 or place + digits <= -4:
        text = str(units)
        mantissa = f"{text[0]}.{text[1:]}" if digits > 1 else text
        return Decimal(sign + mantissa, place + digits - 1)
    if place == 0:
        return Decimal(f"{sign}{units}")
    text = str(units).rjust(1 - place, "0")
    return Decimal(f"{sign}{text[:place]}.{text[place:]}")


def _magnitude(value: Fraction) -> int:
    """Return the decimal exponent of the first significant digit."""
    size = abs(value)
    guess = (size.numerator.bit_length() - size.denominator.bit_length()) * 30103 // 100000
    while Fraction(10) ** guess > size:
        guess -= 1
    while Fraction(10) ** (guess + 1) <= size:
        guess += 1
    return guess


def _nearest(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _trimmed(shown: Decimal) -> Decimal:
    """Drop zeros at the end; write powers of ten out while they are short."""
    digits, exponent = shown.digits, shown.exponent
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if 0 < exponent < EXACT_DIGITS:
        return Decimal(str(int(Fraction(digits) * 10**exponent)))
    return Decimal(digits, exponent)


def settled(value: Any) -> Fraction:
    """Return a high-precision number as an exact one, rounded where its last digits are noise.

    Raises:
        ArithmeticError: it is infinite or not a number.
    """
    if isinstance(value, Fraction):
        return value
    if not value.context.isfinite(value):
        raise ArithmeticError(f"a value is {value}")
    mantissa, exponent = value.man_exp  # the mantissa has no sign
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    exact = -exact if value < 0 else exact
    return rounded(exact, SETTLED).value


@cache
def arithmetic() -> Arithmetic:
    """Return the arithmetic that functions on the page are worked in."""
    return high_precision(PRECISION)


@lru_cache(maxsize=4096)
def is_rational(node: Expression) -> bool:
    """Say whether fractions suffice to evaluate ``node``."""
    calls = (one for one in walk(node) if isinstance(one, Call | Pi))
    return all(
        isinstance(one, Call) and one.function in FUNCTIONS and FUNCTIONS[one.function].rational
        for one in calls
    )


def value_of(node: Expression, values: Values) -> Fraction:
    """Evaluate an expression exactly, or where it has functions to many digits."""
    if is_rational(node):
        return Fraction(evaluate(node, values, EXACT))
    kind = arithmetic()
    known = {name: kind.number(values[name]) for name in names(node)}
    return settled(evaluate(node, known, kind))


def worked(node: Expression, values: Values) -> Worked:
    """Put numbers into ``node``, with the fewest digits from which the result comes out."""
    true = value_of(node, values)
    for digits in (DIGITS, DIGITS - 1, DIGITS - 2):
        for inside in range(DIGITS, MOST_DIGITS + 1):
            found = _attempt(node, values, true, inside, digits)
            if found.holds:
                return found
    return _attempt(node, values, true, DIGITS, DIGITS)


def _attempt(node: Expression, values: Values, true: Fraction, inside: int, digits: int) -> Worked:
    shown = {name: decimal(values[name], inside) for name in names(node)}
    typed = value_of(substitute(node, {name: Number(one.value) for name, one in shown.items()}), {})
    exact = all(one.value == values[name] for name, one in shown.items())
    if typed == true and (found := exact_decimal(true)):
        return Worked(shown, found, exact, True)
    result = rounded(true, digits)
    return Worked(shown, result, exact, False, rounded(typed, digits) == result)
