"""Golden vectors as JavaScript, for the self-test beside a module.

In: Vector. Out: lines of JavaScript.
"""

from collections.abc import Iterator, Sequence

from symnet.emit.groups import Text
from symnet.emit.outcome import Outcome
from symnet.emit.prettier import (
    Lines,
    numbers,
    record,
    records,
    rows,
    statement,
)
from symnet.emit.vectors import Vector


def vector_constant(vectors: Sequence[Vector], batch: bool) -> Lines:
    """Write VECTORS: arguments, what must come out of each function, and how far off it may be.

    ``batch``: x and y have a row for each sample.
    """
    items = [record(_entries(one, batch)) for one in vectors]
    return statement(records("const VECTORS = [", items))


def _entries(vector: Vector, batch: bool) -> Iterator[tuple[str, Text]]:
    given = vector.given
    yield "name", f'"{vector.name}"'
    yield "params", numbers(given.params)
    if given.state:
        yield "state", numbers(given.state)
    yield "x", rows(given.x) if batch else numbers(given.x[0])
    if given.y[0]:
        yield "y", rows(given.y) if batch else numbers(given.y[0])
    yield "rates", numbers(given.rates)
    yield "expected", _results(vector.expected)
    yield "tolerance", _results(vector.tolerance) if vector.tolerance else "null"


def _results(outcome: Outcome) -> Text:
    """Write the numbers that each function returns, in one list."""
    return record((name, numbers(row)) for name, row in outcome.by_function.items())
