"""Parameters that a file never updates, or not in every step.

In: Understanding, Anchor. Out: Finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symnet.check.handwritten.anchors import Anchor, Standing
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.formula import Binding, Known
from symnet.check.handwritten.truth import BATCH
from symnet.check.handwritten.understanding import Understanding


class Absences:
    """Counts how often each parameter is updated, or its derivative claimed."""

    def __init__(
        self,
        original: Understanding,
        final: Understanding,
        anchors: Mapping[Binding, tuple[Anchor, Standing]],
        path: str,
    ) -> None:
        self.original, self.final, self.truth = original, final, final.truth
        self.anchors, self.path = anchors, path

    def findings(self) -> Iterator[Finding]:
        """Yield the parameters that are never updated, or not in every step."""
        own, corrected = self._updates(self.original), self._updates(self.final)
        # A correction may make something of an update that is none any more.
        counts = {name: max(own[name], corrected[name]) for name in own}
        if not any(counts.values()):
            counts = self._claimed_derivatives()
        most = max(counts.values(), default=0)
        for name, count in counts.items():
            if count < max(most, 1):
                yield self._absent(name, count, most)

    def _updates(self, understanding: Understanding) -> dict[str, int]:
        counts = dict.fromkeys(self.truth.updated, 0)
        for update in understanding.updates.values():
            for name in dict.fromkeys(update.names):
                if name in counts and not update.copy:
                    counts[name] += 1
        return counts

    def _claimed_derivatives(self) -> dict[str, int]:
        claimed = dict.fromkeys(self.truth.updated, 0)
        for identity in self.final.identities.values():
            for name in identity.names:
                for parameter in self._parameters_with(name):
                    claimed[parameter] = 1
        for anchor, _ in self.anchors.values():
            for name in anchor.names:
                owner = self.truth.parameter_of(name)
                if owner in claimed:
                    claimed[owner] = 1
        return claimed

    def _parameters_with(self, name: str) -> Iterator[str]:
        """Yield the parameters whose derivative a quantity is, by name or by value."""
        owner = self.truth.parameter_of(name)
        if owner in self.truth.updated:
            yield owner
        plain = name.removeprefix(BATCH)
        for parameter in self.truth.updated:
            gradient = self.truth.gradient.get(parameter)
            definition = self.truth.definitions.get(gradient or "")
            if isinstance(definition, Known) and definition.name == plain:
                yield parameter

    def _absent(self, name: str, count: int, most: int) -> Finding:
        shown = next(
            (
                binding.name
                for binding, meaning in self.final.given.items()
                if isinstance(meaning, Known) and meaning.name == name
            ),
            name,
        )
        words = "it is never updated" if not count else f"it is updated {count} times, not {most}"
        node = self.truth.gradient.get(name)
        return Finding(
            self.path,
            None,
            None,
            shown,
            name,
            node,
            "missing",
            because=words,
            fix=f"update {shown} by {node}",
        )
