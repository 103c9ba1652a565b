"""Decimals read exactly: 0.1 is one tenth; bounded before any number is made of them.

In: numbers as a file spells them. Out: Fraction.

A decimal may be hostile: 1e99999999 is ten characters and forty megabytes as a fraction.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from symnet.model.wording import shortened, shown

MOST_DIGITS = 40
MOST_EXPONENT = 300
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Written:
    """A number as the file spells it, not made into one yet."""

    text: str

    def __str__(self) -> str:
        return self.text


def number(value: object) -> Fraction:
    """Return a number of a file exactly.

    Raises:
        ValueError: it is no number, or not one that a float64 can stand for; its text says so.
    """
    if isinstance(value, Written):
        return decimal(value.text)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a number, not {shown(value)}")
    if abs(value) >= 10**MOST_DIGITS:
        raise ValueError(f"a number has at most {MOST_DIGITS} digits")
    return Fraction(value)


@lru_cache(maxsize=4096)
def decimal(text: str) -> Fraction:
    """Return the decimal ``text`` exactly.

    Raises:
        ValueError: it is no decimal, too long, or outside of what a float64 can stand for.
    """
    plain = text.replace("_", "").lower()
    if plain.lstrip("+-") in ("inf", "nan", "infinity"):
        raise ValueError(f"{shortened(text)} is not a finite number")
    if not DECIMAL.fullmatch(plain):
        raise ValueError(f"expected a number, not {shown(text)}")
    mantissa, _, exponent = plain.partition("e")
    if len(mantissa.lstrip("+-").replace(".", "")) > MOST_DIGITS:
        raise ValueError(f"a number has at most {MOST_DIGITS} digits")
    if len(exponent) > 10 or abs(int(exponent or 0)) > MOST_EXPONENT:
        raise ValueError(f"an exponent lies between -{MOST_EXPONENT} and {MOST_EXPONENT}")
    value = Fraction(plain)
    if not _fits_float(value):
        raise ValueError(f"{shortened(text)} is beyond the range of a float64")
    return value


def _fits_float(value: Fraction) -> bool:
    """Say whether the nearest float64 is finite, and 0 only for 0."""
    try:
        nearest = float(value)
    except OverflowError:
        return False
    return math.isfinite(nearest) and (nearest != 0 or value == 0)
