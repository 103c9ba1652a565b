"""Fused Python: read back, counted, and run beside the exact form."""

import ast
import math
import random
from dataclasses import replace
from typing import Any

import pytest

import symnet
from symnet import pipeline
from symnet.derive.operations import Counts
from symnet.emit.options import Options
from symnet.emit.source import joined, request_for, sources
from symnet.errors import UnsupportedError
from symnet.model.spec import Spec
from tests.emit.emitted import (
    Module,
    module_of,
    network,
    optimizers,
    pairs,
    run_text,
    step_of,
    with_samples,
)
from tests.emit.reading import functions, operations_in
from tests.networks import small_spec

SHIPPED = pipeline.shipped()


def text_of(spec: Spec) -> str:
    options = Options(form="scalar", arithmetic="fused")
    return joined(sources(request_for(options, spec, lambda: step_of(spec)))).text


def counted(function: ast.FunctionDef) -> Counts:
    """Count what is written; the test of an `if` is a gate, as a conditional expression is one."""
    tests = sum(isinstance(node, ast.If) for node in ast.walk(function))
    return operations_in(function) + Counts(gates=tests)


def arguments(module: Module, spec: Spec, seed: int) -> list[Any]:
    """Draw arguments of `update`: parameters, state, x, y, learning rate."""
    draw = random.Random(seed)

    def numbers(count: int) -> list[float]:
        return [draw.uniform(-2, 2) for _ in range(count)]

    batch = spec.samples is not None and spec.samples.batch and spec.training.mode == "batch"
    x, y = numbers(len(spec.inputs)), [abs(one) / 2 for one in numbers(len(spec.targets))]
    found: list[Any] = [numbers(len(module["PARAMETERS"]))]
    found += (
        [[abs(one) / 4 + 0.1 for one in numbers(len(module["STATE"]))]] if "STATE" in module else []
    )
    found += [[x, x[::-1]], [y, y]] if batch else [x, y]
    if not spec.targets:
        found.pop()
    return [*found, 0.05]


def flat(value: Any) -> list[float]:
    return [value] if isinstance(value, float) else [one for part in value for one in flat(part)]


def assert_close(found: Any, expected: Any) -> None:
    for a, b in zip(flat(found), flat(expected), strict=True):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-12)


def compare(spec: Spec) -> None:
    """Hold update and train against the exact form's."""
    exact, fused = module_of(spec), run_text(text_of(spec))
    for seed in range(20):
        given = arguments(exact, spec, seed)
        kept = [list(one) if isinstance(one, list) else one for one in given]
        assert_close(fused["update"](*given), exact["update"](*given))
        assert given == kept
        online = spec.training.mode == "online"
        *start, rate = given
        if online:
            start = [
                *start[: 1 + ("STATE" in exact)],
                *([one] for one in start[1 + ("STATE" in exact) :]),
            ]
        rates = [rate, rate / 2, rate]
        assert_close(fused["train"](*start, rates), exact["train"](*start, rates))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_network(name: str) -> None:
    compare(pipeline.load(name).spec)


@pytest.mark.parametrize(("activation", "loss"), list(pairs()))
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    compare(network(activation, loss, (2, 3, 2), name="each"))


@pytest.mark.parametrize("optimizer", list(optimizers()), ids=str)
def test_every_optimizer(optimizer: Any) -> None:
    compare(with_samples(small_spec((2, 3, 2), ("relu", "relu")), optimizer=optimizer))


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("mode", ["batch", "online"])
def test_batches_and_samples_one_after_another(samples: int, mode: str) -> None:
    compare(with_samples(small_spec((2, 3, 1), ("relu", "relu")), samples, mode=mode))


def test_deep_networks_frozen_parameters_and_input_gradients() -> None:
    spec = small_spec(
        (2, 3, 3, 2), ("relu", "relu", "relu"), frozen=("w1", "b2"), input_gradients=True
    )
    compare(with_samples(spec))


def test_the_operations_in_the_text() -> None:
    """46 operations and 7 tests, counted from nothing but the text; the header says the same."""
    text = symnet.load("notebook").emit(arithmetic="fused")
    found = counted(functions(text)["update"])
    assert found == Counts(additions=23, multiplications=23, maxima=3, gates=4)
    assert f"Operations, update, fused: {found}." in " ".join(text.split())
    exact = counted(functions(symnet.load("notebook").emit())["update"])
    assert f"Operations, update, exact form: {exact}." in " ".join(text.split())


@pytest.mark.parametrize("name", SHIPPED)
def test_the_header_counts_what_the_text_has(name: str) -> None:
    text = symnet.load(name).emit(arithmetic="fused")
    tree = functions(text)
    others = int("gradients(" in ast.unparse(tree["update"]))  # the module's own function
    found = counted(tree["update"]) + Counts(function_calls=-others)
    assert f"fused: {found}." in " ".join(text.split())


def test_a_name_is_bound_before_it_is_read_on_every_way_through() -> None:
    """All units dead, all alive, and each alone."""
    module = run_text(symnet.load("notebook").emit(arithmetic="fused"))
    for biases in ([-9, -9, -9, 9], [9, 9, 9, -99], [9, -9, -9, 9], [-9, 9, -9, 9], [9, 9, 9, 9]):
        module["update"]([0.5] * 9 + biases, [1.0, 1.0], [0.0], 0.1)


def test_a_dead_network_comes_back_bit_by_bit() -> None:
    module = run_text(symnet.load("notebook").emit(arithmetic="fused"))
    start = [0.1, -0.0, 5e-324, *[0.3] * 6, 0.0, 0.0, 0.0, -99.0]
    for found in (
        module["update"](start, [1.0, 1.0], [0.0], 0.1),
        module["train"](start, [1.0, 1.0], [0.0], [0.1, 0.1]),
    ):
        assert list(map(repr, found)) == list(map(repr, start))
        assert found is not start


def test_a_nan_spreads() -> None:
    module = run_text(symnet.load("notebook").emit(arithmetic="fused"))
    start = [math.nan, *module["INITIAL"][1:]]
    assert math.isnan(module["update"](start, [1.0, 1.0], [2.0], 0.1)[12])


def test_names_of_the_loop_and_of_scaled_adjoints_are_kept_apart() -> None:
    spec = small_spec((1, 2), ("relu",), inputs=("step",), name="named")
    layer = spec.layers[0]
    weights = (("k",), ("rates",))
    spec = replace(
        spec, layers=(replace(layer, weights=weights, biases=("scaled_dL_dz1", "factor")),)
    )
    for mode in ("online", "batch"):
        compare(with_samples(spec, 2 if mode == "online" else 0, mode=mode))


@pytest.mark.parametrize(
    "options",
    [Options(style="lesson", arithmetic="fused"), Options(form="loops", arithmetic="fused")],
)
def test_what_is_not_written_fused_is_refused(options: Options) -> None:
    spec = pipeline.load("notebook").spec
    with pytest.raises(UnsupportedError, match="--arithmetic fused"):
        sources(request_for(options, spec, lambda: step_of(spec)))
