"""Names nobody knows that a claim hangs on: it is not called wrong for them.

In: Understanding, Match. Out: a name.
"""

from __future__ import annotations

from symnet.check.handwritten.formula import Binding, readings
from symnet.check.handwritten.matching import Match
from symnet.check.handwritten.understanding import Understanding


class Hidden:
    """Finds the first unknown name behind a formula, looking at every name once."""

    def __init__(self, understanding: Understanding, match: Match) -> None:
        self.understanding, self.match = understanding, match
        self._found: dict[Binding, str | None] = {}

    def behind(self, binding: Binding) -> str | None:
        """Return a name nobody knows that a claim hangs on."""
        own = self.match.unmatched.get(binding)
        return own or next(filter(None, map(self._named, self._read(binding))), None)

    def _read(self, binding: Binding) -> list[Binding]:
        formula = self.understanding.formula(binding)
        return list(dict.fromkeys(one.binding for one in readings(formula)))

    def _named(self, binding: Binding) -> str | None:
        waiting = [binding]
        while waiting:
            one = waiting[-1]
            below = self._below(one)
            unseen = [each for each in below if each not in self._found]
            waiting += unseen
            if not unseen:
                waiting.pop()
                names = (self._found[each] for each in below)
                own = self.match.unmatched.get(one)
                self._found[one] = own or next(filter(None, names), None)
        return self._found[binding]

    def _below(self, binding: Binding) -> list[Binding]:
        if binding in self._found or binding in self.understanding.meanings:
            return []
        return self._read(binding)
