"""Loops and comprehensions followed pass by pass, long loops for their first passes.

In: ast nodes. Out: Outcome.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symnet.check.handwritten.formula import Binding, Formula, Literal, Reading, Scope
from symnet.check.handwritten.reading.branches import Branches, assigned_names, assigns
from symnet.check.handwritten.reading.text import (
    Outcome,
)
from symnet.check.handwritten.reading.values import (
    Counting,
    Items,
    Nothing,
    Table,
    Unread,
    Value,
)

# How many passes are followed; if all do the same, as over epochs; and of loops that are longer.
MOST_PASSES, MOST_ALIKE, FEW_PASSES = 32, 8, 2


def lost(node: ast.For) -> Iterator[tuple[ast.Assign, str]]:
    """Yield where a loop's own name gets a new value that nothing reads: ``w = w - rate * dw``."""
    own = _names(node.target)
    for position, statement in enumerate(node.body):
        match statement:
            case ast.Assign([ast.Name(name)], value) if name in own & _names(value):
                later = [_names(one) for one in node.body[position + 1 :]]
                if not any(name in one for one in later):
                    yield statement, name


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


class Loops(Branches):
    """Follows ``for`` and ``while``."""

    def _follow_for(self, node: ast.For) -> Outcome | None:
        self.text.lost.update((self.at(one), name) for one, name in lost(node))
        value = self.expression(node.iter)
        found = self.elements(value, node.iter)
        most = MOST_ALIKE if _alike(node) else MOST_PASSES
        if isinstance(value, Counting) and len(value.values) > most:
            found = [Literal(k) for k in value.values[:FEW_PASSES]]
            return self._passes(node, found, len(value.values))
        if found is None:
            if assigns(node):
                reason = (
                    value.reason if isinstance(value, Unread) else "what it runs over is not known"
                )
                for name in assigned_names(node):
                    self._miss(name, f"in a loop that was not followed: {reason}", node)
                    self.scope.bind(name, Unread(reason, self.at(node)), self._next())
            return None
        few = found[:FEW_PASSES] if len(found) > MOST_PASSES else found
        return self._passes(node, few, len(found))

    def _follow_while(self, node: ast.While) -> Outcome | None:
        test = self.decided(self.expression(node.test))
        if test is False:
            return None
        return self._passes(node, [Nothing()] * FEW_PASSES, None)

    def _passes(
        self, node: ast.For | ast.While, values: list[Value], total: int | None
    ) -> Outcome | None:
        for value in values:
            if isinstance(node, ast.For):
                counter = isinstance(value, Literal) and value.at is None
                self._loop_name(node, value, counter)
            outcome = self.block(node.body)
            if outcome is not None and outcome.kind == "return":
                return outcome
            if outcome is not None and outcome.kind == "break":
                break
        if total != len(values) and not self._trial:
            self.text.whole_until = self.text.whole_until or self._order
        return None

    def _loop_name(self, node: ast.For, value: Value, counter: bool) -> None:
        if counter and isinstance(node.target, ast.Name) and isinstance(value, Formula):
            made = self.named(node.target.id, value, node.target, "counter")
            self.scope.bind(node.target.id, made, self._next())
            return
        if isinstance(node.target, ast.Tuple) and isinstance(value, Items):
            first = value.values[0] if value.values else None
            if isinstance(first, Literal) and first.at is None:
                target, *rest = node.target.elts
                if isinstance(target, ast.Name):
                    made = self.named(target.id, first, target, "counter")
                    self.scope.bind(target.id, made, self._next())
                    self._unpack(rest, Items(value.values[1:]), node)
                    return
        self.assign(node.target, value, node)

    def _read_listcomp(self, node: ast.ListComp | ast.GeneratorExp) -> Value:
        outer, self.scope = self.scope, Scope(self.scope)
        try:
            return self._comprehended(node, node.generators)
        finally:
            self.scope = outer

    _read_generatorexp = _read_listcomp

    def _comprehended(
        self, node: ast.ListComp | ast.GeneratorExp, generators: list[ast.comprehension]
    ) -> Value:
        if not generators:
            return Items([self.expression(node.elt)])
        first = generators[0]
        found = self.elements(self.expression(first.iter), first.iter)
        if found is None or len(found) > MOST_PASSES * 4:
            return Unread("a comprehension over something unknown", self.at(node))
        results: list[Value] = []
        for value in found:
            self._bind_quietly(first.target, value)
            tests = [self.decided(self.expression(one)) for one in first.ifs]
            if None in tests:
                return Unread("a comprehension with a test", self.at(node))
            if all(tests):
                inner = self._comprehended(node, generators[1:])
                if not isinstance(inner, Items):
                    return inner
                results += inner.values
        return Items(results)

    def _read_dictcomp(self, node: ast.DictComp) -> Value:
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        outer, self.scope = self.scope, Scope(self.scope)
        try:
            found = self._comprehended(
                ast.copy_location(ast.ListComp(pair, node.generators), node), node.generators
            )
        finally:
            self.scope = outer
        made = Table({})
        if isinstance(found, Items) and self.taken_in(made, found):
            return made
        return Unread("a dictionary whose keys are not constants", self.at(node))

    def _bind_quietly(self, target: ast.expr, value: Value) -> None:
        """Bind a comprehension's name to a value without a record of its own."""
        if isinstance(target, ast.Name):
            if isinstance(value, Literal):
                made = Binding(self._next(), target.id, value, value.at, self.scope, "counter")
                value = Reading(made, value.at)
            self.scope.bind(target.id, value, self._next())
        elif isinstance(target, ast.Tuple | ast.List):
            parts = self.elements(value, target)
            for one, part in zip(target.elts, parts or [], strict=False):
                self._bind_quietly(one, part)


def _alike(node: ast.For) -> bool:
    """Tell whether all passes do the same: what counts them is only looked at, as to print it."""
    if not isinstance(node.target, ast.Name):
        return False
    working = (one for part in node.body for one in ast.walk(part) if _works(one))
    names = (one for part in working for one in ast.walk(part) if isinstance(one, ast.Name))
    return all(one.id != node.target.id for one in names)


def _works(node: ast.AST) -> bool:
    """Tell whether a statement may change what a name stands for; to print does not."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) != "print"
    return isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.Return)
