"""The notebook this project began with: every verdict, worked out by hand, for all four steps.

What is wrong in it, cell by cell, the same in every step:
the output adds bias3, which belongs to the third hidden unit; the derivative of the output's ReLU
is left out everywhere; w3's line takes bias1 for bias3 and input2 for input1; w4's bias2 for bias1;
w6's bias2 for bias3; b3's bias1 for bias3.
"""

from functools import cache
from pathlib import Path

import pytest

from symnet.check.handwritten.checking import Checker, Examination
from symnet.check.handwritten.finding import Finding
from symnet.pipeline import NETWORKS, load

NOTEBOOK = NETWORKS / "notebook.txt"
# The first cell and line of each step, and how far the lines of a step reach beyond it.
FIRST_CELLS = (840, 865, 890, 915)
IF = "z4 > 0"
SLOPE = (
    "multiply by activation_ReLu_partial_derivative("
    "node_1_output * w7 + node_2_output * w8 + node_3_output * w9 + bias4)"
)

# cell of the step, target, parameter, quantity, verdict, what the fix says (its cause's, if any)
Row = tuple[int, str, str | None, str | None, str, str | None]


def _unit(cell: int, name: str, z: str, h: str) -> list[Row]:
    return [(cell, name, None, z, "right", None), (cell, name, None, h, "right", None)]


def _last(cell: int, parameter: str) -> list[Row]:
    """A derivative of the last layer and its update: the output's ReLU is left out."""
    derivative = (cell, f"deriv_L_{parameter}", parameter, f"dL_d{parameter}", "right-if", SLOPE)
    update = (cell + 1, f"new_{parameter}", parameter, f"new_{parameter}", "right-if", SLOPE)
    return [derivative, update]


def _hidden(cell: int, parameter: str, h: str, slip: str | None) -> list[Row]:
    """A derivative of the first layer in two factors; ``slip``: what is wrong in the second."""
    target = f"deriv_L_{parameter}"
    whole, fix = ("wrong", slip) if slip else ("right-if", SLOPE)
    return [
        (cell, f"{target}_left", None, f"dL_d{h}", "right-if", SLOPE),
        (cell, f"{target}_right", None, None, "wrong" if slip else "right", slip),
        (cell, target, parameter, f"dL_d{parameter}", whole, fix),
        (cell, f"new_{parameter}", parameter, f"new_{parameter}", whole, fix),
    ]


STEP: list[Row] = [
    *_unit(0, "node_1_output", "z1", "h1"),
    *_unit(1, "node_2_output", "z2", "h2"),
    *_unit(2, "node_3_output", "z3", "h3"),
    (3, "node_4_output", None, "z4", "wrong", "use bias4 for bias3"),
    (3, "node_4_output", None, "y_hat", "right", None),
    (5, "predicted_value", None, "y_hat", "right", None),
    (5, "loss", None, "loss", "right", None),
    *_last(6, "w7"),
    *_last(8, "w8"),
    *_last(10, "w9"),
    *_last(12, "b4"),
    *_hidden(14, "w1", "h1", None),
    *_hidden(15, "w2", "h2", None),
    *_hidden(16, "w3", "h3", "use input1 for input2 and use bias3 for bias1"),
    *_hidden(17, "w4", "h1", "use bias1 for bias2"),
    *_hidden(18, "w5", "h2", None),
    *_hidden(19, "w6", "h3", "use bias3 for bias2"),
    *_hidden(20, "b1", "h1", None),
    *_hidden(21, "b2", "h2", None),
    *_hidden(22, "b3", "h3", "use bias3 for bias1"),
]


@cache
def examination() -> Examination:
    stages = load("notebook")
    return Checker(stages.network, stages.derivation).check(NOTEBOOK)


def of_step(step: int) -> list[Finding]:
    start = FIRST_CELLS[step]
    return [one for one in examination().findings if start <= (one.cell or 0) < start + 25]


@pytest.mark.parametrize("step", range(4))
def test_every_verdict(step: int) -> None:
    start = FIRST_CELLS[step]
    found = [(one.cell, one.target, one.parameter, one.node, one.verdict) for one in of_step(step)]
    assert found == [(start + cell, *rest[:-1]) for cell, *rest in STEP]


@pytest.mark.parametrize("step", range(4))
def test_every_condition(step: int) -> None:
    conditions = {one.verdict: set[str | None]() for one in of_step(step)}
    for one in of_step(step):
        conditions[one.verdict].add(one.condition)
    assert conditions == {"right": {None}, "right-if": {IF}, "wrong": {None}}


@pytest.mark.parametrize("step", range(4))
def test_every_fix(step: int) -> None:
    for one, (*_, fix) in zip(of_step(step), STEP, strict=True):
        if fix is None:
            assert one.fix is None
        else:
            assert one.fix is not None
            assert one.fix.endswith(fix)


def test_nothing_else_is_found() -> None:
    assert len(examination().findings) == 4 * len(STEP)


def test_the_names_are_matched() -> None:
    names = dict(examination().names)
    assert {name: names[name] for name in ("bias1", "bias4", "input1", "input2")} == {
        "bias1": "b1",
        "bias4": "b4",
        "input1": "x1",
        "input2": "x2",
    }
    assert names["true_value"] == "y"
    assert names["LR"] == "learning rate"


def shown(step: int) -> set[str]:
    """The wrong lines whose numbers give them away."""
    wrong = (one for one in of_step(step) if one.verdict == "wrong" and one.hides is False)
    return {one.target for one in wrong}


def test_which_slips_hide() -> None:
    """In the first step bias3 is bias4, so the output's slip hides there and only there."""
    of_w3 = {"deriv_L_w3_right", "deriv_L_w3", "new_w3"}
    assert shown(0) == of_w3
    for step in (1, 2, 3):
        assert shown(step) == of_w3 | {"node_4_output"}


def test_printed_numbers_are_those_of_the_formulas() -> None:
    printed = [one for one in examination().findings if one.printed is not None]
    # Four units, the loss and thirteen new parameters a step, and four derivatives.
    assert len(printed) == 4 * (4 + 1 + 13 + 4)
    assert not any(one.stale for one in printed)
    assert all(one.printed == one.computed for one in printed)


def changed(tmp_path: Path, old: str, new: str) -> tuple[Finding, ...]:
    """Check the notebook with its first ``old`` replaced."""
    path = tmp_path / "notebook.txt"
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    stages = load("notebook")
    return Checker(stages.network, stages.derivation).check(path).findings


def test_an_output_of_other_code_is_found(tmp_path: Path) -> None:
    findings = changed(tmp_path, "\n0.0625\n", "\n0.0626\n")
    assert [(one.cell, one.target) for one in findings if one.stale] == [(845, "loss")]


def test_a_mended_line_is_right(tmp_path: Path) -> None:
    """What is said to be wrong is right once it is corrected as told."""
    slip = "node_3_output * w9 + bias3\n"
    findings = changed(tmp_path, slip, slip.replace("bias3", "bias4"))
    verdicts = {one.cell: one.verdict for one in findings if one.node == "z4"}
    assert verdicts == {843: "right", 868: "wrong", 893: "wrong", 918: "wrong"}
