"""What symnet knows of a function: its definition, its slopes, its kinks, its code.

In: Expression. Out: Function, which activations and losses are entries of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from symnet.model.expression import (
    Call,
    Expression,
    Number,
    Options,
    Select,
    Symbol,
    product,
)
from symnet.model.options import OptionRule

Arguments = tuple[Expression, ...]


class Let(Protocol):
    """Give a shared part of a node's code a name of its own.

    Asked again for the same part of the same node, it returns the same name.
    """

    def __call__(self, part: str, value: Expression) -> Symbol: ...


@dataclass(frozen=True, slots=True)
class Function:
    """One entry of a table: everything symnet has to know to add a function.

    ``pieces(arguments, options)``: the definition, left to right, one more than ``breaks``.
    ``slopes(index, arguments, value, options)``: the derivative of each piece in argument
    ``index`` as textbooks write it, in terms of ``value`` (the function's own value) where that
    is customary; SymPy proves it against the definition before it is used.
    ``breaks(options)``: the values of the first argument where one piece ends, ascending.
    ``sides(options)``: the slopes left and right of the kink at 0; None: no kink.
    ``code(arguments, options, let)``: the value, stable in floating point; None: the pieces. A
    NaN must come out a NaN, here and in the pullback: a test that is false for it comes first.
    ``pullback(adjoint, arguments, value, options, let)``: adjoint times slope in each argument
    that has one; None: from the slopes.
    ``layer_pullback``: the same for all units of a layer at once, given their adjoints and
    values; only for a function that takes the whole layer, whose option ``unit`` says which
    unit's value it is. ``rational``: exact arithmetic suffices.
    ``symbol``: the name to print; None: print the definition. ``accuracy``: how far off the
    value may be in floating point, where not a few units in the last place.
    """

    name: str
    pieces: Callable[[Arguments, Options], Arguments]
    slopes: Callable[[int, Arguments, Expression, Options], Arguments]
    symbol: str | None = None
    options: tuple[OptionRule, ...] = ()
    breaks: Callable[[Options], tuple[Fraction, ...]] = lambda options: ()
    sides: Callable[[Options], tuple[Fraction, Fraction]] | None = None
    code: Callable[[Arguments, Options, Let], Expression] | None = None
    pullback: Callable[[Expression, Arguments, Expression, Options, Let], Arguments] | None = None
    layer_pullback: Callable[[Arguments, Arguments, Arguments, Options, Let], Arguments] | None = (
        None
    )
    rational: bool = False
    accuracy: str = ""


def option(options: Options, name: str) -> Number:
    """Return the option ``name`` as a number to compute with."""
    return Number(dict(options)[name])


def select_piece(at: Expression, breaks: tuple[Fraction, ...], pieces: Arguments) -> Expression:
    """Choose the piece for ``at``; at a break the left one, for a NaN the last one."""
    chosen = pieces[-1]
    for bound, piece in zip(reversed(breaks), reversed(pieces[:-1]), strict=True):
        chosen = Select(at <= Number(bound), piece, chosen)
    return chosen


def gate(
    adjoint: Expression,
    at: Expression,
    slopes: Arguments,
    sides: tuple[Fraction, Fraction],
    kink: Fraction,
) -> Expression:
    """Choose ``adjoint`` times the slope left or right of 0; for a NaN the right one.

    At the kink itself the slope is left + kink * (right - left) of the two ``sides``.
    """
    low, high = (product(adjoint, slope) for slope in slopes)
    if kink == 0:
        return Select(at <= 0, low, high)
    if kink == 1:
        return Select(at < 0, low, high)
    middle = product(adjoint, Number(slope_at_kink(sides, kink)))
    return Select(at < 0, low, Select(at <= 0, middle, high))


def slope_at_kink(sides: tuple[Fraction, Fraction], kink: Fraction) -> Fraction:
    """Return the slope a kink is given by convention: left + kink * (right - left)."""
    left, right = sides
    return left + kink * (right - left)


def value_code(function: Function, call: Call, let: Let) -> Expression:
    """Return the code form of ``call``'s value."""
    if function.code is not None:
        return function.code(call.arguments, call.options, let)
    pieces = function.pieces(call.arguments, call.options)
    return select_piece(call.arguments[0], function.breaks(call.options), pieces)


def pullback_code(
    function: Function, call: Call, value: Expression, adjoint: Expression, let: Let
) -> Arguments:
    """Return the code form of ``adjoint`` times ``call``'s slope in each argument."""
    if function.pullback is not None:
        return function.pullback(adjoint, call.arguments, value, call.options, let)
    slopes = function.slopes(0, call.arguments, value, call.options)
    if function.sides is None:
        return (product(adjoint, slopes[0]),)
    sides, kink = function.sides(call.options), dict(call.options)["kink"]
    return (gate(adjoint, call.arguments[0], slopes, sides, kink),)
