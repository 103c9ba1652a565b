"""The optimizer's rule for whole runs of parameters at once.

In: Block from symnet.emit.rule. Out: lines of NumPy.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symnet.derive.lowering import elementary
from symnet.emit.layout import STEP, broken
from symnet.emit.printing import Printer
from symnet.emit.rule import INDEX, NEW_PARAMETERS, NEW_STATE
from symnet.emit.statements import Block, Loop, Make, Put
from symnet.model.expression import Expression, Negative, Sum, Symbol, names, substitute

Lines = tuple[str, ...]
ENTRY = re.compile(rf"(\w+)\[(?:(\d+) \+ )?{INDEX}\]")
OLD = {NEW_PARAMETERS: "params", NEW_STATE: "state"}


@dataclass(frozen=True, slots=True)
class ArrayRule:
    """Writes a rule; ``sizes``: of the arrays, where a run that covers one needs no slice."""

    block: Block
    sizes: dict[str, int]
    printer: Printer

    @property
    def moves(self) -> bool:
        """Whether all that is done takes the gradient times the learning rate from parameters."""
        step = Symbol("learning_rate") * Symbol("gradient")
        return [*self._assigned()] == [(NEW_PARAMETERS, Symbol("params") - step)]

    def update(self) -> Lines:
        """Write new parameters, and new state if there is one, as arrays of their own."""
        lines: list[str] = []
        for one in self.block.statements:
            if isinstance(one, Make) and self._pieces(one.name):
                lines.append(f"{one.name} = np.empty({one.size})")
        for target, value in self._assigned():
            lines += self._written(f"{target} = ", value, len(STEP))
        return (*lines, f"return {', '.join(str(one) for one in self.block.results)}")

    def step(self) -> Lines:
        """Write the same inside of a loop over steps, which overwrites the old parameters."""
        lines: list[str] = []
        assigned = list(self._assigned())
        target, value = assigned[-1]
        short = _moved(value) if target == NEW_PARAMETERS else None
        for one in self.block.statements:
            if isinstance(one, Make) and self._pieces(one.name):
                lines.append(f"{one.name} = np.empty({one.size})")
        for name, new in assigned[:-1] if short else assigned:
            lines += self._written(f"{name} = ", new, 2 * len(STEP))
        if short:
            lines += self._written(f"params {short[0]} ", short[1], 2 * len(STEP))
        else:
            lines.append("params[:] = new_params")
        return (*lines, *(["state = new_state"] if len(self.block.results) > 1 else []))

    def _pieces(self, name: str) -> bool:
        """Say whether an array is written in several pieces, not at once."""
        return any(target.startswith(f"{name}[") for target, _ in self._assigned())

    def _assigned(self) -> Iterator[tuple[str, Expression]]:
        for one in self.block.statements:
            if isinstance(one, Put):
                yield one.target, elementary(one.value)
            elif isinstance(one, Loop):
                for put in one.body:
                    assert isinstance(put, Put)
                    found = {name: Symbol(self._run(name, one.stop)) for name in names(put.value)}
                    value = substitute(elementary(put.value), found)
                    yield self._run(put.target, one.stop), value

    def _run(self, name: str, count: int) -> str:
        found = ENTRY.fullmatch(name)
        if found is None:
            return name
        array, start = found[1], int(found[2] or 0)
        if start == 0 and count == self.sizes[OLD.get(array, array)]:
            return array
        return f"{array}[{start}:{start + count}]"

    def _written(self, opening: str, value: Expression, indent: int) -> Lines:
        return broken(opening, self.printer.pieces(value), indent)


def _moved(value: Expression) -> tuple[str, Expression] | None:
    """Return sign and step of what only adds to, or takes from, the parameters; else None."""
    match value:
        case Sum((Symbol("params"), Negative(step))):
            return "-=", step
        case Sum((Symbol("params"), step)):
            return "+=", step
    return None
