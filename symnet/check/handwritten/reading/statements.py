"""Python files followed statement by statement, symbolically.

In: the cells of a file. Out: Text: what was assigned, printed and not read.

Nothing is executed: a statement only says which formula a name stands for from there on. Loops
over what is known are followed pass by pass; long ones for their first passes.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from symnet.check.handwritten.formula import Apply, Binding, Formula, Literal, Reading, Scope, Span
from symnet.check.handwritten.reading import library
from symnet.check.handwritten.reading.calls import Calls
from symnet.check.handwritten.reading.recognition import Label, recognised
from symnet.check.handwritten.reading.values import (
    Class,
    Counting,
    Function,
    Instance,
    Items,
    Library,
    Nothing,
    Table,
    Unread,
    Value,
)

MOST_STATEMENTS = 20_000
MOST_PASSES = 32
FEW_PASSES = 2
DEEPEST_CALL = 12


class TooLongError(Exception):
    """More statements than are followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """An assignment that was not read: name, reason, place."""

    name: str
    reason: str
    at: Span


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Something printed, or the value a cell ends in: words and formulas in turn."""

    parts: tuple[str | Formula, ...]
    at: Span
    order: int


@dataclass(slots=True, eq=False)
class Text:
    """All that was read.

    ``whole_until``: from this binding on the numbers of the file are not known, because a loop
    was followed for its first passes only. ``asked``: the quantities the user says names are.
    """

    bindings: list[Binding] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    whole_until: int | None = None
    notes: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a block ended early: by return, with a value, by break or by continue."""

    kind: str
    value: Value | None = None


