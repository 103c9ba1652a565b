"""New parameters that are stored nowhere, or twice; biases that start as one number for a layer."""

from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Examination
from symnet.check.handwritten.telling import told
from tests.check.handwritten.test_shapes import checker, homework

TABLES = "W1 -= 0.1 * dW1\nb1 -= 0.1 * db1\nW2 -= 0.1 * dW2\nb2 -= 0.1 * db2\n"
LOOP = """weights, slopes, lr = [W1, b1, W2, b2], [dW1, db1, dW2, db2], 0.1
new = []
for w, dw in zip(weights, slopes):
    {update}
"""
BIASES = """import numpy as np

params = {}
params["W1"] = np.random.randn(3, 2)
params["b1"] = 0.0
params["W2"] = np.random.randn(2, 3)
params["b2"] = 0.5
lr = 0.1
x = np.array([[1.0], [2.0]])
y = np.array([[0.0], [1.0]])
for i in range(50):
    z1 = params["W1"] @ x + params["b1"]
    h1 = np.tanh(z1)
    z2 = params["W2"] @ h1 + params["b2"]
    p = np.exp(z2) / np.sum(np.exp(z2))
    d2 = p - y
    d1 = (params["W2"].T @ d2) * (1 - h1**2)
    params["W2"] -= lr * d2 @ h1.T
    params["b2"] = params["b2"] - lr * d2
    params["W1"] -= lr * d1 @ x.T
    params["b1"] = params["b1"] - lr * d1
"""


def examined(folder: Path, text: str) -> Examination:
    path = folder / "homework.py"
    path.write_text(text)
    return checker("softmax", 3).check(path)


def test_a_new_value_of_a_loops_name_alone_is_stored_nowhere(tmp_path: Path) -> None:
    text = homework().replace(TABLES, LOOP.format(update="w = w - lr * dw"))
    found = examined(tmp_path, text)
    wrong = [one for one in found.findings if one.verdict != "right"]
    assert {(one.written.strip(), one.verdict) for one in wrong} == {("w = w - lr * dw", "wrong")}
    assert len({one.parameter for one in wrong}) == 17
    assert told(found).count("store it: w is only the loop's name") == 1


@pytest.mark.parametrize(
    "update", ["w -= lr * dw", "w[:] = w - lr * dw", "w = w - lr * dw\n    new.append(w)"]
)
def test_what_is_changed_in_place_or_kept_is_stored(update: str, tmp_path: Path) -> None:
    text = homework().replace(TABLES, LOOP.format(update=update))
    assert {one.verdict for one in examined(tmp_path, text).findings} == {"right"}


@pytest.mark.parametrize("start", ["b2 = 0.5", "b2 = 0.0"])
def test_a_number_may_stand_for_a_layers_biases_at_first(start: str, tmp_path: Path) -> None:
    text = homework().replace("b2 = np.array([0.1, 0.2])", start)
    text = text.replace("b2 -= 0.1 * db2", "b2 = b2 - 0.1 * db2")
    assert {one.verdict for one in examined(tmp_path, text).findings} == {"right"}
    found = examined(tmp_path, text.replace("0.1 * db2", "0.1 * 2 * db2")).findings
    assert {one.parameter for one in found if one.verdict == "wrong"} == {"b4", "b5"}


def test_a_number_may_stand_for_a_layers_biases_in_a_dictionary(tmp_path: Path) -> None:
    assert {one.verdict for one in examined(tmp_path, BIASES).findings} == {"right"}
    slip = BIASES.replace('+ params["b2"]', '+ params["b1"]')
    fixes = {one.fix for one in examined(tmp_path, slip).findings if one.verdict == "wrong"}
    assert "use params['b2'] for params[\"b1\"]" in fixes


def test_what_is_missing_alike_is_told_together(tmp_path: Path) -> None:
    text = homework().replace("b1 -= 0.1 * db1\n", "")
    said = told(examined(tmp_path, text))
    assert said.count("missing: ") == 1
    assert "missing: b1, b2 and b3: each is never updated; update b1 by dL_db1, " in said
