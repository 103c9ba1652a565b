"""Lines of Python no longer than its formatters leave them without options.

In: pieces of text. Out: lines, broken and indented as formatters break them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

WIDTH = 88
STEP = "    "
Lines = tuple[str, ...]
# Operators of Python from the loosest on.
LOOSEST = ("if|else", "<|<=|>|>=", r"\+|-", r"\*|/")


def mentions(lines: Iterable[str], name: str) -> bool:
    """Say whether lines of code, in any language, have a use for a variable."""
    return any(re.search(rf"\b{name}\b", line) for line in lines)


def listed(
    opening: str, items: Sequence[str], closing: str, indent: int = 0, alone: str = ","
) -> Lines:
    """Write ``opening``, items separated by commas, ``closing``: on one line, else one item a line.

    ``alone``: what stands behind the only item, where a language asks for something.
    """
    line = opening + ", ".join(items) + (alone if len(items) == 1 else "") + closing
    if indent + len(line) <= WIDTH:
        return (line,)
    return (opening, *(f"{STEP}{item}," for item in items), closing)


def packed(opening: str, items: Sequence[str], closing: str, indent: int = 0) -> Lines:
    """Write the same with as many items on a line as fit."""
    lines, line = [opening], STEP
    for item in items:
        if indent + len(line) + len(item) > WIDTH - 1:
            lines.append(line.rstrip())
            line = STEP
        line += f"{item}, "
    return (*lines, line.rstrip(), closing)


def broken(
    opening: str, pieces: Sequence[str], indent: int = 0, closing: str = "", comment: str = ""
) -> Lines:
    """Write ``opening``, an expression cut into its ``pieces``, ``closing`` and ``comment``.

    On one line if it fits; else broken inside its last brackets if only one operator stands
    outside of them; else in brackets of its own, if need be with a line for every piece.
    """
    flat = " ".join(pieces)
    line = f"{opening}{flat}{closing}"
    if indent + len(line + comment) <= WIDTH:
        return (line + comment,)
    if len(pieces) <= 2 and flat.endswith(")"):
        *lines, last = _inside_brackets(line, indent, len(comment))
        return (*lines, last + comment)
    if len(pieces) == 1:
        return (line + comment,)
    inner = indent + len(STEP)
    parts = [flat] if inner + len(flat) <= WIDTH else pieces
    if inner + max(map(len, parts)) > WIDTH:
        parts = [text for part in parts for text in _inside_brackets(part, inner)]
    return (f"{opening}(", *[STEP + text for text in parts], f"){closing}{comment}")


def _inside_brackets(text: str, indent: int, behind: int = 0) -> Lines:
    """Break a line that is too long inside those of its brackets that do not fit as they are.

    ``behind``: how many characters will follow.
    """
    if indent + len(text) + behind <= WIDTH:
        return (text,)
    lines, line, done = list[str](), "", 0
    groups = [*_outer_brackets(text), (len(text), len(text))]
    for (start, end), (following, _) in pairwise(groups):
        kept = line + text[done : end + 1]
        last = behind if following == len(text) else 0
        if indent + len(kept + text[end + 1 : following + 1]) + last <= WIDTH:
            line = kept
        else:
            lines.append(line + text[done : start + 1])
            inside = text[start + 1 : end]
            for part in _operands(inside) if indent + len(STEP + inside) > WIDTH else (inside,):
                lines += [STEP + one for one in _inside_brackets(part, indent + len(STEP))]
            line = ")"
        done = end + 1
    return (*lines, line + text[done:])


def _operands(text: str) -> Iterator[str]:
    """Cut a text in front of the operators that bind least, outside of brackets."""
    inside = {k for start, end in _outer_brackets(text) for k in range(start, end)}
    for operators in LOOSEST:
        found = [one.start() for one in re.finditer(f" (?:{operators}) ", text)]
        places = [place for place in found if place not in inside]
        if places:
            break
    for start, end in pairwise([-1, *places, len(text)]):
        yield text[start + 1 : end]


def _outer_brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where round brackets open and close that stand in no others."""
    depth, start = 0, 0
    for place, character in enumerate(text):
        if character == "(":
            depth += 1
            start = place if depth == 1 else start
        elif character == ")":
            depth -= 1
            if depth == 0:
                yield start, place
