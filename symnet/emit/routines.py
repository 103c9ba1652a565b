"""The functions of the scalar form, ready to be written in any language.

In: TrainingStep. Out: Routine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from symnet.derive.update import TrainingStep
from symnet.model.expression import Expression, Symbol
from symnet.model.program import Assignment, Program

Reads = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Routine:
    """A function: which arguments hold which variables, assignments, and groups of results.

    ``number``: it returns its only result as it is, not in a list; ``called``: what that result
    would be called.
    """

    reads: Reads
    assignments: tuple[Assignment, ...]
    results: tuple[tuple[Expression, ...], ...]
    number: bool = False
    called: str = ""

    @property
    def nodes(self) -> tuple[Expression, ...]:
        """Every expression of the function."""
        return (*(one.expression for one in self.assignments), *chain(*self.results))

    @property
    def kinds(self) -> tuple[Expression, ...]:
        """One expression of every shape that occurs in the function."""
        found = {one.shape: one for one in self.assignments}
        results = (one for one in chain(*self.results) if type(one) is not Symbol)
        return (*(one.expression for one in found.values()), *results)


@dataclass(frozen=True, slots=True)
class Routines:
    """All functions of one network, each for one sample.

    ``update``: the whole update; ``rule``: from finished gradients to new values.
    """

    forward: Routine
    loss: Routine
    gradients: Routine
    input_gradients: Routine | None
    update: Routine
    rule: Routine

    def updating(self, batch: bool) -> Routine:
        """Return the update of a sample; of a batch, that from finished gradients."""
        return self.rule if batch else self.update


def routines(step: TrainingStep) -> Routines:
    """Take the programs of a training step apart into functions."""
    sample = sample_reads(step)
    count = len(step.network.parameters)
    gradients, asked = step.gradients.outputs[:count], step.gradients.outputs[count:]
    alone = step.gradients.needed_for(gradients) if asked else step.gradients
    return Routines(
        forward=_routine(step.forward, sample[:2]),
        loss=last_inlined(_routine(step.loss, sample)),
        gradients=_routine(alone, sample),
        input_gradients=_routine(step.gradients.needed_for(asked), sample) if asked else None,
        update=_updating(step, step.update, sample),
        rule=_updating(step, step.rule, (sample[0], gradient_reads(step))),
    )


def sample_reads(step: TrainingStep) -> Reads:
    """Return the arguments of a function of one sample; no targets without a loss."""
    network = step.network
    reads = (("params", tuple(one.name for one in network.parameters)), ("x", network.inputs))
    return (*reads, ("y", network.targets)) if network.targets else reads


def gradient_reads(step: TrainingStep) -> tuple[str, tuple[str, ...]]:
    """Return the names of the gradients in PARAMETERS order."""
    adjoints = step.derivation.adjoints
    return "gradient", tuple(adjoints[one.name].name for one in step.network.parameters)


def names_in(step: TrainingStep) -> tuple[str, ...]:
    """Return every variable that the code may hold, in the order in which they appear.

    The loss is left out: it is returned as soon as it is known, and needs no name.
    """
    found: dict[str, None] = {}
    for _, names in (*sample_reads(step), gradient_reads(step), ("state", step.state)):
        found.update(dict.fromkeys(names))
    for program in (step.full, step.loss):
        found.update(dict.fromkeys([one.name for one in program.assignments]))
    found.pop(step.network.loss, None)
    return tuple(found)


def moves(routine: Routine) -> tuple[tuple[str, str], ...]:
    """Return what each value read at the start of a step is called at its end, where it moves."""
    state = [group for group in routine.reads if group[0] == "state"]
    old = [routine.reads[0][1], *(entries for _, entries in state)]
    pairs = (
        (before, after.name)
        for entries, group in zip(old, routine.results, strict=True)
        for before, after in zip(entries, group, strict=True)
        if isinstance(after, Symbol)
    )
    return tuple((before, after) for before, after in pairs if before != after)


def last_inlined(routine: Routine) -> Routine:
    """Return the value of the last assignment instead of giving it a name."""
    *others, last = routine.assignments
    return Routine(
        routine.reads, tuple(others), ((last.expression,),), number=True, called=last.name
    )


def _routine(program: Program, reads: Reads) -> Routine:
    return Routine(reads, program.assignments, (_symbols(program.outputs),))


def _updating(step: TrainingStep, program: Program, reads: Reads) -> Routine:
    count = len(step.network.parameters)
    parameters, state = program.outputs[:count], program.outputs[count:]
    if not state:
        return Routine(reads, program.assignments, (_symbols(parameters),))
    reads = (reads[0], ("state", step.state), *reads[1:])
    return Routine(reads, program.assignments, (_symbols(parameters), _symbols(state)))


def _symbols(names: Iterable[str]) -> tuple[Expression, ...]:
    return tuple(map(Symbol, names))
