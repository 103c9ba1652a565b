"""Code of a layer written out, rolled up where all units do the same, kept where they do not."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from symnet.emit.layers import OWN
from symnet.emit.printing import Printer
from symnet.emit.pythonic import LINES, SYNTAX
from symnet.emit.rolling import Roller
from symnet.emit.statements import written
from symnet.model.activations import largest
from symnet.model.expression import Expression, Number, Select, Symbol, call, total

Z = [0.5, -1.25, 2.0, 0.75]


def text_of(roller: Roller) -> list[str]:
    return list(written(roller.statements, LINES, Printer(SYNTAX)))


def run(roller: Roller, result: str) -> Any:
    known: dict[str, Any] = {"z": Z[: roller.units], "y": Z[::-1][: roller.units]}
    exec("\n".join(text_of(roller)), {"exp": __import__("math").exp}, known)
    return eval(result, {}, known)


def roller_of(units: int) -> tuple[Roller, Sequence[Symbol], Sequence[Symbol]]:
    roller = Roller(units, set(OWN))
    return roller, roller.vector("z"), roller.vector("y")


def test_a_sum_over_the_units_is_a_loop() -> None:
    roller, z, y = roller_of(4)
    result = roller.value(total(a * b for a, b in zip(z, y, strict=True)) / 4)
    assert text_of(roller) == [
        "unit_total = 0.0",
        "for i in range(4):",
        "    unit_total += z[i] * y[i]",
    ]
    assert str(result) == "unit_total / 4"
    assert run(roller, "unit_total") == 0.5 * 0.75 + -1.25 * 2.0 + 2.0 * -1.25 + 0.75 * 0.5


def test_a_running_maximum_is_a_loop_from_the_second_unit_on() -> None:
    roller, z, _ = roller_of(4)
    top = roller.value(largest(tuple(z), roller.let))
    assert top == Symbol("top")
    assert text_of(roller) == [
        "top = z[0]",
        "for i in range(1, 4):",
        "    top = z[i] if top < z[i] else top",
    ]
    assert run(roller, "top") == 2.0


def test_parts_of_every_unit_become_a_list() -> None:
    roller, z, _ = roller_of(3)
    parts = [roller.let("exp", call("exp", one)) for one in z]
    roller.store("p", [part / roller.let("sum", total(parts)) for part in parts])
    lines = text_of(roller)
    assert lines[:3] == ["exp_ = [0.0] * 3", "for i in range(3):", "    exp_[i] = exp(z[i])"]
    assert lines[-3:] == ["p = [0.0] * 3", "for i in range(3):", "    p[i] = exp_[i] / unit_total"]
    assert sum(run(roller, "p")) == pytest.approx(1)


UNLIKE = {
    "other factors": lambda z: [Number(Fraction(k + 1)) * one for k, one in enumerate(z)],
    "another operation": lambda z: [*(one + 1 for one in z[:-1]), z[-1] * 2],
    "another unit": lambda z: [*z[:-1], z[0]],
    "a fixed unit": lambda z: [one / z[0] for one in z],
    "in reverse": lambda z: list(reversed(z)),
}


@pytest.mark.parametrize("kind", UNLIKE)
def test_what_differs_between_units_stays_written_out(kind: str) -> None:
    roller, z, _ = roller_of(4)
    values: list[Expression] = UNLIKE[kind](z)
    roller.store("p", values)
    assert not any(line.startswith("for") for line in text_of(roller))
    assert run(roller, "p") == run_plain(values)
    roller, z, _ = roller_of(4)
    shown = Printer(SYNTAX).text(roller.value(total(UNLIKE[kind](z))))
    if kind != "in reverse":  # a sum in reverse order is another sum in floats
        assert eval(shown, {}, {"z": Z}) == left_sum(run_plain(values))
    assert "for" not in " ".join(text_of(roller))


def run_plain(values: Sequence[Expression]) -> list[float]:
    return [eval(Printer(SYNTAX).text(one), {}, {"z": Z}) for one in values]


def left_sum(values: Sequence[float]) -> float:
    result = values[0]
    for value in values[1:]:
        result += value
    return result


def test_a_sum_that_depends_on_the_unit_is_not_taken_out_of_its_loop() -> None:
    """Sum over k of z_i z_k: its terms are alike, but it belongs to unit i."""
    roller, z, _ = roller_of(3)
    roller.store("p", [total(one * other for other in z) for one in z])
    assert run(roller, "p") == [left_sum([a * b for b in Z[:3]]) for a in Z[:3]]


def test_a_running_value_used_before_its_end_is_refused() -> None:
    roller, z, _ = roller_of(4)
    first = roller.let("top", Select(z[0] < z[1], z[1], z[0]))
    second = roller.let("top", Select(first < z[2], z[2], first))
    roller.let("top", Select(second < z[3], z[3], second))
    with pytest.raises(ArithmeticError, match="uses a running value before its end"):
        roller.value(first + 1)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_a_whole_layer_s_function_of_few_units(units: int) -> None:
    roller, z, _ = roller_of(units)
    top = largest(tuple(z), roller.let)
    parts = [roller.let("exp", call("exp", one - top)) for one in z]
    summed = roller.let("sum", total(parts))
    roller.store_alike("p", lambda unit: parts[unit] / summed)
    assert sum(run(roller, "p")) == pytest.approx(1)


def test_store_alike_writes_out_what_is_not_alike() -> None:
    roller, z, _ = roller_of(3)
    roller.store_alike("p", lambda unit: z[unit] * (unit + 1))
    assert run(roller, "p") == [0.5, -2.5, 6.0]
