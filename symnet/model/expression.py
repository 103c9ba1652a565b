"""Expressions as a textbook would order them: what is written first stays first.

In: nothing. Out: Expression and its node types.

SymPy decides what is equal; this tree decides how things look and in which order a computer
adds and multiplies. Operators build it without rearranging anything: ``a + b + c`` is one
``Sum`` evaluated from the left, ``a + (b + c)`` keeps its brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

Options = tuple[tuple[str, Fraction], ...]


class Expression:
    """Base of all nodes; immutable, compared by structure."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions inside this one, left to right."""
        return ()

    def __add__(self, other: Expression | int | Fraction) -> Expression:
        return Sum((*_terms(self), expression(other)))

    def __radd__(self, other: int | Fraction) -> Expression:
        return Sum((expression(other), self))

    def __sub__(self, other: Expression | int | Fraction) -> Expression:
        return Sum((*_terms(self), Negative(expression(other))))

    def __rsub__(self, other: int | Fraction) -> Expression:
        return Sum((expression(other), Negative(self)))

    def __mul__(self, other: Expression | int | Fraction) -> Expression:
        return Product((*_factors(self), expression(other)))

    def __rmul__(self, other: int | Fraction) -> Expression:
        return Product((expression(other), *_factors(self)))

    def __truediv__(self, other: Expression | int | Fraction) -> Expression:
        return Quotient(self, expression(other))

    def __rtruediv__(self, other: int | Fraction) -> Expression:
        return Quotient(expression(other), self)

    def __pow__(self, exponent: int) -> Expression:
        return Power(self, exponent)

    def __neg__(self) -> Expression:
        return Negative(self)

    def __lt__(self, other: Expression | int | Fraction) -> Comparison:
        return Comparison(self, "<", expression(other))

    def __le__(self, other: Expression | int | Fraction) -> Comparison:
        return Comparison(self, "<=", expression(other))

    def __gt__(self, other: Expression | int | Fraction) -> Comparison:
        return Comparison(self, ">", expression(other))

    def __ge__(self, other: Expression | int | Fraction) -> Comparison:
        return Comparison(self, ">=", expression(other))


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An exact rational number."""

    value: Fraction

    def __str__(self) -> str:
        return str(self.value) if self.value.denominator == 1 else f"({self.value})"


@dataclass(frozen=True, slots=True)
class Pi(Expression):
    """The circle constant."""

    def __str__(self) -> str:
        return "pi"


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A variable, by its name: input, target, parameter or node."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """Terms added from the left; a subtracted term is a ``Negative``."""

    terms: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.terms

    def __str__(self) -> str:
        text = str(self.terms[0])
        for term in self.terms[1:]:
            minus = isinstance(term, Negative)
            operand = term.operand if isinstance(term, Negative) else term
            text += f" {'-' if minus else '+'} {_bracketed(operand, Sum if minus else ())}"
        return text


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """Factors multiplied from the left."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def __str__(self) -> str:
        return " * ".join(_bracketed(factor, (Sum, Negative)) for factor in self.factors)


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """One expression over another."""

    numerator: Expression
    denominator: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.numerator, self.denominator)

    def __str__(self) -> str:
        over = _bracketed(self.denominator, (Sum, Product, Quotient, Negative))
        return f"{_bracketed(self.numerator, (Sum, Negative))} / {over}"


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """A base to a whole exponent of at least 2."""

    base: Expression
    exponent: int

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.base,)

    def __str__(self) -> str:
        return f"{_bracketed(self.base, (Sum, Product, Quotient, Negative))}**{self.exponent}"


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """An expression with its sign changed."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def __str__(self) -> str:
        return f"-{_bracketed(self.operand, (Sum, Negative))}"


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A function applied, or with ``slope`` its derivative in that argument (0 the first)."""

    function: str
    arguments: tuple[Expression, ...]
    options: Options = ()
    slope: int | None = None

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.arguments

    def __str__(self) -> str:
        prime = "" if self.slope is None else "'"
        return f"{self.function}{prime}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    """A test of two expressions; false where either is not a number."""

    left: Expression
    operator: str
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class Select(Expression):
    """``then`` where the test holds, else ``otherwise``; only one of them is evaluated."""

    test: Comparison
    then: Expression
    otherwise: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.test, self.then, self.otherwise)

    def __str__(self) -> str:
        return f"({self.then} if {self.test} else {self.otherwise})"


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
SYMBOLS = {Symbol}


def expression(value: Expression | int | Fraction) -> Expression:
    """Return ``value`` as an expression."""
    return value if isinstance(value, Expression) else Number(Fraction(value))


def total(terms: Iterable[Expression]) -> Expression:
    """Add ``terms`` in their order, leaving out zeros; the sum of nothing is 0."""
    kept = tuple(term for term in terms if type(term) is not Number or term != ZERO)
    return Sum(kept) if len(kept) > 1 else kept[0] if kept else ZERO


def product(*factors: Expression) -> Expression:
    """Multiply ``factors``: the number first, signs moved out, ones dropped; a zero decides."""
    if len(factors) > 1 and {*map(type, factors)} == SYMBOLS:  # most are
        return Product(factors)
    coefficient, kept = Fraction(1), []
    for factor in factors:
        while isinstance(factor, Negative):
            coefficient, factor = -coefficient, factor.operand
        for part in _factors(factor):
            if isinstance(part, Number):
                coefficient *= part.value
            else:
                kept.append(part)
    if not coefficient:
        return ZERO
    if abs(coefficient) != 1 or not kept:
        kept.insert(0, Number(abs(coefficient)))
    result = Product(tuple(kept)) if len(kept) > 1 else kept[0]
    return Negative(result) if coefficient < 0 else result


def call(function: str, *arguments: Expression | int | Fraction) -> Call:
    """Apply ``function`` to ``arguments``."""
    return Call(function, tuple(map(expression, arguments)))


def walk(node: Expression) -> Iterator[Expression]:
    """Yield ``node`` and everything inside it, left to right."""
    yield node
    for part in node.parts:
        yield from walk(part)


def names(node: Expression) -> tuple[str, ...]:
    """Return the names of the variables in ``node``, in order of first occurrence."""
    found: dict[str, None] = {}
    _collect((node,), found)
    return tuple(found)


def _collect(nodes: Iterable[Expression], found: dict[str, None]) -> None:
    for node in nodes:
        kind = type(node)
        if kind is Symbol:
            found[node.name] = None  # type: ignore[attr-defined]
        elif kind is not Number:
            _collect(node.parts, found)


def plain(node: Expression) -> bool:
    """Say whether there is nothing but variables added, subtracted and multiplied."""
    kind = type(node)
    if kind is Symbol:
        return True
    if kind is Product and {*map(type, node.parts)} == SYMBOLS:
        return True
    return kind in _ARITHMETIC and all(map(plain, node.parts))


_ARITHMETIC = {Sum, Product, Negative}


def substitute(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """Replace variables by expressions; variables not in ``values`` stay."""
    if isinstance(node, Symbol):
        return values.get(node.name, node)
    parts = node.parts
    if not parts:
        return node
    return rebuilt(node, tuple(substitute(part, values) for part in parts))


def named(node: Expression, known: Mapping[Expression, Expression]) -> Expression:
    """Replace every call in ``node`` that is ``known`` by what it is known as."""
    if type(node) is Symbol:
        return node
    if isinstance(node, Call) and node in known:
        return known[node]
    parts = node.parts
    return rebuilt(node, tuple(named(part, known) for part in parts)) if parts else node


def rebuilt(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """Return ``node`` with other parts, as many and in the same order."""
    match node:
        case Sum():
            return Sum(parts)
        case Product():
            return Product(parts)
        case Call(function, _, options, slope):
            return Call(function, parts, options, slope)
        case Quotient():
            return Quotient(*parts)
        case Power(exponent=exponent):
            return Power(parts[0], exponent)
        case Negative():
            return Negative(parts[0])
        case Comparison(operator=operator):
            return Comparison(parts[0], operator, parts[1])
        case Select() if isinstance(parts[0], Comparison):
            return Select(parts[0], parts[1], parts[2])
    raise TypeError(f"{type(node).__name__} has no parts to replace")


def _terms(node: Expression) -> tuple[Expression, ...]:
    return node.terms if isinstance(node, Sum) else (node,)


def _factors(node: Expression) -> tuple[Expression, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _bracketed(node: Expression, kinds: type | tuple[type, ...]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
