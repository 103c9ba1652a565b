"""Classifiers by hand: that targets of the softmax's cross-entropy add up to 1 is relied upon."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.pipeline import load

SCALARS = """
from math import exp
x1, x2 = 1.0, 2.0
y1, y2, y3 = 0.0, 0.0, 1.0
w1, w2, w3, w4, w5, w6 = 0.1, -0.2, 0.3, 0.4, 0.2, -0.1
b1, b2, b3 = 0.0, 0.1, -0.1
lr = 0.5
z1 = w1 * x1 + w4 * x2 + b1
z2 = w2 * x1 + w5 * x2 + b2
z3 = w3 * x1 + w6 * x2 + b3
e1, e2, e3 = exp(z1), exp(z2), exp(z3)
s = e1 + e2 + e3
p1, p2, p3 = e1 / s, e2 / s, e3 / s
d1 = p1 - y1
d2 = p2 - y2
d3 = p3 - y3
w1 = w1 - lr * d1 * x1
w2 = w2 - lr * d2 * x1
w3 = w3 - lr * d3 * x1
w4 = w4 - lr * d1 * x2
w5 = w5 - lr * d2 * x2
w6 = w6 - lr * d3 * x2
b1 = b1 - lr * d1
b2 = b2 - lr * d2
b3 = b3 - lr * d3
"""
ROWS = """
import numpy as np
x = np.array([[1.0, 2.0]])
y = np.array([[0.0, 0.0, 1.0]])
W = np.array([[0.1, -0.2, 0.3], [0.4, 0.2, -0.1]])
b = np.array([[0.0, 0.1, -0.1]])
lr = 0.5
z = x @ W + b
e = np.exp(z)
p = e / np.sum(e, axis=1, keepdims=True)
delta = p - y
W = W - lr * x.T @ delta
b = b - lr * np.sum(delta, axis=0, keepdims=True)
"""
SLIPS = [
    (SCALARS, "d3 = p3 - y3", "d3 = p3 - y1", "use y3 for y1"),
    (SCALARS, "d2 = p2 - y2", "d2 = p2 + y2", "subtract y2"),
    (SCALARS, "w4 = w4 - lr * d1 * x2", "w4 = w4 - lr * d1 * x1", "use x2 for x1"),
    (ROWS, "delta = p - y", "delta = p + y", "subtract y"),
    (ROWS, "W = W - lr * x.T @ delta", "W = W + lr * x.T @ delta", "subtract"),
]


@cache
def checker() -> Checker:
    stages = load("softmax-regression")
    return Checker(stages.network, stages.derivation)


def judged(source: str, folder: Path) -> tuple[Finding, ...]:
    path = folder / "student.py"
    path.write_text(source, encoding="utf-8")
    return checker().check(path).findings


@pytest.mark.parametrize("source", [SCALARS, ROWS], ids=["scalars", "rows"])
def test_right_code_is_right(source: str, tmp_path: Path) -> None:
    found = judged(source, tmp_path)
    assert {one.verdict for one in found} == {"right"}
    assert {one.parameter for one in found if one.parameter} == {
        one.name for one in checker().truth.network.parameters
    }


@pytest.mark.parametrize(("source", "right", "wrong", "fix"), SLIPS)
def test_slips_are_named(source: str, right: str, wrong: str, fix: str, tmp_path: Path) -> None:
    assert source.count(right) == 1
    found = [one for one in judged(source.replace(right, wrong), tmp_path) if not one.good]
    assert found
    assert any(fix in (one.fix or "") for one in found)
    assert {one.verdict for one in found} == {"wrong"}
