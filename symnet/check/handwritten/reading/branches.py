"""Tests followed: one side where the test is decided, otherwise both with a choice between them.

In: ast nodes. Out: Outcome.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Apply, Formula
from symnet.check.handwritten.reading.sides import Sides
from symnet.check.handwritten.reading.text import (
    Outcome,
)
from symnet.check.handwritten.reading.values import (
    Unread,
    Value,
)


class Branches(Sides):
    """Follows ``if``."""

    def _if(self, node: ast.If, rest: list[ast.stmt]) -> tuple[bool, Outcome | None]:
        """Follow an ``if``; say whether the rest of the block was followed with it."""
        if _is_main(node.test):
            outcome = self.block(node.body)
            return outcome is not None, outcome
        test = self.expression(node.test)
        decided = self.decided(test)
        if decided is not None:
            outcome = self.block(node.body if decided else node.orelse)
            return outcome is not None, outcome
        if not assigns(node):
            return False, None
        if not isinstance(test, Formula):
            return self._unread_if(node, test)
        return self._both(node, test, rest)

    def _unread_if(self, node: ast.If, test: Value) -> tuple[bool, Outcome | None]:
        reason = test.reason if isinstance(test, Unread) else "a test that is not followed"
        for name in assigned_names(node):
            self._miss(name, f"under a test that was not read: {reason}", node)
            self.scope.bind(name, Unread(reason, self.at(node)), self._next())
        returns = any(isinstance(one, ast.Return) for one in ast.walk(node))
        return returns, Outcome("return", Unread(reason, self.at(node))) if returns else None

    def _both(
        self, node: ast.If, test: Formula, rest: list[ast.stmt]
    ) -> tuple[bool, Outcome | None]:
        """Follow both branches and choose between what they assign or return."""
        yes, no = self.side(node.body), self.side(node.orelse)
        one, other = yes.outcome, no.outcome
        if one is not None and one.kind == "return":
            if other is None:
                self.merge(node, test, no.unnamed, no)
                other = self.block(rest)
            return True, self._chosen(node, test, one, other)
        if other is not None and other.kind == "return":
            self.merge(node, test, yes, yes.unnamed)
            return True, self._chosen(node, test, self.block(rest), other)
        self.merge(node, test, yes, no)
        return False, None

    def _chosen(
        self, node: ast.If, test: Formula, one: Outcome | None, other: Outcome | None
    ) -> Outcome:
        values = [outcome.value if outcome else None for outcome in (one, other)]
        if all(isinstance(value, Formula) for value in values):
            return Outcome("return", Apply("select", (test, *values), self.at(node)))  # type: ignore[arg-type]
        return Outcome("return", Unread("a function that returns different things", self.at(node)))


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and ast.unparse(test.left) == "__name__"


def assigns(node: ast.stmt) -> bool:
    kinds = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return
    return any(isinstance(one, kinds) for one in ast.walk(node))


def assigned_names(node: ast.stmt) -> list[str]:
    found: dict[str, None] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        found[name.id] = None
    return list(found)
