"""The derivative in the inputs, which backward passes work out besides and never use.

In: Understanding, Prover. Out: whether a name is that derivative.

The derivation of most networks has no such quantity, so it is put together from the first layer's
deltas, and only where a name was found to be nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from symnet.check.handwritten.anchors import stacked
from symnet.check.handwritten.calculating.arrays import Array, shape_of
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal
from symnet.check.handwritten.knowledge import same_values
from symnet.check.handwritten.places import Place
from symnet.check.handwritten.proving import Prover
from symnet.check.handwritten.truth import Truth
from symnet.check.handwritten.understanding import Understanding


def is_input_derivative(binding: Binding, understanding: Understanding, prover: Prover) -> bool:
    """Tell whether a name is the derivative in the inputs, a sample a row or a column."""
    formula = understanding.formula(binding)
    value = understanding.value(formula)
    if value is None:
        return False
    for place in understanding.places(binding):
        for target in _targets(understanding.truth, place, shape_of(value)):
            truth = understanding.value(stacked(target))
            if same_values(value, truth) and prover.equal(understanding, formula, target, place):
                return True
    return False


def _targets(truth: Truth, place: Place, shape: tuple[int, ...]) -> Iterator[Array]:
    """Yield what it may be: for each sample, or its share of the mean."""
    inputs, rows = truth.network.inputs, place.rows
    if shape not in ((len(inputs), len(rows)), (len(rows), len(inputs)), (len(inputs),)):
        return
    for share in dict.fromkeys((1, len(rows))):
        columns = [
            [_derivative(truth, name, place.step, row, share) for row in rows] for name in inputs
        ]
        if shape[0] == len(inputs):
            yield Array(shape, tuple(one for column in columns for one in column))
        if shape[0] == len(rows):
            yield Array(shape, tuple(one for row in zip(*columns, strict=True) for one in row))


@lru_cache(256)
def _derivative(truth: Truth, name: str, step: int, row: Any, share: int) -> Formula:
    """Add up delta times weight over the units that read an input: one formula, one value."""
    paths: list[Formula] = [
        Apply("multiply", (Known(truth.gradient[unit.z]), Known(weight)))
        for layer in truth.network.layers
        for unit in layer.units
        for source, weight in zip(unit.sources, unit.weights, strict=True)
        if source == name and unit.z in truth.gradient
    ]
    total = paths[0] if paths else Literal(0)
    for one in paths[1:]:
        total = Apply("add", (total, one))
    placed = truth.placed(total, step, row)
    return placed if share == 1 else Apply("divide", (placed, Literal(share)))
