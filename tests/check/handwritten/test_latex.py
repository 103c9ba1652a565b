r"""Derivations in LaTeX and Markdown: how equations are spelt, what is refused, what is wrong."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding, shown_number
from symnet.check.handwritten.latex.judging import check_mathematics
from symnet.cli import main
from symnet.derive.backprop import backpropagate
from symnet.document.written import whole
from symnet.errors import SpecError
from symnet.model.network import build_network
from symnet.pipeline import load
from tests.networks import small_spec

ERROR = r"2(\hat{y} - y)"
ON = r"\mathbf{1}[z_4 > 0]"


@cache
def checker() -> Checker:
    stages = load("notebook")
    return Checker(stages.network, stages.derivation)


def judged(
    folder: Path, text: str, name: str = "notes.tex", mapping: dict[str, str] | None = None
) -> list[Finding]:
    """Return what is said of a file, but for what it leaves out."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    found = check_mathematics(checker(), path, mapping or {}).findings
    return [one for one in found if one.verdict != "missing"]


def display(body: str) -> str:
    return f"\\[ {body} \\]\n"


@pytest.mark.parametrize(
    "equation",
    [
        r"\frac{\partial L}{\partial w_7} = 2 (\hat y - y)\, \mathrm{ReLU}'(z_4)\, h_1",
        r"\dfrac{\partial L}{\partial w_{7}} = h_{1} \cdot 2 (\hat{y} - y) \mathbf{1}[z_4 > 0]",
        r"L_{w_7} = \delta_4 h_1",
        r"\nabla_{w_7} L = \delta_4 \times h_1",
        r"\partial_{w_7} L = \delta_4 h_1",
        r"\frac{dL}{dw_7} = \frac{dL}{d\hat{y}} \frac{d\hat{y}}{dz_4} \frac{dz_4}{dw_7}",
        r"\frac{\partial L}{\partial w_1} = \delta_4 \frac{\partial z_4}{\partial w_1}",
        r"\delta_1 = \delta_4 w_7 \operatorname{ReLU}'\left( z_1 \right)",
        r"\delta_4 = -2 \left(y - \hat y\right) \mathbb{1}_{\{z_4 > 0\}}",
        r"\mathcal{L} = (\hat{y} - y)^2",
        r"z_4 = w_7 h_1 + w_8 h_2 + w_9 h_3 + b_4",
        r"h_1 = \max(0, z_1)",
        r"w_7 \leftarrow w_7 - \eta \frac{\partial L}{\partial w_7}",
        r"w_7^{\text{new}} = w_7 - \eta\, \delta_4 h_1",
        r"w_7' = w_7 - \eta L_{w_7}",
        r"\delta_4 = 2 (\hat y - y) f'(z_4)",
        r"\delta_1 = \delta_4 w_7 \sigma'(z_1)",
        r"\delta_1 = \delta_4 w_7 \, g'(w_1 x_1 + w_4 x_2 + b_1)",
        r"h_1 = \varphi(z_1)",
    ],
)
def test_right_in_every_spelling(equation: str, tmp_path: Path) -> None:
    (one,) = judged(tmp_path, display(equation))
    assert (one.verdict, one.because) == ("right", None)


@pytest.mark.parametrize(
    ("equation", "node", "fix", "written"),
    [
        (r"\frac{\partial L}{\partial w_1} = \delta_1 x_2", "dL_dw1", "use x_1 for x_2", "x_1"),
        (r"L_{b_4} = (\hat y - y) \mathrm{ReLU}'(z_4)", "dL_db4", "multiply by 2", None),
        (r"\delta_2 = \delta_4 w_7 \mathrm{ReLU}'(z_2)", "dL_dz2", "use w_8 for w_7", "w_8"),
        (r"z_1 = w_1 x_1 + w_4 x_2 + b_2", "z1", "use b_1 for b_2", "b_1"),
        (r"\delta_2 = \delta_4 w_8 f'(z_3)", "dL_dz2", "use z_2 for z_3", "z_2"),
        (r"h_1 = f'(z_1)", "h1", "use the function itself", None),
        (r"w_1 \gets w_1 + \eta L_{w_1}", "new_w1", r"subtract \eta L_{w_1}", None),
    ],
)
def test_a_slip_is_named(
    equation: str, node: str, fix: str, written: str | None, tmp_path: Path
) -> None:
    (one,) = judged(tmp_path, display(equation))
    assert (one.verdict, one.node, one.fix) == ("wrong", node, fix)
    if written is not None:
        (mark,) = one.marks
        assert mark.text == written
        assert equation[mark.column - 3 : mark.end_column - 3] == fix.split()[-1]


