"""The shape of an expression: alike where only names differ, and never else."""

import gc
from fractions import Fraction
from itertools import combinations

import pytest

from symnet.emit.printing import Printer
from symnet.emit.pythonic import SYNTAX
from symnet.model.collecting import uncollected
from symnet.model.expression import Call, Negative, Number, Select, Sum, Symbol
from symnet.model.program import Assignment, filled
from symnet.model.shape import Pattern, Shape, shaped

A, B, C = map(Symbol, "abc")
UNLIKE = (
    A + B,
    A + A,
    A + B + C,
    A + (B + C),
    Sum((Sum((A, B)), C)),
    A * B,
    A - B,
    A + Negative(Negative(B)),
    A**2,
    A**3,
    A * Number(Fraction(2)),
    A * Number(Fraction(3)),
    Call("exp", (A,)),
    Call("log", (A,)),
    Call("exp", (A,), (("unit", Fraction(1)),)),
    Call("exp", (A,), slope=0),
    Select(A <= B, A, B),
    Select(A <= B, B, A),
    Select(A < B, A, B),
)


def test_only_names_make_no_difference() -> None:
    assert shaped(A * B + C) == (shaped(B * C + A)[0], ("a", "b", "c"))
    for one, other in combinations(UNLIKE, 2):
        assert shaped(one)[0] != shaped(other)[0], (str(one), str(other))


def test_a_shape_printed_once_is_printed_like_each() -> None:
    printer = Printer(SYNTAX, {"b": "b_"})
    nodes = [B - A * B, A - B * A, Select(A <= 0, Number(Fraction(0)), A * (B + C))]
    nodes += [Select(B <= 0, Number(Fraction(0)), B * (A + C))]
    for node in nodes:
        one = Assignment("d", node)
        assert printer.value_pieces(one) == printer.pieces(node)
        assert printer.value(one) == " ".join(printer.pieces(node))


def test_the_collector_comes_back_and_stays_off_where_it_was() -> None:
    @uncollected
    def fail() -> None:
        assert not gc.isenabled()
        raise KeyError

    for before in (gc.enable, gc.disable, gc.enable):
        before()
        was = gc.isenabled()
        try:
            fail()
        except KeyError:
            assert gc.isenabled() is was


def test_a_line_known_by_its_shape_is_the_line_of_its_expression() -> None:
    pattern = Pattern(A - 2 * B * C)
    line = filled("new", pattern, ("w", "rate", "gradient"))
    right = Assignment("new", Symbol("w") - 2 * Symbol("rate") * Symbol("gradient"))
    assert str(line) == "new = w - 2 * rate * gradient"
    assert (line, line.shape, line.reads) == (right, right.shape, right.reads)
    assert line != filled("new", pattern, ("w", "gradient", "rate"))


def test_a_shape_that_was_never_shown_fills_nothing() -> None:
    with pytest.raises(TypeError, match="no expression of this shape"):
        Shape.of(("never", "shown")).filled(("a",))
