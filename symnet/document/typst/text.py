"""Plain text made safe for Typst: a string, in which nothing but two characters means anything.

In: str. Out: str.
"""

from symnet.document.visible import visible


def quoted(text: str) -> str:
    """Return ``text`` as a string of Typst's; what cannot be printed shows as its code."""
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
