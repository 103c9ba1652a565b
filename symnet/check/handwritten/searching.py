"""Edits tried on the points: single ones, then two at once.

In: Anchor, Edit. Out: Correction.
"""

from __future__ import annotations

from typing import Any

import numpy

from symnet.check.handwritten.anchors import Anchor, Judge
from symnet.check.handwritten.changes import Segment
from symnet.check.handwritten.formula import Formula, Span
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.proposals import Proposals
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.region import Correction, Edit
from symnet.check.handwritten.understanding import Understanding

MOST_PAIRED = 40
MOST_HELPFUL = 6
# After so many claims that nothing mends, no pairs are tried; after so many, nothing is.
MOST_FAILED, HOPELESS = 2, 60
CHEAP_FIRST = ((0.0, 1.3), (1.3, 9.0))


class Search(Proposals):
    """Searches the corrections of one claim."""

    def __init__(self, understanding: Understanding, prover: Prover, segment: Segment) -> None:
        super().__init__(understanding, segment)
        self.prover, self.judge = prover, Judge(understanding, prover)
        self._failed = 0
        self._masks: dict[tuple[Place, tuple[str, ...]], Any] = {}
        self._alone: dict[Edit, Any] = {}

    def _searched(self, anchor: Anchor, pairs: bool) -> list[Correction]:
        """Try changes: single ones, two at once, then ones in names that are right alone."""
        if self._failed >= HOPELESS:
            return []
        self.trials.begin()
        self._alone.clear()
        edits = list(self._edits(self.region(anchor), inner=False))
        found = self._single(anchor, edits)
        if not found and pairs and self._failed < MOST_FAILED:
            found = self._helpful_pairs(anchor, edits)
        if not found:
            found = self._single(anchor, list(self._edits(self.region(anchor), inner=True)))
        if not found and pairs and self._failed < MOST_FAILED:
            found = self._cheap_pairs(anchor, edits)
        self._failed += not found
        return found

    def _single(self, anchor: Anchor, edits: list[Edit]) -> list[Correction]:
        """Try changes by themselves, cheap ones first."""
        for least, most in CHEAP_FIRST:
            tried = [one for one in edits if least < one.change.cost <= most]
            found = [Correction((one,)) for one in self._each_agrees(anchor, {}, tried)]
            if found:
                return found
        return []

    def _helpful_pairs(self, anchor: Anchor, edits: list[Edit]) -> list[Correction]:
        """Try every change together with one that already mends some points."""
        at_first = _count(self.trials.agreeing(anchor, {}))
        gains = [(_count(self._alone.get(one)) - at_first, one) for one in edits]
        helpful = sorted((pair for pair in gains if pair[0] > 0), key=lambda pair: -pair[0])
        return [
            pair for _, one in helpful[:MOST_HELPFUL] for pair in self._pairs(anchor, one, edits)
        ]

    def _cheap_pairs(self, anchor: Anchor, edits: list[Edit]) -> list[Correction]:
        """Try pairs of exchanged names and the like."""
        cheap = [one for one in edits if one.change.cost <= 1.0][:MOST_PAIRED]
        return [
            pair
            for at, one in enumerate(cheap)
            for pair in self._pairs(anchor, one, cheap[at + 1 :])
        ]

    def _pairs(self, anchor: Anchor, one: Edit, others: list[Edit]) -> list[Correction]:
        """Try a change together with others, unless one stands inside the other."""
        apart = [other for other in others if not _overlap(one.site.at, other.site.at)]
        return [Correction((one, other)) for other in self._each_agrees(anchor, one.new, apart)]

    def _touches(self, correction: Correction, anchor: Anchor) -> bool:
        region = self.region(anchor)
        return any(owner in region.bindings for owner in correction.owners)

    def _reaches(self, correction: Correction, anchor: Anchor) -> bool:
        """Tell whether a claim hangs on a corrected place, though in another pass of a loop."""
        region = self.region(anchor)
        return any(region.at(edit.site.at) for edit in correction.edits)

    def _mends(self, correction: Correction, anchor: Anchor) -> bool:
        """Tell whether a claim agrees at the points once a correction is made."""
        new = {
            old: fresh
            for one in correction.edits
            for old, fresh in self._transferred(one, anchor).items()
        }
        return bool(new) and self._agrees(anchor, new)

    def _transferred(self, edit: Edit, anchor: Anchor) -> dict[Formula, Formula]:
        """Make the same change at the same place of the file for another claim."""
        region, found = self.region(anchor), {}
        for node, owner in region.at(edit.site.at):
            if node in edit.new:
                found[node] = edit.new[node]
                continue
            change = self._with_key(edit.change.key, node, owner, region)
            if change is not None:
                found[node] = change.new
        return found

    def _agrees(self, anchor: Anchor, new: dict[Formula, Formula]) -> bool:
        return _is_enough(self.trials.agreeing(anchor, new), self._mask(anchor))

    def _each_agrees(
        self, anchor: Anchor, fixed: dict[Formula, Formula], edits: list[Edit]
    ) -> list[Edit]:
        """Return the edits that mend a claim, others being made already."""
        found = self.trials.each(anchor, fixed, edits)
        if not fixed:
            self._alone.update(zip(edits, found, strict=True))
        mask = self._mask(anchor)
        return [one for one, agree in zip(edits, found, strict=True) if _is_enough(agree, mask)]

    def _mask(self, anchor: Anchor) -> Any:
        """Return the points at which claims of this file agree."""
        key = (anchor.place, self.common)
        mask = self._masks.get(key)
        if mask is None:
            mask = numpy.ones(self.understanding.world.count, dtype=bool)
            for name in self.common:
                mask &= self.judge.mask(name, anchor.place)
            self._masks[key] = mask
        return mask


def _overlap(a: Span, b: Span) -> bool:
    """Tell whether two stretches of a file overlap."""
    if a == b or a.part != b.part:
        return a == b
    first, second = sorted((a, b), key=lambda one: (one.line, one.column))
    return (first.end_line, first.end_column) > (second.line, second.column)


def _is_enough(agree: Any, mask: Any) -> bool:
    """Tell whether a claim agrees everywhere, or wherever claims of its file do."""
    if agree is None or not agree.ndim:
        return bool(agree)
    # Most changes mend nothing, and one point says so.
    if not agree[mask.argmax()]:
        return False
    return bool(agree.all() or (mask.sum() >= 3 and agree[mask].all()))


def _count(agree: Any) -> int:
    """Count the points at which a claim agrees."""
    return 0 if agree is None else int(agree.sum())
