"""NumPy with a slip that makes shapes clash, or turns a table: the line of the slip is named."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.grading import row
from symnet.check.handwritten.telling import told
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.networks import small_spec

HOMEWORK = """import numpy as np

W1 = np.array({W1})
b1 = np.array({b1})
W2 = np.array({W2})
b2 = np.array([0.1, 0.2])
x = np.array([1.0, 2.0])
y = np.array([0.0, 1.0])
z1 = W1 @ x + b1
h1 = np.tanh(z1)
z2 = W2 @ h1 + b2
p = {activation}
d2 = {delta}
dW2 = np.outer(d2, h1)
db2 = d2
d1 = (W2.T @ d2) * (1 - h1**2)
dW1 = np.outer(d1, x)
db1 = d1
W1 -= 0.1 * dW1
b1 -= 0.1 * db1
W2 -= 0.1 * dW2
b2 -= 0.1 * db2
"""
ENDS = {
    "softmax": ("np.exp(z2) / np.sum(np.exp(z2))", "p - y", "softmax_cross_entropy"),
    "sigmoid": ("1 / (1 + np.exp(-z2))", "(p - y) * p * (1 - p)", "half_squared_error"),
}
TABLES = {
    3: (
        "[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]",
        "[0.1, 0.2, 0.3]",
        "[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]",
    ),
    2: ("[[0.1, 0.2], [0.3, 0.4]]", "[0.1, 0.2]", "[[0.5, 0.2], [0.4, 0.6]]"),
}


@cache
def checker(end: str, units: int) -> Checker:
    network = build_network(small_spec((2, units, 2), ("tanh", end), ENDS[end][2]))
    return Checker(network, backpropagate(network))


def homework(end: str = "softmax", units: int = 3) -> str:
    (activation, delta, _), (first, bias, second) = ENDS[end], TABLES[units]
    return HOMEWORK.format(activation=activation, delta=delta, W1=first, b1=bias, W2=second)


def judged(
    folder: Path, text: str, end: str = "softmax", units: int = 3
) -> tuple[list[Finding], str, list[str]]:
    """Return the findings, what is told of them and the marks of the parameters."""
    path = folder / "homework.py"
    path.write_text(text)
    held = checker(end, units)
    found = held.check(path)
    marks = row(found, held.truth.updated).marks
    return list(found.findings), told(found), [one.verdict for one in marks]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("units", TABLES)
def test_right_as_it_stands(end: str, units: int, tmp_path: Path) -> None:
    found, _, _ = judged(tmp_path, homework(end, units), end, units)
    assert {one.verdict for one in found} == {"right"}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("units", TABLES)
@pytest.mark.parametrize(
    ("right", "slip"),
    [("np.outer(d1, x)", "np.outer(x, d1)"), ("np.outer(d2, h1)", "np.outer(h1, d2)")],
)
def test_a_turned_gradient_is_named_where_it_is_made(
    end: str, units: int, right: str, slip: str, tmp_path: Path
) -> None:
    text = homework(end, units).replace(right, slip)
    found, said, marks = judged(tmp_path, text, end, units)
    line = 1 + text[: text.index(slip)].count("\n")
    wrong = [one for one in found if one.verdict == "wrong"]
    assert {one.line for one in wrong if one.cause is None} == {line}
    assert {one.cause for one in wrong} == {None, line}
    assert {one.verdict for one in found} == {"right", "wrong"}, "nothing is missing"
    assert said.count(f"write {right}") == said.count("is wrong\n") - said.count("  so ") == 1
    assert "missing" not in marks
    assert "wrong" in marks


@pytest.mark.parametrize(
    ("right", "slip", "fix"),
    [
        ("W1 @ x", "x @ W1", "write W1 @ x"),
        ("W1 @ x", "W1.T @ x", "write x @ W1.T"),
        ("W1 @ x + b1", "W1 @ x + b2", "use b1 for b2"),
        ("W2 @ h1", "h1 @ W2", "write W2 @ h1"),
        ("W2 @ h1", "W2 @ x", "use h1 for x"),
        ("W2.T @ d2", "W2 @ d2", "write d2 @ W2"),
        ("W2.T @ d2", "W1.T @ d2", "use W2 for W1"),
        ("h1**2", "p**2", "use h1 for p"),
        ("np.outer(d1, x)", "np.outer(d2, x)", "use d1 for d2"),
        ("np.outer(d1, x)", "d1 * x", "write np.outer(d1, x)"),
        ("np.outer(d1, x)", "np.dot(d1, x)", "write np.outer(d1, x)"),
        ("np.outer(d1, x)", "x @ d1", "write np.outer(d1, x)"),
        ("np.outer(d1, x)", "d1 @ x.T", "write np.outer(d1, x)"),
        ("np.outer(d2, h1)", "np.outer(d2, x)", "use h1 for x"),
        ("db1 = d1", "db1 = d2", "use d1 for d2"),
        ("0.1 * dW1", "0.1 * dW2", "use dW1 for dW2"),
        ("0.1 * db1", "0.1 * db2", "use db1 for db2"),
    ],
)
def test_a_slip_that_makes_shapes_clash_is_named(
    right: str, slip: str, fix: str, tmp_path: Path
) -> None:
    text = homework().replace(right, slip)
    found, _, marks = judged(tmp_path, text)
    line = 1 + text[: text.index(slip)].count("\n")
    causes = {(one.line, one.fix) for one in found if one.verdict == "wrong" and one.cause is None}
    assert causes == {(line, fix)}
    assert {one.verdict for one in found} <= {"right", "wrong"}
    assert "missing" not in marks


def test_shapes_that_nothing_mends_are_not_read_and_told_once(tmp_path: Path) -> None:
    text = homework().replace("0.1 * dW1", "0.1 * np.array([[1.0, 2.0, 3.0, 4.0]])")
    found, said, marks = judged(tmp_path, text)
    assert {one.verdict for one in found if one.line == 19} == {"not-read"}
    assert said.count("do not fit together") == 1
    assert "missing" not in marks
