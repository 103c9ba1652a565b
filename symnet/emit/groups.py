"""Text in groups, each on one line where it fits: how formatters of brace languages break lines.

In: Text. Out: lines.

A group is written flat if that fits up to the next place where the line may end; else every `Line`
directly inside it breaks (Wadler, A prettier printer, 2003; the way of prettier and its kin).
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """A place to break: ``flat`` where the group is not broken."""

    flat: str = " "


@dataclass(frozen=True, slots=True)
class Broken:
    """A text that stands only where the group is broken, such as a last comma."""

    text: str


@dataclass(frozen=True, slots=True)
class Indent:
    """Lines inside start one step further in."""

    inside: "Text"


@dataclass(frozen=True, slots=True)
class Group:
    """All of its lines break, or none; ``always``: they do even where it would fit."""

    inside: "Text"
    always: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """Pieces on as few lines as they need; ``last`` stands behind them where they are broken."""

    pieces: tuple[str, ...]
    last: str = ""


Text: TypeAlias = "str | Line | Broken | Indent | Group | Fill | tuple[Text, ...]"
SPACE, NOTHING = Line(), Line("")
# What is still to be written: margin, whether flat, text; the next one last.
_Rest = list[tuple[int, bool, Text]]


def joined(pieces: "tuple[Text, ...]", between: "tuple[Text, ...]") -> "tuple[Text, ...]":
    """Put ``between`` between ``pieces``."""
    parts: tuple[Text, ...] = ()
    for position, piece in enumerate(pieces):
        parts += (*between, piece) if position else (piece,)
    return parts


def grouped(text: Text, width: int, step: int, margin: int = 0) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``width``; the first starts at ``margin``, as all do.

    The margin itself is not written, so that the lines can stand in a template.
    """
    lines, line, column = list[str](), "", margin
    rest: _Rest = [(margin, False, text)]
    while rest:
        indent, flat, part = rest.pop()
        match part:
            case str():
                line, column = line + part, column + len(part)
            case tuple():
                rest += ((indent, flat, one) for one in reversed(part))
            case Indent(inside):
                rest.append((indent + step, flat, inside))
            case Group(inside, always):
                attempt: _Rest = [(indent, True, inside)]
                fitting = flat or (not always and _fits(attempt, rest, width - column))
                rest.append((indent, fitting, inside))
            case Broken(word):
                rest += [] if flat else [(indent, flat, word)]
            case Fill(pieces) if flat:
                rest.append((indent, flat, " ".join(pieces)))
            case Fill():
                rest.append((indent, flat, _filled(part, width - column, width - indent)))
            case Line(between) if flat:
                line, column = line + between, column + len(between)
            case Line():
                lines.append(line.rstrip())
                line, column = " " * (indent - margin), indent
    return (*lines, line.rstrip())


def _fits(attempt: _Rest, rest: _Rest, room: int) -> bool:
    """Say whether ``attempt`` and what follows up to the next break is no longer than ``room``."""
    waiting = rest + attempt
    while waiting:
        indent, flat, part = waiting.pop()
        match part:
            case str():
                room -= len(part)
            case tuple():
                waiting += ((indent, flat, one) for one in reversed(part))
            case Indent(inside):
                waiting.append((indent, flat, inside))
            case Group(inside, always):
                waiting.append((indent, flat and not always, inside))
            case Fill(pieces):
                waiting.append((indent, flat, " ".join(pieces)))
            case Broken(word):
                room -= 0 if flat else len(word)
            case Line(between) if flat:
                room -= len(between)
            case Line():
                return True
        if room < 0:
            return False
    return True


def _filled(fill: Fill, room: int, full: int) -> Text:
    """Put a space or a break between pieces, on a line with ``room`` and then on ``full`` ones."""
    parts: list[Text] = []
    *others, last = fill.pieces
    for piece in (*others, last + fill.last):
        if parts and len(piece) + 1 > room:
            parts.append(NOTHING)
            room = full
        elif parts:
            parts.append(" ")
            room -= 1
        parts.append(piece)
        room -= len(piece)
    return tuple(parts)
