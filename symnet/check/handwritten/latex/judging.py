"""A derivation in LaTeX or Markdown held against ours, equality by equality.

In: a path, Checker. Out: Examination.

Every equality is judged on its own, so that in a chain the first wrong one is the one that is
named. The left end of a chain is a quantity of the network, or its new value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from symnet.check.handwritten.anchors import Anchor, Judge, Standing
from symnet.check.handwritten.changes import again
from symnet.check.handwritten.checking import Checker, Examination
from symnet.check.handwritten.finding import Finding, Mark, Verdict
from symnet.check.handwritten.formula import (
    Apply,
    Span,
)
from symnet.check.handwritten.latex.building import row
from symnet.check.handwritten.latex.equalities import Equalities, Equality
from symnet.check.handwritten.latex.paper import replace_finding
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.region import Correction
from symnet.check.handwritten.repair import Repairer
from symnet.check.handwritten.truth import RATE
from symnet.check.handwritten.understanding import Understanding
from symnet.errors import SpecError
from symnet.model.network import numbers


class Judging(Equalities):
    """Judges every equality of a file."""

    def examination(self) -> Examination:
        """Judge every equality."""
        for name in (*self.truth.leaves - {"pi", RATE}, *self.truth.variables, *self.tables):
            self._quantity(name)
        equalities = list(self.equalities())
        text = Text([one.binding for one in equalities])
        understanding = Understanding(text, self.truth, self.checker.world, self.given)
        understanding.meanings = dict(self.given)
        understanding.updates.clear()
        judge = Judge(understanding, self.checker.prover)
        for one in equalities:
            self._judge(one, understanding, judge)
        self.findings.sort(key=lambda pair: pair[0])
        return Examination(self.path, (*(one for _, one in self.findings), *self._missing()))

    def _judge(self, one: Equality, understanding: Understanding, judge: Judge) -> None:
        place = Place(0, (row(self.truth),))
        anchor = Anchor(one.binding, one.target, place, (one.node or "",))
        standing = judge.standing(anchor)
        if self.shape(one.binding.formula) is None:
            standing = Standing("wrong")
        fix, words = None, None
        if standing.verdict == "wrong":
            repairer = Repairer(understanding, self.checker.prover, self._segment)
            fix = next(iter(repairer.repair({anchor: standing})), None)
            words = typeset(fix.words) if fix else f"it is not {one.left}"
        elif standing.verdict == "right-if":
            words = self._lacking(anchor, standing.condition, understanding)
        self._found(one, standing, fix, words)

    def _lacking(
        self, anchor: Anchor, condition: tuple[str, ...], understanding: Understanding
    ) -> str | None:
        """Say which derivative of an activation is left out, where one is."""
        if len(condition) != 1:
            return None
        slope = Apply("activation", (self._known(condition[0]),), None, self._label(condition[0]))
        mended = Apply("multiply", (again(anchor.binding.formula), slope))
        if not self.checker.prover.equal(understanding, mended, anchor.target, anchor.place):
            return None
        return f"multiply by the derivative of the {slope.options[0]} at {condition[0]}"

    def _label(self, z: str) -> tuple[Any, ...]:
        layers = self.truth.network.layers
        own = next(one for one in layers if any(unit.z == z for unit in one.units))
        return (own.activation.name, numbers(own.activation), 0)

    def _found(
        self, one: Equality, standing: Standing, fix: Correction | None, words: str | None
    ) -> None:
        span = one.binding.at or Span(0, 1, 0, 1, 0)
        undecided = standing.verdict == "undecided"
        verdict: Verdict = "not-read" if undecided else standing.verdict  # type: ignore[assignment]
        condition = " and ".join(f"{name} > 0" for name in standing.condition) or None
        marks = tuple(self._marks(fix)) if fix else ()
        because = "agrees in numbers, but could not be proven" if undecided else None
        at = self.starts[span.line - 1] + span.column
        for node in self.nodes(one.node) if one.node else (None,):
            found = self._finding(one.binding.name, span, verdict, node)
            self.findings.append((at, replace_finding(found, condition, words, marks, because)))

    def _marks(self, fix: Correction) -> Iterator[Mark]:
        for edit in fix.edits:
            at = edit.site.at
            if at.line == at.end_line:
                yield Mark(at.line, at.column, at.end_column, typeset(edit.change.written))

    def _missing(self) -> Iterator[Finding]:
        """Yield the parameters whose derivative is nowhere claimed."""
        claimed = {one.parameter for _, one in self.findings}
        for name in self.truth.updated:
            if name not in claimed:
                node = self.truth.gradient.get(name)
                yield Finding(
                    *(str(self.path), None, None, name, name, node, "missing"),
                    fix=f"derive {node}",
                    because="its derivative is nowhere given",
                )


def typeset(words: str) -> str:
    """Write a correction's signs for matrices as LaTeX does."""
    return words.replace(" @ ", " ").replace(".T", r"^\top")


def check_mathematics(checker: Checker, path: Path, mapping: Mapping[str, str]) -> Examination:
    """Read a LaTeX or Markdown file and judge every equality in it.

    Raises:
        SpecError: it cannot be read, or holds no equality.
    """
    checker.world.forget()
    paper = Judging(checker, path, mapping)
    found = paper.examination()
    if not paper.findings:
        raise SpecError(f"{path}: no equation in it: none in a display, none between dollars")
    return found
