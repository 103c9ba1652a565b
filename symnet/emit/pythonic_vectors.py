"""Golden vectors as Python, for the self-test beside a module.

In: Vector. Out: lines of Python.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from symnet.emit.layout import STEP, WIDTH
from symnet.emit.outcome import Row
from symnet.emit.vectors import Vector


def vector_constant(vectors: Sequence[Vector], batch: bool) -> tuple[str, ...]:
    """Write VECTORS: arguments, what must come out of each function, and how far off it may be.

    What stands around it defines NAN. ``batch``: x and y have a row for each sample.
    """
    lines = ["# fmt: off", "VECTORS = ("]
    for one in vectors:
        entries = (f"{STEP}{line}" for line in _entries(one, batch))
        lines += [f"{STEP}{{", *(STEP + line for line in entries), f"{STEP}}},"]
    return (*lines, ")", "# fmt: on")


def _entries(vector: Vector, batch: bool) -> Iterator[str]:
    given = vector.given
    yield f'"name": "{vector.name}",'
    yield from _numbers("params", given.params)
    if given.state:
        yield from _numbers("state", given.state)
    for name, rows in (("x", given.x), ("y", given.y)):
        if rows[0] and (batch or rows[1:]):
            yield f'"{name}": ['
            for row in rows:
                yield from (STEP + line for line in _wrapped("[", row))
            yield "],"
        elif rows[0]:
            yield from _numbers(name, rows[0])
    yield from _numbers("rates", given.rates)
    yield from _record("expected", vector.expected.by_function)
    if vector.tolerance is None:
        yield '"tolerance": None,'
    else:
        yield from _record("tolerance", vector.tolerance.by_function)


def _record(name: str, results: Mapping[str, Row]) -> Iterator[str]:
    yield f'"{name}": {{'
    for function, numbers in results.items():
        yield from (STEP + line for line in _numbers(function, numbers))
    yield "},"


def _numbers(name: str, numbers: Row) -> Iterator[str]:
    return _wrapped(f'"{name}": [', numbers)


def _wrapped(opening: str, numbers: Row, room: int = WIDTH - 4 * len(STEP)) -> Iterator[str]:
    """Yield a list on one line if it fits, else with as many numbers on a line as fit."""
    texts = ["NAN" if isnan(one) else repr(one) for one in numbers]
    whole = f"{opening}{', '.join(texts)}],"
    if len(whole) <= room:
        yield whole
        return
    yield opening
    line = STEP
    for text in texts:
        if len(line) + len(text) > room:
            yield line.rstrip()
            line = STEP
        line += f"{text}, "
    yield line.rstrip()
    yield "],"
