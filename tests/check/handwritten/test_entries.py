"""Entries named by text that is put together: read, judged right where right, slips named."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.check.handwritten.coursera import COURSE, FORMATTED
from tests.networks import small_spec

PROGRAMS = {"course": COURSE, "formatted": FORMATTED}


@cache
def checker() -> Checker:
    network = build_network(small_spec((2, 3, 1), ("relu", "sigmoid"), "binary_cross_entropy"))
    return Checker(network, backpropagate(network))


def findings(folder: Path, text: str) -> tuple[Finding, ...]:
    path = folder / "homework.py"
    path.write_text(text, encoding="utf-8")
    return checker().check(path).findings


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_code_is_read_and_right(name: str, tmp_path: Path) -> None:
    found = findings(tmp_path, PROGRAMS[name])
    assert {one.verdict for one in found} == {"right"}
    assert len({one.parameter for one in found if one.parameter}) == 13


@pytest.mark.parametrize(
    ("name", "right", "wrong", "line", "fix"),
    [
        ("course", ", A_prev.T) / m", ", A_prev.T)", "    dW = ", "multiply by 1/2"),
        ("course", "dAL = - (np", "dAL = (np", "    dAL = ", "np.divide(1 - Y, 1 - AL) - "),
        ("course", "keepdims=True) / m", "keepdims=True)", "    db = ", "the mean instead of"),
        ("course", "np.dot(W.T, dZ)", "np.dot(W.T, dZ) / m", "    dA_prev = ", "the divisor m"),
        ("course", "= dW_temp", "= -dW_temp", '        grads["dW" + str(l + 1)]', "minus sign"),
        (
            "course",
            '- learning_rate * grads["db"',
            '+ learning_rate * grads["db"',
            '        parameters["b" + str(l + 1)] = (',
            "subtract learning_rate",
        ),
        ("formatted", 'dZ = cache[f"A{L}"] - Y', 'dZ = Y - cache[f"A{L}"]', "    dZ =", "Y"),
        ("formatted", ' * (cache[f"Z{l - 1}"] > 0)', "", "            dZ =", "relu at z1"),
        ("course", "s * (1 - s)", "s", "    dZ = dA", "multiply by 1 - s"),
        ("course", "np.dot(W, A) + b", "np.dot(W, A)", "    Z = np.dot", "add b"),
        (
            "course",
            'learning_rate * grads["db" + str(l + 1)]',
            'learning_rate * grads["db" + str(L)]',
            '        parameters["b" + str(l + 1)] = (',
            "use grads['db' + str(l + 1)] for grads[\"db\" + str(L)]",
        ),
        (
            "course",
            'learning_rate * grads["dW"',
            'learning_rate * grads["db"',
            '        parameters["W" + str(l + 1)] = (',
            'use grads["dW" + str(l + 1)] for grads["db" + str(l + 1)]',
        ),
        ("formatted", "] - lr *", "] + lr *", "        params[key] =", "subtract lr"),
    ],
)
def test_a_slip_is_named_where_it_stands(
    name: str, right: str, wrong: str, line: str, fix: str, tmp_path: Path
) -> None:
    assert right in PROGRAMS[name]
    text = PROGRAMS[name].replace(right, wrong, 1)
    number = next(k for k, one in enumerate(text.splitlines(), 1) if one.startswith(line))
    found = [one for one in findings(tmp_path, text) if one.verdict != "right"]
    assert {one.verdict for one in found} == {"wrong"}
    assert {one.cause or one.line for one in found} == {number}
    assert all(fix in (one.fix or "") for one in found), {one.fix for one in found}


def test_a_parameter_that_is_never_updated_is_missing_and_nothing_else_is_wrong(
    tmp_path: Path,
) -> None:
    update = COURSE[COURSE.index('        parameters["b" + str(l + 1)] = (') :]
    update = update[: update.index("    return parameters")]
    found = [one for one in findings(tmp_path, COURSE.replace(update, "")) if not one.good]
    assert {(one.verdict, one.parameter) for one in found} == {
        ("missing", name) for name in ("b1", "b2", "b3", "b4")
    }


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = findings(
        tmp_path, COURSE.replace('* grads["dW" + str(l + 1)]', '* grads["dW" + str(l)]')
    )
    line = next(k for k, one in enumerate(COURSE.splitlines(), 1) if '"dW" + str(l + 1)])' in one)
    because = {one.because for one in found if one.line in (line, line - 1)}
    assert "no entry 'dW0'" in because
    assert {one.parameter for one in found if one.verdict == "missing"} >= {"w1", "w6"}


@pytest.mark.parametrize(
    "text",
    [
        "k = 'a'\nfor i in range(30):\n    k = k + k + str(i)\np = {}\np[k] = 1.0\nq = p[k]\n",
        "k = 'a'\nfor i in range(30):\n    k = k.replace('a', f'aa{i}')\np = {k: 1.0}\nq = p[k]\n",
        "k = 'a' * 10**9\np = {k: 1.0}\nq = p[k]\n",
        "p = {}\nfor i in range(30):\n    p = {f'{p}{p}': 1.0}\nq = p['W1']\n",
        "p = {'{0.__class__}'.format(1): 1.0}\nq = p['W1']\n",
    ],
)
def test_text_without_end_is_not_read(text: str, tmp_path: Path) -> None:
    found = [one for one in findings(tmp_path, text) if one.target == "q"]
    assert [one.verdict for one in found] == ["not-read"]
