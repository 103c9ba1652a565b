"""What expressions have in common that differ only in the names of their variables.

In: Expression. Out: Shape, and its names in the order in which they first occur.

A wide network has thousands of lines and a handful of shapes: what depends on the shape alone
(its text up to the names, its operations, its functions) is worked out once for each.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import ClassVar

from symnet.model.expression import (
    Call,
    Comparison,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    rebuilt,
    substitute,
)

Filling = Callable[[tuple[Symbol, ...]], Expression]

Names = tuple[str, ...]


class Shape:
    """What `shaped` returns for all expressions alike: one object, so it is quick to look up."""

    __slots__ = ("_fill", "_like", "key")
    _known: ClassVar[dict[tuple[object, ...], "Shape"]] = {}

    def __init__(self, key: tuple[object, ...], node: Expression, names: Names) -> None:
        self.key = key
        self._like = node, names
        self._fill: Filling | None = None

    @property
    def kind(self) -> object:
        """The type of the node on top; a variable, which is all there is, has none."""
        return self.key[0]

    @classmethod
    def of(cls, key: tuple[object, ...], node: Expression, names: Names) -> "Shape":
        """Return the one shape with this key; ``node``, with ``names``, is of this shape."""
        return cls._known.get(key) or cls._known.setdefault(key, cls(key, node, names))

    def filled(self, names: Names) -> Expression:
        """Return the expression of this shape with these names, no two the same."""
        if self._fill is None:
            self._fill = filling(*self._like)
        return self._fill(tuple(map(Symbol, names)))

    def __reduce__(self) -> tuple[object, ...]:
        return Shape.of, (self.key, *self._like)


def shaped(node: Expression) -> tuple[Shape, Names]:
    """Return the shape of ``node`` and its names; both together determine it."""
    shape: list[object] = []
    found: dict[str, int] = {}
    _walk(node, shape, found)
    names = tuple(found)
    return Shape.of(tuple(shape), node, names), names


def filling(node: Expression, names: Names) -> Filling:
    """Return what puts symbols into ``node`` by their places among ``names``."""
    if type(node) is Symbol:
        return itemgetter(names.index(node.name))
    if not node.parts:
        return lambda symbols: node
    parts = tuple(filling(part, names) for part in node.parts)
    if isinstance(node, Negative):
        operand = parts[0]
        return lambda symbols: Negative(operand(symbols))
    kind = type(node)
    if kind is Sum or kind is Product:
        return lambda symbols: kind(tuple([part(symbols) for part in parts]))
    return lambda symbols: rebuilt(node, tuple([part(symbols) for part in parts]))


def _walk(node: Expression, shape: list[object], found: dict[str, int]) -> None:
    if type(node) is Symbol:
        shape.append(found.setdefault(node.name, len(found)))
        return
    kind = type(node)
    shape.append(kind)
    if kind in _MORE:
        shape.append(_more(node))
    for part in node.parts:
        if type(part) is Symbol:
            shape.append(found.setdefault(part.name, len(found)))
        else:
            _walk(part, shape, found)
    shape.append(None)  # where it ends


_MORE = {Number, Power, Call, Comparison}


def _more(node: Expression) -> object:
    """Return what a node has besides its parts."""
    match node:
        case Number(value):
            return value.numerator, value.denominator  # a Fraction is slow to hash
        case Power(_, exponent):
            return exponent
        case Call(function, _, options, slope):
            return function, options, slope
        case Comparison(_, operator, _):
            return operator
    return None


def numbered(node: Expression, names: Names, mark: str) -> Expression:
    """Return ``node`` with its names replaced by their places, between two ``mark``s."""
    return substitute(node, {name: Symbol(f"{mark}{k}{mark}") for k, name in enumerate(names)})


ALIAS, _ = shaped(Symbol("a"))  # of a line that only gives a value a second name
