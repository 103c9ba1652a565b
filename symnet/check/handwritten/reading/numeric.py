"""NumPy's functions read, and random numbers.

In: ast.Call. Out: Value.
"""

from __future__ import annotations

import ast
from typing import Any

from symnet.check.handwritten.formula import (
    Apply,
    Formula,
    Literal,
)
from symnet.check.handwritten.reading import library
from symnet.check.handwritten.reading.expressions import Expressions
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.memory import severed
from symnet.check.handwritten.reading.values import (
    Items,
    Library,
    Method,
    Nothing,
    Unread,
    Value,
)


class Numeric(Expressions):
    """Reads calls of numeric functions: NumPy's, and those of math that are called alike."""

    def _drawn(self, name: str, node: ast.Call) -> Value:
        if name == "default_rng":
            return Library("numpy.random.generator")
        if name in library.DRAWN:
            return Apply("random", (), self.at(node), (self._drawn_shape(name, node),))
        return Unread(f"{name} is not followed", self.at(node), numeric=False)

    def _drawn_shape(self, name: str, node: ast.Call) -> tuple[int, ...] | None:
        """Return the shape of random numbers: rand(3, 2), normal(size=(3, 2)) or one number."""
        values = [self.expression(one) for one in node.args]
        size = self._keyword(node, "size")
        if name in ("rand", "randn"):
            size = Items(values)
        elif name in ("random", "random_sample", "standard_normal") and values:
            size = values[0]
        elif size is None and len(values) > 2:
            size = values[2]
        if size is None or (isinstance(size, Items) and not size.values):
            return ()
        return self._sizes(size)

    def _numeric(self, name: str, arguments: list[Any], node: ast.Call) -> Value:
        """Read a numeric function; ``arguments`` are ast nodes or, for methods, values."""
        if any(one.arg in ("out", "where", "order", "initial") for one in node.keywords):
            return Unread(f"{name} with out= or where= is not followed", self.at(node))
        values = [self._argument(one) for one in arguments]
        if name in library.ELEMENTWISE:
            operation, count = library.ELEMENTWISE[name]
            if len(values) == count:
                return self.apply(operation, node, (self.as_formula(v, node) for v in values))
        if name in library.COMPARED and len(values) == 2:
            parts = [self.as_formula(one, node) for one in values]
            return self.apply("compare", node, parts, library.COMPARED[name])
        if name in library.SAME and values:
            return self._same(name, values[0], node)
        if name in library.FOLDED and values:
            return self._folded(library.FOLDED[name], values, node)
        special = getattr(self, f"_numpy_{name}", None)
        if special is not None:
            found: Value = special(values, node)
            return found
        return self._made(name, values, node)

    def _argument(self, one: Any) -> Value:
        return self.expression(one) if isinstance(one, ast.expr) else one

    def _same(self, name: str, value: Value, node: ast.Call) -> Value:
        """Hand a value on: most of these calls make a new array of it."""
        found = self.as_formula(value, node)
        if isinstance(found, Apply) and found.function == "array":
            return Apply("array", found.arguments, self.at(node))
        if isinstance(found, Unread) or name in library.UNCHANGED:
            return found
        return severed(found)

    def _folded(self, operation: str, values: list[Value], node: ast.Call) -> Value:
        axis, keep = self._keyword(node, "axis"), self._keyword(node, "keepdims")
        if len(values) > 1 and axis is None:
            axis = values[1]
        number = None if axis is None or isinstance(axis, Nothing) else self.whole(axis)
        if axis is not None and not isinstance(axis, Nothing) and number is None:
            return Unread("an axis that is not a constant", self.at(node))
        kept = keep is not None and bool(self.constant(keep))
        return self.apply(operation, node, [self.as_formula(values[0], node)], number, kept)

    def _keyword(self, node: ast.Call, name: str) -> Value | None:
        found = next((one.value for one in node.keywords if one.arg == name), None)
        return None if found is None else self.expression(found)

    def _made(self, name: str, values: list[Value], node: ast.Call) -> Value:
        """Read zeros, ones and arrays like others."""
        if name in library.LIKE and values:
            like = self.as_formula(values[0], node)
            return self.apply("filled", node, [like], library.LIKE[name])
        if name in library.FILLED and values:
            return Apply("zeros", (), self.at(node), (self._sizes(values[0]), library.FILLED[name]))
        if name in library.SILENT:
            return Nothing()
        return Unread(f"{name} is not followed", self.at(node))

    def shaped_like(self, value: Value) -> Formula | None:
        """Return the array whose shape a value is, where that is known: ``AL.shape``."""
        if not isinstance(value, Method) or value.name != "shape":
            return None
        owner = value.owner
        return owner if isinstance(owner, Formula) and self.shape(owner) is not None else None

    def _sizes(self, value: Value) -> tuple[int, ...] | None:
        like = self.shaped_like(value)
        if like is not None:
            return self.shape(like)
        found = value.values if isinstance(value, Items) else [value]
        sizes = [self.whole(one) for one in found]
        if any(size is None or not 0 < size <= LONGEST for size in sizes):
            return None
        return tuple(size for size in sizes if size is not None)

    def _numpy_square(self, values: list[Value], node: ast.Call) -> Value:
        return self.apply("power", node, [self.as_formula(values[0], node), Literal(2)])

    def _numpy_reciprocal(self, values: list[Value], node: ast.Call) -> Value:
        return self.apply("divide", node, [Literal(1), self.as_formula(values[0], node)])

    def _numpy_heaviside(self, values: list[Value], node: ast.Call) -> Value:
        parts = [self.as_formula(values[0], node), Literal(0)]
        return self.apply("compare", node, parts, ">")

    def _numpy_reshape(self, values: list[Value], node: ast.Call) -> Value:
        found, sizes = self.as_formula(values[0], node), values[1:]
        like = self.shaped_like(sizes[0]) if len(sizes) == 1 else None
        if like is not None:
            shape = self.shape(like)
            return found if shape == () else self.apply("reshape", node, [found], shape)
        if len(sizes) == 1 and isinstance(sizes[0], Items):
            sizes = sizes[0].values
        whole = tuple(self.whole(one) for one in sizes)
        if not whole or any(size is None for size in whole):
            return Unread("a shape that is not constant", self.at(node))
        return self.apply("reshape", node, [found], whole)

    def _numpy_ravel(self, values: list[Value], node: ast.Call) -> Value:
        return self.apply("reshape", node, [self.as_formula(values[0], node)], (-1,))

    def _numpy_flatten(self, values: list[Value], node: ast.Call) -> Value:
        found = self.as_formula(values[0], node)
        part = severed(found) if isinstance(found, Formula) else found
        return self.apply("reshape", node, [part], (-1,))

    def _numpy_squeeze(self, values: list[Value], node: ast.Call) -> Value:
        found = self.as_formula(values[0], node)
        shape = self.shape(found) if isinstance(found, Formula) else None
        if shape is None or len(values) > 1 or node.keywords:
            return Unread("squeeze of an array whose shape is not known", self.at(node))
        left = tuple(size for size in shape if size != 1)
        return found if left == shape else self.apply("reshape", node, [found], left)

    def _numpy_atleast_2d(self, values: list[Value], node: ast.Call) -> Value:
        found = self.as_formula(values[0], node)
        shape = self.shape(found) if isinstance(found, Formula) else None
        if shape is None or len(shape) >= 2:
            return found
        return self.apply("index", node, [found], None)

    def _numpy_size(self, values: list[Value], node: ast.Call) -> Value:
        axis = self.whole(values[1]) if len(values) > 1 else None
        return self.apply("size", node, [self.as_formula(values[0], node)], axis)

    def _numpy_prod(self, values: list[Value], node: ast.Call) -> Value:
        return Unread("prod is not followed", self.at(node))
