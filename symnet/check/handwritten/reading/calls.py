"""Calls read into formulas: Python's own functions, NumPy's, methods, functions of the file.

In: ast.Call. Out: Value.
"""

from __future__ import annotations

import ast
from typing import Any

from symnet.check.handwritten.formula import Apply, Formula, Literal
from symnet.check.handwritten.reading import library
from symnet.check.handwritten.reading.expressions import LONGEST, Expressions
from symnet.check.handwritten.reading.values import (
    Class,
    Counting,
    Function,
    Items,
    Library,
    Method,
    Nothing,
    Table,
    Unread,
    Value,
    Words,
)

Arguments = dict[str, ast.expr]
BUILTINS = {
    *("max", "min", "abs", "sum", "pow", "float", "int", "len", "range", "list", "tuple"),
    *("zip", "enumerate", "reversed", "print", "round", "str", "dict", "display"),
}


class Calls(Expressions):
    """Reads calls; a subclass runs the functions of the file."""

    def call_function(
        self, function: Function, arguments: list[Value], named: dict[str, Value], node: ast.AST
    ) -> Value:
        """Run a function of the file on formulas."""
        raise NotImplementedError

    def make(
        self, made: Class, arguments: list[Value], named: dict[str, Value], node: ast.AST
    ) -> Value:
        """Make an object of a class of the file."""
        raise NotImplementedError

    def unbound(self, node: ast.Name) -> Value:
        """Take a name nobody binds for one of Python's own."""
        if node.id in BUILTINS:
            return Library(f"builtins.{node.id}")
        return Unread(f"{node.id} is not defined", self.at(node))

    def _read_call(self, node: ast.Call) -> Value:
        called = self.expression(node.func)
        if any(isinstance(one, ast.Starred) for one in node.args):
            return Unread("a call with a starred argument", self.at(node))
        if isinstance(called, Function | Class):
            arguments = [self.expression(one) for one in node.args]
            named = {one.arg: self.expression(one.value) for one in node.keywords if one.arg}
            run = self.call_function if isinstance(called, Function) else self.make
            return run(called, arguments, named, node)  # type: ignore[arg-type]
        if isinstance(called, Library):
            return self._library(called.path, node)
        if isinstance(called, Method):
            return self._method(called, node)
        if isinstance(called, Unread):
            return Unread(
                f"{ast.unparse(node.func)[:40]} is not known", self.at(node), called.numeric
            )
        return Unread("a call of something that is no function", self.at(node))

    def _library(self, path: str, node: ast.Call) -> Value:
        module, _, name = path.rpartition(".")
        if module == "builtins":
            special = getattr(self, f"_python_{name}", None)
            if special is not None:
                found: Value = special(node)
                return found
        if ".random" in path or module == "random" or name == "default_rng":
            return self._drawn(name, node)
        if not path.startswith(library.NUMERIC):
            return Unread(f"{path} is not followed", self.at(node), numeric=False)
        return self._numeric(name, list(node.args), node)

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
        if name in ("list", "tuple", "deepcopy", "copy") and isinstance(value, Items):
            return Items(list(value.values))
        found = self.as_formula(value, node)
        if isinstance(found, Apply) and found.function == "array":
            return Apply("array", found.arguments, self.at(node))
        return found

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

    def _sizes(self, value: Value) -> tuple[int, ...] | None:
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
        sizes = (
            values[1].values if len(values) == 2 and isinstance(values[1], Items) else values[1:]
        )
        shape = tuple(self.whole(one) for one in sizes)
        if not shape or any(size is None for size in shape):
            return Unread("a shape that is not constant", self.at(node))
        return self.apply("reshape", node, [self.as_formula(values[0], node)], shape)

    def _numpy_ravel(self, values: list[Value], node: ast.Call) -> Value:
        return self.apply("reshape", node, [self.as_formula(values[0], node)], (-1,))

    _numpy_flatten = _numpy_ravel

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

    def _method(self, called: Method, node: ast.Call) -> Value:
        owner, name = called.owner, called.name
        if isinstance(owner, Items):
            return self._list_method(owner, name, node)
        if isinstance(owner, Table) and name in ("values", "keys", "items"):
            return self._table_method(owner, name)
        if isinstance(owner, Words):
            return Words("")
        if isinstance(owner, Formula):
            return self._numeric(name, [owner, *node.args], node)
        return Unread(f"the method {name} is not followed", self.at(node))

    def _list_method(self, owner: Items, name: str, node: ast.Call) -> Value:
        if name == "append" and len(node.args) == 1 and len(owner.values) < LONGEST:
            owner.values.append(self.expression(node.args[0]))
            return Nothing()
        if name == "copy":
            return Items(list(owner.values))
        owner.values = [Unread(f"the list was changed by {name}", self.at(node))]
        return Unread(f"the method {name} is not followed", self.at(node))

    def _table_method(self, owner: Table, name: str) -> Value:
        keys: list[Value] = [
            Words(key) if isinstance(key, str) else Literal(key) for key in owner.values
        ]
        if name == "values":
            return Items(list(owner.values.values()))
        if name == "keys":
            return Items(keys)
        pairs = zip(keys, owner.values.values(), strict=True)
        return Items([Items([key, value], tuple=True) for key, value in pairs])

    def _python_print(self, node: ast.Call) -> Value:
        return Nothing()

    _python_display = _python_print

    def _python_str(self, node: ast.Call) -> Value:
        return Words("")

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

    def length(self, value: Value) -> int | None:
        """Return how many elements a list or an array has."""
        if isinstance(value, Items | Counting | Table):
            return len(value.values)
        shape = self.shape(value) if isinstance(value, Formula) else None
        return shape[0] if shape else None

    def elements(self, value: Value, node: ast.expr) -> list[Value] | None:
        """Return the elements of what a loop runs over; None where they are not known."""
        if isinstance(value, Items):
            return list(value.values)
        if isinstance(value, Counting):
            return [Literal(k) for k in value.values[:LONGEST]]
        if isinstance(value, Table):
            return [Words(k) if isinstance(k, str) else Literal(k) for k in value.values]
        length = self.length(value)
        if length is None or length > LONGEST or not isinstance(value, Formula):
            return None
        return [Apply("index", (value,), self.at(node), (k,)) for k in range(length)]

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
