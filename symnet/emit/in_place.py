"""Updates that write into the arrays they read, for languages that allocate nothing.

In: Routine, Block. Out: expressions, Block.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symnet.emit.routines import Routine
from symnet.emit.rule import NEW_PARAMETERS, NEW_STATE
from symnet.emit.statements import Block, Loop, Make, Put, Statement
from symnet.model.expression import Expression, Symbol

# What an update calls its new values, and the argument they are written into.
ARGUMENTS = {NEW_PARAMETERS: "params", NEW_STATE: "state"}


def in_place(block: Block) -> Block:
    """Let an update write into the arrays it reads, entry by entry."""
    kept = (_in_place(one) for one in block.statements if not isinstance(one, Make))
    return Block(tuple(one for one in kept if one is not None), ())


def _in_place(one: Statement) -> Statement | None:
    """Rename what is written, and write it last, since the rule may read the old state."""
    if isinstance(one, Put):
        return replace(one, target=_argument(one.target))
    if not isinstance(one, Loop):
        return one
    inside = [part for part in map(_in_place, one.body) if isinstance(part, Put)]
    moving = [part for part in inside if Symbol(part.target) != part.value]
    order = {"params": 1, "state": 2}
    moving.sort(key=lambda part: order.get(part.target.partition("[")[0], 0))
    return replace(one, body=tuple(moving)) if moving else None


def _argument(target: str) -> str:
    name, bracket, rest = target.partition("[")
    return ARGUMENTS[name] + bracket + rest if bracket else target


def read_in_place(routine: Routine) -> tuple[Expression, ...]:
    """Return every expression of an update but the values that stay where they stand."""
    old = dict(routine.reads)
    groups = zip(ARGUMENTS.values(), routine.results, strict=False)
    written = (value for name, group in groups for _, value in stores(group, old[name]))
    return (*(one.expression for one in routine.assignments), *written)


def stores(
    values: Sequence[Expression], old: Sequence[str] = ()
) -> Iterator[tuple[int, Expression]]:
    """Yield values with their places, except for those that stand there already."""
    for position, value in enumerate(values):
        if not (old and value == Symbol(old[position])):
            yield position, value
