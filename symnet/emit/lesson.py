"""The training step told parameter by parameter, each with its own chain rule.

In: TrainingStep. Out: Lessons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from symnet.derive.backprop import Adjoint, Derivation, Term
from symnet.derive.update import TrainingStep
from symnet.emit.routines import Routine, sample_reads
from symnet.model.expression import Symbol, substitute
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.program import Assignment

# More paths than this are not written out one by one.
PATHS = 6


@dataclass(frozen=True, slots=True)
class Lesson:
    """One parameter's update.

    ``chain``: the chain rule, line by line. ``steps``: from the nodes to ``gradient``, each with
    the rule it follows, empty where it only prepares one. ``rule``: from there to ``results``, the
    new value and the new state.
    """

    parameter: str
    chain: tuple[str, ...]
    steps: tuple[tuple[Assignment, str], ...]
    gradient: str
    rule: tuple[Assignment, ...]
    results: tuple[str, ...]

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment of the lesson."""
        return (*(one for one, _ in self.steps), *self.rule)


@dataclass(frozen=True, slots=True)
class Lessons:
    """The lessons, and what they share: the nodes of the forward pass, the powers of the state.

    ``parameters`` and ``state``: names of the new values, an old name where nothing changes.
    ``inputs``: the chain rules of the inputs, line by line, where the file asks for them.
    """

    nodes: Routine
    lessons: tuple[Lesson, ...]
    powers: tuple[Assignment, ...]
    parameters: tuple[str, ...]
    state: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment beside the nodes'."""
        return (*(one for lesson in self.lessons for one in lesson.assignments), *self.powers)


def lessons(step: TrainingStep, called: Mapping[str, str]) -> Lessons:
    """Write a lesson for every parameter that moves; ``called``: names as the code has them."""
    names = [one.name for one in step.network.parameters]
    outputs, state = step.rule.outputs[: len(names)], step.rule.outputs[len(names) :]
    moving = [one.name for one in step.network.parameters if not one.frozen]
    slots = len(OPTIMIZERS[step.network.spec.training.optimizer.name].slots)
    new = dict(zip(names, outputs, strict=True))
    nodes = _nodes(step)
    told = (
        _lesson(step, name, (new[name], *state[k : slots * len(moving) : len(moving)]), called)
        for k, name in enumerate(moving)
    )
    powers = step.rule.needed_for(state[slots * len(moving) :]).assignments
    inputs = tuple(_inputs(step, called))
    return Lessons(nodes, tuple(told), powers, outputs, state, inputs)


def _inputs(step: TrainingStep, called: Mapping[str, str]) -> Iterator[str]:
    """Yield the chain rule of each input, with a blank line in front."""
    words = _Words(step.derivation, called)
    for name in step.network.inputs if step.network.spec.input_gradients else ():
        yield ""
        yield from words.chain(name)


def _nodes(step: TrainingStep) -> Routine:
    """Return the forward pass as far as any gradient or prediction needs it."""
    wanted = (*step.forward.outputs, *_adjoints(step))
    needed = _before_loss(step, step.full.needed_for(wanted).assignments)
    results = tuple(Symbol(one.name) for one in needed)
    return Routine(sample_reads(step), needed, (results,))


def _adjoints(step: TrainingStep) -> Iterator[str]:
    adjoints = step.derivation.adjoints
    return (adjoints[one.name].name for one in step.network.parameters)


