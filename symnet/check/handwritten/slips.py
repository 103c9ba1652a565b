"""The typical slips undone: every small change of one place of a formula.

In: a node of a formula and the binding it stands in. Out: Change.

Each change costs something: exchanging two names of a kind costs least, for it is the commonest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

from symnet.check.handwritten.calculating.arrays import cells_of, shape_of
from symnet.check.handwritten.changes import (
    DROP,
    FACTOR,
    FUNCTION,
    OLD,
    OTHER_SWAP,
    SIGN,
    SLOPE,
    SWAP,
    TERM,
    TURN,
    Change,
    Segment,
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
from symnet.check.handwritten.missing import Missing
from symnet.check.handwritten.names import Names
from symnet.check.handwritten.naming import spelling
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.understanding import Understanding
from symnet.model.network import numbers

MOST_NAMES = 80
BEFORE_AND_AFTER = ({"pre_activation", "activation"}, {"pre_activation", "prediction"})


class Slips:
    """Proposes changes, given what the names of the file stand for."""

    def __init__(self, understanding: Understanding, segment: Segment) -> None:
        self.understanding, self.segment = understanding, segment
        self.names = Names(understanding)
        self.missing = Missing(understanding, self.names, segment)
        self._sorts: dict[Binding, Any] = {}
        self._shapes: dict[Binding, Any] = {}

    def changes(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Yield the changes of one node."""
        if isinstance(node, Reading):
            yield from self._swaps(node, owner, place)
            yield from self._older(node, owner)
        if isinstance(node, Literal):
            yield from self._numbers(node)
        if isinstance(node, Apply):
            yield from self._signs(node)
            yield from self._dropped(node)
            yield from self._turned(node)
            yield from self._functions(node)
            yield from self._indices(node)
        if isinstance(node, Reading | Apply):
            yield from self._transposed(node)
            yield from self.missing.changes(node, owner, place)

    def added(self, node: Formula, owner: Binding, place: Place) -> Iterator[Change]:
        """Yield the changes that put something to a whole formula, or to a term of it."""
        yield from self._factors(node)
        yield from self._slopes(node, owner, place)
        yield from self._applied(node, owner)
        yield from self._biases(node, owner, place)
        yield from self._products(node, owner, place)

    # ---- names

    def sort(self, binding: Binding) -> Any:
        """Return what kind of quantity a name is, for likeness."""
        found = self._sorts.get(binding)
        if found is None:
            found = self._sorts[binding] = self._sort(binding)
        return found

    def _sort(self, binding: Binding) -> Any:
        known = self.understanding
        meaning = known.meanings.get(binding)
        if meaning is not None:
            one = cells_of(meaning)[0]
            kinds = {p.name: p.kind for p in known.truth.network.parameters}
            variable = known.truth.variables.get(one.name)
            return kinds.get(one.name) or (variable.kind if variable else one.name)
        identity = known.identities.get(binding)
        if identity is not None:
            return known.kind(identity.names[0])
        source = binding.alias
        return self.sort(source) if source is not None else spelling(binding.name).family

    def _swaps(self, node: Reading, owner: Binding, place: Place) -> Iterator[Change]:
        here, sort = node.binding, self.sort(node.binding)
        own = self.segment(node.at) or here.name
        for count, (name, other) in enumerate(self.names.visible(owner)):
            if count > MOST_NAMES:
                return
            if other is here or not self._fits(other, place):
                continue
            alike = spelling(name).family == spelling(here.name).family
            if not self._may_replace(other, here, alike):
                continue
            both = {sort, self.sort(other)} if isinstance(sort, str) else set()
            cost = SWAP if alike or len(both) == 1 or both in BEFORE_AND_AFTER else OTHER_SWAP
            new = Reading(other, node.at)
            yield Change("swap", cost, new, f"use {name} for {own}", name, ("swap", name))

    def _may_replace(self, other: Binding, here: Binding, alike: bool) -> bool:
        """Tell whether two names have one shape, or are tables called alike: W1 and W2."""
        own, new = self._shape(here), self._shape(other)
        return bool(own == new or (alike and own and new and len(own) == len(new)))

    def _fits(self, binding: Binding, place: Place) -> bool:
        """Tell whether a name has to do with the network, and with this training step."""
        meaning = self.understanding.meanings.get(binding)
        if meaning is not None:
            one = cells_of(meaning)[0]
            return one.name not in self.understanding.truth.parameters or one.step == place.step
        identity = self.understanding.identities.get(binding)
        if identity is not None:
            return identity.place.step == place.step
        source = binding.alias
        return self._fits(source, place) if source is not None else not binding.given

    def _shape(self, binding: Binding) -> Any:
        if binding not in self._shapes:
            value = self.understanding.value(Reading(binding))
            self._shapes[binding] = None if value is None else shape_of(value)
        return self._shapes[binding]

    def _older(self, node: Reading, owner: Binding) -> Iterator[Change]:
        """Yield the values that the same name had before."""
        name = node.binding.name
        history = owner.scope.history.get(name) or self._history(owner, name)
        older = [
            value.binding
            for order, value in history
            if order < node.binding.order and isinstance(value, Reading)
        ]
        for other in older[-2:]:
            if other is node.binding or self._shape(other) != self._shape(node.binding):
                continue
            line = node.binding.at.line if node.binding.at else 0
            words = f"use {name} as it was before line {line}"
            yield Change("old", OLD, Reading(other, node.at), words, f"old_{name}", ("old", name))

    def _history(self, owner: Binding, name: str) -> list[tuple[int, Any]]:
        scope = owner.scope.parent
        while scope is not None:
            if name in scope.history:
                return scope.history[name]
            scope = scope.parent
        return []

    # ---- signs, numbers, operations

    def _signs(self, node: Apply) -> Iterator[Change]:
        if node.function in ("add", "subtract"):
            a, b = node.arguments
            other = "subtract" if node.function == "add" else "add"
            sign = "-" if other == "subtract" else "+"
            text = f"{self.text(a)} {sign} {self.bracketed(b)}"
            words = f"{'subtract' if sign == '-' else 'add'} {self.text(b)}"
            yield Change("sign", SIGN, Apply(other, (a, b), node.at), words, text, ("sign",))
        if node.function == "subtract":
            a, b = node.arguments
            text = f"{self.text(b)} - {self.bracketed(a)}"
            new = Apply("subtract", (b, a), node.at)
            yield Change("sign", SIGN, new, f"write {text}", text, ("reversed",))
        if node.function == "negative":
            (a,) = node.arguments
            words = f"take the minus sign off {self.text(a)}"
            yield Change("sign", SIGN, again(a), words, self.text(a), ("positive",))

    def _numbers(self, node: Literal) -> Iterator[Change]:
        for value in (1, 2, -node.value, 0.5):
            if value != node.value:
                words = f"use {value} for {node.value}"
                yield Change(
                    "number", FACTOR, Literal(value, node.at), words, f"{value}", ("number", value)
                )

    def _dropped(self, node: Apply) -> Iterator[Change]:
        """Yield one side of a sum or product alone."""
        kinds = {"multiply": "factor", "divide": "divisor", "add": "term", "subtract": "term"}
        kind = kinds.get(node.function)
        if kind is None:
            return
        a, b = node.arguments
        drop = {"factor": DROP, "divisor": FACTOR, "term": DROP}[kind]
        words = f"leave out the {kind} {self.text(b)}"
        yield Change("extra " + kind, drop, again(a), words, self.text(a), ("first",))
        if node.function in ("multiply", "add"):
            words = f"leave out the {kind} {self.text(a)}"
            yield Change("extra " + kind, drop, again(b), words, self.text(b), ("second",))
        if node.function == "multiply":
            new = Apply("divide", (a, b), node.at)
            text = f"{self.text(a)} / {self.bracketed(b)}"
            yield Change("factor", FACTOR, new, f"divide by {self.text(b)}", text, ("divide",))

    def _turned(self, node: Apply) -> Iterator[Change]:
        """Yield products and sums the other way round."""
        if node.function in ("matmul", "dot", "outer"):
            a, b = node.arguments
            new = Apply(node.function, (b, a), node.at, node.options)
            text = self._reversed_text(node)
            yield Change("transposed", TURN, new, f"write {text}", text, ("turned",))
            product = Apply("multiply", (a, b), node.at)
            text = f"{self.bracketed(a)} * {self.bracketed(b)}"
            yield Change("product", TURN, product, "multiply entry by entry", text, ("entries",))
        if node.function == "multiply" and self._is_array(node):
            a, b = node.arguments
            text = f"{self.bracketed(a)} @ {self.bracketed(b)}"
            new = Apply("matmul", (a, b), node.at)
            yield Change("product", TURN, new, "multiply as matrices", text, ("matrices",))
        if node.function in ("sum", "mean"):
            yield from self._folds(node)

    def _reversed_text(self, node: Apply) -> str:
        a, b = node.arguments
        whole, left, right = self.text(node), self.text(a), self.text(b)
        if whole.startswith(left):
            return f"{self.bracketed(b)} @ {self.bracketed(a)}"
        return whole.replace(f"{left}, {right}", f"{right}, {left}")

    def _is_array(self, node: Formula) -> bool:
        return bool(shape_of(self.understanding.value(node)))

    def _folds(self, node: Apply) -> Iterator[Change]:
        other = "mean" if node.function == "sum" else "sum"
        text = self.text(node).replace(node.function, other)
        new = Apply(other, node.arguments, node.at, node.options)
        words = f"take the {other} instead of the {node.function}"
        yield Change("sum", FACTOR - 0.1, new, words, text, ("fold", other))
        axis, keep = node.options
        for another in (0, 1, None):
            if another != axis:
                new = Apply(node.function, node.arguments, node.at, (another, keep))
                words = f"use axis={another} for axis={axis}"
                text = self.text(node).replace(f"axis={axis}", f"axis={another}")
                yield Change("axis", TURN, new, words, text, ("axis", another))

    def _transposed(self, node: Formula) -> Iterator[Change]:
        if isinstance(node, Apply) and node.function == "transpose":
            (a,) = node.arguments
            words = f"do not transpose {self.text(a)}"
            yield Change("transposed", TURN, again(a), words, self.text(a), ("plain",))
        elif len(self._value_shape(node)) == 2:
            text = f"{self.bracketed(node)}.T"
            new = Apply("transpose", (again(node),), node.at)
            yield Change("transposed", TURN, new, f"transpose {self.text(node)}", text, ("turn",))

    def _value_shape(self, node: Formula) -> tuple[int, ...]:
        if isinstance(node, Reading):
            return self._shape(node.binding) or ()
        return shape_of(self.understanding.value(node))

    def _functions(self, node: Apply) -> Iterator[Change]:
        """Yield the derivative for the function, the function for the derivative, neither."""
        if node.function == "power":
            base = node.arguments[0]
            yield Change(
                "power", DROP, again(base), "leave out the power", self.text(base), ("base",)
            )
        label = _label(node)
        if label is None:
            return
        (a,) = node.arguments
        name, options, slope = label
        other = 0 if slope is None else None
        words = f"use {'the derivative' if other == 0 else 'the function itself'}"
        text = f"{name}{_prime(other)}({self.text(a)})"
        new = Apply("activation", (a,), node.at, (name, options, other))
        yield Change("function", FUNCTION, new, words, text, ("slope", other))
        words = f"leave out {self._called(node)}"
        yield Change("function", DROP, again(a), words, self.text(a), ("argument",))
        for layer in self.understanding.truth.network.layers:
            own = layer.activation
            if own.name not in (name, "softmax", "identity"):
                new = Apply("activation", (a,), node.at, (own.name, numbers(own), slope))
                text = f"{own.name}{_prime(slope)}({self.text(a)})"
                yield Change(
                    "function", OTHER_SWAP, new, f"use {own.name}", text, ("function", own.name)
                )

    def _called(self, node: Apply) -> str:
        return self.text(node).partition("(")[0] or node.function

    def _indices(self, node: Apply) -> Iterator[Change]:
        """Yield other elements of the same table."""
        if node.function != "index":
            return
        (a,) = node.arguments
        if not all(isinstance(one, int) for one in node.options):
            yield from self._cut(node, a)
            return
        shape = shape_of(self.understanding.value(a))
        if len(node.options) > len(shape) or shape_of(self.understanding.value(node)):
            return
        for other in _places(shape[: len(node.options)]):
            if other != node.options:
                shown = self.text(a) + "".join(f"[{k}]" for k in other)
                new = Apply("index", (a,), node.at, other)
                words = f"use {shown} for {self.text(node)}"
                yield Change("swap", SWAP, new, words, shown, ("index", other))

    def _cut(self, node: Apply, a: Formula) -> Iterator[Change]:
        """Yield the whole of what was cut, and its sum."""
        text = self.text(a)
        words = f"use all of {text}"
        yield Change("cut", SWAP, again(a), words, text, ("whole",))
        for axis in range(len(shape_of(self.understanding.value(a)))):
            new = Apply("sum", (a,), node.at, (axis, True))
            shown = f"np.sum({text}, axis={axis}, keepdims=True)"
            yield Change("cut", FACTOR, new, f"add up all of {text}", shown, ("total", axis))

    # ---- what was left out

    def _factors(self, node: Formula) -> Iterator[Change]:
        for number, text in self._counts():
            new = Apply("multiply", (Literal(number), again(node)), node.at)
            shown = f"{text} * {self.bracketed(node)}"
            yield Change("factor", FACTOR, new, f"multiply by {text}", shown, ("times", number))
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

    def _counts(self) -> Iterator[tuple[float, str]]:
        network = self.understanding.truth.network
        sizes = {2, len(network.predictions)}
        sizes |= {len(place.rows) for place in self.understanding.known_places()}
        for size in sorted(sizes - {1}):
            yield size, str(size)
            yield 1 / size, f"1/{size}"

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
        if len(shape) not in (1, 2) or _size(shape) != len(flat):
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

    # ---- texts

    def text(self, node: Formula) -> str:
        """Return a node as the file writes it."""
        if isinstance(node, Known):
            return node.name
        found = self.segment(node.at)
        if found:
            return found
        return str(node.value) if isinstance(node, Literal) else "..."

    def bracketed(self, node: Formula) -> str:
        """Return a node as written, in brackets if it is a sum."""
        text = self.text(node)
        sums = ("add", "subtract", "negative", "select")
        return f"({text})" if isinstance(node, Apply) and node.function in sums else text


def _label(node: Apply) -> Any:
    if node.function == "activation":
        return node.options
    if node.function in ("tanh", "sigmoid"):
        return (node.function, (), None)
    return None


def _prime(slope: int | None) -> str:
    return "" if slope is None else "'"


def _places(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if _size(shape) <= 36:
        yield from itertools.product(*map(range, shape))


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for one in shape:
        size *= one
    return size
