"""What was found out about a file, as one finding a formula.

In: Source, Understanding, Correction, Standing. Out: Finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.absences import Absences
from symnet.check.handwritten.anchors import Anchor, Judge, Standing, stacked
from symnet.check.handwritten.calculating.arrays import cells_of, elementwise, shape_of
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.conditions import Conditions
from symnet.check.handwritten.figures import Figures
from symnet.check.handwritten.finding import Finding, Mark, Verdict
from symnet.check.handwritten.formula import Binding, Formula, Span, readings
from symnet.check.handwritten.knowledge import NotCalculable, same_values
from symnet.check.handwritten.leaves import root
from symnet.check.handwritten.places import Identity, Place
from symnet.check.handwritten.printed import Printed, printed_numbers
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.reading.python import Source
from symnet.check.handwritten.repair import Correction, Edit
from symnet.check.handwritten.truth import BATCH, NEW, SUM
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import close


class Verdicts:
    """Turns what was found out into one finding a formula."""

    def __init__(
        self,
        prover: Prover,
        source: Source,
        original: Understanding,
        final: Understanding,
        corrections: list[Correction],
        standings: dict[Anchor, Standing],
    ) -> None:
        self.prover, self.source, self.truth = prover, source, final.truth
        self.original, self.final = original, final
        self.edits: dict[Binding, list[Edit]] = {}
        for correction in corrections:
            for edit in correction.edits:
                for owner in self._lines_of(edit):
                    self.edits.setdefault(owner, []).append(edit)
        self.anchors = {one.binding: (one, standing) for one, standing in standings.items()}
        self.figures = Figures(original, final)
        self.conditions = Conditions(final, prover)
        self.printed = printed_numbers(source)
        self._readers = _readers(original)
        self._touched: dict[Binding, Binding | None] = {}
        self._locals: dict[Binding, Standing] = {}

    def _lines_of(self, edit: Edit) -> list[Binding]:
        """Return the assignments an edit stands in: an argument of a call is its caller's."""
        own = set(self.source.text.bindings)
        found: dict[Binding, None] = {}
        for _, owner in edit.site.nodes:
            if owner in own:
                found[owner] = None
            else:
                around = [
                    one for one in self.source.text.bindings if _contains(one.at, edit.site.at)
                ]
                found.update(dict.fromkeys(around[-1:]))
        return list(found)

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
        yield from Absences(self.final, self.anchors, str(self.source.path)).findings()

    # ---- one binding

    def _of_bindings(self) -> Iterator[tuple[Span, Finding]]:
        for binding in self.source.text.bindings:
            if binding.given or binding.kind == "counter" or binding.at is None:
                continue
            for one in self._judged(binding):
                yield binding.at, one

    def _judged(self, binding: Binding) -> Iterator[Finding]:
        if binding in self.anchors:
            anchor, standing = self.anchors[binding]
            if binding.alias is not None and not self.edits.get(binding):
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
        yield self._of_part(binding)

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

    # ---- verdicts

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
        computed = self.figures.computed(binding)
        true = self.figures.true(binding, target, place.step)
        for at, name in enumerate(names):
            parameter = self.truth.parameter_of(name) or self._parameter(name)
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
            return Standing("undecided")
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

    def causes(self, binding: Binding) -> list[Binding]:
        """Return all corrected bindings that a number comes from."""
        found: dict[Binding, None] = {}
        waiting, seen = [binding], set()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if self.edits.get(one):
                found[one] = None
            for reading in readings(one.formula):
                other = reading.binding
                if other not in self.final.given and other not in self.final.updates:
                    waiting.append(other)
        return list(found)

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

    def _changed_standing(self, binding: Binding, target: Any, place: Place) -> Standing:
        """Judge a line that was corrected as it stands in the file, the rest being right."""
        judge, value = Judge(self.final, self.prover), self.final.value(binding.formula)
        if value is None:
            return Standing("wrong")
        found = judge.judged(binding.formula, value, target, place)
        return found if found.verdict == "right-if" else Standing("wrong")

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
        claims = self._claims_on(binding)
        if not claims:
            return self._unread(binding, "not recognised as a quantity of the network")
        bad = [one for one in claims if self.anchors[one][1].verdict in ("wrong", "undecided")]
        if bad:
            line = bad[0].at.line if bad[0].at else 0
            return self._unread(binding, f"part of line {line}, which could not be corrected")
        return self._finding(binding, Standing("right"), None, None, None, number, number, 0, None)

    def _corrected_number(self, binding: Binding) -> float | None:
        evaluation = Evaluation(Floats(), self.figures.known, self.figures.bound)
        try:
            found = evaluation.value(self.final.formula(binding))
        except NotCalculable:
            return None
        return found if isinstance(found, int | float) else None

    def _claims_on(self, binding: Binding) -> list[Binding]:
        found, waiting, seen = [], [binding], {binding}
        while waiting:
            for reader in self._readers.get(waiting.pop(), ()):
                if reader in seen:
                    continue
                seen.add(reader)
                if reader in self.anchors:
                    found.append(reader)
                elif reader in self.final.identities:
                    found += []
                    waiting.append(reader)
                else:
                    waiting.append(reader)
        if not found and any(one in self.final.identities for one in seen - {binding}):
            return []
        return found

    def _unread(self, binding: Binding, reason: str) -> Finding:
        span = binding.at or Span(0, 0, 0, 0, 0)
        return Finding(
            str(self.source.path),
            self._line(span),
            self._cell(span),
            binding.name,
            None,
            None,
            "not-read",
            written=self.source.statement(span),
            because=reason,
        )

    # ---- mistakes upstream

    def touched(self, binding: Binding) -> Binding | None:
        """Return the corrected binding that a number comes from: itself, or one it reads."""
        if binding not in self._touched:
            self._touched[binding] = None
            self._touched[binding] = self._find_touched(binding)
        return self._touched[binding]

    def _find_touched(self, binding: Binding) -> Binding | None:
        if self.edits.get(binding):
            return binding
        for one in readings(binding.formula):
            other = one.binding
            if other in self.final.given or other in self.final.updates:
                continue
            found = self.touched(other)
            if found is not None:
                return found
        return None

    def _fix(self, binding: Binding, cause: Binding) -> tuple[str, int | None]:
        words = self._words(cause)
        if cause is binding:
            return words, None
        where, line = self._where(binding, cause)
        return f"{where}: {words}", line

    def _lacking(self, binding: Binding) -> tuple[str | None, int | None]:
        """Say which factor makes a line right everywhere, and on which line it is missing."""
        source = self.conditions.source(binding)
        words = self.conditions.fix(source)
        if source is binding or source.at is None:
            return words, None
        where, line = self._where(binding, source)
        return words and f"{where}: {words}", line

    def _where(self, binding: Binding, cause: Binding) -> tuple[str, int | None]:
        """Say where the cause of what is on a line stands."""
        line = self._line(cause.at) if cause.at else None
        cell = self._cell(cause.at) if cause.at else None
        here = self._cell(binding.at) if binding.at else None
        where = f"line {line}" if cell == here else f"cell {cell}, line {line}"
        return f"in {where} ({cause.name})", line

    def _words(self, binding: Binding) -> str:
        return " and ".join(dict.fromkeys(one.change.words for one in self.edits[binding]))

    def _should_be(self, names: tuple[str, ...]) -> str:
        shown = []
        for name in names[:1]:
            plain = name.removeprefix(BATCH)
            derivation = self.truth.derivation
            if plain in self.truth.derivation_names:
                shown.append(f"{plain} = {derivation.value(self.truth.owner_of(plain))}")
            elif plain.startswith(NEW):
                gradient = self.truth.gradient.get(plain.removeprefix(NEW))
                shown.append(f"{plain} = {plain.removeprefix(NEW)} - learning_rate * {gradient}")
            elif plain in self.truth.nodes:
                shown.append(f"{plain} = {self.truth.nodes[plain]}")
        return f"no small change mends it; it should be {'; '.join(shown)}" if shown else ""

    # ---- making findings

    def _finding(
        self,
        binding: Binding,
        standing: Standing,
        node: str | None,
        parameter: str | None,
        fix: str | None,
        computed: float | None,
        true: float | None,
        position: int,
        cause: int | None,
    ) -> Finding:
        span = binding.at or Span(0, 0, 0, 0, 0)
        printed, stale = self._printed(binding, computed, position)
        verdict: Verdict = "not-read" if standing.verdict == "undecided" else standing.verdict  # type: ignore[assignment]
        because = self._why_undecided(binding) if verdict == "not-read" else None
        if verdict == "right-if" and fix is None:
            fix, cause = self._lacking(binding)
        return Finding(
            str(self.source.path),
            self._line(span),
            self._cell(span),
            binding.name,
            parameter,
            node,
            verdict,
            _condition(standing.condition) if verdict == "right-if" else None,
            fix,
            printed,
            computed,
            true,
            self.source.statement(span),
            tuple(self._marks(binding)),
            because,
            cause,
            stale,
        )

    def _why_undecided(self, binding: Binding) -> str:
        unproven = "agrees in numbers, but could not be proven"
        return self.final.reasons.get(binding, unproven)

    def _printed(
        self, binding: Binding, computed: float | None, position: int
    ) -> tuple[float | None, bool]:
        found: list[Printed] = [
            one for one in self.printed.get(root(binding), ()) if position < len(one.texts)
        ]
        if not found or binding.alias is not None:
            return None, False
        for one in found:
            if computed is not None and not one.agrees(position, computed):
                return float(one.texts[position]), True
        return float(found[0].texts[position]), False

    def _marks(self, binding: Binding) -> Iterator[Mark]:
        for edit in self.edits.get(binding, ()):
            at = edit.site.at
            if at.line == at.end_line:
                yield Mark(at.line, at.column, at.end_column, edit.change.written)

    def _line(self, span: Span) -> int:
        return span.line

    def _cell(self, span: Span) -> int | None:
        return self.source.cell_of(span)

    # ---- what is not there

    def _not_read(self) -> Iterator[tuple[Span, Finding]]:
        for one in self.source.text.missed:
            yield (
                one.at,
                Finding(
                    str(self.source.path),
                    self._line(one.at),
                    self._cell(one.at),
                    one.name,
                    None,
                    None,
                    "not-read",
                    written=self.source.statement(one.at),
                    because=one.reason,
                ),
            )


def _contains(outer: Span | None, inner: Span) -> bool:
    """Tell whether a stretch lies in another."""
    if outer is None or outer.part != inner.part:
        return False
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _readers(understanding: Understanding) -> dict[Binding, list[Binding]]:
    found: dict[Binding, list[Binding]] = {}
    for binding in understanding.text.bindings:
        for one in _all_read(binding.formula):
            found.setdefault(one, []).append(binding)
    return found


def _all_read(formula: Formula) -> Iterator[Binding]:
    """Yield what a formula reads, through the arguments of functions."""
    for one in readings(formula):
        yield one.binding
        if one.binding.kind == "argument":
            yield from _all_read(one.binding.formula)


def _condition(names: tuple[str, ...]) -> str:
    return " and ".join(f"{name} > 0" for name in names)
