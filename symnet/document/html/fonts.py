"""The fonts of the pages: which characters each file has, and which files a page needs.

In: the text of a page. Out: Faces.

A page brings what nearly every page shows; rarer alphabets come along only where they occur.
"""

# ruff: noqa: RUF001

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

FONTS = Path(__file__).parents[2] / "fonts"
Span = tuple[int, int]  # the first character and the last


_ALONE = re.compile("<mi[^<>]*>([A-Za-z])</mi>")


def _each(characters: str) -> tuple[Span, ...]:
    return tuple((ord(one), ord(one)) for one in characters)


def slanted(letter: str) -> int:
    """Return the italic of mathematics that a browser draws for a letter alone."""
    first = 0x1D44E - ord("a") if letter.islower() else 0x1D434 - ord("A")
    return ord("ℎ") if letter == "h" else first + ord(letter)


def _italic(*runs: str) -> tuple[Span, ...]:
    """Return the italics of letters: of one, or of those from the first to the last."""
    return tuple((slanted(run[0]), slanted(run[-1])) for run in runs)


# The letters that most pages show, and the others; h has its place among the signs.
COMMON_ITALIC = _italic("L", "b", "e", "g", "m", "t", "vz")
RARE_ITALIC = _italic("AK", "MZ", "a", "cd", "f", "il", "ns", "u")
ASCII: Span = (0x20, 0x7E)
# Of ASCII what formulas have.
WORDS = ((0x20, 0x21), (0x28, 0x3E), (0x41, 0x5B), (0x5D, 0x5D), (0x5F, 0x5F), (0x61, 0x7D))
# Delta, eta, theta and sigma, which most pages have, with the slanted letters drawn for them.
COMMON_GREEK = _each("δηθσ\U0001d6ff\U0001d702\U0001d703\U0001d70e")
SIGNS = _each("ℎℓ∂\U0001d715∑√⋅⊙⊤′−≈≤≥←→…⏟ˆ·×∈∞\u0302\u2061\u2062\u00a0")
BOLD, DIGITS = (0x1D400, 0x1D433), (0x1D7CE, 0x1D7D7)
GREEK = ((0x391, 0x3A9), (0x3B1, 0x3C9), (0x3D5, 0x3D5), (0x1D6E2, 0x1D71B))
BOLD_GREEK = ((0x1D6A8, 0x1D6C0), (0x1D736, 0x1D74F))  # capitals upright, small letters slanted
PUNCTUATION = _each("\u00a0–—‘’“”…−·×")
LATIN = ((0xA1, 0xB6), (0xB8, 0xD6), (0xD8, 0xFF), (0x131, 0x131), (0x152, 0x153))


@dataclass(frozen=True, slots=True)
class Face:
    """One file of a font; ``spans``: what is in it; ``rare``: left out where it is not needed."""

    file: str
    family: str
    weight: int
    spans: tuple[Span, ...]
    rare: bool = False

    @property
    def ranges(self) -> str:
        """What a browser is to take this file for, as CSS; empty for anything."""
        if not self.rare:
            return ""
        return ",".join(f"U+{low:X}-{high:X}" for low, high in self.spans)

    @property
    def content(self) -> str:
        """The file in base64."""
        return _encoded(self.file)


FACES = (
    Face("math", "Symnet Math", 400, (*WORDS, *COMMON_ITALIC, *COMMON_GREEK, *SIGNS)),
    Face("math-letters", "Symnet Math", 400, RARE_ITALIC, True),
    Face("math-greek", "Symnet Math", 400, GREEK, True),
    Face("math-bold", "Symnet Math", 400, (BOLD, DIGITS, *BOLD_GREEK), True),
    Face("text", "Symnet Text", 400, (ASCII, *PUNCTUATION)),
    Face("text-latin", "Symnet Text", 400, LATIN, True),
    Face("heading", "Symnet Text", 600, (ASCII, *PUNCTUATION)),
)


def needed(text: str) -> Iterator[Face]:
    """Yield the faces of a page: the usual ones, and of the others those it has a letter of."""
    common = {one for face in FACES if not face.rare for one in characters(face.spans)}
    used = {ord(one) for one in text} | set(map(slanted, _ALONE.findall(text)))
    used -= common
    for face in FACES:
        if not face.rare or not used.isdisjoint(characters(face.spans)):
            yield face


def characters(spans: Iterable[Span]) -> set[int]:
    """Return every character of several spans."""
    return set(chain.from_iterable(range(low, high + 1) for low, high in spans))


@cache
def _encoded(file: str) -> str:
    return b64encode((FONTS / f"{file}.woff2").read_bytes()).decode()
