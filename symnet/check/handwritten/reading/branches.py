"""Tests followed: one side where the test is decided, otherwise both with a choice between them.

In: ast nodes. Out: Outcome.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from symnet.check.handwritten.formula import Apply, Binding, Formula, Reading, Scope
from symnet.check.handwritten.reading.showing import Showing
from symnet.check.handwritten.reading.text import (
    Outcome,
)
from symnet.check.handwritten.reading.values import (
    Unread,
    Value,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One branch followed: its names, what arrays became there, how it ended."""

    scope: Scope
    latest: dict[Binding, Binding]
    outcome: Outcome | None = None


class Branches(Showing):
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
        latest = self.memory.latest
        yes, no = self._side(node.body, latest), self._side(node.orelse, latest)
        one, other = yes.outcome, no.outcome
        if one is not None and one.kind == "return":
            if other is None:
                self._merge(node, test, Side(Scope(), no.latest), no)
                other = self.block(rest)
            return True, self._chosen(node, test, one, other)
        if other is not None and other.kind == "return":
            self._merge(node, test, yes, Side(Scope(), yes.latest))
            return True, self._chosen(node, test, self.block(rest), other)
        self._merge(node, test, yes, no)
        return False, None

    def _side(self, body: list[ast.stmt], latest: dict[Binding, Binding]) -> Side:
        outer = self.scope
        self.scope, self.memory.latest = Scope(outer), dict(latest)
        try:
            outcome = self.block(body)
            return Side(self.scope, self.memory.latest, outcome)
        finally:
            self.scope = outer

    def _chosen(
        self, node: ast.If, test: Formula, one: Outcome | None, other: Outcome | None
    ) -> Outcome:
        values = [outcome.value if outcome else None for outcome in (one, other)]
        if all(isinstance(value, Formula) for value in values):
            return Outcome("return", Apply("select", (test, *values), self.at(node)))  # type: ignore[arg-type]
        return Outcome("return", Unread("a function that returns different things", self.at(node)))

    def _merge(self, node: ast.If, test: Formula, yes: Side, no: Side) -> None:
        made: dict[str, Value] = {}
        for name in dict.fromkeys((*yes.scope.history, *no.scope.history)):
            values = [self._held(name, side) for side in (yes, no)]
            if all(isinstance(value, Formula) for value in values):
                made[name] = Apply("select", (test, *values), self.at(node))  # type: ignore[arg-type]
            else:
                reason = "assigned on one side of a test only"
                made[name] = Unread(reason, self.at(node), numeric=False)
        self._merge_arrays(node, test, yes.latest, no.latest)
        for name, value in made.items():
            self.scope.bind(name, self.named(name, value, node), self._next())

    def _held(self, name: str, side: Side) -> Value | None:
        """Return what a name stands for at the end of a branch."""
        self.memory.latest = side.latest
        value: Value | None = side.scope.get(name) or self.scope.get(name)
        return value and self.current(value)

    def _merge_arrays(
        self,
        node: ast.If,
        test: Formula,
        yes: dict[Binding, Binding],
        no: dict[Binding, Binding],
    ) -> None:
        """Choose between what arrays became on both sides, for their other names."""
        self.memory.latest = dict(no)
        for array in dict.fromkeys((*yes, *no)):
            one, other = yes.get(array, array), no.get(array, array)
            if one is not other:
                chosen = Apply("select", (test, Reading(one), Reading(other)), self.at(node))
                self.memory.change(array, self.handed_on(one.name, chosen).binding)


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
