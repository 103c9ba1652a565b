"""What each name of a file stands for: recognised by its value, or by what is done with it.

In: Text, Truth, what is given. Out: Understanding: identities and updates.

A name is a quantity of the network when it has that quantity's value at every point. A new
parameter is recognised by its shape, old - rate * anything, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy

from symnet.check.handwritten.calculating.arrays import (
    array,
    cells_of,
    elementwise,
    shape_of,
)
from symnet.check.handwritten.formula import (
    Binding,
    Formula,
    Reading,
    readings,
)
from symnet.check.handwritten.knowledge import NotCalculable, reason
from symnet.check.handwritten.places import Identity
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.tables import Table
from symnet.check.handwritten.truth import BATCH, NEW, SUM, Truth
from symnet.check.handwritten.updates import Updates, next_step
from symnet.check.handwritten.worlds import PointWorld

# How many names may lie one behind the other: all of them are gone through again and again.
DEEPEST = 150


class Understanding(Updates):
    """The bindings of a file, the first ``most``, each with what it was found to be."""

    def __init__(
        self,
        text: Text,
        truth: Truth,
        world: PointWorld,
        given: Mapping[Binding, Any],
        changed: Mapping[Binding, Formula] | None = None,
        before: Understanding | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(text, truth, world, given, changed)
        self._before = before
        self._kept: dict[Binding, bool] = {}
        with numpy.errstate(all="ignore"):
            for binding in text.bindings[:most]:
                self._understand(binding)
        self._before = None

    def _understand(self, binding: Binding) -> None:
        if binding in self.meanings:
            return
        formula = self.formula(binding)
        if isinstance(formula, Reading):
            self._understand_copy(binding, formula.binding)
            if binding not in self.meanings:
                self.contexts[binding] = self.context(formula.binding)
            return
        update = self._update(binding, formula)
        if update is not None:
            self.updates[binding] = update
            self.meanings[binding] = elementwise(next_step, update.old)
            self.contexts.pop(binding, None)
            return
        if self.context(binding).depth > DEEPEST:
            self.reasons[binding] = f"more than {DEEPEST} names lie one behind the other here"
            self.points.fail(binding, ValueError(self.reasons[binding]))
            return
        if self._before is not None and self._keeps(binding, self._before):
            self._take(binding, self._before)
            return
        value = self._calculated(binding, formula)
        if value is not None:
            found = self.identified(binding, value)
            if found is not None:
                self._identify(binding, found)

    def _identify(self, binding: Binding, found: Identity) -> None:
        """Note what a binding is; what reads it need look no further."""
        self.identities[binding] = found
        self.context(binding).depth = 0

    def _keeps(self, binding: Binding, before: Understanding) -> bool:
        """Tell whether a binding is what it was before some formulas were changed."""
        if binding not in self._kept:
            formula = self.formula(binding)
            self._kept[binding] = formula is before.formula(binding) and all(
                self._means(one.binding, before) for one in readings(formula)
            )
        return self._kept[binding]

    def _means(self, binding: Binding, before: Understanding) -> bool:
        own, other = self.meanings.get(binding), before.meanings.get(binding)
        if own is None or other is None:
            return own is other and self._keeps(binding, before)
        return own is other or _quantities(own) == _quantities(other)

    def _take(self, binding: Binding, before: Understanding) -> None:
        """Take over what a binding was found to be."""
        value = before.points.values.get(binding)
        if value is None:
            self._calculated(binding, self.formula(binding))
            return
        self.points.values[binding] = value
        found = before.identities.get(binding)
        for place in self.places(binding):
            self.table(place)
            if found is not None and found.place == place:
                self._identify(binding, found)
                return

    def _calculated(self, binding: Binding, formula: Formula) -> Any:
        try:
            value = self.points.value(formula)
        except NotCalculable as error:
            self.reasons[binding] = reason(error)
            return None
        self.points.values[binding] = value
        return value

    def identified(self, binding: Binding, value: Any) -> Identity | None:
        """Find the quantity a value is, at least where the kinks of the network are passed."""
        cells = cells_of(value)
        if any(numpy.ndim(one) == 0 for one in cells):
            return None
        for place in self.places(binding):
            table = self.table(place)
            for condition in table.conditions():
                found = self._in_table(binding, value, table, condition)
                if found is not None and self._as_asked(binding, found):
                    return Identity(found, place, condition)
        return None

    def _as_asked(self, binding: Binding, found: Any) -> bool:
        """Tell whether a name is what the user says it is, if anything is said of it."""
        said = self.text.asked.get(binding.name)
        return said is None or [one.name.removeprefix(BATCH) for one in cells_of(found)] == [said]

    def _in_table(
        self, binding: Binding, value: Any, table: Table, condition: tuple[str, ...]
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
        says, said = self.says(binding), self.text.asked.get(binding.name)
        if said is not None:
            return lambda name: name.removeprefix(BATCH) == said
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


def _quantities(cells: Any) -> tuple[Any, ...]:
    """Return what two tables of the same quantities have in common."""
    return (shape_of(cells), *((one.name, one.step, one.sample) for one in cells_of(cells)))
