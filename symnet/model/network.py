"""The network in scalars: units, parameters and the forward program.

In: Spec. Out: Network.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Literal, NamedTuple

from symnet.model.collecting import uncollected
from symnet.model.expression import (
    Call,
    Expression,
    Negative,
    Options,
    Symbol,
    total,
)
from symnet.model.initial import initial_values
from symnet.model.losses import LOSSES
from symnet.model.numbering import bias_names, node_name, parameter_names, weight_names
from symnet.model.program import Assignment, Program, filled, unused
from symnet.model.shape import shaped
from symnet.model.spec import Choice, Spec

Kind = Literal[
    "input",
    "target",
    "parameter",
    "pre_activation",
    "activation",
    "prediction",
    "error",
    "loss",
]


class Variable(NamedTuple):
    """A name and what it stands for; layer, unit and source count from 1, 0 where none."""

    name: str
    kind: Kind
    layer: int = 0
    unit: int = 0
    source: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: z = sum of source times weight, plus or minus bias; h = activation of z."""

    z: str
    h: str
    sources: tuple[str, ...]
    weights: tuple[str, ...]
    bias: str | None


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of units with their activation function."""

    units: tuple[Unit, ...]
    activation: Choice
    bias_sign: Literal[1, -1]


class Parameter(NamedTuple):
    """A weight or bias: its name, whether updates leave it alone, its value if the file has one."""

    name: str
    kind: Literal["weight", "bias"]
    frozen: bool
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Network:
    """A network with every unit and parameter named; ``forward`` ends in the loss."""

    spec: Spec
    layers: tuple[Layer, ...]
    parameters: tuple[Parameter, ...]
    variables: tuple[Variable, ...]
    forward: Program

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return self.spec.inputs

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets; empty for loss ``none``."""
        return self.spec.targets

    @property
    def predictions(self) -> tuple[str, ...]:
        """The names of the last layer's activations."""
        return tuple(unit.h for unit in self.layers[-1].units)

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.forward.assignments[-1].name

    def __str__(self) -> str:
        sizes = "-".join(map(str, (len(self.inputs), *(len(one.units) for one in self.layers))))
        return f"{self.spec.name}: {sizes}, {len(self.parameters)} parameters"


@uncollected
def build_network(spec: Spec) -> Network:
    """Name every unit and write the forward program in textbook order."""
    parameters = _parameters(spec)
    taken = {*spec.inputs, *spec.targets, *(one.name for one in parameters)}
    layers = _layers(spec, taken)
    errors = _errors(spec, layers, taken)
    loss = unused("loss", taken)
    nodes = [
        *_unit_nodes(layers),
        *errors,
        Assignment(loss, _loss(spec, layers, errors)),
    ]
    names = (*spec.inputs, *spec.targets, *(one.name for one in parameters))
    forward = Program(names, tuple(nodes), (loss,))
    return Network(spec, layers, parameters, _variables(spec, layers, errors, loss), forward)


def _parameters(spec: Spec) -> tuple[Parameter, ...]:
    names = parameter_names(spec)
    values = initial_values(spec, names)
    biases = {name for layer in bias_names(spec) for name in layer}
    weights = {name for layer in weight_names(spec) for row in layer for name in row}
    return tuple(
        Parameter(
            name,
            "bias" if name in biases and name not in weights else "weight",
            name in spec.frozen,
            values[position] if values else None,
        )
        for position, name in enumerate(names)
    )


def _layers(spec: Spec, taken: set[str]) -> tuple[Layer, ...]:
    layers, sources = [], spec.inputs
    for number, asked in enumerate(spec.layers, 1):
        units = tuple(_units(spec, number, sources, taken))
        layers.append(Layer(units, asked.activation, asked.bias_sign))
        sources = tuple(unit.h for unit in units)
    return tuple(layers)


def _units(spec: Spec, number: int, sources: tuple[str, ...], taken: set[str]) -> Iterator[Unit]:
    last = number == len(spec.layers)
    weights, biases = weight_names(spec)[number - 1], bias_names(spec)[number - 1]
    for index in range(spec.layers[number - 1].units):
        z = unused(node_name(spec, "z", number, index + 1), taken)
        h = node_name(spec, "y_hat" if last else "h", number, index + 1)
        bias = biases[index] if biases else None
        yield Unit(z, unused(h, taken), sources, weights[index], bias)


