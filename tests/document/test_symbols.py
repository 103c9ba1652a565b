"""Symbols and the layered notation: the same letters in every format, and in what is checked."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.latex.judging import check_mathematics
from symnet.document.blocks import Document
from symnet.document.matrices import explain_matrices
from symnet.document.written import whole
from symnet.model.glyphs import GREEK
from symnet.pipeline import Stages, load
from tests.document.made import latex

RENAMED = (
    ("pre_activation", "a"),
    ("activation", "o"),
    ("prediction", "p_hat"),
    ("loss", "E_total"),
    ("delta", "epsilon"),
    ("learning_rate", "alpha"),
)


@cache
def renamed(name: str) -> Stages:
    return Stages(replace(load(name).spec, symbols=RENAMED))


def told(name: str) -> Document:
    return renamed(name).document()


def test_every_symbol_is_told_with_its_indices() -> None:
    found = latex(told("notebook"))
    assert found["z1"] == "a_1 = x_1w_1 + x_2w_4 + b_1"
    assert found["h1"] == r"o_1 = \mathrm{ReLU}(a_1)"
    assert found["loss"] == r"E_{\mathrm{total}} = (\hat{p} - y)^{2}"
    assert found["delta-1"].startswith(
        r"\varepsilon_1 = \frac{\partial E_{\mathrm{total}}}{\partial a_1} = "
    )
    assert found["w1-update"].startswith(r"w_1 \leftarrow w_1 - \alpha\,")
    assert found["slope-relu"].startswith(r"\mathrm{ReLU}'(a) = ")


def test_nothing_is_told_in_the_usual_letters() -> None:
    for one in latex(told("notebook")).values():
        for letter in ("z", "h_", r"\hat{y}", "L_", r" L", r"\delta", r"\eta"):
            assert letter not in one, one


def test_matrices_are_told_in_the_same_letters() -> None:
    found = latex(explain_matrices(renamed("notebook").matrices))
    assert found["matrix-z1"] == r"\mathbf{a}^{(1)} = \mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}"
    assert found["matrix-delta2"].startswith(r"\boldsymbol{\varepsilon}^{(2)} = 2(\hat{\mathbf{p}}")


@pytest.mark.parametrize("word", [*sorted(GREEK - {"pi"}), "ell", "out", "E_1", "Z9"])
@pytest.mark.parametrize("format_", ["html", "latex", "markdown"])
def test_whatever_the_symbol_every_format_writes_it(format_: str, word: str) -> None:
    spec = replace(load("starter").spec, symbols=(("activation", word),))
    assert whole(explain_matrices(Stages(spec).matrices), format_)


@pytest.mark.parametrize(
    ("format_", "shown"),
    [
        ("latex", (r"\varepsilon_", r"E_{\mathrm{total}}", r"\hat{p}", r"\alpha")),
        ("markdown", (r"\varepsilon_", r"E_{\mathrm{total}}", r"\hat{p}", r"\alpha")),
        ("html", ("<mi>\u03b5</mi><mn>1</mn>", "<mi>E</mi><mi>total</mi>", "<mi>\u03b1</mi>")),
    ],
)
def test_symbols_stand_in_every_format(format_: str, shown: tuple[str, ...]) -> None:
    text = whole(told("notebook"), format_).decode()
    assert [one for one in shown if one not in text] == []


def test_code_keeps_its_names() -> None:
    before, after = (
        [one.text.replace(one.text.split("SHA-256 ")[1][:64], "") for one in made.programs]
        for made in (load("notebook"), renamed("notebook"))
    )
    assert before == after


def test_a_derivation_in_these_letters_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text(
        r"\[ \varepsilon_4 = 2(\hat{p} - y)\,\mathrm{ReLU}'(a_4) \]"
        r"\[ \frac{\partial E_{\mathrm{total}}}{\partial w_7} = \varepsilon_4 o_1 \]"
        r"\[ w_7 \leftarrow w_7 - \alpha\,\varepsilon_4 o_1 \]"
        r"\[ \frac{\partial E_{\mathrm{total}}}{\partial w_8} = \varepsilon_4 o_1 \]"
    )

    def verdicts(stages: Stages) -> list[str]:
        checker = Checker(stages.network, stages.derivation)
        found = check_mathematics(checker, path, {}).findings
        return [one.verdict for one in found if one.verdict != "missing"]

    assert verdicts(renamed("notebook")) == ["right", "right", "right", "wrong"]
    assert "right" not in verdicts(load("notebook"))


@pytest.mark.parametrize(
    ("format_", "shown"),
    [
        ("latex", ("w_{1,2}^{(2)}", "b_1^{(2)}", "z_1^{(2)}", "a_1^{(2)}", r"\delta_1^{(2)}")),
        ("markdown", ("w_{1,2}^{(2)}", "b_1^{(2)}", "z_1^{(2)}", "a_1^{(2)}", r"\delta_1^{(2)}")),
        (
            "html",
            (
                "<mi>w</mi><mn>1,2</mn><mn>(2)</mn>",
                *(f"<mi>{one}</mi><mn>1</mn><mn>(2)</mn>" for one in "bzaδ"),
            ),
        ),
    ],
)
def test_the_layered_notation_has_layers_above(format_: str, shown: tuple[str, ...]) -> None:
    spec = replace(load("deep-narrow").spec, symbols=(("activation", "a"),))
    text = whole(Stages(spec).document(), format_).decode()
    assert [one for one in shown if one not in text] == []
    found = latex(Stages(spec).document())
    delta = r"\delta_1^{(2)} = \frac{\partial L}{\partial z_1^{(2)}} = "
    assert found["delta-2-1"].startswith(delta)
    assert found["z2_1"].startswith("z_1^{(2)} = a_1^{(1)}w_{1,1}^{(2)} + ")
