"""Emitted NumPy: within its bound, exactly Python's bits where asked, and refusals."""

import contextlib
import io
import math
import re
import subprocess
import sys
from array import array
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.emit.options import Options
from symnet.emit.request import Request
from symnet.emit.source import request_for, sources
from symnet.emit.vectors import Vector, vectors
from symnet.errors import UnsupportedError
from symnet.files import SourceFile
from symnet.model.activations import ACTIVATIONS
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import Module, module_of, network, run_text, step_of, with_samples
from tests.emit.fuzz import Cases, compared, drawn, same
from tests.emit.test_lint import LINES, RULES, ruff, specs
from tests.networks import choice, small_spec


def tied(**training: Any) -> Spec:
    """Return a network with weights shared over layers, a shared threshold, and frozen ones."""
    spec = small_spec((2, 2, 2), ("relu", "leaky_relu"), "mean_squared_error", name="tied")
    first, last = spec.layers
    first = replace(first, weights=(("a", "b"), ("c", "d")), biases=("t", "t"), bias_sign=-1)
    last = replace(last, weights=(("d", "a"), ("e", "c")), biases=("u", "v"), bias_sign=-1)
    fields: dict[str, Any] = {"layers": (first, last), "frozen": ("b", "u")}
    return with_samples(replace(spec, input_gradients=True, **fields), 3, **training)


DECAYED = choice(OPTIMIZERS, "adam", weight_decay=Fraction(1, 8), decays="weights")
TIED = (tied(), tied(optimizer=DECAYED), tied(reduction="sum"), tied(mode="online"))
MORE = (*TIED, *(replace(one, frozen=()) for one in TIED))
SPECS = {f"{number}-{spec.name}": spec for number, spec in enumerate((*specs(), *MORE))}
NOTEBOOK = next(one for one in SPECS.values() if one.name == "notebook")
RATIONAL_LOSSES = {"squared_error", "half_squared_error", "mean_squared_error", "absolute_error"}
RATIONAL_LOSSES |= {"huber", "none"}
CASES, PORTIONS = 100_000, 4


def request(spec: Spec, form: str = "scalar", **asked: Any) -> Request:
    return request_for(Options("numpy", form=form, **asked), spec, lambda: step_of(spec))


def files_of(spec: Spec, form: str = "scalar", **asked: Any) -> tuple[SourceFile, ...]:
    return sources(request(spec, form, **asked))


@cache
def loaded(spec: Spec, form: str = "scalar", **asked: Any) -> Module:
    return run_text(files_of(spec, form, **asked)[0].text)


def flat(value: Any) -> list[float]:
    """Return all numbers of arrays in one list, each a float of its own."""
    if isinstance(value, float):
        return [float(value)]
    return [one for row in value for one in flat(row)]


def called(module: Module, spec: Spec, one: Vector, batch: bool) -> dict[str, list[float]]:
    """Call every function with a vector's arguments."""
    given = one.given
    xy = [given.x if batch else given.x[0], given.y if batch else given.y[0]]
    xy = xy if spec.targets else xy[:1]
    kept = [given.params, *([given.state] if given.state else [])]
    found = {
        "forward": flat(module["forward"](given.params, xy[0])),
        "loss": flat(module["loss"](given.params, *xy)),
        "gradients": flat(module["gradients"](given.params, *xy)),
        "update": flat(module["update"](*kept, *xy, given.learning_rate)),
    }
    if spec.input_gradients:
        found["input_gradients"] = flat(module["input_gradients"](given.params, *xy))
    rows = [given.x, given.y][: len(xy)] if "enumerate(rates)" in module["text"] else xy
    found["train"] = flat(module["train"](*kept, *rows, given.rates))
    found["one step"] = flat(module["train"](*kept, *rows, given.rates[:1]))
    return found


def misses(found: Sequence[float], wanted: Sequence[float], bounds: Sequence[float]) -> int:
    """Count the numbers that are not within their bound; a NaN is near a NaN alone."""
    triples = zip(found, wanted, bounds, strict=True)
    return sum(not (abs(a - b) <= bound or same(a, b)) for a, b, bound in triples)


@pytest.mark.parametrize("arithmetic", ["blas", "fused"])
@pytest.mark.parametrize("name", SPECS)
def test_every_function_is_within_its_bound(name: str, arithmetic: str) -> None:
    """Sums n * 2^-53 * sum of absolute terms, functions 4 ulp, worked out by symnet.emit.bounds."""
    spec = SPECS[name]
    asked = request(spec, arithmetic=arithmetic)
    text = sources(asked)[0].text
    module = run_text(text) | {"text": text}
    golden = vectors(asked, exact=False)
    assert len(golden) >= 5
    for one in golden:
        found = called(module, spec, one, asked.samples == "batch")
        assert one.tolerance is not None
        bounds, update = one.tolerance.by_function, found["update"]
        for function, wanted in one.expected.by_function.items():
            assert misses(found[function], wanted, bounds[function]) == 0, (one.name, function)
        assert all(map(same, found["one step"], update)), one.name


