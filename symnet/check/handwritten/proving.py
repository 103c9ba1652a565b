"""Formulas of a file proven equal to the network's, or not, on every side of the kinks.

In: Understanding. Out: Prover.

The comparison is made with ever more written out: with nodes as names, with pre-activations as
names, with nothing but what is given. What was proven once is remembered by its form, so the
second training step of a file, or the next file of a course, costs little.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.calculating.arrays import cells_of, elementwise
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.calculating.polynomials import Ratio, TooLargeError
from symnet.check.handwritten.calculating.signs import UndecidedError
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal, Reading
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.truth import BATCH, SUM, Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import AlgebraWorld

LEVELS = (0, 1, 2)


class Relative:
    """Steps and rows counted from a place."""

    def __init__(self, place: Place, truth: Truth) -> None:
        self.place, self.truth = place, truth
        self._ranks = {
            (name, row[at]): rank
            for rank, row in enumerate(place.rows)
            for name, at in truth.rows.items()
        }

    def known(self, known: Known) -> Known:
        """Return a quantity with its step and row counted from the place."""
        step, sample = known.step - self.place.step, known.sample
        if known.name in self.truth.rows:
            return Known(known.name, 0, self._ranks.get((known.name, sample), ("other", sample)))
        if known.name in self.truth.parameters:
            return Known(known.name, step)
        if known.name in self.truth.leaves:
            return Known(known.name)
        if known.name.startswith((BATCH, SUM)):
            return Known(known.name, step, tuple(map(self._row, sample)))
        return Known(known.name, step, self._row(sample) if isinstance(sample, tuple) else sample)

    def _row(self, row: Any) -> Any:
        return tuple(
            None if row[at] is None else self._ranks.get((name, row[at]), ("other", row[at]))
            for name, at in self.truth.rows.items()
        )

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows as they are numbered here."""
        return tuple(map(self._row, self.place.rows))


class Prover:
    """Decides equality; shared by all files that are held against one derivation."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self._worlds: dict[int, AlgebraWorld] = {}
        self._memory: dict[Any, bool | None] = {}
        self._forms: dict[Any, int] = {}

    def form(self, parts: Any) -> int:
        """Number a form; equal ones have one number."""
        return self._forms.setdefault(parts, len(self._forms))

    def world(self, level: int) -> AlgebraWorld:
        """Return the algebra of a level, made when first needed."""
        if level not in self._worlds:
            self._worlds[level] = AlgebraWorld(self.truth, level)
        return self._worlds[level]

    def equal(
        self,
        understanding: Understanding,
        node: Formula,
        target: Any,
        place: Place,
        condition: tuple[str, ...] = (),
        inline: bool = False,
    ) -> bool | None:
        """Tell whether a formula is its target where a condition holds; None: undecided.

        ``inline``: names are what the file says they are, not what they should be.
        """
        form = self._form_at(understanding, place, inline)
        relative = form.relative
        key = (form.key(node), tuple(map(form.key, cells_of(target))), condition, relative.rows)
        if key not in self._memory:
            self._memory[key] = self._decide(
                understanding, node, target, relative, condition, inline
            )
        return self._memory[key]

    def _form_at(self, understanding: Understanding, place: Place, inline: bool) -> Form:
        """Return what formulas look like at a place: a file's claims have most of them in common.

        What was proven since then only makes other words for the same.
        """
        found: Form | None = understanding.forms.get((place, inline))
        if found is None:
            found = Form(self, understanding, Relative(place, self.truth), inline)
            understanding.forms[place, inline] = found
        return found

    def _decide(
        self,
        understanding: Understanding,
        node: Formula,
        target: Any,
        relative: Relative,
        condition: tuple[str, ...],
        inline: bool,
    ) -> bool | None:
        decided: bool | None = None
        for level in LEVELS:
            try:
                decided = self._at_level(
                    level, understanding, node, target, relative, condition, inline
                )
            except (UndecidedError, TooLargeError, *NotCalculable):
                decided = None
            if decided:
                return True
        return decided

    def _at_level(
        self,
        level: int,
        understanding: Understanding,
        node: Formula,
        target: Any,
        relative: Relative,
        condition: tuple[str, ...],
        inline: bool,
    ) -> bool:
        world = self.world(level)

        def known(one: Known) -> Any:
            return world.known(relative.known(one))

        def bound(binding: Binding) -> Any:
            meaning = understanding.meanings.get(binding)
            if meaning is None and not inline:
                meaning = understanding.proven(binding)
            if meaning is not None:
                return elementwise(known, meaning)
            return evaluation.value(understanding.formula(binding))

        evaluation = Evaluation(world.domain, known, bound)
        truth = [
            cell
            for one in cells_of(target)
            for cell in cells_of(self._defined(one, world, relative, evaluation))
        ]
        own = cells_of(evaluation.value(node))
        if len(own) != len(truth):
            return False
        tests = list(self._tests(world, condition, relative))
        return all(
            world.algebra.is_zero(_where(a - b, tests)) for a, b in zip(own, truth, strict=True)
        )

    def _defined(
        self, target: Formula, world: AlgebraWorld, relative: Relative, evaluation: Evaluation
    ) -> Any:
        """Return what a target is: its definition, for its name would say nothing."""
        if isinstance(target, Known):
            definition = self.truth.definition(relative.known(target))
            if definition is not None:
                return world.evaluation.value(definition)
        return evaluation.value(target)

    def _tests(
        self, world: AlgebraWorld, condition: tuple[str, ...], relative: Relative
    ) -> Iterator[tuple[int, bool]]:
        """Yield the tests that a condition decides, and how."""
        for name in condition:
            for row in relative.rows:
                sample = self.truth.own_sample(name, row)
                test = world.algebra.test(world.known(Known(name, 0, sample)))
                for generator in test.over.tests:
                    yield generator, test.over.terms == {(generator,): 1}


def _where(value: Ratio, tests: list[tuple[int, bool]]) -> Ratio:
    for generator, holds in tests:
        value = value.with_test(generator, holds)
    return value


class Form:
    """What a formula looks like with all names replaced by what they stand for."""

    def __init__(
        self, prover: Prover, understanding: Understanding, relative: Relative, inline: bool
    ) -> None:
        self.prover = prover
        self.understanding, self.relative, self.inline = understanding, relative, inline
        self._found: dict[Any, int] = {}

    def key(self, node: Formula) -> int:
        """Return a number that is the same for formulas of one form."""
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self.prover.form(self._key(node))
        return found

    def _key(self, node: Formula) -> Any:
        match node:
            case Apply(function, arguments, _, options):
                return (function, _hashable(options), *(self.key(one) for one in arguments))
            case Reading(binding):
                return self._name(binding)
            case Known():
                return self._known(node)
            case Literal(value):
                return value
        raise TypeError(type(node).__name__)

    def _name(self, binding: Binding) -> Any:
        while True:
            meaning = self.understanding.meanings.get(binding)
            if meaning is None and not self.inline:
                meaning = self.understanding.proven(binding)
            if meaning is not None:
                return tuple(self._known(one) for one in cells_of(meaning))
            formula = self.understanding.formula(binding)
            if not isinstance(formula, Reading):
                return self.key(formula)
            binding = formula.binding

    def _known(self, known: Known) -> Any:
        one = self.relative.known(known)
        return (one.name, one.step, one.sample)


def _hashable(options: tuple[Any, ...]) -> Any:
    return tuple(repr(one) if isinstance(one, slice) else one for one in options)
