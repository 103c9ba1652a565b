"""Expressions as text of a programming language, evaluated in exactly the order of the tree.

In: Expression, Syntax. Out: text.

Sums and products run from the left in every language symnet writes, so the first operand needs no
brackets and any other sum or product does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symnet.model.evaluation import FLOAT
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
from symnet.model.program import Assignment
from symnet.model.shape import Shape, numbered

# What no name and no operator has in it: it stands around a place.
MARK = "\x00"

Lines = tuple[str, ...]

# How tightly an expression holds together, from a choice to a name.
CHOICE, COMPARISON, SUM, PRODUCT, ATOM = range(5)


def nearest_float(value: Fraction) -> str:
    """Return the float64 nearest to ``value``, always with a decimal point or an exponent.

    Formatters want no plus in front of an exponent.
    """
    return repr(float(value)).replace("e+", "e")


@dataclass(frozen=True, slots=True)
class Syntax:
    """What differs between languages.

    ``choice``: a conditional expression in the pieces it is broken into where a line is too
    long, with places for test, then and, last, otherwise. ``functions``: what the elementary
    functions are called. ``number``: a literal. ``chained``: a choice behind another's `else`
    stands in no brackets.
    """

    choice: tuple[str, ...]
    functions: Mapping[str, str]
    number: Callable[[Fraction], str] = nearest_float
    chained: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """The text of all expressions of one shape, with places for their names."""

    whole: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printer:
    """Writes expressions; ``names`` says what a variable is called, itself where not listed.

    ``remarks``: what a comment on the line that computes a variable says: its equation's number.
    What the functions of a module share is one expression, and is written once; ``lines``: of
    assignments that are shared, by indent and id.
    """

    syntax: Syntax
    names: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    _known: dict[int, tuple[Expression, tuple[str, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )
    lines: dict[int, dict[int, tuple[Assignment, Lines]]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _forms: dict[Shape, Form] = field(default_factory=dict, compare=False, repr=False)

    def remark(self, name: str) -> str:
        """Return the comment for the line that computes the variable ``name``; empty if none."""
        return self.remarks.get(name, "")

    def text(self, node: Expression, within: int = CHOICE) -> str:
        """Write ``node``, in brackets if it holds together less than ``within``."""
        if type(node) is Symbol:  # these two are nearly all there is
            return self.names.get(node.name, node.name)
        if type(node) is Product and within <= PRODUCT:
            return " ".join(self.pieces(node))
        binding, text = self._written(node)
        return f"({text})" if binding < within else text

    def pieces(self, node: Expression) -> tuple[str, ...]:
        """Cut the text of ``node`` where a line that is too long may be broken."""
        known = self._known.get(id(node))
        if known is None:  # kept with the node itself, so that its id stays its own
            known = self._known[id(node)] = (node, self._pieces(node))
        return known[1]

    def value(self, one: Assignment) -> str:
        """Write what is assigned; lines of one shape are printed once."""
        form = self._forms.get(one.shape) or self._form(one)
        return form.whole.format(*map(self.names.get, one.reads, one.reads))

    def value_pieces(self, one: Assignment) -> tuple[str, ...]:
        """Write the same, cut where a line that is too long may be broken."""
        called = [self.names.get(name, name) for name in one.reads]
        form = self._forms.get(one.shape) or self._form(one)
        return tuple([piece.format(*called) for piece in form.pieces])

    def _form(self, one: Assignment) -> Form:
        pieces = tuple(self._places(one))
        return self._forms.setdefault(one.shape, Form(" ".join(pieces), pieces))

    def _places(self, one: Assignment) -> Iterator[str]:
        """Write the pieces of a shape, with a place for every name."""
        for piece in Printer(self.syntax).pieces(numbered(one.expression, one.reads, MARK)):
            text = piece.replace("{", "{{").replace("}", "}}")
            yield re.sub(f"{MARK}([0-9]+){MARK}", r"{\1}", text)

    def _pieces(self, node: Expression) -> tuple[str, ...]:
        match node:
            case Sum(terms):
                return (*self._first(terms[0], SUM), *map(self._added, terms[1:]))
            case Product(factors):
                rest = [f"* {self.text(one, ATOM)}" for one in factors[1:]]
                return (*self._first(factors[0], PRODUCT), *rest)
            case Quotient(numerator, denominator):
                return (*self._first(numerator, PRODUCT), f"/ {self.text(denominator, ATOM)}")
            case Select():
                return self._choice(node)
        return (self.text(node),)

    def _written(self, node: Expression) -> tuple[int, str]:
        match node:
            case Symbol(name):
                return ATOM, self.names.get(name, name)
            case Number(value):
                return self._number(value)
            case Pi():
                return self._number(Fraction(FLOAT.pi))
            case Sum():
                return SUM, " ".join(self.pieces(node))
            case Product() | Quotient():
                return PRODUCT, " ".join(self.pieces(node))
            case Negative(operand):
                return SUM, f"-{self.text(operand, ATOM)}"
            case Comparison(left, operator, right):
                return COMPARISON, f"{self.text(left, SUM)} {operator} {self.text(right, SUM)}"
            case Select():
                return CHOICE, " ".join(self.pieces(node))
            case Call(function, arguments):
                called = self.syntax.functions[function]
                return ATOM, f"{called}({', '.join(map(self.text, arguments))})"
        raise TypeError(f"{type(node).__name__} has no code form")

    def _number(self, value: Fraction) -> tuple[int, str]:
        return SUM if value < 0 else ATOM, self.syntax.number(value)

    def _added(self, term: Expression) -> str:
        if isinstance(term, Negative):
            return f"- {self.text(term.operand, PRODUCT)}"
        return f"+ {self.text(term, PRODUCT)}"

    def _first(self, node: Expression, binding: int) -> tuple[str, ...]:
        """Write the first operand, whose own operators stand beside those that follow."""
        if type(node) is Symbol:
            return (self.text(node),)
        alike = isinstance(node, Sum if binding == SUM else Product | Quotient)
        return self.pieces(node) if alike else (self.text(node, binding),)

    def _choice(self, node: Select) -> tuple[str, ...]:
        """Write a choice; one that stands behind the last `else` adds its own pieces."""
        first, *more = (
            self.pieces(node.otherwise)
            if isinstance(node.otherwise, Select) and self.syntax.chained
            else (self.text(node.otherwise, CHOICE if self.syntax.chained else COMPARISON),)
        )
        parts = {
            "test": self.text(node.test, COMPARISON),
            "then": self.text(node.then, COMPARISON),
            "otherwise": first,
        }
        return (*(piece.format(**parts) for piece in self.syntax.choice), *more)


def functions_used(nodes: Iterable[Expression]) -> set[str]:
    """Return the elementary functions that ``nodes`` call; what they share is looked at once."""
    found, waiting = set(), list({id(node): node for node in nodes}.values())
    while waiting:
        node = waiting.pop()
        waiting += [part for part in node.parts if type(part) is not Symbol]
        if type(node) is Call:
            found.add(node.function)
    return found
