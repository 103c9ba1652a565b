"""The matrix form equals the scalar form, entry by entry, and a wrong one is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest

from symnet.check.matrix import disagreements
from symnet.derive.backprop import backpropagate
from symnet.derive.matrix import MatrixDerivation, MatrixStep, derive_matrices
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import EXACT, run
from symnet.model.expression import Expression, Negative
from symnet.model.losses import LOSSES
from symnet.model.matrices import (
    Entries,
    Hadamard,
    Matrix,
    MatrixProduct,
    Ones,
    entries,
)
from symnet.model.network import build_network
from symnet.model.spec import Spec, TrainingSpec
from symnet.pipeline import load, shipped
from tests.networks import small_spec

PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS
    for loss, entry in LOSSES.items()
    if entry.activation in (None, activation)
]


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_entry_is_the_scalar_one(activation: str, loss: str, layout: str) -> None:
    spec = small_spec(
        (2, 3, 2), (activation, activation), loss, layout=layout, input_gradients=True
    )
    assert disagreements(derive_matrices(spec), backpropagate(build_network(spec))) == []


def _corruptions() -> list[tuple[str, Expression]]:
    delta1, delta2, h1, x = (
        Matrix("delta", 1),
        Matrix("delta", 2),
        Matrix("h", 1),
        Matrix("x"),
    )
    return [
        ("W1", MatrixProduct((delta1, x))),
        ("W2", Negative(MatrixProduct((delta2, h1)))),
        ("b2", delta1),
        ("delta1", MatrixProduct((Matrix("W", 2), delta2))),
        ("delta2", Hadamard((Matrix("y_hat") - Matrix("y"), Matrix("y_hat")))),
        ("z1", MatrixProduct((Matrix("W", 1), x))),
        ("h1", Matrix("z", 1)),
    ]


@pytest.mark.parametrize(("broken", "right"), _corruptions())
def test_a_corrupted_equation_is_named(broken: str, right: Expression) -> None:
    spec = small_spec((2, 2, 2), ("sigmoid", "sigmoid"))
    matrices = derive_matrices(spec)

    def mended(steps: tuple[MatrixStep, ...]) -> tuple[MatrixStep, ...]:
        return tuple(replace(one, right=right) if one.id == broken else one for one in steps)

    wrong = MatrixDerivation(
        spec,
        False,
        mended(matrices.forward),
        mended(matrices.deltas),
        mended(matrices.gradients),
    )
    assert disagreements(wrong, backpropagate(build_network(spec))) == [broken]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_network_has_its_matrix_form(name: str) -> None:
    spec = load(name).spec
    assert (
        disagreements(derive_matrices(spec, batch=False), backpropagate(build_network(spec))) == []
    )


def test_a_shared_parameter_with_a_wrong_entry_is_found() -> None:
    spec = load("shared-kernel").spec
    matrices = derive_matrices(spec, batch=False)
    wrong = tuple(
        replace(one, right=Negative(one.right)) if one.id == "W1" else one
        for one in matrices.gradients
    )
    found = disagreements(replace(matrices, gradients=wrong), backpropagate(build_network(spec)))
    assert found == ["W1"]


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_batch_adds_up_the_samples(layout: str, reduction: str) -> None:
    spec = small_spec(
        (2, 3, 2),
        ("leaky_relu", "relu"),
        layout=layout,
        training=TrainingSpec(reduction=reduction),  # type: ignore[arg-type]
    )
    samples = [[Fraction(k + 3 * s - 4, 3) for k in range(4)] for s in range(3)]
    expected = _scalar_gradients(spec, samples)
    found = _matrix_gradients(spec, samples)
    divisor = 3 if reduction == "mean" else 1
    assert found == {name: value / divisor for name, value in expected.items()}
    assert any(found.values())


def _parameters(spec: Spec) -> dict[str, Fraction]:
    names = [one.name for one in build_network(spec).parameters]
    return {name: Fraction((7 * k) % 11 - 4, 5) for k, name in enumerate(names)}


def _scalar_gradients(spec: Spec, samples: list[list[Fraction]]) -> dict[str, Fraction]:
    from symnet.derive.update import training_step

    network = build_network(spec)
    program = training_step(backpropagate(network)).gradients
    totals = dict.fromkeys(_parameters(spec), Fraction(0))
    for sample in samples:
        known = dict(zip((*spec.inputs, *spec.targets), sample, strict=True))
        found = run(program, known | _parameters(spec), EXACT)
        for name, output in zip(totals, program.outputs, strict=True):
            totals[name] += found[output]
    return totals


def _matrix_gradients(spec: Spec, samples: list[list[Fraction]]) -> dict[str, Fraction]:
    from symnet.check.matrix import names_of
    from symnet.derive.matrix import SAMPLE_COUNT

    network, parameters = build_network(spec), _parameters(spec)
    turned = [list(row) for row in zip(*samples, strict=True)]
    column = spec.layout == "column"
    values: dict[Expression, Entries] = {
        Matrix("x"): turned[:2] if column else [row[:2] for row in samples],
        Matrix("y"): turned[2:] if column else [row[2:] for row in samples],
        Ones(): [[Fraction(1)] for _ in samples],
        SAMPLE_COUNT: Fraction(len(samples)),  # type: ignore[dict-item]
    }
    for layer in (1, 2):
        for name in ("W", "b"):
            rows = names_of(network, Matrix(name, layer))
            values[Matrix(name, layer)] = [[parameters[one] for one in row] for row in rows]
    found: dict[str, Fraction] = {}
    for step in derive_matrices(spec, batch=True).steps:
        value = entries(step.right, values, EXACT)
        if step.of is None:
            values[step.left] = value
        else:
            rows = names_of(network, step.of)
            found |= {name: value[i][j] for i, row in enumerate(rows) for j, name in enumerate(row)}
    return {name: found[name] for name in parameters}


def test_width_does_not_matter() -> None:
    narrow = derive_matrices(small_spec((2, 3, 1), ("relu", "relu")))
    wide = derive_matrices(small_spec((784, 128, 10), ("relu", "relu")))
    assert [str(one.right) for one in narrow.steps] == [str(one.right) for one in wide.steps]
    assert wide.forward[0].shape == (128, 1)