class Statements(Calls):
    """Follows statements; keeps what they assign."""

    def __init__(self, labels: tuple[Label, ...] = ()) -> None:
        super().__init__()
        self.text = Text()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self._labels, self._count, self._order, self._depth = labels, 0, 0, 0
        self._trial = 0

    def block(self, body: list[ast.stmt]) -> Outcome | None:
        """Follow statements up to the first that ends the block."""
        for position, statement in enumerate(body):
            self._count += 1
            if self._count > MOST_STATEMENTS:
                raise TooLongError
            outcome: Outcome | None
            if isinstance(statement, ast.If):
                decided, outcome = self._if(statement, body[position + 1 :])
                if decided:
                    return outcome
                continue
            handler = getattr(self, f"_follow_{type(statement).__name__.lower()}", None)
            if handler is not None and (outcome := handler(statement)) is not None:
                found: Outcome = outcome
                return found
        return None

    # ---- assignments

    def _follow_assign(self, node: ast.Assign) -> None:
        value = self.expression(node.value)
        for target in node.targets:
            self.assign(target, value, node)

    def _follow_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.expression(node.value), node)

    def _follow_augassign(self, node: ast.AugAssign) -> None:
        old = self.expression(_as_read(node.target))
        if isinstance(old, Items) and isinstance(node.op, ast.Add):
            added = self.expression(node.value)
            if isinstance(added, Items):
                old.values.extend(added.values)
                return
        value = self.formula(node.value)
        self.assign(
            node.target,
            self.operation(node, node.op, self.as_formula(old, node.target), value),
            node,
        )

    def assign(self, target: ast.expr, value: Value, node: ast.stmt) -> None:
        """Bind a target to a value."""
        match target:
            case ast.Name(name):
                self.scope_of(name).bind(name, self.named(name, value, node), self._next())
            case ast.Tuple(elements) | ast.List(elements):
                self._unpack(elements, value, node)
            case ast.Attribute():
                self._assign_attribute(target, value, node)
            case ast.Subscript():
                self._assign_element(target, value, node)
            case _:
                self._miss(ast.unparse(target)[:60], "this target is not followed", node)

    def scope_of(self, name: str) -> Scope:
        """Return the scope a name is bound in."""
        return self.scope

    def _next(self) -> int:
        self._order += 1
        return self._order

    def named(self, name: str, value: Value, node: ast.AST, kind: str = "assigned") -> Value:
        """Give a value a name: a formula becomes a binding, a list's elements one each."""
        if isinstance(value, Formula):
            return Reading(self.bind(name, value, node, kind), self.at(node))
        if isinstance(value, Items):
            return Items(
                [self._element(f"{name}[{k}]", one, node) for k, one in enumerate(value.values)],
                value.tuple,
            )
        if isinstance(value, Table):
            return Table(
                {k: self._element(f"{name}[{k!r}]", one, node) for k, one in value.values.items()}
            )
        if isinstance(value, Unread):
            if value.numeric:
                self._miss(name, value.reason, node)
            return Unread(value.reason, self.at(node), value.numeric)
        return value

    def _element(self, name: str, value: Value, node: ast.AST) -> Value:
        if isinstance(value, Reading) and not value.binding.name.startswith("("):
            return value
        return self.named(name, value, node)

    def bind(self, name: str, formula: Formula, node: ast.AST, kind: str = "assigned") -> Binding:
        """Record an assignment."""
        made = Binding(self._next(), name, formula, self.at(node), self.scope, kind)
        self.text.bindings.append(made)
        if len(self.text.bindings) > MOST_STATEMENTS:
            raise TooLongError
        return made

    def _miss(self, name: str, reason: str, node: ast.AST) -> None:
        self.text.missed.append(Missed(name, reason, self.at(node)))

    def _unpack(self, elements: list[ast.expr], value: Value, node: ast.stmt) -> None:
        found: list[Value] | None
        if isinstance(value, Formula):
            found = [Apply("index", (value,), self.at(node), (k,)) for k in range(len(elements))]
        elif isinstance(value, Unread):
            found = [value] * len(elements)
        else:
            found = self.elements(value, elements[0])
        if found is None or len(found) != len(elements):
            found = [Unread("what is unpacked does not have as many parts")] * len(elements)
        for target, one in zip(elements, found, strict=True):
            self.assign(target, one, node)

    def _assign_attribute(self, target: ast.Attribute, value: Value, node: ast.stmt) -> None:
        owner = self.expression(target.value)
        if not isinstance(owner, Instance):
            self._miss(ast.unparse(target)[:60], "an attribute of something unknown", node)
            return
        name = f"{owner.name}.{target.attr}"
        owner.attributes.bind(target.attr, self.named(name, value, node), self._next())

    def _assign_element(self, target: ast.Subscript, value: Value, node: ast.stmt) -> None:
        owner, base = self.expression(target.value), ast.unparse(target.value)
        if isinstance(owner, Table):
            key = self.key(self.expression(target.slice))
            if key is not None:
                owner.values[key] = self._element(f"{base}[{key!r}]", value, node)
                return
        indices = self.indices(target.slice)
        if (
            isinstance(owner, Items)
            and indices
            and self._into_list(owner, base, indices, value, node)
        ):
            return
        if isinstance(owner, Formula):
            self._into_array(target, owner, indices, value, node)
            return
        self._miss(ast.unparse(target)[:60], "an element that is not known", node)

    def _into_list(
        self, owner: Items, base: str, indices: tuple[Any, ...], value: Value, node: ast.stmt
    ) -> bool:
        for position, index in enumerate(indices):
            if not isinstance(index, int) or not -len(owner.values) <= index < len(owner.values):
                return False
            if position == len(indices) - 1:
                index %= len(owner.values)
                owner.values[index] = self.named(f"{base}[{index}]", value, node)
                return True
            inner = owner.values[index]
            if not isinstance(inner, Items):
                return False
            owner, base = inner, f"{base}[{index}]"
        return False

    def _into_array(
        self,
        target: ast.Subscript,
        owner: Formula,
        indices: tuple[Any, ...] | None,
        value: Value,
        node: ast.stmt,
    ) -> None:
        """Follow ``W[0, 1] = value`` and ``dZ[Z <= 0] = 0``."""
        new = self.as_formula(value, target)
        if indices is not None:
            if isinstance(new, Formula):
                name = ast.unparse(target)[:60]
                new = Reading(self.bind(name, new, node), self.at(node))
            changed = self.apply("replaced", node, [owner, new], *indices)
        else:
            changed = self.apply("select", node, [self.formula(target.slice), new, owner])
        if isinstance(changed, Formula) and not isinstance(target.value, ast.Subscript):
            self.assign(target.value, changed, node)
        else:
            self._miss(ast.unparse(target)[:60], "an element that is not known", node)

    # ---- what prints, and other expressions

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

    # ---- imports, names, blocks

    def _follow_import(self, node: ast.Import) -> None:
        for one in node.names:
            name = one.asname or one.name.partition(".")[0]
            path = one.name if one.asname else name
            self.scope.bind(name, Library(path), self._next())

    def _follow_importfrom(self, node: ast.ImportFrom) -> None:
        for one in node.names:
            if one.name == "*":
                self._import_all(node.module or "")
            else:
                name = one.asname or one.name
                self.scope.bind(name, Library(f"{node.module}.{one.name}"), self._next())

    def _import_all(self, module: str) -> None:
        for name in (*library.ELEMENTWISE, *library.FOLDED, *library.FILLED, "array", "pi"):
            if module in library.NUMERIC and self.scope.get(name) is None:
                self.scope.bind(name, Library(f"{module}.{name}"), self._next())

    def _follow_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                gone = Unread(f"{target.id} was deleted", self.at(node))
                self.scope.bind(target.id, gone, self._next())

    def _follow_with(self, node: ast.With) -> Outcome | None:
        return self.block(node.body)

    def _follow_try(self, node: ast.Try) -> Outcome | None:
        return self.block(node.body) or self.block(node.orelse) or self.block(node.finalbody)

    def _follow_return(self, node: ast.Return) -> Outcome:
        return Outcome("return", Nothing() if node.value is None else self.expression(node.value))

    def _follow_break(self, node: ast.Break) -> Outcome:
        return Outcome("break")

    def _follow_continue(self, node: ast.Continue) -> Outcome:
        return Outcome("continue")

    # ---- tests

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
        if not _assigns(node):
            return False, None
        if not isinstance(test, Formula):
            return self._unread_if(node, test)
        return self._both(node, test, rest)

    def _unread_if(self, node: ast.If, test: Value) -> tuple[bool, Outcome | None]:
        reason = test.reason if isinstance(test, Unread) else "a test that is not followed"
        for name in _assigned_names(node):
            self._miss(name, f"under a test that was not read: {reason}", node)
            self.scope.bind(name, Unread(reason, self.at(node)), self._next())
        returns = any(isinstance(one, ast.Return) for one in ast.walk(node))
        return returns, Outcome("return", Unread(reason, self.at(node))) if returns else None

    def _both(
        self, node: ast.If, test: Formula, rest: list[ast.stmt]
    ) -> tuple[bool, Outcome | None]:
        """Follow both branches and choose between what they assign or return."""
        outer = self.scope
        yes, one = self._branch(node.body, outer)
        no, other = self._branch(node.orelse, outer)
        if one is not None and one.kind == "return":
            if other is None:
                self._merge(node, test, Scope(), no)
                other = self.block(rest)
            return True, self._chosen(node, test, one, other)
        if other is not None and other.kind == "return":
            self._merge(node, test, yes, Scope())
            return True, self._chosen(node, test, self.block(rest), other)
        self._merge(node, test, yes, no)
        return False, None

    def _branch(self, body: list[ast.stmt], outer: Scope) -> tuple[Scope, Outcome | None]:
        self.scope = Scope(outer)
        try:
            outcome = self.block(body)
            return self.scope, outcome
        finally:
            self.scope = outer

    def _chosen(
        self, node: ast.If, test: Formula, one: Outcome | None, other: Outcome | None
    ) -> Outcome:
        values = [outcome.value if outcome else None for outcome in (one, other)]
        if all(isinstance(value, Formula) for value in values):
            return Outcome("return", Apply("select", (test, *values), self.at(node)))  # type: ignore[arg-type]
        return Outcome("return", Unread("a function that returns different things", self.at(node)))

    def _merge(self, node: ast.If, test: Formula, yes: Scope, no: Scope) -> None:
        for name in dict.fromkeys((*yes.history, *no.history)):
            values = [scope.get(name) or self.scope.get(name) for scope in (yes, no)]
            if all(isinstance(value, Formula) for value in values):
                chosen: Value = Apply("select", (test, *values), self.at(node))
            else:
                chosen = Unread("assigned on one side of a test only", self.at(node), numeric=False)
            self.scope.bind(name, self.named(name, chosen, node), self._next())

    # ---- loops

    def _follow_for(self, node: ast.For) -> Outcome | None:
        value = self.expression(node.iter)
        found = self.elements(value, node.iter)
        if isinstance(value, Counting) and len(value.values) > MOST_PASSES:
            found = [Literal(k) for k in value.values[:FEW_PASSES]]
            return self._passes(node, found, len(value.values))
        if found is None:
            if _assigns(node):
                reason = (
                    value.reason if isinstance(value, Unread) else "what it runs over is not known"
                )
                for name in _assigned_names(node):
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

    # ---- functions and classes

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
        instance = Instance("self", Scope(), {})
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
        outer, place = self.scope, (self.part, self.cell, self.first, self.lines)
        self.scope = Scope(function.scope)
        self._depth += 1
        self.enter(function.part)
        try:
            for name, value in bound.items():
                self.scope.bind(name, self._argument_named(name, value, function), self._next())
            if isinstance(function.node, ast.Lambda):
                return self._returned(function, self.expression(function.node.body), function.node)
            outcome = self.block(function.node.body)
            if outcome is None or outcome.value is None:
                return Nothing()
            return self._returned(function, outcome.value, _last_return(function.node))
        finally:
            self.scope, self._depth = outer, self._depth - 1
            self.part, self.cell, self.first, self.lines = place

    def enter(self, part: int) -> None:
        """Go to the part of the file that a function stands in."""

    def _argument_named(self, name: str, value: Value, function: Function) -> Value:
        if isinstance(value, Formula):
            made = Binding(self._next(), name, value, value.at, self.scope, "argument")
            return Reading(made, value.at)
        return value

    def _returned(self, function: Function, value: Value, node: ast.AST) -> Value:
        """Name what a function returns after the function."""
        if self._trial:
            return value
        if isinstance(value, Formula) and not isinstance(value, Reading):
            return Reading(self.bind(function.name, value, node, "returned"), self.at(node))
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
        argument = Binding(self._next(), "(argument)", Apply("argument", ()), None, self.scope)
        name = function.node.args.args[0].arg
        self._trial += 1
        try:
            found = self._run(function, {name: Reading(argument)}, function.node)
        finally:
            self._trial -= 1
            del self.text.bindings[kept:], self.text.missed[missed:]
            self._order = max(order, self._order)
        if not isinstance(found, Formula):
            return None
        return recognised(found, argument, self._labels)


def _as_read(target: ast.expr) -> ast.expr:
    return target


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and ast.unparse(test.left) == "__name__"


def _assigns(node: ast.stmt) -> bool:
    kinds = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return
    return any(isinstance(one, kinds) for one in ast.walk(node))


def _assigned_names(node: ast.stmt) -> list[str]:
    found: dict[str, None] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        found[name.id] = None
    return list(found)


def _last_return(node: ast.FunctionDef) -> ast.AST:
    found = [one for one in ast.walk(node) if isinstance(one, ast.Return)]
    return found[-1] if found else node
