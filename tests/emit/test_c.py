"""Emitted C, compiled by gcc: the same numbers as Python, no warning, hostile networks."""

import ctypes
from pathlib import Path

import pytest

from symnet.files import SourceFile
from symnet.model.activations import ACTIVATIONS
from symnet.model.spec import Spec
from tests.emit.c_code import files_of, library, run
from tests.emit.fuzz import Cases, drawn
from tests.emit.test_lint import specs

SPECS = tuple(specs())
NOTEBOOK = next(one for one in SPECS if one.name == "notebook")
FORMS = ("scalar", "loops")
CASES = 100_000
RATIONAL_LOSSES = {"squared_error", "half_squared_error", "mean_squared_error", "absolute_error"}
RATIONAL_LOSSES |= {"huber", "none"}


def rational(spec: Spec) -> bool:
    """Say whether a network computes with + - * / and choices only; a root is exact as well."""
    kinds = all(ACTIVATIONS[layer.activation.name].rational for layer in spec.layers)
    return kinds and spec.loss.name in RATIONAL_LOSSES


@pytest.fixture(scope="module", params=FORMS)
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ctypes.CDLL]:
    """Compile all networks; they give no warning."""
    form = request.param
    networks = {spec: files_of(spec, form) for spec in SPECS}
    return form, library(tmp_path_factory.mktemp(form), networks)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_network_gives_the_numbers_of_python(
    spec: Spec, compiled: tuple[str, ctypes.CDLL]
) -> None:
    form, code = compiled
    cases = drawn(spec, 160, form)
    found = run(code, cases)
    assert found.differences == []
    assert found.numbers == 160 * cases.width


def test_a_hundred_thousand_random_inputs_give_the_same_bits(tmp_path: Path) -> None:
    found = run(library(tmp_path, {NOTEBOOK: files_of(NOTEBOOK)}, "-O2"), drawn(NOTEBOOK, CASES))
    assert found.differences == []
    assert found.numbers == CASES * 28


def test_a_wrong_sign_is_seen(tmp_path: Path) -> None:
    header, source = files_of(NOTEBOOK)
    assert "b4 - learning_rate" in source.text
    wrong = SourceFile(source.path, source.text.replace("b4 - learning_rate", "b4 + learning_rate"))
    assert run(library(tmp_path, {NOTEBOOK: [header, wrong]}), Cases.of(NOTEBOOK, 40)).differences
