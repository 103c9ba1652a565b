"""Arrays with two names: what is changed under one is changed under the other, a copy is not."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.networks import small_spec

PROGRAM = """import copy
import numpy as np
x, y, lr = np.array([[1.0, 0.0]]), np.array([[2.0]]), 0.01
W1 = np.array([[1.0, 0.5, 1.0], [-0.5, 1.0, 1.0]])
b1 = np.array([[0.5, 0.0, 0.5]])
W2 = np.array([[0.0], [1.0], [0.5]])
b2 = np.array([[0.5]])

z1 = x @ W1 + b1
h1 = np.maximum(0, z1)
z2 = h1 @ W2 + b2
d2 = 2 * (np.maximum(0, z2) - y) * (z2 > 0)
dW2 = h1.T @ d2
{update}
d1 = (d2 @ W2.T) * (z1 > 0)
W1 = W1 - lr * x.T @ d1
b1, b2 = b1 - lr * d1, b2 - lr * d2
W2 = new
"""
STEPPED = "def stepped(p, g):\n    p -= lr * g\n    return p\n"
# What makes a new array, so that W2 stays as it was.
COPIES = [
    "new = W2 - lr * dW2",
    "new = W2; new = new - lr * dW2",
    "new = W2.copy(); new -= lr * dW2",
    "new = np.array(W2); new -= lr * dW2",
    "new = np.copy(W2); new -= lr * dW2",
    "new = copy.deepcopy(W2); new -= lr * dW2",
    "new = W2 + 0; new -= lr * dW2",
    "new = W2 * 1; new -= lr * dW2",
    "new = W2[:].copy(); new[:] -= lr * dW2",
    "new = W2.flatten().reshape(3, 1); new -= lr * dW2",
    STEPPED + "new = stepped(W2.copy(), dW2)",
    "all = copy.deepcopy([W1, W2]); all[1] -= lr * dW2; new = all[1]",
    "all = {'W2': W2}; all['W2'] = all['W2'] - lr * dW2; new = all['W2']",
    "all = {k: v.copy() for k, v in {'W2': W2}.items()}; all['W2'] -= lr * dW2; new = all['W2']",
]
# What gives W2 another name: with the place that changes it.
ALIASES = [
    ("new = W2; new -= lr * dW2", "new"),
    ("new = W2; new[:] = new - lr * dW2", "new"),
    ("new = np.asarray(W2); new -= lr * dW2", "new"),
    ("new = W2[:]; new -= lr * dW2", "new"),
    ("new = W2.T.T; new -= lr * dW2", "new"),
    ("new = W2.reshape(3, 1); new -= lr * dW2", "new"),
    (STEPPED + "new = stepped(W2, dW2)", "p"),
    ("all = {'W2': W2}; all['W2'] -= lr * dW2; new = all['W2']", "all['W2']"),
    ("all = dict(W2=W2); all['W2'] -= lr * dW2; new = all['W2']", "all['W2']"),
    ("all = [W1, W2].copy(); all[1] -= lr * dW2; new = all[1]", "all[1]"),
    ("for w, g in zip([W2], [dW2]): w -= lr * g\nnew = W2", "w"),
    ("new = W2\nfor k in range(3): new[k] -= lr * dW2[k]", "new"),
]


@cache
def checker() -> Checker:
    network = build_network(small_spec((2, 3, 1), ("relu", "relu"), "squared_error"))
    return Checker(network, backpropagate(network))


def findings(folder: Path, update: str, program: str = PROGRAM) -> tuple[Finding, ...]:
    path = folder / "homework.py"
    path.write_text(program.replace("{update}", update), encoding="utf-8")
    return checker().check(path).findings


@pytest.mark.parametrize("update", COPIES)
def test_a_copy_is_no_alias(update: str, tmp_path: Path) -> None:
    found = findings(tmp_path, update)
    assert [one for one in found if one.verdict != "right"] == []
    assert len({one.parameter for one in found if one.parameter}) == 13


@pytest.mark.parametrize(("update", "name"), ALIASES)
def test_what_reads_an_alias_after_its_change_reads_an_updated_parameter(
    update: str, name: str, tmp_path: Path
) -> None:
    found = findings(tmp_path, update)
    wrong = [one for one in found if one.verdict != "right"]
    assert {one.verdict for one in wrong} == {"wrong"}
    assert {one.parameter for one in wrong} == {None, *"w1 w2 w3 w4 w5 w6 b1 b2 b3".split()}
    line = next(one for one in wrong if one.target == "d1")
    changed = next(
        k
        for k, one in enumerate(PROGRAM.replace("{update}", update).splitlines(), 1)
        if " -= " in one or "[:] = " in one
    )
    says = f"use W2 as it was before line {changed}"
    same = f": {name} is the same array, not a copy"
    assert line.fix == says + same


def test_the_own_name_changed_too_early_is_no_alias(tmp_path: Path) -> None:
    found = findings(tmp_path, "W2 -= lr * dW2\nnew = W2")
    assert {one.fix for one in found if one.target == "d1"} == {"use W2 as it was before line 14"}


@pytest.mark.parametrize("copied", [True, False])
def test_an_old_value_is_kept_only_if_it_was_copied(copied: bool, tmp_path: Path) -> None:
    text = PROGRAM.replace("d2 @ W2.T", "d2 @ old.T")
    update = f"old = W2{'.copy()' * copied}\nnew = W2\nnew -= lr * dW2"
    found = findings(tmp_path, update, text)
    fixes = {one.fix for one in found if one.target == "d1"}
    lost = "use old as it was before line 16: new is the same array, not a copy"
    assert fixes == {None if copied else lost}


SCALARS = """w, b, x, y, lr = 0.5, 0.1, 2.0, 1.0, 0.1
z = w * x + b
new_w = w
new_w -= lr * 2 * (z - y) * x
again = w * x + b
b -= lr * 2 * (again - y)
w = new_w
"""


def test_a_number_has_no_second_name(tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_text(SCALARS, encoding="utf-8")
    network = build_network(small_spec((1, 1), ("identity",), "squared_error"))
    found = Checker(network, backpropagate(network)).check(path).findings
    assert {one.verdict for one in found} == {"right"}
    path.write_text(SCALARS.replace("new_w -=", "w -=").replace("w = new_w", ""), encoding="utf-8")
    found = Checker(network, backpropagate(network)).check(path).findings
    assert "use w as it was before line 4" in {one.fix for one in found}


MODULE = """import numpy as np

