"""Expressions of Rust, laid out as rustfmt does without options.

In: Expression. Out: lines.

Rustfmt writes an expression on one line if it fits; if not, it tries the line below; and only then
breaks it, operator by operator. The comments name the rule where one would not be guessed. Lines
carry their own margin, except for the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symnet.emit.rust_lists import STEP, WIDTH, Lines, listed
from symnet.emit.rust_numbers import Real
from symnet.emit.rust_tree import Binary, Choice, Invoked, Piece, Signed, Word, tree
from symnet.model.expression import Comparison, Expression

# What a call inside of a call, and a choice may take on one line.
NESTED, CHOICE = 60, 50
# Lines, the first of which starts somewhere; None: this does not fit.
_Written = list[str] | None


@dataclass(frozen=True, slots=True)
class _Room:
    """Where a text stands: further lines at ``margin``, the first at ``start``, up to ``end``."""

    margin: int
    start: int
    end: int

    def after(self, count: int, before: int = 0) -> "_Room":
        """Return the room behind ``count`` characters, in front of ``before`` others."""
        return _Room(self.margin, self.start + count, self.end - before)

    @property
    def inside(self) -> "_Room":
        """The room on a line of its own, one step further in."""
        margin = self.margin + STEP
        return _Room(margin, margin, self.end)


class Formatter:
    """Writes expressions, given what variables and elementary functions are called."""

    def __init__(self, functions: Mapping[str, str], names: Mapping[str, str], real: Real) -> None:
        self.functions = functions
        self.real = real
        self.names = names

    def assigned(self, opening: str, value: Expression, depth: int) -> Lines:
        """Write ``opening`` such as `let a =`, and its value behind it or in the next line."""
        margin = STEP * depth
        behind = _Room(margin, margin + len(opening) + 1, WIDTH - 1)
        node = self._tree(value)
        first = _written(node, behind)
        if first is not None and len(first) == 1:
            return (f"{opening} {first[0]};",)
        below = _written(node, behind.inside)
        if below is not None and (first is None or _better(first, below)):
            lines = [opening, " " * behind.inside.margin + below[0], *below[1:]]
        else:
            lines = [f"{opening} {(first or [_flat(node)])[0]}", *(first or [])[1:]]
        return _closed(lines, margin, ";")

    def returned(self, value: Expression, depth: int) -> Lines:
        """Write the last expression of a function, which is what it returns."""
        margin = STEP * depth
        node = self._tree(value)
        lines = _written(node, _Room(margin, margin, WIDTH), tail=True) or [_flat(node)]
        return _closed(lines, margin, "")

    def listed(
        self, opening: str, items: Sequence[Expression], depth: int, closing: str = "]"
    ) -> Lines:
        """Write a list of values behind ``opening``, which ends in a bracket."""
        return listed(opening, [_flat(self._tree(one)) for one in items], depth, closing)

    def tested(self, test: Comparison, holds: bool, depth: int) -> Lines:
        """Write the head of an `if`; not ``holds``: for where the test does not."""
        margin = STEP * depth
        node = self._tree(test)
        room = _Room(margin, margin, WIDTH)
        lines = _head("if ", node, room) if holds else _head("if !", Invoked("", (node,)), room)
        return _closed(lines, margin, "")

    def _tree(self, value: Expression) -> Piece:
        return tree(value, self.functions, self.names, self.real)


def _closed(lines: Sequence[str], margin: int, closing: str) -> Lines:
    """End the last line, and leave out the margin, which the template writes."""
    first, *others = lines
    kept = [first, *(line[margin:] if line.startswith(" " * margin) else line for line in others)]
    return (*kept[:-1], kept[-1] + closing)


def _better(behind: Sequence[str], below: Sequence[str]) -> bool:
    """Say whether a value looks better on the next line (rustfmt's prefer_next_line)."""
    opened = behind[0][-1] in "({[" and behind[0][-1] != below[0][-1]
    return len(below) == 1 or len(behind) > len(below) + 1 or opened


def _flat(node: Piece) -> str:
    """Write all on one line."""
    match node:
        case Word(text):
            return text
        case Signed(inside):
            return f"-{_flat(inside)}"
        case Binary(operator, left, right):
            return f"{_flat(left)} {operator} {_flat(right)}"
        case Invoked(called, arguments):
            return f"{called}({', '.join(map(_flat, arguments))})"
        case Choice(test, then, otherwise):
            kept = _flat(otherwise)
            last = kept if isinstance(otherwise, Choice) else f"{{ {kept} }}"
            return f"if {_flat(test)} {{ {_flat(then)} }} else {last}"


def _written(node: Piece, room: _Room, tail: bool = False) -> _Written:
    """Write ``node`` into ``room``; ``tail``: as a statement, where a choice is always broken."""
    match node:
        case Word(text):
            return [text] if room.start + len(text) <= room.end else None
        case Signed(inside):
            return _prefixed("-", _written(inside, room.after(1)))
        case Binary():
            return _operators(node, room)
        case Invoked(called, arguments):
            return _call(called, arguments, room)
        case Choice():
            return _choice(node, room, tail)


def _prefixed(text: str, lines: _Written) -> _Written:
    return None if lines is None else [text + lines[0], *lines[1:]]


def _operators(node: Binary, room: _Room) -> _Written:
    """Write operands joined by the same operator: on a line, else one below the other."""
    operands, operator = node.chain, node.operator
    flat = _flat(node)
    if "\n" not in flat and not _long(node) and room.start + len(flat) <= room.end:
        return [flat]
    before = f"{_flat(operands[0])} {operator} "
    if len(operands) == 2 and len(before) <= STEP:  # too short for a line of its own
        last = _written(operands[1], room.after(len(before)))
        if last is not None and not last[0].startswith("("):
            return _prefixed(before, last)
    found = _written(operands[0], room)
    if found is None:
        return None
    for operand in operands[1:]:
        column = len(found[-1]) + (room.start if len(found) == 1 else 0)
        if column <= room.inside.margin:  # an operand shorter than a step would stand alone
            width = len(found[-1].strip())  # as if the last line began where the first one does
            behind = _written(operand, room.after(width + len(operator) + 2))
            joined = _prefixed(f"{found[-1]} {operator} ", behind)
            if joined is not None:
                found = [*found[:-1], *joined]
                continue
        below = _written(operand, room.inside.after(len(operator) + 1))
        if below is None:
            return None
        margin = " " * room.inside.margin
        found = [*found, f"{margin}{operator} {below[0]}", *below[1:]]
    return found


def _call(called: str, arguments: Sequence[Piece], room: _Room) -> _Written:
    """Write a call of one argument, or brackets, which stay on the lines of what they hold."""
    (argument,) = arguments
    behind = room.after(len(called) + 1, 1)
    if called == "":
        return _enclosed("(", _written(argument, behind))
    if _calls(argument):  # the calls inside have the width of a list, and break further in
        narrow = replace(behind, end=min(behind.end, behind.start + NESTED))
        found = _written(argument, narrow)
        if found is not None and len(found[0]) <= NESTED:
            return _enclosed(f"{called}(", found)
    if isinstance(argument, Choice):  # breaks behind the bracket if its test has room there
        found = _written(argument, behind) or [""]
        if found[0].endswith("{") and len(found[0]) <= min(NESTED, behind.end - behind.start):
            return _enclosed(f"{called}(", found)
    below = _written(argument, replace(room.inside, end=WIDTH - 1))
    if below is None:
        return None
    if len(below) == 1 and behind.start + len(below[0]) <= behind.end:
        return _enclosed(f"{called}(", below)
    inside = [" " * room.inside.margin + below[0], *below[1:]]
    return [f"{called}(", *inside[:-1], f"{inside[-1]},", " " * room.margin + ")"]


def _enclosed(opening: str, lines: _Written) -> _Written:
    found = _prefixed(opening, lines)
    return None if found is None else [*found[:-1], f"{found[-1]})"]


def _calls(node: Piece) -> bool:
    """Say whether an argument is a call itself, perhaps with a minus in front."""
    return _calls(node.inside) if isinstance(node, Signed) else _named(node)


def _named(node: Piece) -> bool:
    return isinstance(node, Invoked) and node.called != ""


def _choice(node: Choice, room: _Room, tail: bool) -> _Written:
    """Write a choice: on a line if it is short and the only one."""
    flat = _flat(node)
    short = not tail and len(flat) <= CHOICE and not _long(node)
    if short and room.start + len(flat) <= room.end:
        return [flat]
    margin = " " * room.margin
    block = _Room(room.margin + STEP, room.margin + STEP, WIDTH)
    lines = _head("if ", node.test, room)
    otherwise: Piece = node
    while isinstance(otherwise, Choice):
        lines += _block(otherwise.then, block)
        otherwise = otherwise.otherwise
        if isinstance(otherwise, Choice):
            first, *more = _head("} else if ", otherwise.test, replace(room, start=room.margin))
            lines += [margin + first, *more]
    return [*lines, f"{margin}}} else {{", *_block(otherwise, block), f"{margin}}}"]


def _head(opening: str, test: Piece, room: _Room) -> list[str]:
    """Write a test, and the brace behind it, or below where the line has no room for it."""
    start = room.start + len(opening)
    lines = _written(test, _Room(room.margin, start, WIDTH)) or [_flat(test)]
    column = len(lines[-1]) + (start if len(lines) == 1 else 0)
    margin = " " * room.margin
    lines[0] = opening + lines[0]
    closed = lines[-1].startswith((f"{margin}}}", f"{margin})")) and set(lines[-1]) <= {*" )}"}
    beside = column + 2 <= WIDTH if len(lines) == 1 else closed
    return [*lines[:-1], f"{lines[-1]} {{"] if beside else [*lines, f"{margin}{{"]


def _block(node: Piece, room: _Room) -> list[str]:
    found = _written(node, room, tail=True) or [_flat(node)]
    return [" " * room.margin + found[0], *found[1:]]


def _long(node: Piece) -> bool:
    """Say whether a choice in ``node`` has to be broken."""
    match node:
        case Choice(test, then, otherwise):
            inside = isinstance(otherwise, Choice) or any(map(_long, (test, then, otherwise)))
            return inside or isinstance(then, Choice) or len(_flat(node)) > CHOICE
        case Binary(_, left, right):
            return _long(left) or _long(right)
        case Signed(inside_):
            return _long(inside_)
        case Invoked(called, arguments):
            nested = called != "" and _calls(arguments[0])
            return (nested and len(_flat(arguments[0])) > NESTED) or any(map(_long, arguments))
    return False