def test_the_bound_is_one_that_can_be_missed() -> None:
    one = vectors(request(NOTEBOOK), exact=False)[1]
    assert one.tolerance is not None
    wanted, bounds = one.expected.gradients, one.tolerance.gradients
    assert misses([value * (1 + 1e-14) for value in wanted], wanted, bounds) > 0
    assert misses([math.nan] * len(wanted), wanted, bounds) == len(wanted)


def rational(spec: Spec) -> bool:
    kinds = all(ACTIVATIONS[layer.activation.name].rational for layer in spec.layers)
    return kinds and spec.loss.name in RATIONAL_LOSSES


def results(spec: Spec, module: Module, cases: Cases) -> bytes:
    """Call a module with every case, as a driver in another language would."""
    found, stream = array("d"), np.frombuffer(cases.inputs, dtype=np.float64)
    ends = np.cumsum(cases.sizes)[:-1]
    batch = cases.samples > 1
    with np.errstate(all="ignore"):
        for case in stream.reshape(cases.count, -1):
            params, state, x, y, (rate,) = np.split(case, ends)
            xy = [x.reshape(cases.samples, -1), y.reshape(cases.samples, -1)] if batch else [x, y]
            xy = xy if spec.targets else xy[:1]
            kept = [params, state] if len(state) else [params]
            found.extend(np.ravel(module["forward"](params, xy[0])).tolist())
            found.append(module["loss"](params, *xy))
            found.extend(module["gradients"](params, *xy).tolist())
            new = module["update"](*kept, *xy, rate)
            found.extend(np.concatenate(new if len(state) else [new]).tolist())
    return found.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(PORTIONS))
def test_a_hundred_thousand_random_inputs_give_the_same_bits(seed: int) -> None:
    """In portions, which run side by side."""
    cases = Cases.of(NOTEBOOK, CASES // PORTIONS, seed)
    module = loaded(NOTEBOOK, arithmetic="exact")
    found = compared(results(NOTEBOOK, module, cases), cases)
    assert found.differences == []
    assert found.numbers * PORTIONS == CASES * cases.width
    assert found.finite > found.numbers / 4


@pytest.mark.parametrize("form", ["scalar", "loops"])
@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if rational(spec)])
def test_every_rational_network_gives_the_same_bits(name: str, form: str) -> None:
    spec = SPECS[name]
    try:
        module = loaded(spec, form, arithmetic="exact")
    except UnsupportedError:
        assert form == "scalar"
        module, form = loaded(spec, "loops", arithmetic="exact"), "loops"
    cases = drawn(spec, 200, form)
    found = compared(results(spec, module, cases), cases)
    assert found.differences == []
    assert found.numbers == 200 * cases.width


def test_a_wrong_sign_is_seen() -> None:
    text = files_of(NOTEBOOK, arithmetic="exact")[0].text
    right = "params - learning_rate"
    assert right in text
    module = run_text(text.replace(right, "params + learning_rate"))
    cases = Cases.of(NOTEBOOK, 40)
    assert compared(results(NOTEBOOK, module, cases), cases).differences


def test_blas_keeps_no_order_but_says_so() -> None:
    blas, exact = (files_of(NOTEBOOK, arithmetic=one)[0].text for one in ("blas", "exact"))
    assert "whatever order the matrix product adds" in " ".join(blas.split())
    assert "--arithmetic" not in blas
    assert "--target numpy --arithmetic exact\n" in exact


@pytest.mark.parametrize("name", SPECS)
def test_a_nan_stays_a_nan(name: str) -> None:
    spec = SPECS[name]
    module = loaded(spec)
    params = np.full(len(module["PARAMETERS"]), 0.5)
    x = np.full((2, len(spec.inputs)), 0.25)
    x[1, 0] = np.nan
    with np.errstate(all="ignore"):
        predictions = module["forward"](params, x)
    assert np.isfinite(predictions[0]).all()
    assert np.isnan(predictions[1]).any()


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("size", [1.0, 1e2, 1e4])
def test_nothing_overflows_and_no_branch_warns(name: str, size: float) -> None:
    spec = SPECS[name]
    module = loaded(spec)
    params = np.linspace(-1.0, 1.0, len(module["PARAMETERS"]))
    x = size * np.linspace(-1.0, 1.0, 4 * len(spec.inputs)).reshape(4, -1)
    y = np.full((4, len(spec.targets)), 1 / max(1, len(spec.targets)))
    xy = (x, y) if spec.targets else (x,)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(module["loss"](params, *xy))
        assert np.isfinite(module["gradients"](params, *xy)).all()


