"""Plain text made safe for Typst: a string, in which nothing but two characters means anything.

In: str. Out: str.
"""

NO_BREAK = "\N{NO-BREAK SPACE}"


def quoted(text: str) -> str:
    """Return ``text`` as a string of Typst's; what cannot be printed shows as its code."""
    shown = "".join(
        one if one.isprintable() or one == NO_BREAK else f"[U+{ord(one):04X}]" for one in text
    )
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