def train_step(x, y, W1, b1, W2, b2, lr):
    z1 = x @ W1 + b1
    h1 = np.maximum(0, z1)
    z2 = h1 @ W2 + b2
    d2 = 2 * (np.maximum(0, z2) - y) * (z2 > 0)
    old = W2.copy()
    W2 -= lr * (h1.T @ d2)
    b2 -= lr * d2.sum(axis=0)
    d1 = (d2 @ old.T) * (z1 > 0)
    W1 -= lr * (x.T @ d1)
    b1 -= lr * d1.sum(axis=0)
    return W1, b1, W2, b2
"""


def test_arguments_that_are_used_as_arrays_are_arrays(tmp_path: Path) -> None:
    path = tmp_path / "homework.py"
    path.write_text(MODULE, encoding="utf-8")
    assert {one.verdict for one in checker().check(path).findings} == {"right"}
    path.write_text(MODULE.replace("W2.copy()", "W2"), encoding="utf-8")
    fixes = {one.fix for one in checker().check(path).findings if one.target == "d1"}
    assert fixes == {"use old as it was before line 9: W2 is the same array, not a copy"}


BRANCHES = """
if (d2 ** 2).sum() > 1:
    part = W2
    part *= 0.5
else:
    part = W2.copy()
    part -= 0.25
new = W2 - lr * dW2
"""


def test_what_one_branch_changes_is_changed_after_it(tmp_path: Path) -> None:
    alias, copy = BRANCHES, BRANCHES.replace("    part = W2\n", "    part = W2.copy()\n")
    verdicts = [
        {one.verdict for one in findings(tmp_path, text) if one.target in ("W1", "b1", "new")}
        for text in (alias, copy)
    ]
    assert verdicts == [{"wrong"}, {"right"}]
