"""What a file prints, and the values its cells end in.

In: ast nodes. Out: Shown.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Formula
from symnet.check.handwritten.reading.assignments import Assignments
from symnet.check.handwritten.reading.text import (
    Shown,
)
from symnet.check.handwritten.reading.values import (
    Items,
    Unread,
)


class Showing(Assignments):
    """Follows expressions that stand alone: prints, values shown, calls for what they change."""

    def _follow_expr(self, node: ast.Expr) -> None:
        called = node.value
        if isinstance(called, ast.Call):
            if isinstance(called.func, ast.Name) and called.func.id in ("print", "display"):
                self._print(called)
            else:
                self._call_alone(called)
        elif not isinstance(called, ast.Constant):
            value = self.expression(called)
            if isinstance(value, Formula):
                self._show((value,), node)
            elif isinstance(value, Items):
                parts = [self.as_formula(one, called) for one in value.values]
                self._show(tuple(p for p in parts if isinstance(p, Formula)), node)

    def _call_alone(self, called: ast.Call) -> None:
        """Follow a call for what it changes."""
        value = self.expression(called)
        if isinstance(value, Unread) and value.numeric and isinstance(called.func, ast.Attribute):
            owner = self.expression(called.func.value)
            if isinstance(owner, Formula) and isinstance(called.func.value, ast.Name):
                name = called.func.value.id
                self._miss(name, f"changed by {called.func.attr}, which is not followed", called)
                self.scope.bind(name, Unread(value.reason, self.at(called)), self._next())

    def _show(self, parts: tuple[str | Formula, ...], node: ast.AST) -> None:
        if not self._trial:
            self.text.shown.append(Shown(parts, self.at(node), self._order))

    def _print(self, called: ast.Call) -> None:
        parts: list[str | Formula] = []
        for position, one in enumerate(called.args):
            if position:
                parts.append(" ")
            parts.extend(self._printed(one))
        self._show((*parts, "\n"), called)

    def _printed(self, node: ast.expr) -> list[str | Formula]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            return [part for one in node.values for part in self._printed(one)]
        if isinstance(node, ast.FormattedValue):
            return self._printed(node.value)
        if isinstance(node, ast.Starred):
            return [""]
        value = self.expression(node)
        return [value if isinstance(value, Formula) else ""]
