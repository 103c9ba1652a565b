"""What expressions have in common that differ only in the names of their variables.

In: Expression. Out: its shape, and its names in the order in which they first occur.

A wide network has thousands of lines and a handful of shapes: what depends on the shape alone
(its text up to the names, its operations, its functions) is worked out once for each.
"""

from symnet.model.expression import (
    Call,
    Comparison,
    Expression,
    Number,
    Power,
    Symbol,
    substitute,
)

Shape = tuple[object, ...]
Names = tuple[str, ...]


def shaped(node: Expression) -> tuple[Shape, Names]:
    """Return the shape of ``node`` and its names; both together determine it."""
    shape: list[object] = []
    found: dict[str, int] = {}
    _walk(node, shape, found)
    return tuple(shape), tuple(found)


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
