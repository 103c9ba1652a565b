"""Bodies of functions in MicroPython: buffers made once, results written into them.

In: Routine, Block. Out: lines of Python.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from symnet.emit.elementary import ARGUMENT, Written
from symnet.emit.in_place import read_in_place, stores
from symnet.emit.inlined import Inlined
from symnet.emit.layout import STEP, broken
from symnet.emit.name_rules import BiasRow, Given, NameRule, Numbered, WeightGrid, name_rules
from symnet.emit.printing import Printer
from symnet.emit.pythonic import LINES, computed, remarked
from symnet.emit.routines import Reads, Routine
from symnet.emit.sections import stored
from symnet.emit.statements import Block, Make, Put, Statement, adds_to, each, written
from symnet.model.expression import ZERO, Expression, names
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec

INDEX = "k"
BUFFERED = replace(LINES, make="{name} = _{name}")

Lines = tuple[str, ...]
Buffer = tuple[str, int]


def body(routine: Routine, printer: Printer, buffer: str = "") -> Lines:
    """Write a function that returns a number, or ``buffer`` with its results in it."""
    lines = _lines(routine, routine.nodes, printer)
    if routine.number:
        pieces = printer.pieces(routine.results[0][0])
        remark = remarked(printer, routine.called)
        return (*lines, *broken("return ", pieces, len(STEP), comment=remark))
    stores = _stores("out", routine.results[0], printer)
    return (f"out = {buffer}", *lines, *stores, "return out")


def update_body(routine: Routine, printer: Printer) -> Lines:
    """Write an update in place: every old value is read before the first new one is written."""
    lines = _lines(routine, read_in_place(routine), printer)
    old = dict(routine.reads)
    for name, group in zip(("params", "state"), routine.results, strict=False):
        lines += tuple(_stores(name, group, printer, old[name]))
    return lines


def _lines(routine: Routine, used: Iterable[Expression], printer: Printer) -> Lines:
    """Write what a function reads for ``used``, and what it computes."""
    reads = _reads(routine.reads, used, printer)
    return (*reads, *computed(routine.assignments, printer))


def fused_body(one: Inlined, printer: Printer) -> Lines:
    """Write a fused update in place: what is skipped stays as it is."""
    block = Block(stored(one.found, one.kept), ())
    reads = _reads((*one.kept, *one.given), block.nodes, printer)
    return (*reads, *written(block.statements, LINES, printer))


def _reads(reads: Reads, nodes: Iterable[Expression], printer: Printer) -> Iterator[str]:
    used = {name for node in nodes for name in names(node)}
    for argument, entries in reads:
        for position, name in enumerate(entries):
            if name in used:
                yield f"{printer.names.get(name, name)} = {argument}[{position}]"


def _stores(
    target: str, values: Sequence[Expression], printer: Printer, old: Sequence[str] = ()
) -> Iterator[str]:
    """Write values into a list, except for those that stand there already."""
    for position, value in stores(values, old):
        yield f"{target}[{position}] = {printer.text(value)}"


@dataclass(frozen=True, slots=True)
class Buffered:
    """A function made of loops, and the buffers it works in."""

    block: Block
    buffers: tuple[Buffer, ...]


def buffered(block: Block) -> Buffered:
    """Let a function work in buffers; one that it adds up in starts with zeros."""
    statements = list[Statement]()
    buffers = list[Buffer]()
    for one in block.statements:
        statements.append(one)
        if isinstance(one, Make):
            buffers.append((one.name, one.size))
            if adds_to(block.statements, one.name):
                statements.append(each(INDEX, one.size, Put(f"{one.name}[{INDEX}]", ZERO)))
    return Buffered(Block(tuple(statements), block.results), tuple(buffers))


def looped(block: Block, printer: Printer) -> Lines:
    """Write a function made of loops."""
    lines = tuple(written(block.statements, BUFFERED, printer))
    if not block.results:
        return lines
    return (*lines, *broken("return ", printer.pieces(block.results[0]), len(STEP)))


def own_function(one: Written, printer: Printer) -> Lines:
    """Write a function that MicroPython's math lacks."""
    body = (f"{STEP}{line}" for line in looped(one.block, printer))
    return (f"def {one.name}({ARGUMENT}):", f'{STEP}"""{one.text}."""', *body)


def names_body(spec: Spec) -> Lines:
    """Write a generator of the parameters' names, which as a list would fill a board."""
    rules = name_rules(spec) or (Given(parameter_names(spec)),)
    return tuple(chain.from_iterable(map(_yields, rules)))


def _yields(rule: NameRule) -> Lines:
    match rule:
        case Numbered(letter, first, count):
            return (f"for k in range({first}, {first + count}):", f'{STEP}yield f"{letter}{{k}}"')
        case WeightGrid(layer, sources, units):
            return (
                f"for source in range(1, {sources + 1}):",
                f"{STEP}for unit in range(1, {units + 1}):",
                f'{2 * STEP}yield f"w{layer}_{{unit}}_{{source}}"',
            )
        case BiasRow(layer, units):
            return (
                f"for unit in range(1, {units + 1}):",
                f'{STEP}yield f"b{layer}_{{unit}}"',
            )
        case Given(given):
            return tuple(f'yield "{name}"' for name in given)


def state_names_body(spec: Spec) -> Lines:
    """Write a generator of the names of the state: each slot's, then the powers."""
    optimizer = OPTIMIZERS[spec.training.optimizer.name]
    skip = (f"{STEP}if name in FROZEN:", f"{2 * STEP}continue") if spec.frozen else ()
    lines: Lines = ()
    for slot in optimizer.slots:
        lines += ("for name in parameter_names():", *skip, f'{STEP}yield f"{slot}_{{name}}"')
    return (*lines, *(f'yield "{option}_power"' for option in optimizer.powers))
