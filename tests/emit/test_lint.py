"""Emitted Python passes a linter and a formatter as it is."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

import symnet
from symnet.emit.options import Options
from symnet.emit.source import emit, emit_loops, request_for, sources, styles
from symnet.model.activations import ACTIVATIONS
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import LayerSpec, Spec
from tests.emit.emitted import network, options_for, pairs, step_of, with_samples
from tests.networks import choice, small_spec

pytestmark = pytest.mark.slow

NETWORKS = Path(symnet.__file__).parent / "networks"
RUFF = Path(sys.executable).with_name("ruff")
LINES = ["--isolated", "--no-cache"]
# Of the rules that a newer ruff follows unasked, those that touch how numbers are computed.
USUAL = "FURB136,RUF059"
RULES = [*LINES, "--select", "E,F,I,UP,B", "--target-version", "py311"]


def specs() -> Iterator[Spec]:
    """Yield the shipped networks, every function under several optimizers, and some odd names."""
    for path in sorted(NETWORKS.glob("*.toml")):
        yield read_spec(path)
    names = list(OPTIMIZERS)
    for number, (activation, loss) in enumerate(pairs()):
        spec = network(activation, loss, name=f"{activation}-{loss}", input_gradients=True)
        optimizer = choice(OPTIMIZERS, names[number % 5], weight_decay=Fraction(number % 2, 3))
        mode = "online" if number % 7 == 0 else "batch"
        yield with_samples(spec, number % 3, optimizer=optimizer, mode=mode)
    one = small_spec((1, 2, 1), ("leaky_relu", "silu"), "huber", numbering="layered", name="odd")
    yield replace(one, inputs=("l",), targets=("I",), frozen=("w1_1_1",))
    still = network("relu", "squared_error", name="still", frozen=("w2", "b1"))
    yield with_samples(still, 3, optimizer=choice(OPTIMIZERS, "rmsprop"))
    yield with_samples(small_spec((2, 2, 2, 2, 2, 2, 1), ("tanh",) * 6, name="chain"))
    whole = network("relu", "squared_error", (2, 2, 1), name="whole")
    frozen = parameter_names(whole)
    yield replace(whole, frozen=frozen)
    adam = with_samples(whole, 2, optimizer=choice(OPTIMIZERS, "adam"), mode="online")
    yield replace(adam, frozen=frozen, name="whole-adam")
    one = network("identity", "none", (2, 1), name="one-bias", frozen=("w1", "w2"))
    yield replace(one, input_gradients=True)
    bare = LayerSpec(2, choice(ACTIVATIONS, "identity"), biases=())
    yield with_samples(small_spec((3, 2), ("identity",), layers=(bare,), name="bare"))
    yield with_samples(small_spec((8, 16, 2), ("gelu", "sigmoid"), "huber", name="broad"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all of them, in all styles and forms."""
    made = tmp_path_factory.mktemp("emitted")
    for spec in specs():
        step = step_of(spec)
        asked = Options("python", form="scalar", with_test=True)
        files = [emit(step, "python", style) for style in styles("python")[1:]]
        for one in (*sources(request_for(asked, spec, partial(step_of, spec))), *files):
            (made / one.path).write_text(one.text)
        fused = sources(request_for(options_for("python", "fused"), spec, partial(step_of, spec)))
        (made / f"fused_{fused[0].path}").write_text(fused[0].text)
        loops = emit_loops(spec, "python")
        (made / f"loops_{loops.path}").write_text(loops.text)
    return made


def ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(RUFF) if RUFF.exists() else shutil.which("ruff")
    assert program, "ruff is one of the test dependencies"
    return subprocess.run([program, *arguments], capture_output=True, text=True)


def test_the_linter_finds_nothing(folder: Path) -> None:
    done = ruff("check", *RULES, str(folder))
    assert done.returncode == 0, done.stdout


def test_a_newcomer_who_lets_the_linter_repair_keeps_his_nans(folder: Path) -> None:
    """Its usual rules would make a ReLU of max(0.0, z), which is 0 for a NaN."""
    done = ruff("check", *LINES, "--select", f"{USUAL},RUF100", "--preview", str(folder))
    assert done.returncode == 0, done.stdout


def test_names_like_digits_need_no_comment(folder: Path) -> None:
    """What is always checked in one version of the linter is a needless comment in another."""
    for rules in (["--select", "E741"], []):
        done = ruff("check", *LINES, *rules, *(str(one) for one in folder.glob("*odd*.py")))
        assert done.returncode == 0, done.stdout
    assert "(l_,) = x" in (folder / "odd.py").read_text()
    assert "l is called l_" in " ".join((folder / "odd.py").read_text().split())


def test_the_formatter_changes_nothing(folder: Path) -> None:
    done = ruff("format", "--diff", *LINES, str(folder))
    assert done.returncode == 0, done.stdout


def test_both_would_find_something(folder: Path, tmp_path: Path) -> None:
    text = (folder / "notebook.py").read_text()
    (tmp_path / "a.py").write_text(f"from math import exp\n{text}x=1\n")
    assert "F401" in ruff("check", *RULES, str(tmp_path)).stdout
    assert ruff("format", "--check", *LINES, str(tmp_path)).returncode == 1
