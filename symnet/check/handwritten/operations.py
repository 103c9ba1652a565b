"""Wrong operations undone: signs, numbers, turned products, functions for their derivatives.

In: a node of a formula. Out: Change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from symnet.check.handwritten.changes import (
    DROP,
    FACTOR,
    FUNCTION,
    OTHER_SWAP,
    SIGN,
    TURN,
    Change,
    again,
)
from symnet.check.handwritten.entries import Entries
from symnet.check.handwritten.formula import (
    Apply,
    Formula,
    Literal,
    Reading,
    behind,
)
from symnet.model.network import numbers

# A word in quotes, as the name of an activation.
WORD = re.compile(r"""(["'])(\w+)\1""")


class Operations(Entries):
    """Proposes other operations."""

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

    def _powers(self, node: Formula) -> Iterator[Change]:
        """Yield a square for 1 - h, where it takes the square of h, and the other way round."""
        layers = self.understanding.truth.network.layers
        if all(layer.activation.name != "tanh" for layer in layers):
            return
        match node:
            case Apply("power", (a, Literal(2))):
                words = f"leave out the square of {self.text(a)}"
                yield Change("power", FACTOR, again(a), words, self.text(a), ("root",))
            case Reading(binding) if self.sort(binding) in ("activation", "prediction"):
                new, text = Apply("power", (again(node), Literal(2)), node.at), self.text(node)
                yield Change("power", FACTOR, new, f"square {text}", f"{text} ** 2", ("square",))

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
        if node.function in ("multiply", "matmul", "dot") and self.clashing:
            yield from self._outer(node)

    def _outer(self, node: Apply) -> Iterator[Change]:
        """Yield the outer product of two vectors, whose shapes need not fit together."""
        for at, (a, b) in enumerate((node.arguments, node.arguments[::-1])):
            a, b = _plain(a), _plain(b)
            if len(self._value_shape(a)) == len(self._value_shape(b)) == 1:
                new, text = (
                    Apply("outer", (a, b), node.at),
                    f"np.outer({self.text(a)}, {self.text(b)})",
                )
                yield Change("product", TURN, new, f"write {text}", text, ("outer", at))

    def _reversed_text(self, node: Apply) -> str:
        a, b = node.arguments
        whole, left, right = self.text(node), self.text(a), self.text(b)
        if whole.startswith(left):
            return f"{self.bracketed(b)} @ {self.bracketed(a)}"
        return whole.replace(f"{left}, {right}", f"{right}, {left}")

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

    def _other_words(self, node: Reading) -> Iterator[Change]:
        """Yield another activation where a call says which in words: act(z, "sigmoid")."""
        text = self.text(node)
        said = WORD.search(text)
        given = _argument(node) if said else None
        if said is None or given is None:
            return
        for layer in self.understanding.truth.network.layers:
            own = layer.activation
            if own.name not in (said[2], "softmax", "identity"):
                new = Apply("activation", (given,), node.at, (own.name, numbers(own), None))
                other = f"{said[1]}{own.name}{said[1]}"
                words, shown = f"use {other} for {said[0]}", text.replace(said[0], other)
                yield Change("function", FUNCTION, new, words, shown, ("word", own.name))

    def _called(self, node: Apply) -> str:
        return self.text(node).partition("(")[0] or node.function


def _argument(call: Reading) -> Formula | None:
    """Return the first argument that a function of the file was called with, if one is read."""
    hanging = behind(
        call.binding, lambda one: one.formula, lambda one: one.kind in ("assigned", "returned")
    )
    found = [one for one in hanging if one.kind == "argument"]
    return Reading(min(found, key=lambda one: one.order)) if found else None


def _label(node: Apply) -> Any:
    if node.function == "activation":
        return node.options
    if node.function in ("tanh", "sigmoid"):
        return (node.function, (), None)
    return None


def _plain(node: Formula) -> Formula:
    """Return what was transposed; of a vector, that changes nothing."""
    turned = isinstance(node, Apply) and node.function == "transpose"
    return node.parts[0] if turned else node


def _prime(slope: int | None) -> str:
    return "" if slope is None else "'"
