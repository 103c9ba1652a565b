"""The lesson style: one function a parameter, whose docstring is its chain rule."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.emit.lesson import PATHS
from symnet.emit.source import emit
from symnet.model.evaluation import EXACT, run
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.emitted import (
    module_of,
    named,
    network,
    optimizers,
    pairs,
    parameters,
    sample_arguments,
    step_of,
    with_samples,
)
from tests.emit.reading import functions
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
OPTIMIZER_CHOICES = tuple(dict.fromkeys(optimizers()))


def notebook() -> Spec:
    return read_spec(NETWORKS / "notebook.toml")


def docstrings(spec: Spec) -> dict[str, str]:
    """Return what each parameter's function says, by parameter."""
    found = functions(emit(step_of(spec), "python", "lesson").text)
    return {
        name: ast.get_docstring(found[f"update_{name}"]) or ""
        for name in parameters(step_of(spec))
        if name not in spec.frozen
    }


def test_it_reads_as_a_lesson() -> None:
    text = emit(step_of(notebook()), "python", "lesson").text
    function = text.split("def update_w1(")[1].split("\n\n\n")[0]
    assert function == (
        "params, x, y, learning_rate):\n"
        '    """Return the new w1.\n'
        "\n"
        "    dL/dw1 = dL/dy_hat * dy_hat/dz4 * dz4/dh1 * dh1/dz1 * dz1/dw1\n"
        "\n"
        "    dL/dy_hat  = 2 * error\n"
        "    dy_hat/dz4 = relu'(z4)\n"
        "    dz4/dh1    = w7\n"
        "    dh1/dz1    = relu'(z1)\n"
        "    dz1/dw1    = x1\n"
        '    """\n'
        "    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params\n"
        "    x1, x2 = x\n"
        "    (y_,) = y\n"
        "    z1, z2, z3, h1, h2, h3, z4, y_hat, error = nodes(params, x, y)\n"
        "    # dL/dy_hat\n"
        "    dL_dy_hat = 2.0 * error  # (10)\n"
        "    # dL/dz4 = dL/dy_hat * dy_hat/dz4\n"
        "    dL_dz4 = 0.0 if z4 <= 0.0 else dL_dy_hat  # (11)\n"
        "    # dL/dh1 = dL/dz4 * dz4/dh1\n"
        "    dL_dh1 = dL_dz4 * w7  # (12)\n"
        "    # dL/dz1 = dL/dh1 * dh1/dz1\n"
        "    dL_dz1 = 0.0 if z1 <= 0.0 else dL_dh1  # (15)\n"
        "    # dL/dw1 = dL/dz1 * dz1/dw1\n"
        "    dL_dw1 = dL_dz1 * x1  # (18)\n"
        "    new_w1 = w1 - learning_rate * dL_dw1  # (19)\n"
        "    return new_w1"
    )


def chain_value(doc: str, known: dict[str, Any]) -> Any:
    """Work a docstring's chain rule out from its own factors; ``known``: nodes and slopes."""
    head, factors = doc.split("\n\n", 1)[1].split("\n\n", 1)
    values: dict[str, Any] = {}
    for line in factors.splitlines():
        name, *_, value = line.split(" = ")
        values[name.strip()] = eval(value.replace("'", "_slope"), {}, known)
    total = 0
    for product in " ".join(head.split(" = ", 1)[1].split()).split(" + "):
        part = 1
        for factor in product.split(" * "):
            part *= values[factor]
        total += part
    return total


def relu_slope(z: Any) -> int:
    return 0 if z <= 0 else 1


@pytest.mark.parametrize("path", ["notebook", "dead-relu"])
def test_the_chain_rules_multiply_out_to_the_gradients(path: str) -> None:
    """In exact arithmetic, from the text of the docstrings alone."""
    spec = read_spec(NETWORKS / f"{path}.toml")
    step = step_of(spec)
    assert spec.samples is not None
    params = [one.value for one in step.network.parameters]
    values: dict[str, Any] = named(step, params, spec.samples.x[0], spec.samples.y[0])  # type: ignore[arg-type]
    known = run(step.network.forward, values, EXACT)
    right = run(step.gradients, values, EXACT)
    known |= {"relu_slope": relu_slope, "y_": values["y"]}
    docs = docstrings(spec)
    assert len(docs) == 13
    for (name, doc), gradient in zip(docs.items(), step.gradients.outputs, strict=True):
        assert chain_value(doc, known) == right[gradient], name
    wrong = docs["w9"].replace("= h3", "= h2")
    assert wrong != docs["w9"]
    last = right[step.gradients.outputs[8]]
    assert path == "dead-relu" or chain_value(wrong, known) != last


