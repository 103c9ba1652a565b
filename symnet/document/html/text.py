"""Plain text made safe for HTML: every character prints as itself, none is markup.

In: str. Out: Markup.
"""

from markupsafe import Markup, escape

NO_BREAK = "\N{NO-BREAK SPACE}"


def escaped(text: str) -> Markup:
    """Return ``text`` as HTML, in an attribute or between tags; the invisible shows as its code."""
    return escape("".join(one if _shows(one) else f"[U+{ord(one):04X}]" for one in text))


def program(text: str) -> Markup:
    """Return program text, whose lines and indents stay."""
    lines = text.expandtabs(4).splitlines()
    return Markup("\n").join(escaped(line) for line in lines)


def _shows(one: str) -> bool:
    return one.isprintable() or one == NO_BREAK
