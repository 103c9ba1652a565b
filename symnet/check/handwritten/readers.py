"""What is worked out from a name: whether something right hangs on it, or a claim.

In: Understanding, claims. Out: Readers.

Every name is looked at once, however many hang on each other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from symnet.check.handwritten.formula import Binding, readings
from symnet.check.handwritten.understanding import Understanding


class Readers:
    """The names behind quantities that are right, behind claims and behind bad claims.

    ``spoilt``: the first bad claim that a name is part of.
    """

    def __init__(
        self, original: Understanding, right: Iterable[Binding], claims: Iterable[Binding]
    ) -> None:
        self._read = reads(original)
        self._right, self._claims = list(right), list(claims)
        self.serving = set(self._below(self._right))
        self.claimed = set(self._below(self._claims, self._claims))

    def spoilt(self, bad: Iterable[Binding]) -> dict[Binding, Binding]:
        """Return the names that are part of bad claims, each with the first of these."""
        found: dict[Binding, Binding] = {}
        claims = set(self._claims)
        for claim in bad:
            for one in self._below([claim], claims, found):
                found[one] = claim
        return found

    def _below(
        self,
        starts: list[Binding],
        ends: Iterable[Binding] = (),
        known: Container[Binding] = (),
    ) -> Iterator[Binding]:
        """Yield what some names are worked out from, but nothing behind ``ends``."""
        waiting, seen, last = list(starts), set(), set(ends)
        first = set(starts)
        while waiting:
            here = waiting.pop()
            for one in self._read.get(here, ()):
                if one not in seen and one not in known:
                    seen.add(one)
                    yield one
                    if one not in last and one not in first:
                        waiting.append(one)


def reads(understanding: Understanding) -> dict[Binding, list[Binding]]:
    """Return what the formula of every name reads, those of functions' arguments included."""
    found: dict[Binding, list[Binding]] = {}
    waiting = list(understanding.text.bindings)
    while waiting:
        binding = waiting.pop()
        if binding not in found:
            found[binding] = [one.binding for one in readings(binding.formula)]
            waiting += (one for one in found[binding] if one.kind == "argument")
    return found
