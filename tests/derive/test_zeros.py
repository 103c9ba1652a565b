"""What the derivation makes 0 is left out; what a file makes 0 is computed as it stands."""

import math
from fractions import Fraction

import pytest

from symnet.derive.zeros import without_zeros
from symnet.model.expression import (
    ZERO,
    Call,
    Expression,
    Negative,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
)
from symnet.model.program import Assignment, Program
from tests.emit.emitted import fused_of, network

a, b, d, e = map(Symbol, "abde")


def left(value: Expression, first: Expression = ZERO) -> Expression | None:
    """Return what ``value`` is where the adjoint d is ``first``; None if it is gone."""
    lines = (Assignment("d", first), Assignment("e", value), Assignment("f", a + b))
    found = without_zeros(Program(("a", "b"), lines, ("f",)), {"d"})
    return next((one.expression for one in found.assignments if one.name == "e"), None)


@pytest.mark.parametrize(
    "value",
    [
        d,
        Negative(d),
        Product((a, d)),
        Product((Sum((d, Negative(d))), a)),
        Quotient(d, a),
        Sum((Product((a, d)), Negative(d))),
        Select(a <= 0, ZERO, Product((d, b))),
    ],
    ids=str,
)
def test_what_is_a_multiple_of_it_is_gone(value: Expression) -> None:
    assert left(value) is None
    assert left(value, first=a) == value


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Sum((a, Product((b, d)))), a),
        (Sum((d, Negative(a), b)), Sum((Negative(a), b))),
        (Select(a <= 0, d, b), Select(a <= 0, ZERO, b)),
        (Product((a, Sum((b, d)))), Product((a, b))),
        (Call("sqrt", (Sum((a, d)),)), Call("sqrt", (a,))),
        (Sum((Product((ZERO, a)), Product((b, d)))), Product((ZERO, a))),
        (Product((ZERO, a)), Product((ZERO, a))),
    ],
    ids=str,
)
def test_the_rest_stays(value: Expression, kept: Expression) -> None:
    assert left(value) == kept


def test_a_result_stays_even_if_it_is_0() -> None:
    lines = (Assignment("d", ZERO), Assignment("e", Product((a, d))))
    found = without_zeros(Program(("a",), lines, ("e", "a")), {"d"})
    assert found.assignments == (Assignment("e", ZERO),)


def test_only_an_adjoint_is_0_by_derivation() -> None:
    program = Program(("a",), (Assignment("d", ZERO), Assignment("e", a * d)), ("e",))
    assert without_zeros(program, {"e"}) == program


@pytest.mark.parametrize("activation", ["relu", "gelu", "identity", "sigmoid"])
def test_an_output_that_the_loss_does_not_see_has_no_effect(activation: str) -> None:
    """Nor has a NaN in it; one in the output that is the loss still has."""
    module = fused_of(network(activation, "none", (2, 3, 2), name="each"))
    names = module["PARAMETERS"]
    start = [float(Fraction(k % 5 + 1, 4)) for k in range(len(names))]
    usual = module["update"](start, [1.0, 0.5], 0.1)
    start[names.index("b5")] = math.nan
    found = module["update"](start, [1.0, 0.5], 0.1)
    assert [one for one in found if not math.isnan(one)] == [*usual[:-1]]
    assert all(usual[names.index(one)] == start[names.index(one)] for one in ("w8", "w10", "w12"))
    start[names.index("b4")] = math.nan
    changed = [
        name
        for name, one in zip(names, module["update"](start, [1.0, 0.5], 0.1), strict=True)
        if math.isnan(one)
    ]
    assert {"b4", "b5"} <= {*changed}
    assert ("w1" in changed) is (activation in ("gelu", "sigmoid"))  # the slope depends on z4
