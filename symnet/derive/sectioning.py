"""Work that is not done where its result is known to be 0, in sections that a test skips.

In: assignments. Out: Body.

What a test settles need not be computed where it holds, nor what only serves that. All of it goes
into one section, if there is enough of it. The largest section comes first; then what is left
outside of it, and what is inside, is looked at in the same way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from symnet.derive.guards import Body, Guarded, Settled, known_false, settling
from symnet.derive.operations import counted
from symnet.model.expression import Comparison, names
from symnet.model.program import Assignment

# A section must save more operations than this: its test is not free either.
WORTH = 3
# Sections inside of sections; any deeper, a unit's choice stays within its line.
DEEPEST = 8

Tests = Mapping[Comparison, Settled]


def guarded(items: Sequence[Assignment], outputs: Collection[str]) -> Body:
    """Put what a test makes superfluous into sections."""
    return _sectioned(tuple(items), frozenset(outputs), settling(items), DEEPEST)


def _sectioned(
    items: tuple[Assignment, ...], outputs: frozenset[str], tests: Tests, deep: int
) -> Body:
    """Take out one section after another, the largest first, as long as one is worth its test.

    A section only shrinks when others are taken out, so that of the largest there was is looked
    at again and taken if it is still as large.
    """
    if not tests or not deep:
        return items
    level, left = _Level(items, outputs), dict(tests)
    waiting = [(-level.saved(level.members(*one)), k, one) for k, one in enumerate(tests.items())]
    heapify(waiting)
    while waiting and -waiting[0][0] > WORTH:
        saved, number, (test, settled) = heappop(waiting)
        members = level.members(test, settled)
        now = -level.saved(members)
        if now != saved:
            heappush(waiting, (now, number, (test, settled)))
            continue
        del left[test]
        level.take(members, test, settled, left, deep - 1)
    return level.ordered()


class _Level:
    """Lines and sections by number, and which of them read which."""

    def __init__(self, items: Iterable[Assignment], outputs: frozenset[str]) -> None:
        self.outputs = outputs
        self.lines = dict(enumerate(items))
        self.sections: dict[int, Guarded] = {}
        self.home = {one.name: k for k, one in self.lines.items()}
        self.cost = {k: counted([one.expression]).total for k, one in self.lines.items()}
        self.reads = {k: self._homes(one.reads) for k, one in self.lines.items()}
        self.readers: dict[int, set[int]] = {k: set() for k in self.lines}
        for k, read in self.reads.items():
            for other in read:
                self.readers[other].add(k)

    def _homes(self, read: Iterable[str]) -> set[int]:
        return {self.home[name] for name in read if name in self.home}

    def saved(self, members: Iterable[int]) -> int:
        """Return how many operations are skipped."""
        return sum(self.cost[k] for k in members)

    def members(self, test: Comparison, settled: Settled) -> set[int]:
        """Return what a test makes superfluous, and can stand together.

        What others turn into something that members read must come before them: it is left out, as
        is what takes a member's place where the test holds.
        """
        tested = frozenset(names(test))
        known = {k for name in settled if (k := self.home.get(name)) in self.lines}
        refused: set[int] = set()
        while True:
            members = self._needless(known - refused, refused, tested)
            needed = self._early(members) | self._standing_in(members, settled)
            if not needed:
                return members
            refused |= needed

    def _needless(
        self, found: set[int], refused: Collection[int], tested: Collection[str]
    ) -> set[int]:
        """Add what only members read."""
        waiting = list(found)
        while waiting:
            for k in self.reads[waiting.pop()]:
                one = self.lines.get(k)
                if one is None or k in found or k in refused:
                    continue
                free = one.name not in self.outputs and one.name not in tested
                if free and self.readers[k] <= found:
                    found.add(k)
                    waiting.append(k)
        return found

    def _early(self, members: set[int]) -> set[int]:
        """Return the members from which a way leads out of them and back in."""
        outside = self._reached(members)
        leading = {k for k in outside if not self.readers[k].isdisjoint(members)}
        waiting = list(leading)
        while waiting:
            for k in (self.reads[waiting.pop()] & outside) - leading:
                leading.add(k)
                waiting.append(k)
        return {k for k in members if not self.readers[k].isdisjoint(leading)}

    def _standing_in(self, members: set[int], settled: Settled) -> set[int]:
        """Return the members that are what others come to where the test holds."""
        read = (one.name for k in members if self._is_read((one := self.lines[k]).name, members))
        return self._homes(other for name in read for other in names(settled[name])) & members

    def _reached(self, members: set[int]) -> set[int]:
        """Return what others make of members."""
        found = {r for k in members for r in self.readers[k]} - members
        waiting = list(found)
        while waiting:
            for k in self.readers[waiting.pop()] - found - members:
                found.add(k)
                waiting.append(k)
        return found

    def take(
        self, members: set[int], test: Comparison, settled: Settled, others: Tests, deep: int
    ) -> None:
        """Put members into a section, and what other tests make superfluous there into its own."""
        body = [self.lines[k] for k in sorted(members)]
        read = [one.name for one in body if self._is_read(one.name, members)]
        bound = {one.name for one in body}
        inner = {one: known for one, known in others.items() if not bound.isdisjoint(known)}
        alive = tuple(known_false(one, test) for one in body)
        inside = _sectioned(alive, frozenset(read), inner, deep)
        otherwise = tuple(Assignment(name, settled[name]) for name in read)
        self._put(max(members), members, Guarded(test, inside, otherwise))

    def _is_read(self, name: str, members: set[int]) -> bool:
        return name in self.outputs or not self.readers[self.home[name]] <= members

    def _put(self, place: int, members: set[int], section: Guarded) -> None:
        """Let a section stand for its members."""
        readers = set[int]().union(*(self.readers.pop(k) for k in members)) - members
        for k in members:
            for other in self.reads.pop(k) - members:
                self.readers[other].discard(k)
            self.home[self.lines.pop(k).name] = place
        for k in readers:
            self.reads[k] = self.reads[k] - members | {place}
        self.sections[place], self.readers[place] = section, readers
        self.reads[place] = self._homes(section.reads) - {place}
        for other in self.reads[place]:
            self.readers[other].add(place)

    def ordered(self) -> Body:
        """Return everything: each after what it reads, else in the order of the numbers."""
        nodes: dict[int, Assignment | Guarded] = {**self.lines, **self.sections}
        before = {k: len(read) for k, read in self.reads.items()}
        ready = [k for k, count in before.items() if not count]
        heapify(ready)
        found = list[Assignment | Guarded]()
        while ready:
            k = heappop(ready)
            found.append(nodes[k])
            for later in self.readers[k]:
                before[later] -= 1
                if not before[later]:
                    heappush(ready, later)
        return tuple(found)
