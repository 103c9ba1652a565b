"""The complete training step: forward, loss, gradients and the optimizer's rule as programs.

In: Derivation. Out: TrainingStep.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symnet.derive.backprop import Derivation
from symnet.derive.lowering import elementary, lowered, without_aliases
from symnet.model.collecting import uncollected
from symnet.model.expression import Expression, Number, Symbol, product
from symnet.model.network import Network, Parameter
from symnet.model.optimizers import OPTIMIZERS, Old
from symnet.model.program import Assignment, Program, filled, sound, unused
from symnet.model.shape import Shape, shaped

RATE = "learning_rate"
# What stands for a parameter's own names while a rule is written; no name has a question mark.
PARAMETER, GRADIENT, SLOT = "parameter?", "gradient?", "{}?"


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What every target emits.

    ``forward``, ``loss``, ``gradients``: from parameters, inputs and targets of one sample.
    ``rule``: from parameters, gradients, optimizer state and learning rate to new parameters and
    new state. ``update``: both together, for one sample; ``full``: the same with every adjoint
    under its own name. ``rate``: what they call the learning rate.
    ``state``: names of the state's entries; ``initial_state``: their values.
    """

    derivation: Derivation
    network: Network
    forward: Program
    loss: Program
    gradients: Program
    rule: Program
    update: Program
    full: Program
    rate: str
    state: tuple[str, ...]
    initial_state: tuple[Fraction, ...]


@uncollected
def training_step(derivation: Derivation) -> TrainingStep:
    """Write the programs of a training step in the order in which a textbook computes."""
    network = derivation.network
    everything = lowered(derivation)
    wanted = [one.name for one in network.parameters]
    if network.spec.input_gradients:
        wanted += network.inputs
    gradients = tuple(derivation.adjoints[name].name for name in wanted)
    rate = unused(RATE, {*everything.inputs, *(one.name for one in everything.assignments)})
    rule, state = _rule(derivation, everything, rate)
    joined = _joined(everything, rule)
    names, start = tuple(state), tuple(state.values())
    everywhere = sound(joined.inputs, joined.assignments, (*gradients, *rule.outputs))
    once = without_aliases(everywhere)
    count = len(gradients)
    return TrainingStep(
        derivation=derivation,
        network=network,
        forward=everything.needed_for(network.predictions),
        loss=everything.needed_for((network.loss,)),
        gradients=once.needed_for(once.outputs[:count], everything.inputs),
        rule=rule,
        update=once.needed_for(once.outputs[count:]),
        full=joined,
        rate=rate,
        state=names,
        initial_state=start,
    )


def _joined(everything: Program, rule: Program) -> Program:
    bound = {*everything.inputs, *(one.name for one in everything.assignments)}
    inputs = (*everything.inputs, *(name for name in rule.inputs if name not in bound))
    return sound(inputs, everything.assignments + rule.assignments, rule.outputs)


def _rule(derivation: Derivation, code: Program, rate: str) -> tuple[Program, dict[str, Fraction]]:
    """Write the optimizer's rule for every parameter that is not frozen."""
    network = derivation.network
    taken = {*code.inputs, *(one.name for one in code.assignments), rate}
    entry = OPTIMIZERS[network.spec.training.optimizer.name]
    moving = [one for one in network.parameters if not one.frozen]
    slots = {
        (slot, one.name): _claimed(f"{slot}_{one.name}", taken)
        for slot in entry.slots
        for one in moving
    }
    powers = {option: _claimed(f"{option}_power", taken) for option in entry.powers}
    writer = _Rule(derivation, slots, powers, rate, taken)
    new_powers = writer.new_powers
    updated = {one.name: writer.update(one) for one in moving}
    outputs = [updated.get(one.name, (one.name,)) for one in network.parameters]
    new_slots = [updated[one.name][1 + k] for k in range(len(entry.slots)) for one in moving]
    inputs = (
        *(one.name for one in network.parameters),
        *(derivation.adjoints[one.name].name for one in moving),
        *slots.values(),
        *powers.values(),
        rate,
    )
    program = sound(
        tuple(dict.fromkeys(inputs)),
        tuple(writer.assignments),
        (*(one[0] for one in outputs), *new_slots, *new_powers),
    )
    return program, _initial_state(network, slots, powers)


