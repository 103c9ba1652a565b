"""The loss as one expression in parameters, inputs and targets, for SymPy to do anything with.

In: Network. Out: a SymPy expression.

Smooth functions are written out. A kinked one is a function of its own, such as ``relu``, whose
derivative ``relu'`` has the value at the kink that the network file states.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy

from symnet.check.symbolic import can_nest
from symnet.derive.symbolic import SYMPY, real
from symnet.model.evaluation import ABSOLUTE_KINK, FUNCTIONS, Arithmetic, definition, evaluate
from symnet.model.expression import Call, Number, Options, Symbol
from symnet.model.functions import slope_at_kink
from symnet.model.network import Network


def nested_loss(network: Network) -> Any:
    """Return the fully nested loss.

    Its size doubles with every layer or so; ``symbolic.nested_size`` estimates it beforehand.
    """
    known = {name: real(name) for name in network.forward.inputs}
    for node in network.forward.assignments:
        known[node.name] = evaluate(node.expression, known, NESTED)
    return known[network.loss]


def is_always_0(network: Network, name: str) -> bool:
    """Say whether SymPy proves that the loss does not depend on a variable that it contains.

    A softmax of one unit is such a case. A network too large to nest is not looked at.
    """
    if not can_nest(network):
        return False
    derivative = sympy.diff(nested_loss(network), real(name))
    return bool(sympy.cancel(sympy.together(derivative)) == 0)


def _applied(node: Call, arguments: tuple[Any, ...]) -> Any:
    if FUNCTIONS[node.function].breaks(node.options):
        value, slope = _kinked(node.function, node.options)
        return (value if node.slope is None else slope)(*arguments)
    symbols = tuple(Symbol(f"a{k}") for k in range(len(arguments)))
    known = {f"a{k}": argument for k, argument in enumerate(arguments)}
    return evaluate(definition(Call(node.function, symbols, node.options)), known, NESTED)


NESTED = Arithmetic(SYMPY.number, SYMPY.pi, SYMPY.elementary, _applied)


@cache
def _kinked(name: str, options: Options) -> tuple[Any, Any]:
    """Make the SymPy function and its slope; both have values where their argument is a number."""
    function, at = FUNCTIONS[name], (Symbol("at"),)
    pieces = function.pieces(at, options)
    slopes = function.slopes(0, at, Symbol("value"), options)

    def value_in(piece: int, x: Any) -> Any:
        return evaluate(pieces[piece], {"at": x}, NESTED)

    def slope_in(piece: int, x: Any) -> Any:
        return evaluate(slopes[piece], {"at": x, "value": value_in(piece, x)}, NESTED)

    def slope_at(x: Any) -> Any:
        if x == 0 and function.sides is not None:
            kink = dict(options).get("kink", ABSOLUTE_KINK)
            return evaluate(Number(slope_at_kink(function.sides(options), kink)), {}, NESTED)
        return _chosen(slope_in, name, options, x)

    slope = _function(f"{name}'", slope_at)
    value = _function(name, lambda x: _chosen(value_in, name, options, x))
    value.fdiff = lambda applied, index=1: slope(*applied.args)
    return value, slope


def _chosen(piece: Callable[[int, Any], Any], name: str, options: Options, x: Any) -> Any:
    """Return the piece that holds at a number; None where SymPy cannot tell its side."""
    number = 0
    for bound in FUNCTIONS[name].breaks(options):
        beyond = (x - sympy.Rational(bound.numerator, bound.denominator)).is_positive
        if beyond is None:
            return None
        number += beyond
    return piece(number, x)


def _function(name: str, at: Callable[[Any], Any]) -> Any:
    """Make a SymPy function of one argument that ``at`` evaluates at numbers."""

    def evaluated(cls: Any, x: Any) -> Any:
        return at(x) if x.is_number else None

    return type(name, (sympy.Function,), {"eval": classmethod(evaluated)})
