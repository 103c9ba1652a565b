"""The tables' functions as SymPy sees them in a proof: closed, but for their slopes.

In: Call. Out: SymPy expressions.

All that SymPy knows of a smooth function is the slope the table claims, which is proven from its
definition apart. Of a kinked function it knows the derivatives of its pieces, which it finds
itself, so that the tables' slopes are not their own judge: each times an indicator, 1 where that
piece holds and 0 elsewhere. An identity with the indicators left as symbols is the identity in
every activation region at once.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sympy
from sympy.polys.domains import QQ
from sympy.polys.orderings import lex
from sympy.polys.polyerrors import CoercionFailed
from sympy.polys.rings import PolyRing

from symnet.derive.symbolic import SYMPY, real
from symnet.model.evaluation import FUNCTIONS, Arithmetic, evaluate
from symnet.model.expression import Call, Expression, Symbol


@dataclass(frozen=True)
class Opaque:
    """The functions of one network, each made once."""

    kinds: dict[Expression, Any] = field(default_factory=dict)

    @cached_property
    def arithmetic(self) -> Arithmetic:
        """SymPy's numbers, with calls of the tables' functions opaque."""
        return Arithmetic(SYMPY.number, SYMPY.pi, SYMPY.elementary, self.applied)

    def applied(self, node: Call, arguments: tuple[Any, ...]) -> Any:
        """Apply the function, or its slope, to SymPy arguments."""
        if node.slope is None:
            return self.kind(node)(*arguments)
        return self.claimed(node, arguments, node.slope, self.kind(replace(node, slope=None)))

    def kind(self, node: Call) -> Any:
        """Return the SymPy function: one for all uses of a smooth one, else one for each unit."""
        smooth = is_smooth(node)
        key = Call(node.function, (), node.options) if smooth else node
        if key not in self.kinds:
            slope = self.claimed if smooth else self.derived

            def fdiff(value: Any, index: int = 1) -> Any:
                return slope(node, value.args, index - 1, value.func)

            name = f"{node.function}_{len(self.kinds)}"
            self.kinds[key] = type(name, (sympy.Function,), {"fdiff": fdiff})
        return self.kinds[key]

    def claimed(self, node: Call, arguments: tuple[Any, ...], index: int, kind: Any) -> Any:
        """Return the table's slope at SymPy arguments, in all its pieces."""
        function, symbols = FUNCTIONS[node.function], _symbols(len(arguments))
        known = {one.name: at for one, at in zip(symbols, arguments, strict=True)}
        slopes = function.slopes(index, symbols, Symbol("value"), node.options)
        if is_smooth(node):
            return evaluate(slopes[0], {**known, "value": kind(*arguments)}, self.arithmetic)
        pieces = function.pieces(symbols, node.options)
        values = [evaluate(piece, known, self.arithmetic) for piece in pieces]
        return _joined(
            node,
            [
                evaluate(slope, {**known, "value": value}, self.arithmetic)
                for slope, value in zip(slopes, values, strict=True)
            ],
        )

    def derived(self, node: Call, arguments: tuple[Any, ...], index: int, kind: Any) -> Any:
        """Return SymPy's derivatives of a kinked function's pieces, at SymPy arguments."""
        symbols = _symbols(len(arguments))
        known = {one.name: real(one.name) for one in symbols}
        pieces = FUNCTIONS[node.function].pieces(symbols, node.options)
        at = known[symbols[index].name]
        slopes = [sympy.diff(evaluate(piece, known, self.arithmetic), at) for piece in pieces]
        placed = {known[one.name]: x for one, x in zip(symbols, arguments, strict=True)}
        return _joined(node, [slope.xreplace(placed) for slope in slopes])


def is_smooth(node: Call) -> bool:
    """Say whether a function of the tables has one piece only."""
    return not FUNCTIONS[node.function].breaks(node.options)


def _symbols(arity: int) -> tuple[Symbol, ...]:
    return tuple(Symbol(f"a{k}") for k in range(arity))


def _joined(node: Call, slopes: list[Any]) -> Any:
    """Add up the pieces' slopes, each times the indicator of its piece."""
    indicators = (real(f"[{node.arguments[0]} in piece {k}]") for k in range(1, len(slopes) + 1))
    return sum(one * slope for one, slope in zip(indicators, slopes, strict=True))


def is_identity(claimed: Any, derived: Any) -> bool:
    """Decide whether two results are equal, whatever values the functions in them take.

    Applied functions, the outermost ones whole, and irrational constants become letters: what is
    left are polynomials, or fractions of them.
    """
    difference = sympy.S.Zero + claimed - derived
    letters = {one: sympy.Dummy() for one in difference.atoms(sympy.Function, sympy.NumberSymbol)}
    roots = (one for one in difference.atoms(sympy.Pow) if not one.exp.is_Integer)
    letters |= {one: sympy.Dummy() for one in roots}
    difference = difference.xreplace(letters)
    try:
        return not polynomial(difference)
    except (ValueError, CoercionFailed):  # a fraction
        return bool(sympy.cancel(sympy.together(difference)) == 0)


def polynomial(formula: Any) -> Any:
    """Multiply out in SymPy's sparse polynomials, many times faster than ``expand``.

    Raises:
        ValueError, CoercionFailed: the formula is no polynomial with rational coefficients.
    """
    symbols = sorted(formula.free_symbols, key=sympy.default_sort_key)
    if not symbols:
        return formula
    return PolyRing(symbols, QQ, lex).from_expr(formula)