def _initial_state(
    network: Network, slots: dict[tuple[str, str], str], powers: dict[str, str]
) -> dict[str, Fraction]:
    """Start slots at zero or as the file says, and powers at beta^step."""
    training = network.spec.training
    given = {(slot, name): value for slot, name, value in training.state}
    values = {called: given.get(key, Fraction(0)) for key, called in slots.items()}
    for option, called in powers.items():
        values[called] = training.optimizer.number(option) ** training.step
    return values


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a rule: what it computes, as a word in front of whose it is, and how.

    ``name``: what stands for its result in the lines that follow.
    """

    word: str
    of: str
    shape: Shape
    names: tuple[str, ...]
    name: str


def _line(word: str, of: str, value: Expression) -> _Line:
    return _Line(word, of, *shaped(elementary(value)), f"{word}_{of}")


class _Rule:
    """The rule being written, parameter by parameter.

    It is written out once, with names that stand for a parameter's own, which are then filled in.
    """

    def __init__(
        self,
        derivation: Derivation,
        slots: dict[tuple[str, str], str],
        powers: dict[str, str],
        rate: str,
        taken: set[str],
    ) -> None:
        self.derivation = derivation
        self.choice = derivation.network.spec.training.optimizer
        self.entry = OPTIMIZERS[self.choice.name]
        self.assignments: list[Assignment] = []
        self._slots, self._rate, self._taken = slots, Symbol(rate), taken
        self._decay = self.choice.number("weight_decay")
        self._spared = "bias" if self.choice.word("decays") == "weights" else ""
        self.new_powers = [self._power(option, old) for option, old in powers.items()]
        self._words = [(slot, SLOT.format(slot)) for slot in self.entry.slots]
        self._lines = {decays: tuple(self._written(decays)) for decays in (False, True)}

    def _power(self, option: str, old: str) -> str:
        """Write the next power of a beta; return its name."""
        name = _claimed(f"new_{old}", self._taken)
        value = elementary(Symbol(old) * Number(self.choice.number(option)))
        self.assignments.append(Assignment(name, value))
        return name

    def _written(self, decays: bool) -> Iterator[_Line]:
        """Write the rule; ``decays``: the gradient has the weight decay's share, under a name."""
        parameter, gradient = Symbol(PARAMETER), Symbol(GRADIENT)
        if decays:
            share = product(Number(self._decay), parameter)
            yield (line := _line("decayed", PARAMETER, gradient + share))
            gradient = Symbol(line.name)
        slots = tuple(Symbol(word) for _, word in self._words)
        old = Old(parameter, gradient, slots, self._rate, tuple(map(Symbol, self.new_powers)))
        news: list[Expression] = []
        for slot, value in zip(slots, self.entry.new_slots(old, self.choice), strict=True):
            yield (line := _line("new", slot.name, value))
            news.append(Symbol(line.name))
        new = self.entry.new_parameter(old, tuple(news), self.choice)
        yield _line("new", PARAMETER, new)

    def update(self, parameter: Parameter) -> tuple[str, ...]:
        """Write one parameter's update; return the names of its new value and new slots."""
        name = parameter.name
        called = {PARAMETER: name, GRADIENT: self.derivation.adjoints[name].name}
        for slot, word in self._words:
            called[word] = self._slots[slot, name]
        found = []
        for line in self._lines[bool(self._decay) and parameter.kind != self._spared]:
            new = called[line.name] = _claimed(f"{line.word}_{called[line.of]}", self._taken)
            names = tuple([called.get(one, one) for one in line.names])
            self.assignments.append(filled(new, line.shape, names))
            found.append(new)
        *slots, value = found[-1 - len(self._words) :]
        return (value, *slots)


def _claimed(name: str, taken: set[str]) -> str:
    """Return ``name``, underscored until it is unlike any other, and take it."""
    name = unused(name, taken)
    taken.add(name)
    return name
