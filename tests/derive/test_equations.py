"""The numbers that code gives its equations are those that the articles print."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import symnet
from symnet.derive.equations import matrix_numbers, scalar_numbers
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec, TrainingSpec
from symnet.pipeline import Stages
from tests.emit.emitted import network, pairs, with_samples
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"


def specs() -> Iterator[Spec]:
    """Yield the shipped networks, and others with and without values, samples and rates."""
    for path in sorted(NETWORKS.glob("*.toml")):
        yield read_spec(path)
    names = list(OPTIMIZERS)
    for number, (activation, loss) in enumerate(list(pairs())[::3]):
        optimizer = choice(OPTIMIZERS, names[number % len(names)])
        spec = network(activation, loss, name=f"{activation}-{loss}", input_gradients=number % 2)
        yield with_samples(replace(spec, frozen=("w2", "b1")), number % 4, optimizer=optimizer)
    yield small_spec((2, 2, 1), ("relu", "identity"), name="no-values")
    yield small_spec((2, 2), ("tanh",), "none", name="no-loss")
    yield replace(network("tanh", "none", name="trained-without-loss"))
    yield with_samples(small_spec((1, 1), ("tanh",), name="no-rates"), rates=())
    yield with_samples(small_spec((1, 1), ("identity",), name="one-of-a-batch"), 1)
    yield with_samples(small_spec((1, 1), ("identity",), name="online"), 3, mode="online")
    adam = choice(OPTIMIZERS, "adam", weight_decay=Fraction(1))
    training = TrainingSpec(optimizer=adam)
    yield small_spec((1, 2), ("relu",), name="decay-without-values", training=training)


SPECS = tuple(specs())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_they_are_the_article_s(spec: Spec) -> None:
    stages = Stages(spec)
    assert scalar_numbers(stages.step) == stages.document().numbers()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_they_are_the_matrix_article_s(spec: Spec) -> None:
    assert matrix_numbers(spec) == {
        step.id: number for number, step in enumerate(Stages(spec).matrices.steps, 1)
    }


def test_the_matrix_article_numbers_the_steps_in_their_order() -> None:
    stages = Stages(SPECS[0])
    assert stages.document(form="matrix").numbers() == matrix_numbers(SPECS[0])
