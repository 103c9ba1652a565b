"""The reverse sweep: adjoints in order, paths, shared parameters, names that clash."""

from dataclasses import replace

import pytest

from symnet.derive.backprop import Derivation, backpropagate
from symnet.model.network import build_network
from symnet.model.spec import LayerSpec, Spec
from symnet.pipeline import load
from tests.networks import small_spec


def derived(spec: Spec) -> Derivation:
    return backpropagate(build_network(spec))


def with_layer(spec: Spec, number: int, **fields: object) -> Spec:
    layers = list(spec.layers)
    layers[number - 1] = replace(layers[number - 1], **fields)  # type: ignore[arg-type]
    return replace(spec, layers=tuple(layers))


def test_the_notebooks_chain_rule_reads_as_a_lecturer_would_write_it() -> None:
    lines = str(load("notebook").derivation).splitlines()
    assert lines[:9] == [
        "dL_dy_hat = 2 * error",
        "dL_dz4 = dL_dy_hat * relu'(z4)",
        "dL_dh1 = dL_dz4 * w7",
        "dL_dh2 = dL_dz4 * w8",
        "dL_dh3 = dL_dz4 * w9",
        "dL_dz1 = dL_dh1 * relu'(z1)",
        "dL_dz2 = dL_dh2 * relu'(z2)",
        "dL_dz3 = dL_dh3 * relu'(z3)",
        "dL_dw1 = dL_dz1 * x1",
    ]
    assert lines[-1] == "dL_db4 = dL_dz4"


def test_the_forward_pass_stands_in_textbook_order() -> None:
    lines = str(load("notebook").network.forward).splitlines()
    assert "z1 = x1 * w1 + x2 * w4 + b1" in lines
    assert "z4 = h1 * w7 + h2 * w8 + h3 * w9 + b4" in lines
    assert lines[-3:] == ["error = y_hat - y", "loss = error**2", "outputs loss"]


def test_several_outputs_add_their_paths() -> None:
    derivation = derived(small_spec((1, 2, 2), ("tanh", "identity")))
    assert str(derivation.value("h1")) == "dL_dz3 * w3 + dL_dz4 * w4"
    assert derivation.path_count("w1") == 2
    assert [path[0].consumer for path in derivation.paths("w1")] == ["loss", "loss"]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_paths_multiply_with_every_layer(depth: int) -> None:
    sizes = (1, *([2] * depth), 1)
    derivation = derived(small_spec(sizes, ["tanh"] * (depth + 1)))
    assert derivation.path_count("w1") == 2 ** (depth - 1)
    assert len(list(derivation.paths("w1"))) == 2 ** (depth - 1)


def test_a_shared_parameter_adds_its_places() -> None:
    spec = with_layer(
        small_spec((2, 2, 1), ("relu", "identity")), 1, weights=(("v", "u"), ("u", "v"))
    )
    derivation = derived(spec)
    assert str(derivation.value("v")) == "dL_dz1 * x1 + dL_dz2 * x2"
    twice = with_layer(small_spec((2, 1), ("relu",)), 1, weights=(("v", "v"),))
    assert str(derived(twice).value("v")) == "dL_dz1 * (x1 + x2)"


def test_a_threshold_is_subtracted() -> None:
    derivation = derived(with_layer(small_spec((1, 1), ("relu",)), 1, bias_sign=-1))
    assert str(derivation.value("b1")) == "-dL_dz1"
    assert "z1 = x1 * w1 - b1" in str(derivation.network.forward)


def test_no_biases_and_one_for_the_layer() -> None:
    base = small_spec((1, 2), ("relu",))
    assert "b1" not in derived(with_layer(base, 1, biases=())).adjoints
    shared = derived(with_layer(base, 1, biases=("c", "c")))
    assert str(shared.value("c")) == "dL_dz1 + dL_dz2"


def test_inputs_have_gradients_only_on_request() -> None:
    spec = small_spec((2, 1), ("relu",))
    assert "x1" not in derived(spec).adjoints
    asked = derived(replace(spec, input_gradients=True))
    assert str(asked.value("x1")) == "dL_dz1 * w1"


def test_names_of_nodes_give_way_to_the_users() -> None:
    layer = LayerSpec(
        1, small_spec((1, 1), ("relu",)).layers[0].activation, (("z1",),), ("dL_dz1_",)
    )
    derivation = derived(replace(small_spec((1, 1), ("relu",)), layers=(layer,)))
    names = {one.name for one in derivation.network.variables}
    assert {"z1", "z1_", "dL_dz1_"} <= names
    assert len(names) == len(derivation.network.variables)
    adjoints = [one.name for one in derivation.adjoints.values()]
    assert len({*adjoints, *names}) == len(adjoints) + len(names)
