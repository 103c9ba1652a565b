"""The network's numbers before every training step of its file, for one sample.

In: Truth. Out: Moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from symnet.check.handwritten.figures import defaults
from symnet.check.handwritten.truth import NEW, RATE, Truth
from symnet.check.handwritten.worlds import NumberWorld
from symnet.derive.update import TrainingStep, training_step
from symnet.model.evaluation import FLOAT, run

MOST_STEPS = 100
ROW = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What is known before a step, and the parameters after it: by its optimizer's own rule."""

    world: NumberWorld
    new: dict[str, float] = field(default_factory=dict)


def moments(truth: Truth) -> tuple[Moment, ...]:
    """Return the numbers of the steps that the file trains, at least of the start."""
    network = truth.network
    samples = network.spec.samples
    if samples is None or len(samples.x) != 1:
        return (Moment(NumberWorld(truth, {})),)
    start: dict[tuple[str, Any], float] = {
        (name, ROW if name in truth.rows else place): number
        for (name, place), number in defaults(truth).items()
    }
    known = all(one.value is not None for one in network.parameters)
    if not known or not network.spec.training.rates:
        return (Moment(NumberWorld(truth, start)),)
    return tuple(islice(_trained(truth, start), MOST_STEPS))


def _trained(truth: Truth, start: dict[tuple[str, Any], float]) -> Iterator[Moment]:
    """Take step after step, while all stays finite."""
    training = training_step(truth.derivation)
    data = {name: start[name, ROW] for name in truth.data}
    values = {name: start[name, 0] for name in truth.parameters}
    state = dict(zip(training.state, map(float, training.initial_state), strict=True))
    for rate in truth.network.spec.training.rates:
        try:
            new, state = _step(training, values, data, state, float(rate))
        except ArithmeticError:
            return
        given: dict[tuple[str, Any], float] = {(name, ROW): one for name, one in data.items()}
        given |= {(name, 0): number for name, number in (*values.items(), (RATE, float(rate)))}
        world = NumberWorld(truth, given)
        yield Moment(world, {NEW + name: new[name] for name in truth.updated})
        values = new


def _step(
    training: TrainingStep,
    values: dict[str, float],
    data: dict[str, float],
    state: dict[str, float],
    rate: float,
) -> tuple[dict[str, float], dict[str, float]]:
    """Take one step: return the new parameters and the new state."""
    program = training.update
    known = {**values, **data, **state, training.rate: rate}
    found = run(program, {name: known[name] for name in program.inputs}, FLOAT)
    results = [found[name] for name in program.outputs]
    new = dict(zip(values, results, strict=False))
    return new, dict(zip(state, results[len(values) :], strict=True))
