"""Mathematics as one line of plain text: for alternative texts, terminals and text builders.

In: Expression, displayed. Out: str.
"""

import unicodedata
from collections.abc import Sequence

from symnet.document.printing import Printer
from symnet.model.glyphs import GREEK, Glyph

MINUS, PRIME = "\N{MINUS SIGN}", "\N{PRIME}"
HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
_SIGNS = {
    "*": "·",
    "/": "/",
    "(": "(",
    ")": ")",
    "neg": MINUS,
    "-": f" {MINUS} ",
    "entrywise": " ⊙ ",
    "thin": " ",
    ",": ", ",
    ",,": ", ",
    "<=": " ≤ ",
    ">=": " ≥ ",
    "~": " ≈ ",
    "<-": " ← ",
    "->": " → ",
}
# What can follow a slash, or stand before one, without brackets.
_LOOSE = frozenset(" ·/")


class PlainText(Printer[str]):
    """A printer of readable text: w1, δ4, ∂L/∂w1, (a + b)/2, a if z1 > 0."""

    def row(self, parts: Sequence[str]) -> str:
        """Join parts; letters set side by side for a product get a dot between them."""
        joined = ""
        for part in parts:
            touching = (joined[-1:].isalnum() or joined[-1:] == HAT) and part[:1].isalnum()
            joined += ("·" if touching else "") + part
        return joined

    def letter(self, glyph: Glyph, sample: str | None = None) -> str:
        body = unicode_letter(glyph.letter) + HAT * glyph.hat
        above = "".join(f"({one})" for one in glyph.above)
        above += "" if sample is None else f"[{sample}]"
        return body + ",".join(map(unicode_letter, glyph.below)) + (f"^{above}" if above else "")

    def digits(self, text: str, exponent: int) -> str:
        shown = text.replace("-", MINUS)
        power = f"10^{exponent}".replace("-", MINUS)
        return shown if not exponent else power if text == "1" else f"{shown}·{power}"

    def sign(self, kind: str) -> str:
        return _SIGNS.get(kind, f" {kind} ")

    def brackets(self, inside: str, tall: bool) -> str:
        return f"({inside})"

    def bars(self, inside: str, tall: bool) -> str:
        return f"|{inside}|"

    def fraction(self, above: str, below: str) -> str:
        return f"{_together(above)}/{_together(below)}"

    def partial(self, of: str, by: str) -> str:
        return f"∂{of}/∂{by}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{_together(exponent)}"

    def root(self, inside: str) -> str:
        return f"√{_together(inside)}"

    def function(self, glyph: Glyph, primed: bool) -> str:
        return self.letter(glyph) + PRIME * primed

    def underbrace(self, inside: str, label: str) -> str:
        return f"[{inside} = {label}]"

    def marked(self, inside: str, mark: str) -> str:
        return inside

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        return "; ".join(f"{value} if {when}" for value, when in rows)

    def big_sum(self, inside: str, index: str, last: str) -> str:
        return f"Σ[{index} = 1..{last}] {inside}"

    def words(self, text: str) -> str:
        return text

    def dots(self) -> str:
        return "…"


def unicode_letter(text: str) -> str:
    """Return the character of a Greek letter or of the script l; any other word is itself."""
    if text == "ell":
        return "\N{SCRIPT SMALL L}"
    if text not in GREEK:
        return text
    case = "CAPITAL" if text[0].isupper() else "SMALL"
    spelled = "lamda" if text.lower() == "lambda" else text  # so the standard calls it
    return unicodedata.lookup(f"GREEK {case} LETTER {spelled}")


def _together(text: str) -> str:
    """Put what would fall apart beside a slash or an exponent in brackets."""
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return f"({text})" if _LOOSE & set(text) and not whole else text
