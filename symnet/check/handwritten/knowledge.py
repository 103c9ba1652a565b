"""The values of a file's names at all points, and the places they hang on.

In: Text, Truth, what is given. Out: Knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy

from symnet.check.handwritten.calculating.arrays import (
    Array,
    ShapeError,
    cells_of,
    elementwise,
    shape_of,
)
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.calculating.structure import Structure, named
from symnet.check.handwritten.formula import (
    Binding,
    Formula,
    Known,
    Reading,
    walk,
)
from symnet.check.handwritten.naming import says_parameter
from symnet.check.handwritten.places import Context, Identity, Place, Sample, Update
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.tables import Table
from symnet.check.handwritten.truth import Truth
from symnet.check.handwritten.worlds import PointWorld, close

NotCalculable = (UnknownError, ArithmeticError, ValueError, TypeError, RecursionError)
MOST_ROWS = 32


class Knowledge:
    """The bindings of a file with their values; a subclass finds out what they are.

    ``given``: cells of Known for the bindings that are data or first parameters.
    ``changed``: other formulas for some bindings, to see what a correction would mend.
    """

    def __init__(
        self,
        text: Text,
        truth: Truth,
        world: PointWorld,
        given: Mapping[Binding, Any],
        changed: Mapping[Binding, Formula] | None = None,
    ) -> None:
        self.text, self.truth, self.world = text, truth, world
        self.given, self.changed = dict(given), dict(changed or {})
        self.meanings: dict[Binding, Any] = dict(given)
        self.updates: dict[Binding, Update] = {}
        self.identities: dict[Binding, Identity] = {}
        self.matches: dict[Binding, Identity] = {}
        self.contexts: dict[Binding, Context] = {}
        self.reasons: dict[Binding, str] = {}
        self.forms: dict[tuple[Place, bool], Any] = {}
        self._places: dict[Place, None] = {}
        self._says: dict[str, str | None] = {}
        self._proven: dict[Binding, Any] = {}
        self.points = Evaluation(world.domain, world.known, self._value_of)
        self._cells = Evaluation(Structure(), named, self.meanings.get)
        self._leaf_names = _leaf_names(given, truth)
        self._samples = _samples(given, truth)

    def formula(self, binding: Binding) -> Formula:
        """Return a binding's formula, corrected where it was."""
        return self.changed.get(binding, binding.formula)

    def _value_of(self, binding: Binding) -> Any:
        meaning = self.meanings.get(binding)
        if meaning is not None:
            return elementwise(self.world.known, meaning)
        return self.points.value(self.formula(binding))

    def value(self, node: Formula) -> Any:
        """Return a formula's value at all points; None where it cannot be calculated."""
        try:
            with numpy.errstate(all="ignore"):
                return self.points.value(node)
        except NotCalculable:
            return None

    def failure(self, node: Formula) -> str | None:
        """Say why a formula has no value; None where it has one."""
        try:
            with numpy.errstate(all="ignore"):
                self.points.value(node)
        except NotCalculable as error:
            return reason(error)
        return None

    def clashes(self, node: Formula) -> bool:
        """Tell whether a formula has no value because shapes in it do not fit together."""
        try:
            with numpy.errstate(all="ignore"):
                self.points.value(node)
        except ShapeError:
            return True
        except NotCalculable:
            return False
        return False

    def cells(self, node: Formula) -> Any:
        """Return the quantities given that a formula's cells are; None if they are not."""
        try:
            return self._cells.value(node)
        except (*NotCalculable, AttributeError, KeyError):
            return None

    def prove(self, binding: Binding) -> None:
        """Note that a name's identity holds everywhere."""
        self._proven[binding] = self.identities[binding].cells

    def proven(self, binding: Binding) -> Any:
        """Return the quantities a name was proven to be; None where it was not."""
        return self._proven.get(binding)

    def context(self, binding: Binding) -> Context:
        """Return what a binding hangs on."""
        found = self.contexts.get(binding)
        if found is None:
            found = self.contexts[binding] = Context()
            meaning = self.meanings.get(binding)
            if meaning is not None:
                for one in cells_of(meaning):
                    found.note(one, self.truth)
            else:
                self._gather(self.formula(binding), found)
        return found

    def _gather(self, formula: Formula, found: Context) -> None:
        for one in walk(formula):
            if isinstance(one, Reading):
                found.add(self.context(one.binding))
            elif isinstance(one, Known):
                found.note(one, self.truth)

    def says(self, binding: Binding) -> str | None:
        """Return the parameter that a binding's name mentions."""
        name = binding.name
        if name not in self._says:
            mentioned = says_parameter(name, self._leaf_names)
            self._says[name] = None if mentioned is None else self._leaf_names[mentioned]
        return self._says[name]

    def _rows(self, context: Context, binding: Binding) -> tuple[Sample, ...]:
        """Return the rows of data a formula reads; what it does not read is taken as it stands."""
        columns = []
        for name in self.truth.data:
            found = sorted(context.sources.get(name, ())) or [self._latest(name, binding)]
            columns.append(found)
        count = max(map(len, columns), default=1)
        filled = [one if len(one) == count else [one[-1]] * count for one in columns]
        rows = tuple(zip(*filled, strict=True)) if filled else ((),)
        return rows[:MOST_ROWS]

    def _latest(self, name: str, binding: Binding) -> Any:
        found = None
        for order, sample in self._samples.get(name, ()):
            if order < binding.order:
                found = sample
        return found

    def places(self, binding: Binding) -> Iterator[Place]:
        """Yield the places a binding may stand at, the likeliest first."""
        context = self.context(binding)
        rows = self._rows(context, binding)
        ranked = sorted(context.steps, key=lambda one: -context.steps[one]) or [0]
        yield from (Place(step, rows) for step in ranked[:3])

    def known_places(self) -> list[Place]:
        """Return the places at which something was found or claimed."""
        return [*self._places, *(one.place for one in self.updates.values())]

    def table(self, place: Place) -> Table:
        """Return the values of all quantities at a place."""
        self._places[place] = None
        found: Table | None = self.world.tables.get(place)
        if found is None:
            found = self.world.tables[place] = Table(self.truth, self.world, place)
        return found


def _leaf_names(given: Mapping[Binding, Any], truth: Truth) -> dict[str, str]:
    """Return the names that single parameters go by: the network's and the file's."""
    found = {name: name for name in truth.parameters}
    for binding, meaning in given.items():
        if isinstance(meaning, Known) and meaning.name in truth.parameters:
            found[binding.name] = meaning.name
        elif isinstance(meaning, Array):
            found = {name: own for name, own in found.items() if name != binding.name}
    return found


def _samples(given: Mapping[Binding, Any], truth: Truth) -> dict[str, list[tuple[int, Any]]]:
    """Return the samples of each input and target, with the order in which they are bound."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for binding, meaning in given.items():
        first: dict[str, Any] = {}
        for one in cells_of(meaning):
            first.setdefault(one.name, one.sample)
        for name in first.keys() & truth.rows.keys():
            found.setdefault(name, []).append((binding.order, first[name]))
    return found


def same_values(a: Any, b: Any) -> bool:
    """Compare two values, arrays included, at all points."""
    if shape_of(a) != shape_of(b):
        return False
    return all(bool(numpy.all(close(x, y))) for x, y in zip(cells_of(a), cells_of(b), strict=True))


def reason(error: BaseException) -> str:
    """Say why something could not be calculated."""
    if isinstance(error, UnknownError):
        name = next((str(one) for one in error.args if one), "a name")
        return f"{name} is not known"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) or type(error).__name__
