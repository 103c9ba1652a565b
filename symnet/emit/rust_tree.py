"""Expressions as Rust sees them: operators in pairs, brackets where they are needed.

In: Expression. Out: Piece.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from symnet.emit.printing import ATOM, COMPARISON, PRODUCT, SUM
from symnet.emit.rust_numbers import Real
from symnet.model.expression import (
    Call,
    Comparison,
    Expression,
    Negative,
    Number,
    Pi,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A name or a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A minus in front."""

    inside: "Piece"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands."""

    operator: str
    left: "Piece"
    right: "Piece"

    @property
    def chain(self) -> "tuple[Piece, ...]":
        """The operands joined by the same operator, from the left."""
        left = self.left
        same = isinstance(left, Binary) and left.operator == self.operator
        before = left.chain if same and isinstance(left, Binary) else (left,)
        return (*before, self.right)


@dataclass(frozen=True, slots=True)
class Invoked:
    """A call; of nothing: brackets."""

    called: str
    arguments: "tuple[Piece, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value or the other."""

    test: "Piece"
    then: "Piece"
    otherwise: "Piece"


Piece = Word | Signed | Binary | Invoked | Choice


def tree(
    node: Expression, functions: Mapping[str, str], names: Mapping[str, str], real: Real
) -> Piece:
    """Return ``node`` in Rust's operators, given what functions and variables are called."""
    return _Grower(functions, names, real).piece(node)


class _Grower:
    def __init__(self, functions: Mapping[str, str], names: Mapping[str, str], real: Real) -> None:
        self.functions = functions
        self.real = real
        self.names = names

    def piece(self, node: Expression, within: int = 0) -> Piece:
        """Return ``node``, in brackets if it holds together less than ``within``."""
        binding, found = self._bound(node)
        return Invoked("", (found,)) if binding < within else found

    def _bound(self, node: Expression) -> tuple[int, Piece]:
        match node:
            case Symbol(name):
                return ATOM, Word(self.names.get(name, name))
            case Pi():
                return ATOM, Word(f"core::{self.real}::consts::PI")
            case Number(value):
                found = Word(self.real.digits(abs(value)))
                return (SUM, Signed(found)) if value < 0 else (ATOM, found)
            case Negative(operand):
                return SUM, Signed(self.piece(operand, ATOM))
            case Sum(terms):
                return SUM, reduce(self._added, terms[1:], self.piece(terms[0], SUM))
            case Product(factors):
                return PRODUCT, reduce(self._times, factors[1:], self.piece(factors[0], PRODUCT))
            case Quotient(above, below):
                return PRODUCT, Binary("/", self.piece(above, PRODUCT), self.piece(below, ATOM))
            case Comparison(left, operator, right):
                sides = self.piece(left, SUM), self.piece(right, SUM)
                return COMPARISON, Binary(operator, *sides)
            case Call(function, arguments):
                return ATOM, Invoked(self.functions[function], tuple(map(self.piece, arguments)))
            case Select(test, then, otherwise):
                parts = map(self.piece, (test, then, otherwise))
                return 0, Choice(*parts)
        raise TypeError(f"{type(node).__name__} has no code form")

    def _added(self, before: Piece, term: Expression) -> Piece:
        if isinstance(term, Negative):
            return Binary("-", before, self.piece(term.operand, PRODUCT))
        return Binary("+", before, self.piece(term, PRODUCT))

    def _times(self, before: Piece, factor: Expression) -> Piece:
        return Binary("*", before, self.piece(factor, ATOM))
