"""The language in between: straight-line programs, assigned once and before use.

In: Expression. Out: Assignment, Program.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from symnet.model.expression import Expression, names


@dataclass(frozen=True)  # no slots: what it reads is worked out once and kept
class Assignment:
    """One node: its name and how it is computed from earlier ones."""

    name: str
    expression: Expression

    @property
    def reads(self) -> tuple[str, ...]:
        """The names the expression uses, in order of first occurrence."""
        kept: dict[str, tuple[str, ...]] = self.__dict__  # cached_property would take a lock
        if "_reads" not in kept:
            kept["_reads"] = names(self.expression)
        return kept["_reads"]

    def __str__(self) -> str:
        return f"{self.name} = {self.expression}"


@dataclass(frozen=True, slots=True)
class Program:
    """Inputs, then assignments in order, then which names are the results.

    Raises:
        ValueError: a name is bound twice, or used before it is bound.
    """

    inputs: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        bound = set(self.inputs)
        if len(bound) != len(self.inputs):
            raise ValueError("an input is named twice")
        for assignment in self.assignments:
            if not bound.issuperset(assignment.reads):
                missing = next(name for name in assignment.reads if name not in bound)
                raise ValueError(f"{assignment.name} uses {missing} before it is assigned")
            if assignment.name in bound:
                raise ValueError(f"{assignment.name} is assigned twice")
            bound.add(assignment.name)
        if not bound.issuperset(self.outputs):
            raise ValueError(f"never assigned: {sorted(set(self.outputs) - bound)}")

    def __str__(self) -> str:
        lines = [f"inputs {', '.join(self.inputs)}", *map(str, self.assignments)]
        return "\n".join([*lines, f"outputs {', '.join(self.outputs)}"])

    def needed_for(self, outputs: Iterable[str]) -> "Program":
        """Return the program that computes only ``outputs``; inputs stay as they are."""
        outputs = tuple(outputs)
        live, kept = set(outputs), []
        for assignment in reversed(self.assignments):
            if assignment.name in live:
                live.update(assignment.reads)
                kept.append(assignment)
        return Program(self.inputs, tuple(reversed(kept)), outputs)


def unused(name: str, taken: Iterable[str]) -> str:
    """Return ``name`` with as many underscores behind it as make it unlike any in ``taken``."""
    while name in taken:
        name += "_"
    return name
