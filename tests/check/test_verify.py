"""Every judge accepts what is right, and refuses what was made wrong on purpose."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from symnet.check.report import Record, Report
from symnet.check.symbolic import by_layers, nested_loss, nested_size, regions, symbolic_verdicts
from symnet.check.verify import verify
from symnet.derive.backprop import Adjoint, Derivation, backpropagate
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import Call, Expression, Negative, Symbol, product
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.spec import LayerSpec, Spec
from symnet.pipeline import load, shipped
from tests.networks import choice, small_spec


def derived(spec: Spec) -> Derivation:
    return backpropagate(build_network(spec))


def report_on(derivation: Derivation) -> Report:
    return verify(derivation.network, derivation)


NOTEBOOK = load("notebook").derivation
SIGMOID = derived(small_spec((2, 2, 2), ("sigmoid", "tanh"), "half_squared_error"))
BINARY = derived(small_spec((2, 2, 1), ("tanh", "sigmoid"), "binary_cross_entropy"))
CLASSES = derived(small_spec((2, 3), ("softmax",), "softmax_cross_entropy"))


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_network_is_proven(name: str) -> None:
    report = load(name).report
    assert report.ok, str(report)
    assert all(record.nonzero for record in report.records if record.reachable)


PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS
    for loss, entry in LOSSES.items()
    if entry.activation in (None, activation)
]


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    spec = small_spec((1, 2, 2), (activation, activation), loss, input_gradients=True)
    report = report_on(derived(spec))
    assert report.ok, str(report)


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
def test_every_convention_at_a_kink(activation: str, kink: Fraction) -> None:
    layer = LayerSpec(2, choice(ACTIVATIONS, activation, kink=kink))
    spec = small_spec((2, 2, 1), (activation, "identity"))
    report = report_on(derived(replace(spec, layers=(layer, spec.layers[1]))))
    assert report.ok, str(report)
    assert all(record.kinks == 2 for record in report.records)


def changed(
    derivation: Derivation, variable: str, local: Callable[[Expression], Expression]
) -> Derivation:
    """Change the first local derivative of a variable's adjoint."""
    old = derivation.adjoints[variable]
    terms = (replace(old.terms[0], local=local(old.terms[0].local)), *old.terms[1:])
    return with_adjoint(derivation, replace(old, terms=terms))


def with_adjoint(derivation: Derivation, adjoint: Adjoint) -> Derivation:
    return replace(derivation, adjoints={**derivation.adjoints, adjoint.variable: adjoint})


def without_a_path(derivation: Derivation, variable: str) -> Derivation:
    old = derivation.adjoints[variable]
    return with_adjoint(derivation, replace(old, terms=old.terms[:-1]))


WRONG = {
    "swapped input": changed(NOTEBOOK, "w3", lambda local: Symbol("x2")),
    "swapped weight": changed(NOTEBOOK, "h1", lambda local: Symbol("w8")),
    "lost factor 2": changed(NOTEBOOK, "y_hat", lambda local: Symbol("error")),
    "sign": changed(NOTEBOOK, "b2", Negative),
    "slope left out": changed(NOTEBOOK, "z2", lambda local: Symbol("w1")),
    "slope of another unit": changed(
        NOTEBOOK, "z3", lambda local: Call("relu", (Symbol("z1"),), (("kink", Fraction(0)),), 0)
    ),
    "value for slope": changed(SIGMOID, "z1", lambda local: Symbol("h1")),
    "before for after": changed(SIGMOID, "z1", lambda local: Symbol("z1") * (1 - Symbol("z1"))),
    "path lost": without_a_path(SIGMOID, "h1"),
    "tiny constant": changed(NOTEBOOK, "w7", lambda local: local + Fraction(1, 10**12)),
}


@pytest.mark.parametrize("slip", WRONG)
def test_each_judge_refuses_each_slip(slip: str) -> None:
    report = report_on(WRONG[slip])
    accused = [record for record in report.records if not record.ok]
    assert accused
    assert any(record.symbolic == "failed" for record in accused)
    assert any(record.error > 1e-14 for record in accused)
    if slip != "tiny constant":  # below what a quotient can tell from rounding
        assert any(record.differences > 1e-10 for record in accused)
    assert not report.ok
    assert "FAILED" in str(report)


@pytest.mark.parametrize("slip", WRONG)
def test_the_proof_by_layers_refuses_each_slip(slip: str) -> None:
    assert "failed" in by_layers(WRONG[slip]).values()


def test_the_proof_by_layers_accepts_what_is_right() -> None:
    for derivation in (NOTEBOOK, SIGMOID, BINARY, CLASSES):
        assert set(by_layers(derivation).values()) == {"proven"}


@pytest.mark.parametrize("derivation", [BINARY, CLASSES])
def test_a_wrong_collapse_is_refused(derivation: Derivation) -> None:
    variable = next(one for one, a in derivation.adjoints.items() if a.collapsed is not None)
    old = derivation.adjoints[variable]
    assert old.collapsed is not None
    wrong = replace(old, collapsed=product(old.collapsed, Symbol("y_hat1")))
    if "y_hat1" not in {one.name for one in derivation.network.variables}:
        wrong = replace(old, collapsed=Negative(old.collapsed))
    report = report_on(with_adjoint(derivation, wrong))
    assert ("failed") in [verdict for _, verdict in report.steps]
    assert not report.ok


def test_the_wrong_side_of_a_kink_is_refused() -> None:
    def other(local: Expression) -> Expression:
        assert isinstance(local, Call)
        return replace(local, options=(("kink", Fraction(1)),))

    report = report_on(changed(NOTEBOOK, "z1", other))
    accused = {record.name for record in report.records if record.kinks_right < record.kinks}
    assert accused == {"w1", "w4", "b1"}
    assert not report.ok


def test_nothing_exercised_is_not_a_proof() -> None:
    record = Record("w1", "proven", 10, 0, 0.0, 0.0, 0, 0)
    assert not record.ok
    assert not Report("none", "", "", (record,)).ok
    assert not Report("none", "", "", ()).ok
    assert replace(record, nonzero=1).ok
    assert replace(record, reachable=False).ok
    assert not replace(record, nonzero=1, symbolic="not run").ok


def test_a_parameter_that_cannot_reach_the_loss_is_named_so() -> None:
    spec = small_spec((1, 2), ("identity",), "none")
    report = report_on(derived(spec))
    assert [r.name for r in report.records if not r.reachable] == ["w2", "b2"]
    assert "always 0" in str(report)
    assert report.ok


def test_the_nested_loss_is_one_expression_in_the_leaves() -> None:
    loss = nested_loss(NOTEBOOK.network)
    names = {str(one) for one in loss.free_symbols if not str(one).startswith("[")}
    assert names == set(NOTEBOOK.network.forward.inputs)
    assert regions(NOTEBOOK.network) == 16


def test_a_network_too_large_to_nest_is_proven_layer_by_layer() -> None:
    derivation = derived(small_spec((3, 6, 6, 6, 2), ("relu", "tanh", "relu", "identity")))
    assert nested_size(derivation.network) > 300
    report = report_on(derivation)
    assert report.method.startswith("layer by layer")
    assert report.ok


def test_names_do_not_matter_to_sympy() -> None:
    spec = small_spec((2, 1), ("relu",), inputs=("S", "I"), targets=("E",))
    assert set(symbolic_verdicts(derived(spec)).values()) == {"proven"}
