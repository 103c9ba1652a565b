"""Local derivatives: one node's equation differentiated by one of its variables.

In: Expression. Out: Expression, in textbook order.

SymPy differentiates each shape of term once (a * b, e**2, a quotient, ...) and instances of that
shape are filled in. A function of the tables has its slope in the form textbooks write; SymPy
derives it from the definition, piece by piece, and the two must be equal.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

import sympy

from symnet.derive.symbolic import from_sympy, real, to_sympy
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import (
    ONE,
    Call,
    Expression,
    Negative,
    Number,
    Options,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    names,
    product,
    substitute,
    total,
    walk,
)
from symnet.model.program import Assignment
from symnet.model.shape import Filling, Shape, filling

MONOMIAL = {Number, Symbol, Product, Power}


def local_derivatives(node: Expression, value: Expression) -> dict[str, Expression]:
    """Differentiate ``node`` by each of its variables, in order of first occurrence.

    ``value`` stands for the node itself where its derivative is customarily written through it,
    as in sigma'(z) = h (1 - h).
    """
    match node:
        case Sum(terms):
            return _by_terms(terms)
        case Product((Number() as factor, Sum(terms))):
            return _by_terms(tuple(factor * term for term in terms))
        case Quotient(Sum(terms), Number() as over):
            return _by_terms(tuple(term / over for term in terms))
        case Negative(operand):
            inner = local_derivatives(operand, operand)
            return {name: product(-ONE, one) for name, one in inner.items()}
        case Call() if node.function in FUNCTIONS:
            return _slopes(node, value)
    return _by_shape(node)


class Derivatives:
    """Differentiates assignments by each of their variables; those alike but for names once."""

    def __init__(self) -> None:
        self._symbols: dict[str, Symbol] = {}

    def __call__(self, one: Assignment) -> Iterable[tuple[str, Expression]]:
        """Return each variable with the derivative in it."""
        if one.shape.kind is Call:  # its slope may be written through its value
            return local_derivatives(one.expression, Symbol(one.name)).items()
        symbols = tuple([self._symbol(name) for name in one.reads])
        found = [fill(symbols) for fill in _of_shape(one.shape, len(symbols))]
        return zip(one.reads, found, strict=True)

    def _symbol(self, name: str) -> Symbol:
        return self._symbols.get(name) or self._symbols.setdefault(name, Symbol(name))


@cache
def _of_shape(shape: Shape, count: int) -> tuple[Filling, ...]:
    """Return what puts variables into the derivatives of an expression of ``shape``."""
    names = tuple(f"v{k}" for k in range(count))
    node = shape.filled(names)
    found = local_derivatives(node, node)
    return tuple(filling(found[name], names) for name in names)


def _by_terms(terms: tuple[Expression, ...]) -> dict[str, Expression]:
    """Differentiate a sum term by term; a variable in several terms adds up."""
    found: dict[str, list[Expression]] = {}
    for term in terms:
        for name, derivative in local_derivatives(term, term).items():
            found.setdefault(name, []).append(derivative)
    return {name: total(parts) if len(parts) > 1 else parts[0] for name, parts in found.items()}


def _slopes(node: Call, value: Expression) -> dict[str, Expression]:
    """Return the slope in every argument; where there is a kink, as a call with a name."""
    function = FUNCTIONS[node.function]
    prove_slopes(node.function, node.options, len(node.arguments))
    found = {}
    for index, name in enumerate(names(node)):
        pieces = function.slopes(index, node.arguments, value, node.options)
        kinked = Call(node.function, node.arguments, node.options, index)
        found[name] = kinked if len(pieces) > 1 else pieces[0]
    return found


def _by_shape(node: Expression) -> dict[str, Expression]:
    """Let SymPy differentiate the node with its variables numbered, and fill the names in."""
    used = names(node)
    numbered = _numbered(len(used))
    shape = substitute(node, dict(zip(used, numbered, strict=True)))
    back: dict[str, Expression] = {f"v{k}": Symbol(one) for k, one in enumerate(used)}
    derivatives = _differentiated(shape, len(used))
    return {name: substitute(one, back) for name, one in zip(used, derivatives, strict=True)}


@cache
def _numbered(count: int) -> tuple[Expression, ...]:
    return tuple(Symbol(f"v{k}") for k in range(count))


@cache
def _differentiated(shape: Expression, count: int) -> tuple[Expression, ...]:
    variables = [f"v{k}" for k in range(count)]
    if all(type(one) in MONOMIAL for one in walk(shape)):
        # To lower the exponent of an expression SymPy makes a sum, and for its first sum it loads
        # tensors and permutation groups: a tenth of the time of a short command.
        ring, *powers = sympy.ring(variables, sympy.QQ)
        polynomial = ring(to_sympy(shape, dict(zip(variables, powers, strict=True))))
        return tuple(from_sympy(polynomial.diff(one).as_expr()) for one in powers)
    values = {name: real(name) for name in variables}
    formula = to_sympy(shape, values)
    return tuple(from_sympy(sympy.diff(formula, symbol)) for symbol in values.values())


@cache
def prove_slopes(name: str, options: Options, arity: int) -> None:
    """Hold the table's slopes against SymPy's derivative of the definition.

    Raises:
        ArithmeticError: they differ; the table is wrong.
    """
    function = FUNCTIONS[name]
    arguments = tuple(Symbol(f"a{index}") for index in range(arity))
    values = {one.name: real(one.name) for one in arguments}
    pieces = function.pieces(arguments, options)
    for index, argument in enumerate(arguments):
        slopes = [function.slopes(index, arguments, piece, options) for piece in pieces]
        for position, piece in enumerate(pieces):
            derived = sympy.diff(to_sympy(piece, values), values[argument.name])
            claimed = to_sympy(slopes[position][position], values)
            if sympy.simplify(derived - claimed) != 0:
                raise ArithmeticError(f"the slope of {name} is not the derivative of its value")
        if function.sides is not None:
            _prove_sides(name, slopes, function.sides(options), values[argument.name])


def _prove_sides(
    name: str,
    slopes: list[tuple[Expression, ...]],
    sides: tuple[Fraction, Fraction],
    at: sympy.Symbol,
) -> None:
    """Hold the slopes on the two sides of the kink against their limits there."""
    limits = tuple(
        sympy.limit(to_sympy(slopes[side][side], {at.name: at}), at, 0, direction)
        for side, direction in ((0, "-"), (1, "+"))
    )
    if limits != tuple(sympy.Rational(side.numerator, side.denominator) for side in sides):
        raise ArithmeticError(f"the slopes of {name} beside its kink are {limits}, not {sides}")
