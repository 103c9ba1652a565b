"""What was found out about a file, as one finding a formula.

In: Source, Understanding, Correction, Standing. Out: Finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from symnet.check.handwritten.absences import Absences
from symnet.check.handwritten.anchors import Standing
from symnet.check.handwritten.calculating.arrays import cells_of, elementwise
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.formula import Binding, Span, is_count
from symnet.check.handwritten.inputs import is_input_derivative
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.leaves import root
from symnet.check.handwritten.places import Identity, Place
from symnet.check.handwritten.readers import Readers
from symnet.check.handwritten.records import Records
from symnet.check.handwritten.truth import BATCH, SUM


class Verdicts(Records):
    """Turns what was found out into one finding a formula."""

    @cached_property
    def readers(self) -> Readers:
        """What is worked out from each name."""
        proven = [one for one in self.source.text.bindings if self.final.proven(one) is not None]
        return Readers(self.original, proven, self.anchors)

    @cached_property
    def spoilt(self) -> dict[Binding, Binding]:
        """The names that are part of claims that could not be mended, with the first of these."""
        bad = ("wrong", "undecided")
        return self.readers.spoilt(
            one for one, (_, standing) in self.anchors.items() if standing.verdict in bad
        )

    def findings(self) -> Iterator[Finding]:
        """Yield the findings in the order of the file."""
        found = [*self._of_bindings(), *self._not_read()]
        found.sort(key=lambda pair: pair[0])
        seen = set()
        for _, one in found:
            key = (one.line, one.cell, one.target, one.parameter, one.verdict, one.fix)
            if key not in seen:
                seen.add(key)
                yield one
        yield from Absences(
            self.original, self.final, self.anchors, str(self.source.path)
        ).findings()

    def _of_bindings(self) -> Iterator[tuple[Span, Finding]]:
        for binding in self.source.text.bindings:
            if binding.given or _counts(binding) or binding.at is None:
                continue
            for one in self._judged(binding):
                yield binding.at, one

    def _judged(self, binding: Binding) -> Iterator[Finding]:
        if binding in self.anchors:
            anchor, standing = self.anchors[binding]
            copied = binding.alias is not None and binding.name not in self.source.text.asked
            if copied and not self.edits.get(binding):
                return
            yield from self._of_claim(binding, anchor.target, anchor.names, anchor.place, standing)
            return
        identity = self._identity(binding)
        if identity is not None:
            target = self._target(identity)
            names = identity.names
            if all(self.truth.parameter_of(name) for name in names):
                standing = Standing(
                    "right-if" if identity.condition else "right", identity.condition
                )
                yield from self._of_claim(binding, target, names, identity.place, standing)
            elif self._worth_saying(binding, identity):
                yield from self._of_node(binding, identity)
            return
        if binding.alias is not None and not self.edits.get(binding):
            return
        if not self._shows_parameters(binding):
            yield self._of_part(binding)

    def _shows_parameters(self, binding: Binding) -> bool:
        """Tell whether a name is but a part of parameters, or new ones laid out otherwise."""
        cells = self.final.cells(self.final.formula(binding))
        found = [] if cells is None else cells_of(cells)
        return all(one.name in self.truth.parameters for one in found) and bool(found)

    def _identity(self, binding: Binding) -> Identity | None:
        found = self.final.identities.get(binding)
        if found is not None and found.names[0].startswith(SUM):
            return None
        if found is None and binding.alias is not None and not self.edits.get(binding):
            return self.final.identities.get(root(binding))
        return found

    def _worth_saying(self, binding: Binding, identity: Identity) -> bool:
        """Leave out mere copies, but for a prediction's or a node's new name."""
        if binding.alias is None or self.edits.get(binding):
            return True
        return binding.kind == "assigned" and identity.names[0] in self.truth.variables

    def _target(self, identity: Identity) -> Any:
        return elementwise(lambda one: one, identity.cells)

    def _of_claim(
        self,
        binding: Binding,
        target: Any,
        names: tuple[str, ...],
        place: Place,
        standing: Standing,
    ) -> Iterator[Finding]:
        """Judge what claims a parameter's derivative or new value by the number it comes to."""
        cause = self.touched(binding)
        fix, line = None, None
        if cause is not None:
            standing = self._as_written(binding, target, place, standing)
            fix, line = self._fix(binding, cause)
        elif standing.verdict == "wrong":
            fix = self._should_be(names)
        lost = self.source.text.lost.get(binding.at) if binding.at else None
        if lost is not None:
            standing, line = Standing("wrong"), None
            fix = f"store it: {lost} is only the loop's name, what it stood for stays as it was"
        computed = self.figures.computed(binding) if lost is None else None
        true = self.figures.true(binding, target, place.step)
        for at, name in enumerate(names):
            parameter = self.truth.parameter_of(name) or self._parameter(name)
            one = standing
            if lost is None:
                one = self._cell_standing(binding, target, place, standing, at, len(names))
            yield self._finding(
                binding,
                one,
                name.removeprefix(BATCH),
                parameter,
                fix if one.verdict != "right" else None,
                computed[at] if computed and at < len(computed) else None,
                true[at],
                at,
                line,
            )

    def _parameter(self, name: str) -> str | None:
        return name if name in self.truth.parameters else None

    def _of_node(self, binding: Binding, identity: Identity) -> Iterator[Finding]:
        """Judge a quantity in between by its own formula."""
        standing = self._local(binding, identity)
        fix = self._words(binding) if self.edits.get(binding) else None
        target = self._target(identity)
        computed = self.figures.computed(binding)
        true = self.figures.true(binding, target, identity.place.step)
        for at, name in enumerate(identity.names):
            yield self._finding(
                binding,
                standing,
                name.removeprefix(BATCH),
                None,
                fix,
                computed[at] if computed and at < len(computed) else None,
                true[at] if at < len(true) else None,
                at,
                None,
            )

    def _of_part(self, binding: Binding) -> Finding:
        """Judge what is no quantity of the network, but part of one that is claimed."""
        computed = self.figures.computed(binding)
        number = computed[0] if computed and len(computed) == 1 else None
        if self.edits.get(binding):
            true = self._corrected_number(binding)
            standing = self._local_standing(binding)
            return self._finding(
                binding, standing, None, None, self._words(binding), number, true, 0, None
            )
        reason = self.final.reasons.get(binding)
        if reason is not None:
            return self._unread(binding, reason)
        claimed = binding in self.readers.claimed
        if not claimed and (
            binding in self.readers.serving or is_input_derivative(binding, self.final, self.prover)
        ):
            return self._finding(
                binding, Standing("right"), None, None, None, number, number, 0, None
            )
        if not claimed:
            return self._unread(binding, "not recognised as a quantity of the network")
        bad = self.spoilt.get(binding)
        if bad is not None:
            line = bad.at.line if bad.at else 0
            return self._unread(binding, f"part of line {line}, which could not be corrected")
        return self._finding(binding, Standing("right"), None, None, None, number, number, 0, None)

    def _corrected_number(self, binding: Binding) -> float | None:
        evaluation = Evaluation(Floats(), self.figures.known, self.figures.bound)
        try:
            found = evaluation.value(self.final.formula(binding))
        except NotCalculable:
            return None
        return found if isinstance(found, int | float) else None


def _counts(binding: Binding) -> bool:
    """Tell whether a name is a loop's counter, or how many samples or units there are."""
    return binding.kind == "counter" or is_count(binding.formula)
