"""Fused updates of deep networks: not too deep in sections, no line too long, the same numbers."""

from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import isnan
from pathlib import Path

import pytest

from symnet.derive.fused import fused
from symnet.derive.guards import Body, Guarded
from symnet.derive.sectioning import DEEPEST
from symnet.emit.source import request_for, sources
from symnet.emit.vectors import vectors
from symnet.model.spec import RuleValues, Spec
from tests.emit import node, rust, test_c, test_javascript
from tests.emit.emitted import fused_of, options_for, step_of, with_samples
from tests.emit.test_lint import LINES, RULES, ruff
from tests.networks import small_spec

WIDTH = 100


def deep(layers: int, width: int) -> Spec:
    """Return a ReLU network in which every unit is alive at the file's start."""
    spec = small_spec((*(width,) * layers, 1), ("relu",) * layers, name=f"deep{layers}by{width}")
    alive = RuleValues("constant", Fraction(1, width))
    return replace(with_samples(spec), initial=alive)


SPECS = (deep(12, 1), deep(30, 1), deep(30, 2), deep(66, 1), deep(66, 3))


def depth(body: Body) -> int:
    return max((1 + depth(one.body) for one in body if isinstance(one, Guarded)), default=0)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_sections_go_only_so_deep(spec: Spec) -> None:
    """One unit to a layer is dead for all layers before it; of several, each is dead for itself."""
    alone = spec.layers[0].units == 1
    assert depth(fused(step_of(spec)).body) == (DEEPEST if alone else 2)


def test_a_chain_that_is_short_enough_has_a_section_for_each_layer() -> None:
    assert depth(fused(step_of(deep(DEEPEST, 1))).body) == DEEPEST


@pytest.mark.parametrize("target", ["python", "javascript", "c", "rust", "micropython"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_no_line_is_too_long(spec: Spec, target: str) -> None:
    request = request_for(options_for(target, "fused"), spec, lambda: step_of(spec))
    for file in sources(request):
        assert max(map(len, file.text.splitlines())) <= WIDTH


def test_formatters_change_nothing(tmp_path: Path) -> None:
    folders = {one: tmp_path / one for one in ("python", "micropython", "javascript", "c", "rust")}
    for target, folder in folders.items():
        for spec in SPECS[1:4]:
            request = request_for(options_for(target, "fused"), spec, partial(step_of, spec))
            test_javascript.written(folder, sources(request))
    both = [str(folders["python"]), str(folders["micropython"])]
    for command in (["check", *RULES], ["format", "--check", *LINES]):
        done = ruff(*command, *both)
        assert done.returncode == 0, done.stdout
    assert test_c.formatted(folders["c"]) == ""
    prettier = node.program("prettier", "bin/prettier.cjs")
    done = node.node(prettier, "--check", folders["javascript"])
    assert done.returncode == 0, done.stderr
    done = rust.run("rustfmt", rust.EDITION, "--check", *sorted(folders["rust"].glob("*.rs")))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("spec", SPECS[:-1], ids=lambda spec: spec.name)
def test_numbers_are_those_of_the_exact_form_within_its_bound(spec: Spec) -> None:
    """At the file's own start, where all units are alive, and at points where some are dead."""
    request = request_for(options_for("python", "fused"), spec, lambda: step_of(spec))
    update, moved = fused_of(spec)["update"], 0
    for one in vectors(request):
        given, tolerance = one.given, one.tolerance
        assert tolerance is not None
        found = update(given.params, given.x[0], given.y[0], given.learning_rate)
        triples = list(zip(found, one.expected.new_params, tolerance.new_params, strict=True))
        if one.name == "inputs that are not numbers":
            assert all(map(isnan, (*found, *one.expected.new_params)))
            continue
        assert all(abs(new - exact) <= bound for new, exact, bound in triples), one.name
        moved += all(new != old for new, old in zip(found, given.params, strict=True))
        wrong = [new + 3 * bound for new, _, bound in triples]
        assert any(abs(a - b) > c for a, (_, b, c) in zip(wrong, triples, strict=True))
    assert moved
