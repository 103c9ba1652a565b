"""The whole verification: right networks pass it, every slip turns the verdict."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from symnet.check import verify as verification
from symnet.check.points import Point, random_points
from symnet.check.report import Report
from symnet.check.verify import MOST_DRAWS, verify
from symnet.derive.backprop import Derivation
from symnet.derive.update import training_step
from symnet.model.expression import Expression
from symnet.model.network import Network
from symnet.model.spec import GivenValues, SamplesSpec
from symnet.pipeline import load, shipped
from tests.check.wrong import (
    BINARY,
    CLASSES,
    NOTEBOOK,
    WRONG,
    collapsed_otherwise,
    derived,
    other_kink,
    with_code,
)
from tests.networks import small_spec


def report_on(derivation: Derivation) -> Report:
    return verify(derivation.network, derivation)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_network_is_proven(name: str) -> None:
    report = load(name).report
    assert report.ok, str(report)
    assert all(record.nonzero and record.quotients for record in report.records)


def test_the_verdict_of_each_judge_stands_in_the_report() -> None:
    report = report_on(NOTEBOOK)
    assert report.arithmetic == "exact rational points"
    for record in report.records:
        assert (record.symbolic, record.error, record.code) == ("proven", 0, 0)
        assert 0 < record.differences < 1e-18
        assert record.points == 10 + 3 * 4
        assert (record.kinks, record.kinks_right) == (4, 4)
        assert record.nonzero > 2


@pytest.mark.parametrize("slip", WRONG)
def test_every_slip_turns_the_verdict(slip: str) -> None:
    report = report_on(WRONG[slip])
    accused = [record for record in report.records if not record.ok]
    assert accused
    assert not report.ok
    assert "FAILED" in str(report)
    assert f"{len(report.records) - len(accused)} of {len(report.records)}" in report.summary


@pytest.mark.parametrize("derivation", [BINARY, CLASSES])
def test_a_wrong_collapse_turns_the_verdict(derivation: Derivation) -> None:
    report = report_on(collapsed_otherwise(derivation))
    assert [verdict for _, verdict in report.steps].count("failed") == 1
    assert not report.ok
    assert "not so: " in report.summary


def test_the_wrong_side_of_a_kink_turns_the_verdict() -> None:
    report = report_on(other_kink(NOTEBOOK, "z1", Fraction(1)))
    accused = {record.name for record in report.records if record.kinks_right < record.kinks}
    assert accused == {"w1", "w4", "b1"}
    assert not report.ok


@pytest.mark.parametrize(
    "slip",
    [
        ("gradients", "dL_dw1", lambda value: value * 2),
        ("gradients", "dL_dw1", lambda value: (value + 10**17) - 10**17),
        ("loss", "loss", lambda value: value + 1),
    ],
    ids=["factor", "cancellation", "loss"],
)
def test_wrong_code_turns_the_verdict(
    slip: tuple[str, str, Callable[[Expression], Expression]],
) -> None:
    step = with_code(training_step(NOTEBOOK), *slip)
    assert not verify(NOTEBOOK.network, NOTEBOOK, step).ok
    assert verify(NOTEBOOK.network, NOTEBOOK, training_step(NOTEBOOK)).ok


def test_a_parameter_that_cannot_reach_the_loss_is_named_so() -> None:
    report = report_on(derived(small_spec((1, 2), ("identity",), "none")))
    assert [r.name for r in report.records if not r.reachable] == ["w2", "b2"]
    assert "always 0" in str(report)
    assert report.ok


def test_a_gradient_that_is_0_everywhere_is_named_so() -> None:
    """Every path is there, but a softmax of one unit is 1 whatever goes in."""
    report = report_on(derived(small_spec((1, 1), ("softmax",))))
    assert {(record.reachable, record.nonzero) for record in report.records} == {(False, 0)}
    assert report.ok


def test_points_are_drawn_until_a_deep_relu_network_is_alive() -> None:
    report = report_on(derived(small_spec((1,) * 9, ("relu",) * 8)))
    assert report.ok, str(report)
    assert all(0 < record.nonzero < record.points < MOST_DRAWS for record in report.records)


def test_where_the_output_unit_is_dead_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every gradient is 0 at every point, every judge agrees, and 0 = 0 proves nothing."""

    def dead(network: Network, seed: int = 0) -> Iterator[Point]:
        for point in random_points(network, seed):
            yield {**point, "b4": Fraction(-1000)}

    monkeypatch.setattr(verification, "random_points", dead)
    monkeypatch.setattr(verification, "judge_kinks", lambda bench: None)
    report = report_on(NOTEBOOK)
    assert {(record.symbolic, record.error) for record in report.records} == {("proven", 0.0)}
    assert {(record.nonzero, record.quotients) for record in report.records} == {(0, 0)}
    assert not any(record.ok for record in report.records)
    assert not report.ok


def test_a_wide_network_is_proven_as_well() -> None:
    report = report_on(derived(small_spec((8, 16, 16, 1), ("relu", "tanh", "identity"))))
    assert report.method.startswith("layer by layer")
    assert report.ok, report.summary


def test_the_batch_of_the_file_is_compared() -> None:
    report = load("logistic-batch").report
    assert [verdict for _, verdict in report.samples] == ["agrees"]
    assert "samples of the file: agrees" in str(report)


def test_extreme_samples_do_not_stop_a_verification() -> None:
    """A hidden unit on its kink and a prediction that rounds to 1 at 60 digits."""
    values = {"w1": 1, "w2": 0, "w3": 1000, "w4": 1, "b1": -1, "b2": 1, "b3": 1000}
    layers = small_spec((1, 2, 1), ("relu", "sigmoid")).layers
    spec = small_spec((1, 2, 1), ("relu", "sigmoid"), "binary_cross_entropy", layers=layers)
    spec = replace(
        spec,
        initial=GivenValues(tuple((name, Fraction(value)) for name, value in values.items())),
        samples=SamplesSpec(((Fraction(1),), (Fraction(2),)), ((Fraction(0),),) * 2, True),
    )
    report = report_on(derived(spec))
    assert report.ok, str(report)
    assert [one for one in report.notices if "on the kink" in one]
