"""Lists, tuples and dictionaries read, and what is taken out of them.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast
from typing import Any

from symnet.check.handwritten.formula import (
    Apply,
    Formula,
    Literal,
)
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.operators import Operators
from symnet.check.handwritten.reading.values import (
    Counting,
    Items,
    Method,
    Nothing,
    Slice,
    Table,
    Unread,
    Value,
    Words,
)


class Elements(Operators):
    """Reads what has elements; an index is a constant."""

    def _read_list(self, node: ast.List) -> Value:
        return self._items(node.elts, node)

    def _read_tuple(self, node: ast.Tuple) -> Value:
        return self._items(node.elts, node)

    def _items(self, elements: list[ast.expr], node: ast.expr) -> Value:
        if any(isinstance(one, ast.Starred) for one in elements):
            return Unread("a starred list", self.at(node))
        return Items([self.expression(one) for one in elements], isinstance(node, ast.Tuple))

    def _read_dict(self, node: ast.Dict) -> Value:
        entries: dict[str | int, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self.key(self.expression(key)) if key is not None else None
            if name is None:
                return Unread("a dictionary whose keys are not constants", self.at(node))
            entries[name] = self.expression(value)
        return Table(entries)

    def key(self, value: Value) -> str | int | None:
        """Return a dictionary's key."""
        return self.spelt(value) if isinstance(value, Words) else self.whole(value)

    def _read_subscript(self, node: ast.Subscript) -> Value:
        owner = self.expression(node.value)
        if isinstance(owner, Unread):
            return owner
        if isinstance(owner, Method) and owner.name == "shape":
            axis = self.whole(self.expression(node.slice))
            return self.apply("size", node, [owner.owner], axis if axis is not None else 0)
        if isinstance(owner, Table):
            key = self.key(self.expression(node.slice))
            found = owner.values.get(key) if key is not None else None
            if found is None:
                asked = ast.unparse(node.slice)[:40] if key is None else repr(key)
                return Unread(f"no entry {asked}", self.at(node))
            return self.placed(found, node)
        indices = self.indices(node.slice)
        if indices is None:
            return Unread("an index that is not a constant", self.at(node))
        return self.indexed(owner, indices, node)

    def indexed(self, owner: Value, indices: tuple[Any, ...], node: ast.expr) -> Value:
        """Take an element or a stretch of a list or an array."""
        if isinstance(owner, Counting):
            owner = Items([Literal(k) for k in owner.values[:LONGEST]])
        if isinstance(owner, Items):
            first, rest = indices[0], indices[1:]
            if not isinstance(first, int | slice):
                return self.indexed(self.as_formula(owner, node), indices, node)
            try:
                found = owner.values[first]
            except IndexError:
                return Unread(f"no index {first} in a list of {len(owner.values)}", self.at(node))
            chosen = Items(found) if isinstance(found, list) else self.placed(found, node)
            return self.indexed(chosen, rest, node) if rest else chosen
        if isinstance(owner, Formula):
            return Apply("index", (owner,), self.at(node), indices)
        if isinstance(owner, Words) and isinstance(indices[0], int | slice):
            return self.cut_text(owner, indices[0])
        if isinstance(owner, Unread):
            return owner
        return Unread("something that has no elements", self.at(node))

    def indices(self, node: ast.expr) -> tuple[Any, ...] | None:
        """Read an index: whole numbers, slices, None and ..."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        found: list[Any] = []
        for one in parts:
            value = self.expression(one)
            if isinstance(value, Nothing):
                found.append(None)
            elif isinstance(value, Slice):
                found.append(value.value)
            elif isinstance(value, Words) and self.spelt(value) == "...":
                found.append(Ellipsis)
            else:
                number = self.whole(value)
                if number is None:
                    return None
                found.append(number)
        return tuple(found)

    def _read_slice(self, node: ast.Slice) -> Value:
        ends: list[int | None] = []
        for one in (node.lower, node.upper, node.step):
            value = None if one is None else self.whole(self.expression(one))
            if one is not None and value is None:
                return Unread("a slice that is not constant", self.at(node))
            ends.append(value)
        return Slice(slice(*ends))
