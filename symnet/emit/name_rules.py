"""The rules by which parameters are numbered, for lists too long to write out.

In: Spec. Out: NameRule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from symnet.model.numbering import bias_names, parameter_names, weight_names
from symnet.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Numbered:
    """``letter`` with ``count`` numbers from ``first`` on: w1, w2, ..."""

    letter: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class WeightGrid:
    """A layer's weights, source by source: w1_1_1, w1_2_1, ... for layer, unit and source."""

    layer: int
    sources: int
    units: int


@dataclass(frozen=True, slots=True)
class BiasRow:
    """A layer's biases: b1_1, b1_2, ... for layer and unit."""

    layer: int
    units: int


@dataclass(frozen=True, slots=True)
class Given:
    """Names of the network file's own."""

    names: tuple[str, ...]


NameRule: TypeAlias = Numbered | WeightGrid | BiasRow | Given


def name_rules(spec: Spec) -> tuple[NameRule, ...]:
    """Return rules that yield PARAMETERS in order; none where a name has places in two layers."""
    pieces = tuple(_pieces(spec))
    names = tuple(name for _, piece in pieces for name in piece)
    return tuple(rule for rule, _ in pieces) if names == parameter_names(spec) else ()


def _pieces(spec: Spec) -> Iterator[tuple[NameRule, tuple[str, ...]]]:
    """Yield, layer by layer, a rule and the names it stands for."""
    for number, (layer, matrix) in enumerate(zip(spec.layers, weight_names(spec), strict=True), 1):
        names = tuple(name for column in zip(*matrix, strict=True) for name in column)
        grid = WeightGrid(number, len(names) // len(matrix), len(matrix))
        yield _piece(spec, names, grid, given=layer.weights is not None)
    for number, (layer, row) in enumerate(zip(spec.layers, bias_names(spec), strict=True), 1):
        if row:
            given = layer.biases is not None
            yield _piece(spec, row, BiasRow(number, len(row)), given)


def _piece(
    spec: Spec, names: tuple[str, ...], layered: NameRule, given: bool
) -> tuple[NameRule, tuple[str, ...]]:
    if given:
        names = tuple(dict.fromkeys(names))
        return Given(names), names
    if spec.numbering == "flat":
        return Numbered(names[0][0], int(names[0][1:]), len(names)), names
    return layered, names
