"""All quantities of a network at one place, to find the one that a value is.

In: Truth, PointWorld, Place. Out: Table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy

from symnet.check.handwritten.formula import (
    Known,
)
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.truth import BATCH, SUM, Truth
from symnet.check.handwritten.worlds import PointWorld


class Table:
    """All quantities at a place, as one matrix of points."""

    def __init__(self, truth: Truth, world: PointWorld, place: Place) -> None:
        self.truth, self.world, self.place = truth, world, place
        self.known = list(self._listed())
        with numpy.errstate(all="ignore"):
            values = [world.known(one) for one in self.known]
        self.matrix = numpy.array([numpy.broadcast_to(one, values[0].shape) for one in values])
        self._parts: dict[tuple[str, ...], Part] = {}

    def _listed(self) -> Iterator[Known]:
        single = len(self.place.rows) == 1
        for name in self.truth.quantities():
            if self.truth.parameter_of(name) is None or single:
                yield from self._in_rows(name)
        if not single:
            for name in (self.truth.network.loss, *self.truth.gradients):
                yield Known(BATCH + name, self.place.step, self.place.rows)
            for name in self.truth.gradients:
                yield from self._in_rows(name)
                yield Known(SUM + name, self.place.step, self.place.rows)

    def _in_rows(self, name: str) -> Iterator[Known]:
        samples = dict.fromkeys(self.truth.own_sample(name, row) for row in self.place.rows)
        yield from (Known(name, self.place.step, sample) for sample in samples)

    def conditions(self) -> Iterator[tuple[str, ...]]:
        """Yield what may have to hold: nothing, or that one pre-activation is positive."""
        yield ()
        names = [kink.z for kink in self.truth.kinks]
        yield from ((one,) for one in names)

    def mask(self, condition: tuple[str, ...]) -> Any:
        """Return the points where pre-activations are positive, for every row."""
        mask = numpy.ones(self.matrix.shape[1], dtype=bool)
        for name in condition:
            for row in self.place.rows:
                mask &= self.world.known(Known(name, self.place.step, row)) > 0
        return mask

    def equal(self, value: Any, condition: tuple[str, ...]) -> list[Known]:
        """Return the quantities that have a value wherever the condition holds."""
        return [self.known[at] for at in self._part(condition).alike(value)]

    def _part(self, condition: tuple[str, ...]) -> Part:
        if condition not in self._parts:
            mask = self.mask(condition)
            matrix = self.matrix[:, mask]
            # A derivative that is 0 at all points of one side says nothing.
            told = numpy.any(numpy.abs(matrix) > 1e-9, axis=1) | (not condition)
            kept = numpy.nonzero(told)[0] if mask.sum() >= 3 else numpy.array([], dtype=int)
            self._parts[condition] = part_of(mask, matrix[kept], kept)
        return self._parts[condition]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A table at some of its points.

    ``rows``: which of the quantities these are. ``start``: the point that tells most of them
    apart. ``order``: the values there in rising order, each with its place in the matrix.
    """

    mask: Any
    matrix: Any
    rows: Any
    start: int
    order: list[tuple[float, int]]

    def alike(self, value: Any) -> list[int]:
        """Return the rows that have a value at all points: looked for among the few at one."""
        if not self.order:
            return []
        first = float(value[self.start])
        apart = 4e-8 * abs(first) + 4e-12
        least = bisect_left(self.order, (first - apart,))
        most = bisect_right(self.order, (first + apart, len(self.rows)))
        some = sorted(at for _, at in self.order[least:most])
        here = value[self.mask] if some else value
        return [int(self.rows[at]) for at in some if numpy.all(near(self.matrix[at], here))]


def part_of(mask: Any, matrix: Any, rows: Any) -> Part:
    """Return a part of a table; values that are no numbers are like none."""
    if not rows.size:
        return Part(mask, matrix, rows, 0, [])
    # Where a unit is off, all that goes through it is 0 and looks alike.
    column = int(numpy.count_nonzero(matrix, axis=0).argmax())
    values = matrix[:, column].tolist()
    order = sorted((one, at) for at, one in enumerate(values) if isfinite(one))
    return Part(mask, matrix, rows, int(numpy.nonzero(mask)[0][column]), order)


def near(a: Any, b: Any) -> Any:
    """Compare two values point by point; what is no number is like none."""
    apart = numpy.abs(a - b)
    return (apart <= 1e-8 * (numpy.abs(a) + numpy.abs(b)) + 1e-12) & (apart < numpy.inf)