@pytest.mark.parametrize("name", SPECS)
def test_rows_are_samples(name: str) -> None:
    """A batch of the file's kind has the mean, or sum, of what its samples have alone."""
    spec = SPECS[name]
    module = loaded(spec)
    draw = np.random.default_rng(3)
    params = draw.uniform(-1, 1, len(module["PARAMETERS"]))
    x = draw.uniform(-1, 1, (5, len(spec.inputs)))
    y = draw.dirichlet(np.ones(max(1, len(spec.targets))), 5)[:, : len(spec.targets)]
    xy = (x, y) if spec.targets else (x,)
    alone = list(zip(*xy, strict=True))
    combined = np.mean if spec.training.reduction == "mean" else np.sum
    each = [module["gradients"](params, *one) for one in alone]
    np.testing.assert_allclose(
        module["gradients"](params, *xy), combined(each, axis=0), rtol=1e-12, atol=1e-14
    )
    losses = [module["loss"](params, *one) for one in alone]
    assert math.isclose(module["loss"](params, *xy), combined(losses), rel_tol=1e-12)
    rows = [module["forward"](params, one) for one in x]
    np.testing.assert_allclose(module["forward"](params, x), rows, rtol=1e-12, atol=1e-14)
    assert rows[0].shape == (spec.layers[-1].units,)


@pytest.mark.parametrize("arithmetic", ["blas", "exact", "fused"])
def test_what_is_given_is_not_changed(arithmetic: str) -> None:
    spec = with_samples(network("relu", "huber"), 3, optimizer=choice(OPTIMIZERS, "adam"))
    module = loaded(spec, arithmetic=arithmetic)
    given = [np.array(one) for one in (module["INITIAL"], module["initial_state"]())]
    given += [np.array(module["SAMPLE_X"]), np.array(module["SAMPLE_Y"])]
    kept = [one.copy() for one in given]
    new, _ = module["train"](*given, [0.1, 0.1])
    module["update"](*given, 0.1)
    assert all(map(np.array_equal, given, kept))
    assert not np.array_equal(new, given[0])


def test_parts_are_views() -> None:
    module = loaded(NOTEBOOK)
    params = np.arange(13.0)
    parts = module["unpack"](params)
    assert [part.shape for part in parts] == [(2, 3), (1, 3), (3, 1), (1, 1)]
    parts[0][1, 2] = -1.0
    assert module["PARAMETERS"][params.tolist().index(-1.0)] == "w6"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((np.zeros(12), [0, 0], [0]), "13 parameters needed, not shape (12,)"),
        ((np.zeros(13), [0, 0, 0, 0], [0]), "x: 2 numbers or rows of 2 needed"),
        ((np.zeros(13), [0, 0], [0, 0]), "y: 1 numbers or rows of 1 needed"),
        ((np.zeros(13), [[0, 0]] * 3, [[0]] * 2), "3 rows of inputs, but 2 of targets"),
        ((np.zeros(13), np.zeros((0, 2)), np.zeros((0, 1))), "at least one sample"),
    ],
)
def test_wrong_shapes_are_refused(arguments: tuple[Any, ...], reason: str) -> None:
    module = loaded(NOTEBOOK)
    for function in ("loss", "gradients"):
        with pytest.raises(ValueError, match=re.escape(reason)):
            module[function](*arguments)


