"""Homework as students lay it out: classes, dictionaries, lists of layers, global names."""

import re
from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker, Examination
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.networks import small_spec

START = """import numpy as np
x, y, lr = np.array([[1.0, 0.0]]), np.array([[2.0]]), 0.01
V1 = np.array([[1.0, 0.5, 1.0], [-0.5, 1.0, 1.0]])
c1 = np.array([[0.5, 0.0, 0.5]])
V2 = np.array([[0.0], [1.0], [0.5]])
c2 = np.array([[0.5]])
"""
OBJECT = """
class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, x):
        self.z1 = x @ self.W1 + self.b1
        self.h = np.maximum(0, self.z1)
        self.z2 = self.h @ self.W2 + self.b2
        return np.maximum(0, self.z2)

    def backward(self, x, y, y_hat):
        d2 = 2 * (y_hat - y) * (self.z2 > 0)
        self.dW2 = self.h.T @ d2
        self.db2 = d2.sum(axis=0)
        d1 = d2 @ self.W2.T * (self.z1 > 0)
        self.dW1 = x.T @ d1
        self.db1 = d1.sum(axis=0)

    def step(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2

net = Net(V1, c1, V2, c2)
for epoch in range(4):
    net.backward(x, y, net.forward(x))
    net.step(lr)
"""
DICTIONARY = """
params = {"W1": V1, "b1": c1, "W2": V2, "b2": c2}
for i in range(10):
    z1 = np.dot(x, params["W1"]) + params["b1"]
    cache = {"a1": np.where(z1 > 0, z1, 0)}
    z2 = np.dot(cache["a1"], params["W2"]) + params["b2"]
    grads = {}
    dz2 = 2 * (np.where(z2 > 0, z2, 0) - y) * (z2 > 0).astype(float)
    grads["W2"], grads["b2"] = np.dot(cache["a1"].T, dz2), np.sum(dz2, axis=0, keepdims=True)
    dz1 = np.dot(dz2, params["W2"].T) * (z1 > 0)
    grads["W1"], grads["b1"] = np.dot(x.T, dz1), np.sum(dz1, axis=0, keepdims=True)
    for key in params:
        params[key] = params[key] - lr * grads[key]
    print(f"step {i}: {np.sum((z2 - y) ** 2)}")
"""
LAYERS = """
sizes = [2, 3, 1]
W, b = [V1, V2], [c1, c2]
a, zs = [x], []
for l in range(2):
    z = a[-1] @ W[l] + b[l]
    zs.append(z)
    a.append(np.maximum(z, 0))
delta = 2 * (a[-1] - y) * (zs[-1] > 0)
dW, db = [None, None], [None, None]
for l in reversed(range(2)):
    dW[l] = a[l].T @ delta
    db[l] = delta
    if l > 0:
        delta = (delta @ W[l].T) * (zs[l - 1] > 0)
for l in range(2):
    W[l] -= lr * dW[l]
    b[l] -= lr * db[l]
"""
GLOBAL = """
w1, w2, w3, w4, w5, w6, w7, w8, w9 = 1.0, 0.5, 1.0, -0.5, 1.0, 1.0, 0.0, 1.0, 0.5
b1, b2, b3, b4 = 0.5, 0.0, 0.5, 0.5
x1, x2, y, lr = 1.0, 0.0, 2.0, 0.01

def relu(z):
    return max(0, z)

def slope(z):
    return 1 if z > 0 else 0

def step(x1, x2, y):
    global w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4
    z1, z2, z3 = x1 * w1 + x2 * w4 + b1, x1 * w2 + x2 * w5 + b2, x1 * w3 + x2 * w6 + b3
    h1, h2, h3 = relu(z1), relu(z2), relu(z3)
    z4 = w7 * h1 + w8 * h2 + w9 * h3 + b4
    d4 = 2 * (relu(z4) - y) * slope(z4)
    d1, d2, d3 = d4 * w7 * slope(z1), d4 * w8 * slope(z2), d4 * w9 * slope(z3)
    w7, w8, w9, b4 = w7 - lr * d4 * h1, w8 - lr * d4 * h2, w9 - lr * d4 * h3, b4 - lr * d4
    w1, w2, w3 = w1 - lr * d1 * x1, w2 - lr * d2 * x1, w3 - lr * d3 * x1
    w4, w5, w6 = w4 - lr * d1 * x2, w5 - lr * d2 * x2, w6 - lr * d3 * x2
    b1, b2, b3 = b1 - lr * d1, b2 - lr * d2, b3 - lr * d3

step(x1, x2, y)
"""
NUMPY = {"object": OBJECT, "dictionary": DICTIONARY, "layers": LAYERS}
PROGRAMS = {name: START + text for name, text in NUMPY.items()} | {"global": GLOBAL}


