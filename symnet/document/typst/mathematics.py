"""Mathematics as Typst writes it between dollar signs.

In: Expression, displayed. Out: str.

Words and letters are set as strings, so that nothing is taken for a name of Typst's own.
"""

from collections.abc import Mapping, Sequence

from symnet.document.plain import unicode_letter
from symnet.document.printing import Printer
from symnet.document.typst.text import quoted
from symnet.model.glyphs import Glyph

_SIGNS = {
    "*": " dot.op ",
    "/": " slash ",
    "(": r" \( ",
    ")": r" \) ",
    "neg": " minus ",
    "-": " minus ",
    "+": " plus ",
    "=": " eq ",
    "<": " lt ",
    ">": " gt ",
    "entrywise": " dot.o ",
    "thin": " thin ",
    ",": " comma ",
    ",,": " comma quad ",
    "<=": " lt.eq ",
    ">=": " gt.eq ",
    "~": " approx ",
    "<-": " arrow.l ",
    "->": " arrow.r ",
}
_OPERATORS = frozenset(("ln", "exp", "tanh"))


class Mathematics(Printer[str]):
    """A printer of Typst mathematics; ``colours``: those of the marks, by name in the template."""

    def __init__(self, colours: Mapping[str, str] | None = None, slashed: bool = False) -> None:
        self.colours = colours or {}
        self.slashed = slashed

    def row(self, parts: Sequence[str]) -> str:
        return " ".join(parts)

    def letter(self, glyph: Glyph, sample: str | None = None) -> str:
        body = _word(glyph.letter, glyph.verbatim)
        body = f"bold({body})" if glyph.bold else body
        body = f"hat({body})" if glyph.hat else body
        above = [rf"\({_word(one)}\)" for one in glyph.above]
        above += [] if sample is None else [rf"\[{sample}\]"]
        below = " comma ".join(map(_word, glyph.below))
        scripts = [f"b: {below}"] if below else []
        scripts += [f"t: {' '.join(above)}"] if above else []
        return f"attach({', '.join((body, *scripts))})" if scripts else body

    def digits(self, text: str, exponent: int) -> str:
        power = f"attach(10, t: {_digits(str(exponent))})"
        if not exponent:
            return _digits(text)
        return power if text == "1" else f"{_digits(text)} dot.op {power}"

    def sign(self, kind: str) -> str:
        return _SIGNS[kind]

    def brackets(self, inside: str, tall: bool) -> str:
        return f"lr(({inside}))" if tall else rf"\( {inside} \)"

    def bars(self, inside: str, tall: bool) -> str:
        return f"abs({inside})"

    def fraction(self, above: str, below: str) -> str:
        return f"frac({above}, {below})"

    def partial(self, of: str, by: str) -> str:
        if self.slashed:
            return f"partial {of} slash partial {by}"
        return f"frac(partial {of}, partial {by})"

    def raised(self, base: str, exponent: str) -> str:
        return f"attach({base}, t: {exponent})"

    def root(self, inside: str) -> str:
        return f"sqrt({inside})"

    def function(self, glyph: Glyph, primed: bool) -> str:
        below = " comma ".join(map(_word, glyph.below))
        word = glyph.letter not in _OPERATORS and len(glyph.letter) > 1 and not glyph.verbatim
        body = _word(glyph.letter, glyph.verbatim)
        body = f"op({body})" if word else body
        scripts = ([f"b: {below}"] if below else []) + (["t: prime"] if primed else [])
        return f"attach({', '.join((body, *scripts))})" if scripts else body

    def underbrace(self, inside: str, label: str) -> str:
        return f"underbrace({inside}, med {label} med)"

    def marked(self, inside: str, mark: str) -> str:
        colour = self.colours.get(mark)
        return inside if colour is None else f"#shared({colour}, ${inside}$)"

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        lines = ", ".join(f'{value} & "if " {when}' for value, when in rows)
        return f"cases(gap: #0.4em, {lines})"

    def big_sum(self, inside: str, index: str, last: str) -> str:
        return f"attach(limits(sum), b: {index} eq 1, t: {last}) {inside}"

    def words(self, text: str) -> str:
        return quoted(text)

    def dots(self) -> str:
        return "dots.h"


def _digits(text: str) -> str:
    return f"minus {text[1:]}" if text.startswith("-") else text


def _word(text: str, verbatim: bool = False) -> str:
    """Set one letter in italics, a number or a word upright, a name as spelled in typewriter."""
    if verbatim:
        return f"mono({quoted(text)})"
    if text in _OPERATORS:
        return text
    letter = unicode_letter(text)
    return letter if len(letter) == 1 or letter.isdigit() else quoted(letter)
