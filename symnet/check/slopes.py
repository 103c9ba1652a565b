"""The slopes in use, each held against SymPy's derivative of the function's definition.

In: the name of a table entry. Out: whether its slopes are right.

Every exponential is written through one letter, exp(a) = E: what is left is a rational function,
which ``cancel`` decides. The derive room has a proof of its own; the two share no code.
"""

from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from symnet.derive.symbolic import SYMPY
from symnet.model.evaluation import FUNCTIONS, evaluate
from symnet.model.expression import Options, Symbol
from symnet.model.functions import Function


@cache
def slopes_are_right(name: str, options: Options, arity: int) -> bool:
    """Differentiate each piece by each argument; at the kink, compare both sides' limits."""
    return are_right(FUNCTIONS[name], options, arity)


def are_right(function: Function, options: Options, arity: int) -> bool:
    """Say whether a table entry's slopes are the derivatives of its pieces."""
    letters = sympy.symbols(f"a:{arity}", real=True)
    symbols = tuple(Symbol(f"a{k}") for k in range(arity))
    known = {f"a{k}": letter for k, letter in enumerate(letters)}
    pieces = [evaluate(one, known, SYMPY) for one in function.pieces(symbols, options)]
    for index, letter in enumerate(letters):
        claimed = function.slopes(index, symbols, Symbol("value"), options)
        if len(claimed) != len(pieces):
            return False
        for piece, slope in zip(pieces, claimed, strict=True):
            formula = evaluate(slope, {**known, "value": piece}, SYMPY)
            if not _is_zero(sympy.diff(piece, letter) - formula):
                return False
    return function.sides is None or _sides(pieces, letters[0]) == function.sides(options)


def _is_zero(difference: Any) -> bool:
    """Decide an identity that is rational in the arguments and their exponentials."""
    letters = sorted(difference.free_symbols, key=str)
    powers = {letter: sympy.Symbol(f"E_{letter}", positive=True) for letter in letters}

    def exponential(exponent: Any) -> Any:
        terms = sympy.Add.make_args(sympy.expand(exponent))
        return sympy.Mul(*map(one_term, terms))

    def one_term(term: Any) -> Any:
        factor, letter = term.as_coeff_Mul()
        if letter in powers and factor.is_Integer:
            return powers[letter] ** factor
        return sympy.exp(term, evaluate=False)

    difference = difference.replace(sympy.exp, exponential)
    return bool(sympy.cancel(sympy.together(difference)) == 0)


def _sides(pieces: list[Any], letter: Any) -> tuple[Fraction, Fraction] | None:
    """Return the slopes left and right of the kink at 0."""
    if len(pieces) != 2:
        return None
    left, right = (sympy.diff(piece, letter).subs(letter, 0) for piece in pieces)
    if not (left.is_Rational and right.is_Rational):
        return None
    return Fraction(int(left.p), int(left.q)), Fraction(int(right.p), int(right.q))
