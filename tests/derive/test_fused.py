"""The fused step: equal to the exact one on every side of every kink, with fewer operations."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest

from symnet.derive.fused import FusedStep, fused
from symnet.derive.guards import Body
from symnet.derive.operations import Counts, operations
from symnet.derive.update import TrainingStep
from symnet.model.evaluation import Arithmetic, evaluate, high_precision, run
from symnet.model.program import Assignment
from symnet.model.spec import TrainingSpec
from tests.emit.emitted import network, optimizers, pairs, step_of
from tests.networks import small_spec

PRECISE = high_precision(50)


def calculated(body: Body, values: Mapping[str, Any], arithmetic: Arithmetic) -> dict[str, Any]:
    """Run a body with its sections; a name that is not there when it is read raises KeyError."""
    known = dict(values)
    for one in body:
        if isinstance(one, Assignment):
            known[one.name] = evaluate(one.expression, known, arithmetic)
        elif evaluate(one.test, known, arithmetic):
            known |= run_all(one.otherwise, known, arithmetic)
        else:
            inside = calculated(one.body, known, arithmetic)
            outside = {name for o in one.otherwise for name in [o.name]}
            known |= {name: inside[name] for name in outside}
    return known


def run_all(
    assignments: tuple[Assignment, ...], values: Mapping[str, Any], arithmetic: Arithmetic
) -> dict[str, Any]:
    return {one.name: evaluate(one.expression, values, arithmetic) for one in assignments}


def points(step: TrainingStep, count: int = 12) -> Iterator[dict[str, Fraction]]:
    """Yield points without a pattern, from small to large, on both sides of kinks."""
    for k in range(count):
        yield (
            {
                name: Fraction((7 * k * k + 13 * i * (k + 1) + 5 * i * i) % 41 - 20, 9)
                for i, name in enumerate(step.update.inputs)
            }
            | {name: Fraction(k + 3, 7) for name in step.state}
            | {step.rate: Fraction(1, 10)}
        )


def worst(step: TrainingStep, found: FusedStep, arithmetic: Arithmetic) -> tuple[Any, int]:
    """Return how far the fused step is off at the worst, and how many parameters moved."""
    off, moved = 0, 0
    for point in points(step):
        values = {name: arithmetic.number(value) for name, value in point.items()}
        exact = run(step.update, values, arithmetic)
        now = calculated(found.body, values, arithmetic)
        pairs_ = zip(step.update.outputs, found.outputs, strict=True)
        off = max([off, *(abs(exact[a] - now[b]) for a, b in pairs_)])
        moved += sum(
            exact[new] != values[one.name]
            for new, one in zip(step.update.outputs, step.network.parameters, strict=False)
        )
    return off, moved


def arithmetic_of(counts: Counts) -> int:
    """Return the operations that are no choices."""
    return counts.total - counts.maxima - counts.gates


def step_for(activation: str, loss: str, **fields: Any) -> TrainingStep:
    return step_of(network(activation, loss, **fields))


@pytest.mark.parametrize(("activation", "loss"), list(pairs()))
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    step = step_for(activation, loss, sizes=(2, 3, 2, 2))
    off, moved = worst(step, fused(step), PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))
    assert moved > 20


@pytest.mark.parametrize("optimizer", list(optimizers()), ids=str)
def test_every_optimizer(optimizer: Any) -> None:
    spec = small_spec((2, 3, 1), ("relu", "relu"), training=TrainingSpec(optimizer=optimizer))
    step = step_of(spec)
    found = fused(step)
    off, moved = worst(step, found, PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))
    assert moved > 20
    gained = arithmetic_of(operations(step.update)) - arithmetic_of(found.operations)
    plain = optimizer.number("weight_decay") == 0
    words = dict(optimizer.options).values()
    assert gained >= (0 if optimizer.name == "rmsprop" or ("accumulated" in words and plain) else 8)
