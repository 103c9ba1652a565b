"""The lines of the emitted code beside the equations they compute.

In: Document, program text. Out: Document.

A line says which equations it computes by the numbers behind it, so the code is only read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symnet.document.blocks import Block, Code, Document, Equations, Listing, paragraph
from symnet.emit.source_map import numbers_behind

WIDTH = 78
STEP = "    "


@dataclass(frozen=True, slots=True)
class Line:
    """A statement of the code: the number of its first line, and its text without indentation."""

    number: int
    text: str


def with_code(document: Document, language: str, name: str, text: str) -> Document:
    """Put under every group of numbered equations the lines of ``text`` that compute them."""
    found = lines_by_equation(text)
    return replace(document, blocks=tuple(_blocks(document.blocks, found, language, name)))


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
    """Return the statement that ends in a line; one that opens with its bracket starts above."""
    first = last
    if lines[last].lstrip().startswith((")", "]", "}")):
        indent = _indent(lines[last])
        first = max(k for k in range(last) if _indent(lines[k]) == indent)
    margin = _indent(lines[last])
    return Line(first + 1, "\n".join(line[margin:] for line in lines[first : last + 1]))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _blocks(
    blocks: Sequence[Block], found: dict[int, Line], language: str, name: str
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
                "Below the equations stand the lines of ",
                Code(name),
                " that compute them, with their numbers:",
            )
        width = len(str(max(one.number for one in found.values())))
        text = "\n".join(_numbered(one, width) for one in shown)
        yield Listing(f"code-{shown[0].number}", language, text)


def _shown(block: Equations, found: dict[int, Line]) -> list[Line]:
    lines = (found.get(row.number or 0) for row in block.rows)
    return list(dict.fromkeys(one for one in lines if one is not None))


def _numbered(line: Line, width: int) -> str:
    """Write a statement with the number of its first line; what is too long goes on below."""
    first, *others = [piece for part in line.text.split("\n") for piece in _folded(part)]
    blank = " " * width
    return "\n".join([f"{line.number:{width}}  {first}", *(f"{blank}  {one}" for one in others)])


def _folded(text: str) -> Iterator[str]:
    while len(text) > WIDTH and (cut := text.rfind(" ", len(STEP) * 2, WIDTH)) > 0:
        yield text[:cut]
        text = STEP * 2 + text[cut + 1 :]
    yield text
