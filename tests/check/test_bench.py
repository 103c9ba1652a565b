"""The judges by numbers: each accepts what is right and refuses every slip by itself."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest

from symnet.check.bench import ONE_BY_ONE, Bench, distance
from symnet.check.dual import loss_and_slopes
from symnet.check.points import (
    BESIDE,
    exactly,
    is_rational,
    kink_places,
    points_at_kinks,
    random_points,
)
from symnet.check.report import MOST_CODE, MOST_DIFFERENCE, MOST_ERROR, MOST_FLOAT
from symnet.check.samples import batch_agreement
from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep, training_step
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import EXACT, high_precision, run
from symnet.model.expression import ONE, Expression, Number, Quotient, Select, Symbol
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.spec import GivenValues, LayerSpec, SamplesSpec, Spec, TrainingSpec
from tests.check.wrong import (
    BINARY,
    CLASSES,
    NOTEBOOK,
    RIGHT,
    SIGMOID,
    WRONG,
    changed,
    collapsed_otherwise,
    derived,
    other_kink,
    with_code,
)
from tests.networks import choice, small_spec

POINTS = 6


def bench_for(derivation: Derivation, step: TrainingStep | None = None) -> Bench:
    return Bench(derivation, step or training_step(derivation))


def worst(bench: Bench, what: str) -> float:
    return max(float(getattr(tally, what)) for tally in bench.tallies.values())


def compared(derivation: Derivation, step: TrainingStep | None = None) -> Bench:
    bench = bench_for(derivation, step)
    for point in islice(random_points(bench.network), POINTS):
        bench.compare(point)
    return bench


def quotients(derivation: Derivation) -> Bench:
    bench = bench_for(derivation)
    for point in islice(random_points(bench.network), POINTS):
        bench.quotients(point)
    return bench


@pytest.mark.parametrize("name", RIGHT)
def test_dual_numbers_accept_what_is_right(name: str) -> None:
    bench = compared(RIGHT[name])
    assert worst(bench, "error") <= MOST_ERROR
    assert worst(bench, "code") <= MOST_CODE
    assert all(tally.nonzero for tally in bench.tallies.values())


@pytest.mark.parametrize("slip", WRONG)
def test_dual_numbers_refuse_every_slip(slip: str) -> None:
    assert worst(compared(WRONG[slip]), "error") > 1e-14


@pytest.mark.parametrize("name", RIGHT)
def test_quotients_accept_what_is_right(name: str) -> None:
    bench = quotients(RIGHT[name])
    assert worst(bench, "differences") <= MOST_DIFFERENCE
    assert all(tally.quotients for tally in bench.tallies.values())


@pytest.mark.parametrize("slip", WRONG)
def test_quotients_refuse_every_slip(slip: str) -> None:
    assert worst(quotients(WRONG[slip]), "differences") > 1e-14


@pytest.mark.parametrize("slip", WRONG)
def test_one_quotient_of_all_together_refuses_every_slip(slip: str) -> None:
    bench = bench_for(WRONG[slip])
    for point in islice(random_points(bench.network), POINTS):
        bench.quotient(point)
    assert worst(bench, "differences") > MOST_DIFFERENCE


@pytest.mark.parametrize("derivation", [BINARY, CLASSES])
def test_a_wrong_short_form_is_refused(derivation: Derivation) -> None:
    """The factors are right, the form they collapse to is not."""
    bench = compared(collapsed_otherwise(derivation))
    assert worst(bench, "error") > 1e-3
    assert worst(bench, "code") > 1e-3


def test_a_wide_network_is_judged_along_directions() -> None:
    derivation = derived(small_spec((4, 16, 2), ("tanh", "identity")))
    bench = compared(derivation)
    assert len(bench.wanted) > ONE_BY_ONE
    assert len(bench.directions) < 5
    assert worst(bench, "error") <= MOST_ERROR
    wrong = compared(changed(derivation, "w7", lambda local: local * 2))
    assert worst(wrong, "error") > 1e-6


def test_what_is_no_number_is_infinitely_wrong() -> None:
    assert distance(math.nan, 0) == math.inf
    assert distance(math.inf, 1.0) == math.inf
    assert distance(Fraction(1, 3), Fraction(1, 3)) == 0
    bench = compared(changed(SIGMOID, "w1", lambda local: local * Number(Fraction(1))))
    assert worst(bench, "error") <= MOST_ERROR
    nan = high_precision(20).elementary["log"](0)
    assert distance(nan - nan, bench.precise.number(Fraction(1))) == math.inf


# Kinks.


def kinked(activation: str, kink: Fraction, loss: str = "squared_error") -> Spec:
    layers = tuple(LayerSpec(n, choice(ACTIVATIONS, activation, kink=kink)) for n in (2, 1))
    return small_spec((2, 2, 1), (activation,) * 2, loss, layers=layers)


def at_kinks(derivation: Derivation) -> Bench:
    bench = bench_for(derivation)
    for placed in points_at_kinks(bench.network, bench.kind):
        bench.compare(placed.point, on_kink=placed.jumps and not placed.beside)
        bench.quotient(placed.point)
    return bench


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
def test_every_convention_comes_out_at_a_kink(activation: str, kink: Fraction) -> None:
    bench = at_kinks(derived(kinked(activation, kink)))
    # An ELU with alpha 1 has the same slope on both sides.
    count = 0 if activation == "elu" else 3
    assert {tally.kinks for tally in bench.tallies.values()} == {count}
    assert {tally.kinks_right for tally in bench.tallies.values()} == {count}
    assert worst(bench, "differences") <= MOST_DIFFERENCE
    assert worst(bench, "code") <= MOST_CODE


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("variable", ["z1", "z3"])
def test_the_wrong_side_of_a_kink_is_refused(kink: Fraction, variable: str) -> None:
    """Only a point on the kink can tell, and the one-sided quotients cannot."""
    derivation = derived(kinked("relu", kink))
    wrong = other_kink(derivation, variable, (kink + Fraction(1, 2)) % Fraction(3, 2))
    assert worst(compared(wrong), "error") <= MOST_ERROR
    bench = at_kinks(wrong)
    assert min(tally.kinks_right - tally.kinks for tally in bench.tallies.values()) < 0
    assert worst(bench, "differences") <= MOST_DIFFERENCE


def test_a_slope_outside_its_two_sides_is_refused_on_a_kink() -> None:
    wrong = other_kink(derived(kinked("relu", Fraction(1))), "z3", Fraction(2))
    assert worst(at_kinks(wrong), "differences") > 1e-3


def test_a_kink_that_never_matters_is_not_counted() -> None:
    """A softmax of one unit is 1 whatever comes before it."""
    layers = (
        LayerSpec(1, choice(ACTIVATIONS, "relu")),
        LayerSpec(1, choice(ACTIVATIONS, "softmax"), biases=()),
    )
    bench = at_kinks(derived(small_spec((1, 1, 1), ("relu", "softmax"), layers=layers)))
    assert {tally.points for tally in bench.tallies.values()} == {3}
    assert {tally.kinks for tally in bench.tallies.values()} == {0}


def test_the_wrong_side_in_code_is_refused() -> None:
    derivation = derived(kinked("relu", Fraction(0)))

    def other_side(value: Expression) -> Expression:
        assert isinstance(value, Select)
        return replace(value, test=replace(value.test, operator="<"))

    step = with_code(training_step(derivation), "gradients", "dL_dz1", other_side)
    bench = bench_for(derivation, step)
    points = list(points_at_kinks(bench.network, bench.kind))
    for placed in points:
        if placed.beside:
            bench.compare(placed.point)
    assert worst(bench, "code") == 0
    for placed in points:
        bench.compare(placed.point)
    assert worst(bench, "code") > 1e-3
    assert worst(bench, "error") == 0


@pytest.mark.parametrize("activations", [("relu", "relu"), ("tanh", "relu")])
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_points_sit_on_every_kink_and_on_both_sides(
    activations: tuple[str, str], loss: str
) -> None:
    network = build_network(small_spec((2, 2, 1), activations, loss))
    kind = EXACT if is_rational(network) else high_precision(60)
    placed = list(points_at_kinks(network, kind))
    assert tuple(dict.fromkeys(one.at for one in placed)) == kink_places(network)
    assert len(placed) == 3 * len(kink_places(network))
    for one in placed:
        values = {name: kind.number(value) for name, value in one.point.items()}
        found = exactly(run(network.forward, values, kind)[one.at])
        assert abs(found - one.beside) < Fraction(1, 10**50)
        assert (found == 0) == (one.beside == 0)
        assert one.beside in (0, BESIDE, -BESIDE)


def test_a_unit_without_a_bias_of_its_own_is_put_on_its_kink_by_zeros() -> None:
    spec = small_spec((2, 2, 1), ("relu", "identity"))
    shared = (replace(spec.layers[0], biases=("b", "b")), spec.layers[1])
    for layers in (shared, (replace(spec.layers[0], biases=()), spec.layers[1])):
        network = build_network(replace(spec, layers=layers))
        placed = list(points_at_kinks(network, EXACT))
        assert [one.at for one in placed] == ["z1"] * 3 + ["z2"] * 3
        for one in placed:
            assert (run(network.forward, one.point, EXACT)[one.at] == 0) == (one.beside == 0)


def test_dual_numbers_follow_the_file_and_not_the_derivation() -> None:
    """The slope at a kink is that of the Spec, for the loss's kinks as well."""
    spec = small_spec((1, 1), ("identity",), "absolute_error")
    point = {"w1": Fraction(2), "b1": Fraction(1), "x1": Fraction(3), "y": Fraction(7)}
    seeds = {"w1": {"w1": Fraction(1)}}
    assert loss_and_slopes(spec, point, seeds, EXACT).slopes["w1"] == 0
    above = {**point, "y": Fraction(6)}
    assert loss_and_slopes(spec, above, seeds, EXACT).slopes["w1"] == 3


