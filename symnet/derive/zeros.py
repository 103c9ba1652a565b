"""Without what the derivation itself makes 0, and what would only be multiplied with that.

In: Program, the names of its adjoints. Out: Program.

The loss does not depend on an output that is not its own, whatever the numbers are. In floats
0 * a is NaN for an a that is infinite or NaN: left out, such an a has no effect where the loss does
not see it, as a dead unit's has none. A 0 that comes from a file, as a coefficient, stays.
"""

from collections.abc import Collection

from symnet.model.expression import (
    ZERO,
    Expression,
    Negative,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    names,
    rebuilt,
)
from symnet.model.program import Assignment, Program


def without_zeros(program: Program, adjoints: Collection[str]) -> Program:
    """Leave out the adjoints that are 0 everywhere, and everything that this makes 0."""
    zeros: set[str] = set()
    kept: list[Assignment] = []
    for one in program.assignments:
        follows = not zeros.isdisjoint(one.reads)
        if follows:
            one = Assignment(one.name, _without(one.expression, zeros))
        if (follows or one.name in adjoints) and one.expression == ZERO:
            zeros.add(one.name)
        if one.name not in zeros or one.name in program.outputs:
            kept.append(one)
    return Program(program.inputs, tuple(kept), program.outputs) if zeros else program


def _without(node: Expression, zeros: Collection[str]) -> Expression:
    """Return what is left of ``node`` where ``zeros`` are 0; what reads none of them stays."""
    if not any(name in zeros for name in names(node)):
        return node
    if isinstance(node, Symbol):
        return ZERO
    parts = tuple(_without(one, zeros) for one in node.parts)
    match node:
        case Product() if _gone(node, parts):
            return ZERO
        case Quotient() | Negative() if parts[0] == ZERO:
            return ZERO
        case Select() if parts[1] == parts[2] == ZERO:
            return ZERO
        case Sum():
            kept = tuple(one for one in parts if one != ZERO)
            return Sum(kept) if len(kept) > 1 else kept[0] if kept else ZERO
    return rebuilt(node, parts)


def _gone(node: Expression, parts: tuple[Expression, ...]) -> bool:
    """Say whether a factor has become 0 that was not written so."""
    return any(new == ZERO != old for new, old in zip(parts, node.parts, strict=True))
