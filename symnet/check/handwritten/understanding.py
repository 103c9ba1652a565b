"""What each name of a file stands for: recognised by its value, or by what is done with it.

In: Text, Truth, what is given. Out: Understanding: identities and updates.

A name is a quantity of the network when it has that quantity's value at every point. A new
parameter is recognised by its shape, old - rate * anything, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy

from symnet.check.handwritten.calculating.arrays import (
    Array,
    array,
    cells_of,
    elementwise,
    shape_of,
)
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
    readings,
    walk,
)
from symnet.check.handwritten.naming import says_parameter, spelling
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.truth import BATCH, NEW, RATE, SUM, Truth
from symnet.check.handwritten.worlds import PointWorld, close

Sample = tuple[Any, ...]
NotCalculable = (UnknownError, ArithmeticError, ValueError, TypeError, RecursionError)
MOST_ROWS = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the training a formula stands: the step, and the rows of data it reads."""

    step: int
    rows: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """The quantities a name's cells are; ``condition``: pre-activations that must be positive."""

    cells: Any
    place: Place
    condition: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the quantities, in reading order."""
        return tuple(one.name for one in cells_of(self.cells))


@dataclass(frozen=True, slots=True)
class Update:
    """A new value of parameters: which, from which step on; ``rate``: one written as a number."""

    old: Any
    place: Place
    rate: Literal | None = None
    copy: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in reading order."""
        return tuple(one.name for one in cells_of(self.old))


@dataclass(slots=True)
class Context:
    """What a formula hangs on: steps of parameters, sources of data, the learning rate."""

    steps: dict[int, int] = field(default_factory=dict)
    sources: dict[str, set[Any]] = field(default_factory=dict)
    rate: bool = False

    def add(self, other: Context) -> None:
        """Take in what a part hangs on."""
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count
        for name, found in other.sources.items():
            self.sources.setdefault(name, set()).update(found)
        self.rate = self.rate or other.rate

    def note(self, known: Known, truth: Truth) -> None:
        """Take in a quantity that is given."""
        if known.name in truth.rows:
            self.sources.setdefault(known.name, set()).add(known.sample)
        elif known.name == RATE:
            self.rate = True
        elif known.name in truth.parameters:
            self.steps[known.step] = self.steps.get(known.step, 0) + 1


class Structure:
    """The domain of names: only what moves cells about can be calculated."""

    functions: Mapping[str, Callable[..., Any]] = {}

    def number(self, value: float | Fraction) -> Any:
        """Refuse numbers."""
        raise TypeError

    def compare(self, left: Any, operator: str, right: Any) -> Any:
        """Refuse comparisons."""
        raise TypeError

    def select(self, test: Any, then: Any, otherwise: Any) -> Any:
        """Refuse choices."""
        raise TypeError

    def power(self, base: Any, exponent: Any) -> Any:
        """Refuse powers."""
        raise TypeError

    def largest(self, values: tuple[Any, ...]) -> Any:
        """Refuse maxima."""
        raise TypeError


