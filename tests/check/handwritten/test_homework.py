"""Ten programs as students hand them in, laid out each in another way: right ones, and slips."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.networks import small_spec

PROGRAMS = {
    one.stem: one.read_text("utf-8")
    for one in sorted((Path(__file__).parent / "homework").glob("*.txt"))
}
# These two take the squared error, and sigmoid units throughout.
SQUARED = ("minibatch", "samples")
OLD = "{key: value.copy() for key, value in params.items()}"
SAME = "use old[\"W2\"] as it was before line 18: params['W2'] is the same array, not a copy"


@cache
def checker(squared: bool) -> Checker:
    kinds = ("sigmoid" if squared else "tanh", "sigmoid")
    loss = "half_squared_error" if squared else "binary_cross_entropy"
    network = build_network(small_spec((2, 3, 1), kinds, loss))
    return Checker(network, backpropagate(network))


def findings(folder: Path, name: str, text: str) -> tuple[Finding, ...]:
    path = folder / "homework.py"
    path.write_text(text, encoding="utf-8")
    return checker(name in SQUARED).check(path).findings


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_homework_is_read_and_right(name: str, tmp_path: Path) -> None:
    found = findings(tmp_path, name, PROGRAMS[name])
    assert [one for one in found if one.verdict != "right"] == []
    assert len({one.parameter for one in found if one.parameter}) == 13


def test_there_are_ten() -> None:
    assert len(PROGRAMS) == 10


@pytest.mark.parametrize(
    ("name", "right", "wrong", "fix"),
    [
        ("planar", "(1 - np.power(A1, 2))", "(1 - A1)", "square A1"),
        ("planar", "dZ2 = A2 - Y", "dZ2 = Y - A2", "write A2 - Y"),
        ("planar", 'db1 = grads["db1"]', 'db1 = grads["db2"]', "use grads['db1'] for"),
        ("attributes", '(1 - self.cache[f"A', '(1 - self.cache[f"Z', "use self.cache['A1'] for"),
        ("attributes", "].T @ dz", "].T @ dz / m", "leave out the divisor m"),
        ("attributes", "grads[key]", "grads[key] / 2", "leave out the divisor 2"),
        ("lists", " / len(Y)", "", "multiply by 1/3"),
        ("lists", "b -= lr * db", "b += lr * db", "subtract lr * db"),
        ("lists", "1 - activations[i] ** 2", "1 - activations[i]", "square activations[i]"),
        ("minibatch", " * sigmoid_prime(zs[-1])", "", "derivative of the sigmoid at z4"),
        ("minibatch", "(output_activations - y)", "(y - output_activations)", "write output_act"),
        ("letters", '"d" + key', '"db" + str(l)', 'use grads["dW" + str(l)] for'),
        ("letters", ".dot(X.T) / m", ".dot(X.T)", "multiply by 1/3"),
        ("epsilon", "        delta3 /= num_examples\n", "", "multiply by 1/3"),
        ("epsilon", "W2 += -epsilon", "W2 += epsilon", "subtract epsilon * dW2"),
        ("epsilon", "np.sum(delta2", "np.sum(delta3", "use delta2 for delta3"),
        ("old", OLD, "dict(params)", SAME),
        ("old", OLD, "params.copy()", SAME),
        ("old", OLD, "{key: value for key, value in params.items()}", SAME),
        ("old", OLD, "params", SAME),
        ("old", 'old["W2"].T', 'params["W2"].T', "use params['W2'] as it was before line 18"),
        ("objects", "return self.W.T @ dZ", "return self.W.T @ dZ / m", "leave out the divisor m"),
        ("objects", "backward(dZ1)", "backward(dA1)", "derivative of the tanh at z1, z2, z3"),
        ("samples", "* y_hat * (1 - y_hat)", "* y_hat", "multiply by 1 - y_hat"),
        ("samples", " / len(samples)", "", "multiply by 1/2"),
        ("comprehensions", "1 - A[l] ** 2", "1 - Z[l] ** 2", "use A[1] for Z[l]"),
        ("comprehensions", "b[l] -= alpha * db[l]", "b[l] -= alpha * db[L]", "use db[1] for db[L]"),
        ("comprehensions", "db = {l: np.mean", "db = {l: np.sum", "the mean instead of the sum"),
    ],
)
def test_a_slip_is_named(name: str, right: str, wrong: str, fix: str, tmp_path: Path) -> None:
    assert right in PROGRAMS[name]
    found = findings(tmp_path, name, PROGRAMS[name].replace(right, wrong, 1))
    fixes = {one.fix or "" for one in found if one.verdict == "wrong"}
    assert fixes
    assert all(fix in one for one in fixes), fixes


@pytest.mark.parametrize("side", ["if", "else"])
def test_what_one_side_of_a_test_puts_into_a_dictionary_stays_there(
    side: str, tmp_path: Path
) -> None:
    """The test cannot be decided: the program is right only if both sides are."""
    right = '    cache["A1"] = np.tanh(cache["Z1"])\n'
    both = f"    if X.sum() > 0:\n    {right}    else:\n    {right}"
    text = PROGRAMS["letters"].replace(right, both)
    assert text != PROGRAMS["letters"]
    assert {one.verdict for one in findings(tmp_path, "letters", text)} == {"right"}
    at = text.index("if X") if side == "if" else text.index("else:")
    wrong = text[:at] + text[at:].replace('np.tanh(cache["Z1"])', 'cache["Z1"]', 1)
    assert "wrong" in {one.verdict for one in findings(tmp_path, "letters", wrong)}