def test_a_factor_left_out_is_right_in_part(tmp_path: Path) -> None:
    (one,) = judged(tmp_path, display(rf"L_{{w_7}} = {ERROR} h_1"))
    assert (one.verdict, one.condition) == ("right-if", "z4 > 0")
    assert one.fix == "multiply by the derivative of the relu at z4"
    assert one.parameter == "w7"


CHAIN = rf"""
\begin{{align*}}
\frac{{\partial L}}{{\partial w_7}}
  &= \frac{{\partial L}}{{\partial \hat y}} \frac{{\partial \hat y}}{{\partial w_7}} \\
  &= {ERROR} {ON} h_1 \\
  &= {ERROR} {ON} h_2 \\
  &= {ON} h_2 {ERROR}
\end{{align*}}
"""


def test_the_first_wrong_equality_of_a_chain_is_named(tmp_path: Path) -> None:
    """What comes after it is right by itself."""
    found = judged(tmp_path, CHAIN)
    assert [(one.line, one.verdict) for one in found] == [
        (4, "right"),
        (5, "right"),
        (6, "wrong"),
        (7, "right"),
    ]
    assert found[2].fix == "use h_1 for h_2"


@pytest.mark.parametrize(
    ("equation", "problem"),
    [
        (r"L_{w_7} = q_1 h_1", "q stands for nothing in the network"),
        (r"L_{w_7} = \lambda_7", "no formula: _ is not expected there"),
        (r"L_{w_7} = \delta_9 h_1", r"\delta stands for nothing in the network"),
        (r"L_{w_7} = w_{12}", "w stands for nothing in the network"),
        (r"L_{w_7} = w_12", "w stands for nothing in the network"),
        (r"L_{w_7} = \tau'(z_4) h_1", r"\tau stands for nothing in the network"),
        (r"L_{w_7} = \mathrm{foo}(z_4)", r"\mathrm stands for nothing in the network"),
        (r"L_{w_7} = (\hat y - y", "no formula: its end is not expected there"),
        (r"L_{w_7} = \frac{\partial h_1}{\partial h_2}", "h1 does not depend on h2"),
        (r"x_1 = 2 y", "x1 is given, so there is nothing to derive"),
    ],
)
def test_what_is_unknown_is_refused(equation: str, problem: str, tmp_path: Path) -> None:
    (one,) = judged(tmp_path, display(equation))
    assert (one.verdict, one.because) == ("not-read", problem)


def test_markdown(tmp_path: Path) -> None:
    text = (
        "# Notes\n\nInline $z_1 = w_1 x_1 + w_4 x_2 + b_1$, in a fence\n\n"
        "```math\nL_{w_1} = \\delta_1 x_2\n```\n\nand not in code:\n\n"
        "```python\nx = '$z_1 = b_1$'\n```\n\n"
        "$$\n\\delta_1 = \\delta_4 w_7 \\mathrm{ReLU}'(z_1)\n$$\n"
    )
    found = judged(tmp_path, text, "notes.md")
    assert [(one.line, one.verdict) for one in found] == [(3, "right"), (6, "wrong"), (16, "right")]


def test_two_equations_in_a_row(tmp_path: Path) -> None:
    found = judged(tmp_path, display(r"h_1 = \max(0, z_1), \qquad h_2 = \max(0, z_1)"))
    assert [(one.node, one.verdict) for one in found] == [("h1", "right"), ("h2", "wrong")]
    text = (
        "\\begin{align}\nh_1 &= \\max(0, z_1) & h_2 &= \\max(0, z_2) \\\\ z_1 &= b_1\n\\end{align}"
    )
    found = judged(tmp_path, text)
    assert [one.verdict for one in found] == ["right", "right", "wrong"]


