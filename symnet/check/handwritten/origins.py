"""Where mistakes come from: the corrected line that a number hangs on, and what to do there.

In: Source, Understanding, Correction, Standing. Out: Origins.
"""

from __future__ import annotations

from symnet.check.handwritten.anchors import Anchor, Standing
from symnet.check.handwritten.conditions import Conditions
from symnet.check.handwritten.figures import Figures
from symnet.check.handwritten.formula import Binding, Span, behind, readings
from symnet.check.handwritten.printed import printed_numbers
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.reading.python import Source
from symnet.check.handwritten.region import Correction, Edit
from symnet.check.handwritten.truth import BATCH, NEW
from symnet.check.handwritten.understanding import Understanding


class Origins:
    """Knows which line every mistake comes from, and what is to be done there."""

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
            found = self.touched(one.binding) if self._is_worked_out(one.binding) else None
            if found is not None:
                return found
        return None

    def causes(self, binding: Binding) -> list[Binding]:
        """Return all corrected bindings that a number comes from."""
        hanging = behind(binding, lambda one: one.formula, self._is_worked_out)
        return [
            one
            for one in hanging
            if self.edits.get(one) and (one is binding or self._is_worked_out(one))
        ]

    def _is_worked_out(self, binding: Binding) -> bool:
        """Tell whether a number comes from a formula, not from data or from an earlier step."""
        return binding not in self.final.given and binding not in self.final.updates

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

    def _line(self, span: Span) -> int:
        return span.line

    def _cell(self, span: Span) -> int | None:
        return self.source.cell_of(span)


def _contains(outer: Span | None, inner: Span) -> bool:
    """Tell whether a stretch lies in another."""
    if outer is None or outer.part != inner.part:
        return False
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
