"""The fingerprint tells networks apart, not the ways to write one."""

import json

import pytest

from symnet.model.normal import fingerprint, normalised
from tests.model.tomls import BARE, GOOD, parsed

SAME = [
    ("kink = 0\n", "# a comment\nkink = 0 # another\n"),
    ("-0.5", "-0.50"),
    ("-0.5", "-5e-1"),
    ("w1 = 1", "w1 = 0x1"),
    ("kink = 0\n", ""),
    ("\n", "\r\n"),
    ('inputs = ["x1", "x2"]\ntargets = ["y"]', "targets = 1\ninputs = 2"),
    ("w1 = 1\nw2 = -0.5\nb1 = 0", "b1 = 0\nw2 = -0.5\nw1 = 1"),
    ("y = [2]", "y = 2.0"),
    ('"relu"', '{ name = "relu", kink = 0 }'),
    ("[0.1, 0.05]", '[0.1, 0.05]\nsteps = 2\noptimizer = "gradient_descent"'),
]
OTHER = [
    ("-0.5", "0.5"),
    ("-0.5", "-0.50000000000000000000000000000000000001"),
    ("kink = 0", "kink = 1"),
    ('"x1"', '"x3"'),
    ('"A small one"', '"Another"'),
    ("squared_error", "half_squared_error"),
    ('"relu"', '"tanh"'),
    ("[0.1, 0.05]", "[0.05, 0.1]"),
    ("[0.1, 0.05]", "[0.1, 0.05]\nreduction = 'sum'"),
    ("kink", "layout = 'row'\nkink"),
    ("kink", "frozen = ['w1']\nkink"),
    ("kink", "input_gradients = true\nkink"),
    ("[sample]\nx = [1, 0]", "[samples]\nx = [[1, 0]]"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_spelling_does_not_change_the_fingerprint(old: str, new: str) -> None:
    assert old in GOOD
    assert fingerprint(parsed(GOOD.replace(old, new))) == fingerprint(parsed(GOOD))


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_what_is_asked_for_changes_the_fingerprint(old: str, new: str) -> None:
    assert old in GOOD
    assert fingerprint(parsed(GOOD.replace(old, new))) != fingerprint(parsed(GOOD))


def test_the_order_of_frozen_parameters_does_not_matter() -> None:
    one, other = (parsed(f"frozen = {names}\n{BARE}") for names in (["w1", "b1"], ["b1", "w1"]))
    assert fingerprint(one) == fingerprint(other)


def test_fractions_are_written_as_such() -> None:
    text = normalised(parsed(GOOD))
    assert "1/10" in text
    assert "0.1" not in text
    assert json.loads(text)["name"] == "small"


def test_the_fingerprint_is_a_sha256_and_stays_the_same_between_runs() -> None:
    # The number itself is checked by the build's manifest; here, that it has the form of one.
    assert len(bytes.fromhex(fingerprint(parsed(GOOD)))) == 32
