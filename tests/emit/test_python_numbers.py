"""Emitted Python, run: every activation, loss and optimizer; extremes; what is not a number."""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import FLOAT, high_precision, run
from symnet.model.losses import LOSSES
from symnet.model.program import Program
from symnet.model.spec import Choice, LayerSpec
from tests.emit.emitted import (
    PRECISE,
    Module,
    expected,
    module_of,
    named,
    network,
    optimizers,
    pairs,
    parameters,
    precisely,
    sample_arguments,
    step_of,
    with_samples,
)
from tests.networks import choice, small_spec

PAIRS = tuple(pairs())
OPTIMIZERS = tuple(dict.fromkeys(optimizers()))
# Rounding is allowed to spoil this much of the result, and of 1 where terms cancel.
TOLERANCE = 1e-12
EXTREMES = (-1e4, -800.0, -36.5, -1.0, -1e-9, 0.0, 1e-9, 0.3, 36.5, 800.0, 1e4)


def same(one: float, other: float) -> bool:
    """Say whether two floats are the same number, or both none."""
    return one == other or (math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_results_are_those_of_the_programs_to_the_last_bit(activation: str, loss: str) -> None:
    spec = network(activation, loss, input_gradients=True)
    step, module = step_of(spec), module_of(spec)
    given = (list(module["INITIAL"]), *sample_arguments(spec))
    values = named(step, *given)
    known = expected(step, values)
    wanted = [known[name] for name in step.gradients.outputs]
    count = len(parameters(step))
    assert module["gradients"](*given) == wanted[:count]
    assert module["input_gradients"](*given) == wanted[count:]
    forward = run(step.forward, values, FLOAT)
    assert module["forward"](*given[:2]) == [forward[name] for name in step.network.predictions]
    assert module["loss"](*given) == run(step.loss, values, FLOAT)[step.network.loss]


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_results_are_those_of_the_definitions(activation: str, loss: str) -> None:
    spec = network(activation, loss, input_gradients=True)
    step, module = step_of(spec), module_of(spec)
    given = (list(module["INITIAL"]), *sample_arguments(spec))
    known = precisely(step.derivation, named(step, *given))
    adjoints = step.derivation.adjoints
    found = [*module["gradients"](*given), *module["input_gradients"](*given)]
    names = (*parameters(step), *step.network.inputs)
    wanted = [known[adjoints[name].name] for name in names]
    assert any(wanted), "nothing was exercised"
    for name, value, right in zip(names, found, wanted, strict=True):
        assert value == pytest.approx(float(right), rel=TOLERANCE, abs=TOLERANCE), name
    wrong = known[step.network.loss]
    assert module["loss"](*given) == pytest.approx(float(wrong), rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
@pytest.mark.parametrize(("activation", "loss"), [("softmax", "huber"), ("elu", "absolute_error")])
def test_an_update_follows_the_rule(activation: str, loss: str, optimizer: Choice) -> None:
    """Two steps, so that the state of the first is used in the second."""
    spec = network(activation, loss, frozen=("w2",))
    spec = with_samples(spec, optimizer=optimizer)
    step, module = step_of(spec), module_of(spec)
    params, sample = list(module["INITIAL"]), sample_arguments(spec)
    state = module["initial_state"]() if step.state else None
    for rate in (0.1, 0.025):
        gradients = module["gradients"](params, *sample)
        wanted = ruled(step.rule, step, params, gradients, state or (), rate)
        if state is None:
            params = module["update"](params, *sample, rate)
            found = list(params)
        else:
            params, state = module["update"](params, state, *sample, rate)
            found = [*params, *state]
        assert found == wanted


def ruled(
    rule: Program,
    step: Any,
    params: Sequence[float],
    gradients: Sequence[float],
    state: Sequence[float],
    rate: float,
) -> list[float]:
    """Return what the optimizer's rule makes of gradients."""
    names = parameters(step)
    adjoints = [step.derivation.adjoints[name].name for name in names]
    values = dict(zip((*names, *adjoints), (*params, *gradients), strict=True))
    values |= dict(zip(step.state, state, strict=True)) | {step.rate: rate}
    known = run(rule, values, FLOAT)
    return [known[name] for name in rule.outputs]


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_loss_with_every_activation_under_every_optimizer(activation: str, loss: str) -> None:
    """What the optimizers share is tested above; here they only have to fit together."""
    for optimizer in OPTIMIZERS:
        spec = with_samples(network(activation, loss, sizes=(1, 2)), optimizer=optimizer)
        module, step = module_of(spec), step_of(spec)
        params, sample = list(module["INITIAL"]), sample_arguments(spec)
        gradients = module["gradients"](params, *sample)
        state = module["initial_state"]() if step.state else ()
        given = (params, state) if step.state else (params,)
        found = module["update"](*given, *sample, 0.1)
        flat = [*found[0], *found[1]] if step.state else found
        assert flat == ruled(step.rule, step, params, gradients, state, 0.1)


def extreme_module(activation: str, loss: str) -> tuple[Any, Module]:
    spec = network(activation, loss, sizes=(1, 2))
    return step_of(spec), module_of(spec)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_no_overflow_and_no_lost_digits_at_the_extremes(activation: str, loss: str) -> None:
    """Both pre-activations go from -10000 to 10000.

    The definition of binary cross-entropy needs 5000 digits there, to hold exp(-10000) beside 1.
    """
    step, module = extreme_module(activation, loss)
    digits = high_precision(5000) if loss == "binary_cross_entropy" else PRECISE
    targets = (0.25, 0.75)[: len(step.network.targets)]
    for z1 in EXTREMES:
        for z2 in (-1e4, 0.5, z1):
            params = [z1, z2, 0.0, 0.0]
            given = ([1.0], list(targets)) if targets else ([1.0],)
            found = [
                *module["forward"](params, [1.0]),
                module["loss"](params, *given),
                *module["gradients"](params, *given),
            ]
            values = named(step, params, *given)
            wanted = precisely(step.derivation, values, digits)
            names = (*step.network.predictions, step.network.loss)
            right = [wanted[name] for name in names]
            right += [wanted[step.derivation.adjoints[name].name] for name in parameters(step)]
            for value, exact in zip(found, right, strict=True):
                assert value == pytest.approx(float(exact), rel=1e-9, abs=1e-9), params


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_beyond_the_extremes_nothing_is_raised(activation: str, loss: str) -> None:
    """C returns infinities and NaN there; Python must not raise instead."""
    step, module = extreme_module(activation, loss)
    given = ([1.0], [0.25, 0.75]) if step.network.targets else ([1.0],)
    for z in (1e200, -1e200, 1e308, -1e308, math.inf, -math.inf, math.nan):
        for other in (0.0, z, -z, math.nan):
            params = [z, other, 0.0, 0.0]
            for function in ("loss", "gradients"):
                module[function](params, *given)
            module["update"](params, *given, 0.1)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_what_is_not_a_number_stays_so(activation: str, loss: str) -> None:
    spec = network(activation, loss)
    module = module_of(spec)
    params = [math.nan] * len(module["INITIAL"])
    sample = sample_arguments(spec)
    assert all(math.isnan(one) for one in module["forward"](params, sample[0]))
    assert math.isnan(module["loss"](params, *sample))
    if LOSSES[loss].name != "none":  # there the gradient does not start from the prediction
        assert all(math.isnan(one) for one in module["gradients"](params, *sample))
        assert all(math.isnan(one) for one in module["update"](params, *sample, 0.1))


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)], ids=str)
@pytest.mark.parametrize("activation", [name for name, one in ACTIVATIONS.items() if one.sides])
def test_the_slope_at_a_kink_is_the_one_asked_for(activation: str, kink: Fraction) -> None:
    layer = LayerSpec(1, choice(ACTIVATIONS, activation, kink=kink))
    spec = replace(small_spec((1, 1), ("identity",), "none"), layers=(layer,))
    sides = ACTIVATIONS[activation].sides
    assert sides is not None
    left, right = sides(tuple((k, v) for k, v in layer.activation.options if k != "kink"))  # type: ignore[misc]
    slope = module_of(spec)["gradients"]([0.0, 0.0], [1.0])[1]
    assert slope == float(left + kink * (right - left))
