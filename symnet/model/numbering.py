"""The default names: w1.. and b1.. over the whole network, z, h and y_hat for the units.

In: Spec. Out: names.

Flat numbering counts layer by layer and, for weights, source unit by source unit; a layer whose
names are given is skipped. Layered numbering says layer, unit, source: w1_2_3.
"""

from functools import lru_cache

from symnet.model.spec import Spec

Matrix = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=8)
def weight_names(spec: Spec) -> tuple[Matrix, ...]:
    """Return each layer's weight names as W: (units of this layer, units of the one before)."""
    matrices, numbered, sources = [], 0, len(spec.inputs)
    for number, layer in enumerate(spec.layers, 1):
        if layer.weights is not None:
            matrices.append(layer.weights)
        elif spec.numbering == "layered":
            matrices.append(_layered(number, layer.units, sources))
        else:
            matrices.append(_flat(numbered, layer.units, sources))
            numbered += layer.units * sources
        sources = layer.units
    return tuple(matrices)


@lru_cache(maxsize=8)
def bias_names(spec: Spec) -> Matrix:
    """Return each layer's bias names, one a unit; empty for a layer without biases."""
    rows, numbered = [], 0
    for number, layer in enumerate(spec.layers, 1):
        units = range(1, layer.units + 1)
        if layer.biases is not None:
            rows.append(layer.biases)
        elif spec.numbering == "layered":
            rows.append(tuple(f"b{number}_{unit}" for unit in units))
        else:
            rows.append(tuple(f"b{numbered + unit}" for unit in units))
            numbered += layer.units
    return tuple(rows)


@lru_cache(maxsize=8)
def parameter_names(spec: Spec) -> tuple[str, ...]:
    """Return PARAMETERS: all weights, source unit by source unit, then all biases, each once."""
    weights = (
        row[source]
        for matrix in weight_names(spec)
        for source in range(len(matrix[0]))
        for row in matrix
    )
    biases = (name for row in bias_names(spec) for name in row)
    return tuple(dict.fromkeys([*weights, *biases]))


def node_name(spec: Spec, base: str, layer: int, unit: int) -> str:
    """Return the name of a unit's z or h, or of a prediction (``base`` y_hat)."""
    if base == "y_hat":
        return f"y_hat{unit}" if spec.layers[-1].units > 1 else "y_hat"
    if spec.numbering == "layered":
        return f"{base}{layer}_{unit}"
    return f"{base}{sum(one.units for one in spec.layers[: layer - 1]) + unit}"


def _layered(layer: int, units: int, sources: int) -> Matrix:
    return tuple(
        tuple(f"w{layer}_{unit}_{source}" for source in range(1, sources + 1))
        for unit in range(1, units + 1)
    )


def _flat(before: int, units: int, sources: int) -> Matrix:
    return tuple(
        tuple(f"w{before + source * units + unit}" for source in range(sources))
        for unit in range(1, units + 1)
    )
