"""Python's own functions read: lists and counters followed, numbers folded.

In: ast.Call. Out: Value.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import (
    Apply,
    Formula,
    Literal,
)
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.numeric import Numeric
from symnet.check.handwritten.reading.values import (
    Counting,
    Items,
    Library,
    Nothing,
    Table,
    Unread,
    Value,
    Words,
)

BUILTINS = {
    *("max", "min", "abs", "sum", "pow", "float", "int", "len", "range", "list", "tuple"),
    *("zip", "enumerate", "reversed", "print", "round", "str", "dict", "display", "sorted"),
}


class Own(Numeric):
    """Reads calls of what every Python file may call."""

    def unbound(self, node: ast.Name) -> Value:
        """Take a name nobody binds for one of Python's own."""
        if node.id in BUILTINS:
            return Library(f"builtins.{node.id}")
        return Unread(f"{node.id} is not defined", self.at(node))

    def length(self, value: Value) -> int | None:
        """Return how many elements a list or an array has."""
        if isinstance(value, Items | Counting | Table):
            return len(value.values)
        shape = self.shape(value) if isinstance(value, Formula) else None
        return shape[0] if shape else None

    def elements(self, value: Value, node: ast.expr) -> list[Value] | None:
        """Return the elements of what a loop runs over; None where they are not known."""
        if isinstance(value, Items):
            return [self.current(one) for one in value.values]
        if isinstance(value, Counting):
            return [Literal(k) for k in value.values[:LONGEST]]
        if isinstance(value, Table):
            return [Words((k,)) if isinstance(k, str) else Literal(k) for k in value.values]
        text = self.spelt(value)
        if text is not None:
            return [Words((letter,)) for letter in text]
        like = self.shaped_like(value)
        if like is not None:
            return [Apply("size", (like,), self.at(node), (k,)) for k in self._axes(like)]
        length = self.length(value)
        if length is None or length > LONGEST or not isinstance(value, Formula):
            return None
        return [Apply("index", (value,), self.at(node), (k,)) for k in range(length)]

    def _axes(self, value: Formula) -> range:
        return range(len(self.shape(value) or ()))

    def _python_print(self, node: ast.Call) -> Value:
        return Nothing()

    _python_display = _python_print

    def _python_str(self, node: ast.Call) -> Value:
        return self.joined([self.expression(one) for one in node.args[:1]])

    def _python_round(self, node: ast.Call) -> Value:
        return Unread("round is not followed", self.at(node))

    def _python_int(self, node: ast.Call) -> Value:
        found = self.whole(self.expression(node.args[0])) if node.args else None
        return Unread("int is not followed", self.at(node)) if found is None else Literal(found)

    def _python_len(self, node: ast.Call) -> Value:
        value = self.expression(node.args[0]) if node.args else Nothing()
        length = self.length(value)
        if length is not None:
            return Literal(length, self.at(node))
        if isinstance(value, Formula):
            return self.apply("size", node, [value], 0)
        return Unread("the length of this is not known", self.at(node))

    def _python_range(self, node: ast.Call) -> Value:
        ends = [self.whole(self.expression(one)) for one in node.args]
        if not 1 <= len(ends) <= 3 or any(end is None for end in ends):
            return Unread("a range whose ends are not constant", self.at(node))
        try:
            return Counting(range(*(end for end in ends if end is not None)))
        except ValueError:
            return Unread("a range with step 0", self.at(node))

    def _python_reversed(self, node: ast.Call) -> Value:
        found = self.elements(self.expression(node.args[0]), node) if node.args else None
        return (
            Unread("reversed is not followed here", self.at(node))
            if found is None
            else Items(found[::-1])
        )

    def _python_zip(self, node: ast.Call) -> Value:
        columns = [self.elements(self.expression(one), one) for one in node.args]
        if not columns or any(one is None for one in columns):
            return Unread("zip of something unknown", self.at(node))
        rows = zip(*(one for one in columns if one is not None), strict=False)
        return Items([Items(list(row), tuple=True) for row in rows])

    def _python_enumerate(self, node: ast.Call) -> Value:
        found = self.elements(self.expression(node.args[0]), node) if node.args else None
        if found is None:
            return Unread("enumerate of something unknown", self.at(node))
        start = self.whole(self.expression(node.args[1])) if len(node.args) > 1 else 0
        first = start if start is not None else 0
        return Items([Items([Literal(k), one], tuple=True) for k, one in enumerate(found, first)])

    def _python_sum(self, node: ast.Call) -> Value:
        value = self.expression(node.args[0]) if node.args else Nothing()
        found = self.elements(value, node)
        if found is None:
            if isinstance(value, Formula):
                return self._folded("sum", [value], node)
            return (
                value
                if isinstance(value, Unread)
                else Unread("a sum of something unknown", self.at(node))
            )
        total: Value = Literal(0)
        for position, one in enumerate(found):
            part = self.as_formula(one, node)
            total = part if not position else self.apply("add", node, [total, part])
        return total

    def _python_max(self, node: ast.Call) -> Value:
        return self._extreme("maximum", node)

    def _python_min(self, node: ast.Call) -> Value:
        return self._extreme("minimum", node)

    def _extreme(self, operation: str, node: ast.Call) -> Value:
        parts: list[Value] = [self.expression(one) for one in node.args]
        if len(parts) == 1 and isinstance(parts[0], Items):
            parts = list(parts[0].values)
        if not parts or len(parts) > 64:
            return Unread("a maximum of something unknown", self.at(node))
        result: Value = self.as_formula(parts[0], node)
        for one in parts[1:]:
            result = self.apply(operation, node, [result, self.as_formula(one, node)])
        return result
