"""Statements and tables of C, laid out as clang-format does with `STYLE`.

In: pieces of text. Out: lines.

What clang-format sets in columns of its own choice, a table that needs several lines, stands
between comments that tell it to keep away.
"""

import re
from collections.abc import Iterable, Sequence

from symnet.emit.clang_breaks import breaks
from symnet.emit.layout import STEP, Lines

WIDTH = 100
STYLE = (
    f"{{BasedOnStyle: LLVM, IndentWidth: 4, ColumnLimit: {WIDTH}, "
    "AlignTrailingComments: {Kind: Never}}"
)
OFF, ON = "// clang-format off", "// clang-format on"


def statement(line: str, indent: int) -> Lines:
    """Write a statement, with the comment behind it, that stands in further than ``indent``."""
    if indent + len(line) <= WIDTH or line[-1] in "{}":  # a test and a bracket stay whole
        return (line,)
    text = line.lstrip()
    margin = len(line) - len(text)
    broken = _plain_sum(text, indent + margin) or breaks(text, indent + margin, WIDTH)
    return tuple(" " * margin + one for one in broken)


def _plain_sum(text: str, indent: int) -> Lines:
    """Break an assigned sum without brackets, where the cheapest breaks are known; else nothing.

    Each line after the first costs 33, the first break in the sum 15 more, one behind the sign 35:
    see symnet.emit.clang_breaks, which would try them all in a sum over a wide layer.
    """
    opening, sign, value = text.partition(" = ")
    if not sign or re.search(r"[(?]", value.partition("//")[0]):
        return ()
    terms = re.split(r"(?<= [+-]) ", value)
    margin = len(opening) + 3
    if max(map(len, terms)) > WIDTH - indent - margin:
        return ()
    aligned, below = _rows(terms, WIDTH - indent - margin), _rows(terms, WIDTH - indent - len(STEP))
    price = 35 + (15 if len(below) > 1 else 0) + 33 * (len(below) - 1)
    if price < 15 + 33 * (len(aligned) - 1):
        return (f"{opening} =", *(STEP + row for row in below))
    return (f"{opening} = {aligned[0]}", *(" " * margin + row for row in aligned[1:]))


def _rows(terms: Sequence[str], width: int) -> Lines:
    """Put terms, each with the sign behind it, on as few lines as they need."""
    rows, row = list[str](), ""
    for term in terms:
        if row and len(row) + 1 + len(term) > width:
            rows.append(row)
            row = ""
        row += f" {term}" if row else term
    return (*rows, row)


def table(opening: str, items: Sequence[str], closing: str = "};") -> Lines:
    """Write a list of constants behind ``opening``, which ends in a bracket."""
    inside = ", ".join(items)
    if len(opening + inside + closing) <= WIDTH:
        return (opening + inside + closing,)
    return (OFF, opening, *(STEP + line for line in packed(items, WIDTH - len(STEP))), closing, ON)


def packed(items: Iterable[str], width: int) -> Lines:
    """Put as many items on a line as fit, each with a comma behind it."""
    lines, line = list[str](), ""
    for item in items:
        if line and len(line) + len(item) + 2 > width:
            lines.append(line)
            line = ""
        line += f" {item}," if line else f"{item},"
    return (*lines, line)


def head(opening: str, arguments: Sequence[str], closing: str) -> Lines:
    """Write the head of a function, its arguments below one another where they need lines."""
    margin = len(opening) + 1
    first, *others = _filled(arguments, WIDTH - margin, closing)
    return (f"{opening}({first}", *(" " * margin + line for line in others))


def call(opening: str, called: str, arguments: Sequence[str], indent: int) -> Lines:
    """Write a call as a statement; ``opening``: what stands in front, such as `total += `.

    The cheapest way is taken that fits, as in symnet.emit.clang_breaks: to end a line behind the
    sign, behind commas, or behind the bracket.
    """
    flat = f"{called}({', '.join(arguments)});"
    if indent + len(opening + flat) <= WIDTH:
        return (opening + flat,)
    if opening and indent + len(STEP + flat) <= WIDTH:
        return (opening.rstrip(), STEP + flat)
    margin = len(opening + called) + 1
    aligned = _filled(arguments, WIDTH - indent - margin, ");")
    inside = _filled(arguments, WIDTH - indent - len(STEP), ");")
    if max(map(len, aligned)) <= WIDTH - indent - margin and len(aligned) <= len(inside) + 1:
        first, *others = aligned
        return (f"{opening}{called}({first}", *(" " * margin + line for line in others))
    return (f"{opening}{called}(", *(STEP + line for line in inside))


def _filled(items: Sequence[str], width: int, closing: str) -> Lines:
    """Put items on as few lines as they need."""
    lines, line = list[str](), ""
    for number, item in enumerate(items, 1):
        text = item + (closing if number == len(items) else ",")
        if line and len(line) + 1 + len(text) > width:
            lines.append(line)
            line = ""
        line += f" {text}" if line else text
    return (*lines, line)
