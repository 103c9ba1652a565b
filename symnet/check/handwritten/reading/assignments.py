"""Names bound to values: every formula that gets a name becomes a binding of its own.

In: ast nodes. Out: Assignments, which fill a Text.
"""

from __future__ import annotations

import ast
from typing import Any

from symnet.check.handwritten.formula import Apply, Formula, Reading
from symnet.check.handwritten.reading.changed import Changed
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.recognition import Label
from symnet.check.handwritten.reading.text import (
    Outcome,
)
from symnet.check.handwritten.reading.values import (
    Class,
    Function,
    Instance,
    Items,
    Table,
    Unread,
    Value,
)


class Assignments(Changed):
    """Binds names, elements and attributes; a subclass follows the statements."""

    def __init__(self, labels: tuple[Label, ...] = ()) -> None:
        super().__init__()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self._labels, self._count, self._depth = labels, 0, 0
        self._trial = 0

    def block(self, body: list[ast.stmt]) -> Outcome | None:
        """Follow statements up to the first that ends the block."""
        raise NotImplementedError

    def enter(self, part: int) -> None:
        """Go to the part of the file that a function stands in."""

    def _follow_assign(self, node: ast.Assign) -> None:
        value = self.expression(node.value)
        for target in node.targets:
            self.assign(target, value, node)

    def _follow_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.expression(node.value), node)

    def _follow_augassign(self, node: ast.AugAssign) -> None:
        old = self.expression(node.target)
        if isinstance(old, Items) and isinstance(node.op, ast.Add):
            added = self.expression(node.value)
            if isinstance(added, Items):
                self.memory.touch(old)
                # A list may be added to itself.
                old.values.extend([*map(self.current, added.values)])
                if len(old.values) > LONGEST:
                    too_long = f"a list of more than {LONGEST} entries"
                    old.values[:] = [Unread(too_long, self.at(node))]
                return
        value = self.formula(node.value)
        new = self.operation(node, node.op, self.as_formula(old, node.target), value)
        held = self.held(node.target)
        if isinstance(held, Reading) and isinstance(new, Formula) and self.holds_array(held):
            self.changed(node.target, held, new, node)
        else:
            self.assign(node.target, new, node)

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
        made = self.named(name, value, node)
        self._replaced(owner.attributes.get(target.attr), made)
        self.memory.touch(owner.attributes)
        owner.attributes.bind(target.attr, made, self._next())

    def _assign_element(self, target: ast.Subscript, value: Value, node: ast.stmt) -> None:
        owner, base = self.expression(target.value), ast.unparse(target.value)
        if isinstance(owner, Table):
            key = self.key(self.expression(target.slice))
            if key is not None:
                made = self._element(f"{base}[{key!r}]", value, node)
                self._replaced(owner.values.get(key), made)
                self.memory.touch(owner)
                owner.values[key] = made
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

    def _replaced(self, old: Value | None, new: Value) -> None:
        """Note what an entry was before."""
        if isinstance(old, Reading) and isinstance(new, Reading):
            self.text.before.setdefault(new.binding, old.binding)

    def _into_list(
        self, owner: Items, base: str, indices: tuple[Any, ...], value: Value, node: ast.stmt
    ) -> bool:
        for position, index in enumerate(indices):
            if not isinstance(index, int) or not -len(owner.values) <= index < len(owner.values):
                return False
            if position == len(indices) - 1:
                index %= len(owner.values)
                made = self.named(f"{base}[{index}]", value, node)
                self._replaced(owner.values[index], made)
                self.memory.touch(owner)
                owner.values[index] = made
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
        held = self.held(target.value)
        if isinstance(held, Reading) and isinstance(changed, Formula):
            self.changed(target.value, held, changed, node)
        elif not isinstance(target.value, ast.Subscript):
            self.assign(target.value, changed, node)
        else:
            self._miss(ast.unparse(target)[:60], "an element that is not known", node)
