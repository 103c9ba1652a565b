"""What is said of samples on kinks, close to them, or rounded across them."""

from dataclasses import replace
from fractions import Fraction

import pytest

from symnet.check.kinks import Notice, notices
from symnet.derive.backprop import backpropagate
from symnet.model.activations import ACTIVATIONS
from symnet.model.network import build_network
from symnet.model.spec import GivenValues, LayerSpec, SamplesSpec, Spec
from tests.networks import choice, small_spec


def found(spec: Spec) -> tuple[Notice, ...]:
    return notices(backpropagate(build_network(spec)))


def one_unit(w1: str, w2: str, b1: str, activation: str = "relu", kink: str = "0") -> Spec:
    """Make z1 = w1 + w2 + b1 on the sample (1, 1), into one ReLU with target 5."""
    values = (("w1", Fraction(w1)), ("w2", Fraction(w2)), ("b1", Fraction(b1)))
    spec = small_spec((2, 1), (activation,))
    layer = LayerSpec(1, choice(ACTIVATIONS, activation, kink=Fraction(kink)))
    sample = SamplesSpec(((Fraction(1), Fraction(1)),), ((Fraction(5),),))
    return replace(spec, layers=(layer,), initial=GivenValues(values), samples=sample)


def test_on_the_kink_the_choice_and_what_it_changes_are_named() -> None:
    (notice,) = found(one_unit("1", "2", "-3"))
    assert notice.situation == "on a kink"
    assert notice.gradients == ("w1", "w2", "b1")
    assert "z1 = 0 on this sample" in notice.text
    assert "0 by convention, between 0 and 1" in notice.text


@pytest.mark.parametrize(("kink", "slope"), [("0", "0"), ("0.5", "1/2"), ("1", "1")])
def test_the_convention_of_the_file_is_told(kink: str, slope: str) -> None:
    (notice,) = found(one_unit("1", "2", "-3", kink=kink))
    assert f"Its slope there is {slope} by convention" in notice.text


def test_exact_and_float_sides_are_told_apart() -> None:
    on, rounded = found(one_unit("0.1", "0.2", "-0.3"))
    assert on.situation == "on a kink"
    assert rounded.situation == "rounded across a kink"
    assert "5.551115123125783e-17 in float64" in rounded.text
    assert "right of the kink" in rounded.text


def test_close_to_a_kink_and_dead() -> None:
    assert [one.situation for one in found(one_unit("1", "2", "-3.0001"))] == [
        "near a kink",
        "dead",
    ]
    assert [one.situation for one in found(one_unit("1", "2", "-4"))] == ["dead"]
    assert found(one_unit("1", "2", "3")) == ()


def test_a_kink_that_is_none_is_not_mentioned() -> None:
    assert found(one_unit("1", "2", "-3", activation="elu")) == ()


def test_without_a_sample_or_values_there_is_nothing_to_say() -> None:
    assert found(small_spec((2, 1), ("relu",))) == ()


def test_the_loss_can_sit_on_its_kink() -> None:
    spec = replace(
        one_unit("1", "2", "2"), loss=small_spec((1, 1), ("relu",), "absolute_error").loss
    )
    (notice,) = found(spec)
    assert notice.node == "error"
    assert "between -1 and 1" in notice.text


def test_extreme_values_do_not_overflow() -> None:
    """The definition of the sigmoid overflows in float64 at -1000; the emitted code does not."""
    values = {"w1": 1, "w2": -1000, "b1": -1, "b2": 0}
    spec = small_spec((1, 1, 1), ("relu", "sigmoid"), "half_squared_error")
    spec = replace(
        spec,
        initial=GivenValues(tuple((name, Fraction(value)) for name, value in values.items())),
        samples=SamplesSpec(((Fraction(2),), (Fraction(1),)), ((Fraction(1),),) * 2, True),
    )
    assert [(one.situation, one.sample) for one in found(spec)] == [("on a kink", 2)]
