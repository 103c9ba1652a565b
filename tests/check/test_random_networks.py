"""Random networks across everything a file can ask for: every way of getting a gradient agrees.

The chain rule as derived, dual numbers run from the Spec, difference quotients of 60 digits and the
emitted Python are held against each other. A failure prints the seed; SYMNET_SEED=<n> runs one.
"""

import os
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

import pytest

from symnet.check.bench import Bench
from symnet.check.points import kink_places, points_at_kinks, random_points
from symnet.check.report import MOST_CODE, MOST_DIFFERENCE, MOST_ERROR, MOST_FLOAT
from symnet.derive.backprop import backpropagate
from symnet.derive.update import TrainingStep, training_step
from symnet.emit.source import emit
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import EXACT, run
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Choice, LayerSpec, Spec, TrainingSpec
from tests.networks import choice, small_spec

COUNT = 300
SEEDS = [int(os.environ["SYMNET_SEED"])] if "SYMNET_SEED" in os.environ else list(range(COUNT))
RATE = Fraction(1, 16)
KINKS = (Fraction(0), Fraction(1, 2), Fraction(1))
OPTIONS: dict[str, tuple[Fraction, ...]] = {
    "kink": KINKS,
    "slope": (Fraction(0), Fraction(1, 4), Fraction(1, 100)),
    "alpha": (Fraction(1), Fraction(1, 2)),
    "delta": (Fraction(1, 2), Fraction(1)),
}


def random_spec(draw: Random) -> Spec:
    """Draw a network: layers, widths, functions, options, sharing, biases, optimizer."""
    sizes = [draw.randint(1, 3) for _ in range(draw.randint(2, 4))]
    loss = draw.choice(list(LOSSES))
    last = LOSSES[loss].activation or draw.choice(list(ACTIVATIONS))
    if last == "softmax":
        sizes[-1] = draw.randint(2, 3)
    hidden = [draw.choice(list(ACTIVATIONS)) for _ in sizes[1:-1]]
    names = [
        a if size > 1 or a != "softmax" else "tanh"
        for a, size in zip(hidden, sizes[1:-1], strict=True)
    ]
    spec = small_spec(sizes, (*names, last), loss, input_gradients=draw.random() < 0.3)
    layers = tuple(
        _layer(draw, layer, number, width)
        for number, (layer, width) in enumerate(zip(spec.layers, sizes, strict=False), 1)
    )
    training = TrainingSpec(
        optimizer=_options(draw, choice(OPTIMIZERS, draw.choice([*OPTIMIZERS])))
    )
    spec = replace(spec, layers=layers, loss=_options(draw, spec.loss), training=training)
    frozen = draw.sample(parameters(spec), draw.choice([0, 0, 1]))
    return replace(spec, frozen=tuple(frozen))


def parameters(spec: Spec) -> list[str]:
    return [one.name for one in build_network(spec).parameters]


def _layer(draw: Random, layer: LayerSpec, number: int, sources: int) -> LayerSpec:
    """Draw names that may be shared, and biases: numbered, none, shared or subtracted."""
    weights, biases = None, draw.choice([None, None, (), (f"s{number}",) * layer.units])
    if draw.random() < 0.4:
        pool = [f"v{k}" for k in range(1, 4)]
        weights = tuple(
            tuple(draw.choice(pool) for _ in range(sources)) for _ in range(layer.units)
        )
    sign = draw.choice([1, 1, -1])
    activation = _options(draw, layer.activation)
    return LayerSpec(layer.units, activation, weights, biases, sign)  # type: ignore[arg-type]


def _options(draw: Random, chosen: Choice) -> Choice:
    options = tuple(
        (name, draw.choice(OPTIONS[name]) if name in OPTIONS else value)
        for name, value in chosen.options
    )
    return Choice(chosen.name, options)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_agrees(seed: int) -> None:
    spec = random_spec(Random(seed))
    derivation = backpropagate(build_network(spec))
    step = training_step(derivation)
    bench = Bench(derivation, step)
    module = executed(step)
    for point in islice(random_points(bench.network, seed), 2):
        bench.compare(point)
        bench.quotient(point)
        bench.floats(point)
        compare_code(module, step, bench, point)
    for placed in points_at_kinks(bench.network, bench.kind, seed, most=2):
        bench.compare(placed.point, on_kink=placed.jumps and not placed.beside)
        bench.quotient(placed.point)
        if bench.kind is EXACT or placed.beside:  # else float64 may round across the kink
            compare_code(module, step, bench, placed.point)
    for name, tally in bench.tallies.items():
        where = f"seed {seed}, dL/d{name} of {spec}"
        assert tally.error <= MOST_ERROR, where
        assert tally.differences <= MOST_DIFFERENCE, where
        assert tally.code <= MOST_CODE, where
        assert tally.floats <= MOST_FLOAT, where
        assert tally.kinks == tally.kinks_right, where


def executed(step: TrainingStep) -> dict[str, Any]:
    """Run the emitted module in a namespace of its own."""
    module: dict[str, Any] = {"__name__": "emitted"}
    exec(compile(emit(step, "python").text, "emitted", "exec"), module)
    return module


def compare_code(module: dict[str, Any], step: TrainingStep, bench: Bench, point: Any) -> None:
    """Hold the emitted gradients, and the update made from them, against 60 digits."""
    spec, exact = step.network.spec, bench.precise.number
    params, x, y = (
        [float(point[name]) for name in names]
        for names in (module["PARAMETERS"], spec.inputs, spec.targets)
    )
    sample = (x, y) if spec.targets else (x,)
    expected = bench.gradient(point)
    found = module["gradients"](params, *sample)
    for name, value in zip(module["PARAMETERS"], found, strict=True):
        close(value, expected[name], f"dL/d{name}")
    state = dict(zip(step.state, step.initial_state, strict=True))
    known = {name: exact(value) for name, value in {**point, **state, step.rate: RATE}.items()}
    # From the emitted gradients: an optimizer that divides by them makes much of their rounding.
    for name, value in zip(module["PARAMETERS"], found, strict=True):
        known[step.derivation.adjoints[name].name] = exact(Fraction(value))
    after = run(step.rule, {name: known[name] for name in step.rule.inputs}, bench.precise)
    arguments = [list(map(float, state.values()))] if state else []
    updated = module["update"](params, *arguments, *sample, float(RATE))
    flat = [*updated[0], *updated[1]] if state else updated
    for name, value in zip(step.rule.outputs, flat, strict=True):
        close(value, after[name], name)


def close(value: float, expected: Any, what: str) -> None:
    """Allow the rounding of a few dozen operations on numbers of this size."""
    expected = float(expected)
    assert abs(value - expected) <= 1e-11 * (1 + abs(expected)), f"{what}: {value} != {expected}"


def test_the_networks_drawn_cover_everything() -> None:
    specs = [random_spec(Random(seed)) for seed in range(COUNT)]
    layers = [layer for spec in specs for layer in spec.layers]
    assert {layer.activation.name for layer in layers} == set(ACTIVATIONS)
    assert {spec.loss.name for spec in specs} == set(LOSSES)
    assert {spec.training.optimizer.name for spec in specs} == set(OPTIMIZERS)
    assert {layer.biases == () for layer in layers} == {True, False}
    assert {layer.bias_sign for layer in layers} == {1, -1}
    assert sum(layer.weights is not None for layer in layers) > 50
    assert sum(bool(spec.frozen) for spec in specs) > 20
    kinked = [spec for spec in specs if kink_places(build_network(spec))]
    assert len(kinked) > 30
