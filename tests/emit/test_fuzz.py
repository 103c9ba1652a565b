"""The harness that other languages are held with: it sees every difference there can be."""

import math
import struct
from array import array
from pathlib import Path

import pytest

import symnet
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.fuzz import Cases, compared, same
from tests.emit.test_vectors import SPECS

NETWORKS = Path(symnet.__file__).parent / "networks"


def notebook() -> Spec:
    return read_spec(NETWORKS / "notebook.toml")


def test_the_file_has_the_cases_one_after_another(tmp_path: Path) -> None:
    cases = Cases.of(notebook(), 24)
    cases.write(tmp_path / "inputs.bin")
    content = (tmp_path / "inputs.bin").read_bytes()
    assert cases.sizes == (13, 0, 2, 1, 1)
    assert len(content) == 8 * 24 * 17
    assert all(map(same, struct.unpack(f"<{24 * 17}d", content), cases.inputs))


def test_inputs_reach_what_must_be_tried() -> None:
    cases = Cases.of(notebook(), 4000)
    values = list(cases.inputs)
    assert any(map(math.isnan, values))
    assert {math.inf, -math.inf} <= set(values)
    assert any(one == 0 and math.copysign(1, one) < 0 for one in values)
    assert max(abs(one) for one in values if math.isfinite(one)) > 1e300
    assert min(abs(one) for one in values if one) < 1e-300
    assert Cases.of(notebook(), 4000).inputs.tobytes() == cases.inputs.tobytes()
    wanted = cases.wanted
    assert len(wanted) == 4000 * cases.width
    assert any(wanted[k] == 0 for k in range(0, len(wanted), cases.width))


def test_what_is_right_has_no_differences() -> None:
    cases = Cases.of(notebook(), 400)
    found = compared(cases.wanted.tobytes(), cases)
    assert found.differences == []
    assert found.numbers == 400 * 28
    assert found.numbers / 2 < found.finite < found.numbers


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_python_returns_something_for_every_input(spec: Spec) -> None:
    """Where C returns infinity or no number, so does Python, instead of raising."""
    assert len(Cases.of(spec, 160).wanted) == 160 * Cases.of(spec, 1).width


@pytest.mark.parametrize("wrong", [math.nan, -0.0, 1.0, math.nextafter(0.5, 1)])
def test_a_single_wrong_bit_is_seen(wrong: float) -> None:
    cases = Cases.of(notebook(), 40)
    results = cases.wanted[:]
    place = next(k for k, one in enumerate(results) if not math.isnan(one) and not same(one, wrong))
    results[place] = wrong
    case, number = divmod(place, cases.width)
    (difference,) = compared(results.tobytes(), cases).differences
    assert difference.startswith(f"case {case}, number {number}: {wrong!r} instead of")


def test_numbers_that_are_missing_are_seen() -> None:
    cases = Cases.of(notebook(), 40)
    found = compared(cases.wanted[:-1].tobytes(), cases)
    assert found.differences == ["1119 numbers instead of 1120"]


def test_a_nan_is_any_nan_and_nothing_else() -> None:
    (other,) = array("d", struct.pack("<Q", 0xFFF8000000000001))
    assert same(math.nan, other)
    assert not same(math.nan, 0.0)
    assert not same(0.0, -0.0)
    assert same(math.inf, math.inf)
