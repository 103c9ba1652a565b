"""Local derivatives come from SymPy, in textbook order, and a wrong table is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

from symnet.derive.local import Derivatives, local_derivatives, prove_slopes
from symnet.derive.symbolic import from_sympy, real, to_sympy
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import ONE, Call, Expression, Number, Symbol, call, names, total
from symnet.model.network import numbers
from symnet.model.program import Assignment
from tests.networks import choice

A, B, C, E = map(Symbol, "abce")
HALF = Number(Fraction(1, 2))


@pytest.mark.parametrize(
    ("node", "name", "text"),
    [
        (A * B + C, "a", "b"),
        (A * B + A * C, "a", "b + c"),
        (A - B, "b", "-1"),
        (E**2, "e", "2 * e"),
        (HALF * (E**2 + A**2), "e", "e"),
        (total([A**2, B**2]) / 2, "b", "b"),
        (total([A**2, B**2, C**2]) / 3, "a", "2 * a / 3"),
        (-(A * call("log", B) + C), "b", "-a / b"),
        (-C, "c", "-1"),
        (A, "a", "1"),
        (A**3 * B, "a", "3 * a**2 * b"),
        (A**3 * B, "b", "a**3"),
        (HALF * A**2, "a", "a"),
        (Number(Fraction(2, 3)) * (A * B) ** 2, "a", "4 * a * b**2 / 3"),
    ],
)
def test_textbook_order(node: Expression, name: str, text: str) -> None:
    assert str(local_derivatives(node, E)[name]) == text


@pytest.mark.parametrize(
    "node",
    [
        A * B + C * E - B,
        A * B + A * C,
        HALF * (E**2 + A**2),
        -(A * call("log", B) + C),
        call("tanh", C),
    ],
)
def test_what_is_alike_but_for_names_has_the_same_derivatives(node: Expression) -> None:
    derivatives = Derivatives()
    for called in ({}, {"a": "b", "b": "a"}, {"a": "x", "b": "y", "c": "a", "e": "c"}):
        one = Assignment("h", node).renamed(called)
        alone = local_derivatives(one.expression, Symbol("h"))
        assert list(derivatives(one)) == list(alone.items())


def test_the_slope_is_written_through_the_value() -> None:
    assert str(local_derivatives(call("sigmoid", A), Symbol("h"))["a"]) == "h * (1 - h)"
    assert str(local_derivatives(call("tanh", A), Symbol("h"))["a"]) == "1 - h**2"


def test_a_kinked_slope_keeps_its_name_and_options() -> None:
    node = Call("relu", (A,), (("kink", Fraction(0)),))
    assert local_derivatives(node, E)["a"] == replace(node, slope=0)


def _cases() -> list[tuple[str, int]]:
    arities = {"softmax": 3, "binary_cross_entropy": 2}
    return [(name, arities.get(name, 1)) for name in FUNCTIONS]


@pytest.mark.parametrize(("name", "arity"), _cases())
def test_every_slope_of_the_tables_is_sympys(name: str, arity: int) -> None:
    options = numbers(choice(FUNCTIONS, name))
    if name == "softmax":
        options = (("unit", Fraction(1)),)
    prove_slopes.__wrapped__(name, options, arity)


@pytest.mark.parametrize(("name", "arity"), _cases())
def test_a_wrong_slope_is_refused(name: str, arity: int, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = FUNCTIONS[name]
    wrong = replace(
        entry,
        slopes=lambda index, arguments, value, options: tuple(
            one + ONE for one in entry.slopes(index, arguments, value, options)
        ),
    )
    monkeypatch.setitem(FUNCTIONS, name, wrong)
    options = (("unit", Fraction(1)),) if name == "softmax" else numbers(choice(FUNCTIONS, name))
    with pytest.raises(ArithmeticError, match=f"slope of {name}"):
        prove_slopes.__wrapped__(name, options, arity)


def test_wrong_sides_of_a_kink_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(FUNCTIONS["relu"], sides=lambda options: (Fraction(1), Fraction(0)))
    monkeypatch.setitem(FUNCTIONS, "relu", wrong)
    with pytest.raises(ArithmeticError, match="beside its kink"):
        prove_slopes.__wrapped__("relu", (("kink", Fraction(0)),), 1)


def test_the_way_back_from_sympy() -> None:
    a, b, c = (real(name) for name in "abc")
    written = {
        -a * b / c: "-a * b / c",
        a - b - 2: "a - 2 - b",
        a**3 / 4: "a**3 / 4",
        sympy.sqrt(a) * sympy.exp(-b): "sqrt(a) / exp(b)",
        sympy.Rational(-3, 2) * a: "-3 * a / 2",
    }
    for formula, text in written.items():
        back = from_sympy(formula)
        assert to_sympy(back, {name: real(name) for name in names(back)}).equals(formula)
        assert str(back) == text


def test_names_that_mislead_sympys_parser_are_just_names() -> None:
    node = Symbol("S") * Symbol("I") + Symbol("lambda_") * Symbol("E") + Symbol("N")
    found = {name: str(one) for name, one in local_derivatives(node, E).items()}
    assert found == {"S": "I", "I": "S", "lambda_": "E", "E": "lambda_", "N": "1"}
