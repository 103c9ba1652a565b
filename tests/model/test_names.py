"""Names: identifiers and nothing else, each for one thing only."""

import pytest

from symnet.model.notation import RESERVED
from symnet.model.numbering import parameter_names
from tests.model.tomls import BARE, GOOD, parsed, refusal

TARGETS = 'targets = ["y"]'
USUAL = "S I E N O Q C L x y t pi beta gamma lambda_ zoo oo z1 h1 y_hat error loss_ exp match X__"


@pytest.mark.parametrize("name", USUAL.split())
def test_names_that_mislead_others_simply_work(name: str) -> None:
    text = GOOD.replace("x1", name).replace(TARGETS, 'targets = ["target"]')
    assert parsed(text).inputs == (name, "x2")


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_the_emitted_code_needs_are_refused_everywhere(name: str) -> None:
    cause = f"'{name}' cannot be a name: {name} is a name that the emitted code needs"
    assert refusal(GOOD.replace("x1", name)) == f"inputs[1]: {cause}"
    assert refusal(GOOD.replace(TARGETS, f'targets = ["{name}"]')) == f"targets[1]: {cause}"
    assert refusal(f'{BARE}weights = [["{name}", "v"]]') == f"layers[1].weights[1][1]: {cause}"
    assert refusal(f'{BARE}biases = "{name}"') == f"layers[1].biases[1]: {cause}"


def test_a_parameter_in_several_places_is_one() -> None:
    assert parameter_names(parsed(f"{BARE}weights = [['v', 'v']]\nbiases = 'v'")) == ("v",)
    assert parameter_names(parsed(f"{BARE}weights = [['v', 'v']]")) == ("v", "b1")


@pytest.mark.parametrize(
    "inputs",
    [
        ["w3", "b2"],  # one more than there are
        ["w0", "b0"],
        ["w01", "b01"],
        ["w1_1_1", "b1_1"],  # names of the other numbering
        ["W1", "B1"],
        ["w", "b"],
        ["w1a", "b1x"],
    ],
)
def test_names_near_the_default_ones_are_free(inputs: list[str]) -> None:
    assert parsed(BARE.replace("2", str(inputs).replace("'", '"'))).inputs == tuple(inputs)


@pytest.mark.parametrize(
    "inputs",
    [
        ["w1_1_3", "b1_2"],
        ["w1_2_1", "b2_1"],
        ["w2_1_1", "b0_1"],
        ["w1_1", "b1_1_1"],
        ["w1", "b1"],
    ],
)
def test_names_near_the_layered_ones_are_free(inputs: list[str]) -> None:
    text = BARE.replace("2", str(inputs).replace("'", '"'))
    assert parsed(f'numbering = "layered"\n{text}').inputs == tuple(inputs)


def test_a_numbered_name_is_free_where_nothing_is_numbered() -> None:
    named = parsed(f"{BARE}weights = [['w1', 'w2']]\nbiases = ['b1']")
    assert parameter_names(named) == ("w1", "w2", "b1")
    biased = BARE.replace("2", '["b1", "b2"]')
    assert parsed(f"{biased}biases = false").inputs == ("b1", "b2")
