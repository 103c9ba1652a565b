"""Shipped networks against the numbers printed where they come from.

Printed decimals are compared as printed: ours, rounded to as many digits, must be the same text.
"""

from fractions import Fraction
from typing import Any

import pytest

from symnet.derive.backprop import backpropagate
from symnet.derive.update import TrainingStep, training_step
from symnet.model.evaluation import high_precision, run
from symnet.model.network import build_network
from symnet.pipeline import load

PRECISE = high_precision(50)

# Matt Mazur, "A Step by Step Backpropagation Example" (2015).
MAZUR_FORWARD = {
    "z1": "0.3775",
    "h1": "0.593269992",
    "h2": "0.596884378",
    "z3": "1.105905967",
    "y_hat1": "0.75136507",
    "y_hat2": "0.772928465",
    "loss": "0.298371109",
}
MAZUR_UPDATED = {
    "w1": "0.149780716",
    "w2": "0.19956143",
    "w3": "0.24975114",
    "w4": "0.29950229",
    "w5": "0.35891648",
    "w6": "0.408666186",
    "w7": "0.511301270",
    "w8": "0.561370121",
    "b1": "0.35",
    "b2": "0.60",
}

# Andrej Karpathy, "The spelled-out intro to neural networks and backpropagation" (2022).
MICROGRAD_GRADIENTS = {"w1": "1.0000", "w2": "0.0000", "x1": "-1.5000", "x2": "0.5000"}


def values(step: TrainingStep) -> dict[str, Any]:
    """Return the sample, the initial parameters and the learning rate at 50 digits."""
    network, spec = step.network, step.network.spec
    assert spec.samples is not None
    known = {one.name: one.value for one in network.parameters if one.value is not None}
    known |= dict(zip(network.inputs, spec.samples.x[0], strict=True))
    known |= dict(zip(network.targets, spec.samples.y[0], strict=True))
    known["learning_rate"] = spec.training.rates[0] if spec.training.rates else Fraction(0)
    return {name: PRECISE.number(value) for name, value in known.items()}


def shown(value: Any, like: str) -> str:
    """Round ``value`` to as many decimals as ``like`` has."""
    return f"{float(value):.{len(like.partition('.')[2])}f}"


@pytest.fixture(scope="module")
def mazur() -> TrainingStep:
    return training_step(backpropagate(build_network(load("sigmoid-two-outputs").spec)))


@pytest.mark.parametrize(("name", "printed"), MAZUR_FORWARD.items())
def test_mazurs_forward_pass(mazur: TrainingStep, name: str, printed: str) -> None:
    found = run(mazur.network.forward, values(mazur), PRECISE)
    assert shown(found[name], printed) == printed


@pytest.mark.parametrize(("name", "printed"), MAZUR_UPDATED.items())
def test_mazurs_updated_weights(mazur: TrainingStep, name: str, printed: str) -> None:
    found = run(mazur.update, values(mazur), PRECISE)
    position = [one.name for one in mazur.network.parameters].index(name)
    assert shown(found[mazur.update.outputs[position]], printed) == printed


@pytest.mark.parametrize(("name", "printed"), MICROGRAD_GRADIENTS.items())
def test_micrograds_neuron(name: str, printed: str) -> None:
    step = training_step(backpropagate(build_network(load("tanh-neuron").spec)))
    found = run(step.gradients, values(step), PRECISE)
    names = [one.name for one in step.network.parameters] + list(step.network.inputs)
    assert shown(found[step.gradients.outputs[names.index(name)]], printed) == printed
