"""The smallest corrections that make a file's claims right, found by trying.

In: Understanding, claims that are wrong. Out: Correction.

All changes of one place are tried on the points, then pairs of exchanged names. Of several that
mend a claim, the one is taken that mends most claims and spoils none. That the corrected file is
right is proven afterwards, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy

from symnet.check.handwritten.anchors import Anchor, Judge, Standing
from symnet.check.handwritten.changes import Change, Segment, summands
from symnet.check.handwritten.formula import Binding, Formula, Span, rebuilt
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.proving import Form, Prover, Relative
from symnet.check.handwritten.region import Correction, Edit, Region, Site
from symnet.check.handwritten.slips import Slips
from symnet.check.handwritten.trying import Trial, Trials
from symnet.check.handwritten.understanding import Understanding

MOST_PAIRED = 40
MOST_HELPFUL = 6
MOST_FAILED = 2
MOST_COMPARED = 60
MOSTLY = 0.6
ALIKE = 0.4
DOUBT = 0.4
CHEAP_FIRST = ((0.0, 1.3), (1.3, 9.0))


class Repairer:
    """Searches corrections for the claims that are wrong."""

    def __init__(self, understanding: Understanding, prover: Prover, segment: Segment) -> None:
        self.understanding, self.prover = understanding, prover
        self.judge = Judge(understanding, prover)
        self.slips = Slips(understanding, segment)
        self.common: tuple[str, ...] = ()
        self.trials = Trials(understanding)
        self._failed = 0
        self._masks: dict[tuple[Place, tuple[str, ...]], Any] = {}
        self._own_places: dict[tuple[Binding, Place], Place] = {}
        self._learnt: dict[Any, list[tuple[int, Any]]] = {}
        self._alone: dict[Edit, Any] = {}
        self._changes: dict[Any, tuple[Change, ...]] = {}

    def repair(self, standings: dict[Anchor, Standing]) -> list[Correction]:
        """Return corrections for as many claims as can be mended."""
        wrong = [one for one, found in standings.items() if found.verdict == "wrong"]
        partly = [one for one, found in standings.items() if found.verdict == "right-if"]
        right = [one for one, found in standings.items() if found.verdict == "right"]
        chosen: list[Correction] = []
        with numpy.errstate(all="ignore"):
            at_once = self._at_once(partly, wrong, right)
            if at_once is not None:
                return [at_once]
            self.common = _common(standings)
            for anchor in wrong:
                if any(self._mends(one, anchor) for one in chosen):
                    continue
                others = [one for one in wrong if one is not anchor]
                best = self._best(anchor, self._fixes(anchor), others, right + partly)
                if best is not None:
                    chosen.append(best)
        return chosen

    def _at_once(
        self, partly: list[Anchor], wrong: list[Anchor], right: list[Anchor]
    ) -> Correction | None:
        """Look for one change that mends most of what is right in part only."""
        if not partly:
            return None
        anchor = partly[0]
        others = [one for one in partly + wrong if one is not anchor]
        best = self._best(anchor, self._searched(anchor, pairs=False), others, right)
        if best is None:
            return None
        mended = 1 + sum(self._touches(best, one) and self._mends(best, one) for one in others)
        return best if mended >= MOSTLY * (1 + len(others)) else None

    def region(self, anchor: Anchor) -> Region:
        """Return what a claim hangs on."""
        return self.trials.region(anchor)

    def _fixes(self, anchor: Anchor) -> list[Correction]:
        return self._learnt_fixes(anchor) or self._searched(anchor, pairs=True)

    def _best(
        self,
        anchor: Anchor,
        found: list[Correction],
        broken: list[Anchor],
        sound: list[Anchor],
    ) -> Correction | None:
        """Return the correction that mends most, spoils nothing and costs least."""
        best: Correction | None = None
        best_score = (0, 0.0, 0)
        for one in sorted(found, key=lambda one: one.cost)[:MOST_COMPARED]:
            mended = sum(self._touches(one, other) and self._mends(one, other) for other in broken)
            cost = round((one.cost + self._doubt(one, anchor)) / ALIKE)
            if best is not None and (-mended, cost) > best_score[:2]:
                continue
            score = (-mended, cost, -self._explained(one, anchor))
            if best is not None and score >= best_score:
                continue
            if any(self._touches(one, other) and not self._mends(one, other) for other in sound):
                continue
            best, best_score = one, score
        if best is not None:
            self._learn(anchor, best)
        return best

    def _doubt(self, correction: Correction, anchor: Anchor) -> float:
        """Return what it costs besides to change a line that is right, or that lacks the names."""
        region = self.region(anchor)
        settled = any(region.settled(owner, self.common) for owner in correction.owners)
        return DOUBT * (settled + any(one.change.foreign() for one in correction.edits))

    def _explained(self, correction: Correction, anchor: Anchor) -> int:
        """Count the names on the way that are quantities of the network once this is corrected."""
        region = self.region(anchor)
        above = region.above(correction.new)
        trial, count = Trial(self.understanding, correction.new, above), 0
        for binding in region.bindings:
            if binding in above and binding is not anchor.binding:
                try:
                    value = trial.binding(binding)
                except NotCalculable:
                    continue
                found = self.understanding.identified(binding, value)
                count += found is not None and found.condition in ((), self.common)
        return count

    def _searched(self, anchor: Anchor, pairs: bool) -> list[Correction]:
        """Try changes: single ones, two at once, then ones in names that are right alone."""
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

    def _touches(self, correction: Correction, anchor: Anchor) -> bool:
        region = self.region(anchor)
        return any(owner in region.bindings for owner in correction.owners)

    # ---- trying

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
            for change in self._all(node, owner, region):
                if change.key == edit.change.key:
                    found[node] = change.new
                    break
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

    # ---- what was learnt from one training step helps in the next

    def _form(self, anchor: Anchor) -> Any:
        form = Form(
            self.prover, self.understanding, Relative(anchor.place, self.understanding.truth), False
        )
        return (form.key(self.understanding.formula(anchor.binding)), anchor.names)

    def _learn(self, anchor: Anchor, correction: Correction) -> None:
        positions = {node: at for at, node in enumerate(self._own_nodes(anchor))}
        self._learnt[self._form(anchor)] = [
            (positions[node], edit.change.key)
            for edit in correction.edits
            for node in edit.new
            if node in positions
        ]

    def _own_nodes(self, anchor: Anchor) -> list[Formula]:
        """List the nodes of a claim's formulas, those of mere copies left out."""
        owners = self.region(anchor).owners
        return [node for node, owner in owners.items() if owner.alias is None]

    def _learnt_fixes(self, anchor: Anchor) -> list[Correction]:
        learnt = self._learnt.get(self._form(anchor))
        if not learnt:
            return []
        region = self.region(anchor)
        nodes, edits = self._own_nodes(anchor), []
        for position, key in learnt:
            if position >= len(nodes):
                return []
            node = nodes[position]
            owner = region.owners[node]
            change = next((c for c in self._all(node, owner, region) if c.key == key), None)
            if change is None or node.at is None:
                return []
            edits.append(Edit(Site(node.at, ((node, owner),)), change, {node: change.new}))
        found = Correction(tuple(edits))
        return [found] if self._agrees(anchor, found.new) else []


