"""Statements and tables of C, laid out as clang-format does with `STYLE`.

In: pieces of text. Out: lines.

What clang-format sets in columns of its own choice, a table that needs several lines, stands
between comments that tell it to keep away.
"""

from collections.abc import Iterable, Sequence

from symnet.emit.layout import STEP, WIDTH, Lines

STYLE = (
    "{BasedOnStyle: LLVM, IndentWidth: 4, ColumnLimit: 100, AlignTrailingComments: {Kind: Never}}"
)
OFF, ON = "// clang-format off", "// clang-format on"


def assigned(
    opening: str, pieces: Sequence[str], indent: int, closing: str = ";", comment: str = ""
) -> Lines:
    """Write `opening` such as `const double a =` and a value, cut into `pieces`, behind it.

    In the next line if it fits there as a whole; else broken behind its operators.
    """
    last = closing + comment
    flat = " ".join(pieces)
    if indent + len(f"{opening} {flat}{last}") <= WIDTH:
        return (f"{opening} {flat}{last}",)
    if indent + len(f"{STEP}{flat}{last}") <= WIDTH:
        return (opening, f"{STEP}{flat}{last}")
    first, *others = filled(pieces, indent + len(opening) + 1, len(last))
    margin = " " * (len(opening) + 1)
    return (
        f"{opening} {first}",
        *(margin + line for line in others[:-1]),
        margin + others[-1] + last,
    )


def returned(pieces: Sequence[str], indent: int, comment: str = "") -> Lines:
    """Write `return` and a value."""
    first, *others = filled(pieces, indent + len("return "), len(comment) + 1)
    lines = [f"return {first}", *(" " * len("return ") + line for line in others)]
    return (*lines[:-1], f"{lines[-1]};{comment}")


def filled(pieces: Sequence[str], column: int, behind: int) -> Lines:
    """Put as many pieces on a line as fit; the operator in front of a piece ends a line.

    ``behind``: how many characters follow the last piece.
    """
    lines, line = list[str](), pieces[0]
    for number, piece in enumerate(pieces[1:], 2):
        operator, _, operand = piece.partition(" ")
        room = WIDTH - column - (behind if number == len(pieces) else 2)
        if len(f"{line} {piece}") <= room:
            line += f" {piece}"
        elif operator in "?:":
            lines.append(line)
            line = STEP + piece
        else:
            lines.append(f"{line} {operator}")
            line = operand
    return (*lines, line)


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


def bracketed(opening: str, arguments: Sequence[str], closing: str, indent: int = 0) -> Lines:
    """Write a function and its arguments, on as few lines as they need."""
    lines, line = list[str](), f"{opening}("
    margin = " " * len(line)
    for number, argument in enumerate(arguments, 1):
        text = argument + (f"){closing}" if number == len(arguments) else ",")
        if line.endswith("(") or line == margin:
            line += text
        elif indent + len(line) + 1 + len(text) <= WIDTH:
            line += f" {text}"
        else:
            lines.append(line)
            line = margin + text
    return (*lines, line)
