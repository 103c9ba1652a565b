"""The training step with as few operations as rules find: reassociated, everything once, no zeros.

In: TrainingStep. Out: FusedStep.

Equal to the exact form in real numbers, on every side of every kink; in floats the last digits may
differ. A NaN that reaches a test stays a NaN; what a dead unit would have been multiplied with is
not looked at, so an infinity or a NaN there changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symnet.derive.coverage import covered
from symnet.derive.guards import Body, Guarded, assignments
from symnet.derive.operations import Counts, counted
from symnet.derive.scaling import scaled
from symnet.derive.sectioning import guarded
from symnet.derive.sharing import collected, hoisted, inlined, shared
from symnet.derive.update import TrainingStep
from symnet.derive.zeros import without_zeros
from symnet.model.expression import Comparison, Expression, Symbol, substitute
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.program import Assignment, Program
from symnet.model.shape import ALIAS

Item = Assignment | Guarded


@dataclass(frozen=True, slots=True)
class FusedStep:
    """A program in sections; ``outputs``: new parameters, then the new state.

    ``covered``: the nodes of the exact form that stand in each line; such as are scaled are so
    times their factor.
    """

    inputs: tuple[str, ...]
    body: Body
    outputs: tuple[str, ...]
    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def operations(self) -> Counts:
        """All operations that are written; the test of a section counts as a gate."""
        return _counts(self.body)

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable that is assigned, in order."""
        return tuple(dict.fromkeys(one.name for one in assignments(self.body)))


def fused(step: TrainingStep) -> FusedStep:
    """Rewrite the update of one sample; a rule that finds nothing to gain changes nothing."""
    adjoints = _adjoints(step)
    update = without_zeros(step.update, adjoints).needed_for(step.update.outputs)
    program = scaled(update, adjoints)
    pairs = zip(update.assignments, program.assignments, strict=True)
    nodes = {new.name: one.name for one, new in pairs}
    exact = without_zeros(step.full, adjoints)
    return _fused(step, inlined(program, _units(step)), exact, nodes)


def fused_rule(step: TrainingStep) -> FusedStep:
    """Rewrite the optimizer's rule alone, from finished gradients."""
    nodes = {one.name: one.name for one in step.rule.assignments}
    return _fused(step, step.rule, step.rule, nodes)


def _fused(
    step: TrainingStep, program: Program, exact: Program, nodes: Mapping[str, str]
) -> FusedStep:
    """Rewrite a program; ``nodes``: which node of ``exact`` a line has its name from."""
    constant = (step.rate, *_powers(step))
    program = hoisted(collected(program, constant), constant)
    taken = {*step.full.inputs, *(one.name for one in step.full.assignments)}
    once = shared(program, taken)
    program = inlined(once, _units(step))
    body = _tidied(guarded(program.assignments, program.outputs), frozenset(program.outputs))
    equal = {
        nodes[one.name]: nodes[one.reads[0]]
        for one in once.assignments
        if one.shape is ALIAS and one.name in nodes and one.reads[0] in nodes
    }
    lines = {nodes[one.name]: one.name for one in assignments(body) if one.name in nodes}
    kept = _kept(exact, _adjoints(step))
    return FusedStep(program.inputs, body, program.outputs, covered(kept, lines, equal))


def _kept(exact: Program, adjoints: frozenset[str]) -> list[Assignment]:
    """Return what an update needs; a second name for an adjoint is told with it in any case."""
    needed = {one.name for one in exact.needed_for(exact.outputs).assignments}
    return [
        one
        for one in exact.assignments
        if one.name in needed or (one.shape is ALIAS and one.name in adjoints)
    ]


def _adjoints(step: TrainingStep) -> frozenset[str]:
    return frozenset(one.name for one in step.derivation.adjoints.values())


def _units(step: TrainingStep) -> tuple[str, ...]:
    """Return the names of the forward pass, which keep their lines."""
    units = (unit for layer in step.network.layers for unit in layer.units)
    return tuple(name for unit in units for name in (unit.z, unit.h))


def _powers(step: TrainingStep) -> tuple[str, ...]:
    count = len(OPTIMIZERS[step.network.spec.training.optimizer.name].powers)
    return step.state[len(step.state) - count :]


def _counts(body: Body) -> Counts:
    total = Counts()
    for one in body:
        if isinstance(one, Guarded):
            total += counted([one.test]) + Counts(gates=1) + _counts(one.body)
        else:
            total += counted([one.expression])
    return total


def _tidied(body: Body, read: frozenset[str]) -> Body:
    """Drop second names; ``read``: what is read outside of ``body``."""
    first: dict[str, Expression] = {}
    kept: list[Item] = []
    for one in body:
        one = _substituted(one, first)
        if isinstance(one, Assignment) and _is_alias(one, read):
            first[one.name] = one.expression
        else:
            kept.append(one)
    outside = read.union(*(one.reads for one in kept))  # a section's own are not in its reads
    return tuple(
        replace(one, body=_tidied(one.body, outside)) if isinstance(one, Guarded) else one
        for one in kept
    )


def _is_alias(one: Assignment, read: frozenset[str]) -> bool:
    return isinstance(one.expression, Symbol) and one.name not in read


def _substituted(one: Item, values: dict[str, Expression]) -> Item:
    if not values:
        return one
    if isinstance(one, Assignment):
        return Assignment(one.name, substitute(one.expression, values))
    test = substitute(one.test, values)
    if not isinstance(test, Comparison):
        raise TypeError(f"{test} is no test")
    body = tuple(_substituted(inner, values) for inner in one.body)
    otherwise = (Assignment(o.name, substitute(o.expression, values)) for o in one.otherwise)
    return Guarded(test, body, tuple(otherwise))
