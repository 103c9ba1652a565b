"""A file held against the derivation, from reading to findings.

In: a path, Network, Derivation. Out: Examination with its Findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from symnet.check.handwritten.anchors import Anchor, Judge, Standing, anchors
from symnet.check.handwritten.calculating.arrays import shape_of
from symnet.check.handwritten.carrying import carried
from symnet.check.handwritten.correcting import corrected
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.formula import Binding, Formula, Reading
from symnet.check.handwritten.hidden import Hidden
from symnet.check.handwritten.matching import Match, Matcher
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.reading.python import Source, read_python
from symnet.check.handwritten.reading.recognition import labels
from symnet.check.handwritten.region import Correction
from symnet.check.handwritten.repair import Repairer
from symnet.check.handwritten.truth import Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.verdicts import Verdicts
from symnet.check.handwritten.worlds import PointWorld
from symnet.derive.backprop import Derivation
from symnet.errors import SpecError
from symnet.model.collecting import uncollected
from symnet.model.network import Network

MOST_ROUNDS, MOST_CLAIMS = 3, 1200


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was found out about a file.

    ``names``: what its names were taken for. ``unmatched``: the ones nothing was found for.
    ``absent``: what of the network has no name in the file.
    """

    path: Path
    findings: tuple[Finding, ...]
    names: tuple[tuple[str, str], ...] = ()
    unmatched: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every formula is right."""
        return all(one.good for one in self.findings)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """What a file comes to once all is corrected that can be, its names standing for a match."""

    match: Match
    original: Understanding
    final: Understanding
    corrections: list[Correction]
    standings: dict[Anchor, Standing]

    @property
    def faults(self) -> tuple[int, int]:
        """How many claims stay wrong, and how many places had to be changed."""
        wrong = sum(one.verdict == "wrong" for one in self.standings.values())
        return wrong, len({edit.site.at for one in self.corrections for edit in one.edits})


class Checker:
    """Holds files against one derivation; what is worked out once serves all of them."""

    def __init__(self, network: Network, derivation: Derivation) -> None:
        self.truth = Truth(derivation)
        self.world = PointWorld(self.truth)
        self.prover = Prover(self.truth)
        self.labels = labels(network)

    @uncollected
    def check(self, path: Path, mapping: Mapping[str, str] | None = None) -> Examination:
        """Read a file and judge every formula in it."""
        source = read_python(path, self.labels)
        try:
            return self._examined(path, source, mapping or {})
        except RecursionError:
            raise SpecError(f"{path}: nested too deeply to follow") from None

    def _examined(self, path: Path, source: Source, mapping: Mapping[str, str]) -> Examination:
        self.world.forget()
        matcher = Matcher(source.text, self.truth, self.world, mapping)
        settled = [self._settled(source, match) for match in matcher.matches()]
        one = min(settled, key=lambda one: one.faults)
        _refuse_tables(one.original)
        verdicts = Verdicts(
            self.prover, source, one.original, one.final, one.corrections, one.standings
        )
        return Examination(
            path,
            tuple(verdicts.findings()),
            (*one.match.pairs, *source.text.asked.items()),
            tuple(dict.fromkeys(one.match.unmatched.values())),
            one.match.absent,
        )

    def _settled(self, source: Source, match: Match) -> Settled:
        """Correct what is wrong until nothing more can be mended."""
        understanding = self._understood(source, match, {})
        still = carried(understanding)
        if still:
            understanding = self._understood(source, match, still)
        original = understanding
        corrections: list[Correction] = []
        rounds = 0
        while True:
            judge = Judge(understanding, self.prover)
            claims = list(anchors(understanding))
            if len(claims) > MOST_CLAIMS:
                raise SpecError(f"{source.path}: more than {MOST_CLAIMS} claims; that is too long")
            apparent = {one: judge.apparent(one) for one in claims}
            # A loop's slip is met again in each pass, once the passes before it are right.
            if rounds >= MOST_ROUNDS + len({one.place.step for one in apparent}):
                break
            rounds += 1
            self._leave_hidden(understanding, match, apparent)
            found = Repairer(understanding, self.prover, source.segment).repair(apparent)
            if not found:
                break
            corrections += found
            changed = {**understanding.changed, **corrected(understanding, found)}
            understanding = self._understood(source, match, changed, understanding)
        judge = Judge(understanding, self.prover)
        standings = {one: judge.standing(one) for one in anchors(understanding)}
        self._leave_hidden(understanding, match, standings)
        return Settled(match, original, understanding, corrections, standings)

    def _understood(
        self,
        source: Source,
        match: Match,
        changed: Mapping[Binding, Formula],
        before: Understanding | None = None,
    ) -> Understanding:
        """Understand a file with some formulas changed; prove what holds everywhere."""
        found = Understanding(source.text, self.truth, self.world, match.given, changed, before)
        prove(found, self.prover)
        return found

    def _leave_hidden(
        self, understanding: Understanding, match: Match, standings: dict[Anchor, Standing]
    ) -> None:
        """Call nothing wrong that hangs on a name nobody knows, while the network's are missing."""
        if not (match.absent and match.unmatched):
            return
        hidden = Hidden(understanding, match)
        for anchor, standing in standings.items():
            name = hidden.behind(anchor.binding) if standing.verdict == "wrong" else None
            if name is not None:
                standings[anchor] = Standing("undecided")
                why = f"{match.absent[0]} has no name in the file, and {name} is not known"
                understanding.reasons[anchor.binding] = why


def _refuse_tables(understanding: Understanding) -> None:
    """Refuse a mapping of a whole table to one quantity."""
    for name, asked in understanding.text.asked.items():
        values = (
            understanding.value(Reading(one))
            for one in understanding.text.bindings
            if one.name == name
        )
        shape = next((shape_of(one) for one in values if one is not None and shape_of(one)), None)
        if shape is not None:
            raise SpecError(
                f"mapping {name}={asked}: {name} is a table of shape {shape}, {asked} one number"
            )


def prove(understanding: Understanding, prover: Prover) -> None:
    """Prove the identities that hold everywhere, in their order."""
    for binding, identity in understanding.identities.items():
        if not identity.condition and prover.equal(
            understanding, understanding.formula(binding), identity.cells, identity.place
        ):
            understanding.prove(binding)


def check_file(
    path: Path,
    network: Network,
    derivation: Derivation,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Read a file and judge every formula in it."""
    return Checker(network, derivation).check(path, mapping).findings