# Points.


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "softmax_cross_entropy"])
def test_points_lie_where_the_loss_is_defined(loss: str) -> None:
    last = LOSSES[loss].activation
    assert last is not None
    network = build_network(small_spec((9, 9, 3), ("relu", last), loss))
    for point in islice(random_points(network), 20):
        targets = [point[name] for name in network.targets]
        assert all(0 < one < 1 for one in targets)
        assert loss != "softmax_cross_entropy" or sum(targets) == 1
        values = run(network.forward.needed_for(["z10", "z11", "z12"]), point, EXACT)
        assert all(abs(values[z]) <= 20 for z in ("z10", "z11", "z12"))


def test_points_are_the_same_every_time_and_differ_by_seed() -> None:
    network = NOTEBOOK.network
    first, again, other = (list(islice(random_points(network, seed), 3)) for seed in (0, 0, 1))
    assert first == again != other


# The code's programs.

CODE: dict[str, tuple[str, str, Callable[[Expression], Expression]]] = {
    "factor": ("gradients", "dL_dw1", lambda value: value * 2),
    "symbol": ("gradients", "dL_dw3", lambda value: Symbol("dL_dz3") * Symbol("x2")),
    "tiny": ("gradients", "dL_dw7", lambda value: value + Fraction(1, 10**12)),
    "forward": ("gradients", "z2", lambda value: value + Fraction(1, 100)),
    "loss": ("loss", "loss", lambda value: value + Fraction(1, 100)),
}


