"""The notebook's printed numbers against the emitted code: what agrees, and what it gets wrong.

values.json holds every number the notebook printed. Nothing here has a tolerance.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.model.parsing import read_spec
from tests.emit.emitted import module_of

TESTS = Path(__file__).parents[1]
PRINTED = json.loads((TESTS / "notebook" / "values.json").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = PRINTED["iterations"]
NOTEBOOK = read_spec(Path(symnet.__file__).parent / "networks" / "notebook.toml")
MODULE = module_of(NOTEBOOK)
NAMES: tuple[str, ...] = MODULE["PARAMETERS"]
EACH_STEP = pytest.mark.parametrize("step", range(4))
Values = Mapping[str, float]


@dataclass(frozen=True)
class Rule:
    """How a first-layer gradient is written: 2 * out * error * gate(z) * source.

    ``gate``: the weights of z and its bias; ``output_gate``: the output's ReLU has a factor too.
    """

    out: str
    gate: tuple[str, str, str]
    source: str
    output_gate: bool = True


RIGHT = {
    "w1": Rule("w7", ("w1", "w4", "b1"), "x1"),
    "w2": Rule("w8", ("w2", "w5", "b2"), "x1"),
    "w3": Rule("w9", ("w3", "w6", "b3"), "x1"),
    "w4": Rule("w7", ("w1", "w4", "b1"), "x2"),
    "w5": Rule("w8", ("w2", "w5", "b2"), "x2"),
    "w6": Rule("w9", ("w3", "w6", "b3"), "x2"),
    "b1": Rule("w7", ("w1", "w4", "b1"), "one"),
    "b2": Rule("w8", ("w2", "w5", "b2"), "one"),
    "b3": Rule("w9", ("w3", "w6", "b3"), "one"),
}
# As the notebook has them, cell by cell: no output gate anywhere, and four formulas differ.
WRITTEN = {name: replace(rule, output_gate=False) for name, rule in RIGHT.items()} | {
    "w3": Rule("w9", ("w3", "w6", "b1"), "x2", output_gate=False),
    "w4": Rule("w7", ("w1", "w4", "b2"), "x2", output_gate=False),
    "w6": Rule("w9", ("w3", "w6", "b2"), "x2", output_gate=False),
    "b3": Rule("w9", ("w3", "w6", "b1"), "one", output_gate=False),
}


def given(step: int) -> dict[str, float]:
    """Return what the notebook has before a step, by name."""
    data = STEPS[step]
    before = {name: float(value) for name, value in data["parameters_before"].items()}
    return {**before, "x1": data["x"][0], "x2": data["x"][1], "y": data["y"][0], "one": 1.0}


def arguments(values: Values) -> tuple[list[float], list[float], list[float]]:
    return [values[n] for n in NAMES], [values["x1"], values["x2"]], [values["y"]]


def relu(number: float) -> float:
    return number if number > 0 else 0.0


def hidden(v: Values) -> tuple[float, float, float]:
    return (
        relu(v["x1"] * v["w1"] + v["x2"] * v["w4"] + v["b1"]),
        relu(v["x1"] * v["w2"] + v["x2"] * v["w5"] + v["b2"]),
        relu(v["x1"] * v["w3"] + v["x2"] * v["w6"] + v["b3"]),
    )


def output(v: Values, bias: str) -> float:
    """Return the output's pre-activation; the notebook's prediction takes ``bias`` b3."""
    h1, h2, h3 = hidden(v)
    return h1 * v["w7"] + h2 * v["w8"] + h3 * v["w9"] + v[bias]


def first_layer(v: Values, rules: Mapping[str, Rule]) -> dict[str, float]:
    """Return the gradients that ``rules`` give."""
    error = output(v, "b4") - v["y"]
    found = {}
    for name, rule in rules.items():
        a, b, bias = rule.gate
        gate = 1 if v["x1"] * v[a] + v["x2"] * v[b] + v[bias] > 0 else 0
        if rule.output_gate and output(v, "b4") <= 0:
            gate, error = 0, -v["y"]
        found[name] = 2 * v[rule.out] * error * (gate * v[rule.source])
    return found


def second_layer(v: Values) -> dict[str, float]:
    """Return the notebook's gradients of w7, w8, w9 and b4."""
    error = output(v, "b4") - v["y"]
    factors = dict(zip(("w7", "w8", "w9"), hidden(v), strict=True)) | {"b4": 1.0}
    return {name: 2 * factor * error for name, factor in factors.items()}


