"""MathML for a page that has a style sheet, which then sees to the spaces.

In: Expression, displayed. Out: elements, as text.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup

from symnet.document.mathematics import Decimal
from symnet.document.mathml.mathematics import (
    BRACE,
    HAT,
    Elements,
    Mathematics,
    bearing,
    one_of,
)
from symnet.document.plain import MINUS
from symnet.model.expression import Expression

THIN = "<mspace/>"
SIGN = f"<mo>{MINUS}</mo>"  # at the start of its row it is a sign
BRACED = "<munder><munder>"
_TAG = re.compile(r"<[a-z]+ [^<>]*>")
_VALUE = re.compile(r'="([\w.-]+)"(?=[ >])')


class PageMathematics(Mathematics):
    """A printer that leaves the width of thin spaces and the air at braces to the style sheet.

    The page's font has one circumflex, which cannot stretch.
    """

    hat = f"<mo>{HAT}</mo>"

    def sign(self, kind: str) -> Elements:
        return (THIN,) if kind == "thin" else super().sign(kind)

    def row(self, parts: Sequence[Elements]) -> Elements:
        """Set parts side by side; braces have air of their own, and need no thin space between."""
        return super().row([one for place, one in enumerate(parts) if not _is_idle(parts, place)])

    def show_decimal(self, node: Decimal) -> Elements:
        return self._number(node, self.attributes(node), False)

    def operand(self, node: Expression) -> Elements:
        """Print a factor or term; a ``b`` behind its place: where it is negative, in brackets."""
        attributes = self.attributes(node) if isinstance(node, Decimal) else ""
        if not attributes or not isinstance(node, Decimal):
            return super().operand(node)
        return self._number(node, attributes.removesuffix('"') + 'b"', True)

    def _number(self, node: Decimal, attributes: str, bracketed: bool) -> Elements:
        """Set a number as one element, in which nothing is taller than brackets are."""
        shown = self.digits(node.digits, node.exponent)
        if not attributes or not node.digits.startswith("-"):
            return bearing(attributes, shown)
        if bracketed and not node.exponent:
            return bearing(attributes, ("<mo>(</mo>", *shown, "<mo>)</mo>"))
        if bracketed:
            return bearing(attributes, self.brackets(shown, False))
        return bearing(attributes, (SIGN, *shown[1:]))

    def underbrace(self, inside: Elements, label: Elements) -> Elements:
        under = f"<munder>{one_of(inside)}<mo>{BRACE}</mo></munder>"
        return (f"<munder>{under}{one_of(label)}</munder>",)


def _is_idle(parts: Sequence[Elements], place: int) -> bool:
    """Say whether a part is a thin space between two braces."""
    around = (*parts[max(place - 1, 0) : place], *parts[place + 1 : place + 2])
    return parts[place] == (THIN,) and all(one[0].startswith(BRACED) for one in around if one)


def lean(markup: Markup) -> Markup:
    """Leave out the quotation marks that HTML does not need, which are a tenth of a page."""
    return Markup(_TAG.sub(lambda tag: _VALUE.sub(r"=\1", tag[0]), markup))