@pytest.mark.parametrize("slip", CODE)
def test_wrong_code_is_refused(slip: str) -> None:
    part, name, value = CODE[slip]
    step = with_code(training_step(NOTEBOOK), part, name, value)
    bench = compared(NOTEBOOK, step)
    assert worst(bench, "code") > MOST_CODE
    assert worst(bench, "error") == 0


def test_float64_agrees_and_cancellation_is_refused() -> None:
    """Adding and taking away a large number is exact, except in float64."""
    big = Number(Fraction(10**17))
    step = training_step(NOTEBOOK)
    lossy = with_code(step, "gradients", "dL_dw7", lambda value: (value + big) - big)
    results = []
    for one in (step, lossy):
        bench = compared(NOTEBOOK, one)
        for point in islice(random_points(bench.network), POINTS):
            bench.floats(point)
        assert worst(bench, "code") == 0
        results.append(worst(bench, "floats"))
    assert results[0] <= MOST_FLOAT < results[1]


def test_overflow_in_float64_is_refused() -> None:
    def squared_away(value: Expression) -> Expression:
        huge = Number(Fraction(10**300)) * Symbol("x1")
        return Quotient(value * huge * huge * huge, huge * huge * huge) * ONE

    step = with_code(training_step(NOTEBOOK), "gradients", "dL_dw7", squared_away)
    bench = bench_for(NOTEBOOK, step)
    point = dict.fromkeys(bench.network.forward.inputs, Fraction(1, 2))
    bench.compare(point)
    assert worst(bench, "code") == 0
    bench.floats(point)
    assert worst(bench, "floats") == math.inf


