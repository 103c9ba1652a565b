"""The numbers of a network's equations: the same in documents and in code.

In: TrainingStep, or Spec for the matrix form. Out: numbers by node.

Scalar: every unit going forward, the loss, every adjoint going back, then for each parameter its
gradient and its update. Matrices: forward, deltas from the last layer back, gradients.
"""

from collections.abc import Iterator

from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep
from symnet.model.network import Layer
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec

BATCH_LOSS = "batch_loss"


def scalar_numbers(step: TrainingStep) -> dict[str, int]:
    """Return the number of every node that has an equation, from 1 on."""
    return _counted(_scalar(step))


def matrix_numbers(spec: Spec) -> dict[str, int]:
    """Return the number of every equation of the matrix form, by its id."""
    return _counted(_matrix(spec))


def _counted(nodes: Iterator[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(nodes, 1)}


def _scalar(step: TrainingStep) -> Iterator[str]:
    network, adjoints = step.network, step.derivation.adjoints
    for layer in network.layers:
        yield from _nodes(layer)
    yield network.loss
    if _several_samples(network.spec):
        yield BATCH_LOSS
    needed = _needed(step.derivation)
    for layer in reversed(network.layers):
        backwards = (*(unit.h for unit in layer.units), *(unit.z for unit in layer.units))
        yield from (adjoints[name].name for name in backwards if name in needed)
    yield from _of_parameters(step)
    for name in network.inputs if network.spec.input_gradients else ():
        yield from [adjoints[name].name] if name in adjoints else []


def _of_parameters(step: TrainingStep) -> list[str]:
    adjoints, updates, found = step.derivation.adjoints, _updates(step), list[str]()
    for one in step.network.parameters:
        if one.name in adjoints:
            found.append(adjoints[one.name].name)
        found += updates.get(one.name, ())
    return found


def _nodes(layer: Layer) -> Iterator[str]:
    yield from (unit.z for unit in layer.units)
    yield from (unit.h for unit in layer.units)


def _several_samples(spec: Spec) -> bool:
    samples = spec.samples
    return samples is not None and spec.training.mode == "batch" and len(samples.x) > 1


def _needed(derivation: Derivation) -> set[str]:
    """Return the variables whose adjoints lead to a parameter, or to an input if asked for."""
    network = derivation.network
    adjoints = derivation.adjoints
    asked = network.inputs if network.spec.input_gradients else ()
    found = {*(one.name for one in network.parameters), *asked}
    for variable, _, terms, _ in reversed(adjoints.values()):  # from the leaves to the loss
        if variable in found:
            found.update([consumer for consumer, _, _ in terms])
    return found


def _updates(step: TrainingStep) -> dict[str, list[str]]:
    """Return, for every parameter that moves, the assignments of its update in their order."""
    spec = step.network.spec
    if spec.loss.name == "none" and not spec.training.rates:
        return {}
    powers = len(OPTIMIZERS[spec.training.optimizer.name].powers)
    values = dict(
        zip(step.rule.outputs, [one.name for one in step.network.parameters], strict=False)
    )
    found: dict[str, list[str]] = {}
    row: list[str] = []
    for one in step.rule.assignments[powers:]:
        row.append(one.name)
        if parameter := values.get(one.name):
            found[parameter], row = row, []
    return found


def _matrix(spec: Spec) -> Iterator[str]:
    layers = range(1, len(spec.layers) + 1)
    for layer in layers:
        yield from (f"z{layer}", f"h{layer}")
    yield from (f"delta{layer}" for layer in reversed(layers))
    for layer in layers:
        yield f"W{layer}"
        yield from [f"b{layer}"] if spec.layers[layer - 1].biases != () else []
    yield from ["x"] if spec.input_gradients else []
