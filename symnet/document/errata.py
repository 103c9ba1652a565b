"""The mistakes in somebody's derivation as a document: what is written, what is right, and why.

In: Examination, Derivation. Out: Document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from symnet.check.handwritten.checking import Examination
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.telling import (
    WORDS,
    alike,
    effects,
    led_to,
    place,
    places_of,
)
from symnet.check.handwritten.truth import RATE
from symnet.derive.backprop import Derivation
from symnet.document.blocks import (
    Block,
    Code,
    Document,
    Equation,
    Equations,
    Heading,
    Listing,
    Piece,
    Table,
    paragraph,
)
from symnet.document.excerpts import excerpt, names, pieces_of, prose
from symnet.document.lettering import Lettering
from symnet.document.mathematics import equation

LANGUAGES = {".tex": "latex", ".ltx": "latex", ".md": "markdown", ".markdown": "markdown"}
MOST_INLINE = 40
TOLD = ("right", "right-if", "wrong", "not-read", "missing")


def errata(examination: Examination, derivation: Derivation, facts: tuple[str, ...]) -> Document:
    """Tell what is wrong in a file, each slip once, with all the places it was made at."""
    told = _Errata(examination, derivation)
    name = Path(examination.path).name
    subtitle = f"held against the derivation of {derivation.network.spec.title}"
    return Document(
        derivation.network.spec.name, f"Errata of {name}", subtitle, facts, tuple(told.blocks())
    )


class _Errata:
    def __init__(self, examination: Examination, derivation: Derivation) -> None:
        self.examination, self.derivation = examination, derivation
        self.findings = examination.findings
        self.letters = Lettering(derivation, batch=False)
        self.nodes = {o.name: o.expression for o in derivation.network.forward.assignments}
        self.owners = {one.name: one.variable for one in derivation.adjoints.values()}
        self.language = LANGUAGES.get(Path(examination.path).suffix, "python")
        self.own = names(self.findings)
        self.count = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the whole document."""
        yield paragraph(
            "Every formula of the file was read, without running any of it, and compared with the "
            "derivation in symbols, on each side of every kink. What is marked under a line is to "
            "be changed into what stands beside the mark."
        )
        yield self._table()
        yield from self._names()
        yield from self._slips()
        yield from self._in_part()
        yield from self._stale()
        yield from self._rest("missing", "What is missing")
        yield from self._rest("not-read", "What was not read")

    def _table(self) -> Table:
        counts = [(one, sum(f.verdict == one for f in self.findings)) for one in TOLD]
        rows = tuple(((WORDS[one],), (str(count),)) for one, count in counts if count)
        return Table(
            "verdicts", ("The formulas of the file.",), (("Verdict",), ("Formulas",)), rows
        )

    def _names(self) -> Iterator[Block]:
        renamed = [(a, b) for a, b in self.examination.names if a != b]
        if renamed:
            pieces: list[Piece] = []
            for at, (own, ours) in enumerate(renamed):
                pieces += ["; " if at else "", Code(own), " is ", self._quantity(ours)]
            yield paragraph("The names of the file: ", *pieces, ".")

    def _quantity(self, name: str) -> Piece:
        known = {one.name for one in self.derivation.network.variables}
        if name == RATE:
            return f"the {name}"
        return self.letters.symbol(name) if name in known else name

    def _slips(self) -> Iterator[Block]:
        wrong = [one for one in self.findings if one.verdict == "wrong" and one.cause is None]
        if wrong:
            yield Heading(1, ("What is wrong",))
        for found in alike(wrong):
            yield from self._told(found)

    def _in_part(self) -> Iterator[Block]:
        partly = [one for one in self.findings if one.verdict == "right-if" and one.cause is None]
        conditions: dict[str, list[Finding]] = {}
        for one in partly:
            conditions.setdefault(one.condition or "", []).append(one)
        for condition, found in conditions.items():
            name, sign, bound = condition.partition(" ")
            shown = self._quantity(name) if condition.count(">") == 1 else name
            yield Heading(1, ("What is right only where ", shown, sign + bound))
            for same in alike(found):
                yield from self._told(same)

    def _told(self, found: Sequence[Finding]) -> Iterator[Block]:
        first = found[0]
        places = _places(found)
        yield Heading(2, (Code(first.target), f", {places}"))
        self.count += 1
        yield Listing(f"line{self.count}", self.language, "\n".join(excerpt(first)))
        if first.fix:
            yield from self._fix(first.fix)
        led = led_to(first, self.findings)
        yield from self._right(first, led)
        if led:
            targets = dict.fromkeys(one.target for one in led)
            names = [piece for one in targets for piece in (", ", Code(one))][1:]
            yield paragraph("What comes from it: ", *names, ".")
        for words in effects(found, self.findings) if first.verdict == "wrong" else ():
            yield paragraph(*self._sentence(words.strip()))

    def _fix(self, fix: str) -> Iterator[Block]:
        """Tell a correction, a long formula in it on lines of its own."""
        said = self._sentence(fix)
        long = [one for one in said if isinstance(one, Code) and len(one.text) > MOST_INLINE]
        if not long or said[-2:] != [long[0], "."]:
            yield paragraph(*said)
            return
        yield paragraph(*said[:-2])
        cut = "\n".join(pieces_of(long[0].text))
        yield Listing(f"put{self.count}", self.language, cut)

    def _sentence(self, words: str) -> list[Piece]:
        return prose(f"{words[0].upper()}{words[1:]}.", self.own)

    def _right(self, first: Finding, led: Sequence[Finding]) -> Iterator[Block]:
        """Show the right formula of a quantity, or of the first that comes from it."""
        node = next((one.node for one in (first, *led) if one.node), None)
        if node in self.nodes:
            left, right = self.letters.symbol(node), self.letters(self.nodes[node])
        elif node in self.owners:
            variable = self.owners[node]
            left = self.letters.adjoint(variable)
            right = self.letters(self.derivation.value(variable))
        else:
            return
        yield paragraph("The derivation has")
        yield Equations((Equation(f"right{self.count}", equation(left, right)),))

    def _stale(self) -> Iterator[Block]:
        stale = [one for one in self.findings if one.stale]
        if stale:
            yield Heading(1, ("Printed numbers that are not of this code",))
        for one in stale:
            numbers = f" prints {one.printed}, but its formula gives {one.computed}."
            yield paragraph(f"{place(one)}: ", Code(one.target), numbers)

    def _rest(self, verdict: str, title: str) -> Iterator[Block]:
        found = [one for one in self.findings if one.verdict == verdict]
        if found:
            yield Heading(1, (title,))
        for one in found:
            where = "" if one.line is None else f"{place(one)}: "
            yield paragraph(where, Code(one.target), f": {one.because}.")


def _places(found: Sequence[Finding]) -> str:
    """Name the cells of some findings, or their lines where there are no cells."""
    if any(one.cell is None for one in found):
        return places_of(found)
    return f"cell{'s' * (len(found) > 1)} {', '.join(str(one.cell) for one in found)}"
