"""What every reading of an expression needs: places, formulas, numbers that are constant.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import (
    Apply,
    Binding,
    Formula,
    Known,
    Reading,
    Scope,
    Span,
)
from symnet.check.handwritten.reading.memory import Memory, seen_in, shown
from symnet.check.handwritten.reading.values import (
    Items,
    Unread,
    Value,
)

LONGEST = 2000


class Formulas:
    """Turns values into formulas in a scope; subclasses read the kinds of expressions."""

    def __init__(self) -> None:
        self.scope = Scope()
        self.part, self.cell, self.first = 0, None, 1
        self.lines: list[str] = []
        self.floats = Evaluation(Floats(), _nothing_known)
        self.memory = Memory()

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
            parts = [self.as_formula(self.current(one), node) for one in value.values]
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

    def placed(self, value: Value, node: ast.expr) -> Value:
        """Return a value as read here."""
        if isinstance(value, Reading):
            found = self.current(value)
            return Reading(found.binding, self.at(node)) if isinstance(found, Reading) else found
        if isinstance(value, Unread):
            where = f" (line {value.at.line})" if value.at else ""
            name = ast.unparse(node)[:40]
            reason = value.reason
            if "was not read" not in reason:
                reason = f"{name} was not read{where}: {reason}"
            return Unread(reason, value.at, value.numeric)
        return value

    def current(self, value: Value) -> Value:
        """Return what a name or an entry stands for by now: its array may have been changed."""
        if not self.memory.latest or not isinstance(value, Reading):
            return value
        found = self.memory.current(value.binding)
        if found is not value.binding:
            return Reading(found, value.at)
        base = self.base(found)
        whole = None if base is None else self.current(base)
        if whole is base or not isinstance(whole, Formula):
            return value
        return seen_in(self.memory.state(found).formula, whole)

    def base(self, binding: Binding) -> Reading | None:
        """Return the array that a name shows a part of, or the whole otherwise laid out."""
        part = self.memory.state(binding).formula
        found = None if isinstance(part, Reading) else shown(part)
        return found if found is not None and self.shape(part) else None

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


def _nothing_known(known: Known) -> Any:
    raise UnknownError(known.name)
