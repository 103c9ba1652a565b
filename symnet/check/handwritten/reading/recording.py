"""Names given to values: every formula that gets a name becomes a binding of its own.

In: Value. Out: Binding, recorded in a Text.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Binding, Formula, Reading
from symnet.check.handwritten.reading.calls import Calls
from symnet.check.handwritten.reading.memory import severed
from symnet.check.handwritten.reading.text import MOST_STATEMENTS, Missed, Text, TooLongError
from symnet.check.handwritten.reading.values import Items, Table, Unread, Value


class Recording(Calls):
    """Records assignments in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Text()
        self._order = 0

    def _next(self) -> int:
        self._order += 1
        return self._order

    def bind(self, name: str, formula: Formula, node: ast.AST, kind: str = "assigned") -> Binding:
        """Record an assignment."""
        made = Binding(self._next(), name, formula, self.at(node), self.scope, kind)
        self.memory.share(made)
        self.text.bindings.append(made)
        if len(self.text.bindings) > MOST_STATEMENTS:
            raise TooLongError
        return made

    def handed_on(self, name: str, value: Formula) -> Reading:
        """Give a function's argument its name there; that is no assignment of the file's."""
        made = Binding(self._next(), name, value, value.at, self.scope, "argument")
        self.memory.share(made)
        return Reading(made, value.at)

    def fresh(self, value: Formula) -> Reading:
        name = value.binding.name if isinstance(value, Reading) else "(copy)"
        return self.handed_on(name, severed(value))

    def named(self, name: str, value: Value, node: ast.AST, kind: str = "assigned") -> Value:
        """Give a value a name: a formula becomes a binding, a list's elements one each.

        A list stays the one it is: it may have other names.
        """
        if isinstance(value, Formula):
            return Reading(self.bind(name, value, node, kind), self.at(node))
        if isinstance(value, Items):
            found = [self._element(f"{name}[{k}]", one, node) for k, one in enumerate(value.values)]
            value.values[:] = found
        if isinstance(value, Table):
            for key, one in value.values.items():
                value.values[key] = self._element(f"{name}[{key!r}]", one, node)
        if isinstance(value, Unread):
            if value.numeric:
                self._miss(name, value.reason, node)
            return Unread(value.reason, self.at(node), value.numeric)
        return value

    def _element(self, name: str, value: Value, node: ast.AST) -> Value:
        """Give an entry a name, unless it came with one; a copy is an array of its own."""
        named = isinstance(value, Reading) and not value.copied
        if named and not value.binding.name.startswith("("):  # type: ignore[union-attr]
            return value
        return self.named(name, value, node)

    def _miss(self, name: str, reason: str, node: ast.AST) -> None:
        self.text.missed.append(Missed(name, reason, self.at(node)))
        if len(self.text.missed) > MOST_STATEMENTS:
            raise TooLongError
