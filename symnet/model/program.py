"""The language in between: straight-line programs, assigned once and before use.

In: Expression. Out: Assignment, Program.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from symnet.model.expression import Expression, Symbol, substitute
from symnet.model.shape import Shape, shaped


@dataclass(frozen=True, slots=True)
class Assignment:
    """One node: its name and how it is computed from earlier ones.

    ``shape``: the expression's; ``reads``: the names it uses, in order of first occurrence.
    """

    name: str
    expression: Expression
    shape: Shape = field(init=False, compare=False, repr=False)
    reads: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        shape, reads = shaped(self.expression)
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "reads", reads)

    if not TYPE_CHECKING:  # where types are checked there are no other attributes

        def __getattr__(self, name: str) -> Expression:
            """Fill in the expression of a line that is known by its shape, when first asked for."""
            if name != "expression":
                raise AttributeError(f"an Assignment has no attribute {name!r}")
            value = self.shape.filled(self.reads)
            object.__setattr__(self, "expression", value)
            return value

    def renamed(self, called: Mapping[str, str]) -> "Assignment":
        """Return the same line with other variables; alike as long as no two become one."""
        names = tuple([called.get(one, one) for one in self.reads])
        if len({*names}) == len(names):
            return filled(self.name, self.shape, names)
        values = {old: Symbol(new) for old, new in zip(self.reads, names, strict=True)}
        return Assignment(self.name, substitute(self.expression, values))

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

    def needed_for(
        self, outputs: Iterable[str], inputs: tuple[str, ...] | None = None
    ) -> "Program":
        """Return the program that computes only ``outputs``, from all inputs or from ``inputs``.

        Raises:
            ValueError: an output is never assigned.
        """
        outputs, inputs = tuple(outputs), self.inputs if inputs is None else inputs
        live, kept = set(outputs), []
        for assignment in reversed(self.assignments):
            if assignment.name in live:
                live.update(assignment.reads)
                kept.append(assignment)
        bound = {*inputs, *(one.name for one in kept)}
        if not bound.issuperset(outputs):
            raise ValueError(f"never assigned: {sorted(set(outputs) - bound)}")
        return sound(inputs, tuple(reversed(kept)), outputs)


def sound(
    inputs: tuple[str, ...], assignments: tuple[Assignment, ...], outputs: tuple[str, ...]
) -> Program:
    """Make a program of what was looked at before; a wide network's has thousands of lines."""
    program = object.__new__(Program)
    for name, value in (("inputs", inputs), ("assignments", assignments), ("outputs", outputs)):
        object.__setattr__(program, name, value)
    return program


def filled(name: str, shape: Shape, names: tuple[str, ...]) -> Assignment:
    """Assign what has this shape; few lines of a wide network are ever looked at as expressions."""
    one = object.__new__(Assignment)
    put = object.__setattr__
    put(one, "name", name)
    put(one, "shape", shape)
    put(one, "reads", names)
    return one


def unused(name: str, taken: Iterable[str]) -> str:
    """Return ``name`` with as many underscores behind it as make it unlike any in ``taken``."""
    while name in taken:
        name += "_"
    return name
