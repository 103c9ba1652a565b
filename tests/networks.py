"""Small networks for tests, made without a file."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.model.options import OptionRule
from symnet.model.spec import Choice, LayerSpec, Spec


def choice(table: dict[str, Any], name: str, **given: Fraction | str) -> Choice:
    """Return a table's entry with its defaults, except for what is given."""
    options: tuple[OptionRule, ...] = table[name].options
    return Choice(name, tuple((one.name, given.get(one.name, one.default)) for one in options))


def small_spec(
    sizes: Sequence[int],
    activations: Sequence[str],
    loss: str = "squared_error",
    **fields: Any,
) -> Spec:
    """Return a spec with numbered names: ``sizes`` from the inputs to the outputs."""
    layers = tuple(
        LayerSpec(units, choice(ACTIVATIONS, name))
        for units, name in zip(sizes[1:], activations, strict=True)
    )
    several = sizes[-1] > 1
    targets = tuple(f"y{k + 1}" if several else "y" for k in range(sizes[-1]))
    base: dict[str, Any] = {
        "name": "small",
        "title": "A small network",
        "inputs": tuple(f"x{k + 1}" for k in range(sizes[0])),
        "targets": () if loss == "none" else targets,
        "layers": layers,
        "loss": choice(LOSSES, loss),
    }
    return Spec(**(base | fields))
