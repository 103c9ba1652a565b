"""Plain text made safe for HTML: every character prints as itself, none is markup.

In: str, Decimal. Out: Markup.
"""

from markupsafe import Markup, escape

from symnet.document.mathematics import Decimal
from symnet.document.plain import MINUS
from symnet.document.visible import visible


def escaped(text: str) -> Markup:
    """Return ``text`` as HTML, in an attribute or between tags; the invisible shows as its code."""
    return escape(visible(text))


def program(text: str) -> Markup:
    """Return program text, whose lines and indents stay."""
    lines = text.expandtabs(4).splitlines()
    return Markup("\n").join(escaped(line) for line in lines)


def numeral(node: Decimal) -> Markup:
    """Return a number that stands alone, as in a table."""
    digits = node.digits.replace("-", MINUS)
    if not node.exponent:
        return Markup(digits)
    power = f"10<sup>{node.exponent}</sup>".replace("-", MINUS)
    return Markup(power if digits == "1" else f"{digits}·{power}")