def _before_loss(step: TrainingStep, assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """Return those of ``assignments`` that the code computes before the loss."""
    order = [one.name for one in step.full.assignments]
    early = set(order[: order.index(step.network.loss)])
    return tuple(one for one in assignments if one.name in early)


def _lesson(
    step: TrainingStep, name: str, results: tuple[str, ...], called: Mapping[str, str]
) -> Lesson:
    gradient = step.derivation.adjoints[name].name
    needed = step.full.needed_for((gradient,)).assignments
    shared = {one.name for one in _before_loss(step, needed)}
    words = _Words(step.derivation, called)
    return Lesson(
        parameter=name,
        chain=tuple(words.chain(name)),
        steps=tuple((one, words.reason(one.name)) for one in needed if one.name not in shared),
        gradient=gradient,
        rule=step.rule.needed_for(results).assignments,
        results=results,
    )


class _Words:
    """The chain rule in plain text, with the names that the code uses."""

    def __init__(self, derivation: Derivation, called: Mapping[str, str]) -> None:
        self.derivation = derivation
        self.called = called
        self._by_name = {one.name: one for one in derivation.adjoints.values()}

    def chain(self, variable: str) -> Iterator[str]:
        """Yield the product of factors along each path, then what each factor is."""
        paths = list(islice(self.derivation.paths(variable), PATHS + 1))
        if len(paths) > PATHS:
            yield from self._recursion(variable)
            return
        products = [" * ".join(self._along(path, variable)) for path in paths] or ["0"]
        yield from _summed(f"dL/d{self._name(variable)}", products)
        yield ""
        factors = {
            factor: self._text(term)
            for path in paths
            for factor, term in zip(self._along(path, variable), path, strict=True)
        }
        yield from _aligned({**factors, **self._collapsed(paths)})

    def reason(self, name: str) -> str:
        """Return the rule that an adjoint follows; empty for any other variable."""
        one = self._by_name.get(name)
        if one is None:
            return ""
        left, products = f"dL/d{self._name(one.variable)}", self._products(one)
        return left if products == [left] else "\n".join(_summed(left, products))

    def _recursion(self, variable: str) -> Iterator[str]:
        """Yield the sum over the ways on from ``variable`` alone, and how many paths that makes."""
        one = self.derivation.adjoints[variable]
        yield from _summed(f"dL/d{self._name(variable)}", self._products(one))
        yield ""
        yield f"That is a sum over {self.derivation.path_count(variable)} paths from the loss."
        yield ""
        local = {self._factor(term, variable): self._text(term) for term in one.terms}
        yield from _aligned(local)

    def _collapsed(self, paths: list[tuple[Term, ...]]) -> dict[str, str]:
        """Return the short forms that the factors of these paths multiply out to."""
        found = {}
        for path in paths:
            for term in path:
                one = self.derivation.adjoints.get(term.consumer)
                if one is not None and one.collapsed is not None:
                    products = " + ".join(self._products(one))
                    value = str(substitute(one.collapsed, self._symbols()))
                    found[f"dL/d{self._name(one.variable)}"] = f"{products} = {value}"
        return found

    def _products(self, one: Adjoint) -> list[str]:
        found = []
        for term in one.terms:
            factor = self._factor(term, one.variable)
            last = term.consumer == self.derivation.network.loss
            found.append(factor if last else f"dL/d{self._name(term.consumer)} * {factor}")
        return found or ["0"]

    def _along(self, path: tuple[Term, ...], variable: str) -> list[str]:
        ends = (*(term.consumer for term in path[1:]), variable)
        return [self._factor(term, end) for term, end in zip(path, ends, strict=True)]

    def _factor(self, term: Term, variable: str) -> str:
        loss = term.consumer == self.derivation.network.loss
        return f"d{'L' if loss else self._name(term.consumer)}/d{self._name(variable)}"

    def _text(self, term: Term) -> str:
        return str(substitute(term.local, self._symbols()))

    def _symbols(self) -> dict[str, Symbol]:
        return {name: Symbol(now) for name, now in self.called.items()}

    def _name(self, variable: str) -> str:
        return self.called.get(variable, variable)


def _summed(left: str, terms: list[str]) -> Iterator[str]:
    """Yield ``left = first``, then the other terms below it."""
    yield f"{left} = {terms[0]}"
    for term in terms[1:]:
        yield f"{' ' * len(left)} + {term}"


def _aligned(equations: dict[str, str]) -> Iterator[str]:
    width = max(map(len, equations), default=0)
    for left, right in equations.items():
        yield f"{left.ljust(width)} = {right}"
