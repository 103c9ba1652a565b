"""The names of a file matched to the network's: by the user's word, by spelling, by what fits.

In: Text, Truth. Out: Match: what each given name stands for.

A name is matched by its spelling first (bias1 is b1, true_value the target). Tables of numbers are
matched by shape, and where several ways fit, the one is taken with which most formulas of the file
are quantities of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from symnet.check.handwritten.calculating.arrays import (
    Array,
    array,
    cells_of,
    index,
    shape_of,
)
from symnet.check.handwritten.candidates import Candidate, Candidates
from symnet.check.handwritten.formula import Binding, Known
from symnet.check.handwritten.leaves import Leaf
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.truth import Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import PointWorld
from symnet.errors import SpecError

# How much a table that lies another way round than the others must explain, in cells.
MIXED, NEVER_MIXED = 60, 10_000
# How many formulas decide what names stand for: the first passes of a loop do.
MOST_SCORED = 500


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What the names of a file stand for, and in words, for the reader to see.

    ``unmatched``: given names that stand for nothing known. ``absent``: inputs, targets and
    parameters of the network that no name stands for.
    """

    given: dict[Binding, Any]
    pairs: tuple[tuple[str, str], ...]
    unmatched: dict[Binding, str]
    absent: tuple[str, ...]


class Matcher(Candidates):
    """Finds the best match for the given names of a text."""

    def __init__(
        self, text: Text, truth: Truth, world: PointWorld, mapping: Mapping[str, str]
    ) -> None:
        super().__init__(text, truth, mapping)
        self.world = world

    def matches(self) -> Iterator[Match]:
        """Choose for every leaf the candidate that fits best.

        Where tables then lie different ways round, yield first what fits best if none does: one
        slip in the forward pass can make a table look turned.

        Raises:
            SpecError: the user's mapping names what is not in the file, or not in the network.
        """
        self._check_mapping()
        options = {leaf: self._ranked(leaf) for leaf in self.leaves}
        best = self._chosen(options, MIXED)
        if _mixed(one for one in best.values() if one is not None):
            straight = self._chosen(options, NEVER_MIXED)
            if straight != best:
                yield self._match(straight)
        yield self._match(best)

    def _chosen(
        self, options: dict[Leaf, list[Candidate | None]], mixed: int
    ) -> dict[Leaf, Candidate | None]:
        starts = self._starts(options)
        score = partial(self._score, mixed=mixed)
        chosen = max(starts, key=score) if len(starts) > 1 else starts[0]
        if any(len(found) > 1 for found in options.values()):
            self._improve(options, chosen, score)
        return chosen

    def _match(self, chosen: dict[Leaf, Candidate | None]) -> Match:
        pairs = tuple((leaf.name, one.label) for leaf, one in chosen.items() if one is not None)
        given = self._given(chosen)
        unmatched = {
            binding: leaf.name
            for leaf, one in chosen.items()
            for bindings in leaf.bindings.values()
            for binding in bindings
            if one is None and leaf.used
        }
        found = {known.name for meaning in given.values() for known in cells_of(meaning)}
        absent = [name for name in (*self.truth.data, *self.truth.parameters) if name not in found]
        return Match(given, pairs, unmatched, tuple(absent))

    def _starts(
        self, options: dict[Leaf, list[Candidate | None]]
    ) -> list[dict[Leaf, Candidate | None]]:
        """Return the likeliest choice, and that with all tables the one way round or the other."""
        likeliest = {leaf: found[0] for leaf, found in options.items()}
        if not any(len(found) > 1 for found in options.values()):
            return [likeliest]
        turned = [
            {leaf: _turned_like(rows, found) for leaf, found in options.items()}
            for rows in (True, False)
        ]
        return [likeliest, *turned]

    def _check_mapping(self) -> None:
        """Refuse a mapping of nothing; take note of the quantities that names are said to be."""
        names = {leaf.name for leaf in self.leaves}
        names |= {name for leaf in self.leaves for found in leaf.names.values() for name in found}
        computed = {one.name for one in self.text.bindings if not one.given}
        for name, asked in self.mapping.items():
            if name not in names and name not in computed:
                raise SpecError(f"mapping {name}={asked}: the file has no {name}")
            if asked in self.truth.definitions:
                if name not in computed:
                    raise SpecError(
                        f"mapping {name}={asked}: the file gives {name}, and {asked} is worked out"
                    )
                self.text.asked[name] = asked
                continue
            self._asked(name, asked)
            if name not in names:
                raise SpecError(
                    f"mapping {name}={asked}: the file works {name} out, and {asked} is given"
                )

    def _improve(
        self,
        options: dict[Leaf, list[Candidate | None]],
        chosen: dict[Leaf, Candidate | None],
        score: Callable[[dict[Leaf, Candidate | None]], int],
    ) -> None:
        """Try the other candidates of each leaf while more formulas make sense with them."""
        best, better = score(chosen), True
        while better:
            better = False
            for leaf, found in options.items():
                for one in found:
                    if one is chosen[leaf]:
                        continue
                    trial = {**chosen, leaf: one}
                    found_score = score(trial)
                    if found_score > best:
                        chosen[leaf], best, better = one, found_score, True

    def _score(self, chosen: dict[Leaf, Candidate | None], mixed: int) -> int:
        given = self._given(chosen)
        found = Understanding(self.text, self.truth, self.world, given, most=MOST_SCORED)
        cells = sum(len(cells_of(one.cells)) for one in found.identities.values())
        exact = sum(not one.condition for one in found.identities.values())
        score = 2 * cells + exact + len(found.updates) - len(found.reasons)
        return score - mixed * _mixed(one for one in chosen.values() if one is not None)

    def _given(self, chosen: Mapping[Leaf, Candidate | None]) -> dict[Binding, Any]:
        given: dict[Binding, Any] = {}
        for leaf, candidate in chosen.items():
            if candidate is not None:
                given.update(self._meanings(leaf, candidate))
        return given

    def _meanings(self, leaf: Leaf, candidate: Candidate) -> Iterator[tuple[Binding, Any]]:
        whole = Array(candidate.shape, tuple(range(len(candidate.names)))) if candidate.shape else 0
        first = next(iter(leaf.bindings.values()))[0].order
        for path, bindings in leaf.bindings.items():
            for binding in bindings:
                try:
                    places = index(whole, path) if path else whole
                except (IndexError, ValueError):
                    continue
                source = first if leaf.structured else binding.order
                cells = [self._known(candidate, at, source) for at in cells_of(places)]
                yield binding, array(shape_of(places), cells)

    def _known(self, candidate: Candidate, at: int, source: int) -> Known:
        """Return one cell; of data, with the row it came from."""
        name = candidate.names[at]
        if name not in self.truth.rows:
            return Known(name)
        return Known(name, 0, (source, candidate.rows[at] if candidate.rows else 0))


def _turned_like(rows: bool, found: list[Candidate | None]) -> Candidate | None:
    """Return the likeliest candidate that lies one way round; the first where none does."""
    return next((one for one in found if one is not None and one.rows_first is rows), found[0])


def _mixed(chosen: Iterable[Candidate]) -> int:
    """Count the tables that lie another way round than most: people keep to one."""
    ways = [one.rows_first for one in chosen if one.rows_first is not None]
    return min(ways.count(True), ways.count(False))
