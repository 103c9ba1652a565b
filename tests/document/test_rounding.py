"""Numbers are rounded once, halves away from zero, with digits added only where needed."""

import decimal as stdlib
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.document.mathematics import Decimal
from symnet.document.rounding import (
    arithmetic,
    decimal,
    exact_decimal,
    rounded,
    settled,
    value_of,
    worked,
)
from symnet.model.expression import Expression, Symbol, call


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        ("0", 5, "0"),
        ("1.75", 3, "1.75"),
        ("-0.0625", 3, "-0.0625"),
        ("2.5", 1, "3"),
        ("-2.5", 1, "-3"),
        ("0.99999", 3, "1.00"),
        ("1/3", 5, "0.33333"),
        ("2/3", 2, "0.67"),
        ("123456", 3, "1.23e5"),
        ("0.0001", 2, "0.00010"),
        ("0.00001", 2, "1.0e-5"),
        ("99999.5", 5, "1.0000e5"),
        ("12345", 5, "12345"),
    ],
)
def test_rounding_to_significant_digits(value: str, digits: int, shown: str) -> None:
    assert str(rounded(Fraction(value), digits)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.5", "0.5"),
        ("100", "100"),
        ("1e-8", "1e-8"),
        ("12345678", "12345678"),
        ("1234567", "1234567"),
        ("-0.15", "-0.15"),
        ("1e12", "1e12"),
    ],
)
def test_short_numbers_are_shown_exactly(value: str, shown: str) -> None:
    found = exact_decimal(Fraction(value))
    assert str(found) == shown
    assert found is not None
    assert found.value == Fraction(value)


def test_long_numbers_are_not_called_exact() -> None:
    assert exact_decimal(Fraction(1, 3)) is None
    assert exact_decimal(Fraction("0.123456789")) is None
    assert str(decimal(Fraction("0.123456789"))) == "0.12346"


@given(st.fractions(max_denominator=10**9), st.integers(1, 12))
def test_rounding_agrees_with_the_standard_library(value: Fraction, digits: int) -> None:
    context = stdlib.Context(prec=200)
    quotient = context.divide(stdlib.Decimal(value.numerator), stdlib.Decimal(value.denominator))
    expected = stdlib.Context(prec=digits, rounding=stdlib.ROUND_HALF_UP).plus(quotient)
    assert rounded(value, digits).value == Fraction(expected)


@given(st.fractions(), st.integers(1, 12))
def test_what_is_displayed_is_near_what_is_meant(value: Fraction, digits: int) -> None:
    assert abs(rounded(value, digits).value - value) <= abs(value) * Fraction(5, 10**digits)


@pytest.mark.parametrize("value", ["-0.25", "3.5", "-1e-30", "0"])
def test_high_precision_numbers_keep_sign_and_value(value: str) -> None:
    number = arithmetic().number(Fraction(value))
    assert settled(number) == Fraction(value)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
def test_what_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(ArithmeticError):
        settled(mpmath.mpf(value))


A, B, C = map(Symbol, "abc")


def shown(node: Expression, **values: str) -> tuple[list[str], str]:
    found = worked(node, {name: Fraction(value) for name, value in values.items()})
    assert found.holds
    return [str(one) for one in found.inside.values()], str(found.result)


def test_exact_numbers_give_an_exact_result() -> None:
    assert shown(A * B + C, a="1", b="-0.5", c="0.5") == (["1", "-0.5", "0.5"], "0")


def test_five_digits_are_enough_where_they_are() -> None:
    assert shown(A * B, a="1/3", b="0.1") == (["0.33333", "0.1"], "0.033333")
    assert shown(A * B, a="1/3", b="3") == (["0.333333", "3"], "1.0000")


def test_digits_are_added_where_the_result_needs_them() -> None:
    inside, result = shown(A - B, a="0.731058578630", b="0.73")
    assert len(inside[0]) > len("0.73106")
    assert result == "0.0010586"


def test_a_line_that_cannot_hold_says_so() -> None:
    found = worked(A - B, {"a": Fraction(1) + Fraction(1, 3 * 10**30), "b": Fraction(1)})
    assert not found.holds


@given(
    st.lists(st.fractions(-5, 5, max_denominator=10**6), min_size=3, max_size=3),
    st.sampled_from([A * B + C, A * B * C, A * (1 - A) * B, A**2 - B * C, -(A * B)]),
)
def test_typing_the_displayed_numbers_gives_the_displayed_result(
    values: list[Fraction], node: Expression
) -> None:
    known = dict(zip("abc", values, strict=True))
    found = worked(node, known)
    typed = value_of(node, {name: one.value for name, one in found.inside.items()})
    if not found.holds:
        return
    if found.equal:
        assert typed == found.result.value
    else:
        digits = len(found.result.digits.lstrip("-0.").replace(".", ""))
        assert rounded(typed, max(digits, 1)).value == found.result.value


def test_functions_are_worked_to_many_digits() -> None:
    value = value_of(call("sigmoid", A), {"a": Fraction(1)})
    with mpmath.workdps(60):
        expected = 1 / (1 + mpmath.exp(-1))
        difference = mpmath.mpf(value.numerator) / value.denominator - expected
        assert abs(difference) < mpmath.mpf(10) ** -48


def test_a_decimal_is_the_number_its_digits_say() -> None:
    assert Decimal("-1.25", -3).value == Fraction("-0.00125")
