"""Which nodes a rewritten program computes on which line, where many lines became one.

In: the assignments before they are rewritten. Out: nodes by line.
"""

from collections.abc import Mapping, Sequence

from symnet.model.program import Assignment
from symnet.model.shape import ALIAS

Covered = dict[str, tuple[str, ...]]


def covered(
    program: Sequence[Assignment], lines: Mapping[str, str], equal: Mapping[str, str]
) -> Covered:
    """Return the nodes that stand in each line, its own first.

    ``lines``: whose own line one is. ``equal``: of nodes with the same value, whose line works it
    out. A node without a line is part of the lines of what reads it; a second name for a node
    stands where that node does.
    """
    first = _first(program, lines, equal)
    places: dict[str, dict[str, None]] = {}
    for one in reversed(program):
        if one.name not in first:
            home = places.setdefault(one.name, {})
            if one.name in lines:
                home = places[one.name] = {lines[one.name]: None}
            for read in one.reads:
                places.setdefault(first.get(read, read), {}).update(home)
    found: dict[str, list[str]] = {line: [node] for node, line in lines.items()}
    for one in program:
        if one.name not in lines:
            for line in places.get(first.get(one.name, one.name), ()):
                found[line].append(one.name)
    return {line: tuple(nodes) for line, nodes in found.items()}


def _first(
    program: Sequence[Assignment], lines: Mapping[str, str], equal: Mapping[str, str]
) -> dict[str, str]:
    """Return whose second name a name is; one for an input has a place of its own."""
    known = {one.name for one in program}
    found: dict[str, str] = {}
    for one in program:
        other = one.reads[0] if one.shape is ALIAS else equal.get(one.name)
        if other in known and one.name not in lines:
            found[one.name] = found.get(other, other)
    return found
