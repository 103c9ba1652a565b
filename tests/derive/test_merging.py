"""Nodes written into others: fewer lines, the same operations in the same order."""

import pytest

from symnet.derive.merging import merged, merged_update
from symnet.derive.operations import operations
from symnet.model.expression import Product, Select, Sum, Symbol
from symnet.model.program import Assignment, Program
from symnet.model.spec import Choice
from tests.emit.emitted import (
    module_of,
    network,
    optimizers,
    sample_arguments,
    step_of,
    with_samples,
)

A, B = Symbol("a"), Symbol("b")


def program(*assignments: tuple[str, object]) -> Program:
    made = tuple(Assignment(name, value) for name, value in assignments)  # type: ignore[arg-type]
    return Program(("a", "b"), made, (made[-1].name,))


def test_what_is_used_once_is_written_where_it_is_used() -> None:
    found = merged(program(("c", A * B), ("d", c_plus())), {"c"}, {"d"})
    assert found.program.assignments == (Assignment("d", A + A * B),)
    assert found.covered == {"d": ("c",)}


def c_plus() -> Sum:
    return Sum((A, Symbol("c")))


@pytest.mark.parametrize(
    ("nodes", "into", "value", "last"),
    [
        ({"d"}, {"d"}, A * B, c_plus()),
        ({"c"}, set(), A * B, c_plus()),
        ({"c"}, {"d"}, Select(A <= 0, A, B), c_plus()),
        ({"c"}, {"d"}, A * B, Sum((Symbol("c"), Symbol("c")))),
    ],
    ids=["not asked for", "no equation to stand in", "a choice", "used twice"],
)
def test_anything_else_keeps_its_line(
    nodes: set[str], into: set[str], value: Product, last: Sum
) -> None:
    whole = program(("c", value), ("d", last))
    assert merged(whole, nodes, into).program == whole


@pytest.mark.parametrize("optimizer", tuple(optimizers()), ids=str)
def test_a_merged_update_has_the_same_operations_and_trains_alike(optimizer: Choice) -> None:
    spec = with_samples(network("tanh", "squared_error", (2, 2, 1)), optimizer=optimizer)
    step, module = step_of(spec), module_of(spec)
    found = merged_update(step)
    assert len(found.program.assignments) < len(step.update.assignments)
    assert operations(found.program) == operations(step.update)
    sample, rates = sample_arguments(spec), [0.25, 0.125, 0.5]
    start = [module["INITIAL"]] + ([module["initial_state"]()] if step.state else [])
    now = list(start)
    for rate in rates:
        new = module["update"](*now, *sample, rate)
        now = list(new) if step.state else [new]
    trained = module["train"](*start, *sample, rates)
    assert repr(trained) == repr(tuple(now) if step.state else now[0])
