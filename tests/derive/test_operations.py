"""Operations counted by kind."""

from fractions import Fraction

import pytest

from symnet.derive.operations import Counts, counted, operations
from symnet.model.expression import (
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Symbol,
    call,
)
from symnet.model.program import Assignment, Program

A, B, C = map(Symbol, "abc")


@pytest.mark.parametrize(
    ("node", "counts"),
    [
        (A, Counts()),
        (A + B - C, Counts(additions=2)),
        (A - (B - C), Counts(additions=2)),
        (A * B * C, Counts(multiplications=2)),
        (Power(A, 3), Counts(multiplications=2)),
        (A / B / C, Counts(divisions=2)),
        (-A, Counts(sign_changes=1)),
        (Sum((-A, -B)), Counts(additions=1, sign_changes=1)),
        (Sum((A, Negative(Negative(B)))), Counts(additions=1, sign_changes=1)),
        (Product((A, Negative(B))), Counts(multiplications=1, sign_changes=1)),
        (Negative(Number(Fraction(1, 2))), Counts()),
        (call("exp", A + B), Counts(additions=1, function_calls=1)),
        (Select(A <= 0, Number(Fraction(0)), A), Counts(maxima=1)),
        (Select(A < B, B, A), Counts(maxima=1)),
        (Select(A > B, A, B), Counts(maxima=1)),
        (Select(A >= B, A, B), Counts(maxima=1)),
        (Select(A < B, A, B), Counts(gates=1)),
        (Select(A > B, B, A), Counts(gates=1)),
        (Select(A <= 0, Number(Fraction(0)), B), Counts(gates=1)),
        (Select(A < 0, A * B, Select(A <= 0, B, C)), Counts(multiplications=1, gates=2)),
    ],
)
def test_each_kind(node: Expression, counts: Counts) -> None:
    assert counted([node]) == counts


def test_what_two_programs_share_is_counted_once() -> None:
    shared = Assignment("p", A * B)
    first = Program(("a", "b"), (shared, Assignment("q", Symbol("p") + A)), ("q",))
    second = Program(("a", "b"), (shared, Assignment("r", Symbol("p") / A)), ("r",))
    assert operations(first) == Counts(additions=1, multiplications=1)
    assert operations(first, second) == Counts(additions=1, multiplications=1, divisions=1)


def test_it_reads_as_a_sentence() -> None:
    counts = Counts(additions=10, multiplications=23, maxima=4, gates=4)
    assert str(counts) == (
        "41 operations: 10 additions and subtractions, 23 multiplications, 4 maxima, 4 gates"
    )
    one = Counts(1, 1, 1, 1, 1, 1, 1)
    assert str(one) == (
        "7 operations: 1 addition or subtraction, 1 multiplication, 1 division, 1 sign change, "
        "1 maximum, 1 gate, 1 function call"
    )
    assert str(Counts()) == "0 operations"
    assert str(Counts(gates=1)) == "1 operation: 1 gate"


def test_counts_add_and_repeat() -> None:
    counts = Counts(additions=1, gates=2)
    assert counts + counts == counts.times(2) == Counts(additions=2, gates=4)
    assert counts.total == 3
