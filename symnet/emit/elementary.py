"""Elementary functions for languages that lack them, written in what all of them have.

In: the name of a function. Out: Written.

The error function is a polynomial near 0 and, further out, exp(-x^2) times a polynomial in
(x - 3)/(x + 3) (Shepherd & Laframboise, Mathematics of Computation 36, 1981); the coefficients
interpolate at 12 and 23 Chebyshev nodes. The square is split (Dekker 1971), since a rounded x^2
would cost exp(-x^2) most of its digits. Of 50-digit values they stay within 4 units in the last
place, as a test asserts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from symnet.emit.statements import Block, Put, Statement, each, entry
from symnet.model.expression import (
    ONE,
    ZERO,
    Expression,
    Number,
    Select,
    Symbol,
    call,
    expression,
)

ARGUMENT, INDEX = "z", "k"
NEAR = (
    -9.502840894774706e-10,
    1.4413879289095029e-08,
    -1.63332293434337e-07,
    1.646038320985815e-06,
    -1.4925589383821143e-05,
    0.00012055331545294116,
    -0.0008548327001135946,
    0.005223977625222192,
    -0.026866170645118446,
    0.11283791670955087,
    -0.37612638903183754,
    1.1283791670955126,
)
FAR = (
    -3.5843505614635203e-10,
    -1.8662659946930346e-08,
    3.0864345701433984e-08,
    1.1429985531634342e-07,
    -1.3645260364451894e-07,
    -6.276127146419021e-07,
    3.5693609476081456e-07,
    3.477733205500757e-06,
    -7.326277900898908e-07,
    -2.0102161645520925e-05,
    4.950009517119456e-06,
    0.0001250996614406728,
    -0.0001051599223611436,
    -0.0007798323114019658,
    0.001888690375223164,
    0.002529391819281221,
    -0.0237705149197822,
    0.06830802734382056,
    -0.11927366341527004,
    0.12964515870276452,
    -0.04756229435345123,
    -0.1356211061245812,
    1.2530080582697296,
)
SWITCH, CENTRE = 0.75, 3.0
# From here on exp(-x^2) is 0, and further on the polynomial would not hold.
LARGEST = 28.0
# Multiplied by this, a float64 splits into halves of 26 bits.
SPLITTER = 2.0**27 + 1
# From here on 1 + x is x, up to rounding.
HUGE = 1e16


@dataclass(frozen=True, slots=True)
class Written:
    """One function of ``z``: what it is, its constants, its body, and what that calls."""

    name: str
    text: str
    tables: tuple[tuple[str, tuple[Fraction, ...]], ...]
    block: Block
    calls: tuple[str, ...]


def written_out(lacking: Collection[str], used: Collection[str]) -> tuple[Written, ...]:
    """Return those of the functions ``used`` that a language is ``lacking``.

    Raises:
        KeyError: one of them is not written here.
    """
    return tuple(WRITTEN[name] for name in sorted(used) if name in lacking)


def _number(value: float) -> Number:
    return Number(Fraction(value))


def _let(name: str, value: Expression | int) -> Put:
    return Put(name, expression(value), new=True)


def _polynomial(name: str, table: str, degree: int, at: Expression) -> list[Statement]:
    """Write Horner's rule over the coefficients of ``table``, the highest power first."""
    step = Put(name, Symbol(name) * at + entry(table, INDEX))
    return [_let(name, ZERO), each(INDEX, degree, step)]


def _error_function(name: str, near: Expression, tail: Expression, other: Expression) -> Written:
    """Write a function that is ``near`` around 0, ``tail`` right of that and ``other`` left."""
    z, size, x, head = (Symbol(one) for one in (ARGUMENT, "size", "x", "head"))
    near_table, far_table = f"{name.upper()}_NEAR", f"{name.upper()}_FAR"
    shifted = (x - _number(CENTRE)) / (x + _number(CENTRE))
    squared = call("exp", -(head * head)) * call("exp", (head - x) * (head + x))
    statements = (
        _let("size", Select(z < 0, -z, z)),
        _let("x", Select(size > _number(LARGEST), _number(LARGEST), size)),
        _let("square", z * z),
        *_polynomial("near", near_table, len(NEAR), Symbol("square")),
        _let("shifted", shifted),
        *_polynomial("far", far_table, len(FAR), Symbol("shifted")),
        _let("split", _number(SPLITTER) * x),
        _let("head", Symbol("split") - (Symbol("split") - x)),
        _let("tail", squared * (Symbol("far") / (1 + 2 * x))),
    )
    result = Select(size < _number(SWITCH), near, Select(z < 0, other, tail))
    tables = ((near_table, tuple(map(Fraction, NEAR))), (far_table, tuple(map(Fraction, FAR))))
    text = {"erf": "The error function", "erfc": "1 minus the error function"}[name]
    return Written(name, text, tables, Block(statements, (result,)), ("exp",))


def _log1p() -> Written:
    """Write log(1 + x) times x over what 1 + x rounded makes of x (Kahan)."""
    x, more, kept = Symbol(ARGUMENT), Symbol("more"), Symbol("kept")
    corrected = call("log", more) * (x / kept)
    statements = (_let("more", 1 + x), _let("kept", more - 1))
    moved = Select(kept < 0, corrected, Select(kept > 0, corrected, x))
    result = Select(x > _number(HUGE), call("log", x), moved)
    text = "The logarithm of 1 + z, exact for small z too"
    return Written("log1p", text, (), Block(statements, (result,)), ("log",))


_Z, _NEAR, _TAIL = Symbol(ARGUMENT), Symbol("near"), Symbol("tail")
WRITTEN: dict[str, Written] = {
    one.name: one
    for one in (
        _error_function("erf", _Z * _NEAR, 1 - _TAIL, _TAIL - ONE),
        _error_function("erfc", 1 - _Z * _NEAR, _TAIL, 2 - _TAIL),
        _log1p(),
    )
}
