"""A report says what was exercised; nothing exercised, or not run, never counts as right."""

import json
import math
from dataclasses import replace

import pytest

from symnet.check.report import (
    MOST_CODE,
    MOST_DIFFERENCE,
    MOST_ERROR,
    MOST_FLOAT,
    Record,
    Report,
)

GOOD = Record(
    name="w1",
    symbolic="proven",
    points=10,
    nonzero=4,
    error=0.0,
    quotients=2,
    differences=1e-40,
    code=0.0,
    floats=1e-17,
    kinks=4,
    kinks_right=4,
)


def report(*records: Record) -> Report:
    return Report("small", "layer by layer", "exact rational points", records)


def test_all_well() -> None:
    assert GOOD.ok
    assert report(GOOD).ok
    assert report(GOOD).summary == "1 of 1 gradients proven"


def test_what_was_proven_of_a_narrower_network_says_so() -> None:
    narrow = replace(report(GOOD), sizes="2-3-2")
    assert narrow.summary == "1 of 1 gradients proven, at the sizes 2-3-2"
    assert "1 of 1 gradients proven, at the sizes 2-3-2." in str(narrow)


@pytest.mark.parametrize(
    "change",
    [
        {"symbolic": "failed"},
        {"symbolic": "not run"},
        {"points": 0},
        {"nonzero": 0},
        {"quotients": 0},
        {"error": 2 * MOST_ERROR},
        {"differences": 2 * MOST_DIFFERENCE},
        {"code": 2 * MOST_CODE},
        {"floats": 2 * MOST_FLOAT},
        {"error": math.nan},
        {"differences": math.inf},
        {"kinks_right": 3},
    ],
)
def test_each_finding_turns_the_verdict(change: dict[str, object]) -> None:
    bad = replace(GOOD, **change)  # type: ignore[arg-type]
    assert not bad.ok
    assert not report(GOOD, bad).ok
    assert report(GOOD, bad).summary == "1 of 2 gradients proven"
    assert str(report(bad)).count("FAILED") == 1


def test_nothing_at_all_is_not_a_proof() -> None:
    assert not report().ok
    assert report().summary == "0 of 0 gradients proven"


def test_what_never_reaches_the_loss_need_not_be_other_than_0() -> None:
    idle = replace(GOOD, nonzero=0, quotients=0, reachable=False)
    assert idle.ok
    assert "always 0" in str(report(idle))
    assert not replace(idle, points=0).ok
    assert not replace(idle, symbolic="failed").ok


@pytest.mark.parametrize("verdict", ["failed", "not run", "agrees"])
def test_a_step_that_is_not_proven_turns_the_verdict(verdict: str) -> None:
    steps = (("a step", verdict),)
    found = replace(report(GOOD), steps=steps)  # type: ignore[arg-type]
    assert not found.ok
    assert found.summary.endswith("not so: a step")


@pytest.mark.parametrize(
    ("verdict", "ok"), [("agrees", True), ("failed", False), ("not run", False)]
)
def test_samples_have_to_agree(verdict: str, ok: bool) -> None:
    found = replace(report(GOOD), samples=(("the batch", verdict),))  # type: ignore[arg-type]
    assert found.ok == ok
    assert f"the batch: {verdict}" in str(found)


def test_the_table_is_aligned_and_ends_with_the_verdict() -> None:
    long = replace(GOOD, name="a_long_name", nonzero=10)
    lines = str(replace(report(GOOD, long), notices=("z1 is dead.",))).splitlines()
    assert lines[0] == "small: layer by layer; exact rational points"
    head, first, second = lines[2:5]
    for word in ("symbolic", "points", "kinks"):
        at = head.index(word)
        assert first[at] != " "
        assert first[at - 1] == second[at - 1] == " "
    assert lines[-2:] == ["2 of 2 gradients proven.", "Note: z1 is dead."]


def test_records_are_the_same_on_every_machine_and_valid_json() -> None:
    """Rounding errors below their bound are given as the bound; no number is null."""
    noisy = replace(GOOD, error=3e-61, floats=2e-17, code=1e-60)
    (first,), (second,) = (report(one).as_records() for one in (GOOD, noisy))
    assert first == second
    assert first["error"] == MOST_ERROR
    assert first["ok"] is True
    assert first["method"] == "layer by layer"
    (bad,) = report(replace(GOOD, error=math.inf, code=0.5)).as_records()
    assert (bad["error"], bad["code"], bad["ok"]) == (None, 0.5, False)
    assert json.loads(json.dumps([first, bad], allow_nan=False))[0]["name"] == "w1"
