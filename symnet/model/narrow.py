"""A network made narrow: the same layers, a few units wide.

In: Spec. Out: Spec.

What is proven by rules that do not know a layer's width is proven on this one where the network
itself has more parameters than anybody would read.
"""

from dataclasses import replace
from fractions import Fraction

from symnet.model.spec import Option, Spec

FEW = 3


def narrowed(spec: Spec) -> Spec:
    """Return the network with at most three units a layer, its names numbered, without values."""
    layers = tuple(
        replace(
            layer,
            units=min(layer.units, FEW),
            weights=None,
            biases=None if layer.biases else layer.biases,
        )
        for layer in spec.layers
    )
    few: tuple[str, Option] = ("output", Fraction(1))
    options = tuple(few if key == "output" else (key, one) for key, one in spec.loss.options)
    return replace(
        spec,
        inputs=tuple(f"x{k}" for k in range(1, min(len(spec.inputs), FEW) + 1)),
        targets=tuple(f"y{k}" for k in range(1, min(len(spec.targets), FEW) + 1)),
        layers=layers,
        loss=replace(spec.loss, options=options),
        frozen=(),
        initial=None,
        samples=None,
    )


def sizes(spec: Spec) -> str:
    """Return the sizes from the inputs to the outputs, as in 2-3-1."""
    return "-".join(map(str, (len(spec.inputs), *(layer.units for layer in spec.layers))))
