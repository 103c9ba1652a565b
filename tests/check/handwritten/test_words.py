"""Activations that a call names in words: the wrong word is named."""

from pathlib import Path

import pytest

from tests.check.handwritten.test_shapes import checker, homework

ACT = """

def act(z, activation):
    if activation == "tanh":
        return np.tanh(z)
    elif activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / np.sum(np.exp(z))

"""
CALLS = ['act(z1, "{}")', 'act(z1, activation="{}")', "act(z=z1, activation='{}')"]


def spoken(call: str) -> str:
    text = homework().replace("import numpy as np\n", f"import numpy as np\n{ACT}")
    return text.replace("np.tanh(z1)", call).replace(
        "np.exp(z2) / np.sum(np.exp(z2))", 'act(z2, "softmax")'
    )


@pytest.mark.parametrize("call", CALLS)
def test_the_right_word_is_right(call: str, tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_text(spoken(call.format("tanh")))
    assert {one.verdict for one in checker("softmax", 3).check(path).findings} == {"right"}


@pytest.mark.parametrize("call", CALLS)
def test_the_wrong_word_is_named(call: str, tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_text(spoken(call.format("sigmoid")))
    found = checker("softmax", 3).check(path).findings
    causes = [one for one in found if one.verdict == "wrong" and one.cause is None]
    quote = "'" if "'" in call else '"'
    assert {(one.target, one.fix) for one in causes} == {
        ("h1", f"use {quote}tanh{quote} for {quote}sigmoid{quote}")
    }
    assert {mark.text for mark in causes[0].marks} == {call.format("tanh")}
