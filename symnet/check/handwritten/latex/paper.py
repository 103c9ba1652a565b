"""A LaTeX or Markdown file being read: its places, and its symbols as quantities of the network.

In: a path, Checker. Out: Paper.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedInput

from symnet.check.handwritten.calculating.arrays import Shape, elementwise, shape_of
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding, Mark, Verdict
from symnet.check.handwritten.formula import (
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
    Scope,
    Span,
)
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.latex.building import GRADIENT, Builder, row
from symnet.check.handwritten.latex.grammar import functions, parser
from symnet.check.handwritten.latex.mentions import Mentions
from symnet.check.handwritten.latex.numerals import Numerals
from symnet.check.handwritten.latex.segments import Side
from symnet.check.handwritten.latex.symbols import letters, patterns
from symnet.check.handwritten.latex.vectors import TRANSPOSED, vectors
from symnet.check.handwritten.sources import read_text
from symnet.check.handwritten.truth import NEW, Truth
from symnet.errors import SpecError
from symnet.model.network import numbers


class Paper:
    """One file being read: where things stand in it, and what its symbols are."""

    def __init__(self, checker: Checker, path: Path, mapping: Mapping[str, str]) -> None:
        self.checker, self.truth, self.path = checker, checker.truth, path
        self.text = read_text(path)
        self.starts = [0, *(one.end() for one in re.finditer("\n", self.text))]
        self.scope, self.order = Scope(), 0
        self.given: dict[Binding, Any] = {}
        self.tables = {one.name: one for one in vectors(self.truth)}
        self.quantities: dict[str, Binding] = {}
        self.findings: list[tuple[int, Finding]] = []
        self.letters = letters(self.truth)
        self._prepare(patterns(self.truth, mapping))
        self.numerals = Numerals(self.truth, lambda one: self._segment(one.at), self.given)
        self.mentions = Mentions(self.text, self.numerals.steps)
        self.optimizer = _optimizer(self.truth)
        world = self.checker.world
        self.points = Evaluation(world.domain, world.known, self._value_of)

    def _prepare(self, symbols: dict[str, tuple[str, ...]]) -> None:
        network = self.truth.network
        own = {layer.activation.name: numbers(layer.activation) for layer in network.layers}
        taken = [spelt for found in symbols.values() for spelt in found]
        self.called = functions(tuple(own), taken)
        tables = {v.name: v.spelt for v in self.tables.values()}
        tables |= {v.name + TRANSPOSED: v.turned for v in self.tables.values() if v.turned}
        self.parser = parser(tables | symbols, self.called, network.loss, tables)
        self.builder = Builder(
            self.truth,
            (*tables, *symbols),
            self._function,
            own,
            self._quantity,
            {name: one.cells.cells for name, one in self.tables.items()},
            self.shape,
        )

    def _value_of(self, binding: Binding) -> Any:
        return elementwise(self.checker.world.known, self.given[binding])

    def shape(self, formula: Formula) -> Shape | None:
        """Return the shape of a formula's value; None where its parts do not fit together."""
        try:
            with numpy.errstate(all="ignore"):
                return shape_of(self.points.value(formula))
        except NotCalculable:
            return None

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

    def _known(self, name: str) -> Any:
        """Return a quantity, or a table of quantities, of their derivatives or new values."""
        bare = name.removeprefix(GRADIENT).removeprefix(NEW)
        if bare in self.tables:
            return elementwise(self._known, self._cells(name))
        if name in self.truth.rows:
            return Known(name, 0, row(self.truth)[self.truth.rows[name]])
        if name in self.truth.leaves:
            return Known(name)
        return Known(name, 0, self.truth.own_sample(name, row(self.truth)))

    def _cells(self, name: str) -> Any:
        """Return the names in the cells of a table, of its derivative or of its new value.

        Raises:
            SpecError: it is a derivative, and a weight stands in several places.
        """
        bare = name.removeprefix(GRADIENT).removeprefix(NEW)
        table = self.tables[bare]
        if name.startswith(GRADIENT) and table.shared:
            if table.slopes is None:
                raise SpecError(f"{bare} holds a weight in several places: not read as a whole")
            return table.slopes
        return elementwise(lambda one: self._cell(name, one), table.cells)

    def _cell(self, name: str, cell: str) -> str:
        """Return the name of what stands in one cell of a table."""
        if name.startswith(GRADIENT):
            return self.truth.gradient[cell]
        return NEW + cell if name.startswith(NEW) else cell

    def nodes(self, name: str) -> tuple[str, ...]:
        """Return the names of the quantities that a claim is about."""
        bare = name.removeprefix(GRADIENT).removeprefix(NEW)
        if bare not in self.tables:
            return (name,)
        found: tuple[str, ...] = self._cells(name).cells
        return found

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

    def _finding(self, target: str, span: Span, verdict: Verdict, node: str | None) -> Finding:
        lines = self.text.split("\n")[span.line - 1 : span.end_line]
        parameter = self.truth.parameter_of(node) if node else None
        return Finding(
            *(str(self.path), span.line, None, target, parameter, node, verdict),
            written="\n".join(lines),
        )

    def _unread(self, side: Side, why: str) -> None:
        span = self.span(side)
        found = self._finding(side.text.split("\n")[0], span, "not-read", None)
        self.findings.append((side.start, replace_finding(found, None, None, (), why)))

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


def _optimizer(truth: Truth) -> str | None:
    """Return what parameters are updated by, unless it is old - rate * gradient."""
    asked = truth.network.spec.training.optimizer
    plain = asked.name == "gradient_descent" and not asked.number("weight_decay")
    return None if plain else asked.name.replace("_", " ")


def replace_finding(
    found: Finding,
    condition: str | None,
    fix: str | None,
    marks: tuple[Mark, ...],
    because: str | None,
) -> Finding:
    """Return a finding with its reasons."""
    return replace(found, condition=condition, fix=fix, marks=marks, because=because)
