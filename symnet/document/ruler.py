"""How wide formulas are, about: in em, the width of the letter M.

In: Expression, displayed. Out: its width.
"""

from collections.abc import Sequence

from symnet.document.printing import Printer
from symnet.model.glyphs import GREEK, Glyph

SIGNS = {
    "+": 1.25,
    "-": 1.25,
    "*": 0.75,
    "/": 0.5,
    "(": 0.4,
    ")": 0.4,
    "neg": 0.8,
    "thin": 0.17,
    ",": 0.45,
    ",,": 1.4,
}
RELATION = 1.6
_WIDE = {"m": 0.9, "w": 0.75, "M": 1.0, "W": 1.0, "i": 0.37, "l": 0.32, "j": 0.45, "ell": 0.43}
_INDEX = 0.75


class Ruler(Printer[float]):
    """A printer whose output is the width of what it would print, in em."""

    def row(self, parts: Sequence[float]) -> float:
        return sum(parts)

    def letter(self, glyph: Glyph, sample: float | None = None) -> float:
        below = sum(map(_text_width, glyph.below)) + 0.3 * max(0, len(glyph.below) - 1)
        above = sum(0.8 + _text_width(one) for one in glyph.above)
        above += 0 if sample is None else 0.6 + sample
        return _text_width(glyph.letter) + _INDEX * max(below, above)

    def digits(self, text: str, exponent: int) -> float:
        power = 1.8 + 0.4 * len(str(exponent)) if exponent else 0
        return 0.3 * text.startswith("-") + 0.5 * len(text) + power

    def sign(self, kind: str) -> float:
        return SIGNS.get(kind, RELATION)

    def brackets(self, inside: float, tall: bool) -> float:
        return inside + (1.3 if tall else 0.8)

    def bars(self, inside: float, tall: bool) -> float:
        return inside + 0.7

    def fraction(self, above: float, below: float) -> float:
        return max(above, below) + 0.3

    def partial(self, of: float, by: float) -> float:
        return max(of, by) + 0.9

    def raised(self, base: float, exponent: float) -> float:
        return base + _INDEX * exponent

    def root(self, inside: float) -> float:
        return inside + 0.9

    def function(self, glyph: Glyph, primed: bool) -> float:
        return self.letter(glyph) + 0.3 * primed

    def underbrace(self, inside: float, label: float) -> float:
        return max(inside, _INDEX * label + 0.2, 1.2)

    def marked(self, inside: float, mark: str) -> float:
        return inside

    def cases(self, rows: Sequence[tuple[float, float]]) -> float:
        return 2 + max(value for value, _ in rows) + max(when for _, when in rows)

    def big_sum(self, inside: float, index: float, last: float) -> float:
        return 1.9 + inside

    def words(self, text: str) -> float:
        return 0.5 * len(text)

    def dots(self) -> float:
        return 1.4


def _text_width(text: str) -> float:
    if text in GREEK or text in _WIDE:
        return _WIDE.get(text, 0.6)
    return sum(_WIDE.get(one, 0.78 if one.isupper() else 0.54) for one in text)


width = Ruler().show
