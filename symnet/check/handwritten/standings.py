"""How a line stands as it is written, given how it stands once everything is corrected.

In: Origins. Out: Standing.
"""

from __future__ import annotations

from typing import Any

from symnet.check.handwritten.anchors import Judge, Standing, stacked
from symnet.check.handwritten.calculating.arrays import cells_of, shape_of
from symnet.check.handwritten.formula import Binding
from symnet.check.handwritten.knowledge import same_values
from symnet.check.handwritten.origins import Origins
from symnet.check.handwritten.places import Identity, Place
from symnet.check.handwritten.worlds import close


class Standings(Origins):
    """Judges lines by the file's own names, and corrected ones with the rest being right."""

    def _cell_standing(
        self,
        binding: Binding,
        target: Any,
        place: Place,
        standing: Standing,
        at: int,
        count: int,
    ) -> Standing:
        """Judge one cell of a wrong table by itself: the others may be right."""
        if standing.verdict != "wrong" or count == 1:
            return standing
        value = self.original.value(binding.formula)
        if value is None or shape_of(value) != shape_of(target):
            return standing
        truth = self.original.value(cells_of(target)[at])
        own = cells_of(value)[at]
        return Standing("right") if close(own, truth).all() else standing

    def _as_written(
        self, binding: Binding, target: Any, place: Place, standing: Standing
    ) -> Standing:
        """Judge a claim by the file's own names, given how it stands once they are corrected.

        Where every correction upstream changes nothing, the claim is what it is when corrected.
        """
        value, truth = self.original.value(binding.formula), self.original.value(stacked(target))
        if value is None:
            clashes = self.original.clashes(binding.formula)
            return Standing("wrong" if clashes else "undecided")
        if shape_of(value) == shape_of(truth) and same_values(value, truth):
            judge = Judge(self.original, self.prover)
            return judge.judged(binding.formula, value, target, place, inline=True)
        causes = [self._local_standing(one) for one in self.causes(binding)]
        if standing.verdict not in ("right", "right-if"):
            return standing
        if any(one.verdict != "right-if" for one in causes):
            return Standing("wrong")
        conditions = [standing.condition, *(one.condition for one in causes)]
        names = dict.fromkeys(name for condition in conditions for name in condition)
        return Standing("right-if", tuple(names))

    def _local_standing(self, binding: Binding) -> Standing:
        """Judge a corrected line as it stands in the file, the rest being right."""
        if binding not in self._locals:
            anchor = self.anchors.get(binding)
            identity = self.final.identities.get(binding)
            place = next(iter(self.final.places(binding)))
            target: Any = self.final.formula(binding)
            if anchor is not None:
                target, place = anchor[0].target, anchor[0].place
            elif identity is not None:
                target, place = identity.cells, identity.place
            self._locals[binding] = self._changed_standing(binding, target, place)
        return self._locals[binding]

    def _changed_standing(self, binding: Binding, target: Any, place: Place) -> Standing:
        """Judge a line that was corrected as it stands in the file, the rest being right."""
        judge, value = Judge(self.final, self.prover), self.final.value(binding.formula)
        if value is None:
            return Standing("wrong")
        found = judge.judged(binding.formula, value, target, place)
        return found if found.verdict == "right-if" else Standing("wrong")

    def _local(self, binding: Binding, identity: Identity) -> Standing:
        if self.edits.get(binding):
            return self._local_standing(binding)
        if binding.alias is not None:
            return Standing("right-if" if identity.condition else "right", identity.condition)
        if not identity.condition:
            proven = self.final.proven(binding) is not None
            return Standing("right" if proven else "undecided")
        equal = self.prover.equal(
            self.final,
            self.final.formula(binding),
            identity.cells,
            identity.place,
            identity.condition,
        )
        return Standing("right-if", identity.condition) if equal else Standing("undecided")
