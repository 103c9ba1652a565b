"""Plain text made safe for HTML: every character prints as itself, none is markup.

In: str, Decimal. Out: Markup.
"""

from markupsafe import Markup, escape

from symnet.document.mathematics import Decimal
from symnet.document.plain import MINUS

NO_BREAK = "\N{NO-BREAK SPACE}"


def escaped(text: str) -> Markup:
    """Return ``text`` as HTML, in an attribute or between tags; the invisible shows as its code."""
    return escape("".join(one if _shows(one) else f"[U+{ord(one):04X}]" for one in text))


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


def _shows(one: str) -> bool:
    return one.isprintable() or one == NO_BREAK
