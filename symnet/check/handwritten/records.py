"""Findings filled in: where, what is printed, computed and true, marks and reasons.

In: Standing. Out: Finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.check.handwritten.anchors import Standing
from symnet.check.handwritten.finding import Finding, Mark, Verdict
from symnet.check.handwritten.formula import Binding, Span
from symnet.check.handwritten.leaves import root
from symnet.check.handwritten.printed import Printed
from symnet.check.handwritten.standings import Standings


class Records(Standings):
    """Makes findings."""

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
        failed = self.final.failure(self.final.formula(binding))
        return self.final.reasons.get(binding) or failed or unproven

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


def _condition(names: tuple[str, ...]) -> str:
    return " and ".join(f"{name} > 0" for name in names)
