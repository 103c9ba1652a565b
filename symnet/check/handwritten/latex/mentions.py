r"""Which training steps a text speaks of, and where: "Step 2", "in the second step".

In: text. Out: Mentions.
"""

from __future__ import annotations

import re
from bisect import bisect_right

ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
WORD = r"(?:step|iteration|epoch|update)"
MENTION = re.compile(
    rf"\b{WORD}s?[\s~]*[$(]?\s*(?P<number>\d{{1,3}})\b"
    rf"|\b(?P<ordinal>{'|'.join(ORDINALS)})\s+(?:training\s+)?{WORD}\b",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"\\(?:sub)*(?:section|paragraph)\*?\s*\{|\\chapter\*?\s*\{|^#{1,6}\s", re.MULTILINE
)


class Mentions:
    """The steps that a text names; ``count``: how many the network's file trains."""

    def __init__(self, text: str, count: int) -> None:
        found = [(one.start(), _step(one)) for one in MENTION.finditer(text)]
        self._found = [(at, step) for at, step in found if 0 <= step < count]
        self._starts = [at for at, _ in self._found]
        self._headings = [one.start() for one in HEADING.finditer(text)]

    def at(self, place: int) -> tuple[int, ...]:
        """Return the steps a number may belong to, counted from 0, the likeliest first.

        That is the one named last since the last heading, then the start, then what was named
        before: a step that the text has not come to yet is none of them.
        """
        before = self._found[: bisect_right(self._starts, place)]
        heading = bisect_right(self._headings, place)
        since = self._headings[heading - 1] if heading else 0
        here = [step for at, step in before if at >= since][-1:]
        return tuple(dict.fromkeys((*here, 0, *(step for _, step in reversed(before)))))


def _step(found: re.Match[str]) -> int:
    if found["number"] is not None:
        return int(found["number"]) - 1
    return ORDINALS.index(found["ordinal"].lower())
