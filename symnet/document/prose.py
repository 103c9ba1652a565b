"""Small pieces of English around mathematics: counted things, and lists with an "and".

In: Expression, numbers. Out: pieces of a paragraph.
"""

from collections.abc import Sequence

from symnet.document.blocks import Piece
from symnet.model.expression import Expression

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
SPOKEN = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "silu": "SiLU",
    "gelu": "GELU",
    "absolute": "the absolute value",
    "huber": "the Huber function",
    "binary_cross_entropy": "the binary cross-entropy",
}
# Longer lists are shortened to their ends.
LONGEST = 6


def counted(count: int, noun: str) -> str:
    """Return ``three units``, ``four biases``."""
    return f"{number_word(count)} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return a noun's plural; those that end in s take another syllable."""
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def number_word(count: int) -> str:
    """Return a number as prose has it: in words up to twelve."""
    return WORDS[count] if count < len(WORDS) else str(count)


def spoken(function: str) -> str:
    """Return what a function of the tables is called in a sentence."""
    return SPOKEN.get(function, function.replace("_", " "))


def listed(items: Sequence[Expression], last: str = " and ") -> tuple[Piece, ...]:
    """Return ``a, b and c``; of many only the ends."""
    if len(items) > LONGEST:
        return (items[0], ", ", items[1], ", ..., ", items[-1])
    pieces: list[Piece] = []
    for position, item in enumerate(items):
        if position:
            pieces.append(last if position == len(items) - 1 else ", ")
        pieces.append(item)
    return tuple(pieces)


def several(words: Sequence[str]) -> str:
    """Return ``1, 2 and 3``."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
