"""One sample, a batch, or one sample after another: what the functions take and return."""

import math
from dataclasses import replace
from typing import Any

import pytest

from symnet.emit.source import emit, emit_loops
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import (
    Module,
    floats,
    module_of,
    network,
    run_text,
    step_of,
    with_samples,
)
from tests.networks import choice, small_spec

FORMS = ("module", "lesson", "loops")


def spec_of(**training: Any) -> Spec:
    samples = training.pop("samples", 4)
    return with_samples(network("tanh", "half_squared_error"), samples, **training)


def written(spec: Spec, form: str) -> Module:
    if form == "loops":
        return run_text(emit_loops(spec, "python").text)
    return run_text(emit(step_of(spec), "python", form).text)


def data(spec: Spec) -> tuple[list[list[float]], list[list[float]]]:
    assert spec.samples is not None
    return [floats(row) for row in spec.samples.x], [floats(row) for row in spec.samples.y]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_is_the_mean_or_the_sum_of_its_samples(reduction: str, form: str) -> None:
    spec = spec_of(reduction=reduction)
    one, batch = module_of(replace(spec, samples=None)), written(spec, form)
    x, y = data(spec)
    params = batch["INITIAL"]
    divisor = len(x) if reduction == "mean" else 1
    losses = [one["loss"](params, a, b) for a, b in zip(x, y, strict=True)]
    assert batch["forward"](params, x) == [one["forward"](params, row) for row in x]
    assert batch["loss"](params, x, y) == added(losses) / divisor
    each = [one["gradients"](params, a, b) for a, b in zip(x, y, strict=True)]
    mean = [added(column) / divisor for column in zip(*each, strict=True)]
    if form != "lesson":
        assert batch["gradients"](params, x, y) == mean
    wanted = [p - 0.5 * g for p, g in zip(params, mean, strict=True)]
    assert batch["update"](params, x, y, 0.5) == wanted


def added(values: Any) -> float:
    """Add from the left; the builtin sum compensates for rounding from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_of_one_sample_equals_that_sample(form: str) -> None:
    spec = spec_of(samples=1)
    one, batch = module_of(replace(spec, samples=None)), written(spec, form)
    x, y = data(spec)
    params = batch["INITIAL"]
    assert batch["update"](params, x, y, 0.5) == one["update"](params, x[0], y[0], 0.5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_an_empty_batch_is_refused_in_words(optimizer: str, form: str) -> None:
    spec = replace(spec_of(optimizer=choice(OPTIMIZERS, optimizer)), input_gradients=True)
    module = written(spec, form)
    state = [module["initial_state"]()] if optimizer == "adam" else []
    params = module["INITIAL"]
    calls = [("loss", (params, [], [])), ("update", (params, *state, [], [], 0.1))]
    if form != "lesson":
        calls += [("gradients", (params, [], [])), ("input_gradients", (params, [], []))]
    for function, arguments in calls:
        with pytest.raises(ValueError, match=r"an empty batch .* give at least one sample"):
            module[function](*arguments)


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_with_a_target_too_few_is_refused(form: str) -> None:
    spec = spec_of()
    module = written(spec, form)
    x, y = data(spec)
    for function, more in (("loss", ()), ("update", (0.1,))):
        with pytest.raises(ValueError, match="zip"):
            module[function](module["INITIAL"], x, y[:-1], *more)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
def test_online_takes_one_sample_after_another(optimizer: str, form: str) -> None:
    spec = spec_of(samples=3, mode="online", optimizer=choice(OPTIMIZERS, optimizer))
    module = written(spec, form)
    x, y = data(spec)
    state = [module["initial_state"]()] if optimizer == "momentum" else []
    now: Any = (module["INITIAL"], *state)
    for step, rate in enumerate((0.1, 0.2, 0.3, 0.4)):
        new = module["update"](*now, x[step % 3], y[step % 3], rate)
        now = new if state else (new,)
    trained = module["train"](module["INITIAL"], *state, x, y, [0.1, 0.2, 0.3, 0.4])
    assert (trained if state else (trained,)) == now
    with pytest.raises(ValueError, match="at least one sample"):
        module["train"](module["INITIAL"], *state, [], [], [0.1])


@pytest.mark.parametrize("form", ["module", "loops"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_in_the_inputs_of_a_batch_are_those_of_its_loss(
    reduction: str, form: str
) -> None:
    """Each sample's inputs move the batch's loss by their share of it."""
    spec = replace(spec_of(reduction=reduction), input_gradients=True)
    module = written(spec, form)
    x, y = data(spec)
    found = module["input_gradients"](module["INITIAL"], x, y)
    assert [len(row) for row in found] == [2] * 4
    for sample in range(4):
        for entry in range(2):
            change = []
            for by in (1e-5, -1e-5):
                moved = [list(row) for row in x]
                moved[sample][entry] += by
                change.append(module["loss"](module["INITIAL"], moved, y))
            slope = (change[0] - change[1]) / 2e-5
            assert found[sample][entry] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("samples", [0, 3])
def test_without_a_loss_there_are_no_targets(samples: int, form: str) -> None:
    spec = with_samples(small_spec((2, 2), ("tanh",), "none"), samples)
    module = written(spec, form)
    x = data(spec)[0] if samples else data(spec)[0][0]
    params = module["INITIAL"]
    forward = module["forward"](params, x)
    firsts = [row[0] for row in forward] if samples else [forward[0]]
    assert module["loss"](params, x) == added(firsts) / len(firsts)
    assert module["update"](params, x, 0.0) == list(params)
    assert module["train"](params, x, [0.0]) == list(params)
    assert module["update"](params, x, 0.1) != list(params)


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_with_a_sample_that_is_not_a_number_is_none(form: str) -> None:
    spec = spec_of()
    module = written(spec, form)
    x, y = data(spec)
    x[1][0] = math.nan
    assert math.isnan(module["loss"](module["INITIAL"], x, y))
    moved = module["update"](module["INITIAL"], x, y, 0.1)
    assert any(math.isnan(one) for one in moved)
