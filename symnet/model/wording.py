"""How complaints say what was found and what would be right, each in one short line.

In: values of any kind. Out: text.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

SHOWN = 40
LISTED = 16
# Comparing with more names than these would take seconds.
COMPARED = 5000
NO_PATH = "'' names no file or folder; the current folder is ."


def shown(value: object) -> str:
    """Return a value as one short line that nothing in it can break."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**SHOWN:
        return "a very large number"
    return shortened(repr(value) if isinstance(value, str) else str(value))


def printable(text: str) -> str:
    """Return text as printable ASCII: nothing in it can break, colour or disguise a line."""
    return "".join(
        one if one.isascii() and one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )


def shortened(text: str, most: int = SHOWN) -> str:
    """Return text made printable and cut after ``most`` characters."""
    return printable(text) if len(text) <= most else f"{printable(text[:most])}..."


def unknown(name: object, known: Iterable[str]) -> str:
    """Say that something is not among the words known, with the nearest of them."""
    return f"{shown(name)} is unknown; {suggestion(name, known)}"


def suggestion(name: object, known: Iterable[str]) -> str:
    """Return the nearest of ``known``, or the first of them."""
    words = tuple(islice(known, COMPARED))
    near = get_close_matches(name[:SHOWN], words, 1) if isinstance(name, str) else []
    return f"did you mean {near[0]}?" if near else f"use {any_of(words)}"


def any_of(words: tuple[str, ...]) -> str:
    """Return a choice in words: a, b or c; a long one is cut short."""
    if len(words) > LISTED:
        return f"{', '.join(words[:LISTED])}, ..."
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def counted(count: int, word: str) -> str:
    """Return 1 target, 2 targets."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
