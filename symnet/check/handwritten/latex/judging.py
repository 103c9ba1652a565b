r"""A derivation in LaTeX or Markdown held against ours, equality by equality.

In: a path, Checker. Out: Examination.

Every equality is judged on its own, so that in a chain the first wrong one is the one that is
named. The left end of a chain is a quantity of the network, or its new value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedInput

from symnet.check.handwritten.anchors import Anchor, Judge, Standing
from symnet.check.handwritten.changes import again
from symnet.check.handwritten.checking import Checker, Examination
from symnet.check.handwritten.finding import Finding, Mark, Verdict
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
    Scope,
    Span,
)
from symnet.check.handwritten.latex.building import Builder, row
from symnet.check.handwritten.latex.grammar import functions, parser
from symnet.check.handwritten.latex.numerals import Numerals, Stretch
from symnet.check.handwritten.latex.segments import Chain, Side, chains
from symnet.check.handwritten.latex.symbols import letters, patterns
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.repair import Correction, Repairer
from symnet.check.handwritten.sources import read_text
from symnet.check.handwritten.truth import NEW, RATE
from symnet.check.handwritten.understanding import Understanding
from symnet.errors import SpecError
from symnet.model.network import numbers

UPDATES = (r"\leftarrow", r"\gets", ":=")
RENEWED = re.compile(
    r"\s*(?:'|\^\s*(?:\{\s*(?:\\(?:text|mathrm)\s*\{\s*new\s*\}|new|\+|\(?t\s*\+\s*1\)?|\\prime)\s*\}"
    r"|\+|\\prime))$"
)
ALMOST = (r"\approx",)
MOST_SIDES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Equality:
    """One equality read: what stands on its right, and what that has to be."""

    binding: Binding
    target: Formula
    node: str | None
    left: str


class Paper:
    """One file being read and judged."""

    def __init__(self, checker: Checker, path: Path, mapping: Mapping[str, str]) -> None:
        self.checker, self.truth, self.path = checker, checker.truth, path
        self.text = read_text(path)
        self.starts = [0, *(one.end() for one in re.finditer("\n", self.text))]
        self.scope, self.order = Scope(), 0
        self.given: dict[Binding, Known] = {}
        self.quantities: dict[str, Binding] = {}
        self.findings: list[tuple[int, Finding]] = []
        self.letters = letters(self.truth)
        self._prepare(patterns(self.truth, mapping))
        self.numerals = Numerals(
            self.truth, lambda one: self._segment(one.at), lambda one: self.given[one]
        )

    def _prepare(self, symbols: dict[str, tuple[str, ...]]) -> None:
        network = self.truth.network
        own = {layer.activation.name: numbers(layer.activation) for layer in network.layers}
        taken = [spelt for found in symbols.values() for spelt in found]
        self.called = functions(tuple(own), taken)
        self.parser = parser(symbols, self.called, network.loss)
        self.builder = Builder(self.truth, tuple(symbols), self._function, own, self._quantity)

    def _function(self, text: str) -> str:
        return next(n for n, spelt in self.called.items() if re.fullmatch(spelt, text))

    def _quantity(self, name: str) -> Binding:
        """Return the name of a quantity, which is given: every equality stands for itself."""
        if name not in self.quantities:
            self.order += 1
            leaf = Literal(0)
            binding = Binding(self.order, name, leaf, None, self.scope)
            self.scope.bind(self.letters.get(name, name), Reading(binding), self.order)
            self.quantities[name], self.given[binding] = binding, self._known(name)
        return self.quantities[name]

    def _known(self, name: str) -> Known:
        if name in self.truth.rows:
            return Known(name, 0, row(self.truth)[self.truth.rows[name]])
        if name in self.truth.leaves:
            return Known(name)
        return Known(name, 0, self.truth.own_sample(name, row(self.truth)))

    # ---- reading

    def equalities(self) -> Iterator[Equality]:
        """Yield the equalities that could be read; the others are found not read."""
        markdown = self.path.suffix.lower() != ".tex"
        count = 0
        for chain in chains(self.text, markdown):
            count += len(chain.sides)
            if count > MOST_SIDES:
                raise SpecError(
                    f"{self.path}: more than {MOST_SIDES} sides of equalities; too long"
                )
            yield from self._of_chain(chain)

    def _of_chain(self, chain: Chain) -> Iterator[Equality]:
        first, *rest = chain.sides
        name, left = self._claimed(first, rest[0].relation)
        if left is None:
            return
        goal = number = self.numerals.number(left)
        for before, side in zip(chain.sides, rest, strict=False):
            right = self._read(side)
            stretch = right and self.numerals.stretch(right, side.relation in ALMOST)
            if right is None:
                left = name = number = None
            elif stretch:
                self._of_number(first.text, name, side, stretch, number, goal)
                left, number = None, stretch.shown
            elif name in self.truth.leaves:
                self._unread(first, f"{name} is given, so there is nothing to derive")
                return
            else:
                self.order += 1
                binding = Binding(self.order, first.text, right, self.span(side), self.scope)
                if left is not None:
                    yield Equality(binding, left, name, before.text)
                left, number = right, self.numerals.number(right)

    def _of_number(
        self,
        target: str,
        name: str | None,
        side: Side,
        stretch: Stretch,
        before: float | None,
        goal: float | None,
    ) -> None:
        """Hold a number against the side before it, and against what it should be."""
        wanted = goal if before is None else before
        if wanted is None:
            self._unread(side, "a number, and the network has no single sample to compare it with")
            return
        good = any(one is not None and stretch.holds(one) for one in (before, goal))
        found = self._finding(target, self.span(side), "right" if good else "wrong", name)
        found = replace(found, printed=stretch.shown, computed=before, true=goal)
        if not good:
            at, text = self.span(side), stretch.written(wanted)
            marks = (Mark(at.line, at.column, at.end_column, text),) * (at.line == at.end_line)
            found = replace(found, fix=f"write {text} for {side.text}", marks=marks)
        self.findings.append((side.start, found))

    def _claimed(self, side: Side, relation: str) -> tuple[str | None, Formula | None]:
        """Return what the left end of a chain says it is."""
        new = RENEWED.search(side.text)
        formula = self._read(Side(side.text[: new.start()], side.start) if new else side)
        if not isinstance(formula, Reading):
            return None, formula
        name = self.given[formula.binding].name
        if new or relation in UPDATES:
            if NEW + name not in self.truth.definitions:
                self._unread(side, f"{name} is not updated in this network")
                return None, None
            name = NEW + name
        return name, self._known(name)

    def _read(self, side: Side) -> Formula | None:
        self.builder.place = lambda start, end: self._between(side.start + start, side.start + end)
        try:
            return self.builder.formula(self.parser.parse(side.text))
        except UnexpectedCharacters as error:
            shown = re.match(r"\\[A-Za-z]+|.", side.text[error.pos_in_stream :], re.DOTALL)
            self._unread(side, f"{shown[0] if shown else 'this'} stands for nothing in the network")
        except UnexpectedInput as error:
            token = getattr(error, "token", "")
            self._unread(side, f"no formula: {str(token) or 'its end'} is not expected there")
        except (LarkError, RecursionError) as error:
            problem = error.__context__ if isinstance(error.__context__, SpecError) else error
            self._unread(side, str(problem).split("\n")[0])
        except SpecError as error:
            self._unread(side, str(error))
        return None

    # ---- judging

    def examination(self) -> Examination:
        """Judge every equality."""
        for name in (*self.truth.leaves - {"pi", RATE}, *self.truth.variables):
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
        fix, words = None, None
        if standing.verdict == "wrong":
            repairer = Repairer(understanding, self.checker.prover, self._segment)
            fix = next(iter(repairer.repair({anchor: standing})), None)
            words = fix.words if fix else f"it is not {one.left}"
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
        found = self._finding(one.binding.name, span, verdict, one.node)
        because = "agrees in numbers, but could not be proven" if undecided else None
        self.findings.append(
            (
                self.starts[span.line - 1] + span.column,
                replace_finding(found, condition, words, marks, because),
            )
        )

    def _finding(self, target: str, span: Span, verdict: Verdict, node: str | None) -> Finding:
        lines = self.text.split("\n")[span.line - 1 : span.end_line]
        parameter = self.truth.parameter_of(node) if node else None
        return Finding(
            *(str(self.path), span.line, None, target, parameter, node, verdict),
            written="\n".join(lines),
        )

    def _marks(self, fix: Correction) -> Iterator[Mark]:
        for edit in fix.edits:
            at = edit.site.at
            if at.line == at.end_line:
                yield Mark(at.line, at.column, at.end_column, edit.change.written)

    def _unread(self, side: Side, why: str) -> None:
        span = self.span(side)
        found = self._finding(side.text.split("\n")[0], span, "not-read", None)
        self.findings.append((side.start, replace_finding(found, None, None, (), why)))

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

    # ---- places

    def span(self, side: Side) -> Span:
        """Return where a side stands."""
        return self._between(side.start, side.end)

    def _between(self, start: int, end: int) -> Span:
        line, column = self._position(start)
        return Span(0, line, column, *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1]

    def _segment(self, span: Span | None) -> str:
        if span is None:
            return ""
        start = self.starts[span.line - 1] + span.column
        return " ".join(self.text[start : self.starts[span.end_line - 1] + span.end_column].split())


def replace_finding(
    found: Finding,
    condition: str | None,
    fix: str | None,
    marks: tuple[Mark, ...],
    because: str | None,
) -> Finding:
    """Return a finding with its reasons."""
    return replace(found, condition=condition, fix=fix, marks=marks, because=because)


def check_mathematics(checker: Checker, path: Path, mapping: Mapping[str, str]) -> Examination:
    """Read a LaTeX or Markdown file and judge every equality in it.

    Raises:
        SpecError: it cannot be read, or holds no equality.
    """
    checker.world.forget()
    paper = Paper(checker, path, mapping)
    found = paper.examination()
    if not paper.findings:
        raise SpecError(f"{path}: no equation in it: none in a display, none between dollars")
    return found
