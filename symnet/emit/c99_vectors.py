"""Golden vectors as C, for the self-test beside a network.

In: Vector. Out: lines of C.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from math import isnan

from symnet.emit.c99_constants import Literal
from symnet.emit.clang_format import OFF, ON, WIDTH, packed
from symnet.emit.layout import STEP, Lines
from symnet.emit.outcome import Outcome, Row
from symnet.emit.vectors import Vector


def vector_constant(vectors: Sequence[Vector], literal: Literal, batch: bool) -> Lines:
    """Write VECTORS: arguments, what must come out of all functions, and how far off it may be.

    ``batch``: every vector says how many samples it has.
    """
    opening = "static const struct vector VECTORS[] = {"
    items = chain.from_iterable(_item(one, literal, batch) for one in vectors)
    return (OFF, opening, *(STEP + line for line in items), "};", ON)


def _item(vector: Vector, literal: Literal, batch: bool) -> Iterator[str]:
    given = vector.given
    rows: list[Row] = [given.params, given.state, tuple(chain(*given.x)), tuple(chain(*given.y))]
    expected = [_numbers(vector.expected)]
    tolerance = [_numbers(vector.tolerance)] if vector.tolerance else []
    yield "{"
    yield f'{STEP}"{vector.name}",'
    if batch:
        yield f"{STEP}{len(given.x)},"
    yield f"{STEP}{len(given.rates)},"
    for row in (given.rates, *filter(None, rows), *expected, *tolerance):
        yield f"{STEP}{{"
        texts = [_text(one, literal) for one in row]
        yield from (2 * STEP + line for line in packed(texts, WIDTH - 3 * len(STEP)))
        yield f"{STEP}}},"
    yield "},"


def _text(value: float, literal: Literal) -> str:
    """Write a number, a zero with its sign, or what <math.h> calls a NaN."""
    if isnan(value):
        return "NAN"
    return f"-{literal(Fraction(0))}" if str(value) == "-0.0" else literal(Fraction(value))


def _numbers(outcome: Outcome) -> Row:
    return tuple(chain.from_iterable(outcome.by_function.values()))
