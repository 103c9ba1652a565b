"""Text in which everything can be seen: what cannot be printed shows as its code.

In: str. Out: str.
"""

NO_BREAK = "\N{NO-BREAK SPACE}"


def visible(text: str) -> str:
    """Return ``text`` with the codes of its invisible characters; a space that holds stays one."""
    return "".join(
        one if one.isprintable() or one == NO_BREAK else f"[U+{ord(one):04X}]" for one in text
    )
