"""All that might be changed for a claim: the edits of every place that it hangs on.

In: Understanding, Anchor. Out: Edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from symnet.check.handwritten.anchors import Anchor
from symnet.check.handwritten.changes import Change, Segment, summands
from symnet.check.handwritten.formula import Binding, Formula
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.region import Edit, Region
from symnet.check.handwritten.slips import Slips
from symnet.check.handwritten.trying import Trials
from symnet.check.handwritten.understanding import Understanding


class Proposals:
    """Proposes edits; ``common``: the condition that claims of the file most often need."""

    def __init__(self, understanding: Understanding, segment: Segment) -> None:
        self.understanding = understanding
        self.slips = Slips(understanding, segment)
        self.common: tuple[str, ...] = ()
        self.trials = Trials(understanding)
        self._own_places: dict[tuple[Binding, Place], Place] = {}
        self._changes: dict[Any, tuple[Change, ...]] = {}

    def region(self, anchor: Anchor) -> Region:
        """Return what a claim hangs on."""
        return self.trials.region(anchor)

    def _edits(self, region: Region, inner: bool) -> Iterator[Edit]:
        for site in region.sites():
            columns = [self._changes_at(node, owner, region, inner) for node, owner in site.nodes]
            for key, change in columns[0].items():
                if all(key in column for column in columns):
                    new = {
                        node: column[key].new
                        for (node, _), column in zip(site.nodes, columns, strict=True)
                    }
                    yield Edit(site, change, new)

    def _changes_at(
        self, node: Formula, owner: Binding, region: Region, inner: bool
    ) -> dict[Any, Change]:
        """Return the changes of a node; in a name that is right, what was left out of it first."""
        settled, place = region.settled(owner, self.common), self._place(owner, region.anchor)
        found: Iterable[Change] = ()
        if inner and settled:
            found = self.slips.changes(node, owner, place)
        elif not inner and not settled:
            found = self._all(node, owner, region)
        elif not inner and self._is_whole(node, owner):
            found = self.slips.added(node, owner, place)
        return {change.key: change for change in found}

    def _all(self, node: Formula, owner: Binding, region: Region) -> tuple[Change, ...]:
        key = (node, owner, self._place(owner, region.anchor))
        if key not in self._changes:
            self._changes[key] = tuple(self._proposed(*key))
        return self._changes[key]

    def _proposed(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        yield from self.slips.changes(node, owner, place)
        if self._is_whole(node, owner):
            yield from self.slips.added(node, owner, place)

    def _place(self, owner: Binding, anchor: Anchor) -> Place:
        """Return the step of a claim and those of its rows that a binding itself reads."""
        key = (owner, anchor.place)
        if key not in self._own_places:
            sources = self.understanding.context(owner).sources
            rows = tuple(row for row in anchor.place.rows if self._reads(sources, row))
            self._own_places[key] = Place(anchor.place.step, rows or anchor.place.rows)
        return self._own_places[key]

    def _reads(self, sources: dict[str, set[Any]], row: Any) -> bool:
        places = self.understanding.truth.rows
        return all(row[places[name]] in found for name, found in sources.items())

    def _is_whole(self, node: Formula, owner: Binding) -> bool:
        """Tell whether a node is a formula, or a term of one."""
        formula = self.understanding.formula(owner)
        return node in summands(formula)
