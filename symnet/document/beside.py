"""The lines of the emitted code beside the equations they compute.

In: Document, program text. Out: Document.

A line says which equations it computes by the numbers behind it, so the code is only read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symnet.document.blocks import Block, Code, Document, Equations, Listing, paragraph
from symnet.document.folding import INDENT, cuts
from symnet.emit.source_map import numbers_behind

# With a number of four digits in front just what fits into the column of an article and of a page.
WIDTH = 80
# The blanks between a bracket and what is in it, where a line break was.
INSIDE = re.compile(r"(?<=[(\[{]) | (?=[)\]}])")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement of the code: the number of its first line, and its text on one line."""

    number: int
    text: str


def with_code(document: Document, language: str, command: str, text: str) -> Document:
    """Put under every group of numbered equations the lines of ``text`` that compute them.

    ``command``: what prints that text, where its numbers can be looked up.
    """
    found = lines_by_equation(text)
    return replace(document, blocks=tuple(_blocks(document.blocks, found, language, command)))


def lines_by_equation(text: str) -> dict[int, Line]:
    """Return, for each equation, a line that computes it and as few others as there are.

    The last one that stands in no loop: updates come at the end of a module, training behind them.
    """
    lines = text.splitlines()
    found: dict[int, tuple[tuple[int, int], int]] = {}
    for place, line in enumerate(lines):
        numbers = numbers_behind(line)
        rank = len(numbers), _indent(line)
        for number in numbers:
            if number not in found or rank <= found[number][0]:
                found[number] = rank, place
    return {number: _statement(lines, place) for number, (_, place) in found.items()}


def _statement(lines: Sequence[str], last: int) -> Line:
    """Return the statement that ends in a line; one that opens with its bracket starts above.

    On one line: where a file breaks, indented as it is there, is not where a page has to.
    """
    first = last
    if lines[last].lstrip().startswith((")", "]", "}")):
        indent = _indent(lines[last])
        first = max(k for k in range(last) if _indent(lines[k]) == indent)
    text = " ".join(line.strip() for line in lines[first : last + 1])
    return Line(first + 1, INSIDE.sub("", text))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _blocks(
    blocks: Sequence[Block], found: dict[int, Line], language: str, command: str
) -> Iterator[Block]:
    told = False
    for block in blocks:
        yield block
        shown = _shown(block, found) if isinstance(block, Equations) else []
        if not shown:
            continue
        if not told:
            told = True
            yield paragraph(
                "Below the equations stand the lines that compute them, numbered as ",
                Code(command),
                " prints them:",
            )
        width = len(str(max(one.number for one in shown)))
        text = "\n".join(_numbered(one, width) for one in shown)
        yield Listing(f"code-{shown[0].number}", language, text)


def _shown(block: Equations, found: dict[int, Line]) -> list[Line]:
    lines = (found.get(row.number or 0) for row in block.rows)
    return list(dict.fromkeys(one for one in lines if one is not None))


def _numbered(line: Line, width: int) -> str:
    """Write a statement with its number; what is too long goes on below, its remark at the end."""
    behind = len(line.text) - line.text.rfind("  #")
    pieces = [line.text[start:end] for start, end in cuts(line.text, WIDTH, behind)]
    further = " " * (width + 2 + INDENT)
    return "\n".join(
        [f"{line.number:{width}}  {pieces[0]}", *(further + one for one in pieces[1:])]
    )
