"""Labels and numbers of an SVG.

In: Expression, a displayed label. Out: str.
"""

from symnet.document.html.text import escaped
from symnet.document.mathematics import Letter
from symnet.document.plain import PlainText, unicode_letter
from symnet.model.expression import Expression
from symnet.model.glyphs import Glyph

ITALIC_SMALL, ITALIC_CAPITAL = 0x1D44E, 0x1D434
PLANCK = "\N{PLANCK CONSTANT}"  # where the alphabet of italics has a hole


def label(shown: Expression) -> str:
    """Write a symbol as the text of an SVG: italics by their letters, indices set lower."""
    if not isinstance(shown, Letter):
        return escaped(PlainText().show(shown))
    looks = shown.glyph
    if looks.verbatim:
        return f'<tspan class="name">{escaped(looks.letter)}</tspan>'
    below = ",".join(map(unicode_letter, looks.below))
    above = "".join(f"({unicode_letter(one)})" for one in looks.above)
    scripts = f'<tspan class="script" dy=".3em">{escaped(below)}</tspan>' if below else ""
    if above:
        place = f'dx="-{0.5 * len(below):g}em" dy="-.95em"' if below else 'dy="-.45em"'
        scripts += f'<tspan class="script" {place}>{escaped(above)}</tspan>'
    return _letter(looks) + scripts


def length(shown: Expression) -> float:
    """Return how long a label is, in heights of its letters; indices are smaller."""
    if not isinstance(shown, Letter):
        return 1.0
    looks = shown.glyph
    return 0.5 * len(unicode_letter(looks.letter)) + 0.35 * max(map(len, (*looks.below, "")))


def _letter(looks: Glyph) -> str:
    if len(unicode_letter(looks.letter)) > 1:
        return str(escaped(looks.letter))
    hat = "\N{COMBINING CIRCUMFLEX ACCENT}" if looks.hat else ""
    return str(escaped("".join(map(_italic, unicode_letter(looks.letter))))) + hat


def _italic(one: str) -> str:
    if one == "h":
        return PLANCK
    if "a" <= one <= "z":
        return chr(ITALIC_SMALL + ord(one) - ord("a"))
    return chr(ITALIC_CAPITAL + ord(one) - ord("A")) if "A" <= one <= "Z" else one


def short(value: float) -> str:
    """Return a coordinate to a tenth of a point."""
    return f"{value:.1f}".removesuffix(".0")
