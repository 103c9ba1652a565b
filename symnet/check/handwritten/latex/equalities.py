"""Chains read side by side: every equality with what its right has to be.

In: Paper. Out: Equality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.finding import Mark
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Reading,
)
from symnet.check.handwritten.latex.numerals import Stretch
from symnet.check.handwritten.latex.paper import Paper
from symnet.check.handwritten.latex.segments import Chain, Side, chains
from symnet.check.handwritten.truth import NEW
from symnet.errors import SpecError

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
    target: Any
    node: str | None
    left: str


class Equalities(Paper):
    """Reads chains: equalities to judge, and numbers, which are judged at once."""

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
        steps = self.mentions.at(first.start)
        value = goal = self.numerals.numbers(left, steps)
        for before, side in zip(chain.sides, rest, strict=False):
            right = self._read(side)
            stretch = right and self.numerals.stretch(right, side.relation in ALMOST)
            if right is None:
                left, name, value = None, None, {}
            elif stretch:
                held = self._of_number(first.text, name, side, stretch, value, goal) or steps
                left, value = None, dict.fromkeys(held, stretch.shown)
                goal = {step: number for step, number in goal.items() if step in held}
            elif name is not None and set(self.nodes(name)) <= self.truth.leaves:
                self._unread(first, f"{name} is given, so there is nothing to derive")
                return
            elif name is not None and name.startswith(NEW) and self.optimizer:
                self._unread(side, f"a formula of an update by {self.optimizer} is not read")
                left, value = None, {}
            else:
                self.order += 1
                binding = self._bound(first.text, right, left, side)
                if left is not None:
                    yield Equality(binding, left, name, before.text)
                left, value = right, self.numerals.numbers(right, steps)

    def _bound(self, name: str, right: Formula, left: Any, side: Side) -> Binding:
        """Return a side as a binding; a table of one number counts as the number."""
        wanted = self.shape(left) if isinstance(left, Formula) else shape_of(left)
        own = self.shape(right)
        if (
            None not in (own, wanted)
            and own != wanted
            and prod(own or ()) * prod(wanted or ()) == 1
        ):
            right = Apply("reshape", (right,), right.at, (wanted,))
        return Binding(self.order, name, right, self.span(side), self.scope)

    def _of_number(
        self,
        target: str,
        name: str | None,
        side: Side,
        stretch: Stretch,
        before: dict[int, float],
        goal: dict[int, float],
    ) -> list[int]:
        """Hold a number against the side before it, and against what it should be.

        Both are known for every step that the text has spoken of; the steps in which it is right
        are returned.
        """
        wanted = before or goal
        if not wanted:
            lone = name is not None and len(self.nodes(name)) == 1
            sample = "a number, and the network has no single sample to compare it with"
            self._unread(side, sample if lone else "a number, and what it is to be is not known")
            return []
        held = [
            step
            for step in dict.fromkeys((*before, *goal))
            if any(step in one and stretch.holds(one[step]) for one in (before, goal))
        ]
        step = next(iter(held or wanted))
        found = self._finding(target, self.span(side), "right" if held else "wrong", name)
        found = replace(found, printed=stretch.shown, computed=stretch.shown, true=goal.get(step))
        if step in goal:
            found = replace(found, rounded=stretch.written(goal[step]))
        if step:
            found = replace(found, because=f"held against step {step + 1}")
        if not held:
            at, text = self.span(side), stretch.written(wanted[step])
            marks = (Mark(at.line, at.column, at.end_column, text),) * (at.line == at.end_line)
            found = replace(found, fix=f"write {text} for {side.text}", marks=marks)
        self.findings.append((side.start, found))
        return held

    def _claimed(self, side: Side, relation: str) -> tuple[str | None, Formula | None]:
        """Return what the left end of a chain says it is."""
        new = RENEWED.search(side.text)
        formula = self._read(Side(side.text[: new.start()], side.start) if new else side)
        if not isinstance(formula, Reading):
            return None, formula
        name = formula.binding.name
        if new or relation in UPDATES:
            if any(one not in self.truth.definitions for one in self.nodes(NEW + name)):
                self._unread(side, f"{name} is not updated in this network")
                return None, None
            name = NEW + name
        return name, self._known(name)