# Batches.


def batch(reduction: Any = "mean", x: int = 1, **fields: Any) -> Spec:
    values = {"w1": Fraction(1, 2), "w2": Fraction(-1, 3), "b1": Fraction(1, 5)}
    samples = SamplesSpec(
        ((Fraction(x), Fraction(2)), (Fraction(-1), Fraction(3)), (Fraction(0), Fraction(1, 7))),
        ((Fraction(1),), (Fraction(0),), (Fraction(1),)),
        batch=True,
    )
    return small_spec(
        (2, 1),
        ("sigmoid",),
        "binary_cross_entropy",
        samples=samples,
        initial=GivenValues(tuple(values.items())),
        training=TrainingSpec(reduction=reduction),
        **fields,
    )


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_batch_agrees_and_a_slip_is_refused(reduction: str) -> None:
    derivation = derived(batch(reduction))
    ((text, verdict),) = batch_agreement(bench_for(derivation))
    assert (text, verdict) == (
        f"gradient of the {reduction} of the loss over 3 samples of the file",
        "agrees",
    )
    wrong = changed(derivation, "w2", lambda local: Symbol("x1"))
    ((_, verdict),) = batch_agreement(bench_for(wrong))
    assert verdict == "failed"


def test_a_batch_on_a_kink_is_held_against_dual_numbers() -> None:
    spec = replace(batch(), layers=small_spec((2, 1), ("relu",)).layers)
    spec = replace(spec, loss=small_spec((1, 1), ("relu",)).loss)
    assert spec.samples is not None
    on_kink = (Fraction(2), Fraction(18, 5))
    spec = replace(spec, samples=replace(spec.samples, x=(on_kink, *spec.samples.x[1:])))
    bench = bench_for(derived(spec))
    assert [verdict for _, verdict in batch_agreement(bench)] == ["agrees"]
    wrong = bench_for(other_kink(bench.derivation, "z1", Fraction(1)))
    assert [verdict for _, verdict in batch_agreement(wrong)] == ["failed"]


def test_saturated_samples_do_not_stop_a_batch() -> None:
    """At z = 2500 a sigmoid rounds to 1 at 60 digits, where its loss is not defined."""
    assert [verdict for _, verdict in batch_agreement(bench_for(derived(batch(x=5000))))] == [
        "agrees"
    ]


def test_samples_too_far_out_are_said_not_to_be_run() -> None:
    spec = batch(x=10**6)
    assert spec.samples is not None
    spec = replace(spec, samples=replace(spec.samples, x=spec.samples.x[:1], y=spec.samples.y[:1]))
    assert [verdict for _, verdict in batch_agreement(bench_for(derived(spec)))] == ["not run"]


@pytest.mark.parametrize(
    "fields", [{"samples": None}, {"initial": None}, {"training": TrainingSpec(mode="online")}]
)
def test_without_a_batch_there_is_nothing_to_say(fields: dict[str, Any]) -> None:
    assert batch_agreement(bench_for(derived(replace(batch(), **fields)))) == ()
