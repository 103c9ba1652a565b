"""How many float objects a function makes where every float has a place of its own on the heap.

In: Routine, Block. Out: numbers of objects.

So does MicroPython on most boards: each entry read from an array, each result of an operator and of
a function is a new object. Constants are not, and a choice makes what its dearer branch makes.
"""

from collections.abc import Iterable, Mapping, Sequence

from symnet.emit.in_place import read_in_place
from symnet.emit.inlined import Inlined
from symnet.emit.routines import Reads, Routine
from symnet.emit.sections import stored
from symnet.emit.statements import Block, Loop, Put, Statement, Unless
from symnet.model.expression import (
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    names,
)

Written = Mapping[str, int]


def boxes_of_routine(routine: Routine, own: Written) -> int:
    """Count the objects of the scalar form; ``own``: those of functions symnet writes itself."""
    return _boxes(routine.reads, routine.nodes, own)


def boxes_of_update(routine: Routine, own: Written) -> int:
    """Count the objects of an update in place, which leaves what does not move where it stands."""
    return _boxes(routine.reads, read_in_place(routine), own)


def _boxes(reads: Reads, nodes: Sequence[Expression], own: Written) -> int:
    return _entries(reads, nodes) + sum(boxes(node, own) for node in nodes)


def boxes_of_fused(one: Inlined, own: Written) -> int:
    """Count the objects of a fused update whose sections are all worked out."""
    block = Block(stored(one.found, one.kept), ())
    return _entries((*one.kept, *one.given), block.nodes) + boxes_of_block(block, own)


def boxes_of_block(block: Block, own: Written) -> int:
    """Count the objects of a function made of loops."""
    results = sum(boxes(node, own) for node in block.results)
    return results + boxes_of_statements(block.statements, own)


def boxes_of_statements(statements: Iterable[Statement], own: Written) -> int:
    """Count the objects, as often as loops run."""
    total = 0
    for one in statements:
        match one:
            case Loop(start=start, stop=stop, body=body):
                total += (stop - start) * boxes_of_statements(body, own)
            case Put(target=target, value=value, add=add):
                total += boxes(value, own)
                total += 1 + _read(target) if add else 0
            case Unless(test, body, otherwise):
                total += sum(boxes(part, own) for part in test.parts)
                total += max(boxes_of_statements(part, own) for part in (body, otherwise))
    return total


def boxes(node: Expression, own: Written) -> int:
    """Count the objects that an expression makes."""
    match node:
        case Symbol(name):
            return _read(name)
        case Sum(terms):
            inside = [one.operand if isinstance(one, Negative) else one for one in terms[1:]]
            return _joined((terms[0], *inside), own)
        case Product(factors):
            return _joined(factors, own)
        case Quotient(numerator, denominator):
            return _joined((numerator, denominator), own)
        case Negative(operand):
            return 0 if isinstance(operand, Number) else 1 + boxes(operand, own)
        case Select(test, then, otherwise):
            branches = max(boxes(then, own), boxes(otherwise, own))
            return sum(boxes(one, own) for one in test.parts) + branches
        case Call(function, arguments):
            return own.get(function, 1) + sum(boxes(one, own) for one in arguments)
    return 0


def _joined(parts: Sequence[Expression], own: Written) -> int:
    return len(parts) - 1 + sum(boxes(one, own) for one in parts)


def _entries(reads: Reads, nodes: Iterable[Expression]) -> int:
    """Count the entries of arguments that ``nodes`` use."""
    used = {name for node in nodes for name in names(node)}
    return sum(name in used for _, entries in reads for name in entries)


def _read(name: str) -> int:
    """Return 1 for an entry of an array; tables hold small integers, which are no objects."""
    return int(name.endswith("]"))
