"""Every optimizer's programs against the rule written out by hand, in exact or 50-digit numbers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from symnet.derive.backprop import backpropagate
from symnet.derive.update import TrainingStep, training_step
from symnet.model.evaluation import EXACT, high_precision, run
from symnet.model.network import build_network
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import TrainingSpec
from tests.networks import choice, small_spec

PRECISE = high_precision(50)
RATE = Fraction(1, 10)


def step_for(
    optimizer: str, frozen: tuple[str, ...] = (), **options: Fraction | str
) -> TrainingStep:
    training = TrainingSpec(optimizer=choice(OPTIMIZERS, optimizer, **options))
    spec = small_spec((1, 1), ("identity",), training=training, frozen=frozen)
    return training_step(backpropagate(build_network(spec)))


def rule(step: TrainingStep, known: dict[str, Any]) -> dict[str, Any]:
    """Run the rule with gradient 3/2 for w1 = 2, and -1 for b1 = 1/2."""
    number = PRECISE.number
    values = {"w1": Fraction(2), "b1": Fraction(1, 2), "learning_rate": RATE}
    values |= {"dL_dw1": Fraction(3, 2), "dL_db1": Fraction(-1)}
    values |= dict(zip(step.state, step.initial_state, strict=True)) | known
    return run(step.rule, {name: number(value) for name, value in values.items()}, PRECISE)


def test_gradient_descent() -> None:
    found = rule(step_for("gradient_descent"), {})
    assert found["new_w1"] == PRECISE.number(Fraction(2) - RATE * Fraction(3, 2))


def test_weight_decay_adds_to_the_gradient_of_what_decays() -> None:
    both = rule(step_for("gradient_descent", weight_decay=Fraction(1, 4)), {})
    assert both["new_w1"] == PRECISE.number(2 - RATE * (Fraction(3, 2) + Fraction(2, 4)))
    assert both["new_b1"] == PRECISE.number(Fraction(1, 2) - RATE * (-1 + Fraction(1, 8)))
    weights = step_for("gradient_descent", weight_decay=Fraction(1, 4), decays="weights")
    assert rule(weights, {})["new_b1"] == PRECISE.number(Fraction(1, 2) + RATE)


@pytest.mark.parametrize(
    ("form", "velocity", "move"),
    [
        ("velocity", lambda v, g: Fraction(9, 10) * v - RATE * g, lambda v: v),
        ("accumulated", lambda v, g: Fraction(9, 10) * v + g, lambda v: -RATE * v),
        ("average", lambda v, g: Fraction(9, 10) * v + Fraction(1, 10) * g, lambda v: -RATE * v),
    ],
)
def test_momentum(
    form: str, velocity: Callable[..., Fraction], move: Callable[..., Fraction]
) -> None:
    found = rule(step_for("momentum", form=form), {"velocity_w1": Fraction(1, 3)})
    expected = velocity(Fraction(1, 3), Fraction(3, 2))
    assert abs(found["new_velocity_w1"] - PRECISE.number(expected)) < 1e-45
    assert abs(found["new_w1"] - PRECISE.number(2 + move(expected))) < 1e-45


def test_nesterov_looks_ahead() -> None:
    found = rule(step_for("nesterov"), {"velocity_w1": Fraction(1, 3)})
    velocity = Fraction(9, 10) * Fraction(1, 3) - RATE * Fraction(3, 2)
    expected = 2 + Fraction(9, 10) * velocity - RATE * Fraction(3, 2)
    assert abs(found["new_w1"] - PRECISE.number(expected)) < 1e-45


@pytest.mark.parametrize("place", ["outside", "inside"])
def test_rmsprop(place: str) -> None:
    step = step_for("rmsprop", epsilon_place=place, epsilon=Fraction(1, 100))
    found = rule(step, {"mean_square_w1": Fraction(4)})
    square = PRECISE.number(Fraction(9, 10) * 4 + Fraction(1, 10) * Fraction(9, 4))
    epsilon, root = PRECISE.number(Fraction(1, 100)), PRECISE.elementary["sqrt"]
    below = root(square) + epsilon if place == "outside" else root(square + epsilon)
    assert abs(found["new_w1"] - (2 - PRECISE.number(RATE * Fraction(3, 2)) / below)) < 1e-45


@pytest.mark.parametrize("place", ["outside", "inside", "hat"])
def test_adam_for_three_steps(place: str) -> None:
    step = step_for("adam", epsilon_place=place, epsilon=Fraction(1, 100))
    known: dict[str, Any] = {}
    w, m, v = PRECISE.number(Fraction(2)), 0, 0
    g, epsilon = PRECISE.number(Fraction(3, 2)), PRECISE.number(Fraction(1, 100))
    root, rate = PRECISE.elementary["sqrt"], PRECISE.number(RATE)
    beta1, beta2 = PRECISE.number(Fraction(9, 10)), PRECISE.number(Fraction(999, 1000))
    for t in (1, 2, 3):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        below = {
            "outside": root(square) + epsilon,
            "inside": root(square + epsilon),
            "hat": (root(v) + epsilon) / root(1 - beta2**t),
        }[place]
        w = w - rate * mean / below
        values = {"w1": Fraction(2), "b1": Fraction(0), "learning_rate": RATE}
        values |= {"dL_dw1": Fraction(3, 2), "dL_db1": Fraction(0)}
        values |= dict(zip(step.state, step.initial_state, strict=True))
        found = run(
            step.rule, {k: PRECISE.number(one) for k, one in values.items()} | known, PRECISE
        )
        known = {name: found[f"new_{name}"] for name in ("w1", *step.state)}
        assert abs(found["new_w1"] - w) < 1e-44


def test_a_given_step_count_starts_the_powers_there() -> None:
    training = TrainingSpec(optimizer=choice(OPTIMIZERS, "adam"), step=3)
    spec = small_spec((1, 1), ("identity",), training=training)
    step = training_step(backpropagate(build_network(spec)))
    start = dict(zip(step.state, step.initial_state, strict=True))
    assert start["beta1_power"] == Fraction(9, 10) ** 3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameters_stay_and_have_no_state(optimizer: str) -> None:
    step = step_for(optimizer, frozen=("b1",))
    assert not any(name.endswith("_b1") for name in step.state)
    assert "b1" in step.rule.outputs
    assert "b1" in step.update.outputs


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_update_is_gradients_then_rule(optimizer: str) -> None:
    """The joined program gives what the two give after one another, and reads only old values."""
    step = step_for(optimizer)
    old = {"w1": Fraction(2), "b1": Fraction(1, 2), "x1": Fraction(3), "y": Fraction(1)}
    gradients = run(step.gradients, old, EXACT)
    named = dict(zip(("dL_dw1", "dL_db1"), step.gradients.outputs, strict=True))
    known = {name: gradients[output] for name, output in named.items()}
    apart = rule(step, {name: value for name, value in {**old, **known}.items() if name[0] != "x"})
    together = {**old, "learning_rate": RATE} | dict(
        zip(step.state, step.initial_state, strict=True)
    )
    joined = run(step.update, {k: PRECISE.number(v) for k, v in together.items()}, PRECISE)
    assert [joined[one] for one in step.update.outputs] == [apart[one] for one in step.rule.outputs]
