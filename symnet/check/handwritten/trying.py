"""Changes tried on the points: all those of one place at once.

In: Anchor, Edit. Out: Trials, which say at which points a claim then agrees.

The values that the changes of one place would give it are laid on top of each other, so that what
hangs on the place is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy

from symnet.check.handwritten.anchors import Anchor, stacked
from symnet.check.handwritten.calculating.arrays import array, cells_of, shape_of
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.formula import Binding, Formula
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.region import Edit, Region
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import close

# How many changes are tried for one claim, and how many nodes are worked out anew for all.
MOST_TRIED, MOST_WORK = 6_000, 200_000
# How deep a node may stand in what is put for it.
PUT_DEEP = 3


class Trial(Evaluation):
    """A claim's value with some nodes exchanged: for formulas, or for ``values`` known already."""

    def __init__(
        self,
        understanding: Understanding,
        new: dict[Formula, Formula],
        above: frozenset[Any],
        values: dict[Formula, Any] | None = None,
    ) -> None:
        super().__init__(understanding.world.domain, understanding.world.known)
        self._understanding, self._new, self.above = understanding, new, above
        self._nested = len(new) > 1 and not above.isdisjoint(new)
        self.values.update(values or {})

    def value(self, node: Formula) -> Any:
        """Evaluate a formula, the exchanged nodes and what hangs on them anew."""
        found = self.values.get(node)
        if found is not None:
            return found
        other = self._new.get(node)
        if (
            other is None
            and node not in self.above
            and not (self._nested and self._holds(node, PUT_DEEP))
        ):
            return self._understanding.points.value(node)
        found = self.values[node] = self._value(other if other is not None else node)
        return found

    def _holds(self, node: Formula, deep: int) -> bool:
        """Tell whether what was put for a node holds another exchanged one, of an earlier layer."""
        return deep > 0 and any(
            part in self.above or self._holds(part, deep - 1) for part in node.parts
        )

    def put(self, new: Formula) -> Any:
        """Evaluate what is put for a node."""
        return self._value(new)

    def binding(self, binding: Binding) -> Any:
        """Return what a name stands for."""
        if binding not in self.above or binding in self._understanding.meanings:
            return self._understanding.points.binding(binding)
        return self.value(self._understanding.formula(binding))


class Trials:
    """Tries changes, up to a number after which nobody wants to wait."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding
        self._left, self._work = MOST_TRIED, MOST_WORK
        self._truths: dict[Anchor, Any] = {}
        self._regions: dict[Binding, Region] = {}

    def begin(self) -> None:
        """Begin to count anew."""
        self._left = MOST_TRIED

    def region(self, anchor: Anchor) -> Region:
        """Return what a claim hangs on."""
        if anchor.binding not in self._regions:
            self._regions[anchor.binding] = Region(self.understanding, anchor)
        return self._regions[anchor.binding]

    def agreeing(self, anchor: Anchor, new: dict[Formula, Formula]) -> Any:
        """Return the points at which a claim agrees once some nodes are exchanged."""
        self._left -= 1
        if self._left < 0:
            return None
        return self._agreement(anchor, Trial(self.understanding, new, self._above(anchor, new)))

    def each(self, anchor: Anchor, fixed: dict[Formula, Formula], edits: list[Edit]) -> list[Any]:
        """Return where a claim agrees after each of some edits, others being made already."""
        first = Trial(self.understanding, fixed, self._above(anchor, fixed))
        found: list[Any] = []
        for _, group in groupby(edits, key=lambda one: id(one.site)):
            found += self._at_site(anchor, fixed, first, list(group))
        return found

    def _at_site(
        self, anchor: Anchor, fixed: dict[Formula, Formula], first: Trial, edits: list[Edit]
    ) -> list[Any]:
        nodes = [node for node, _ in edits[0].site.nodes]
        above = self._above(anchor, nodes)
        if len(edits) == 1 or not above.isdisjoint(nodes):
            return [self.agreeing(anchor, {**fixed, **one.new}) for one in edits]
        count = len(edits)
        tried, self._left = edits[: max(self._left, 0)], self._left - count
        found: list[Any] = [None] * count
        above |= first.above
        for chosen, values in self._layers([_values(first, one) for one in tried], nodes):
            agree = self._agreement(anchor, Trial(self.understanding, fixed, above, values))
            if agree is not None:
                shape = (len(chosen), self.understanding.world.count)
                for at, row in zip(chosen, numpy.broadcast_to(agree, shape), strict=True):
                    found[at] = row
        return found

    def _layers(
        self, columns: list[list[Any] | None], nodes: list[Formula]
    ) -> Iterator[tuple[list[int], dict[Formula, Any]]]:
        """Lay values of one shape on top of each other."""
        shapes: dict[Any, list[int]] = {}
        for at, column in enumerate(columns):
            if column is not None:
                shapes.setdefault(tuple(map(shape_of, column)), []).append(at)
        for chosen in shapes.values():
            found = [columns[at] or [] for at in chosen]
            layers = [self._laid(list(values)) for values in zip(*found, strict=True)]
            yield chosen, dict(zip(nodes, layers, strict=True))

    def _laid(self, values: list[Any]) -> Any:
        cells = []
        for column in zip(*map(cells_of, values), strict=True):
            layers = numpy.empty((len(column), self.understanding.world.count))
            for at, one in enumerate(column):
                layers[at] = one
            cells.append(layers)
        return array(shape_of(values[0]), cells)

    def _above(self, anchor: Anchor, nodes: Iterable[Formula]) -> frozenset[Any]:
        return self.region(anchor).above(nodes)

    def _truth(self, anchor: Anchor) -> Any:
        if anchor not in self._truths:
            self._truths[anchor] = self.understanding.value(stacked(anchor.target))
        return self._truths[anchor]

    def _agreement(self, anchor: Anchor, trial: Trial) -> Any:
        self._work -= len(trial.above)
        if self._work < 0:
            return None
        truth = self._truth(anchor)
        try:
            value = trial.value(self.understanding.formula(anchor.binding))
        except NotCalculable:
            return None
        if shape_of(value) != shape_of(truth):
            return None
        pairs = zip(cells_of(value), cells_of(truth), strict=True)
        found = [close(a, b) for a, b in pairs]
        together = found[0]
        for one in found[1:]:
            together = together & one
        return together


def _values(trial: Trial, edit: Edit) -> list[Any] | None:
    """Return what an edit puts for its nodes; None where that cannot be calculated."""
    try:
        return [trial.put(edit.new[node]) for node, _ in edit.site.nodes]
    except NotCalculable:
        return None
