"""Decimals are exact, and what a file writes is bounded before it becomes a number."""

import re
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.model.exact import MOST_DIGITS, Written, decimal, number
from tests.model.tomls import GOOD, parsed, refusal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("-0.50", Fraction(-1, 2)),
        ("+1_000.5", Fraction(2001, 2)),
        ("1e-3", Fraction(1, 1000)),
        ("2E+2", Fraction(200)),
        ("5.", Fraction(5)),
        (".5", Fraction(1, 2)),
        ("-0", Fraction(0)),
        ("0e0000", Fraction(0)),
        ("1e300", Fraction(10**300)),
        ("0." + "3" * (MOST_DIGITS - 1), Fraction(int("3" * 39), 10**39)),
    ],
)
def test_decimals_are_exact(text: str, value: Fraction) -> None:
    assert decimal(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_the_nearest_float_of_a_float_s_decimal_is_that_float(value: float) -> None:
    if value == 0 or abs(value) >= 1e-300:
        assert float(decimal(repr(value))) == value


TOO_MUCH = [
    ("1e301", "an exponent lies between -300 and 300"),
    ("1e-301", "an exponent lies between -300 and 300"),
    ("1e99999999", "an exponent lies between -300 and 300"),
    ("1e" + "9" * 100_000, "an exponent lies between -300 and 300"),
    ("9" * 41 + ".0", "a number has at most 40 digits"),
    ("0." + "0" * 39 + "1", "a number has at most 40 digits"),
    ("1." + "0" * 200_000, "a number has at most 40 digits"),
    ("1234567890e300", "1234567890e300 is beyond the range of a float64"),
    ("0.00000000000000000000000001e-300", "0.00000000000000000000000001e-300 is beyond the range"),
    ("inf", "inf is not a finite number"),
    ("-inf", "-inf is not a finite number"),
    ("nan", "nan is not a finite number"),
    ("Infinity", "Infinity is not a finite number"),
    ("one", "expected a number, not 'one'"),
    ("1/2", "expected a number, not '1/2'"),
    ("", "expected a number, not ''"),
    ("1e", "expected a number, not '1e'"),
    ("0x10", "expected a number, not '0x10'"),
    ("\u0661", "expected a number, not '\\u0661'"),
]


@pytest.mark.parametrize(("text", "problem"), TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_decimals_are_bounded(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}"):
        decimal(text)


def test_a_subnormal_float_is_a_number() -> None:
    assert float(decimal("0.0000000001e-300")) == 1e-310


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (True, "expected a number, not true"),
        ("1", "expected a number, not '1'"),
        (None, "expected a number, not None"),
        (1.5, "expected a number, not 1.5"),  # a float has lost its decimals already
        ([1], "expected a number, not a list"),
        (10**40, "a number has at most 40 digits"),
        (-(10**40), "a number has at most 40 digits"),
        (16**200_000, "a number has at most 40 digits"),
    ],
    ids=range(8),
)
def test_only_numbers_are_numbers(value: object, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        number(value)


def test_whole_numbers_and_decimals_are_numbers() -> None:
    assert number(10**40 - 1) == 10**40 - 1
    assert number(Written("-0.25")) == Fraction(-1, 4)


SPELLINGS = [
    ("0.5", Fraction(1, 2)),
    ("5e-1", Fraction(1, 2)),
    ("0x10", Fraction(16)),
    ("0o17", Fraction(15)),
    ("0b11", Fraction(3)),
    ("1_0", Fraction(10)),
]


@pytest.mark.parametrize(("text", "value"), SPELLINGS)
def test_a_file_may_spell_numbers_as_toml_does(text: str, value: Fraction) -> None:
    samples = parsed(GOOD.replace("y = [2]", f"y = [{text}]")).samples
    assert samples is not None
    assert samples.y == ((value,),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1e99999999", "initial.w1: an exponent lies between -300 and 300"),
        ("9" * 4000, "initial.w1: a number has at most 40 digits"),
        ("0x" + "f" * 200_000, "initial.w1: a number has at most 40 digits"),
        ("0b" + "1" * 200_000, "initial.w1: a number has at most 40 digits"),
        ("0." + "1" * 200_000, "initial.w1: a number has at most 40 digits"),
        ("9" * 200_000, "not TOML that can be read: a number is too long"),
    ],
    ids=len,
)
def test_hostile_numbers_end_in_one_line_at_once(text: str, line: str) -> None:
    start = time.process_time()
    assert refusal(GOOD.replace("w1 = 1", f"w1 = {text}")) == line
    assert time.process_time() - start < 1


@pytest.mark.parametrize("text", ["0x" + "f" * 200_000, "9" * 4000])
def test_hostile_numbers_are_not_printed(text: str) -> None:
    line = refusal(GOOD.replace("units = 1", f"units = {text}"))
    assert line.endswith("not a very large number")
