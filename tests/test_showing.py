"""What a notebook shows of a network, a derivation, its chains and its report."""

from typing import Any
from xml.etree import ElementTree

import pytest

import symnet

NOTEBOOK = symnet.load("notebook")
DERIVATION = NOTEBOOK.derive()


def shown(thing: Any) -> dict[str, str]:
    bundle: dict[str, str] = thing._repr_mimebundle_()
    return bundle


@pytest.mark.parametrize(
    ("thing", "latex", "number"),
    [
        (NOTEBOOK, "z_1 & = x_1w_1 + x_2w_4 + b_1", "(1)"),
        (DERIVATION, r"\frac{\partial L}{\partial w_9}", "(18)"),
        (DERIVATION.chains("w5"), r"\frac{\partial z_2}{\partial w_5}", "(26)"),
    ],
)
def test_formulas_are_shown_as_text_latex_and_mathematics(
    thing: object, latex: str, number: str
) -> None:
    bundle = shown(thing)
    assert set(bundle) == {"text/plain", "text/latex", "text/html"}
    assert latex in bundle["text/latex"]
    assert number in bundle["text/html"]
    ElementTree.fromstring(bundle["text/html"])


def test_a_chain_shows_its_own_parameter_only() -> None:
    chains = DERIVATION.chains("w5")
    assert chains == [list(chains[0])]
    assert "w_6" not in shown(chains)["text/latex"]
    assert shown(chains)["text/plain"] == repr(chains)


def test_a_report_shows_its_table() -> None:
    bundle = shown(DERIVATION.verify())
    assert "dL/dw9" in bundle["text/html"]
    assert bundle["text/latex"].startswith("\\begin{verbatim}")
    ElementTree.fromstring(bundle["text/html"])


def test_a_wide_network_shows_its_name(tmp_path: Any) -> None:
    file = tmp_path / "wide.toml"
    file.write_text(
        'inputs = 100\nloss = "squared_error"\nlayers = [{ units = 30, activation = "relu" }]\n'
    )
    assert set(shown(symnet.load(file))) == {"text/plain"}
