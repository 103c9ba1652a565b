"""Arguments that put a unit, or the loss, exactly on its kink.

In: Spec, values. Out: values with the kink in them.

With values that are multiples of 1/8 a bias can cancel the rest of a sum exactly; where there is no
such bias, or the layers before compute with exp, the unit's own parameters are zeros.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import FLOAT, evaluate
from symnet.model.expression import Call, Symbol
from symnet.model.network import numbers
from symnet.model.numbering import bias_names, weight_names
from symnet.model.spec import LayerSpec, Spec

Values = dict[str, float]
GRID = 8


def kinked_units(spec: Spec, every: bool) -> Iterator[tuple[int, int]]:
    """Yield units, by layer and index, of the layers whose activation has a kink.

    ``every``: all of them; else one of each layer.
    """
    for number, layer in enumerate(spec.layers):
        sides = ACTIVATIONS[layer.activation.name].sides
        left, right = sides(numbers(layer.activation)) if sides else (0, 0)
        if left != right:
            units = range(layer.units) if every else (number % layer.units,)
            yield from ((number, unit) for unit in units)


def other_slopes(spec: Spec) -> Spec:
    """Return the same network with another slope at every kink of its units."""
    return replace(spec, layers=tuple(map(_other_slope, spec.layers)))


def _other_slope(layer: LayerSpec) -> LayerSpec:
    options = (
        (key, Fraction(value == 0) if key == "kink" else value)
        for key, value in layer.activation.options
    )
    return replace(layer, activation=replace(layer.activation, options=tuple(options)))


def at_kink(
    spec: Spec, layer: int, unit: int, params: Mapping[str, float], x: Sequence[float]
) -> Iterator[Values]:
    """Yield parameters that make the unit's pre-activation 0, the less special ones first.

    ``x``: multiples of 1/8.
    """
    values = {name: on_grid(value) for name, value in params.items()}
    biases = bias_names(spec)[layer]
    if biases:
        z = pre_activation(spec, layer, unit, values | {biases[unit]: 0.0}, x)
        yield values | {biases[unit]: -spec.layers[layer].bias_sign * z}
    own = (*weight_names(spec)[layer][unit], *biases[unit : unit + 1])
    yield values | dict.fromkeys(own, 0.0)


def on_grid(value: float) -> float:
    """Return the nearest multiple of 1/8 that is not 0, so that sums and products are exact."""
    return (round(value * GRID) or 1) / GRID


def pre_activation(
    spec: Spec, layer: int, unit: int, values: Mapping[str, float], x: Sequence[float]
) -> float:
    """Compute one unit's pre-activation from the left."""
    signals = list(x)
    for number in range(layer):
        z = [
            _affine(spec, number, one, values, signals) for one in range(spec.layers[number].units)
        ]
        signals = _activated(spec.layers[number], z)
    return _affine(spec, layer, unit, values, signals)


def _affine(
    spec: Spec, layer: int, unit: int, values: Mapping[str, float], signals: Sequence[float]
) -> float:
    total = 0.0
    for signal, weight in zip(signals, weight_names(spec)[layer][unit], strict=True):
        total += signal * values[weight]
    biases = bias_names(spec)[layer]
    return total + spec.layers[layer].bias_sign * values[biases[unit]] if biases else total


def _activated(layer: LayerSpec, z: Sequence[float]) -> list[float]:
    name, options = layer.activation.name, numbers(layer.activation)
    if name == "identity":
        return list(z)
    whole = ACTIVATIONS[name].layer_pullback is not None
    symbols = tuple(Symbol(f"z{k}") for k in range(len(z)))
    values = {symbol.name: value for symbol, value in zip(symbols, z, strict=True)}
    calls = (
        Call(name, symbols, (("unit", Fraction(k)),)) if whole else Call(name, (one,), options)
        for k, one in enumerate(symbols)
    )
    return [evaluate(one, values, FLOAT) for one in calls]
