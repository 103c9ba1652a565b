"""Terms that were left out of a sum, found by what is left.

In: Understanding. Out: Change.

If a node is worth exactly what a quantity would be without one of its terms, that term is the path
that was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy

from symnet.check.handwritten.calculating.arrays import Array, cells_of, shape_of
from symnet.check.handwritten.changes import INSIDE, TERM, Change, Segment, again, summands
from symnet.check.handwritten.formula import Apply, Binding, Formula
from symnet.check.handwritten.names import Names
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.understanding import Understanding


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """A quantity without one of its terms; ``position``: which term it is."""

    name: str
    term: Formula
    position: int


class Missing:
    """Compares nodes with sums that lack a term."""

    def __init__(self, understanding: Understanding, names: Names, segment: Segment) -> None:
        self.understanding, self.names, self.segment = understanding, names, segment
        self._rests: dict[Place, tuple[list[Rest], Any]] = {}

    def changes(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Yield what adds the missing term to a node."""
        value = self.understanding.value(node)
        cells = cells_of(value)
        if value is None or any(numpy.ndim(one) == 0 for one in cells):
            return
        for chosen in self._alike(cells, place):
            term = self._together(chosen, shape_of(value))
            text = self.names.quantity(self._leaf_table(term), owner) or self.names.written(
                chosen[0].term, owner
            )
            whole = len({one.position for one in chosen}) == 1
            if len(chosen) > 1 and not whole:
                continue
            new = Apply("add", (again(node), term), node.at)
            shown = f"{self.segment(node.at)} + {text}"
            if isinstance(node, Apply) and node.function in ("multiply", "matmul", "dot"):
                shown = f"({shown})"
            key = ("term", chosen[0].name, chosen[0].position)
            cost = TERM if node in summands(self.understanding.formula(owner)) else INSIDE
            yield Change("path", cost, new, f"add the term {text}", shown, key)

    def _leaf_table(self, term: Formula) -> Any:
        found = self.understanding.cells(term)
        return found if found is not None else Array((0,), ())

    def _alike(self, cells: tuple[Any, ...], place: Place) -> Iterator[list[Rest]]:
        rests, matrix = self._table(place)
        if not rests:
            return
        found = []
        for value in cells:
            scale = numpy.abs(matrix) + numpy.abs(value)
            same = numpy.all(numpy.abs(matrix - value) <= 1e-8 * scale + 1e-12, axis=1)
            found.append([rests[at] for at in numpy.nonzero(same)[0]])
        if not all(found):
            return
        for first in found[0]:
            chosen = [
                next((one for one in cell if one.position == first.position), None)
                for cell in found
            ]
            if all(chosen):
                yield [one for one in chosen if one is not None]

    def _together(self, chosen: list[Rest], shape: tuple[int, ...]) -> Formula:
        if not shape:
            return chosen[0].term
        row = Apply("array", tuple(one.term for one in chosen))
        return Apply("reshape", (row,), None, (shape,))

    def _table(self, place: Place) -> tuple[list[Rest], Any]:
        found = self._rests.get(place)
        if found is None:
            rests = list(self._listed(place))
            values = []
            for _one, rest in rests:
                value = self.understanding.value(rest)
                values.append(numpy.nan if value is None else value)
            count = self.understanding.world.count
            matrix = numpy.array([numpy.broadcast_to(one, (count,)) for one in values])
            found = self._rests[place] = ([one for one, _ in rests], matrix)
        return found

    def _listed(self, place: Place) -> Iterator[tuple[Rest, Formula]]:
        """Yield the sums with each of their terms left out; of the biases, the last ones."""
        truth = self.understanding.truth
        for name, sum_of_all, terms in truth.sums:
            for sample in dict.fromkeys(truth.own_sample(name, row) for row in place.rows):
                here = [truth.placed(one, place.step, sample) for one in terms]
                whole = truth.placed(sum_of_all, place.step, sample)
                for position, term in enumerate(here):
                    counted = position - len(here) if name in truth.variables else position
                    yield Rest(name, term, counted), Apply("subtract", (whole, term))
