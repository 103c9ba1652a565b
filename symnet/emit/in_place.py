"""Updates as loops that write into the arrays they read, for languages that allocate nothing.

In: Block. Out: Block.
"""

from dataclasses import replace

from symnet.emit.rule import NEW_PARAMETERS, NEW_STATE
from symnet.emit.statements import Block, Loop, Make, Put, Statement
from symnet.model.expression import Symbol

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
