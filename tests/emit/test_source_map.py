"""The source map: every equation, at a line that computes it."""

import json
from pathlib import Path

import pytest

import symnet
from symnet.derive.equations import matrix_numbers, scalar_numbers
from symnet.emit.options import Options
from symnet.emit.source import request_for, sources, targets
from symnet.emit.source_map import REMARK, computed
from symnet.files import SourceFile
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.emitted import network, step_of

NETWORKS = Path(symnet.__file__).parent / "networks"
SPECS = tuple(read_spec(path) for path in sorted(NETWORKS.glob("*.toml")))


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("form", ["scalar", "loops"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_it_has_every_equation(spec: Spec, form: str, target: str) -> None:
    request = request_for(Options(target, form=form), spec, lambda: step_of(spec))
    files = sources(request)
    found = {one.node: one.equation for one in computed(request, files)}
    by_layer = request.by_layer
    assert by_layer or form == "scalar"
    numbers = matrix_numbers(spec) if by_layer else scalar_numbers(step_of(spec))
    assert found.items() <= numbers.items()
    last = request.spec.layers[-1]
    # What collapses is computed at once: the adjoints of the predictions have no line.
    short = {f"dL_dy_hat{k or ''}" for k in range(last.units + 1)} | {"batch_loss"}
    assert numbers.keys() - found.keys() <= short


def test_it_is_json_that_names_file_and_line() -> None:
    (spec,) = (one for one in SPECS if one.name == "notebook")
    request = request_for(Options(source_map=True), spec, lambda: step_of(spec))
    *files, made = sources(request)
    assert made.path == "notebook.map.json"
    record = json.loads(made.text)
    assert record["article"] == "derivation"
    lines = files[0].text.splitlines()
    for one in record["lines"]:
        assert one["file"] == "notebook.py"
        assert f"{one['equation']}" in lines[one["line"] - 1].rpartition("#")[2]
    assert {one["node"] for one in record["lines"]} == set(scalar_numbers(step_of(spec)))


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("    z1 = x1 * w1  # (1)", "1"),
        ("  const z1 = x1 * w1; // (1, 22)", "1, 22"),
        ("    double z1 = x1 * w1; /* (7) */", "7"),
        ("# (1)", None),
        ("    // (1)", None),
        ("z1 = f(1)", None),
        ("z1 = 1  # part of (1) here", None),
    ],
)
def test_a_remark_is_a_number_behind_code(line: str, numbers: str | None) -> None:
    found = REMARK.match(line)
    assert (found and found[1]) == numbers


def test_a_number_that_no_equation_has_is_an_error() -> None:
    spec = network("relu", "squared_error", (1, 1))
    request = request_for(Options(), spec, lambda: step_of(spec))
    with pytest.raises(KeyError):
        list(computed(request, [SourceFile("a.py", "a = b  # (99)\n")]))
