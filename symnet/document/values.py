"""The example worked through: every value of every sample, and every training step.

In: Derivation, TrainingStep. Out: Example, Step.

Fractions all the way: exact where fractions suffice, 50 digits of exp, log and their like;
nothing here is a float.
"""

from dataclasses import dataclass
from fractions import Fraction

from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep
from symnet.document.rounding import SETTLED, Values, rounded, value_of
from symnet.model.network import Network
from symnet.model.program import Assignment, Program

# Exact values grow with every product; past this many bits they are cut to 50 digits.
LONGEST = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One update: what it started from, what it saw, and where it led.

    ``samples``: their positions, counted from 0; ``seen``: every value of each of them.
    ``gradients``: by parameter, over the samples. ``state`` and ``new_state``: the optimizer's.
    """

    number: int
    rate: Fraction
    samples: tuple[int, ...]
    seen: tuple[Values, ...]
    before: Values
    gradients: Values
    after: Values
    state: Values
    new_state: Values
    loss: Fraction


class Example:
    """The samples and parameters of the network file, worked through."""

    def __init__(self, derivation: Derivation, training: TrainingStep) -> None:
        self.derivation = derivation
        self.network = derivation.network
        self.training = training
        self.whole = _whole(derivation)

    def sample(self, index: int, parameters: Values) -> Values:
        """Work out every node and adjoint for one sample."""
        samples = self.network.spec.samples
        if samples is None:
            raise ValueError("the network file has no sample")
        known = dict(zip(self.network.inputs, samples.x[index], strict=True))
        known.update(zip(self.network.targets, samples.y[index], strict=True))
        return self._run(self.whole, {**known, **parameters})

    def steps(self, count: int) -> list[Step]:
        """Take the first ``count`` training steps of the file."""
        found: list[Step] = []
        before = initial(self.network)
        state = dict(zip(self.training.state, self.training.initial_state, strict=True))
        for position, rate in enumerate(self.network.spec.training.rates[:count]):
            step = self._step(position, rate, before, state)
            found.append(step)
            before, state = dict(step.after), dict(step.new_state)
        return found

    def _step(self, position: int, rate: Fraction, before: Values, state: Values) -> Step:
        chosen = self.samples(position)
        seen = tuple(self.sample(index, before) for index in chosen)
        gradients = {
            one.name: self.reduced(seen, self.derivation.adjoints[one.name].name)
            for one in self.network.parameters
        }
        by_adjoint = {
            self.derivation.adjoints[name].name: value for name, value in gradients.items()
        }
        rule = self.training.rule
        known = {**before, **by_adjoint, **state, self.training.rate: rate}
        found = self._run(rule, {name: known[name] for name in rule.inputs})
        after, new_state = _results(self.network, self.training, found)
        loss = self.reduced(seen, self.network.loss)
        return Step(
            position + 1, rate, chosen, seen, before, gradients, after, state, new_state, loss
        )

    def samples(self, position: int) -> tuple[int, ...]:
        """Return the samples that an update sees: all of them, or online the next one."""
        samples = self.network.spec.samples
        count = len(samples.x) if samples else 0
        if self.network.spec.training.mode == "online":
            return (position % count,)
        return tuple(range(count))

    def reduced(self, seen: tuple[Values, ...], name: str) -> Fraction:
        """Return what the samples of an update make of a value together."""
        whole = sum((one[name] for one in seen), Fraction(0))
        mean = self.network.spec.training.reduction == "mean"
        return whole / len(seen) if mean else whole

    def _run(self, program: Program, values: Values) -> dict[str, Fraction]:
        """Evaluate node by node: sums and products exactly, functions to many digits."""
        known = dict(values)
        for one in program.assignments:
            known[one.name] = _cut(value_of(one.expression, known))
        return known


def initial(network: Network) -> dict[str, Fraction]:
    """Return the parameters' initial values; empty where the file has none."""
    return {one.name: one.value for one in network.parameters if one.value is not None}


def _whole(derivation: Derivation) -> Program:
    """Write forward pass and adjoints as one program, as they are displayed."""
    forward = derivation.network.forward
    adjoints = (
        Assignment(one.name, one.collapsed or derivation.value(one.variable))
        for one in derivation.adjoints.values()
    )
    return Program(forward.inputs, (*forward.assignments, *adjoints), forward.outputs)


def _results(network: Network, training: TrainingStep, found: Values) -> tuple[Values, Values]:
    count = len(network.parameters)
    outputs = [found[name] for name in training.rule.outputs]
    names = [one.name for one in network.parameters]
    after = dict(zip(names, outputs[:count], strict=True))
    return after, dict(zip(training.state, outputs[count:], strict=True))


def _cut(value: Fraction) -> Fraction:
    return value if value.denominator.bit_length() < LONGEST else rounded(value, SETTLED).value
