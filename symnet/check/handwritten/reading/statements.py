"""Python files followed statement by statement, symbolically.

In: the cells of a file. Out: Text: what was assigned, printed and not read.

Nothing is executed: a statement only says which formula a name stands for from there on. Loops
over what is known are followed pass by pass; long ones for their first passes.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.reading import library
from symnet.check.handwritten.reading.functions import Functions
from symnet.check.handwritten.reading.text import (
    MOST_STATEMENTS,
    Outcome,
    TooLongError,
)
from symnet.check.handwritten.reading.values import (
    Library,
    Nothing,
    Unread,
)


class Statements(Functions):
    """Follows statements one after the other."""

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

    def _follow_global(self, node: ast.Global) -> None:
        for file in [*self.scope.outer][-1:]:
            self.scope.elsewhere.update(dict.fromkeys(node.names, file))

    def _follow_nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            found = (one for one in self.scope.outer if name in one.history)
            self.scope.elsewhere[name] = next(found, self.scope)

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
