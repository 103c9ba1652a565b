"""What all modules in Python have in common, whatever runs them.

In: Routine, Block. Out: lines of Python.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from symnet.emit.layout import STEP, WIDTH, broken, listed
from symnet.emit.printing import Printer, Syntax, functions_used
from symnet.emit.routines import Routine
from symnet.emit.statements import Block, Lines, written
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression, Select, walk
from symnet.model.program import Assignment

# Listed, since the running Python's own list would make the output depend on its version.
KEYWORDS = frozenset(
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield".split()
)
SILENCED = "# ruff: noqa: {rule} - {why}"

SYNTAX = Syntax(choice=("{then}", "if {test}", "else {otherwise}"), functions=ELEMENTARY)
BEHIND = "  # "
REMARK = BEHIND + "{text}"
LINES = Lines(
    make="{name} = [0.0] * {size}",
    put="{target} = ",
    new="{target} = ",
    add="{target} += ",
    loop="for {index} in {range}:",
    note="# {text}",
    remark=REMARK,
    when="if {test}:",
    unless="if not {test}:",
    other="else:",
)


def docstring_safe(text: str) -> str:
    """Make one line harmless inside three quotation marks."""
    return text.replace("\\", "\\\\").replace('"', "'")


def silenced(nodes: Iterable[Expression], unread: bool = False) -> tuple[str, ...]:
    """Return comments that tell a linter what it must let stand; its own repair would lose NaNs.

    ``unread``: a function takes lists apart and does not use every entry.
    """
    rules = {}
    if any(map(_chooses_larger, chain.from_iterable(map(walk, nodes)))):
        rules["FURB136"] = "max() and min() would turn a NaN into a number"
    if unread:
        rules["RUF059"] = "lists are taken apart whole, so that one of another length is refused"
    return tuple(SILENCED.format(rule=rule, why=why) for rule, why in rules.items())


def _chooses_larger(node: Expression) -> bool:
    """Whether a choice is between the two sides of its own test."""
    return isinstance(node, Select) and {node.then, node.otherwise} == {*node.test.parts}


def described(names: Sequence[str], width: int = 18) -> str:
    """Write names as a list; of a long one, the first and the last."""
    text = f"[{', '.join(names)}]"
    return text if len(text) <= width else f"[{names[0]}, ..., {names[-1]}]"


def unpacked(names: Sequence[str], source: str, indent: int = len(STEP)) -> tuple[str, ...]:
    """Take a sequence apart into variables; one of another length raises ValueError."""
    if len(names) == 1:
        return (f"({names[0]},) = {source}",)
    line = f"{', '.join(names)} = {source}"
    if indent + len(line) <= WIDTH:
        return (line,)
    return ("(", *(f"{STEP}{name}," for name in names), f") = {source}")


def body(
    routine: Routine, printer: Printer, calls: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Write a function; ``calls``: what is called for an argument that it does not have."""
    calls = calls or {}
    lines: list[str] = []
    for argument, names in routine.reads:
        now = [printer.names.get(name, name) for name in names]
        lines += unpacked(now, calls.get(argument, argument))
    lines += computed(routine.assignments, printer)
    if routine.number:
        pieces, remark = printer.pieces(routine.results[0][0]), remarked(printer, routine.called)
        return (*lines, *broken("return ", pieces, len(STEP), comment=remark))
    return (*lines, *returned(routine.results, printer))


def computed(
    assignments: Iterable[Assignment], printer: Printer, indent: int = len(STEP)
) -> list[str]:
    """Write assignments; those that several functions share are written once."""
    known = printer.lines.setdefault(indent, {})
    lines: list[str] = []
    for one in assignments:
        written = known.get(id(one))
        if written is None:  # kept with the assignment itself, so that its id stays its own
            written = known[id(one)] = (one, _assigned(one, printer, indent))
        lines += written[1]
    return lines


def _assigned(one: Assignment, printer: Printer, indent: int) -> tuple[str, ...]:
    name, said = printer.names.get(one.name, one.name), printer.remarks.get(one.name)
    remark = f"{BEHIND}{said}" if said else ""
    line = f"{name} = {printer.value(one)}{remark}"
    if indent + len(line) <= WIDTH:
        return (line,)
    return broken(f"{name} = ", printer.value_pieces(one), indent, comment=remark)


def remarked(printer: Printer, name: str) -> str:
    """Write the comment behind the line that computes ``name``; empty if none."""
    said = printer.remarks.get(name)
    return f"{BEHIND}{said}" if said else ""


def returned(groups: Sequence[Sequence[Expression]], printer: Printer) -> Iterator[str]:
    """Return one list, or new parameters and new state."""
    texts = [[printer.text(one) for one in group] for group in groups]
    if len(texts) == 1:
        yield from listed("return [", texts[0], "]", len(STEP), alone="")
        return
    for name, items in zip(("new_params", "new_state"), texts, strict=True):
        yield from listed(f"{name} = [", items, "]", len(STEP), alone="")
    yield "return new_params, new_state"


def looped(block: Block, printer: Printer) -> tuple[str, ...]:
    """Write a function made of loops."""
    lines = written(block.statements, LINES, printer)
    if len(block.results) == 1:
        return (*lines, *broken("return ", printer.pieces(block.results[0]), len(STEP)))
    return (*lines, f"return {', '.join(map(printer.text, block.results))}")


def imported(nodes: Iterable[Expression]) -> str:
    """Return what to import from math to compute ``nodes``; empty if nothing."""
    return ", ".join(sorted({ELEMENTARY[one] for one in functions_used(nodes)}))
