"""What was left out put back: factors, derivatives, activations, biases, products.

In: a node of a formula. Out: Change.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

from symnet.check.handwritten.changes import (
    FACTOR,
    SIGN,
    SLOPE,
    TERM,
    Change,
    again,
)
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Literal,
    Reading,
)
from symnet.check.handwritten.operations import Operations
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.wording import size_of
from symnet.model.network import numbers


class Additions(Operations):
    """Proposes what to put to a formula."""

    def _factors(self, node: Formula) -> Iterator[Change]:
        for number in self._counts():
            new = Apply("multiply", (Literal(number), again(node)), node.at)
            shown, words = f"{number} * {self.bracketed(node)}", f"multiply by {number}"
            yield Change("factor", FACTOR, new, words, shown, ("times", number))
            new = Apply("divide", (again(node), Literal(number)), node.at)
            shown, words = f"1/{number} * {self.bracketed(node)}", f"multiply by 1/{number}"
            yield Change("factor", FACTOR, new, words, shown, ("over", number))
        new = Apply("negative", (again(node),), node.at)
        shown = f"-{self.bracketed(node)}"
        yield Change(
            "sign", SIGN + 0.05, new, f"change the sign of {self.text(node)}", shown, ("minus",)
        )

    def _biases(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Add a table of biases that fits the rows, or the columns, of a table."""
        shape = self._value_shape(node)
        if len(shape) != 2:
            return
        for name, other in self.names.visible(owner):
            own = self._shape(other)
            if self.sort(other) != "bias" or not self._fits(other, place) or len(own or ()) != 2:
                continue
            if all(a in (1, b) for a, b in zip(own, shape, strict=True)):
                new = Apply("add", (again(node), Reading(other)), node.at)
                text = f"{self.text(node)} + {name}"
                yield Change("path", TERM - 0.05, new, f"add {name}", text, ("bias", name))

    def _products(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Add the product that a layer's biases stand beside."""
        if not isinstance(node, Reading) or self.sort(node.binding) != "bias":
            return
        shape = self._value_shape(node)
        tables = [
            (name, one, self._shape(one), self.sort(one))
            for name, one in self.names.visible(owner)
            if self._fits(one, place) and len(self._shape(one) or ()) == 2
        ]
        weights = [one for one in tables if one[3] == "weight"]
        sources = [one for one in tables if one[3] in ("input", "activation")]
        pairs = [*itertools.product(weights, sources), *itertools.product(sources, weights)]
        for (left, a, (rows, inner), _), (right, b, (other, columns), _) in pairs:
            fits = all(own in (1, size) for own, size in zip(shape, (rows, columns), strict=False))
            if inner == other and fits:
                product = Apply("matmul", (Reading(a), Reading(b)))
                new = Apply("add", (product, again(node)), node.at)
                text = f"{left} @ {right}"
                words, shown = f"add {text}", f"{text} + {self.text(node)}"
                yield Change("path", TERM, new, words, shown, ("product", left, right))

    def _counts(self) -> list[int]:
        network = self.understanding.truth.network
        sizes = {2, len(network.predictions)}
        sizes |= {len(place.rows) for place in self.understanding.known_places()}
        return sorted(sizes - {1})

    def _slopes(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Multiply by a unit's, or a layer's, derivative of the activation."""
        network, shape = self.understanding.truth.network, self._value_shape(node)
        for layer in network.layers:
            if layer.activation.name in ("identity", "softmax"):
                continue
            label = (layer.activation.name, numbers(layer.activation), 0)
            for cells, text, way in self._places_of(layer.units, shape, place):
                slope = Apply("activation", (cells,), None, label)
                new = Apply("multiply", (again(node), slope), node.at)
                words = f"multiply by the derivative of the {label[0]} at {text}"
                yield Change(
                    "slope",
                    SLOPE,
                    new,
                    words,
                    partial(self._slope_text, node, cells, label, owner, text),
                    ("slope", text, way),
                    partial(self._is_foreign, cells, label, owner),
                )

    def _halves(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Multiply by 1 - h, the half of a sigmoid's derivative that is forgotten."""
        for layer in self.understanding.truth.network.layers:
            if layer.activation.name != "sigmoid":
                continue
            label = (layer.activation.name, numbers(layer.activation), None)
            for cells, text, way in self._places_of(layer.units, self._value_shape(node), place):
                half = Apply("subtract", (Literal(1), Apply("activation", (cells,), None, label)))
                new = Apply("multiply", (again(node), half), node.at)
                units = ", ".join(unit.h for unit in layer.units)
                h = self.names.activation(cells, owner) or units
                shown, key = f"{self.bracketed(node)} * (1 - {h})", ("half", text, way)
                yield Change("slope", SLOPE, new, f"multiply by 1 - {h}", shown, key)

    def _is_foreign(self, cells: Formula, label: Any, owner: Binding) -> bool:
        return self.names.slope(cells, label, owner) is None

    def _slope_text(
        self, node: Formula, cells: Formula, label: Any, owner: Binding, text: str
    ) -> str:
        shown = self.names.slope(cells, label, owner) or f"{label[0]}'({text})"
        return f"{self.bracketed(node)} * {shown}"

    def _places_of(
        self, units: Any, shape: tuple[int, ...], place: Place
    ) -> Iterator[tuple[Formula, str, str]]:
        """Yield the pre-activations of a layer that fit a shape, with how they are laid out."""
        zs = [[Known(unit.z, place.step, row) for unit in units] for row in place.rows]
        if not shape and len(zs) == 1:
            yield from ((one, one.name, "") for one in zs[0])
            return
        names = ", ".join(unit.z for unit in units)
        flat = tuple(one for row in zs for one in row)
        turned = tuple(row[k] for k in range(len(units)) for row in zs)
        if len(shape) not in (1, 2) or size_of(shape) != len(flat):
            return
        across = shape[0] == len(units) and len(zs) > 1
        along = shape[0] == len(zs) or shape[-1] == len(units)
        for cells in [flat] * along + [turned] * across:
            way = "along" if cells is flat else "across"
            yield Apply("reshape", (Apply("array", cells),), None, (shape,)), names, way

    def _applied(self, node: Formula, owner: Binding) -> Iterator[Change]:
        """Apply an activation of the network."""
        seen = set()
        for layer in self.understanding.truth.network.layers:
            label = (layer.activation.name, numbers(layer.activation), None)
            if label[0] in ("identity", "softmax") or label in seen:
                continue
            seen.add(label)
            new = Apply("activation", (again(node),), node.at, label)
            text = partial(self._applied_text, node, label, owner)
            yield Change(
                "function",
                SLOPE,
                new,
                f"apply {label[0]} to {self.text(node)}",
                text,
                ("apply", label[0]),
            )

    def _applied_text(self, node: Formula, label: Any, owner: Binding) -> str:
        called = self.names.function(label, owner) or label[0]
        return f"{called}({self.text(node)})"
