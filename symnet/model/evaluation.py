"""Programs evaluated: exactly, in floats, at high precision, or by any arithmetic given.

In: Program, Expression. Out: values.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import (
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
)
from symnet.model.functions import Function, select_piece, slope_at_kink
from symnet.model.losses import LOSS_FUNCTIONS
from symnet.model.program import Program

FUNCTIONS: dict[str, Function] = {**ACTIVATIONS, **LOSS_FUNCTIONS}
ABSOLUTE_KINK = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A kind of number: how a rational becomes one, pi, and the elementary functions.

    ``opaque``: what to make of a call of the table's functions, given its arguments' values;
    None: evaluate its definition.
    """

    number: Callable[[Fraction], Any]
    pi: Any = None
    elementary: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    opaque: Callable[[Call, tuple[Any, ...]], Any] | None = None


EXACT = Arithmetic(number=lambda value: value)
# What programs may call beside the functions of the tables, by the name modules have for it.
ELEMENTARY = {
    "hyperbolic_tangent": "tanh",
    **{name: name for name in ("exp", "log", "sqrt", "erf", "erfc", "expm1", "log1p")},
}
FLOAT = Arithmetic(
    number=float,
    pi=math.pi,
    elementary={name: getattr(math, called) for name, called in ELEMENTARY.items()},
)


def high_precision(digits: int) -> Arithmetic:
    """Return arithmetic with ``digits`` decimal digits, in a context of its own."""
    import mpmath

    context = mpmath.mp.clone()
    context.dps = digits
    elementary = {name: getattr(context, called) for name, called in ELEMENTARY.items()}

    def number(value: Fraction) -> Any:
        return context.mpf(value.numerator) / value.denominator

    return Arithmetic(number, +context.pi, elementary)


def run(program: Program, values: Mapping[str, Any], arithmetic: Arithmetic) -> dict[str, Any]:
    """Evaluate every assignment of ``program``; ``values`` gives its inputs."""
    known = dict(values)
    for assignment in program.assignments:
        known[assignment.name] = evaluate(assignment.expression, known, arithmetic)
    return known


def evaluate(node: Expression, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """Evaluate one expression, from the left, in the order it is written."""

    def value(part: Expression) -> Any:
        return evaluate(part, values, arithmetic)

    match node:
        case Symbol(name):
            return values[name]
        case Number(number):
            return arithmetic.number(number)
        case Sum(terms):
            return _sum(terms, value)
        case Product(factors):
            return _product(factors, value)
        case Quotient(numerator, denominator):
            return value(numerator) / value(denominator)
        case Power(base, exponent):
            return _product((base,) * exponent, value)
        case Negative(operand):
            return -value(operand)
        case Select(test, then, otherwise):
            return value(then if value(test) else otherwise)
        case Comparison(left, operator, right):
            return _compare(value(left), operator, value(right))
        case Pi():
            return arithmetic.pi
        case Call():
            return _call(node, values, arithmetic)
    raise TypeError(f"cannot evaluate {type(node).__name__}")


def _sum(terms: tuple[Expression, ...], value: Callable[[Expression], Any]) -> Any:
    result = value(terms[0])
    for term in terms[1:]:
        result = (
            result - value(term.operand) if isinstance(term, Negative) else result + value(term)
        )
    return result


def _product(factors: tuple[Expression, ...], value: Callable[[Expression], Any]) -> Any:
    result = value(factors[0])
    for factor in factors[1:]:
        result = result * value(factor)
    return result


def _compare(left: Any, operator: str, right: Any) -> bool:
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case ">=":
            return bool(left >= right)
    raise ValueError(f"unknown comparison {operator}")


def _call(node: Call, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    if node.function in FUNCTIONS and arithmetic.opaque is None:
        return evaluate(definition(node), values, arithmetic)
    arguments = tuple(evaluate(argument, values, arithmetic) for argument in node.arguments)
    if node.function in FUNCTIONS and arithmetic.opaque is not None:
        return arithmetic.opaque(node, arguments)
    return arithmetic.elementary[node.function](*arguments)


def definition(node: Call) -> Expression:
    """Write a call of one of symnet's functions, or its slope, in elementary functions."""
    function = FUNCTIONS[node.function]
    if node.slope is None:
        pieces = function.pieces(node.arguments, node.options)
    else:
        value = Call(node.function, node.arguments, node.options)
        pieces = function.slopes(node.slope, node.arguments, value, node.options)
    bounds = function.breaks(node.options)
    chosen = select_piece(node.arguments[0], bounds, pieces)
    if node.slope is None or function.sides is None:
        return chosen
    kink = dict(node.options).get("kink", ABSOLUTE_KINK)
    at_kink = Number(slope_at_kink(function.sides(node.options), kink))
    at = node.arguments[0]
    return Select(at < 0, pieces[0], Select(at <= 0, at_kink, pieces[1]))
