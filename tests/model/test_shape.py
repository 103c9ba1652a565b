"""The shape of an expression: alike where only names differ, and never else."""

import gc
import pickle
import subprocess
import sys
from fractions import Fraction
from itertools import combinations

import pytest

from symnet.emit.printing import Printer
from symnet.emit.pythonic import SYNTAX
from symnet.model.collecting import uncollected
from symnet.model.expression import Call, Negative, Number, Select, Sum, Symbol
from symnet.model.program import Assignment, filled
from symnet.model.shape import shaped

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
    shape, _ = shaped(A - 2 * B * C)
    line = filled("new", shape, ("w", "rate", "gradient"))
    right = Assignment("new", Symbol("w") - 2 * Symbol("rate") * Symbol("gradient"))
    assert str(line) == "new = w - 2 * rate * gradient"
    assert (line, line.shape, line.reads) == (right, right.shape, right.reads)
    assert line != filled("new", shape, ("w", "gradient", "rate"))


@pytest.mark.parametrize(
    ("called", "text"),
    [
        ({"a": "p"}, "d = p - 2 * b * c + p"),
        ({"a": "b", "b": "a"}, "d = b - 2 * a * c + b"),
        ({"a": "b"}, "d = b - 2 * b * c + b"),
        ({"a": "b", "c": "b"}, "d = b - 2 * b * b + b"),
        ({"unknown": "b"}, "d = a - 2 * b * c + a"),
    ],
)
def test_a_renamed_line_is_the_line_of_the_renamed_expression(
    called: dict[str, str], text: str
) -> None:
    line = Assignment("d", A - 2 * B * C + A).renamed(called)
    assert str(line) == text
    again = Assignment("d", line.expression)
    assert (line.shape, line.reads) == (again.shape, again.reads)


def test_a_shape_goes_to_another_process() -> None:
    line = filled("d", shaped(A * (B + A * C) * B)[0], ("x", "y", "z"))
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).filled(('p', 'q', 'r')))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(line.shape),
        capture_output=True,
        check=True,
    )
    assert found.stdout.decode().strip() == "p * (q + p * r) * q"
    assert str(pickle.loads(pickle.dumps(line))) == "d = x * (y + x * z) * y"
