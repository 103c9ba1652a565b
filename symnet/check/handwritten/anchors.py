"""What a file claims: formulas that must be a certain quantity, whatever they come to.

In: Understanding. Out: Anchor and its standing: right, right where, wrong.

New parameters are claims by what they are: old - rate * gradient. Derivatives, the prediction and
the loss are claims by their names, where nothing else in the file decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy

from symnet.check.handwritten.calculating.arrays import array, cells_of, elementwise, shape_of
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
    is_count,
    rebuilt,
)
from symnet.check.handwritten.knowledge import same_values
from symnet.check.handwritten.naming import own_name, spelling
from symnet.check.handwritten.places import Place, Update
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.truth import BATCH, NEW, RATE, Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import close

LOSS_NAMES = {"loss", "cost", "mse", "bce", "sse", "l", "j", "e"}


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """A binding and what it must be: cells of formulas in quantities."""

    binding: Binding
    target: Any
    place: Place
    names: tuple[str, ...]

    @property
    def formula_count(self) -> int:
        """How many cells there are."""
        return len(cells_of(self.target))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands: right, right-if, wrong or undecided."""

    verdict: str
    condition: tuple[str, ...] = ()


RIGHT, WRONG, UNDECIDED = Standing("right"), Standing("wrong"), Standing("undecided")


def anchors(understanding: Understanding) -> Iterator[Anchor]:
    """Yield the claims of a file in its order."""
    used = _gradients_in_use(understanding)
    for binding in understanding.text.bindings:
        update = understanding.updates.get(binding)
        if update is not None:
            yield _of_update(understanding, binding, update)
        elif binding not in understanding.meanings and binding not in understanding.identities:
            found = _by_name(understanding, binding, used)
            if found is not None:
                yield found


def _of_update(understanding: Understanding, binding: Binding, update: Update) -> Anchor:
    truth, rows = understanding.truth, update.place.rows
    if update.copy:
        target = elementwise(lambda old: Known(NEW + old.name, old.step), update.old)
        target = elementwise(lambda old: Known(old.name, old.step + 1), update.old)
        return Anchor(binding, target, update.place, update.names)

    def new(old: Known) -> Formula:
        return _definition(truth, NEW + old.name, old.step, rows, update.rate)

    return Anchor(
        binding,
        elementwise(new, update.old),
        update.place,
        tuple(NEW + name for name in update.names),
    )


def _definition(
    truth: Truth, name: str, step: int, rows: tuple[Any, ...], rate: Literal | None = None
) -> Formula:
    known = Known(name, step, rows[0]) if len(rows) == 1 else Known(BATCH + name, step, rows)
    if rate is None:
        return known
    found = truth.definition(known)
    return known if found is None else _with_rate(found, rate)


def _with_rate(node: Formula, rate: Literal) -> Formula:
    if isinstance(node, Known):
        return rate if node.name == RATE else node
    parts = node.parts
    return rebuilt(node, tuple(_with_rate(one, rate) for one in parts)) if parts else node


def _gradients_in_use(understanding: Understanding) -> set[Binding]:
    """Return the bindings that lead to a new parameter: it decides about them."""
    found: set[Binding] = set()
    waiting = list(understanding.updates)
    while waiting:
        for one in _read(understanding, waiting.pop()):
            if one not in found and one not in understanding.meanings:
                found.add(one)
                waiting.append(one)
    return found


def _read(understanding: Understanding, binding: Binding) -> Iterator[Binding]:
    stack: list[Formula] = [understanding.formula(binding)]
    while stack:
        node = stack.pop()
        if isinstance(node, Reading):
            yield node.binding
        stack.extend(node.parts)


def _by_name(understanding: Understanding, binding: Binding, used: set[Binding]) -> Anchor | None:
    """Take a binding for what its name says, if nothing that is checked depends on it."""
    asked = binding.name in understanding.text.asked
    if (binding.alias is not None or binding in used) and not asked:
        return None
    value = understanding.value(Reading(binding))
    if value is None or shape_of(value) != ():
        return None
    name = _named_quantity(understanding, binding)
    # L may count layers, and a loss starts at 0.
    if name is None or binding.given or is_count(binding.formula):
        return None
    place = next(understanding.places(binding))
    target = _definition(understanding.truth, name, place.step, place.rows)
    return Anchor(binding, target, place, (name,))


