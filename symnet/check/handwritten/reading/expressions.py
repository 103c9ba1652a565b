"""Python expressions read into formulas; nothing is evaluated but whole numbers.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast

from symnet.check.handwritten.formula import (
    Formula,
    Known,
    Literal,
)
from symnet.check.handwritten.reading.elements import Elements
from symnet.check.handwritten.reading.values import (
    Instance,
    Library,
    Method,
    Nothing,
    Unread,
    Value,
    Words,
)


class Expressions(Elements):
    """Reads expressions in a scope; a subclass runs statements and calls."""

    def _read_constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bool):
            return Literal(node.value, self.at(node))
        if isinstance(node.value, int | float):
            if isinstance(node.value, int) and node.value.bit_length() > 1024:
                return Unread("a number with too many digits", self.at(node))
            return Literal(node.value, self.at(node))
        if isinstance(node.value, str):
            return Words((node.value,))
        if node.value is None:
            return Nothing()
        if node.value is Ellipsis:
            return Words(("...",))
        return Unread(f"{node.value!r:.40} is not a number", self.at(node))

    def _read_name(self, node: ast.Name) -> Value:
        found = self.scope.get(node.id)
        if found is None:
            return self.unbound(node)
        return self.placed(found, node)

    def unbound(self, node: ast.Name) -> Value:
        """Read a name the file does not bind."""
        return Unread(f"{node.id} is not defined", self.at(node))

    def _read_attribute(self, node: ast.Attribute) -> Value:
        owner = self.expression(node.value)
        if isinstance(owner, Library):
            if node.attr == "pi":
                return Known("pi", at=self.at(node))
            return Library(f"{owner.path}.{node.attr}")
        if isinstance(owner, Instance):
            found = owner.attributes.get(node.attr) or owner.methods.get(node.attr)
            if found is None:
                return Unread(f"{ast.unparse(node)[:40]} is not defined", self.at(node))
            return self.placed(found, node)
        if isinstance(owner, Formula) and node.attr == "T":
            return self.apply("transpose", node, [owner])
        if isinstance(owner, Formula) and node.attr == "size":
            return self.apply("size", node, [owner], None)
        if isinstance(owner, Unread):
            return owner
        return Method(owner, node.attr)
