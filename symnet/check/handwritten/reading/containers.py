"""Lists and dictionaries: what their methods give, and how they are copied.

In: ast.Call. Out: Value.

An entry is a reference: a list that is copied holds the same arrays, and only ``deepcopy`` makes
new ones.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import Formula, Literal, Reading
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.own import Own
from symnet.check.handwritten.reading.values import Items, Nothing, Table, Unread, Value, Words


class Containers(Own):
    """Follows what is done with lists and dictionaries."""

    def fresh(self, value: Formula) -> Reading:
        """Return a new array like another."""
        raise NotImplementedError

    def copied(self, value: Items | Table, deep: bool) -> Items | Table:
        """Copy a list or a dictionary, with its arrays or without."""

        def entry(one: Value) -> Value:
            one = self.current(one)
            if not deep or isinstance(one, Literal):
                return one
            if isinstance(one, Items | Table):
                return self.copied(one, deep)
            return self.fresh(one) if isinstance(one, Formula) else one

        if isinstance(value, Items):
            return Items([entry(one) for one in value.values], value.tuple)
        return Table({key: entry(one) for key, one in value.values.items()})

    def _same(self, name: str, value: Value, node: ast.Call) -> Value:
        if isinstance(value, Table) and name in ("copy", "deepcopy"):
            return self.copied(value, name == "deepcopy")
        if isinstance(value, Items) and name in ("list", "tuple", "copy", "deepcopy"):
            return self.copied(value, name == "deepcopy")
        return super()._same(name, value, node)

    def _python_dict(self, node: ast.Call) -> Value:
        made, given = Table({}), [self.expression(one) for one in node.args]
        if len(given) > 1 or not all(self.taken_in(made, one) for one in given):
            return Unread("a dictionary of something unknown", self.at(node))
        for one in node.keywords:
            if one.arg is None:
                return Unread("a dictionary whose keys are not constants", self.at(node))
            made.values[one.arg] = self.expression(one.value)
        return made

    def taken_in(self, table: Table, value: Value) -> bool:
        """Put the entries of a dictionary, or of pairs, into another, if they are known."""
        if isinstance(value, Table):
            table.values.update(self.copied(value, deep=False).values)  # type: ignore[arg-type]
            return True
        pairs = value.values if isinstance(value, Items) else [Nothing()]
        for one in pairs:
            found = one.values if isinstance(one, Items) else []
            key = self.key(found[0]) if len(found) == 2 else None
            if key is None:
                return False
            table.values[key] = self.current(found[1])
        return True

    def table_method(self, owner: Table, name: str, node: ast.Call) -> Value:
        """Follow a method of a dictionary."""
        if name in ("values", "keys", "items") and not node.args:
            return self._listed(owner, name)
        if name == "copy":
            return self.copied(owner, deep=False)
        if name == "update":
            made = self._python_dict(node)
            if isinstance(made, Table):
                self.memory.touch(owner)
                owner.values.update(made.values)
                return Nothing()
        if name == "get" and node.args:
            key = self.key(self.expression(node.args[0]))
            if key is not None and key in owner.values:
                return self.placed(owner.values[key], node)
        return Unread(f"the method {name} is not followed", self.at(node))

    def _listed(self, owner: Table, name: str) -> Value:
        values: list[Value] = [self.current(one) for one in owner.values.values()]
        keys: list[Value] = [
            Words((key,)) if isinstance(key, str) else Literal(key) for key in owner.values
        ]
        if name == "items":
            return Items([Items([*one], tuple=True) for one in zip(keys, values, strict=True)])
        return Items(keys if name == "keys" else values)

    def list_method(self, owner: Items, name: str, node: ast.Call) -> Value:
        """Follow a method of a list."""
        given = [self.expression(one) for one in node.args]
        if name == "copy":
            return self.copied(owner, deep=False)
        self.memory.touch(owner)
        if len(owner.values) < LONGEST and self._changed_list(owner, name, given):
            return Nothing()
        if name == "pop" and len(given) <= 1:
            at = self.whole(given[0]) if given else -1
            if at is not None and -len(owner.values) <= at < len(owner.values):
                return self.current(owner.values.pop(at))
        owner.values = [Unread(f"the list was changed by {name}", self.at(node))]
        return Unread(f"the method {name} is not followed", self.at(node))

    def _changed_list(self, owner: Items, name: str, given: list[Value]) -> bool:
        """Change a list; say whether that was understood."""
        match name, given:
            case "append", [value]:
                owner.values.append(value)
            case "insert", [where, value] if (at := self.whole(where)) is not None:
                owner.values.insert(at, value)
            case "extend", [Items(values)] if len(values) < LONGEST:
                owner.values.extend([*map(self.current, values)])
            case "reverse", []:
                owner.values.reverse()
            case _:
                return False
        return True