def _unit_nodes(layers: tuple[Layer, ...]) -> Iterator[Assignment]:
    for layer in layers:
        yield from _pre_activations(layer)
        for index, unit in enumerate(layer.units):
            yield Assignment(unit.h, _activation(layer, index))


def _pre_activations(layer: Layer) -> Iterator[Assignment]:
    """Write the first unit's; the others are like it, unless units share a name."""
    shape, first = shaped(_affine(layer.units[0], layer.bias_sign))
    for unit in layer.units:
        names = _read(unit)
        if len({*names}) == len(names) == len(first):
            yield filled(unit.z, shape, names)
        else:
            yield Assignment(unit.z, _affine(unit, layer.bias_sign))


def _read(unit: Unit) -> tuple[str, ...]:
    """Return the names in a unit's pre-activation, in their order."""
    pairs = chain.from_iterable(zip(unit.sources, unit.weights, strict=True))
    return (*pairs,) if unit.bias is None else (*pairs, unit.bias)


def _affine(unit: Unit, bias_sign: int) -> Expression:
    terms: list[Expression] = [
        Symbol(source) * Symbol(weight)
        for source, weight in zip(unit.sources, unit.weights, strict=True)
    ]
    if unit.bias is not None:
        terms.append(Symbol(unit.bias) if bias_sign > 0 else Negative(Symbol(unit.bias)))
    return total(terms)


def _activation(layer: Layer, index: int) -> Expression:
    name = layer.activation.name
    if name == "identity":
        return Symbol(layer.units[index].z)
    if name == "softmax":
        units = tuple(Symbol(unit.z) for unit in layer.units)
        return Call(name, units, (("unit", Fraction(index)),))
    return Call(name, (Symbol(layer.units[index].z),), numbers(layer.activation))


def numbers(choice: Choice) -> Options:
    """Return the numeric options of a table entry."""
    return tuple((key, value) for key, value in choice.options if isinstance(value, Fraction))


def _errors(spec: Spec, layers: tuple[Layer, ...], taken: set[str]) -> list[Assignment]:
    if not LOSSES[spec.loss.name].of_errors:
        return []
    several = len(spec.targets) > 1
    return [
        Assignment(
            unused(f"error{number}" if several else "error", taken),
            Symbol(unit.h) - Symbol(target),
        )
        for number, (unit, target) in enumerate(zip(layers[-1].units, spec.targets, strict=True), 1)
    ]


def _loss(spec: Spec, layers: tuple[Layer, ...], errors: list[Assignment]) -> Expression:
    entry = LOSSES[spec.loss.name]
    names = [one.name for one in errors] if errors else [unit.h for unit in layers[-1].units]
    targets = tuple(map(Symbol, spec.targets))
    return entry.value(tuple(map(Symbol, names)), targets, numbers(spec.loss))


def _variables(
    spec: Spec, layers: tuple[Layer, ...], errors: list[Assignment], loss: str
) -> tuple[Variable, ...]:
    found = [Variable(name, "input", 0, k) for k, name in enumerate(spec.inputs, 1)]
    found += [Variable(name, "target", 0, k) for k, name in enumerate(spec.targets, 1)]
    found += _parameter_variables(layers)
    for number, layer in enumerate(layers, 1):
        kind: Kind = "prediction" if number == len(layers) else "activation"
        for index, unit in enumerate(layer.units, 1):
            found.append(Variable(unit.z, "pre_activation", number, index))
            found.append(Variable(unit.h, kind, number, index))
    found += [Variable(one.name, "error", 0, k) for k, one in enumerate(errors, 1)]
    return (*found, Variable(loss, "loss"))


def _parameter_variables(layers: tuple[Layer, ...]) -> list[Variable]:
    """Place each parameter where it first occurs."""
    found: dict[str, Variable] = {}
    for number, layer in enumerate(layers, 1):
        for index, unit in enumerate(layer.units, 1):
            for source, weight in enumerate(unit.weights, 1):
                found.setdefault(weight, Variable(weight, "parameter", number, index, source))
            if unit.bias is not None:
                found.setdefault(unit.bias, Variable(unit.bias, "parameter", number, index))
    return list(found.values())
