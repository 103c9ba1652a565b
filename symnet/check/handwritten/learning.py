"""What was learnt from one training step, tried first in the next.

In: Anchor, Correction. Out: Correction.
"""

from __future__ import annotations

from typing import Any

from symnet.check.handwritten.anchors import Anchor
from symnet.check.handwritten.changes import Segment
from symnet.check.handwritten.formula import Formula
from symnet.check.handwritten.proving import Form, Prover, Relative
from symnet.check.handwritten.region import Correction, Edit, Site
from symnet.check.handwritten.searching import Search
from symnet.check.handwritten.understanding import Understanding


class Learning(Search):
    """Remembers the corrections of claims by their form."""

    def __init__(self, understanding: Understanding, prover: Prover, segment: Segment) -> None:
        super().__init__(understanding, prover, segment)
        self._learnt: dict[Any, list[tuple[int, Any]]] = {}

    def _learnt_fixes(self, anchor: Anchor) -> list[Correction]:
        learnt = self._learnt.get(self._form(anchor))
        if not learnt:
            return []
        region = self.region(anchor)
        nodes, edits = self._own_nodes(anchor), []
        for position, key in learnt:
            if position >= len(nodes):
                return []
            node = nodes[position]
            owner = region.owners[node]
            change = self._with_key(key, node, owner, region)
            if change is None or node.at is None:
                return []
            edits.append(Edit(Site(node.at, ((node, owner),)), change, {node: change.new}))
        found = Correction(tuple(edits))
        return [found] if self._agrees(anchor, found.new) else []

    def _learn(self, anchor: Anchor, correction: Correction) -> None:
        positions = {node: at for at, node in enumerate(self._own_nodes(anchor))}
        self._learnt[self._form(anchor)] = [
            (positions[node], edit.change.key)
            for edit in correction.edits
            for node in edit.new
            if node in positions
        ]

    def _form(self, anchor: Anchor) -> Any:
        form = Form(
            self.prover, self.understanding, Relative(anchor.place, self.understanding.truth), False
        )
        return (form.key(self.understanding.formula(anchor.binding)), anchor.names)

    def _own_nodes(self, anchor: Anchor) -> list[Formula]:
        """List the nodes of a claim's formulas, those of mere copies left out."""
        owners = self.region(anchor).owners
        return [node for node, owner in owners.items() if owner.alias is None]
