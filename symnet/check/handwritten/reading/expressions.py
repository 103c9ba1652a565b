"""Python expressions read into formulas; nothing is evaluated but whole numbers.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import Apply, Formula, Known, Literal, Reading, Scope, Span
from symnet.check.handwritten.reading.values import (
    Counting,
    Instance,
    Items,
    Library,
    Method,
    Nothing,
    Slice,
    Table,
    Unread,
    Value,
    Words,
)

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.Lt: "<",
    ast.GtE: ">=",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
LONGEST = 2000


def _nothing_known(known: Known) -> Any:
    raise UnknownError(known.name)


class Expressions:
    """Reads expressions in a scope; a subclass runs statements and calls."""

    def __init__(self) -> None:
        self.scope = Scope()
        self.part, self.cell, self.first = 0, None, 1
        self.lines: list[str] = []
        self.floats = Evaluation(Floats(), _nothing_known)

    cell: int | None

    def at(self, node: ast.AST) -> Span:
        """Return where a node stands in the file."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end, end_column = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column)
        shift = self.first - 1
        return Span(
            self.part,
            line + shift,
            self._characters(line, column),
            end + shift,
            self._characters(end, end_column),
            self.cell,
        )

    def _characters(self, line: int, column: int) -> int:
        """Turn ast's count of bytes into one of characters."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))

    def expression(self, node: ast.expr) -> Value:
        """Read one expression."""
        handler: Callable[[Any], Value] | None = getattr(
            self, f"_read_{type(node).__name__.lower()}", None
        )
        if handler is None:
            return Unread(f"{type(node).__name__} is not followed", self.at(node))
        return handler(node)

    def formula(self, node: ast.expr) -> Formula | Unread:
        """Read an expression that has to be a number or an array."""
        return self.as_formula(self.expression(node), node)

    def as_formula(self, value: Value, node: ast.expr) -> Formula | Unread:
        """Take a value as a formula; a list of formulas is an array."""
        if isinstance(value, Formula):
            return value
        if isinstance(value, Items):
            parts = [self.as_formula(one, node) for one in value.values]
            bad = next((one for one in parts if isinstance(one, Unread)), None)
            if bad is not None or not parts:
                return bad or Unread("an empty list", self.at(node))
            return Apply("array", tuple(p for p in parts if isinstance(p, Formula)), self.at(node))
        if isinstance(value, Unread):
            return Unread(value.reason, value.at or self.at(node))
        return Unread(f"{ast.unparse(node)[:60]} is not a number", self.at(node))

    def apply(self, name: str, node: ast.AST, parts: Iterable[Any], *options: Any) -> Value:
        """Apply an operation, unless a part of it was not read."""
        found = list(parts)
        bad = next((one for one in found if isinstance(one, Unread)), None)
        if bad is not None:
            return Unread(bad.reason, bad.at)
        return Apply(name, tuple(found), self.at(node), options)

    def whole(self, value: Value) -> int | None:
        """Return the whole number a value is, if it is one."""
        found = self.constant(value)
        if isinstance(found, float) and found.is_integer():
            found = int(found)
        return found if isinstance(found, int) else None

    def constant(self, value: Value) -> Any:
        """Return the number a formula comes to, if it can be worked out now."""
        if not isinstance(value, Formula):
            return None
        try:
            found = self.floats.value(value)
        except (UnknownError, ArithmeticError, ValueError, TypeError, RecursionError):
            return None
        return found if isinstance(found, int | float) else None

    def shape(self, value: Formula) -> tuple[int, ...] | None:
        """Return the shape of an array that the file spells out."""
        try:
            return shape_of(self.floats.value(value))
        except (UnknownError, ArithmeticError, ValueError, TypeError, RecursionError):
            return None

    def _read_constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bool):
            return Literal(node.value, self.at(node))
        if isinstance(node.value, int | float):
            if isinstance(node.value, int) and node.value.bit_length() > 1024:
                return Unread("a number with too many digits", self.at(node))
            return Literal(node.value, self.at(node))
        if isinstance(node.value, str):
            return Words(node.value)
        if node.value is None:
            return Nothing()
        if node.value is Ellipsis:
            return Words("...")
        return Unread(f"{node.value!r:.40} is not a number", self.at(node))

    def _read_joinedstr(self, node: ast.JoinedStr) -> Value:
        return Words("")

    def _read_name(self, node: ast.Name) -> Value:
        found = self.scope.get(node.id)
        if found is None:
            return self.unbound(node)
        return self.placed(found, node)

    def unbound(self, node: ast.Name) -> Value:
        """Read a name the file does not bind."""
        return Unread(f"{node.id} is not defined", self.at(node))

    def placed(self, value: Value, node: ast.expr) -> Value:
        """Return a value as read here."""
        if isinstance(value, Reading):
            return Reading(value.binding, self.at(node))
        if isinstance(value, Unread):
            where = f" (line {value.at.line})" if value.at else ""
            name = ast.unparse(node)[:40]
            reason = value.reason
            if "was not read" not in reason:
                reason = f"{name} was not read{where}: {reason}"
            return Unread(reason, value.at, value.numeric)
        return value

    def _read_unaryop(self, node: ast.UnaryOp) -> Value:
        operand = self.formula(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(node.op, ast.USub):
            if isinstance(operand, Literal):
                return Literal(-operand.value, self.at(node))
            return self.apply("negative", node, [operand])
        if isinstance(node.op, ast.Not):
            return self.apply("compare", node, [operand, Literal(0)], "==")
        return Unread("a bitwise operation", self.at(node))

    def _read_binop(self, node: ast.BinOp) -> Value:
        left, right = self.expression(node.left), self.expression(node.right)
        if isinstance(left, Words) or isinstance(right, Words):
            return Words("")
        joined = self._lists(node.op, left, right)
        if joined is not None:
            return joined
        return self.operation(
            node, node.op, self.as_formula(left, node.left), self.as_formula(right, node.right)
        )

    def _lists(self, op: ast.operator, left: Value, right: Value) -> Value | None:
        """Join or repeat lists."""
        if isinstance(left, Items) and isinstance(right, Items) and isinstance(op, ast.Add):
            return Items([*left.values, *right.values])
        if isinstance(right, Items) and isinstance(op, ast.Mult):
            left, right = right, left
        if isinstance(left, Items) and isinstance(op, ast.Mult):
            times = self.whole(right)
            if times is not None and 0 <= times * len(left.values) <= LONGEST:
                return Items(left.values * times)
        return None

    def operation(self, node: ast.AST, op: ast.operator, left: Any, right: Any) -> Value:
        """Apply an operator of Python's to two formulas."""
        if type(op) in OPERATORS:
            return self.apply(OPERATORS[type(op)], node, [left, right])
        a, b = self.whole(left), self.whole(right)
        if a is not None and b and isinstance(op, ast.Mod | ast.FloorDiv):
            return Literal(a % b if isinstance(op, ast.Mod) else a // b, self.at(node))
        return Unread(f"the operator {type(op).__name__} is not followed", self.at(node))

    def _read_compare(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1:
            return Unread("a chain of comparisons", self.at(node))
        left, right = self.expression(node.left), self.expression(node.comparators[0])
        same = isinstance(node.ops[0], ast.Is | ast.Eq)
        if isinstance(node.ops[0], ast.Is | ast.IsNot):
            return Literal(int((type(left) is type(right)) == same), self.at(node))
        if isinstance(left, Words) and isinstance(right, Words):
            return Literal(int((left.text == right.text) == same), self.at(node))
        if type(node.ops[0]) not in COMPARISONS:
            return Unread("this comparison is not followed", self.at(node))
        parts = (self.as_formula(left, node.left), self.as_formula(right, node.comparators[0]))
        return self.apply("compare", node, parts, COMPARISONS[type(node.ops[0])])

    def _read_boolop(self, node: ast.BoolOp) -> Value:
        parts = [self.formula(one) for one in node.values]
        result: Value = parts[0]
        for one in parts[1:]:
            both = self.apply("multiply", node, [result, one])
            if isinstance(node.op, ast.Or):
                either = self.apply("add", node, [result, one])
                both = self.apply("subtract", node, [either, both])
            result = both
        return result

    def _read_ifexp(self, node: ast.IfExp) -> Value:
        test = self.formula(node.test)
        decided = self.decided(test)
        if decided is not None:
            return self.expression(node.body if decided else node.orelse)
        return self.apply(
            "select", node, [test, self.formula(node.body), self.formula(node.orelse)]
        )

    def decided(self, test: Value) -> bool | None:
        """Decide a test that hangs on counters and written-out numbers alone."""
        if not isinstance(test, Formula) or not _counts_only(test):
            return None
        found = self.constant(test)
        return None if found is None else bool(found)

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
        return value.text if isinstance(value, Words) else self.whole(value)

    def _read_attribute(self, node: ast.Attribute) -> Value:
        owner = self.expression(node.value)
        if isinstance(owner, Library):
            if node.attr == "pi":
                return Known("pi", at=self.at(node))
            return Library(f"{owner.path}.{node.attr}")
        if isinstance(owner, Instance):
            found = owner.attributes.get(node.attr) or owner.methods.get(node.attr)
            if found is None:
                return Unread(f"{ast.unparse(node)[:40]} is not defined", self.at(node))
            return self.placed(found, node)
        if isinstance(owner, Formula) and node.attr == "T":
            return self.apply("transpose", node, [owner])
        if isinstance(owner, Formula) and node.attr == "size":
            return self.apply("size", node, [owner], None)
        if isinstance(owner, Unread):
            return owner
        return Method(owner, node.attr)

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
                return Unread(f"no entry {ast.unparse(node.slice)[:40]}", self.at(node))
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
            elif isinstance(value, Words) and value.text == "...":
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


def _counts_only(formula: Formula) -> bool:
    """Tell whether a test reads nothing but counters and numbers written there."""
    if isinstance(formula, Reading):
        one = formula.binding
        flag = isinstance(one.formula, Literal) and isinstance(one.formula.value, bool)
        return one.kind == "counter" or flag or (one.kind == "length")
    if isinstance(formula, Apply):
        return formula.function != "random" and all(map(_counts_only, formula.arguments))
    return isinstance(formula, Literal)
