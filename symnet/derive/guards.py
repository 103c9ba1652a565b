"""Work that is not done where its result is known to be 0: a dead unit has nothing to pass on.

In: assignments. Out: Body: assignments and guarded sections of them.

A test that makes one adjoint 0 makes everything 0 that is a multiple of it, and an update that
subtracts only such multiples leaves its parameter as it is. What only serves those is not needed
either. All of it goes into one section that the test skips, if there is enough of it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from symnet.derive.operations import counted
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
)
from symnet.model.program import Assignment

# A section must save more operations than this: its test is not free either.
WORTH = 3


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


def guarded(items: Sequence[Assignment], outputs: Collection[str]) -> Body:
    """Put what a test makes superfluous into sections, the largest first, then inside of them."""
    tests = dict.fromkeys(test for one in items for test in _zero_tests(one.expression))
    settled = {test: _settled(items, test) for test in tests}
    return _sectioned(tuple(items), frozenset(outputs), settled)


def _zero_tests(node: Expression) -> Iterator[Comparison]:
    """Yield the tests of choices whose first branch is 0."""
    if isinstance(node, Select) and node.then == ZERO:
        yield node.test
    for part in node.parts:
        yield from _zero_tests(part)


def _sectioned(items: Body, outputs: frozenset[str], tests: Mapping[Comparison, Settled]) -> Body:
    """Take out one section after another, as long as one is worth its test."""
    while tests:
        found = [_Section(items, outputs, *one) for one in tests.items()]
        best = max(found, key=lambda one: one.saved)
        if best.saved <= WORTH:
            break
        tests = {test: one for test, one in tests.items() if test != best.test}
        body = tuple(known_false(one, best.test) for one in best.body)
        read = outputs | {name for one in best.rest for name in one.reads}
        guard = Guarded(best.test, _sectioned(body, read, tests), best.otherwise)
        items = _ordered(items, best.members, guard)
    return items


def known_false(one: Assignment, test: Comparison) -> Assignment:
    """Write an assignment for where ``test`` does not hold."""
    return Assignment(one.name, _without(one.expression, test))


def _without(node: Expression, test: Comparison) -> Expression:
    if isinstance(node, Select) and implies(node.test, test):
        return _without(node.otherwise, test)
    parts = node.parts
    return rebuilt(node, tuple(_without(one, test) for one in parts)) if parts else node


class _Section:
    """What of ``items`` a test makes superfluous, and can stand together.

    ``members``: positions; ``settled``: what a variable is where the test holds.
    """

    def __init__(
        self, items: Body, outputs: frozenset[str], test: Comparison, settled: Settled
    ) -> None:
        self.items, self.outputs, self.test, self.settled = items, outputs, test, settled
        self.readers = _readers(items)
        self.members = self._members()
        self.body = tuple(
            one
            for one in map(items.__getitem__, sorted(self.members))
            if isinstance(one, Assignment)
        )
        self.rest = tuple(one for k, one in enumerate(items) if k not in self.members)
        self.saved = counted(one.expression for one in self.body).total

    @property
    def otherwise(self) -> tuple[Assignment, ...]:
        """What the members are where they are not computed, as far as others read them."""
        read = self.outputs.union(*(one.reads for one in self.rest))
        return tuple(
            Assignment(one.name, self.settled[one.name]) for one in self.body if one.name in read
        )

    def _members(self) -> set[int]:
        """Leave out what others turn into something that members read: it must come before them."""
        refused: set[int] = set()
        while True:
            members = self._needless(refused)
            early = self._early(members)
            if not early:
                return members
            refused |= early

    def _needless(self, refused: set[int]) -> set[int]:
        """Return what is settled, and what only that reads."""
        found: set[int] = set()
        tested = names(self.test)
        for k in reversed(range(len(self.items))):
            one = self.items[k]
            if k in refused or isinstance(one, Guarded):
                continue
            if one.name in self.settled:
                found.add(k)
            elif one.name not in self.outputs and one.name not in tested:
                readers = self.readers.get(one.name, ())
                if readers and found.issuperset(readers):
                    found.add(k)
        return found

    def _early(self, members: set[int]) -> set[int]:
        """Return the members from which a way leads out of them and back in."""
        leading: set[int] = set()
        for k in reversed(range(len(self.items))):
            readers = (r for name in binds(self.items[k]) for r in self.readers.get(name, ()))
            if k not in members and any(r in members or r in leading for r in readers):
                leading.add(k)
        return {
            k
            for k in members
            if any(
                r in leading for name in binds(self.items[k]) for r in self.readers.get(name, ())
            )
        }


def _readers(items: Body) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for k, one in enumerate(items):
        for name in one.reads:
            found.setdefault(name, []).append(k)
    return found


def _settled(items: Sequence[Assignment], test: Comparison) -> Settled:
    """Return what is 0, or just another variable, wherever ``test`` holds."""
    found: dict[str, Expression] = {}
    for one in items:
        value = _value(one.expression, test, found)
        if value is not None:
            found[one.name] = value
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


def _ordered(items: Body, members: Collection[int], guard: Guarded) -> Body:
    """Put the section among the other items: after what it reads, before what reads it."""
    nodes = {k: one for k, one in enumerate(items) if k not in members} | {max(members): guard}
    home = {name: k for k, one in nodes.items() for name in binds(one)}
    before = {k: {home[n] for n in one.reads if n in home} for k, one in nodes.items()}
    after: dict[int, list[int]] = {}
    for k, needed in before.items():
        for other in needed:
            after.setdefault(other, []).append(k)
    ready = [k for k, needed in before.items() if not needed]
    heapify(ready)
    found = list[Assignment | Guarded]()
    while ready:
        k = heappop(ready)
        found.append(nodes[k])
        for later in after.get(k, ()):
            before[later].discard(k)
            if not before[later]:
                heappush(ready, later)
    return tuple(found)
