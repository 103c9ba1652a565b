"""Every numbered line of emitted Python computes the equation of that number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import symnet
from symnet.derive.equations import BATCH_LOSS, scalar_numbers
from symnet.emit.source import emit
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.emitted import network, optimizers, pairs, step_of, with_samples
from tests.emit.equations import wrong_lines
from tests.networks import choice

NETWORKS = Path(symnet.__file__).parent / "networks"


def notebook() -> Spec:
    return read_spec(NETWORKS / "notebook.toml")


def specs() -> Iterator[Spec]:
    """Yield the notebook, every function once, and every optimizer."""
    yield notebook()
    yield read_spec(NETWORKS / "shared-kernel.toml")
    seen: set[str] = set()
    for activation, loss in pairs():
        if not {activation, loss} <= seen:
            seen |= {activation, loss}
            name = f"{activation}-{loss}"
            yield network(activation, loss, (2, 2, 2), name=name, input_gradients=True)
    for optimizer in optimizers():
        spec = network("relu", "squared_error", (1, 1), name=f"by {optimizer}")
        yield with_samples(spec, optimizer=optimizer)


SPECS = tuple(specs())


@pytest.mark.parametrize("style", ["module", "lesson"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_line_computes_the_equation_of_its_number(spec: Spec, style: str) -> None:
    step = step_of(spec)
    wrong, seen = wrong_lines(emit(step, "python", style).text, step)
    assert wrong == []
    missing = {name for name, number in scalar_numbers(step).items() if number not in seen}
    predictions = {unit.h for unit in step.network.layers[-1].units}
    still = {one.name for one in step.network.parameters if one.frozen and style == "lesson"}
    left_out = {step.derivation.adjoints[one].name for one in predictions | still}
    assert missing <= left_out | {BATCH_LOSS}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("w4 + b1  # (1)", "w4 + b1  # (2)"),
        ("w4 + b1  # (1)", "w5 + b1  # (1)"),
        ("w4 + b1  # (1)", "w4 - b1  # (1)"),
        ("2.0 * error  # (10)", "error  # (10)"),
        ("z1 <= 0.0 else z1  # (4)", "z1 <= 0.0 else 2.0 * z1  # (4)"),
        ("z1 <= 0.0 else z1  # (4)", "z1 <= 0.0 else z1  # (4, 5)"),
        ("z1 <= 0.0 else dL_dh1", "z1 < 0.0 else dL_dh1"),
        ("z1 <= 0.0 else dL_dh1", "z2 <= 0.0 else dL_dh1"),
        ("w1 - learning_rate * (dL_dz1 * x1)", "w1 + learning_rate * (dL_dz1 * x1)"),
        ("w1 - learning_rate * (dL_dz1 * x1)", "w1 - learning_rate * (dL_dz2 * x1)"),
        ("    w1 = w1 - learning_rate * (dL_dz1", "    w1 = w1 - learning_rate * (dL_dz2"),
        ("    w1 = w1 - learning_rate", "    w2 = w1 - learning_rate"),
        (
            "        w1 = w1 - ",
            "        b1 = b1 - learning_rate * dL_dz1  # (37)\n        w1 = b1 - ",
        ),
        ("# (18, 19)", "# (18)"),
        ("# (18, 19)", "# (18, 21)"),
        ("# (18, 19)", "# (20, 19)"),
        ("# (18, 19)", "# (15, 18, 19)"),
        ("# (12, 15, 36)", "# (11, 12, 15, 36)"),
        ("dL_dz4 * w7  # (12, 15, 36)", "dL_dz4 * w8  # (12, 15, 36)"),
        ("return error * error  # (9)", "return error * y_hat  # (9)"),
        ("error = y_hat - y_", "error = y_ - y_hat"),
        ("# (1)", "# (999)"),
    ],
)
def test_a_wrong_line_or_number_is_found(right: str, wrong: str) -> None:
    step = step_of(notebook())
    text = emit(step, "python").text
    assert right in text
    assert wrong_lines(text.replace(right, wrong), step)[0] != []


def test_a_wrong_constant_is_found() -> None:
    spec = with_samples(network("gelu", "huber", (1, 1)), optimizer=choice(OPTIMIZERS, "adam"))
    text = emit(step_of(spec), "python").text
    for right, wrong in (("1.4142135623730951", "1.4142135623730949"), ("0.999", "0.998")):
        assert right in text
        assert wrong_lines(text.replace(right, wrong), step_of(spec))[0] != []
