"""Somebody's code in a document: lines cut to the width of a page, names and formulas in prose.

In: Finding. Out: lines of text; pieces of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symnet.check.handwritten.finding import Finding, Mark
from symnet.document.blocks import Code, Piece
from symnet.document.folding import INDENT, cuts

WIDTH = 76
NAME = re.compile(r"[A-Za-z_]\w*")
OPERATORS = {"+", "-", "*", "/", "@", "**"}


def excerpt(one: Finding, width: int = WIDTH) -> list[str]:
    """Return the lines of a finding, marks and what to write there under each."""
    found: list[str] = []
    for at, text in enumerate(one.written.replace("\t", " ").split("\n")):
        marks = {mark for mark in one.marks if mark.line == (one.line or 0) + at}
        found += _line(text, sorted(marks, key=lambda mark: mark.column), width)
    return found


def _line(text: str, marks: Sequence[Mark], width: int) -> Iterator[str]:
    for start, end in cuts(text, width):
        indent = INDENT if start else 0
        yield " " * indent + text[start:end].rstrip()
        for mark in marks:
            if start <= mark.column < end:
                under = indent + mark.column - start
                size = max(1, min(mark.end_column, end) - mark.column)
                yield from _pointer(" " * under + "^" * size, mark.text, width)


def _pointer(pointer: str, text: str, width: int) -> Iterator[str]:
    """Write what to put in a place beside its mark, or under it where that is too long."""
    if len(pointer) + 1 + len(text) <= width:
        yield f"{pointer} {text}"
        return
    yield pointer
    room = width - 2 * INDENT
    for start, end in cuts(text, room):
        yield " " * (2 * INDENT if start else INDENT) + text[start:end].strip()


def pieces_of(text: str) -> Iterator[str]:
    """Yield the lines a formula takes."""
    for start, end in cuts(text, WIDTH):
        yield " " * (INDENT if start else 0) + text[start:end].strip()


def names(findings: Sequence[Finding]) -> frozenset[str]:
    """Return the names in the lines of some findings that are no English words."""
    found = {name for one in findings for name in NAME.findall(f"{one.target} {one.written}")}
    return frozenset(one for one in found if not _is_word(one))


def _is_word(name: str) -> bool:
    return name == "a" or (len(name) > 1 and name.isalpha() and name == name.lower())


def prose(text: str, own: frozenset[str]) -> list[Piece]:
    """Set the names and formulas of a file in a sentence as code."""
    pieces: list[Piece] = []
    run: list[str] = []
    for word in [*text.split(" "), ""]:
        is_code = bool(own.intersection(NAME.findall(word))) or "(" in word[1:]
        if word and (is_code or (run and word in OPERATORS | {"1"})):
            run.append(word)
            continue
        if run:
            pieces += [*_code(" ".join(run)), " "]
            run = []
        pieces.append(f"{word} ")
    return _joined(pieces)


def _code(run: str) -> list[Piece]:
    """Take brackets and full stops that belong to the sentence off a formula."""
    bare = run.rstrip(".,:;")
    after = run[len(bare) :]
    if bare.startswith("(") and bare.endswith(")") and bare.count("(") == 1:
        return ["(", Code(bare[1:-1]), f"){after}"]
    return [Code(bare), after]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the texts that follow each other."""
    found: list[Piece] = []
    for one in pieces:
        if isinstance(one, str) and found and isinstance(found[-1], str):
            found[-1] += one
        elif one:
            found.append(one)
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return [one for one in found if one]