def corrected(
    understanding: Understanding, corrections: list[Correction]
) -> dict[Binding, Formula]:
    """Return the formulas that corrections change, as they should be."""
    new: dict[Formula, Formula] = {}
    owners: dict[Binding, None] = {}
    for correction in corrections:
        new.update(correction.new)
        owners.update(dict.fromkeys(correction.owners))
    return {owner: replaced(understanding.formula(owner), new) for owner in owners}


def replaced(node: Formula, new: dict[Formula, Formula]) -> Formula:
    """Exchange nodes in a formula."""
    other = new.get(node)
    if other is not None:
        return other
    if not node.parts:
        return node
    parts = tuple(replaced(one, new) for one in node.parts)
    return (
        node
        if all(a is b for a, b in zip(parts, node.parts, strict=True))
        else rebuilt(node, parts)
    )


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


def _common(standings: dict[Anchor, Standing]) -> tuple[str, ...]:
    """Return the condition that claims of the file most often need."""
    counts: dict[tuple[str, ...], int] = {}
    for standing in standings.values():
        if standing.verdict == "right-if":
            counts[standing.condition] = counts.get(standing.condition, 0) + 1
    return max(counts, key=lambda one: counts[one], default=())


__all__ = ["Correction", "Edit", "Repairer", "corrected", "replaced"]
