"""Mathematics as MathML Core, which browsers set without a script.

In: Expression, displayed. Out: elements, as text.
"""

import unicodedata
from collections.abc import Callable, Sequence
from html import escape

from symnet.document.mathematics import Decimal, Partial
from symnet.document.plain import MINUS, PRIME, unicode_letter
from symnet.document.printing import Printer
from symnet.model.expression import Expression
from symnet.model.glyphs import Glyph

# What stands side by side: one element each.
Elements = tuple[str, ...]
APPLIED = "<mo>\N{FUNCTION APPLICATION}</mo>"
BRACE = "\N{BOTTOM CURLY BRACKET}"
# The least height under a root, whose sign would hang down from a small letter.
STRUT = '<mspace height=".7em" depth=".1em"/>'
# The circumflex among the modifiers sits closer to its letter than the one of ASCII.
HAT = "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
_SIGNS = {
    "*": "<mo>\N{DOT OPERATOR}</mo>",
    "/": '<mo lspace="0" rspace="0">/</mo>',
    "(": '<mo stretchy="false">(</mo>',
    ")": '<mo stretchy="false">)</mo>',
    "neg": f'<mo form="prefix">{MINUS}</mo>',
    "-": f"<mo>{MINUS}</mo>",
    "entrywise": "<mo>\N{CIRCLED DOT OPERATOR}</mo>",
    "thin": '<mspace width=".17em"/>',
    ",,": '<mo rspace="1.2em">,</mo>',
    "<": "<mo>&lt;</mo>",
    ">": "<mo>&gt;</mo>",
    "<=": "<mo>\N{LESS-THAN OR EQUAL TO}</mo>",
    ">=": "<mo>\N{GREATER-THAN OR EQUAL TO}</mo>",
    "~": "<mo>\N{ALMOST EQUAL TO}</mo>",
    "<-": "<mo>\N{LEFTWARDS ARROW}</mo>",
    "->": "<mo>\N{RIGHTWARDS ARROW}</mo>",
}


def unmarked(node: Expression) -> str:
    """Give an expression no attributes of its own."""
    return ""


class Mathematics(Printer[Elements]):
    """A printer of MathML; ``slashed``: derivatives on one line, as in a line of text.

    ``colours``: a class for each mark. ``attributes``: what a derivative or a number bears besides.
    """

    hat = f'<mo stretchy="false">{HAT}</mo>'

    def __init__(
        self,
        colours: dict[str, str] | None = None,
        slashed: bool = False,
        attributes: Callable[[Expression], str] = unmarked,
    ) -> None:
        self.colours = colours or {}
        self.slashed = slashed
        self.attributes = attributes

    def row(self, parts: Sequence[Elements]) -> Elements:
        return tuple(one for part in parts for one in part)

    def letter(self, glyph: Glyph, sample: Elements | None = None) -> Elements:
        body = _word(glyph.letter, glyph.verbatim, glyph.bold)
        if glyph.hat:
            body = f'<mover accent="true">{body}{self.hat}</mover>'
        above = [f"({unicode_letter(one)})" for one in glyph.above]
        scripts = [f"<mn>{''.join(above)}</mn>"] if above else []
        scripts += [] if sample is None else [one_of(("<mo>[</mo>", *sample, "<mo>]</mo>"))]
        return (_scripted(body, _below(glyph), one_of(tuple(scripts)) if scripts else ""),)

    def digits(self, text: str, exponent: int) -> Elements:
        shown = _digits(text)
        if not exponent:
            return shown
        power = f"<msup><mn>10</mn>{one_of(_digits(str(exponent)))}</msup>"
        return (power,) if text == "1" else (*shown, _SIGNS["*"], power)

    def show_decimal(self, node: Decimal) -> Elements:
        """Print a number; one that can change is an element of its own."""
        return bearing(self.attributes(node), super().show_decimal(node))

    def sign(self, kind: str) -> Elements:
        return (_SIGNS.get(kind, f"<mo>{kind}</mo>"),)

    def brackets(self, inside: Elements, tall: bool) -> Elements:
        if not tall:
            return (*self.sign("("), *inside, *self.sign(")"))
        return (f"<mrow><mo>(</mo>{''.join(inside)}<mo>)</mo></mrow>",)

    def bars(self, inside: Elements, tall: bool) -> Elements:
        bar = '<mo form="{}">|</mo>'
        return (f"<mrow>{bar.format('prefix')}{''.join(inside)}{bar.format('postfix')}</mrow>",)

    def fraction(self, above: Elements, below: Elements) -> Elements:
        return (f"<mfrac>{one_of(above)}{one_of(below)}</mfrac>",)

    def show_partial(self, node: Partial) -> Elements:
        """Print a partial derivative; it may be a step on the way of several parameters."""
        return bearing(self.attributes(node), super().show_partial(node))

    def partial(self, of: Elements, by: Elements) -> Elements:
        curly = "<mi>\N{PARTIAL DIFFERENTIAL}</mi>"
        if self.slashed:
            return (curly, *of, *self.sign("/"), curly, *by)
        return self.fraction((curly, *of), (curly, *by))

    def raised(self, base: Elements, exponent: Elements) -> Elements:
        """Set an exponent; behind brackets it stands as high as behind a letter, as in TeX."""
        if base[0] == _SIGNS["("] and base[-1] == _SIGNS[")"]:
            return (*base[:-1], f"<msup>{base[-1]}{one_of(exponent)}</msup>")
        return (f"<msup>{one_of(base)}{one_of(exponent)}</msup>",)

    def root(self, inside: Elements) -> Elements:
        return (f"<msqrt>{''.join(inside)}{STRUT}</msqrt>",)

    def function(self, glyph: Glyph, primed: bool) -> Elements:
        if (
            primed
            and not glyph.below
            and not glyph.verbatim
            and len(unicode_letter(glyph.letter)) > 1
        ):
            return (f"<mi>{glyph.letter}{PRIME}</mi>", APPLIED)  # one upright word
        body = _scripted(_word(glyph.letter, glyph.verbatim), _below(glyph), "")
        prime = (f'<mo lspace="0" rspace="0">{PRIME}</mo>',) if primed else ()
        return (body, *prime, APPLIED)

    def underbrace(self, inside: Elements, label: Elements) -> Elements:
        air = '<mspace width=".2em"/>'
        under = f"<munder>{one_of(inside)}<mo>{BRACE}</mo></munder>"
        return (f"<munder>{under}<mrow>{air}{''.join(label)}{air}</mrow></munder>",)

    def marked(self, inside: Elements, mark: str) -> Elements:
        colour = self.colours.get(mark)
        return inside if colour is None else bearing(f' class="{colour}"', inside)

    def cases(self, rows: Sequence[tuple[Elements, Elements]]) -> Elements:
        lines = "".join(
            f"<mtr><mtd>{''.join(value)}</mtd><mtd><mtext>if\N{NO-BREAK SPACE}</mtext>"
            f"{''.join(when)}</mtd></mtr>"
            for value, when in rows
        )
        return (f'<mrow><mo>{{</mo><mtable class="cases">{lines}</mtable></mrow>',)

    def big_sum(self, inside: Elements, index: Elements, last: Elements) -> Elements:
        first = f"<mrow>{''.join(index)}<mo>=</mo><mn>1</mn></mrow>"
        limits = f'<mo movablelimits="false">\N{N-ARY SUMMATION}</mo>{first}{one_of(last)}'
        return (f"<munderover>{limits}</munderover>", *inside)

    def words(self, text: str) -> Elements:
        return (f"<mtext>{escape(text)}</mtext>",)

    def dots(self) -> Elements:
        return ("<mo>\N{HORIZONTAL ELLIPSIS}</mo>",)

    def text(self, node: Expression) -> str:
        """Return the elements of ``node`` side by side."""
        return "".join(self.show(node))