def test_a_shared_parameter_s_gradient_is_the_sum_over_its_paths() -> None:
    docs = docstrings(read_spec(NETWORKS / "shared-kernel.toml"))
    chain = docs["k1"].split("\n\n")[1].splitlines()
    assert len(chain) == 2
    assert chain[0].startswith("dL/dk1 = ")
    assert chain[0].endswith("* dz1/dk1")
    assert chain[1].strip().startswith("+ ")
    assert chain[1].endswith("* dz2/dk1")


def test_collapsing_factors_are_shown_and_then_collapsed() -> None:
    docs = docstrings(network("sigmoid", "binary_cross_entropy", sizes=(1, 1)))
    assert "dL/dw1 = dL/dy_hat * dy_hat/dz1 * dz1/dw1" in docs["w1"]
    assert re.search(r"dL/dz1 += dL/dy_hat \* dy_hat/dz1 = y_hat - y_\n", docs["w1"] + "\n")


def test_many_paths_are_counted_instead_of_listed() -> None:
    spec = small_spec((1, 3, 3, 1), ("tanh", "tanh", "identity"))
    docs = docstrings(spec)
    assert f"That is a sum over {3} paths" not in docs["w1"]
    assert docs["w1"].count("\n") > PATHS
    docs = docstrings(small_spec((1, 3, 3, 3, 1), ("tanh", "tanh", "tanh", "identity")))
    assert "dL/dw1 = dL/dz1 * dz1/dw1\n" in docs["w1"]
    assert "That is a sum over 9 paths from the loss." in docs["w1"]


@pytest.mark.parametrize(("activation", "loss"), tuple(pairs()))
def test_the_lessons_together_are_the_update(activation: str, loss: str) -> None:
    spec = network(activation, loss, frozen=("w2",))
    compare(spec, sample_arguments(spec))


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("optimizer", OPTIMIZER_CHOICES, ids=str)
def test_the_lessons_hold_for_every_optimizer_and_batches(optimizer: Any, samples: int) -> None:
    spec = network("softmax", "mean_squared_error", frozen=("w2", "b1"))
    spec = with_samples(spec, samples, optimizer=optimizer)
    given: Any = sample_arguments(spec)
    if samples:
        given = [[sample_arguments(spec, k)[part] for k in range(samples)] for part in range(2)]
    compare(spec, given)


def compare(spec: Spec, sample: Any) -> None:
    """Hold every lesson against the module, to the last bit."""
    told, module, step = module_of(spec, "lesson"), module_of(spec), step_of(spec)
    params = list(module["INITIAL"])
    state = [module["initial_state"]()] if step.state else []
    found = told["update"](params, *state, *sample, 0.1)
    wanted = module["update"](params, *state, *sample, 0.1)
    assert found == wanted
    new = dict(zip(parameters(step), wanted[0] if state else wanted, strict=True))
    for name in parameters(step):
        assert (f"update_{name}" in told) == (name not in spec.frozen)
        if name not in spec.frozen:
            one = told[f"update_{name}"](params, *state, *sample, 0.1)
            assert (one[0] if state else one) == new[name]
    assert told["loss"](params, *sample) == module["loss"](params, *sample)
    assert told["forward"](params, sample[0]) == module["forward"](params, sample[0])


def test_a_lesson_reads_only_its_own_state() -> None:
    spec = replace(network("tanh", "huber", sizes=(1, 1)), frozen=("b1",))
    spec = with_samples(spec, optimizer=choice(OPTIMIZERS, "adam"))
    text = emit(step_of(spec), "python", "lesson").text
    body = text.split("def update_w1(")[1].split("\n\n\n")[0]
    assert "first_moment_w1 = state[0]\n" in body
    assert "second_moment_w1 = state[1]\n" in body
    assert "return new_w1, new_first_moment_w1, new_second_moment_w1" in body
