"""Sections that a test skips, and what a test settles: a dead unit has nothing to pass on.

In: assignments. Out: Guarded; what each variable is wherever a test holds.

A test that makes one adjoint 0 makes everything 0 that is a multiple of it, and an update that
subtracts only such multiples leaves its parameter as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from symnet.model.expression import (
    ZERO,
    Comparison,
    Expression,
    Negative,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    names,
    rebuilt,
    walk,
)
from symnet.model.program import Assignment


@dataclass(frozen=True, slots=True)
class Guarded:
    """``body`` is computed unless ``test`` holds; then what others read of it is ``otherwise``."""

    test: Comparison
    body: "Body"
    otherwise: tuple[Assignment, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The names that it uses from outside."""
        inside = {name for one in self.body for name in binds(one)}
        parts = (*self.body, *self.otherwise)
        used = (*names(self.test), *(name for one in parts for name in one.reads))
        return tuple(name for name in dict.fromkeys(used) if name not in inside)


Body = tuple[Assignment | Guarded, ...]
Settled = Mapping[str, Expression]


def binds(one: Assignment | Guarded) -> tuple[str, ...]:
    """Return the names that are assigned."""
    if isinstance(one, Assignment):
        return (one.name,)
    return tuple(name for inner in one.body for name in binds(inner))


def implies(one: Comparison, other: Comparison) -> bool:
    """Say whether ``other`` holds wherever ``one`` does."""
    same = (one.left, one.right) == (other.left, other.right)
    return same and one.operator in (other.operator, other.operator.removesuffix("="))


def known_false(one: Assignment, test: Comparison) -> Assignment:
    """Write an assignment for where ``test`` does not hold."""
    return Assignment(one.name, _without(one.expression, test))


def _without(node: Expression, test: Comparison) -> Expression:
    if isinstance(node, Select) and implies(node.test, test):
        return _without(node.otherwise, test)
    parts = node.parts
    return rebuilt(node, tuple(_without(one, test) for one in parts)) if parts else node


def settling(items: Sequence[Assignment]) -> dict[Comparison, Settled]:
    """Return, for each test that makes something 0, all that it settles."""
    chosen: dict[tuple[Expression, Expression], list[int]] = {}
    tests: dict[Comparison, None] = {}
    readers: dict[str, list[int]] = {}
    for k, one in enumerate(items):
        for name in one.reads:
            readers.setdefault(name, []).append(k)
        for node in walk(one.expression):
            if isinstance(node, Select):
                chosen.setdefault((node.test.left, node.test.right), []).append(k)
                tests |= {node.test: None} if node.then == ZERO else {}
    return {test: _settled(items, test, chosen[test.left, test.right], readers) for test in tests}


def _settled(
    items: Sequence[Assignment],
    test: Comparison,
    start: Sequence[int],
    readers: Mapping[str, Sequence[int]],
) -> Settled:
    """Return what is 0, or just another variable, wherever ``test`` holds, and only because of it.

    ``start``: the lines that have such a test. What reads a settled line comes behind it, so in
    the order of the lines none is looked at too early.
    """
    found: dict[str, Expression] = {}
    waiting, seen = sorted({*start}), {*start}
    while waiting:
        one = items[heappop(waiting)]
        value = _value(one.expression, test, found)
        if value is None:
            continue
        found[one.name] = value
        for k in readers.get(one.name, ()):
            if k not in seen:
                seen.add(k)
                heappush(waiting, k)
    return found


def _value(node: Expression, test: Comparison, settled: Settled) -> Expression | None:
    """Return 0 or the variable that ``node`` is; None for anything else."""

    def value(part: Expression) -> Expression | None:
        return _value(part, test, settled)

    match node:
        case Symbol(name):
            return settled.get(name, node)
        case Product(factors):
            return ZERO if any(value(one) == ZERO for one in factors) else None
        case Quotient(part, _) | Negative(part):
            return ZERO if value(part) == ZERO else None
        case Sum(terms):
            kept = [one for one in terms if value(one) != ZERO]
            return value(kept[0]) if len(kept) == 1 else None if kept else ZERO
        case Select(other, then, otherwise):
            now = value(then)
            same = implies(test, other) or now == value(otherwise)
            return now if same else None
    return ZERO if node == ZERO else None


def assignments(body: Body) -> Iterator[Assignment]:
    """Yield all assignments in the order in which they stand."""
    for one in body:
        if isinstance(one, Guarded):
            yield from one.otherwise
            yield from assignments(one.body)
        else:
            yield one
