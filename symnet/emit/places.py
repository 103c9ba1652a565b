"""Where a layer's parameters stand in PARAMETERS, as an index or from a table.

In: Spec. Out: Places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from symnet.model.numbering import bias_names, parameter_names, weight_names
from symnet.model.spec import Spec

UNIT, SOURCE = "i", "j"
Table = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class LayerPlaces:
    """Indices into the parameters: ``weight`` of unit i and source j, ``bias`` of unit i if any."""

    weight: str
    bias: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """The places of all layers, and the tables they need where names are given freely.

    ``weights``: how many of the ``count`` parameters are weights; they come first. ``shared``:
    some parameter has several places, so that its gradient is a sum.
    """

    layers: tuple[LayerPlaces, ...]
    tables: tuple[Table, ...]
    count: int
    weights: int
    shared: bool


def places(spec: Spec) -> Places:
    """Find the places of all parameters of ``spec``."""
    names = parameter_names(spec)
    position = {name: number for number, name in enumerate(names)}
    tables: list[Table] = []
    layers, uses = [], 0
    biases = bias_names(spec)
    for number, (matrix, row) in enumerate(zip(weight_names(spec), biases, strict=True), 1):
        by_source = [position[name] for column in zip(*matrix, strict=True) for name in column]
        units = [position[name] for name in row]
        weight = _weights(by_source, len(matrix), f"WEIGHTS_{number}", tables)
        layers.append(LayerPlaces(weight, _biases(units, f"BIASES_{number}", tables)))
        uses += len(by_source) + len(units)
    weights = {name for matrix in weight_names(spec) for row in matrix for name in row}
    only_biases = set(chain(*biases)) - weights
    return Places(
        tuple(layers), tuple(tables), len(names), len(names) - len(only_biases), uses != len(names)
    )


def _weights(by_source: Sequence[int], units: int, table: str, tables: list[Table]) -> str:
    index = f"{SOURCE} + {UNIT}" if units == 1 else f"{units} * {SOURCE} + {UNIT}"
    if _consecutive(by_source):
        return _shifted(by_source[0], index)
    tables.append((table, tuple(by_source)))
    return f"{table}[{index}]"


def _biases(units: Sequence[int], table: str, tables: list[Table]) -> str | None:
    if not units:
        return None
    if len(set(units)) == 1:
        return str(units[0])
    if _consecutive(units):
        return _shifted(units[0], UNIT)
    tables.append((table, tuple(units)))
    return f"{table}[{UNIT}]"


def _consecutive(numbers: Sequence[int]) -> bool:
    return all(number == numbers[0] + k for k, number in enumerate(numbers))


def _shifted(start: int, index: str) -> str:
    return f"{start} + {index}" if start else index