def test_run_as_a_script_it_replays_the_file(tmp_path: Path) -> None:
    for spec in (NOTEBOOK, *(one for one in SPECS.values() if one.name == "logistic-batch")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run_text(files_of(spec, arithmetic="exact")[0].text, "__main__")
        by_python = io.StringIO()
        with contextlib.redirect_stdout(by_python):
            module_of(spec)["main"]()
        numbers = [float(one) for one in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", printed.getvalue())]
        wanted = [float(one) for one in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", by_python.getvalue())]
        assert len(numbers) == len(wanted) > 20
        np.testing.assert_allclose(numbers, wanted, rtol=1e-12)


def self_test_of(folder: Path, files: Sequence[SourceFile]) -> "subprocess.CompletedProcess[str]":
    """Write a module and its self-test, and run the test."""
    for one in files:
        (folder / one.path).write_text(one.text, encoding="utf-8")
    words = [sys.executable, str(folder / files[1].path)]
    return subprocess.run(words, capture_output=True, text=True)


@pytest.mark.parametrize("arithmetic", ["blas", "exact", "fused"])
def test_the_self_test_passes_and_can_fail(arithmetic: str, tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True, arithmetic=arithmetic)
    done = self_test_of(tmp_path, (module, test))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout == "14 of 14 vectors passed\n"
    wrong = module.text.replace("[z2 <= ", "[z2 < ")
    assert wrong != module.text
    done = self_test_of(tmp_path, (SourceFile(module.path, wrong), test))
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    before, after = module.text.rsplit("for learning_rate in rates:", 1)
    short = f"{before}for learning_rate in rates[:1]:{after}"
    done = self_test_of(tmp_path, (SourceFile(module.path, short), test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: train, number 1: .*, expected ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("arithmetic", ["blas", "exact", "fused"])
@pytest.mark.parametrize("name", ["notebook", "shared-kernel"])
def test_the_self_test_sees_rows(name: str, arithmetic: str, tmp_path: Path) -> None:
    """The file of the one has a single sample, that of the other takes one after another."""
    spec = next(one for one in SPECS.values() if one.name == name)
    module, test = files_of(spec, "loops", with_test=True, arithmetic=arithmetic)
    assert self_test_of(tmp_path, (module, test)).returncode == 0
    wrong = module.text.replace("/ len(x)", "* len(x)").replace("/= len(x)", "*= len(x)")
    assert wrong != module.text
    done = self_test_of(tmp_path, (SourceFile(module.path, wrong), test))
    assert re.findall("^FAILED (.*): ", done.stdout, re.MULTILINE)[0].startswith("several samples")
    assert "FAILED random" not in done.stdout


def test_a_state_of_another_length_is_refused() -> None:
    spec = next(one for one in SPECS.values() if one.name == "deep-narrow")
    module = loaded(spec)
    params, state = np.array(module["INITIAL"]), module["initial_state"]()
    sample = (module["SAMPLE_X"], module["SAMPLE_Y"])
    for wrong in ([*state, 0.0], state[:-1], [state]):
        for name, rate in (("update", 0.1), ("train", [])):
            with pytest.raises(ValueError, match=f"{len(state)} numbers of state needed, not"):
                module[name](params, wrong, *sample, rate)


def test_a_hostile_title_and_odd_names_stay_text(tmp_path: Path) -> None:
    title = 'one """ two \\ three \\u000a import os  # ruff: noqa'
    spec = small_spec((2, 1), ("gelu",), "squared_error", name="numpy", title=title)
    layer = replace(spec.layers[0], weights=(("np", "x"),), biases=("params",))
    spec = with_samples(replace(spec, layers=(layer,), inputs=("None", "W1"), targets=("z1",)))
    module, test = files_of(spec, with_test=True)
    assert module.path == "numpy_numpy.py"
    assert run_text(module.text)["PARAMETERS"] == ("np", "x", "params")
    done = self_test_of(tmp_path, (module, test))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_and_the_formatter_find_nothing(tmp_path: Path) -> None:
    forms = (("exact", "loops"), ("blas", "scalar"), ("fused", "loops"))
    for number, (spec, form) in enumerate(product(SPECS.values(), forms)):
        asked = request(spec, form[1], arithmetic=form[0], with_test=number % 9 == 0)
        for one in sources(asked):
            (tmp_path / f"n{number}_{one.path}").write_text(one.text, encoding="utf-8")
    done = ruff("check", *RULES, str(tmp_path))
    assert done.returncode == 0, done.stdout
    done = ruff("format", "--diff", *LINES, str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_an_order_that_layers_do_not_have_is_refused() -> None:
    chosen = with_samples(network("relu", "none"))
    with pytest.raises(UnsupportedError, match="--form loops has it"):
        files_of(chosen, arithmetic="exact")
    with pytest.raises(UnsupportedError, match="writes double only"):
        files_of(NOTEBOOK, precision="single")


def test_every_equation_of_the_matrix_form_has_its_line() -> None:
    spec = with_samples(network("tanh", "squared_error", (2, 3, 2), input_gradients=True))
    text = files_of(spec)[0].text
    found = {int(one) for group in re.findall(r"  # \(([\d, ]+)\)$", text, re.M)
             for one in group.split(", ")}  # fmt: skip
    assert found == set(range(1, 12))


def test_a_wide_network_takes_few_lines() -> None:
    spec = small_spec((784, 128, 64, 10), ("relu", "relu", "softmax"), "softmax_cross_entropy")
    text = files_of(spec, "loops")[0].text
    assert text.count("\n") < 225
    module = run_text(text)
    draw = np.random.default_rng(1)
    params = draw.normal(0, 0.05, 109386)
    x, y = draw.normal(size=(64, 784)), np.eye(10)[draw.integers(0, 10, 64)]
    before = module["loss"](params, x, y)
    assert module["loss"](module["train"](params, x, y, [0.1] * 20), x, y) < before
