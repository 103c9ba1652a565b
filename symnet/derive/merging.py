"""What is used once written where it is used: fewer names, the same operations in the same order.

In: Program. Out: Merged.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from symnet.derive.equations import scalar_numbers
from symnet.derive.sharing import occurrences
from symnet.derive.update import TrainingStep
from symnet.model.expression import Expression, Select, substitute
from symnet.model.program import Assignment, Program


@dataclass(frozen=True, slots=True)
class Merged:
    """A program, and for each of its lines which nodes stand in it besides its own."""

    program: Program
    covered: dict[str, tuple[str, ...]]


def merged_update(step: TrainingStep) -> Merged:
    """Merge what is computed going back; every unit keeps its line going forward."""
    adjoints = {one.name for one in step.derivation.adjoints.values()}
    errors = {one.name for one in step.network.variables if one.kind == "error"}
    return merged(step.update, adjoints | errors, scalar_numbers(step))


def merged(program: Program, nodes: Collection[str], into: Collection[str]) -> Merged:
    """Write those of ``nodes`` that are used once where they are used; choices keep their line.

    ``into``: the lines that they may be written into, for they have equations of their own.
    """
    reader = {name: one.name for one in program.assignments for name in one.reads}
    uses = Counter(name for one in program.assignments for name in occurrences(one.expression))
    uses.update(dict.fromkeys(program.outputs, 2))
    known: dict[str, Expression] = {}
    within: dict[str, tuple[str, ...]] = {}
    kept: list[Assignment] = []
    for one in program.assignments:
        inside = tuple(name for name in one.reads if name in known)
        within[one.name] = tuple(node for name in inside for node in (*within[name], name))
        line = Assignment(one.name, substitute(one.expression, known)) if inside else one
        once = uses[one.name] == 1 and one.name in nodes and reader[one.name] in into
        if once and not isinstance(line.expression, Select):
            known[one.name] = line.expression
        else:
            kept.append(line)
    covered = {one.name: within[one.name] for one in kept if within[one.name]}
    return Merged(Program(program.inputs, tuple(kept), program.outputs), covered)
