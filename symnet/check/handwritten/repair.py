"""The smallest corrections that make a file's claims right, found by trying.

In: Understanding, claims that are wrong. Out: Correction.

All changes of one place are tried on the points, then pairs of exchanged names. Of several that
mend a claim, the one is taken that mends most claims and spoils none. That the corrected file is
right is proven afterwards, line by line.
"""

from __future__ import annotations

import numpy

from symnet.check.handwritten.anchors import Anchor, Standing
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.learning import Learning
from symnet.check.handwritten.region import Correction, Edit, Site
from symnet.check.handwritten.trying import Trial

MOST_COMPARED = 60
MOSTLY = 0.6
ALIKE = 0.4
DOUBT = 0.4


class Repairer(Learning):
    """Searches corrections for the claims that are wrong."""

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
                    chosen.append(self._widened(best, others))
        return chosen

    def _widened(self, correction: Correction, others: list[Anchor]) -> Correction:
        """Make a correction in the other passes of its loop, and the other calls, as well."""
        new = [dict(edit.new) for edit in correction.edits]
        nodes = [dict(edit.site.nodes) for edit in correction.edits]
        for anchor in others:
            if self._touches(correction, anchor) or not self._reaches(correction, anchor):
                continue
            if not self._mends(correction, anchor):
                continue
            for k, edit in enumerate(correction.edits):
                found = self._transferred(edit, anchor)
                new[k].update(found)
                nodes[k].update((one, self.region(anchor).owners[one]) for one in found)
        return Correction(
            tuple(
                Edit(Site(edit.site.at, tuple(nodes[k].items())), edit.change, new[k])
                for k, edit in enumerate(correction.edits)
            )
        )

    def _at_once(
        self, partly: list[Anchor], wrong: list[Anchor], right: list[Anchor]
    ) -> Correction | None:
        """Look for one change that mends most of what is right in part only."""
        if not partly:
            return None
        anchor = partly[0]
        others = [one for one in partly + wrong if one is not anchor]
        most = MOSTLY * (1 + len(others))
        # A change of what no other claim reads mends this one at best: no need to look for it.
        if 1 + sum(self._meet(anchor, one) for one in others) < most:
            return None
        best = self._best(anchor, self._searched(anchor, pairs=False), others, right)
        if best is None:
            return None
        mended = 1 + sum(self._touches(best, one) and self._mends(best, one) for one in others)
        return best if mended >= most else None

    def _meet(self, anchor: Anchor, other: Anchor) -> bool:
        """Tell whether two claims hang on a formula in common."""
        shared = self.region(anchor).worked_out
        return not shared.isdisjoint(self.region(other).worked_out)

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
            mended = sum(self._reaches(one, other) and self._mends(one, other) for other in broken)
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
        """Return what it costs besides to change a line that is right, or that lacks the names.

        A table that lies the wrong way round is to be turned where it is made.
        """
        region = self.region(anchor)
        settled = any(region.settled(owner, self.common) for owner in correction.owners)
        elsewhere = bool(region.turned) and region.turned.isdisjoint(correction.owners)
        return DOUBT * (elsewhere + settled + any(one.change.foreign() for one in correction.edits))

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


def _common(standings: dict[Anchor, Standing]) -> tuple[str, ...]:
    """Return the condition that claims of the file most often need."""
    counts: dict[tuple[str, ...], int] = {}
    for standing in standings.values():
        if standing.verdict == "right-if":
            counts[standing.condition] = counts.get(standing.condition, 0) + 1
    return max(counts, key=lambda one: counts[one], default=())