@cache
def checker() -> Checker:
    network = build_network(small_spec((2, 3, 1), ("relu", "relu"), "squared_error"))
    return Checker(network, backpropagate(network))


def examined(folder: Path, text: str) -> Examination:
    path = folder / "homework.py"
    path.write_text(text, encoding="utf-8")
    return checker().check(path)


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_code_is_read_and_right(name: str, tmp_path: Path) -> None:
    found = examined(tmp_path, PROGRAMS[name])
    assert {one.verdict for one in found.findings} == {"right"}
    gradients = {one.parameter for one in found.findings if one.parameter}
    assert len(gradients) == 13


@pytest.mark.parametrize(
    ("name", "right", "wrong", "fix"),
    [
        ("object", "2 * (y_hat", "(y_hat", "multiply by 2"),
        ("object", "2 * (y_hat - y) * (self.z2 > 0)", "2 * (y_hat - y) * (self.z1 > 0)", "z2"),
        ("object", " * (self.z1 > 0)", "", "multiply by the derivative of the relu at z1"),
        ("dictionary", "dz1 = np.dot(dz2, params", "dz1 = -np.dot(dz2, params", "sign"),
        ("layers", "delta = 2 * (a[-1]", "delta = (a[-1]", "multiply by 2"),
        ("layers", " * (zs[l - 1] > 0)", "", "multiply by the derivative of the relu at z1"),
        (
            "global",
            "    d1, d2, d3 = d4 * w7 * slope(z1), d4 * w8 * slope(z2), d4 * w9 * slope(z3)\n"
            "    w7, w8, w9, b4 = w7 - lr * d4 * h1, w8 - lr * d4 * h2, w9 - lr * d4 * h3, "
            "b4 - lr * d4\n",
            "    w7, w8, w9, b4 = w7 - lr * d4 * h1, w8 - lr * d4 * h2, w9 - lr * d4 * h3, "
            "b4 - lr * d4\n"
            "    d1, d2, d3 = d4 * w7 * slope(z1), d4 * w8 * slope(z2), d4 * w9 * slope(z3)\n",
            "use w7 as it was before line 18",
        ),
    ],
)
def test_a_slip_is_named(name: str, right: str, wrong: str, fix: str, tmp_path: Path) -> None:
    assert right in PROGRAMS[name]
    found = examined(tmp_path, PROGRAMS[name].replace(right, wrong, 1)).findings
    fixes = [one.fix for one in found if one.verdict == "wrong" and one.fix]
    assert any(fix in one for one in fixes), fixes


@pytest.mark.parametrize("passes", [2, 8, 30])
@pytest.mark.parametrize("name", ["object", "dictionary"])
def test_a_slip_in_a_loop_is_one_slip(name: str, passes: int, tmp_path: Path) -> None:
    """Each pass has it again, and what comes of it is laid to it in every pass."""
    text = re.sub(r"range\(\d+\)", f"range({passes})", PROGRAMS[name])
    wrong = re.sub(r"= 2 \* \(", "= (", text)
    assert wrong != text
    found = examined(tmp_path, wrong).findings
    assert {one.verdict for one in found} == {"right", "wrong"}
    fixes = {one.fix for one in found if one.verdict == "wrong"}
    assert {one.partition(": ")[2] or one for one in fixes if one} == {"multiply by 2"}


@pytest.mark.parametrize("word", ["global", "nonlocal"])
def test_what_a_function_does_to_a_name_around_it_is_seen(word: str, tmp_path: Path) -> None:
    """After a step, w2 is 0.505 and b2 is 0.005."""
    text = GLOBAL + "again = x1 * w2 + x2 * w5 + b2\n"
    if word == "nonlocal":
        inside = text.replace("\n", "\n    ").replace("global ", "nonlocal ")
        text = f"def lecture():{inside}\n\nlecture()\n"
    found = [one for one in examined(tmp_path, text).findings if one.target == "again"]
    assert [(one.node, one.computed) for one in found] == [("z2", 0.51)]
