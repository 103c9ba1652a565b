"""Wide networks as loops: the same functions and the same numbers as line by line."""

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.emit.loops import loops
from symnet.emit.source import emit_loops
from symnet.model import network as scalar_network
from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import Choice, LayerSpec, RuleValues, Spec
from tests.emit.emitted import (
    Module,
    loops_of,
    module_of,
    network,
    optimizers,
    pairs,
    run_text,
    sample_arguments,
    with_samples,
)
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
SHIPPED = tuple(path.stem for path in sorted(NETWORKS.glob("*.toml")))
PAIRS = tuple(pairs())


def compare(spec: Spec, same: Any = lambda one: one) -> None:
    """Hold the loops against the scalar form; ``same`` allows for what may differ."""
    wide, narrow = loops_of(spec), module_of(spec)
    assert wide["PARAMETERS"] == narrow["PARAMETERS"]
    assert wide.get("STATE") == narrow.get("STATE")
    assert [*wide["INITIAL"]] == [*narrow["INITIAL"]]
    params, sample = list(wide["INITIAL"]), arguments(spec)
    assert wide["forward"](params, sample[0]) == same(narrow["forward"](params, sample[0]))
    assert wide["loss"](params, *sample) == same(narrow["loss"](params, *sample))
    assert wide["gradients"](params, *sample) == same(narrow["gradients"](params, *sample))
    if spec.input_gradients:
        found = wide["input_gradients"](params, *sample)
        assert found == same(narrow["input_gradients"](params, *sample))
    compare_updates(wide, narrow, sample, same)


def compare_updates(wide: Module, narrow: Module, sample: Sequence[Any], same: Any) -> None:
    """Take two steps with both, the second from the state of the first."""
    params, rest = list(wide["INITIAL"]), []
    if "initial_state" in wide:
        assert wide["initial_state"]() == narrow["initial_state"]()
        rest = [wide["initial_state"]()]
    for rate in (0.1, 0.03):
        kept = list(params)
        found = wide["update"](params, *rest, *sample, rate)
        wanted = narrow["update"](params, *rest, *sample, rate)
        assert params == kept, "the old parameters were changed in place"
        if rest:
            (params, state), (right, right_state) = found, wanted
            assert state == same(right_state)
            rest = [state]
        else:
            params, right = found, wanted
        assert params == same(right)


def arguments(spec: Spec) -> Sequence[Any]:
    """Return x and y as the file gives them: one sample, or all of a batch."""
    assert spec.samples is not None
    if not spec.samples.batch or spec.training.mode == "online":
        return sample_arguments(spec)
    each = [sample_arguments(spec, k) for k in range(len(spec.samples.x))]
    return [list(part) for part in zip(*each, strict=True)]


def nearly(value: Any) -> Any:
    """Allow for sums over the places of a shared parameter in another order."""
    if isinstance(value, list) and isinstance(value[0], list):
        return [nearly(row) for row in value]
    return pytest.approx(value, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
@pytest.mark.parametrize("outputs", [1, 2, 4])
def test_every_activation_with_every_loss(activation: str, loss: str, outputs: int) -> None:
    compare(network(activation, loss, sizes=(2, 3, outputs), input_gradients=True))


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_extremes_and_what_is_not_a_number(activation: str, loss: str) -> None:
    spec = network(activation, loss, sizes=(2, 3, 3))
    wide, narrow = loops_of(spec), module_of(spec)
    sample = sample_arguments(spec)
    for scale in (1e4, -1e4, 1e200, math.inf, math.nan):
        for first in (0, 5, 17):
            params = [scale * one if k >= first else one for k, one in enumerate(wide["INITIAL"])]
            for function in ("loss", "gradients", "update"):
                rest = (*sample, 0.1) if function == "update" else sample
                assert repr(wide[function](params, *rest)).replace("-0.0", "0.0") == repr(
                    narrow[function](params, *rest)
                ).replace("-0.0", "0.0")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_inside(activation: str) -> None:
    spec = small_spec((2, 3, 3, 2), (activation, activation, "identity"), "huber")
    compare(with_samples(spec))


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("optimizer", tuple(dict.fromkeys(optimizers())), ids=str)
def test_every_optimizer_with_frozen_parameters_and_batches(
    optimizer: Choice, samples: int
) -> None:
    spec = network("tanh", "squared_error", frozen=("w2", "w5", "w6", "b1", "b5"))
    compare(with_samples(spec, samples, optimizer=optimizer))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("mode", ["batch", "online"])
def test_batches_and_one_after_another(mode: str, reduction: str) -> None:
    spec = network("softmax", "softmax_cross_entropy", input_gradients=True)
    compare(with_samples(spec, 3, mode=mode, reduction=reduction))


@pytest.mark.parametrize("output", [1, 2, 3])
def test_the_gradient_of_any_output(output: int) -> None:
    spec = small_spec((2, 3), ("softmax",), "none")
    spec = replace(spec, loss=choice(LOSSES, "none", output=Fraction(output)))
    compare(with_samples(spec))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_networks(name: str) -> None:
    """Among them shared parameters, thresholds, biases shared by a layer, and none at all."""
    spec = read_spec(NETWORKS / f"{name}.toml")
    if spec.initial is None or spec.samples is None:
        spec = with_samples(spec)
    compare(spec, nearly)


@pytest.mark.parametrize("numbering", ["flat", "layered"])
def test_names_by_rule_and_given_names_mix(numbering: str) -> None:
    given = LayerSpec(
        2, choice(ACTIVATIONS, "tanh"), (("p", "q", "p"), ("r", "s", "t")), ("c", "c")
    )
    spec = small_spec((2, 3, 2, 1), ("relu", "tanh", "identity"), numbering=numbering)
    spec = replace(spec, layers=(spec.layers[0], given, spec.layers[2]))
    compare(with_samples(spec), nearly)
    none = replace(spec.layers[0], biases=())
    minus = replace(spec.layers[2], bias_sign=-1)
    compare(with_samples(replace(spec, layers=(none, given, minus))), nearly)


@pytest.mark.parametrize("numbering", ["flat", "layered"])
def test_wide_names_are_written_by_rule(numbering: str) -> None:
    spec = small_spec((30, 40, 10), ("relu", "identity"), numbering=numbering)
    text = emit_loops(spec, "python").text
    assert run_text(text)["PARAMETERS"] == parameter_names(spec)
    assert len(text) < 6000
    assert "w1_40_30" not in text


def test_given_names_of_a_wide_network_are_listed() -> None:
    names = tuple(tuple(f"kernel_{unit}_{k}" for k in range(30)) for unit in range(20))
    layer = LayerSpec(20, choice(ACTIVATIONS, "relu"), names)
    spec = replace(small_spec((30, 20), ("relu",)), layers=(layer,))
    module = loops_of(with_samples(spec))
    assert module["PARAMETERS"] == parameter_names(spec)
    assert module["WEIGHTS_1"][:3] == (0, 1, 2) if "WEIGHTS_1" in module else True


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RuleValues("zeros"), "INITIAL = [0.0] * 650\n"),
        (RuleValues("constant", value=Fraction(1, 4)), "INITIAL = [0.25] * 650\n"),
    ],
)
def test_values_by_rule_take_one_line(rule: RuleValues, text: str) -> None:
    spec = replace(small_spec((12, 50), ("relu",)), initial=rule)
    assert text in emit_loops(spec, "python").text


