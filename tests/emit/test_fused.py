"""Fused updates before they are text, and their numbers in every language with every optimizer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symnet.derive.fused import FusedStep
from symnet.derive.guards import Guarded
from symnet.emit.braces_fused import declared
from symnet.emit.sections import stored
from symnet.emit.statements import Put, Statement, Unless
from symnet.files import SourceFile
from symnet.model.expression import ZERO, Expression, Symbol
from symnet.model.program import Assignment
from symnet.model.spec import RuleValues, Spec
from tests.emit import c_code, rust, test_javascript, test_micropython, test_rust
from tests.emit.emitted import fused_of, optimizers, with_samples
from tests.emit.fuzz import Cases
from tests.emit.test_rust_modules import printed
from tests.networks import small_spec

RATES = [0.1, 0.3, 0.05]
a, b, v, w = map(Symbol, "abvw")
DEAD = a <= 0


def networks() -> Iterator[Spec]:
    """Yield networks with every optimizer, and with sections as deep as they go, and deeper."""
    for number, optimizer in enumerate(optimizers()):
        spec = small_spec((2, 3, 2), ("relu", "relu"), name=f"optimizer{number}")
        yield with_samples(spec, optimizer=optimizer)
    deep = small_spec((2, 2, 2, 1), ("relu",) * 3, frozen=("w1", "b2"), input_gradients=True)
    yield with_samples(deep)
    chain = small_spec((1,) * 13, ("relu",) * 12, name="chain")
    alive = RuleValues("constant", Fraction(1))
    yield replace(with_samples(chain, rates=(Fraction(1, 10**6),)), initial=alive)


NETWORKS = tuple(networks())


def written(*statements: Statement) -> tuple[Statement, ...]:
    return tuple(declared(statements, frozenset({"v", "w"})))


def test_the_first_assignment_declares() -> None:
    assert written(Put("d", a), Put("w", a)) == (Put("d", a, new=True), Put("w", a))


@pytest.mark.parametrize(
    ("value", "operator", "kept"),
    [
        (w - a, "-=", a),
        (w + a, "+=", a),
        (a + w, "+=", a),
        (w * a, "*=", a),
        (a * w, "*=", a),
        (w / a, "/=", a),
        (a - w, "", a - w),
        (a / w, "", a / w),
        (w - a - b, "", w - a - b),
        (w * a * b, "", w * a * b),
    ],
)
def test_an_operation_on_the_old_value_is_short(
    value: Expression, operator: str, kept: Expression
) -> None:
    """Of two operands only: of more, the order would change."""
    assert written(Put("w", value)) == (Put("w", kept, operator=operator),)


def test_what_others_read_of_a_section_is_declared_in_front_of_it() -> None:
    """What there was before is given its value where the test holds; the body may read it."""
    choice = Unless(DEAD, (Put("d", v * b), Put("v", a)), (Put("d", ZERO), Put("v", b)))
    assert written(choice) == (
        Put("d", ZERO, new=True),
        Unless(DEAD, (Put("d", v * b), Put("v", a)), (Put("v", b),)),
    )


def test_results_go_where_the_old_values_stand() -> None:
    """One that others read has a name as well; one that stays as it is is not written."""
    body = (
        Assignment("new_v", v + a),
        Guarded(DEAD, (Assignment("new_w", w - Symbol("new_v")),), (Assignment("new_w", w),)),
        Assignment("new_b", b),
    )
    step = FusedStep(("w", "b", "v", "a", "k"), body, ("new_w", "new_b", "new_v", "k"))
    new_v = Symbol("new_v")
    assert stored(step, (("params", ("w", "b")), ("state", ("v", "k")))) == (
        Put("new_v", v + a),
        Put("state[0]", new_v, equation="new_v"),
        Unless(DEAD, (Put("params[0]", w - new_v, equation="new_w"),), ()),
    )


def cases(spec: Spec) -> Cases:
    return Cases.of(spec, 200, form="fused")


def test_every_optimizer_in_javascript(tmp_path: Path) -> None:
    jobs = {
        one.name: (
            test_javascript.written(tmp_path, test_javascript.files_of(one, "fused")),
            cases(one),
        )
        for one in NETWORKS
    }
    found = test_javascript.differences(tmp_path, jobs)
    assert found == {one.name: [] for one in NETWORKS}


def test_every_optimizer_in_c(tmp_path: Path) -> None:
    code = c_code.library(tmp_path, {one: c_code.files_of(one, "fused") for one in NETWORKS})
    for one in NETWORKS:
        assert c_code.run(code, cases(one)).differences == [], one.name


@pytest.mark.slow
def test_every_optimizer_in_rust(tmp_path: Path) -> None:
    jobs = [rust.Job(rust.files_of(one, "fused")[0], cases(one)) for one in NETWORKS]
    assert test_rust.differences(tmp_path, jobs) == {}


def test_every_optimizer_in_micropython(tmp_path: Path) -> None:
    for one in NETWORKS:
        test_micropython.written(tmp_path, test_micropython.files_of(one, "fused"))
    found = test_micropython.differences(tmp_path, {one.name: cases(one) for one in NETWORKS})
    assert found == {one.name: [] for one in NETWORKS}


def trained(spec: Spec) -> list[list[float]]:
    """Return what Python's own loop makes of the file's start: parameters, and state if any."""
    module = fused_of(spec)
    start = [list(module["INITIAL"])]
    start += [module["initial_state"]()] if "STATE" in module else []
    found = module["train"](*start, module["SAMPLE_X"], module["SAMPLE_Y"], RATES)
    return [list(one) for one in found] if len(start) > 1 else [list(found)]


def test_loops_in_javascript(tmp_path: Path) -> None:
    lines = list[str]()
    for one in NETWORKS:
        test_javascript.written(tmp_path, test_javascript.files_of(one, "fused"))
        kept = "n.INITIAL, n.initial_state()" if "STATE" in fused_of(one) else "n.INITIAL"
        call = f"n.train({kept}, n.SAMPLE_X, n.SAMPLE_Y, {RATES})"
        lines += [f'n = await import("./{one.name}.mjs");', f"console.log(JSON.stringify({call}));"]
    found = test_javascript.evaluated(tmp_path, "\n".join(["let n;", *lines])).splitlines()
    for one, line in zip(NETWORKS, found, strict=True):
        result = json.loads(line)
        assert (result if "STATE" in fused_of(one) else [result]) == trained(one), one.name


@pytest.mark.slow
def test_loops_in_rust(tmp_path: Path) -> None:
    modules, lines = list[SourceFile](), list[str]()
    for number, one in enumerate(NETWORKS):
        modules += rust.files_of(one, "fused")
        n, state = f"n{number}", "STATE" in fused_of(one)
        kept = f"&{n}::INITIAL, &{n}::initial_state()" if state else f"&{n}::INITIAL"
        call = f"{n}::train({kept}, &{n}::SAMPLE_X, &{n}::SAMPLE_Y, &{RATES})"
        lines += [f"    let found = {call};"]
        shown = "[{:?}, {:?}]" if state else "[{:?}]"
        lines += [f'    println!("{shown}", {"found.0, found.1" if state else "found"});']
    found = printed(tmp_path, modules, lines).splitlines()
    assert [json.loads(one) for one in found] == [trained(one) for one in NETWORKS]


def test_c_says_what_its_loop_keeps_on_the_stack() -> None:
    for precision, size in (("double", 8), ("single", 4)):
        spec = next(one for one in NETWORKS if "STATE" in fused_of(one))
        text = c_code.files_of(spec, "fused", precision=precision)[0].text
        numbers = len(fused_of(spec)["PARAMETERS"]) + len(fused_of(spec)["STATE"])
        told = " ".join(text.replace("*", "").split())
        assert f"Stack: {size * numbers} bytes of parameters and state in train" in told
        assert f"in float{8 * size} the last digits" in told
