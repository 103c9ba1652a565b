"""All that might be changed for a claim: the edits of every place that it hangs on.

In: Understanding, Anchor. Out: Edit.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        self._changes: dict[Any, dict[Any, Change]] = {}

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
        settled = region.settled(owner, self.common)
        if inner:
            return self._by_key(node, owner, region, "changes") if settled else {}
        if not settled:
            return self._by_key(node, owner, region, "all")
        return self._by_key(node, owner, region, "added") if self._is_whole(node, owner) else {}

    def _with_key(self, key: Any, node: Formula, owner: Binding, region: Region) -> Change | None:
        """Return one change of a node: of a node not yet looked at, without making all of them."""
        place = self._place(owner, region.anchor)
        known = self._changes.get((node, owner, place, "all"))
        if known is not None:
            return known.get(key)
        found = self._proposed(node, owner, place, "all")
        return next((one for one in found if one.key == key), None)

    def _by_key(
        self, node: Formula, owner: Binding, region: Region, kind: str
    ) -> dict[Any, Change]:
        """Return changes of a node by their keys; claims of one step have them in common."""
        place = self._place(owner, region.anchor)
        asked = (node, owner, place, kind)
        if asked not in self._changes:
            found = self._proposed(node, owner, place, kind)
            self._changes[asked] = {change.key: change for change in found}
        return self._changes[asked]

    def _proposed(self, node: Formula, owner: Binding, place: Place, kind: str) -> Iterator[Change]:
        if kind != "added":
            yield from self.slips.changes(node, owner, place)
        if kind == "added" or (kind == "all" and self._is_whole(node, owner)):
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
