"""Emitted modules run as scripts: the network file's own steps, or what is missing for them."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.emit.source import emit, emit_loops
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.emitted import module_of, network, run_text, step_of, with_samples
from tests.networks import small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
FIRST_STEP = """\
STEP 1 OF 4, LEARNING RATE 0.01
Predicted: 1.75 --> True value: 2.0
Loss: 0.0625
    ORIGINAL                NEW
w1  1.0                     1.0
w2  0.5                     0.505
w3  1.0                     1.0025
w4  -0.5                    -0.5
w5  1.0                     1.0
w6  1.0                     1.0
w7  0.0                     0.0075
w8  1.0                     1.0025
w9  0.5                     0.5075
b1  0.5                     0.5
b2  0.0                     0.005
b3  0.5                     0.5025
b4  0.5                     0.505

STEP 2 OF 4, LEARNING RATE 0.05
"""


def text_of(spec: Spec, form: str) -> str:
    if form == "loops":
        return emit_loops(spec, "python").text
    return emit(step_of(spec), "python", form).text


def printed(spec: Spec, form: str, capsys: Any) -> str:
    run_text(text_of(spec, form), "__main__")
    return str(capsys.readouterr().out)


@pytest.mark.parametrize("style", ["module", "lesson"])
def test_the_notebook_s_steps_with_the_right_gradients(style: str, tmp_path: Path) -> None:
    """The file alone, on a Python that knows no symnet."""
    script = tmp_path / "notebook.py"
    script.write_text(text_of(read_spec(NETWORKS / "notebook.toml"), style))
    command = [sys.executable, "-I", "-S", script.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith(FIRST_STEP)
    assert done.stdout.count("STEP ") == 4
    last = done.stdout.split("STEP 4")[1].splitlines()
    module = module_of(read_spec(NETWORKS / "notebook.toml"))
    params = module["train"](module["INITIAL"], [1.0, 0.0], [2.0], [0.01, 0.05, 0.1, 0.1])
    assert [line.split()[2] for line in last[4:17]] == [repr(one) for one in params]


@pytest.mark.parametrize("form", ["module", "lesson", "loops"])
@pytest.mark.parametrize("mode", ["batch", "online"])
def test_every_sample_of_a_batch_and_one_each_step_online(
    mode: str, form: str, capsys: Any
) -> None:
    spec = with_samples(network("sigmoid", "binary_cross_entropy"), 2, mode=mode)
    out = printed(spec, form, capsys)
    assert out.count("STEP ") == 3
    assert out.count("Predicted: ") == (6 if mode == "batch" else 3)
    targets = [line.split("--> True value: ")[1] for line in out.splitlines() if "-->" in line]
    assert targets[0] != targets[1]
    assert targets[0] == targets[2]
    assert out.count("Loss: ") == 3


@pytest.mark.parametrize("form", ["module", "lesson", "loops"])
def test_without_a_loss_the_output_is_shown(form: str, capsys: Any) -> None:
    out = printed(with_samples(small_spec((2, 1), ("tanh",), "none")), form, capsys)
    assert "Output: " in out
    assert "True value" not in out


@pytest.mark.parametrize("form", ["module", "lesson", "loops"])
@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ("initial", "no initial values"),
        ("samples", "no sample"),
        ("rates", "no learning rate"),
        ("initial samples rates", "no initial values, no sample, no learning rate"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    fields: str, lacking: str, form: str, capsys: Any
) -> None:
    spec = with_samples(small_spec((2, 1), ("tanh",)))
    if "initial" in fields:
        spec = replace(spec, initial=None)
    if "samples" in fields:
        spec = replace(spec, samples=None)
    if "rates" in fields:
        spec = replace(spec, training=replace(spec.training, rates=()))
    line = f"Nothing to run: the file gives {lacking}.\n"
    assert printed(spec, form, capsys) == line


def test_many_equal_rates_take_one_line() -> None:
    spec = with_samples(small_spec((2, 1), ("tanh",)), rates=(Fraction(1, 10),) * 500)
    text = text_of(spec, "module")
    assert "\nRATES = [0.1] * 500\n" in text
    assert module_of(spec)["RATES"] == [0.1] * 500