def test_comments_are_not_read(tmp_path: Path) -> None:
    assert len(judged(tmp_path, display("h_1 = \\max(0, z_1) % = 7\n"))) == 1


def test_a_mapping_gives_other_symbols(tmp_path: Path) -> None:
    text = display(r"\frac{\partial L}{\partial w_7} = \delta^{o} a_1")
    assert [one.verdict for one in judged(tmp_path, text)] == ["not-read"]
    mapping = {r"\delta^{o}": "dL_dz4", "a_1": "h1"}
    assert [one.verdict for one in judged(tmp_path, text, mapping=mapping)] == ["right"]
    with pytest.raises(SpecError, match="the network has no h9"):
        judged(tmp_path, text, mapping={"a_1": "h9"})


def test_parameters_never_derived_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "notes.tex"
    path.write_text(display(r"L_{w_7} = \delta_4 h_1"))
    found = check_mathematics(checker(), path, {}).findings
    missing = {one.parameter for one in found if one.verdict == "missing"}
    assert missing == set(checker().truth.updated) - {"w7"}


@pytest.mark.parametrize("text", ["", "no mathematics", "$x_1$", r"\begin{align} a"])
def test_a_file_without_equations_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no equation in it"):
        judged(tmp_path, text)


def test_deep_nesting_ends(tmp_path: Path) -> None:
    text = display("L_{w_7} = " + "-(" * 3000 + "h_1" + ")" * 3000)
    (one,) = judged(tmp_path, text)
    assert one.verdict == "not-read"


@pytest.mark.parametrize(
    "equation",
    [
        r"z_1 = w_1 x_1 + w_4 x_2 + b_1 = 1 \cdot 1 - 0.5 \cdot 0 + 0.5 = 1.5",
        r"z_2 = 0.5",
        r"z_4 = 0 \cdot 1.5 + 1 \cdot 0.5 + 0.5 \cdot 1.5 + 0.5 = 1.75",
        r"L = (\hat y - y)^2 = (1.75 - 2)^2 = 0.0625",
        r"L = (1.75 - 2)^2 = (-0.25)^2 \approx 0.06",
        r"L \approx 0.1",
        r"L_{w_7} = 2 (\hat y - y)\, \mathrm{ReLU}'(z_4)\, h_1 = -0.75",
        r"L_{w_7} = 2 (-0.25) \cdot 1 \cdot 1.5 = -\frac{3}{4}",
        r"w_7 \leftarrow w_7 - \eta L_{w_7} = 0 - 0.01 (-0.75) = 0.0075",
        r"x_1 = 1",
        r"h_1 = \mathrm{ReLU}(1.5) = 1.5",
    ],
)
def test_right_numbers(equation: str, tmp_path: Path) -> None:
    found = judged(tmp_path, display(equation))
    assert {(one.verdict, one.because) for one in found} == {("right", None)}
    assert found[-1].printed is not None
    assert found[-1].printed == pytest.approx(found[-1].true, abs=0.05)


@pytest.mark.parametrize(
    ("equation", "fix", "printed", "true"),
    [
        (r"z_1 = w_1 x_1 + w_4 x_2 + b_1 = 2.5", "write 1.5 for 2.5", 2.5, 1.5),
        (r"L = (1.75 - 2)^2 = 0.0725", "write 0.0625 for 0.0725", 0.0725, 0.0625),
        (r"L = (\hat y - y)^2 = 0.07", "write 0.06 for 0.07", 0.07, 0.0625),
        (r"z_1 = 1 \cdot 1 + 0.5 = 0.5", "write 1.5 for 0.5", 0.5, 1.5),
        (r"L_{w_7} = 2 \cdot 0.25 \cdot 1.5", "write -0.75 for", 0.75, -0.75),
        (r"x_1 = 3", "write 1 for 3", 3.0, 1.0),
        (r"h_1 = \mathrm{ReLU}(-1.5)", "write 1.5 for", 0.0, 1.5),
    ],
)
def test_a_wrong_number_is_named(
    equation: str, fix: str, printed: float, true: float, tmp_path: Path
) -> None:
    *before, last = judged(tmp_path, display(equation))
    assert [one.verdict for one in before] == ["right"] * len(before)
    assert last.verdict == "wrong"
    assert (last.fix or "").startswith(fix)
    assert (last.printed, last.true, last.hides) == (printed, true, False)


