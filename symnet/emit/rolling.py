"""Straight-line code of one layer rolled up into loops over its units.

In: expressions of one entry per unit, written out. Out: Statement.

The tables of functions and losses know nothing of loops: they are asked for the code of a layer
with as many units as there are, and wherever all units do the same that code becomes a loop.
Whatever does not fit stays written out, so that rolling can only make code shorter.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from symnet.derive.lowering import elementary
from symnet.emit.statements import Loop, Make, Put, Statement, each, entry
from symnet.model.expression import ZERO, Expression, Sum, Symbol, names, rebuilt, substitute
from symnet.model.program import unused

UNIT = "i"

Vector = tuple[Symbol, ...]


class Roller:
    """Code over the units of one layer; ``let`` is what the tables' code forms ask for."""

    def __init__(self, units: int, taken: set[str]) -> None:
        self.units = units
        self.statements: list[Statement] = []
        self._taken = taken
        self._vectors: list[Vector] = []
        self._parts: dict[Expression, Symbol] = {}
        self._pending: list[tuple[str, str, Expression]] = []
        self._called: dict[str, Expression] = {}
        self._gone: set[str] = set()

    def vector(self, name: str) -> Vector:
        """Return the entries of the list ``name``, which has one for each unit."""
        entries = tuple(entry(name, str(k)) for k in range(self.units))
        self._vectors.append(entries)
        return entries

    def let(self, part: str, value: Expression) -> Symbol:
        """Name a shared part; the same value asked for again has the same name."""
        value = elementary(value)
        if value not in self._parts:
            symbol = entry(part, f"{len(self._parts)} asked")
            self._parts[value] = symbol
            self._pending.append((part, symbol.name, value))
        return self._parts[value]

    def value(self, node: Expression) -> Expression:
        """Write the parts asked for so far, and what ``node`` needs; return it, rolled up."""
        self._write_parts()
        return self._rolled(self._known(elementary(node)))

    def store(self, target: str, values: Sequence[Expression]) -> None:
        """Write one value for each unit into the list ``target``."""
        self._write_parts()
        self._store(target, [self._known(elementary(one)) for one in values])

    def store_alike(self, target: str, value: Callable[[int], Expression]) -> None:
        """Write the value of each unit, given the unit, into the list ``target``.

        A layer's function costs as much for one unit as there are units, so only the outermost are
        compared; the table promises no unit a rule of its own.
        """
        outer = sorted({0, 1, self.units - 1} & set(range(self.units)))
        values = {unit: value(unit) for unit in outer}
        self._write_parts()
        known = {unit: self._known(elementary(one)) for unit, one in values.items()}
        generic = self._generic(known)
        if generic is None:
            self.store(target, [value(unit) for unit in range(self.units)])
        else:
            self._store_each(target, generic)

    def _store(self, target: str, values: Sequence[Expression]) -> None:
        generic = self._generic(dict(enumerate(values)))
        if generic is None:
            rolled = [self._rolled(one) for one in values]
            self.statements.append(Make(target, self.units))
            self.statements += [Put(f"{target}[{k}]", one) for k, one in enumerate(rolled)]
        else:
            self._store_each(target, generic)

    def _store_each(self, target: str, generic: Expression) -> None:
        put = Put(f"{target}[{UNIT}]", self._rolled(generic))
        self.statements += [Make(target, self.units), each(UNIT, self.units, put)]

    def _known(self, node: Expression) -> Expression:
        found = substitute(node, self._called)
        if not self._gone.isdisjoint(names(found)):
            raise ArithmeticError(f"{found} uses a running value before its end")
        return found

    def _write_parts(self) -> None:
        pending, self._pending = self._pending, []
        for part, group in groupby(pending, lambda one: one[0]):
            asked, values = zip(*((name, value) for _, name, value in group), strict=True)
            self._write_part(part, asked, values)

    def _write_part(self, part: str, asked: Sequence[str], values: Sequence[Expression]) -> None:
        """Write the parts that go by one name: a value a unit, a running value, or single ones."""
        name = self._unused(part)
        running = self._running(asked, values)
        if running is not None:
            self._write_running(name, running, self._known(values[0]))
            self._called[asked[-1]] = Symbol(name)
            self._gone.update(asked[:-1])
        elif len(values) == self.units > 1:
            self._called |= dict(zip(asked, self.vector(name), strict=True))
            self._store(name, [self._known(one) for one in values])
        else:
            for position, one in enumerate(values):
                single = name if len(values) == 1 else f"{name}_{position}"
                self._called[asked[position]] = self._single(single, self._known(one))

    def _single(self, name: str, value: Expression) -> Symbol:
        rolled = self._rolled(value)
        if isinstance(rolled, Symbol):  # a sum over the units has a name already
            return rolled
        self.statements.append(Put(name, rolled, new=True))
        return Symbol(name)

    def _running(self, asked: Sequence[str], values: Sequence[Expression]) -> Vector | None:
        """Return the vector that the values run along, each from the last one and a new entry."""
        if len(values) != self.units - 1 or isinstance(values[0], Sum):
            return None
        first = self._known(values[0])
        for vector in self._vectors:
            if {vector[0].name, vector[1].name}.issubset(names(first)):
                steps = (
                    {vector[0].name: Symbol(asked[unit - 2]), vector[1].name: vector[unit]}
                    for unit in range(2, self.units)
                )
                follows = [first, *(substitute(first, step) for step in steps)]
                if follows == [substitute(one, self._called) for one in values]:
                    return vector
        return None

    def _write_running(self, name: str, vector: Vector, step: Expression) -> None:
        later = entry(_list_of(vector), UNIT)
        step = substitute(step, {vector[0].name: Symbol(name), vector[1].name: later})
        self.statements.append(Put(name, vector[0], new=True))
        self.statements.append(Loop(UNIT, 1, self.units, (Put(name, step),)))

    def _generic(self, values: Mapping[int, Expression]) -> Expression | None:
        """Return the value of any unit, if all are the first one's with other entries."""
        for unit, value in values.items():
            if unit and substitute(values[0], self._moved(unit)) != value:
                return None
        moved = {vector[0].name: entry(_list_of(vector), UNIT) for vector in self._vectors}
        return substitute(values[0], moved)

    def _moved(self, unit: int) -> Mapping[str, Expression]:
        return {vector[0].name: vector[unit] for vector in self._vectors}

    def _rolled(self, node: Expression) -> Expression:
        """Write every sum over the units as a loop of its own, and name it."""
        if isinstance(node, Sum) and len(node.terms) == self.units > 1 and not _of_a_unit(node):
            generic = self._generic(dict(enumerate(node.terms)))
            if generic is not None:
                return self._summed(generic)
        parts = node.parts
        return rebuilt(node, tuple(map(self._rolled, parts))) if parts else node

    def _summed(self, term: Expression) -> Symbol:
        name = self._unused("unit_total")  # the loops over layers have a total of their own
        self.statements.append(Put(name, ZERO, new=True))
        self.statements.append(each(UNIT, self.units, Put(name, term, add=True)))
        return Symbol(name)

    def _unused(self, name: str) -> str:
        name = unused(name, self._taken)
        self._taken.add(name)
        return name


def _list_of(vector: Vector) -> str:
    return vector[0].name.removesuffix("[0]")


def _of_a_unit(node: Expression) -> bool:
    """Say whether ``node`` already stands in a loop over the units."""
    return any(name.endswith(f"[{UNIT}]") for name in names(node))