class Understanding:
    """The bindings of a file, each with what it was found to be.

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
        self._places: dict[Place, None] = {}
        self._says: dict[str, str | None] = {}
        self._proven: dict[Binding, Any] = {}
        self.points = Evaluation(world.domain, world.known, self._value_of)
        self._cells = Evaluation(Structure(), _named, self.meanings.get)
        self._leaf_names = _leaf_names(given, truth)
        self._samples = _samples(given, truth)
        with numpy.errstate(all="ignore"):
            for binding in text.bindings:
                self._understand(binding)

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

    def _understand(self, binding: Binding) -> None:
        if binding in self.meanings:
            return
        formula = self.formula(binding)
        if isinstance(formula, Reading):
            self._understand_copy(binding, formula.binding)
            return
        update = self._update(binding, formula)
        if update is not None:
            self.updates[binding] = update
            self.meanings[binding] = elementwise(_next_step, update.old)
            self.contexts.pop(binding, None)
            return
        value = self._calculated(binding, formula)
        if value is not None:
            found = self.identified(binding, value)
            if found is not None:
                self.identities[binding] = found

    def _calculated(self, binding: Binding, formula: Formula) -> Any:
        try:
            value = self.points.value(formula)
        except NotCalculable as error:
            self.reasons[binding] = reason(error)
            return None
        self.points.values[binding] = value
        return value

    # ---- new parameters

    def _understand_copy(self, binding: Binding, source: Binding) -> None:
        """See whether ``w1 = new_w2`` hands over another parameter's value."""
        cells, says = self.cells(Reading(source)), self.says(binding)
        if not isinstance(cells, Known) or says is None or says == cells.name:
            return
        if cells.name in self.truth.parameters and cells.step > 0:
            place = Place(cells.step - 1, ())
            old = Known(says, cells.step - 1)
            self.updates[binding] = Update(old, place, copy=True)
            self.meanings[binding] = _next_step(old)

    def says(self, binding: Binding) -> str | None:
        """Return the parameter that a binding's name mentions."""
        name = binding.name
        if name not in self._says:
            mentioned = says_parameter(name, self._leaf_names)
            self._says[name] = None if mentioned is None else self._leaf_names[mentioned]
        return self._says[name]

    def _update(self, binding: Binding, formula: Formula) -> Update | None:
        """Recognise old - rate * anything."""
        terms = list(_terms(formula))
        context = Context()
        self._gather(formula, context)
        bare = [(at, cells) for at, (_, one) in enumerate(terms) if (cells := self._old(one))]
        says = self.says(binding)
        named = says is not None and (
            spelling(binding.name).new or binding.base in self._leaf_names
        )
        if named and not bare and (context.rate or binding.name in self._leaf_names):
            return self._by_name(binding, str(says), context)
        for at, cells in bare:
            rest = [one for k, (_, one) in enumerate(terms) if k != at]
            rate = None if context.rate else _literal_rate(rest)
            if not rest or not (
                context.rate or (rate and (named or self._replaces(binding, cells)))
            ):
                continue
            if named and isinstance(cells, Known) and says != cells.name:
                return self._by_name(binding, str(says), context)
            cells = self._table_of(binding, cells)
            step = cells_of(cells)[0].step
            return Update(cells, Place(step, self._rows(context, binding)), rate)
        return None

    def _table_of(self, binding: Binding, cells: Any) -> Any:
        """Return the table that a name held so far, where ``W1 = W2 - ...`` starts from another."""
        if not shape_of(cells):
            return cells
        given = any(one.name == binding.name and one.kind == "assigned" for one in self.given)
        held = [one for one in self.meanings if one.name == binding.name and one is not binding]
        if not given or not held:
            return cells
        own = self.meanings[held[-1]]
        good = all(one.name in self.truth.parameters for one in cells_of(own))
        return own if good and _sorted_names(own) != _sorted_names(cells) else cells

    def _old(self, node: Formula) -> Any:
        """Return the parameters that a bare term is."""
        cells = self.cells(node) if _moves_cells(node) else None
        if cells is None:
            return None
        good = all(
            isinstance(one, Known) and one.name in self.truth.parameters for one in cells_of(cells)
        )
        return cells if good else None

    def _replaces(self, binding: Binding, cells: Any) -> bool:
        """Tell whether a binding takes the name of what it starts from."""
        return any(
            other.base == binding.base and other in self.meanings
            for other in self.meanings
            if cells_of(self.meanings[other])[0] is cells_of(cells)[0]
        )

    def _by_name(self, binding: Binding, says: str, context: Context) -> Update:
        steps = [
            one.step
            for other, meaning in self.meanings.items()
            if other.order < binding.order
            for one in cells_of(meaning)
            if one.name == says
        ]
        step = max(context.steps, key=lambda one: context.steps[one], default=0)
        step = step if step in steps or not steps else max(steps)
        return Update(Known(says, step), Place(step, self._rows(context, binding)))

    # ---- quantities by value

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

    def table(self, place: Place) -> _Table:
        """Return the values of all quantities at a place."""
        self._places[place] = None
        found: _Table | None = self.world.tables.get(place)
        if found is None:
            found = self.world.tables[place] = _Table(self.truth, self.world, place)
        return found

    def identified(self, binding: Binding, value: Any) -> Identity | None:
        """Find the quantity a value is, at least where the kinks of the network are passed."""
        cells = cells_of(value)
        if any(numpy.ndim(one) == 0 for one in cells):
            return None
        for place in self.places(binding):
            table = self.table(place)
            for condition in table.conditions():
                found = self._in_table(binding, value, table, condition)
                if found is not None:
                    return Identity(found, place, condition)
        return None

    def _in_table(
        self, binding: Binding, value: Any, table: _Table, condition: tuple[str, ...]
    ) -> Any:
        found = [table.equal(one, condition) for one in cells_of(value)]
        if not all(found):
            return None
        kinds = [{self.kind(one.name) for one in cell} for cell in found]
        common = set.intersection(*kinds)
        if not common:
            return None
        prefer = self._preferred(binding)
        chosen = []
        for cell in found:
            ranked = [one for one in cell if self.kind(one.name) in common]
            ranked.sort(key=lambda one: not prefer(one.name))
            chosen.append(ranked[0])
        if len({self.kind(one.name) for one in chosen}) > 1:
            kind = self.kind(chosen[0].name)
            chosen = [next(o for o in cell if self.kind(o.name) == kind) for cell in found]
        return array(shape_of(value), chosen)

    def _preferred(self, binding: Binding) -> Callable[[str], bool]:
        says = self.says(binding)
        if says is None:
            return lambda name: False
        return lambda name: self.truth.parameter_of(name) == says

    def kind(self, name: str) -> str:
        """Return what kind of quantity a name is."""
        for prefix in (BATCH, SUM):
            if name.startswith(prefix):
                return prefix + self.kind(name.removeprefix(prefix))
        if self.truth.parameter_of(name) is not None:
            return NEW if name.startswith(NEW) else "gradient"
        variable = self.truth.variables.get(name)
        if variable is not None:
            return variable.kind
        owner = self.truth.owner_of(name)
        return f"d {self.truth.variables[owner].kind}, layer {self.truth.variables[owner].layer}"