def one_of(elements: Elements) -> str:
    """Return several elements as one."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def bearing(attributes: str, elements: Elements) -> Elements:
    """Return elements as one with attributes; what has attributes already is wrapped."""
    if not attributes:
        return elements
    alone, _, rest = elements[0].partition(">")
    if len(elements) == 1 and alone.removeprefix("<").isalpha():
        return (f"{alone}{attributes}>{rest}",)
    return (f"<mrow{attributes}>{''.join(elements)}</mrow>",)


def _digits(text: str) -> Elements:
    if text.startswith("-"):
        return (_SIGNS["neg"], f"<mn>{text[1:]}</mn>")
    return (f"<mn>{text}</mn>",)


def _below(glyph: Glyph) -> str:
    """Return the indices of a symbol as one element."""
    if all(map(str.isdigit, glyph.below)):
        return f"<mn>{','.join(glyph.below)}</mn>" if glyph.below else ""
    words = [_word(one) for one in glyph.below]
    parts = [part for one in words for part in ('<mo rspace="0">,</mo>', one)][1:]
    return one_of(tuple(parts)) if parts else ""


def _scripted(body: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{body}{below}{above}</msubsup>"
    if below:
        return f"<msub>{body}{below}</msub>"
    return f"<msup>{body}{above}</msup>" if above else body


def _word(text: str, verbatim: bool = False, bold: bool = False) -> str:
    """Set one letter in italics, a number or a word upright, a name as spelled in typewriter."""
    if verbatim:
        return f'<mi class="name">{escape(text)}</mi>'
    if text.isdigit():
        return f"<mn>{''.join(map(_bold, text)) if bold else text}</mn>"
    letter = unicode_letter(text)
    if bold:
        return f"<mi>{''.join(map(_bold, letter))}</mi>"
    upright = ' mathvariant="normal"' if letter != text and letter.isupper() else ""
    return f"<mi{upright}>{letter}</mi>"


def _bold(letter: str) -> str:
    """Return the bold letter of mathematics: upright for Latin, slanted for small Greek."""
    style = "BOLD" if letter.isascii() or letter.isupper() else "BOLD ITALIC"
    name = unicodedata.name(letter)
    for script in ("LATIN ", "GREEK ", "LETTER "):
        name = name.replace(script, "")
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {name}")
    except KeyError:  # there is no bold one of a script l
        return letter
