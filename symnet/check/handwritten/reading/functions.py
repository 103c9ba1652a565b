"""Functions and classes of a file: followed at each call, or recognised as an activation.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Apply, Binding, Formula, Reading, Scope, Span
from symnet.check.handwritten.reading.loops import Loops
from symnet.check.handwritten.reading.recognition import Label, recognised
from symnet.check.handwritten.reading.values import (
    Class,
    Function,
    Instance,
    Items,
    Nothing,
    Unread,
    Value,
)

DEEPEST_CALL, MOST_OBJECTS = 12, 40


class Functions(Loops):
    """Follows definitions and calls."""

    def _follow_functiondef(self, node: ast.FunctionDef) -> None:
        made = Function(node.name, node, self.scope, self.part)
        self.functions.append(made)
        self.scope.bind(node.name, made, self._next())

    def _read_lambda(self, node: ast.Lambda) -> Value:
        return Function("(lambda)", node, self.scope, self.part)

    def _follow_classdef(self, node: ast.ClassDef) -> None:
        made = Class(node.name, node, self.scope, self.part)
        self.classes.append(made)
        self.scope.bind(node.name, made, self._next())

    def make(
        self, made: Class, arguments: list[Value], named: dict[str, Value], node: ast.AST
    ) -> Value:
        """Make an object: its methods, then what ``__init__`` assigns."""
        # Objects of one class call their names alike, but are not each other's.
        instance = Instance("self" + "'" * min(len(made.made), MOST_OBJECTS), Scope(), {})
        made.made.append(self._order)
        for one in made.node.body:
            if isinstance(one, ast.FunctionDef):
                method = Function(one.name, one, made.scope, made.part, instance)
                instance.methods[one.name] = method
                self.functions.append(method)
        start = instance.methods.get("__init__")
        if start is not None:
            self.call_function(start, arguments, named, node)
        return instance

    def call_function(
        self,
        function: Function,
        arguments: list[Value],
        named: dict[str, Value],
        node: ast.AST,
    ) -> Value:
        """Follow a function of the file, unless it is one that everybody knows."""
        if not self._trial:
            function.called.append(self._order)
        label = self.label(function)
        if label is not None and len(arguments) == 1 and not named:
            part = self.as_formula(arguments[0], node)  # type: ignore[arg-type]
            return self.apply("activation", node, [part], *label)
        if self._depth >= DEEPEST_CALL:
            return Unread(f"{function.name} calls itself, or calls go too deep", self.at(node))
        bound = self._bound(function, arguments, named)
        if isinstance(bound, str):
            return Unread(f"the call of {function.name} does not fit: {bound}", self.at(node))
        return self._run(function, bound, node)

    def _bound(
        self, function: Function, arguments: list[Value], named: dict[str, Value]
    ) -> dict[str, Value] | str:
        """Give each parameter of a function its value, or say what does not fit."""
        given = function.node.args
        if given.vararg or given.kwarg:
            return "starred parameters"
        names = [one.arg for one in (*given.posonlyargs, *given.args)]
        values = [function.owner, *arguments] if function.owner else arguments
        if len(values) > len(names):
            return "too many arguments"
        bound: dict[str, Value] = dict(zip(names, values, strict=False))
        bound.update(named)
        for name, default in self._defaults(given):
            bound.setdefault(name, default)
        names += [one.arg for one in given.kwonlyargs]
        if set(bound) != set(names):
            return f"{', '.join(sorted(set(bound) ^ set(names)))}"
        return bound

    def _defaults(self, given: ast.arguments) -> list[tuple[str, Value]]:
        names = [one.arg for one in (*given.posonlyargs, *given.args)]
        pairs = list(zip(names[::-1], given.defaults[::-1], strict=False))
        pairs += [
            (one.arg, default)
            for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
            if default is not None
        ]
        return [(name, self.expression(default)) for name, default in pairs]

    def _run(self, function: Function, bound: dict[str, Value], node: ast.AST) -> Value:
        called, outer = self.at(node), self.scope
        place = self.part, self.cell, self.first, self.lines
        self.scope = Scope(function.scope)
        self._depth += 1
        self.enter(function.part)
        try:
            for name, value in bound.items():
                self.scope.bind(name, self._argument_named(name, value, function), self._next())
            if isinstance(function.node, ast.Lambda):
                value = self.expression(function.node.body)
                return self._returned(function, value, function.node, called)
            outcome = self.block(function.node.body)
            if outcome is None or outcome.value is None:
                return Nothing()
            return self._returned(function, outcome.value, _last_return(function.node), called)
        finally:
            self.scope, self._depth = outer, self._depth - 1
            self.part, self.cell, self.first, self.lines = place

    def _argument_named(self, name: str, value: Value, function: Function) -> Value:
        return self.handed_on(name, value) if isinstance(value, Formula) else value

    def _returned(self, function: Function, value: Value, node: ast.AST, called: Span) -> Value:
        """Name what a function returns after the function; it is read where that is called."""
        if self._trial:
            return value
        if isinstance(value, Formula) and not isinstance(value, Reading):
            return Reading(self.bind(function.name, value, node, "returned"), called)
        if isinstance(value, Items):
            return Items(
                [
                    self.named(f"{function.name}[{k}]", one, node, "returned")
                    if isinstance(one, Formula) and not isinstance(one, Reading)
                    else one
                    for k, one in enumerate(value.values)
                ],
                value.tuple,
            )
        if isinstance(value, Unread) and value.numeric:
            self._miss(function.name, value.reason, node)
        return value

    def label(self, function: Function) -> Label | None:
        """Recognise a function of one argument by following it on a trial argument."""
        if not function.examined:
            function.examined = True
            if len(function.node.args.args) == 1 and function.owner is None:
                function.label = self._examined(function)
        return function.label  # type: ignore[return-value]

    def _examined(self, function: Function) -> Label | None:
        kept, missed, order = len(self.text.bindings), len(self.text.missed), self._order
        latest = dict(self.memory.latest)
        argument = Binding(self._next(), "(argument)", Apply("argument", ()), None, self.scope)
        name = function.node.args.args[0].arg
        self._trial += 1
        try:
            found = self._run(function, {name: Reading(argument)}, function.node)
        finally:
            self._trial -= 1
            del self.text.bindings[kept:], self.text.missed[missed:]
            self._order = max(order, self._order)
            self.memory.latest = latest
        if not isinstance(found, Formula):
            return None
        return recognised(found, argument, self._labels)


def _last_return(node: ast.FunctionDef) -> ast.AST:
    found = [one for one in ast.walk(node) if isinstance(one, ast.Return)]
    return found[-1] if found else node