@EACH_STEP
def test_the_formulas_transcribed_here_are_the_notebook_s(step: int) -> None:
    """They reproduce every number it printed, to the last bit, slips included."""
    v, data = given(step), STEPS[step]
    gradients = first_layer(v, WRITTEN) | second_layer(v)
    rate = data["learning_rate"]
    assert {n: v[n] - rate * g for n, g in gradients.items()} == data["parameters_after"]
    printed = {name: one["value"] for name, one in data["printed"].items() if "value" in one}
    for name in ("w7", "w8", "w9", "b4"):
        assert printed[f"deriv_L_{name}"] == gradients[name]
    assert tuple(printed[f"node_{k}_output"] for k in (1, 2, 3)) == hidden(v)
    prediction = relu(output(v, "b3"))
    assert printed["node_4_output"] == prediction
    assert printed["loss"] == (prediction - v["y"]) * (prediction - v["y"])


@EACH_STEP
def test_twelve_of_thirteen_new_parameters_agree_to_the_last_bit(step: int) -> None:
    data = STEPS[step]
    found = MODULE["update"](*arguments(given(step)), data["learning_rate"])
    new = dict(zip(NAMES, found, strict=True))
    printed = data["parameters_after"]
    agreeing = [name for name in NAMES if new[name] == printed[name]]
    assert agreeing == [name for name in NAMES if name != "w3"]


@EACH_STEP
def test_the_lesson_agrees_with_them_too(step: int) -> None:
    lesson, data = module_of(NOTEBOOK, "lesson"), STEPS[step]
    for name in NAMES:
        if name != "w3":
            new = lesson[f"update_{name}"](*arguments(given(step)), data["learning_rate"])
            assert new == data["parameters_after"][name]


W3 = (1.0025, 1.0106552796875, 1.004361265472751, 0.997137562627864)
PREDICTIONS = (1.75, 1.7900437499999997, 1.9595464388297779, 2.0259613408679855)
LOSSES = (0.0625, 0.04408162691406262, 0.0016364906113529045, 0.000673991219663735)


@EACH_STEP
def test_w3_is_multiplied_by_the_wrong_input(step: int) -> None:
    """It prints 1.0 for ever, since x2 is 0; with x1, and the gate of its own unit, it moves."""
    data = STEPS[step]
    assert data["parameters_after"]["w3"] == 1.0
    new = dict(
        zip(NAMES, MODULE["update"](*arguments(given(step)), data["learning_rate"]), strict=True)
    )
    assert new["w3"] == W3[step]
    gradient = first_layer(given(step), RIGHT)["w3"]
    assert given(step)["w3"] - data["learning_rate"] * gradient == W3[step]


@EACH_STEP
def test_the_prediction_adds_bias_3_for_bias_4(step: int) -> None:
    """Hidden in the first step, where both are 0.5; from then on prediction and loss differ."""
    v, printed = given(step), STEPS[step]["printed"]
    params, x, y = arguments(v)
    (prediction,) = MODULE["forward"](params, x)
    loss = MODULE["loss"](params, x, y)
    assert prediction == PREDICTIONS[step] == relu(output(v, "b4"))
    assert loss == LOSSES[step]
    assert (prediction == printed["node_4_output"]["value"]) == (step == 0)
    assert (loss == printed["loss"]["value"]) == (step == 0)
    wrong = dict(v, b4=v["b3"])
    assert MODULE["forward"](arguments(wrong)[0], x) == [printed["node_4_output"]["value"]]


