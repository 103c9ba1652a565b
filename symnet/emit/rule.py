"""The optimizer's rule as loops: from gradients to new parameters and new state.

In: Spec, Places. Out: Block.

The state is a flat list: every slot for all parameters that move, then the powers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from symnet.derive.lowering import elementary
from symnet.emit.places import Places
from symnet.emit.statements import Block, Make, Put, Statement, each, entry
from symnet.model.expression import Number, Symbol, product
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS, Old, Optimizer
from symnet.model.spec import Choice, Spec

INDEX = "k"
NEW_PARAMETERS, NEW_STATE = "new_params", "new_state"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring parameters under the same rule: where they start, and where in each slot."""

    start: int
    count: int
    moves: bool
    decays: bool
    slot: int


def update_block(spec: Spec, where: Places) -> Block:
    """Write one update, given the gradient, as loops over runs of parameters."""
    writer = _Rule(spec, where)
    made = [Make(NEW_PARAMETERS, where.count)]
    results = [Symbol(NEW_PARAMETERS)]
    if writer.state_size:
        made.append(Make(NEW_STATE, writer.state_size))
        results.append(Symbol(NEW_STATE))
    statements = [*made, *writer.powers(), *map(writer.loop, writer.runs)]
    return Block(tuple(statements), tuple(results))


def initial_state(spec: Spec) -> tuple[Fraction, ...]:
    """Return the state to start from, in the order in which updates keep it."""
    training, entry_ = spec.training, OPTIMIZERS[spec.training.optimizer.name]
    given = {(slot, name): value for slot, name, value in training.state}
    moving = [name for name in parameter_names(spec) if name not in set(spec.frozen)]
    slots = (given.get((slot, name), Fraction(0)) for slot in entry_.slots for name in moving)
    powers = (training.optimizer.number(option) ** training.step for option in entry_.powers)
    return (*slots, *powers)


class _Rule:
    """The rule of one optimizer for a run of parameters."""

    def __init__(self, spec: Spec, where: Places) -> None:
        self.choice: Choice = spec.training.optimizer
        self.optimizer: Optimizer = OPTIMIZERS[self.choice.name]
        self.runs = tuple(_runs(spec, where))
        self.moving = sum(run.count for run in self.runs if run.moves)
        slots = len(self.optimizer.slots) * self.moving
        self.state_size = slots + len(self.optimizer.powers)

    def powers(self) -> Iterator[Statement]:
        """Yield the next powers of the betas, and where they are kept."""
        first = len(self.optimizer.slots) * self.moving
        for position, option in enumerate(self.optimizer.powers, first):
            old, new = entry("state", str(position)), f"new_{option}_power"
            yield Put(new, elementary(old * Number(self.choice.number(option))), new=True)
            yield Put(f"{NEW_STATE}[{position}]", Symbol(new))

    def loop(self, run: Run) -> Statement:
        """Write the update of one run of parameters."""
        place = _at(run.start)
        parameter, new = entry("params", place), entry(NEW_PARAMETERS, place).name
        if not run.moves:
            return each(INDEX, run.count, Put(new, parameter))
        slots = [_at(run.slot + k * self.moving) for k in range(len(self.optimizer.slots))]
        body: list[Statement] = []
        gradient = entry("gradient", place)
        if run.decays:
            share = product(Number(self.choice.number("weight_decay")), parameter)
            body.append(Put("decayed", elementary(gradient + share), new=True))
            gradient = Symbol("decayed")
        old = Old(
            parameter,
            gradient,
            tuple(entry("state", slot) for slot in slots),
            Symbol("learning_rate"),
            tuple(Symbol(f"new_{option}_power") for option in self.optimizer.powers),
        )
        names = [f"new_{slot}" for slot in self.optimizer.slots]
        values = self.optimizer.new_slots(old, self.choice)
        for name, slot, value in zip(names, slots, values, strict=True):
            body.append(Put(name, elementary(value), new=True))
            body.append(Put(f"{NEW_STATE}[{slot}]", Symbol(name)))
        value = self.optimizer.new_parameter(old, tuple(map(Symbol, names)), self.choice)
        return each(INDEX, run.count, *body, Put(new, elementary(value)))


def _runs(spec: Spec, where: Places) -> Iterator[Run]:
    """Cut PARAMETERS where moving turns to frozen or, if it matters, weights to biases."""
    frozen, choice = set(spec.frozen), spec.training.optimizer
    decay, everywhere = choice.number("weight_decay") != 0, choice.word("decays") == "all"

    def kind(numbered: tuple[int, str]) -> tuple[bool, bool]:
        position, name = numbered
        return name not in frozen, decay and (everywhere or position < where.weights)

    start = slot = 0
    for (moves, decays), group in groupby(enumerate(parameter_names(spec)), kind):
        count = sum(1 for _ in group)
        yield Run(start, count, moves, decays, slot)
        start += count
        slot += count if moves else 0


def _at(start: int) -> str:
    return f"{start} + {INDEX}" if start else INDEX
