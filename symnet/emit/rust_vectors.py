"""Golden vectors as Rust, for the self-test beside a module.

In: Vector. Out: lines of Rust.
"""

from collections.abc import Iterator, Sequence

from symnet.emit.outcome import Outcome, Row
from symnet.emit.rust_constants import SKIPPED
from symnet.emit.rust_lists import STEP, Lines, filled
from symnet.emit.rust_numbers import Real
from symnet.emit.vectors import Vector


def vector_constant(vectors: Sequence[Vector], batch: bool, real: Real) -> Lines:
    """Write VECTORS: arguments, what must come out, and how far off that may be.

    ``batch``: x and y have a row for each sample.
    """
    items = (line for one in vectors for line in _item(one, batch, real))
    margin = " " * STEP
    opening = f"static VECTORS: [Vector; {len(vectors)}] = ["
    return (SKIPPED, opening, *(margin + line for line in items), "];")


def _item(vector: Vector, batch: bool, real: Real) -> Iterator[str]:
    yield "Vector {"
    yield from (" " * STEP + line for line in _entries(vector, batch, real))
    yield "},"


def _entries(vector: Vector, batch: bool, real: Real) -> Iterator[str]:
    given = vector.given
    yield f'name: "{vector.name}",'
    yield from _numbers("params: [", given.params, real)
    if given.state:
        yield from _numbers("state: [", given.state, real)
    for name, rows in (("x", given.x), ("y", given.y)):
        if rows[0] and batch:
            yield f"{name}: &["
            yield from (" " * STEP + line for row in rows for line in _numbers("[", row, real, 3))
            yield "],"
        elif rows[0]:
            yield from _numbers(f"{name}: [", rows[0], real)
    yield from _numbers("rates: &[", given.rates, real)
    yield from _numbers("expected: &[", _results(vector.expected), real)
    if vector.tolerance:
        yield from _numbers("tolerance: &[", _results(vector.tolerance), real)


def _numbers(opening: str, values: Row, real: Real, depth: int = 2) -> Lines:
    """Write a list of numbers on a line or as few as it needs."""
    texts = [real.literal(one) for one in values]
    lines = filled(opening, texts, depth, "],")
    return lines if len(lines) > 3 else (f"{opening}{', '.join(texts)}],",)


def _results(outcome: Outcome) -> Row:
    """Return the numbers that the functions return, one function after another."""
    return tuple(value for row in outcome.by_function.values() for value in row)
