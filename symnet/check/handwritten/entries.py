"""Entries of a list or dictionary taken for others undone: grads['db1'] for grads['dW1'].

In: a node of a formula. Out: Change.

In a loop the other entry is another one in every pass, so it is told by the loop's counter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from symnet.check.handwritten.changes import SWAP, Change, Segment
from symnet.check.handwritten.formula import Binding, Literal, Reading, Scope
from symnet.check.handwritten.swaps import Swaps
from symnet.check.handwritten.understanding import Understanding

ENTRY = re.compile(r"^(.+)\[('?)([A-Za-z_]*)(\d+)'?\]$")


@dataclass(slots=True)
class Shelf:
    """The numbered entries of one list or dictionary, by what stands before the number."""

    name: str
    quoted: bool
    entries: dict[tuple[str, int], Binding] = field(default_factory=dict)

    def written(self, word: str, number: str) -> str:
        """Write an entry, its number as a formula in the counter."""
        return f"{self.name}[{word!r} + str({number})]" if self.quoted else f"{self.name}[{number}]"


class Entries(Swaps):
    """Proposes other entries."""

    def __init__(self, understanding: Understanding, segment: Segment) -> None:
        super().__init__(understanding, segment)
        self._shelved: dict[tuple[Scope, int], list[Shelf]] = {}

    def _other_entries(self, node: Reading, owner: Binding) -> Iterator[Change]:
        for shelf in self._shelves(owner):
            for (word, number), one in shelf.entries.items():
                if one is node.binding:
                    yield from self._same_number(node, shelf, word, number)
                    yield from self._same_word(node, shelf, word, owner)

    def _shelves(self, owner: Binding) -> list[Shelf]:
        """Return the lists and dictionaries whose entries a place can read."""
        place = (owner.scope, owner.order)
        if place not in self._shelved:
            found: dict[str, Shelf] = {}
            for name, one in self.names.visible(owner):
                match = ENTRY.match(name) if "[" in name else None
                if match:
                    base, quote, word, number = match.groups()
                    shelf = found.setdefault(base, Shelf(base, bool(quote)))
                    shelf.entries[word, int(number)] = one
            self._shelved[place] = list(found.values())
        return self._shelved[place]

    def _same_number(self, node: Reading, shelf: Shelf, word: str, number: int) -> Iterator[Change]:
        """Yield dW1 for db1."""
        own = self.segment(node.at)
        for (other, count), one in shelf.entries.items():
            if count == number and other != word:
                text = f"{shelf.name}[{f'{other}{count}'!r}]"
                if own.count(word) == 1 and word:
                    text = own.replace(word, other)
                yield self._instead(node, one, text, (shelf.name, other))

    def _same_word(
        self, node: Reading, shelf: Shelf, word: str, owner: Binding
    ) -> Iterator[Change]:
        """Yield dW of this pass, of the one before and of the next ones."""
        counters = self._counters(owner)
        for (other, count), one in () if counters else shelf.entries.items():
            if other == word and one is not node.binding:
                text = f"{shelf.name}[{f'{word}{count}'!r}]" if word else f"{shelf.name}[{count}]"
                yield self._instead(node, one, text, (shelf.name, word, count))
        for name, counter in counters:
            for apart in (-1, 0, 1, 2):
                there = shelf.entries.get((word, counter + apart))
                if there is not None:
                    sign = "-" if apart < 0 else "+"
                    number = f"{name} {sign} {abs(apart)}" if apart else name
                    text = shelf.written(word, number)
                    yield self._instead(node, there, text, (shelf.name, word, name, apart))

    def _instead(self, node: Reading, other: Binding, text: str, key: Any) -> Change:
        words = f"use {text} for {self.segment(node.at) or node.binding.name}"
        return Change("swap", SWAP, Reading(other, node.at), words, text, ("entry", *key))

    def _counters(self, owner: Binding) -> list[tuple[str, int]]:
        """Return the counters of the loops around a place, as they stand there."""
        found = []
        for name, one in self.names.visible(owner):
            formula = one.formula
            if one.kind == "counter" and isinstance(formula, Literal):
                found.append((name, int(formula.value)))
        return found
