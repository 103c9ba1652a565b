"""All that a claim hangs on, and changes of it.

In: Understanding, Anchor. Out: Region with its Sites, Edit, Correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symnet.check.handwritten.anchors import Anchor
from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.changes import Change
from symnet.check.handwritten.formula import Binding, Formula, Known, Reading, Span
from symnet.check.handwritten.knowledge import same_values
from symnet.check.handwritten.naming import spelling, stripped
from symnet.check.handwritten.places import Identity
from symnet.check.handwritten.truth import BATCH, SUM
from symnet.check.handwritten.understanding import Understanding


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place of the file: its nodes, one for each time it was followed, with their bindings."""

    at: Span
    nodes: tuple[tuple[Formula, Binding], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """A change at a site: what to put for each of its nodes."""

    site: Site
    change: Change
    new: dict[Formula, Formula]

    @property
    def key(self) -> Any:
        """The same for the same change of the same place."""
        return (self.site.at, self.change.key)


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """Edits that belong together."""

    edits: tuple[Edit, ...]

    @property
    def cost(self) -> float:
        """What it costs."""
        return sum(one.change.cost for one in self.edits)

    @property
    def words(self) -> str:
        """What to do."""
        return " and ".join(one.change.words for one in self.edits)

    @property
    def new(self) -> dict[Formula, Formula]:
        """What to put for which node."""
        return {old: new for one in self.edits for old, new in one.new.items()}

    @property
    def owners(self) -> set[Binding]:
        """The bindings it changes."""
        return {owner for one in self.edits for _, owner in one.site.nodes}


class Region:
    """All nodes a claim hangs on, down to what is given."""

    def __init__(self, understanding: Understanding, anchor: Anchor) -> None:
        self.understanding, self.anchor = understanding, anchor
        self.parents: dict[Any, list[Any]] = {}
        self.owners: dict[Formula, Binding] = {}
        self.bindings: list[Binding] = []
        self._at: dict[Span, list[tuple[Formula, Binding]]] = {}
        self._above: dict[tuple[Formula, ...], frozenset[Any]] = {}
        self._visit(anchor.binding)
        self.worked_out = {one for one in self.bindings if not one.given}

    def _visit(self, binding: Binding) -> None:
        waiting = [binding]
        while waiting:
            one = waiting.pop()
            self.bindings.append(one)
            formula = self.understanding.formula(one)
            self.parents.setdefault(formula, []).append(one)
            waiting += self._inside(formula, one)

    def _inside(self, formula: Formula, owner: Binding) -> list[Binding]:
        found, stack = [], [formula]
        while stack:
            node = stack.pop()
            if node in self.owners:
                continue
            self.owners[node] = owner
            for part in node.parts:
                self.parents.setdefault(part, []).append(node)
                stack.append(part)
            if isinstance(node, Reading) and node.binding not in self.understanding.meanings:
                seen = node.binding in self.parents
                self.parents.setdefault(node.binding, []).append(node)
                if not seen:
                    found.append(node.binding)
        return found

    def above(self, nodes: Iterable[Formula]) -> frozenset[Any]:
        """Return the nodes and bindings on the way from some nodes to the claim."""
        key = tuple(nodes)
        if key not in self._above:
            self._above[key] = self._found_above(key)
        return self._above[key]

    def _found_above(self, nodes: tuple[Formula, ...]) -> frozenset[Any]:
        found: set[Any] = set()
        waiting: list[Any] = list(nodes)
        while waiting:
            for parent in self.parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)

    def at(self, span: Span) -> list[tuple[Formula, Binding]]:
        """Return the nodes of a place of the file, with their bindings."""
        if not self._at:
            for node, owner in self.owners.items():
                if node.at is not None:
                    self._at.setdefault(node.at, []).append((node, owner))
        return self._at.get(span, [])

    def sites(self) -> Iterator[Site]:
        """Yield the places to change: all but data."""
        groups: dict[Span, list[tuple[Formula, Binding]]] = {}
        for node, owner in self.owners.items():
            if node.at is not None and not owner.given:
                groups.setdefault(node.at, []).append((node, owner))
        for at, nodes in groups.items():
            kinds: dict[Any, list[tuple[Formula, Binding]]] = {}
            for node, owner in nodes:
                kinds.setdefault((type(node), getattr(node, "function", "")), []).append(
                    (node, owner)
                )
            yield from (Site(at, tuple(found)) for found in kinds.values())

    def settled(self, owner: Binding, common: tuple[str, ...]) -> bool:
        """Tell whether a name is right by itself, ``common`` being what the file always needs."""
        identity = self.understanding.identities.get(owner)
        if identity is None or owner is self.anchor.binding:
            return False
        if self._contradicted(owner, identity) or self._is_stray_sum(identity):
            return False
        if owner in self.turned:
            return False
        return identity.condition in ((), common)

    @cached_property
    def turned(self) -> set[Binding]:
        """The names that are the claim's derivatives, but laid out another way round."""
        return {one for one in self.bindings if self._is_turned(one)}

    def _is_turned(self, binding: Binding) -> bool:
        identity = self.understanding.identities.get(binding)
        if identity is None or binding is self.anchor.binding:
            return False
        owner, shape = self.understanding.truth.parameter_of, shape_of(self.anchor.target)
        own = [owner(one) or one for one in identity.names]
        wanted = [owner(one) or one for one in self.anchor.names]
        same = own == wanted and shape_of(identity.cells) == shape
        return len(shape) == 2 and not same and sorted(own) == sorted(wanted)

    def _says_other(self, owner: Binding, identity: Identity) -> bool:
        """Tell whether a name says it is the derivative in one variable, but is not."""
        known, asked = self.understanding, spelling(owner.name)
        named = [one for one in stripped(owner.name) if one in known.truth.gradient]
        if not asked.gradient or not named or len(identity.place.rows) != 1:
            return False
        gradient = known.truth.gradient[named[0]]
        said = Known(gradient, identity.place.step, identity.place.rows[0])
        own, other = known.value(known.formula(owner)), known.value(said)
        return own is not None and other is not None and not same_values(own, other)

    def _is_stray_sum(self, identity: Identity) -> bool:
        """Tell whether a derivative is summed over the samples in a file that takes means."""
        truth, found = self.understanding.truth, self.understanding.identities.values()
        return identity.names[0].startswith(SUM) and any(
            one.names[0].removeprefix(BATCH) in truth.gradients
            for one in found
            if one.names[0].startswith(BATCH)
        )

    def _contradicted(self, owner: Binding, identity: Identity) -> bool:
        """Tell whether a name says it is another quantity than its value is."""
        truth, says = self.understanding.truth, self.understanding.says(owner)
        if says is not None and spelling(owner.name).gradient:
            return truth.parameter_of(identity.names[0]) != says
        if self._says_other(owner, identity):
            return True
        return owner.name in truth.definitions and identity.names != (owner.name,)
