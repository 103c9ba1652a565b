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
# One letter of so short a name is too much of it: w1 and b1 are not slips of each other.
SHORT = 3
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
    near = _nearest(name[:SHOWN], words) if isinstance(name, str) else ""
    return f"did you mean {near}?" if near else f"use {any_of(words)}"


def _nearest(name: str, words: tuple[str, ...]) -> str:
    """Return the word most like a name; empty if none is.

    One wrong letter is a likelier slip than one too many, which difflib would take for nearer.
    """
    slips = (one for one in words if _differ_by_one(one, name))
    return next(slips, "") or "".join(get_close_matches(name, words, 1))


def _differ_by_one(one: str, other: str) -> bool:
    same_length = len(one) == len(other) > SHORT
    return same_length and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def any_of(words: tuple[str, ...]) -> str:
    """Return a choice in words: a, b or c; a long one is cut short."""
    if len(words) > LISTED:
        return f"{', '.join(words[:LISTED])}, ..."
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def counted(count: int, word: str) -> str:
    """Return 1 target, 2 targets."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
