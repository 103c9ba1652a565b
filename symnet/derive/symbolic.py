"""Between expressions and SymPy: out to do calculus, back in textbook order.

In: Expression, or a SymPy expression. Out: the other.

This module owns the order of what SymPy hands back: numbers first in a product, sums inside it
last; a minus sign in front of the term it belongs to, and a positive term first in a sum.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from symnet.model.evaluation import Arithmetic, evaluate
from symnet.model.expression import (
    ONE,
    Expression,
    Negative,
    Number,
    Pi,
    Quotient,
    Sum,
    Symbol,
    call,
    product,
)

SYMPY = Arithmetic(
    number=lambda value: sympy.Rational(value.numerator, value.denominator),
    pi=sympy.pi,
    elementary={
        "exp": sympy.exp,
        "log": sympy.log,
        "hyperbolic_tangent": sympy.tanh,
        "sqrt": sympy.sqrt,
        "erf": sympy.erf,
        "erfc": sympy.erfc,
        "expm1": lambda x: sympy.exp(x) - 1,
        "log1p": lambda x: sympy.log(1 + x),
    },
)
BACK = {"exp": "exp", "log": "log", "erf": "erf"}


def real(name: str) -> sympy.Symbol:
    """Return the real SymPy symbol called ``name``, whatever that means to SymPy's parser."""
    return sympy.Symbol(name, real=True)


def to_sympy(node: Expression, values: Mapping[str, Any]) -> Any:
    """Return ``node`` as a SymPy expression, its variables replaced by ``values``."""
    return evaluate(node, values, SYMPY)


def from_sympy(value: Any) -> Expression:
    """Return a SymPy expression of sums, products, powers and functions in textbook order."""
    if value.is_Rational:
        return _signed(Fraction(int(value.p), int(value.q)))
    if value.is_Symbol:
        return Symbol(value.name)
    if value.is_Add:
        return _sum(value)
    if value.is_Mul or value.is_Pow:
        return _product(value)
    if value == sympy.pi:
        return Pi()
    if value.func.__name__ in BACK:
        return call(BACK[value.func.__name__], *map(from_sympy, value.args))
    raise TypeError(f"no textbook form for {value.func.__name__}")


def _signed(value: Fraction) -> Expression:
    return Negative(Number(-value)) if value < 0 else Number(value)


def _sum(value: Any) -> Expression:
    terms = sorted(map(from_sympy, value.args), key=_rank_in_sum)
    return Sum(tuple(terms))


def _rank_in_sum(term: Expression) -> tuple[bool, bool, str]:
    return (isinstance(term, Negative), False, str(term))


def _product(value: Any) -> Expression:
    numerator, denominator = value.as_numer_denom()
    above = _factors(numerator)
    if denominator == 1:
        return above
    below = _factors(denominator)
    if isinstance(above, Negative):
        return Negative(Quotient(above.operand, below))
    return Quotient(above, below)


def _factors(value: Any) -> Expression:
    coefficient, rest = value.as_coeff_Mul()
    parts = sorted(map(_power, sympy.Mul.make_args(rest)), key=_rank_in_product)
    return product(_signed(Fraction(int(coefficient.p), int(coefficient.q))), *parts)


def _power(value: Any) -> Expression:
    if value == 1:
        return ONE
    if not value.is_Pow:
        return from_sympy(value)
    base, exponent = value.as_base_exp()
    if exponent == sympy.Rational(1, 2):
        return call("sqrt", from_sympy(base))
    if not exponent.is_Integer or exponent < 2:
        raise TypeError(f"no textbook form for the power {exponent}")
    return from_sympy(base) ** int(exponent)


def _rank_in_product(factor: Expression) -> tuple[bool, str]:
    return (isinstance(factor, Sum), str(factor))
