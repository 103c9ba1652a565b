"""Where a line of somebody's code, or of the emitted, is cut to fit the width of a page.

In: text. Out: where its pieces start and end.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

INDENT = 4
# What a piece may start with, the loosest first; what comes after a comma is a piece too.
OPERATORS = tuple(
    map(
        re.compile, (r" (?=(if|else) )", r"(?<=,) ", r" (?=[-+] )", r" (?=[*/@<>] )", r" (?=[=&] )")
    )
)
# Where there is no such place: at any blank, after an opening bracket.
ANYWHERE = tuple(map(re.compile, (r" ", r"(?<=[,(\[])")))
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def cuts(text: str, width: int, behind: int = 0) -> Iterator[tuple[int, int]]:
    """Yield where a line's pieces start and end, all but the first to be indented.

    ``behind``: how many characters at the end, a comment, are not to stand on a line alone.
    """
    depths = list(accumulate(BRACKETS.get(one, 0) for one in text))
    start, room, last = 0, width, len(text) - behind
    while len(text) - start > room:
        ample = len(text) - (width - INDENT) - 1
        end = _break(text[:last], depths, start, start + room, ample)
        if end >= last:
            break
        yield start, end
        start, room = end + (text[end : end + 1] == " "), width - INDENT
    yield start, len(text)


def _break(text: str, depths: Sequence[int], start: int, limit: int, ample: int) -> int:
    """Return the best place to cut before a limit, not too near the start.

    From ``ample`` on the rest fits on one line: there if possible, inside as few brackets as can
    be, there before the loosest operator, and of these the last.
    """
    least = start + (limit - start) // 5
    ranked = [
        (place >= ample, -depths[place - 1], -rank, place)
        for rank, pattern in enumerate(OPERATORS)
        for place in _places(pattern, text, least, limit)
    ]
    if ranked:
        return max(ranked)[-1]
    for pattern in ANYWHERE:
        if places := _places(pattern, text, least, limit):
            return places[-1]
    return limit


def _places(pattern: re.Pattern[str], text: str, least: int, limit: int) -> list[int]:
    found = (one.start() for one in pattern.finditer(text, least, min(limit + 2, len(text))))
    return [one for one in found if least < one <= limit]