def _named_quantity(understanding: Understanding, binding: Binding) -> str | None:
    truth, asked = understanding.truth, spelling(binding.name)
    said = understanding.text.asked.get(binding.name)
    if said is not None:
        return said
    says = understanding.says(binding)
    if says is not None and asked.gradient:
        return truth.gradient.get(says)
    bare = own_name(binding.name)
    if bare in truth.definitions:
        return bare
    if asked.words and asked.words[-1] in LOSS_NAMES and not asked.gradient:
        return truth.network.loss
    if asked.role == "prediction" and len(truth.network.predictions) == 1:
        return truth.network.predictions[0]
    return None


class Judge:
    """Finds out how a claim stands, at points first and then by proof."""

    def __init__(self, understanding: Understanding, prover: Prover) -> None:
        self.understanding, self.prover = understanding, prover
        self._masks: dict[tuple[str, Place], Any] = {}

    def standing(self, anchor: Anchor, inline: bool = False) -> Standing:
        """Judge a claim."""
        formula = self.understanding.formula(anchor.binding)
        value = self.understanding.value(formula)
        if value is None:
            return UNDECIDED
        return self.judged(formula, value, anchor.target, anchor.place, inline)

    def apparent(self, anchor: Anchor) -> Standing:
        """Judge a claim at the points only, to be proven later."""
        formula = self.understanding.formula(anchor.binding)
        value = self.understanding.value(formula)
        if value is None:
            # Nobody can run it either: there must be a slip, though it may not be found.
            return WRONG if self.understanding.clashes(formula) else UNDECIDED
        truth = self.understanding.value(_stacked(anchor.target))
        if truth is None or shape_of(truth) != shape_of(value):
            return WRONG
        if same_values(value, truth):
            return RIGHT
        condition = next(self.conditions(value, truth, anchor.place), None)
        return WRONG if condition is None else Standing("right-if", condition)

    def judged(
        self, formula: Formula, value: Any, target: Any, place: Place, inline: bool = False
    ) -> Standing:
        """Judge a formula, given its value at the points."""
        truth = self.understanding.value(_stacked(target))
        if truth is None or shape_of(truth) != shape_of(value):
            return WRONG
        if same_values(value, truth):
            proven = self.prover.equal(self.understanding, formula, target, place, (), inline)
            return RIGHT if proven else UNDECIDED
        for condition in self.conditions(value, truth, place):
            if self.prover.equal(self.understanding, formula, target, place, condition, inline):
                return Standing("right-if", condition)
        return WRONG

    def conditions(self, value: Any, truth: Any, place: Place) -> Iterator[tuple[str, ...]]:
        """Yield the conditions under which two values agree at the points."""
        agree = numpy.all(
            [close(a, b) for a, b in zip(cells_of(value), cells_of(truth), strict=True)], axis=0
        )
        moving = numpy.any([numpy.abs(b) > 1e-12 for b in cells_of(truth)], axis=0)
        masks = {kink.z: self.mask(kink.z, place) for kink in self.understanding.truth.kinks}
        for name, mask in masks.items():
            if (mask & moving).sum() >= 2 and numpy.all(agree[mask]):
                yield (name,)
        for (a, first), (b, second) in combinations(masks.items(), 2):
            both, neither = first & second, ~first & ~second
            if (both & moving).sum() < 2 or not numpy.all(agree[both]):
                continue
            if neither.any() and not numpy.all(agree[neither]):
                yield (a, b)

    def mask(self, name: str, place: Place) -> Any:
        """Return the points at which a pre-activation is positive, in every row."""
        if (name, place) not in self._masks:
            world, mask = self.understanding.world, True
            for row in place.rows:
                mask = mask & (world.value(Known(name, place.step, row)) > 0)
            self._masks[name, place] = mask
        return self._masks[name, place]


def _stacked(target: Any) -> Formula:
    """Write cells of formulas as one formula."""
    if not shape_of(target):
        found: Formula = target
        return found
    cells = cells_of(target)
    row = Apply("array", cells)
    return Apply("reshape", (row,), None, (shape_of(target),))


def stacked(cells: Any) -> Formula:
    """Write cells of quantities as one formula."""
    return _stacked(cells)


__all__ = ["RIGHT", "UNDECIDED", "WRONG", "Anchor", "Judge", "Standing", "anchors", "array"]