def test_no_scalar_network_is_ever_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a unit was named")

    monkeypatch.setattr(scalar_network, "_units", refuse)
    with pytest.raises(AssertionError, match="a unit was named"):
        scalar_network.build_network(small_spec((2, 2), ("relu",)))
    spec = small_spec((784, 128, 64, 10), ("relu", "gelu", "softmax"), "softmax_cross_entropy")
    text = emit_loops(spec, "python").text
    assert len(text) < 9000
    module = run_text(text)
    params = [((k * 7919) % 101 - 50) / 500 for k in range(len(module["PARAMETERS"]))]
    assert sum(module["forward"](params, [0.5] * 784)) == pytest.approx(1)


def test_its_length_does_not_depend_on_the_width() -> None:
    def lines(units: int) -> int:
        spec = small_spec((units, units, units), ("silu", "softmax"), "mean_squared_error")
        return emit_loops(spec, "python").text.split('"""', 2)[2].count("\n")

    assert lines(30) == lines(60)


def test_loops_hold_their_operation_counts() -> None:
    """What the header counts is what runs: floats that count their own operations."""
    spec = network("softmax", "mean_squared_error", sizes=(2, 3, 3))
    found = loops(spec)
    module = run_text(emit_loops(spec, "python").text)
    for name in ("exp", "tanh"):
        module[name] = counting(module[name])
    params = [Counted(one) for one in module["INITIAL"]]
    x, y = ([Counted(one) for one in part] for part in sample_arguments(spec))
    for function, block in (("gradients", found.gradients), ("loss", found.loss)):
        Counted.operations = 0
        module[function](params, x, y)
        counts = block.operations
        assert Counted.operations == counts.additions + counts.multiplications + counts.divisions


def counting(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return the function with results that count what is computed with them."""
    return lambda value: Counted(function(value))


class Counted(float):
    """A float that counts what is computed with it and what comes out of that."""

    operations = 0

    def _done(self, value: float) -> "Counted":
        Counted.operations += 1
        return Counted(value)

    def __add__(self, other: float) -> "Counted":
        return self._done(float(self) + float(other))

    def __mul__(self, other: float) -> "Counted":
        return self._done(float(self) * float(other))

    def __sub__(self, other: float) -> "Counted":
        return self._done(float(self) - float(other))

    def __truediv__(self, other: float) -> "Counted":
        return self._done(float(self) / float(other))

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: float) -> "Counted":
        return self._done(float(other) - float(self))

    def __neg__(self) -> "Counted":
        return Counted(-float(self))


def test_the_module_imports_nothing_but_math() -> None:
    for activation, loss in PAIRS:
        tree = ast.parse(emit_loops(network(activation, loss), "python").text)
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Import)
            assert not isinstance(node, ast.ImportFrom) or node.module == "math"


def test_the_state_starts_where_the_file_says() -> None:
    spec = small_spec((1, 2), ("tanh",), frozen=("w1",))
    state = (("second_moment", "b2", Fraction(3, 2)),)
    adam = choice(OPTIMIZERS, "adam")
    compare(with_samples(spec, optimizer=adam, state=state, step=7))


@pytest.mark.parametrize("change", [-1, 1])
@pytest.mark.parametrize("name", ["params", "state", "x", "y"])
def test_lists_of_another_length_are_refused(name: str, change: int) -> None:
    """As in the scalar form, which takes them apart: what is too long would go unnoticed."""
    spec = small_spec((2, 2, 1), ("relu", "identity"))
    spec = with_samples(spec, 0, optimizer=choice(OPTIMIZERS, "momentum"))
    module = loops_of(spec)
    sizes = {"params": 9, "state": 9, "x": 2, "y": 1}
    right = {one: [0.5] * size for one, size in sizes.items()}
    module["update"](**right, learning_rate=0.1)
    with pytest.raises(ValueError, match=f"{name}: {sizes[name] + change} given"):
        module["update"](**right | {name: [0.5] * (sizes[name] + change)}, learning_rate=0.1)
