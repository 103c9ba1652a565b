"""The tree keeps the order it was written in, and evaluates in that order."""

import math
from fractions import Fraction

import pytest

from symnet.model.evaluation import EXACT, FLOAT, evaluate, high_precision
from symnet.model.expression import (
    ONE,
    ZERO,
    Call,
    Negative,
    Number,
    Select,
    Sum,
    Symbol,
    call,
    names,
    product,
    rebuilt,
    substitute,
    total,
)
from symnet.model.program import Assignment, Program, unused

A, B, C = map(Symbol, "abc")


def test_what_is_written_first_stays_first() -> None:
    assert str(B + A - C) == "b + a - c"
    assert str(B * A + 1) == "b * a + 1"
    assert str(2 * (A - B)) == "2 * (a - b)"
    assert str(A - (B - C)) == "a - (b - c)"
    assert str(-(A + B) / (C * A)) == "(-(a + b)) / (c * a)"


def test_brackets_decide_the_order_of_rounding() -> None:
    values = {"a": 1e16, "b": -1e16, "c": 1.0}
    assert evaluate(A + B + C, values, FLOAT) == 1.0
    assert evaluate(A + (B + C), values, FLOAT) == 0.0


def test_products_are_tidied_without_reordering() -> None:
    assert product(A, ONE, B) == A * B
    assert product(A, ZERO, B) == ZERO
    assert product(Negative(A), Negative(B)) == A * B
    assert str(product(A, Number(Fraction(-2)), B)) == "-2 * a * b"
    assert product(ONE, ONE) == ONE


def test_sums_leave_zeros_out() -> None:
    assert total([ZERO, A, ZERO]) == A
    assert total([]) == ZERO
    assert total([A, B]) == Sum((A, B))


def test_names_come_in_order_of_occurrence() -> None:
    assert names(B * A + B * C) == ("b", "a", "c")
    assert names(Select(C < 0, A, B)) == ("c", "a", "b")


def test_every_kind_of_node_can_be_rebuilt() -> None:
    for node in (A + B, A * B, A / B, A**3, -A, call("exp", A), Select(A <= B, A, B)):
        assert rebuilt(node, node.parts) == node
        assert substitute(node, {"a": A, "b": B}) == node
    with pytest.raises(TypeError, match="Symbol has no parts"):
        rebuilt(A, ())


def test_relu_is_exact_and_keeps_a_nan() -> None:
    relu = Call("relu", (A,), (("kink", Fraction(0)),))
    assert evaluate(relu, {"a": Fraction(-1, 3)}, EXACT) == 0
    assert evaluate(relu, {"a": Fraction(1, 3)}, EXACT) == Fraction(1, 3)
    nan = float("nan")
    assert evaluate(relu, {"a": nan}, FLOAT) != evaluate(relu, {"a": nan}, FLOAT)


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_the_slope_at_the_kink_is_the_convention(kink: Fraction) -> None:
    slope = Call("relu", (A,), (("kink", kink),), 0)
    assert evaluate(slope, {"a": Fraction(0)}, EXACT) == kink
    assert evaluate(slope, {"a": Fraction(1, 10**30)}, EXACT) == 1
    assert evaluate(slope, {"a": Fraction(-1, 10**30)}, EXACT) == 0


def test_high_precision_has_the_digits_it_promises() -> None:
    kind = high_precision(50)
    found = evaluate(call("exp", ONE), {}, kind)
    series = sum((Fraction(1, math.factorial(k)) for k in range(60)), Fraction(0))
    assert abs(found - kind.number(series)) < 1e-48


def test_a_program_binds_once_and_before_use() -> None:
    with pytest.raises(ValueError, match="b uses c before"):
        Program(("a",), (Assignment("b", A * C),), ("b",))
    with pytest.raises(ValueError, match="b is assigned twice"):
        Program(("a",), (Assignment("b", A + 1), Assignment("b", A + 2)), ("b",))
    with pytest.raises(ValueError, match="never assigned"):
        Program(("a",), (), ("c",))
    with pytest.raises(ValueError, match="named twice"):
        Program(("a", "a"), (), ())


def test_only_what_is_needed_is_kept() -> None:
    program = Program(("a",), (Assignment("b", A + 1), Assignment("c", A + 2)), ("b", "c"))
    assert str(program.needed_for(["c"])) == "inputs a\nc = a + 2\noutputs c"


def test_an_unused_name_is_found() -> None:
    assert unused("z1", {"z1", "z1_"}) == "z1__"
    assert unused("z1", {"z2"}) == "z1"
