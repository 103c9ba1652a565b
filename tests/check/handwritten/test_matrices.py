r"""Derivations in vectors and matrices: \delta^{(2)}, \nabla_W L, \odot, transposed."""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.latex.judging import check_mathematics
from symnet.derive.backprop import backpropagate
from symnet.model.network import build_network
from tests.networks import small_spec


@cache
def checker(layout: str = "column") -> Checker:
    spec = small_spec((2, 3, 2), ("tanh", "sigmoid"), "half_squared_error", layout=layout)
    network = build_network(spec)
    return Checker(network, backpropagate(network))


def judged(folder: Path, equation: str, layout: str = "column") -> list[Finding]:
    path = folder / "notes.tex"
    path.write_text(f"\\[ {equation} \\]\n", encoding="utf-8")
    found = check_mathematics(checker(layout), path, {}).findings
    return [one for one in found if one.verdict != "missing"]


@pytest.mark.parametrize(
    ("equation", "count"),
    [
        (r"z^{(1)} = W^{(1)} x + b^{(1)}", 3),
        (r"\mathbf{z}_1 = \mathbf{W}_1 \mathbf{x} + \mathbf{b}_1", 3),
        (r"\mathbf{z}^{[1]} = W_1 x + \mathbf{b}^{[1]}", 3),
        (r"h^{(1)} = \tanh(z^{(1)})", 3),
        (r"a^{(1)} = f(W^{(1)} x + b^{(1)})".replace("f(", r"\tanh("), 3),
        (r"\hat y = \sigma(z^{(2)})", 2),
        (r"L = \frac{1}{2} (\hat{y} - y)^\top (\hat{y} - y)", 1),
        (r"\delta^{(2)} = (\hat y - y) \odot \sigma'(z^{(2)})", 2),
        (r"\delta^{(2)} = \nabla_{h^{(2)}} L \odot f'(z^{(2)})", 2),
        (r"\delta^{(1)} = (W^{(2)})^\top \delta^{(2)} \odot f'(z^{(1)})", 3),
        (r"\delta^{(1)} = W^{(2)\top} \delta^{(2)} \circ \tanh'(z^{(1)})", 3),
        (r"\nabla_{W^{(2)}} L = \delta^{(2)} (h^{(1)})^T", 6),
        (r"\nabla_{W^{(1)}} L = \delta^{(1)} x^\top", 6),
        (r"\frac{\partial L}{\partial W^{(1)}} = \delta^{(1)} x^{\top}", 6),
        (r"\frac{\partial L}{\partial b^{(1)}} = \delta^{(1)}", 3),
        (r"W^{(1)} \leftarrow W^{(1)} - \eta \nabla_{W^{(1)}} L", 6),
        (r"b^{(2)} \gets b^{(2)} - \eta\, \delta^{(2)}", 2),
    ],
)
def test_right_in_vectors(equation: str, count: int, tmp_path: Path) -> None:
    found = judged(tmp_path, equation)
    assert {(one.verdict, one.because, one.fix) for one in found} == {("right", None, None)}
    assert len({one.node for one in found}) == len(found) == count


@pytest.mark.parametrize(
    ("equation", "fix"),
    [
        (r"\nabla_{W^{(1)}} L = x^\top \delta^{(1)}", r"write \delta^{(1)} x^\top"),
        (r"\nabla_{W^{(1)}} L = \delta^{(1)} x", "transpose x"),
        (r"\nabla_{W^{(2)}} L = \delta^{(2)} (h^{(1)})", "transpose h^{(1)}"),
        (r"\delta^{(1)} = W^{(2)} \delta^{(2)} \odot f'(z^{(1)})", "transpose W^{(2)}"),
        (
            r"\delta^{(1)} = (W^{(2)})^\top \delta^{(2)} \odot f'(h^{(1)})".replace(
                "f'", r"\tanh'"
            ),
            "use z^{(1)} for h^{(1)}",
        ),
        (r"\delta^{(2)} = (y - \hat y) \odot \sigma'(z^{(2)})", r"write \hat y - y"),
        (r"z^{(2)} = W^{(2)} h^{(1)}", "add b^{(2)}"),
        (r"b^{(2)} \gets b^{(2)} + \eta\, \delta^{(2)}", r"subtract \eta\, \delta^{(2)}"),
    ],
)
def test_a_slip_in_vectors_is_named(equation: str, fix: str, tmp_path: Path) -> None:
    found = judged(tmp_path, equation)
    assert {(one.verdict, one.fix) for one in found} == {("wrong", fix)}


def test_what_does_not_fit_and_is_not_mended_is_wrong(tmp_path: Path) -> None:
    found = judged(tmp_path, r"\nabla_{W^{(1)}} L = W^{(1)} W^{(1)} x x + 1")
    assert {one.verdict for one in found} == {"wrong"}


@pytest.mark.parametrize(
    ("equation", "problem"),
    [
        (r"\delta^{(3)} = x", r"\delta stands for nothing in the network"),
        (r"\nabla_{W^{(1)}} L = U x^\top", "U stands for nothing in the network"),
        (r"\delta^{(1)} = \frac{\partial z^{(2)}}{\partial h^{(1)}}", "z^{(2)} in h^{(1)}"),
        (r"\nabla_{W^{(1)\top}} L = x \delta^{(1)\top}", "in something transposed is not read"),
    ],
)
def test_unknown_vectors_are_refused(equation: str, problem: str, tmp_path: Path) -> None:
    found = judged(tmp_path, equation)
    assert {one.verdict for one in found} == {"not-read"}
    assert any(problem in (one.because or "") for one in found)


def test_a_matrix_claims_each_of_its_parameters(tmp_path: Path) -> None:
    found = judged(tmp_path, r"\nabla_{W^{(1)}} L = \delta^{(1)} x^\top")
    assert {one.parameter for one in found} == {f"w{k}" for k in range(1, 7)}


def test_rows_where_the_network_is_written_in_rows(tmp_path: Path) -> None:
    for equation in (
        r"z^{(1)} = x W^{(1)} + b^{(1)}",
        r"\nabla_{W^{(1)}} L = x^\top \delta^{(1)}",
        r"\delta^{(1)} = \delta^{(2)} W^{(2)\top} \odot f'(z^{(1)})",
    ):
        found = judged(tmp_path, equation, "row")
        assert {one.verdict for one in found} == {"right"}


def test_letters_that_the_network_asks_for(tmp_path: Path) -> None:
    asked = (("pre_activation", "u"), ("activation", "o"), ("delta", "gamma"))
    network = build_network(small_spec((2, 2, 2), ("tanh", "tanh"), symbols=asked))
    held = Checker(network, backpropagate(network))
    path = tmp_path / "notes.tex"
    path.write_text(
        r"$u^{(1)} = W^{(1)} x + b^{(1)}$, $o^{(1)} = f(u^{(1)})$, "
        r"$\nabla_{W^{(2)}} L = \gamma^{(2)} (o^{(1)})^\top$, $z^{(1)} = x$"
    )
    found = [o for o in check_mathematics(held, path, {}).findings if o.verdict != "missing"]
    assert [one.verdict for one in found] == ["right"] * 8 + ["not-read"]
