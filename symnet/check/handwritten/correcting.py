"""Formulas as they are once corrections are made.

In: Understanding, Correction. Out: Formula.
"""

from __future__ import annotations

from symnet.check.handwritten.formula import Binding, Formula, rebuilt
from symnet.check.handwritten.region import Correction
from symnet.check.handwritten.understanding import Understanding


def corrected(
    understanding: Understanding, corrections: list[Correction]
) -> dict[Binding, Formula]:
    """Return the formulas that corrections change, as they should be."""
    new: dict[Formula, Formula] = {}
    owners: dict[Binding, None] = {}
    for correction in corrections:
        new.update(correction.new)
        owners.update(dict.fromkeys(correction.owners))
    return {owner: replaced(understanding.formula(owner), new) for owner in owners}


def replaced(node: Formula, new: dict[Formula, Formula]) -> Formula:
    """Exchange nodes in a formula."""
    other = new.get(node)
    if other is not None:
        return other
    if not node.parts:
        return node
    parts = tuple(replaced(one, new) for one in node.parts)
    return (
        node
        if all(a is b for a, b in zip(parts, node.parts, strict=True))
        else rebuilt(node, parts)
    )
