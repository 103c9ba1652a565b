"""Calls read into formulas: Python's own functions, NumPy's, methods, functions of the file.

In: ast.Call. Out: Value.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import (
    Formula,
)
from symnet.check.handwritten.reading import library
from symnet.check.handwritten.reading.containers import Containers
from symnet.check.handwritten.reading.values import (
    Class,
    Function,
    Items,
    Library,
    Method,
    Table,
    Unread,
    Value,
    Words,
)


class Calls(Containers):
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

    def _method(self, called: Method, node: ast.Call) -> Value:
        owner, name = called.owner, called.name
        if isinstance(owner, Items):
            return self.list_method(owner, name, node)
        if isinstance(owner, Table):
            return self.table_method(owner, name, node)
        if isinstance(owner, Words):
            return self.text_method(owner, name, node)
        if isinstance(owner, Formula):
            return self._numeric(name, [owner, *node.args], node)
        return Unread(f"the method {name} is not followed", self.at(node))
