"""Expressions as text: evaluated as the tree is, bracket by bracket."""

import ast
import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnet.emit.printing import Printer, Syntax, functions_used, nearest_float
from symnet.emit.pythonic import SYNTAX
from symnet.model.evaluation import FLOAT, evaluate
from symnet.model.expression import (
    ONE,
    Call,
    Comparison,
    Expression,
    Negative,
    Number,
    Pi,
    Power,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    call,
)

A, B, C = map(Symbol, "abc")
PYTHON = Printer(SYNTAX)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (A + B + C, "a + b + c"),
        (A + (B + C), "a + (b + c)"),
        (A - B - C, "a - b - c"),
        (A - (B - C), "a - (b - c)"),
        (Sum((A, Negative(Negative(B)))), "a - (-b)"),
        (A * B * C, "a * b * c"),
        (Product((A, Product((B, C)))), "a * (b * c)"),
        (Product((A + B, C)), "(a + b) * c"),
        (A / B / C, "a / b / c"),
        (A / (B / C), "a / (b / c)"),
        (A / (B * C), "a / (b * c)"),
        (A * B / C, "a * b / c"),
        (Product((A, B / C)), "a * (b / c)"),
        (-(A * B), "-(a * b)"),
        (Negative(Negative(A)), "-(-a)"),
        (Product((A, -B)), "a * (-b)"),
        (Product((Number(Fraction(-2)), A)), "(-2.0) * a"),
        (Sum((A, Number(Fraction(-2)))), "a + (-2.0)"),
        (Select(A <= 0, Number(Fraction(0)), A), "0.0 if a <= 0.0 else a"),
        (Select(A < B, A, Select(B < C, B, C)), "a if a < b else b if b < c else c"),
        (Select(A < B, Select(B < C, B, C), A), "(b if b < c else c) if a < b else a"),
        (Select(A < B, A, B) * C, "(a if a < b else b) * c"),
        (call("exp", Select(A < 0, A, -A)), "exp(a if a < 0.0 else -a)"),
        (call("hyperbolic_tangent", A + B), "tanh(a + b)"),
        (Pi(), repr(math.pi)),
    ],
)
def test_brackets_stand_where_the_order_needs_them(node: Expression, text: str) -> None:
    assert PYTHON.text(node) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 10), "0.1"),
        (Fraction(2), "2.0"),
        (Fraction(1, 10**8), "1e-08"),
        (Fraction(10**30), "1e30"),
        (Fraction(-1, 3), "-0.3333333333333333"),
    ],
)
def test_numbers_are_the_nearest_floats_and_look_like_floats(value: Fraction, text: str) -> None:
    assert nearest_float(value) == text
    assert isinstance(ast.literal_eval(text), float)


def test_other_languages_choose_in_their_own_words() -> None:
    c = Syntax(choice=("{test}", "? {then}", ": {otherwise}"), functions={"exp": "exp"})
    rust = Syntax(choice=("if {test} {{ {then} }}", "else {{ {otherwise} }}"), functions={})
    node = Select(A < B, A, Select(B < C, B, C))
    assert Printer(c).text(node) == "a < b ? a : b < c ? b : c"
    assert Printer(rust).text(Select(A < B, A, B)) == "if a < b { a } else { b }"


def test_names_are_replaced() -> None:
    assert Printer(SYNTAX, {"a": "a_"}).text(A + B) == "a_ + b"


def test_an_unknown_node_is_refused() -> None:
    with pytest.raises(TypeError, match="Power has no code form"):
        PYTHON.text(Power(A, 2))
    with pytest.raises(KeyError):
        PYTHON.text(Call("besselj", (A,)))


def test_the_functions_used() -> None:
    assert functions_used([call("exp", call("log1p", A)), B + ONE]) == {"exp", "log1p"}


numbers = st.fractions(min_value=-3, max_value=3, max_denominator=8).map(Number)
leaves = st.sampled_from([A, B, C]) | numbers


def summed(parts: list[Expression]) -> Expression:
    return Sum(tuple(parts))


def multiplied(parts: list[Expression]) -> Expression:
    return Product(tuple(parts))


def bigger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Return expressions with these inside them."""
    comparisons = st.builds(Comparison, inner, st.sampled_from(["<", "<=", ">", ">="]), inner)
    return st.one_of(
        st.lists(inner | inner.map(Negative), min_size=2, max_size=4).map(summed),
        st.lists(inner, min_size=2, max_size=4).map(multiplied),
        st.builds(Quotient, inner, inner),
        inner.map(Negative),
        st.builds(Select, comparisons, inner, inner),
        inner.map(lambda one: call("hyperbolic_tangent", one)),
    )


@settings(max_examples=400, deadline=None)
@given(st.recursive(leaves, bigger, max_leaves=25), st.tuples(*[st.floats(-9, 9)] * 3))
def test_the_text_gives_the_tree_s_value_to_the_last_bit(
    node: Expression, values: tuple[float, float, float]
) -> None:
    known = dict(zip("abc", values, strict=True))
    text = PYTHON.text(node)

    def tree() -> float:
        return float(evaluate(node, known, FLOAT))

    def python() -> float:
        return float(eval(text, {"tanh": math.tanh}, known))

    assert outcome(python) == outcome(tree)


def outcome(compute: Callable[[], float]) -> str:
    """Return a number to its last bit and its sign, or that there is none."""
    try:
        return repr(compute())
    except ZeroDivisionError:
        return "division by zero"
