"""Labels and numbers of an SVG.

In: Expression, a displayed label. Out: str.
"""

from collections.abc import Callable
from dataclasses import dataclass

from symnet.document.html.text import escaped
from symnet.document.mathematics import Letter
from symnet.document.plain import PlainText, unicode_letter
from symnet.model.expression import Expression
from symnet.model.glyphs import Glyph

ITALIC_SMALL, ITALIC_CAPITAL = 0x1D44E, 0x1D434
PLANCK = "\N{PLANCK CONSTANT}"  # where the alphabet of italics has a hole


def mathematical(text: str) -> str:
    """Return letters as the mathematical italics that a page's own font has."""
    return str(escaped("".join(map(_italic, text))))


def slanted(text: str) -> str:
    """Return letters that any font has, set in italics."""
    return f'<tspan font-style="italic">{escaped(text)}</tspan>'


@dataclass(frozen=True, slots=True)
class Dress:
    """What a picture wears: attributes of its own, what stands in it first, and its italics."""

    head: str = ""
    style: str = ""
    italics: Callable[[str], str] = mathematical


def label(shown: Expression, italics: Callable[[str], str] = mathematical) -> str:
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
    return _letter(looks, italics) + scripts


def length(shown: Expression) -> float:
    """Return how long a label is, in heights of its letters; indices are smaller."""
    if not isinstance(shown, Letter):
        return 1.0
    looks = shown.glyph
    return 0.5 * len(unicode_letter(looks.letter)) + 0.35 * max(map(len, (*looks.below, "")))


def _letter(looks: Glyph, italics: Callable[[str], str]) -> str:
    text = unicode_letter(looks.letter)
    hat = "\N{COMBINING CIRCUMFLEX ACCENT}" if looks.hat else ""
    return str(escaped(looks.letter)) if len(text) > 1 else italics(text) + hat


def _italic(one: str) -> str:
    if one == "h":
        return PLANCK
    if "a" <= one <= "z":
        return chr(ITALIC_SMALL + ord(one) - ord("a"))
    return chr(ITALIC_CAPITAL + ord(one) - ord("A")) if "A" <= one <= "Z" else one


def short(value: float) -> str:
    """Return a coordinate to a tenth of a point."""
    return f"{value:.1f}".removesuffix(".0")
