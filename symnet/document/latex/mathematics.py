"""Mathematics as LaTeX that needs amsmath and nothing else.

In: Expression, displayed. Out: str.
"""

import re
from collections.abc import Sequence

from symnet.document.latex.text import escaped
from symnet.document.lines import Line
from symnet.document.mathematics import Continued
from symnet.document.printing import Printer
from symnet.model.glyphs import GREEK, Glyph

_COMMAND = re.compile(r"\\[A-Za-z]+$")
_SIGNS = {
    "+": " + ",
    "-": " - ",
    "*": r" \cdot ",
    "/": "/",
    "(": "(",
    ")": ")",
    "neg": "-",
    "entrywise": r" \odot ",
    "thin": r"\,",
    ",": ", ",
    ",,": r",\quad ",
    "<=": r" \le ",
    ">=": r" \ge ",
    "~": r" \approx ",
    "<-": r" \leftarrow ",
    "->": r" \to ",
}


class Mathematics(Printer[str]):
    """A printer of LaTeX that needs only amsmath; ``colours``: those of the marks, by name."""

    def __init__(self, colours: dict[str, str] | None = None, slashed: bool = False) -> None:
        self.colours = colours or {}
        self.slashed = slashed

    def row(self, parts: Sequence[str]) -> str:
        """Join parts; a command must not run into the letter after it."""
        joined = ""
        for part in parts:
            joined += " " * (part[:1].isalpha() and bool(_COMMAND.search(joined))) + part
        return joined

    def letter(self, glyph: Glyph, sample: str | None = None) -> str:
        body = _word(glyph.letter, glyph.verbatim)
        if glyph.bold:
            body = rf"\boldsymbol{{{body}}}" if body[0] == "\\" else rf"\mathbf{{{body}}}"
        if glyph.hat:
            body = rf"\hat{{{body}}}"
        below = ",".join(map(_word, glyph.below))
        above = "".join(f"({_word(one)})" for one in glyph.above)
        above += "" if sample is None else f"[{sample}]"
        return body + _script("_", below) + _script("^", above)

    def digits(self, text: str, exponent: int) -> str:
        power = f"10^{{{exponent}}}"
        if not exponent:
            return text
        return power if text == "1" else rf"{text} \cdot {power}"

    def sign(self, kind: str) -> str:
        return _SIGNS.get(kind, f" {kind} ")

    def brackets(self, inside: str, tall: bool) -> str:
        return rf"\left({inside}\right)" if tall else f"({inside})"

    def bars(self, inside: str, tall: bool) -> str:
        return rf"\left|{inside}\right|"

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def partial(self, of: str, by: str) -> str:
        if self.slashed:
            return rf"\partial {of} / \partial {by}"
        return rf"\frac{{\partial {of}}}{{\partial {by}}}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def root(self, inside: str) -> str:
        return rf"\sqrt{{{inside}}}"

    def function(self, glyph: Glyph, primed: bool) -> str:
        body = _word(glyph.letter, glyph.verbatim) + "'" * primed
        return body + _script("_", ",".join(map(_word, glyph.below)))

    def underbrace(self, inside: str, label: str) -> str:
        return rf"\underbrace{{{inside}}}_{{\,{label}\,}}"

    def marked(self, inside: str, mark: str) -> str:
        colour = self.colours.get(mark)
        return inside if colour is None else rf"\textcolor{{{colour}}}{{{inside}}}"

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        lines = r" \\ ".join(rf"{value} & \text{{if }} {when}" for value, when in rows)
        return rf"\begin{{cases}} {lines} \end{{cases}}"

    def big_sum(self, inside: str, index: str, last: str) -> str:
        return rf"\sum_{{{index} = 1}}^{{{last}}} {inside}"

    def words(self, text: str) -> str:
        return rf"\text{{{escaped(text)}}}"

    def dots(self) -> str:
        return r"\dots"


class Macros(Mathematics):
    """The same through commands of symnet's own, for a lecturer to redefine."""

    def partial(self, of: str, by: str) -> str:
        return rf"\symnetpartial{{{of}}}{{{by}}}"

    def underbrace(self, inside: str, label: str) -> str:
        return rf"\symnetbrace{{{inside}}}{{{label}}}"

    def function(self, glyph: Glyph, primed: bool) -> str:
        return super().function(glyph, primed).replace(r"\mathrm{", r"\symnetname{")

    def sign(self, kind: str) -> str:
        own = {"entrywise": r" \symnetproduct ", "<-": r" \symnetupdate "}
        return own.get(kind) or super().sign(kind)


def aligned(line: Line, printer: Mathematics) -> str:
    """Write one line of an aligned group, with the mark of where it is aligned."""
    left = "" if line.left is None else printer.show(line.left)
    shown = ""
    for relation, right in line.steps:
        indent = r"\qquad {}" if not relation and isinstance(right, Continued) else ""
        shown += (printer.sign(relation) if relation else indent) + printer.show(right)
    return f"{left} &{shown}"


def _word(text: str, verbatim: bool = False) -> str:
    """Set one letter, a Greek letter by name, a number, or a word upright."""
    spelled = text.replace("_", r"\_")
    if verbatim:
        return rf"\mathtt{{{spelled}}}"
    if text == "ell" or text in GREEK:
        return rf"\{'varepsilon' if text == 'epsilon' else text}"
    if text in ("ln", "tanh", "exp"):
        return rf"\{text}"
    return text if len(text) == 1 or text.isdigit() else rf"\mathrm{{{spelled}}}"


def _script(sign: str, text: str) -> str:
    if not text:
        return ""
    return sign + (text if len(text) == 1 else f"{{{text}}}")