# Two more inputs and a target, at which one slip each changes the gradient; on the notebook's own
# sample x2 = 0 removes two of them, and the third because both biases keep z3 positive.
WITNESSES = {
    "w3": {},
    "w4": {"x2": 1.0, "x1": 0.0, "w4": -0.25, "b1": 0.5, "b2": 0.0},
    "w6": {"x2": 1.0, "x1": 0.0, "w6": -0.25, "b3": 0.5, "b2": 0.0},
    "b3": {"x1": -1.25, "w3": 1.0, "b3": 1.5, "b1": 0.5},
}


@pytest.mark.parametrize("name", WITNESSES)
def test_a_gate_that_tests_another_unit_s_bias_shows_elsewhere(name: str) -> None:
    v = given(1) | WITNESSES[name]
    wrong, right = first_layer(v, WRITTEN)[name], first_layer(v, RIGHT)[name]
    emitted = dict(zip(NAMES, MODULE["gradients"](*arguments(v)), strict=True))
    assert emitted[name] == right
    assert wrong != right
    corrected = {**WRITTEN, name: replace(RIGHT[name], output_gate=False)}
    assert first_layer(v, corrected)[name] == right, "it is this slip and no other"


@EACH_STEP
@pytest.mark.parametrize("name", ["w4", "w6", "b3"])
def test_on_the_notebook_s_sample_those_gates_hide(name: str, step: int) -> None:
    v = given(step)
    assert first_layer(v, WRITTEN)[name] == first_layer(v, RIGHT)[name]


def test_w3_has_two_slips_and_each_shows_alone() -> None:
    """The input is wrong on the notebook's sample already, the bias of its gate elsewhere."""
    v = given(1) | WITNESSES["b3"]
    right = first_layer(v, RIGHT)["w3"]
    only_gate = replace(WRITTEN["w3"], source="x1")
    only_input = replace(WRITTEN["w3"], gate=("w3", "w6", "b3"))
    assert first_layer(v, {"w3": only_gate})["w3"] != right
    assert first_layer(v, {"w3": only_input})["w3"] != right
    assert first_layer(given(1), {"w3": only_gate})["w3"] == first_layer(given(1), RIGHT)["w3"]


def test_no_gradient_has_a_factor_of_the_output_s_relu() -> None:
    """Hidden as long as the output lives; where it is dead, only the notebook still moves."""
    v = given(1) | {"b4": -3.0}
    assert output(v, "b4") < 0
    assert MODULE["forward"](*arguments(v)[:2]) == [0.0]
    assert MODULE["gradients"](*arguments(v)) == [0.0] * 13
    written = first_layer(v, WRITTEN) | second_layer(v)
    assert all(written[name] for name in ("w1", "w2", "b1", "b2", "b3", "w7", "w8", "w9", "b4"))
    for step in range(4):
        assert output(given(step), "b4") > 0


def test_there_are_no_more_slips_than_these() -> None:
    """With all of them mended, the notebook's formulas are the emitted gradients everywhere."""
    numbers = (-1.5, -0.75, 0.25, 0.5, 1.25, -0.25, 2.0)
    for draw in range(200):
        v = {name: numbers[(draw * 5 + k * (draw + 3)) % 7] for k, name in enumerate(NAMES)}
        v |= {"x1": numbers[draw % 7], "x2": numbers[(draw // 7) % 7], "y": 1.0, "one": 1.0}
        alive = output(v, "b4") > 0
        mended = first_layer(v, RIGHT) | {
            name: gradient if alive else 0.0 for name, gradient in second_layer(v).items()
        }
        found = dict(zip(NAMES, MODULE["gradients"](*arguments(v)), strict=True))
        assert found == mended


def test_relu_of_nan_hides_that_a_network_diverged() -> None:
    """`number > 0` is false for NaN, so the notebook's ReLU makes 0 of it; the emitted one no."""
    nan = float("nan")
    assert relu(nan) == 0.0
    (prediction,) = MODULE["forward"]([nan] * 13, [1.0, 0.0])
    assert prediction != prediction
