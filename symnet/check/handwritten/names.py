"""What a file itself calls a quantity, to write a correction in its own words.

In: Understanding. Out: Names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.calculating.arrays import cells_of, elementwise, shape_of
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal, Reading, Scope
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.reading.values import Function, Instance, Items, Table, Value
from symnet.check.handwritten.understanding import Understanding


class Names:
    """Looks quantities up among the names a place can read."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding
        self._visible: dict[tuple[Scope, int], list[tuple[str, Binding]]] = {}
        self._called: dict[tuple[Scope, int], dict[Any, list[str]]] = {}

    def visible(self, owner: Binding) -> list[tuple[str, Binding]]:
        """Return the numbers and arrays that a place of the file can read, with their names."""
        place = (owner.scope, owner.order)
        if place not in self._visible:
            text, order = self.understanding.text, owner.order
            found = list(visible(owner))
            if text.before:
                found = [(name, _by_then(one, text, order)) for name, one in found]
            self._visible[place] = [pair for pair in found if pair[1].order < order]
        return self._visible[place]

    def quantity(self, cells: Any, owner: Binding) -> str | None:
        """Return the name of a quantity, or of a table of quantities."""
        names = self._names(owner).get(_signature(cells), ())
        return min(names, key=lambda name: ("[" in name, len(name)), default=None)

    def _names(self, owner: Binding) -> dict[Any, list[str]]:
        """Return what a place of the file can read, by what it is."""
        place = (owner.scope, owner.order)
        if place not in self._called:
            found = self._called[place] = {}
            for name, binding in self.visible(owner):
                cells = self._cells(binding)
                if cells is not None:
                    found.setdefault(_signature(cells), []).append(name)
        return self._called[place]

    def _cells(self, binding: Binding) -> Any:
        known, one = self.understanding, binding
        while True:
            meaning = known.meanings.get(one)
            if meaning is not None:
                return meaning
            identity = known.identities.get(one)
            if identity is not None:
                return identity.cells if not identity.condition else None
            if one.alias is None:
                return None
            one = one.alias

    def function(self, label: Any, owner: Binding) -> str | None:
        """Return the name of an activation, or of a derivative of one."""
        for name, value in owner.scope.visible(owner.order):
            if isinstance(value, Function) and value.label == label:
                return name
        return None

    def slope(self, cells: Formula, label: Any, owner: Binding) -> str | None:
        """Write an activation's derivative with the file's own functions or activations."""
        table = self._table(cells)
        if table is None:
            return None
        called, z = self.function(label, owner), self.quantity(table, owner)
        if called is not None and z is not None:
            return f"{called}({z})"
        h = self.activation(cells, owner)
        forms = {"sigmoid": "{h} * (1 - {h})", "tanh": "(1 - {h} ** 2)"}
        return forms[label[0]].format(h=h) if h is not None and label[0] in forms else None

    def activation(self, cells: Formula, owner: Binding) -> str | None:
        """Return the name of the activations of some pre-activations."""
        table, layers = self._table(cells), self.understanding.truth.network.layers
        if table is None:
            return None
        pairs = {unit.z: unit.h for layer in layers for unit in layer.units}
        found = elementwise(lambda one: Known(pairs[one.name], one.step, one.sample), table)
        return self.quantity(found, owner)

    def _table(self, cells: Formula) -> Any:
        return self.understanding.cells(cells)

    def written(self, node: Formula, owner: Binding) -> str:
        """Write a formula in quantities with the names of the file."""
        match node:
            case Known(name):
                return self.quantity(node, owner) or name
            case Literal(value):
                return f"{value}"
            case Apply("multiply", (a, b)):
                return f"{self._factor(a, owner)} * {self._factor(b, owner)}"
            case Apply("add" | "subtract", (a, b)):
                sign = "+" if node.function == "add" else "-"
                return f"{self.written(a, owner)} {sign} {self._factor(b, owner)}"
            case Apply("power", (a, b)):
                return f"{self._factor(a, owner)} ** {self.written(b, owner)}"
            case Apply("negative", (a,)):
                return f"-{self._factor(a, owner)}"
            case Apply("divide", (a, b)):
                return f"{self._factor(a, owner)} / {self._factor(b, owner)}"
            case Apply("activation", (a,), _, (name, _, slope)):
                prime = "" if slope is None else "'"
                called = self.function(node.options, owner) or f"{name}{prime}"
                return f"{called}({self.written(a, owner)})"
            case Apply(function, arguments):
                inside = ", ".join(self.written(one, owner) for one in arguments)
                return f"{function}({inside})"
        return "..."

    def _factor(self, node: Formula, owner: Binding) -> str:
        text = self.written(node, owner)
        sums = ("add", "subtract", "negative")
        return f"({text})" if isinstance(node, Apply) and node.function in sums else text


def _signature(cells: Any) -> Any:
    """Return what tables of the same quantities have in common."""
    return shape_of(cells), tuple((one.name, one.step) for one in cells_of(cells))


def _by_then(binding: Binding, text: Text, order: int) -> Binding:
    """Return what an entry was at a place of the file, or an array had become."""
    while binding.order >= order and binding in text.before:
        binding = text.before[binding]
    found = state = _state(binding)
    while found in text.changed and text.changed[found].order < order:
        found = text.changed[found]
    return binding if found is state else found


def _state(binding: Binding) -> Binding:
    """Follow other names of an array to where it was worked out."""
    while isinstance(binding.formula, Reading) and not binding.formula.copied:
        binding = binding.formula.binding
    return binding


def visible(owner: Binding) -> Iterator[tuple[str, Binding]]:
    """Yield the numbers and arrays that a place of the file can read, with their names."""
    for name, value in owner.scope.visible(owner.order):
        yield from _readable(name, value, owner.order)


def _readable(name: str, value: Value, order: int) -> Iterator[tuple[str, Binding]]:
    if isinstance(value, Reading):
        yield name, value.binding
    elif isinstance(value, Items):
        for k, one in enumerate(value.values):
            yield from _readable(f"{name}[{k}]", one, order)
    elif isinstance(value, Table):
        for key, one in value.values.items():
            yield from _readable(f"{name}[{key!r}]", one, order)
    elif isinstance(value, Instance):
        for attribute in value.attributes.history:
            held = value.attributes.get(attribute, order)
            yield from _readable(f"{name}.{attribute}", held, order)
