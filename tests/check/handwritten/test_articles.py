"""symnet's own articles held against their networks: none of their formulas is called wrong."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker
from symnet.check.handwritten.finding import Finding
from symnet.check.handwritten.latex.judging import check_mathematics
from symnet.pipeline import NETWORKS, load

GENERATED = Path(__file__).parents[3] / "generated"
ARTICLES = sorted(GENERATED.glob("*/latex/*.tex"))
# Their errata quote wrong formulas; their fragments are pieces of what is checked here.
CHECKED = [one for one in ARTICLES if one.stem != "errata"]
LATER = [
    ("notebook", r"\hat{y} = 1.7913125", r"\hat{y} = 1.7923125", "write 1.7913125 for 1.7923125"),
    ("dead-relu", r"\hat{y} = -0.2$", r"\hat{y} = -0.3$", "write -0.2 for -0.3"),
    ("dead-relu", r"$L = 1.44$", r"$L = 1.45$", "write 1.44 for 1.45"),
    ("deep-narrow", r"\approx -0.79900", r"\approx -0.79800", "write -0.79900 for -0.79800"),
]


@cache
def checker(network: str) -> Checker:
    stages = load(network)
    return Checker(stages.network, stages.derivation)


def findings(path: Path, network: str) -> tuple[Finding, ...]:
    return check_mathematics(checker(network), path, {}).findings


def test_every_network_has_articles() -> None:
    shipped = {one.stem for one in NETWORKS.glob("*.toml")}
    assert shipped == {one.parts[-3] for one in CHECKED}


@pytest.mark.slow
@pytest.mark.parametrize("path", CHECKED, ids=lambda one: "/".join(one.parts[-3::2]))
def test_no_formula_of_an_article_is_called_wrong(path: Path) -> None:
    found = findings(path, path.parts[-3])
    assert [(one.line, one.target) for one in found if one.verdict == "wrong"] == []
    counts = Counter(one.verdict for one in found)
    assert set(counts) <= {"right", "not-read", "missing"}
    assert counts["right"] >= (50 if path.stem == "derivation" else 0)


@pytest.mark.slow
@pytest.mark.parametrize(("network", "written", "instead", "fix"), LATER)
def test_a_wrong_number_of_any_step_is_found(
    network: str, written: str, instead: str, fix: str, tmp_path: Path
) -> None:
    text = (GENERATED / network / "latex" / "derivation.tex").read_text(encoding="utf-8")
    assert text.count(written) == 1
    path = tmp_path / "derivation.tex"
    path.write_text(text.replace(written, instead), encoding="utf-8")
    (found,) = [one for one in findings(path, network) if one.verdict == "wrong"]
    assert found.fix == fix


def held(text: str, tmp_path: Path, network: str = "dead-relu") -> list[tuple[str, str | None]]:
    path = tmp_path / "notes.tex"
    path.write_text(text, encoding="utf-8")
    found = [one for one in findings(path, network) if one.verdict != "missing"]
    return [(one.verdict, one.because if one.verdict == "right" else one.fix) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$L = 4$", ("right", None)),
        (r"$L = 1.44$", ("wrong", "write 4.00 for 1.44")),
        (r"\section{Step 2} $L = 1.44$", ("right", "held against step 2")),
        (r"In the second step, $L = 1.44$", ("right", "held against step 2")),
        (r"In iteration $2$, $\hat{y} = -0.2$", ("right", "held against step 2")),
        (r"Step 2: $L = 4$", ("right", None)),
        (r"Step 2: $L = (\hat{y} - y)^2 = 1.45$", ("wrong", "write 1.44 for 1.45")),
        (r"Step 3: $L = 0.5$", ("wrong", "write 4.0 for 0.5")),
        (r"Step 2. \section{Loss} $L = 1.45$", ("wrong", "write 4.00 for 1.45")),
        (r"$L = 1.44$ before step 2", ("wrong", "write 4.00 for 1.44")),
        (r"Step 2: $b_4 \leftarrow b_4 - \eta L_{b_4} = -0.08$", ("right", "held against step 2")),
        (r"$b_4 \leftarrow b_4 - \eta L_{b_4} = -0.08$", ("wrong", "write -0.20 for -0.08")),
    ],
)
def test_numbers_belong_to_steps_that_were_named(
    text: str, expected: tuple[str, str | None], tmp_path: Path
) -> None:
    assert held(text, tmp_path)[-1] == expected


def test_what_is_worked_on_from_a_step_is_of_that_step(tmp_path: Path) -> None:
    text = r"Step 2: $L = (-0.2 - 1)^2 = 1.44 = 4$"
    assert [one for one, _ in held(text, tmp_path)] == ["right", "right", "wrong"]


def test_updates_by_other_rules_are_held_against_their_numbers(tmp_path: Path) -> None:
    new = r"w_{2,1}^{(1)} \leftarrow"
    right = held(rf"${new} -0.79900$", tmp_path, "deep-narrow")
    wrong = held(rf"${new} -0.71900$", tmp_path, "deep-narrow")
    plain = rf"${new} w_{{2,1}}^{{(1)}} - \eta \frac{{\partial L}}{{\partial w_{{2,1}}^{{(1)}}}}$"
    assert right == [("right", None)]
    assert wrong == [("wrong", "write -0.79900 for -0.71900")]
    assert [one for one, _ in held(plain, tmp_path, "deep-narrow")] == ["not-read"]


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (r"\delta_1 = \hat{y}_1 - y_1", "right"),
        (r"\delta_3 = \hat{y}_3 - y_3", "right"),
        (r"\delta_1 = \hat{y}_1 - y_2", "wrong"),
        (r"\delta_1 = (\hat{y}_1 - y_1) \hat{y}_1 (1 - \hat{y}_1)", "wrong"),
        (r"y_3 x_1 = (1 - y_1 - y_2) x_1", "right"),
        (r"\frac{\partial L}{\partial w_2} = (\hat{y}_2 - y_2) x_2", "wrong"),
    ],
)
def test_targets_of_softmax_add_up_to_1(formula: str, verdict: str, tmp_path: Path) -> None:
    (found,) = held(f"${formula}$", tmp_path, "softmax-regression")
    assert found[0] == verdict


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (r"\frac{\partial L}{\partial \mathbf{b}^{(1)}} = \boldsymbol{\delta}^{(1)}", "right"),
        (r"\frac{\partial L}{\partial \mathbf{b}^{(1)}} = \boldsymbol{\delta}^{(2)}", "wrong"),
        (r"\frac{\partial L}{\partial b_1} = \delta_1", "wrong"),
        (r"\frac{\partial L}{\partial b_1} = \delta_1 + \delta_2", "right"),
    ],
)
def test_a_bias_that_a_layer_shares(formula: str, verdict: str, tmp_path: Path) -> None:
    found = held(f"${formula}$", tmp_path, "sigmoid-two-outputs")
    assert {one for one, _ in found} == {verdict}


def test_inline_formulas_may_stand_side_by_side(tmp_path: Path) -> None:
    text = r"a & $\phantom{-}$$z_1 = 1.5$ & $x_1 = 1$ \\ $\phantom{-}$$L = 5$"
    assert [one for one, _ in held(text, tmp_path)] == ["right", "right", "wrong"]
