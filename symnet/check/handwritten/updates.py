"""New parameters recognised by their shape, old - rate * anything, whatever they are called.

In: Knowledge. Out: Update.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.calculating.arrays import (
    cells_of,
    shape_of,
)
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
)
from symnet.check.handwritten.knowledge import Knowledge
from symnet.check.handwritten.naming import spelling
from symnet.check.handwritten.places import Context, Place, Update

# What may be done to a product with the rate in it.
LAID_OUT = ("multiply", "divide", "transpose", "reshape")


class Updates(Knowledge):
    """Recognises what replaces a parameter."""

    def _understand_copy(self, binding: Binding, source: Binding) -> None:
        """See whether ``w1 = new_w2`` hands over another parameter's value."""
        cells, says = self.cells(Reading(source)), self.says(binding)
        if not isinstance(cells, Known) or says is None or says == cells.name:
            return
        if cells.name in self.truth.parameters and cells.step > 0:
            place = Place(cells.step - 1, ())
            old = Known(says, cells.step - 1)
            self.updates[binding] = Update(old, place, copy=True)
            self.meanings[binding] = next_step(old)

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


def next_step(known: Known) -> Known:
    return Known(known.name, known.step + 1)


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
    """Return the number below 1 that a single term is multiplied by, however it is laid out."""
    factors: list[Formula] = list(rest)
    while factors:
        one = factors.pop(0)
        if isinstance(one, Literal) and 0 < abs(one.value) < 1:
            return one
        if isinstance(one, Apply) and one.function in LAID_OUT:
            factors += one.arguments
    return None
