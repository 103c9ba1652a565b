"""Arrays changed in place: under every name they have, and in what shows a part of them.

In: ast nodes. Out: Binding, and what the Memory holds.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Apply, Binding, Formula, Reading, Scope
from symnet.check.handwritten.reading.memory import put_into
from symnet.check.handwritten.reading.recording import Recording
from symnet.check.handwritten.reading.values import Instance, Items, Table, Value


class Changed(Recording):
    """Changes arrays in place."""

    def held(self, target: ast.expr) -> Value | None:
        """Return what a target holds, as it was bound."""
        match target:
            case ast.Name(name):
                return self.scope.get(name)  # type: ignore[no-any-return]
            case ast.Attribute(value, name):
                owner = self.expression(value)
                return owner.attributes.get(name) if isinstance(owner, Instance) else None
            case ast.Subscript(value, index):
                owner = self.expression(value)
                key = self.key(self.expression(index)) if isinstance(owner, Items | Table) else None
                if isinstance(owner, Table) and key is not None:
                    return owner.values.get(key)
                if isinstance(owner, Items) and isinstance(key, int):
                    return next(iter(owner.values[key:][:1]), None)
        return None

    def holds_array(self, value: Reading) -> bool:
        """Tell whether a name holds an array; a number is never changed in place."""
        shape = self.shape(value)
        if shape is not None:
            return shape != ()
        origin = self.memory.state(value.binding)
        while isinstance(origin.formula, Apply) and origin in self.text.before:
            origin = self.memory.state(self.text.before[origin])
        return isinstance(origin.formula, Apply) and origin.formula.options[1:] == ("array",)

    def changed(self, target: ast.expr, held: Reading, new: Formula, node: ast.stmt) -> None:
        """Change an array in place: every other name of it reads the new one."""
        state = self.memory.state(self.memory.current(held.binding))
        made = self.bind(self.called(target), new, node)
        if self.base(state) is not None:
            self._put_back(state, Reading(made, self.at(node)), made.name)
            return
        self._became(state, made)
        self.put(target, Reading(made, self.at(node)))

    def _put_back(self, state: Binding, new: Formula, name: str) -> None:
        """Change the array that a part was shown of."""
        base = self.base(state)
        if base is None:
            self._became(state, self.handed_on(name, new).binding)
            return
        whole = self.current(base)
        if isinstance(whole, Formula):
            under = self.memory.state(self.memory.current(base.binding))
            changed = put_into(state.formula, whole, new, self.shape)
            self._put_back(under, changed, name)

    def _became(self, old: Binding, new: Binding) -> None:
        """Note what an array was changed to."""
        self.text.before[new], self.text.changed[old] = old, new
        self.memory.change(old, new)

    def put(self, target: ast.expr, value: Reading) -> None:
        """Let a target hold what was made of it."""
        match target:
            case ast.Name(name):
                self.scope_of(name).bind(name, value, self._next())
            case ast.Attribute(owner, name):
                found = self.expression(owner)
                if isinstance(found, Instance):
                    self.memory.touch(found.attributes)
                    found.attributes.bind(name, value, self._next())

    def scope_of(self, name: str) -> Scope:
        """Return the scope a name is bound in."""
        return self.scope

    def called(self, target: ast.expr) -> str:
        """Return the name of a target, with the keys that it comes to."""
        if isinstance(target, ast.Attribute):
            owner = self.expression(target.value)
            return f"{owner.name}.{target.attr}" if isinstance(owner, Instance) else target.attr
        if isinstance(target, ast.Subscript):
            key = self.key(self.expression(target.slice))
            if key is not None:
                return f"{ast.unparse(target.value)}[{key!r}]"
        return ast.unparse(target)[:60]