class _Table:
    """All quantities at a place, as one matrix of points."""

    def __init__(self, truth: Truth, world: PointWorld, place: Place) -> None:
        self.truth, self.world, self.place = truth, world, place
        self.known = list(self._listed())
        with numpy.errstate(all="ignore"):
            values = [world.known(one) for one in self.known]
        self.matrix = numpy.array([numpy.broadcast_to(one, values[0].shape) for one in values])
        self._parts: dict[tuple[str, ...], _Part] = {}

    def _listed(self) -> Iterator[Known]:
        single = len(self.place.rows) == 1
        for name in self.truth.quantities():
            if self.truth.parameter_of(name) is None or single:
                yield from self._in_rows(name)
        if not single:
            for name in (self.truth.network.loss, *self.truth.gradients):
                yield Known(BATCH + name, self.place.step, self.place.rows)
            for name in self.truth.gradients:
                yield from self._in_rows(name)
                yield Known(SUM + name, self.place.step, self.place.rows)

    def _in_rows(self, name: str) -> Iterator[Known]:
        samples = dict.fromkeys(self.truth.own_sample(name, row) for row in self.place.rows)
        yield from (Known(name, self.place.step, sample) for sample in samples)

    def conditions(self) -> Iterator[tuple[str, ...]]:
        """Yield what may have to hold: nothing, or that one pre-activation is positive."""
        yield ()
        names = [kink.z for kink in self.truth.kinks]
        yield from ((one,) for one in names)

    def mask(self, condition: tuple[str, ...]) -> Any:
        """Return the points where pre-activations are positive, for every row."""
        mask = numpy.ones(self.matrix.shape[1], dtype=bool)
        for name in condition:
            for row in self.place.rows:
                mask &= self.world.known(Known(name, self.place.step, row)) > 0
        return mask

    def equal(self, value: Any, condition: tuple[str, ...]) -> list[Known]:
        """Return the quantities that have a value wherever the condition holds."""
        part = self._part(condition)
        return [self.known[at] for at in part.alike(value[part.mask])]

    def _part(self, condition: tuple[str, ...]) -> _Part:
        if condition not in self._parts:
            mask = self.mask(condition)
            matrix = self.matrix[:, mask]
            # A derivative that is 0 at all points of one side says nothing.
            told = numpy.any(numpy.abs(matrix) > 1e-9, axis=1) | (not condition)
            kept = numpy.nonzero(told)[0] if mask.sum() >= 3 else numpy.array([], dtype=int)
            self._parts[condition] = _Part(mask, matrix[kept], kept)
        return self._parts[condition]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A table at some of its points; ``rows``: which of the quantities these are."""

    mask: Any
    matrix: Any
    rows: Any

    def alike(self, value: Any) -> Any:
        """Return the rows that have a value at all points: looked for among the first's few."""
        if not self.rows.size:
            return self.rows
        at = numpy.nonzero(_near(self.matrix[:, 0], value[0]))[0]
        if at.size:
            at = at[numpy.all(_near(self.matrix[at], value), axis=1)]
        return self.rows[at]


def _near(a: Any, b: Any) -> Any:
    return numpy.abs(a - b) <= 1e-8 * (numpy.abs(a) + numpy.abs(b)) + 1e-12


def reason(error: BaseException) -> str:
    """Say why something could not be calculated."""
    if isinstance(error, UnknownError):
        name = next((str(one) for one in error.args if one), "a name")
        return f"{name} is not known"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) or type(error).__name__


def _named(known: Known) -> Any:
    return known


def _next_step(known: Known) -> Known:
    return Known(known.name, known.step + 1)


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


def _terms(formula: Formula, sign: int = 1) -> Iterator[tuple[int, Formula]]:
    match formula:
        case Apply("add", (a, b)):
            yield from _terms(a, sign)
            yield from _terms(b, sign)
        case Apply("subtract", (a, b)):
            yield from _terms(a, sign)
            yield from _terms(b, -sign)
        case Apply("negative", (a,)):
            yield from _terms(a, -sign)
        case _:
            yield sign, formula


def _sorted_names(cells: Any) -> list[str]:
    return sorted(one.name for one in cells_of(cells))


def _moves_cells(node: Formula) -> bool:
    match node:
        case Reading():
            return True
        case Apply("index" | "transpose" | "reshape", (inner,)):
            return _moves_cells(inner)
    return False


def _literal_rate(rest: list[Formula]) -> Literal | None:
    """Return the number below 1 that a single term is multiplied by."""
    factors: list[Formula] = list(rest)
    while factors:
        one = factors.pop(0)
        if isinstance(one, Literal) and 0 < abs(one.value) < 1:
            return one
        if isinstance(one, Apply) and one.function == "multiply":
            factors += one.arguments
    return None


def same_values(a: Any, b: Any) -> bool:
    """Compare two values, arrays included, at all points."""
    if shape_of(a) != shape_of(b):
        return False
    return all(bool(numpy.all(close(x, y))) for x, y in zip(cells_of(a), cells_of(b), strict=True))


def read_names(formula: Formula) -> Iterator[Binding]:
    """Yield the bindings a formula reads."""
    return (one.binding for one in readings(formula))