def test_of_two_numbers_the_first_wrong_one_is_named(tmp_path: Path) -> None:
    """The second is what the first comes to."""
    found = judged(tmp_path, display(r"z_1 = 1 \cdot 1 + 0.7 = 1.7 = 1.8"))
    assert [one.verdict for one in found] == ["wrong", "right", "wrong"]


def test_numbers_need_one_sample(tmp_path: Path) -> None:
    stages = load("xor")
    path = tmp_path / "notes.tex"
    path.write_text(display("z_1 = 0.5"))
    held = Checker(stages.network, stages.derivation)
    found = check_mathematics(held, path, {}).findings[0]
    assert found.verdict == "not-read"
    assert found.because == "a number, and the network has no single sample to compare it with"


def test_a_letter_is_the_activation_of_the_layer_that_is_said(tmp_path: Path) -> None:
    network = build_network(small_spec((1, 1, 1), ("tanh", "sigmoid")))
    held = Checker(network, backpropagate(network))
    text = (
        r"$h_1 = f(z_1)$, $h_1 = \tanh(z_1)$, $h_1 = \sigma(z_1)$, $\hat y = \sigma(z_2)$, "
        r"$h_1 = f(2 h_1)$"
    )
    path = tmp_path / "notes.tex"
    path.write_text(text)
    found = check_mathematics(held, path, {}).findings
    verdicts = [one.verdict for one in found if one.verdict != "missing"]
    assert verdicts == ["right", "right", "wrong", "right", "not-read"]
    assert found[4].because == "f is a layer's activation, but of which layer is not said"


@pytest.mark.parametrize("infinite", [r"1/0", r"h_1 / (w_1 - w_1)", r"10^{999}"])
def test_what_is_infinite_is_no_quantity(infinite: str, tmp_path: Path) -> None:
    (one,) = judged(tmp_path, display(f"L = {infinite}"))
    assert (one.verdict, one.node) == ("wrong", "loss")


@pytest.mark.parametrize("name", ["notebook", "sigmoid-two-outputs", "tanh-neuron"])
def test_in_the_articles_of_symnet_nothing_is_wrong(name: str, tmp_path: Path) -> None:
    """Colours, braces with notes, sums that go on in the next row, numbers put in."""
    file = tmp_path / "derivation.tex"
    stages = load(name)
    file.write_bytes(whole(stages.told(), "latex"))
    own = Checker(stages.network, stages.derivation)
    verdicts = Counter(one.verdict for one in check_mathematics(own, file, {}).findings)
    assert set(verdicts) <= {"right", "not-read"}
    assert verdicts["right"] > 5 * verdicts["not-read"]


THREE_TENTHS = """
inputs = 1
targets = 1
loss = "squared_error"
[[layers]]
units = 1
biases = false
[initial]
w1 = 0.1
[sample]
x = [3]
y = [1]
[training]
learning_rate = 0.1
steps = 1
"""


@pytest.mark.parametrize(
    ("written", "right"), [("0.4", "0.3"), ("0.3142", "0.3000"), ("1", "0.3"), ("0", "0.3")]
)
def test_a_number_is_told_with_the_digits_of_the_text(
    written: str, right: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In floats 3 * 0.1 is 0.30000000000000004; nobody wants to read that."""
    network, notes = tmp_path / "net.toml", tmp_path / "notes.tex"
    network.write_text(THREE_TENTHS)
    notes.write_text(rf"\[ z_1 = {written} \]")
    assert main(["check", str(notes), "--network", str(network)]) == 1
    said = capfd.readouterr().out
    assert f"write {right} for {written}\n" in said
    assert f", and should be {right}\n" in said
    assert "0000000" not in said


def test_a_number_is_told_without_what_floats_leave() -> None:
    assert shown_number(1.0999999999999999) == shown_number(1.1) == "1.1"
    assert shown_number(0.1 + 0.2) == "0.3"
    assert shown_number(0.36786304031756883) == "0.36786304031756883"
