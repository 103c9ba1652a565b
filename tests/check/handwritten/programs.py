"""Correct training steps written by hand in four styles, for small networks.

The styles: one line after another; a function for each parameter; NumPy with a sample a row; NumPy
with a sample a column.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symnet.model.network import Network, build_network
from symnet.model.spec import Spec
from tests.networks import small_spec

SLOPES = {
    "relu": "relu_prime({z})",
    "sigmoid": "{h} * (1 - {h})",
    "tanh": "(1 - {h} ** 2)",
    "identity": "",
}
HEADS = {
    "relu": "def relu(z):\n    return max(0, z)\n\n\ndef relu_prime(z):\n"
    "    return 1 if z > 0 else 0\n",
    "sigmoid": "def sigmoid(z):\n    return 1 / (1 + math.exp(-z))\n",
    "tanh": "def tanh(z):\n    return math.tanh(z)\n",
    "identity": "",
}
NUMPY_HEADS = {
    "relu": "def relu(Z):\n    return np.maximum(0, Z)\n\n\ndef relu_prime(Z):\n"
    "    return (Z > 0).astype(float)\n",
    "sigmoid": "def sigmoid(Z):\n    return 1 / (1 + np.exp(-Z))\n",
    "tanh": "def tanh(Z):\n    return np.tanh(Z)\n",
    "identity": "",
}


# Networks of many layers, for the slips that a matrix program offers once a layer.
TALL: dict[str, tuple[tuple[int, ...], tuple[str, ...], str]] = {
    "stack": ((2, 2, 2, 2, 1), ("tanh",) * 4, "squared_error"),
    "waist": ((2, 1, 2, 1, 2), ("sigmoid", "tanh", "sigmoid", "tanh"), "half_squared_error"),
    "zigzag": ((1, 2, 1, 2, 1), ("tanh", "sigmoid") * 2, "squared_error"),
    "broad": ((3, 2, 2, 2, 2), ("sigmoid",) * 4, "mean_squared_error"),
    "tall": ((1, 2, 2, 2, 2, 1), ("tanh",) * 5, "squared_error"),
    "high": ((2, 2, 2, 2, 2, 2), ("sigmoid", "tanh") * 2 + ("sigmoid",), "half_squared_error"),
}


@dataclass(frozen=True, slots=True)
class Program:
    """A correct program and the network it is about."""

    name: str
    style: str
    network: Network
    source: str


def networks() -> Iterator[tuple[str, Spec]]:
    """Yield the networks that programs are written for."""
    yield "relu", small_spec((2, 3, 1), ("relu", "relu"))
    yield "sigmoid", small_spec((2, 2, 2), ("sigmoid",) * 2, "half_squared_error")
    yield "tanh", small_spec((3, 2, 2), ("tanh", "identity"), "mean_squared_error")
    yield "mixed", small_spec((2, 3, 2), ("relu", "sigmoid"), "mean_squared_error")
    yield "square", small_spec((2, 2, 2, 2), ("tanh", "sigmoid", "tanh"), "half_squared_error")
    yield "deep", small_spec((2, 2, 2, 1), ("sigmoid", "relu", "sigmoid"))
    yield "narrow", small_spec((1, 2, 2, 1), ("tanh",) * 3, "half_squared_error")
    yield "wide", small_spec((2, 4, 2), ("sigmoid", "tanh"), "mean_squared_error")
    yield "line", small_spec((2, 2, 1), ("relu", "identity"), "half_squared_error")
    yield from ((name, small_spec(*TALL[name])) for name in TALL)
    yield "tower", small_spec((2, 2, 2, 2), ("sigmoid",) * 3, "mean_squared_error")


def programs() -> Iterator[Program]:
    """Yield every network in every style."""
    for name, spec in networks():
        network = build_network(spec)
        for style, write in STYLES.items():
            if name not in TALL or style in ("rows", "columns"):
                yield Program(name, style, network, write(network))
        if name in BATCHES:
            for style, write in BATCH_STYLES.items():
                yield Program(f"{name} batch", style, network, write(network))


class _Writer:
    """Formulas of one network, textually."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.last = network.layers[-1]
        self.loss = network.spec.loss.name
        self.count = len(self.last.units)

    def applied(self, layer: int, z: str) -> str:
        """Write an activation."""
        name = self.network.layers[layer].activation.name
        return z if name == "identity" else f"{name}({z})"

    def slope(self, layer: int, z: str, h: str) -> str:
        """Write an activation's derivative as a factor."""
        name = self.network.layers[layer].activation.name
        found = SLOPES[name].format(z=z, h=h)
        return f" * {found}" if found else ""

    def error(self, h: str, y: str) -> str:
        """Write the loss's derivative in a prediction."""
        factor = {"squared_error": "2 * ", "half_squared_error": ""}.get(self.loss, "2 * ")
        over = f" / {self.count}" if self.loss == "mean_squared_error" and self.count > 1 else ""
        return f"{factor}({h} - {y}){over}"

    def heads(self, heads: dict[str, str]) -> str:
        """Write the functions that are needed."""
        names = dict.fromkeys(one.activation.name for one in self.network.layers)
        return "\n\n".join(heads[name] for name in names if heads[name])

    def forward(self) -> list[str]:
        """Write the forward pass."""
        lines = []
        for at, layer in enumerate(self.network.layers):
            for unit in layer.units:
                pairs = zip(unit.sources, unit.weights, strict=True)
                terms = [f"{source} * {weight}" for source, weight in pairs]
                lines.append(f"{unit.z} = {' + '.join([*terms, str(unit.bias)])}")
            lines += [f"{unit.h} = {self.applied(at, unit.z)}" for unit in layer.units]
        return lines

    def loss_line(self) -> str:
        """Write the loss."""
        pairs = zip(self.network.predictions, self.network.targets, strict=True)
        squares = " + ".join(f"({h} - {y}) ** 2" for h, y in pairs)
        if self.loss == "half_squared_error":
            return f"loss = 0.5 * ({squares})"
        if self.loss == "mean_squared_error" and self.count > 1:
            return f"loss = ({squares}) / {self.count}"
        return f"loss = {squares}"

    def deltas(self) -> list[str]:
        """Write the deltas, the last layer first."""
        lines, depth = [], len(self.network.layers)
        for unit, y in zip(self.last.units, self.network.targets, strict=True):
            slope = self.slope(depth - 1, unit.z, unit.h)
            lines.append(f"d_{unit.z} = {self.error(unit.h, y)}{slope}")
        for number in reversed(range(depth - 1)):
            layer, after = self.network.layers[number : number + 2]
            for position, unit in enumerate(layer.units):
                paths = [f"d_{one.z} * {one.weights[position]}" for one in after.units]
                total = " + ".join(paths)
                back = f"({total})" if len(paths) > 1 else total
                lines.append(f"d_{unit.z} = {back}{self.slope(number, unit.z, unit.h)}")
        return lines

    def gradients(self) -> list[tuple[str, str]]:
        """Return the derivative in each parameter."""
        found = []
        for layer in self.network.layers:
            for unit in layer.units:
                pairs = zip(unit.sources, unit.weights, strict=True)
                found += [(weight, f"d_{unit.z} * {source}") for source, weight in pairs]
                found.append((str(unit.bias), f"d_{unit.z}"))
        order = [one.name for one in self.network.parameters]
        return sorted(found, key=lambda pair: order.index(pair[0]))


def _values(network: Network) -> list[str]:
    """Give every parameter, input and target a number."""
    lines, numbers = [], iter(range(1, 1000))
    for one in network.parameters:
        lines.append(f"{one.name} = {(next(numbers) * 37 % 19 - 7) / 10 or 0.4}")
    lines += [f"{name} = {0.5 + 0.75 * k}" for k, name in enumerate(network.inputs)]
    lines += [f"{name} = {0.25 + 0.5 * k}" for k, name in enumerate(network.targets)]
    return [*lines, "lr = 0.1"]


def scalar(network: Network) -> str:
    """Write one line after another, the parameters replaced in place."""
    writer = _Writer(network)
    gradients = writer.gradients()
    lines = [
        "import math\n",
        writer.heads(HEADS),
        *_values(network),
        "",
        *writer.forward(),
        writer.loss_line(),
        "",
        *writer.deltas(),
        *(f"d_{name} = {formula}" for name, formula in gradients),
        "",
        *(f"{name} = {name} - lr * d_{name}" for name, _ in gradients),
    ]
    return "\n".join(lines) + "\n"


def functions(network: Network) -> str:
    """Write a function for each parameter, which works everything out anew."""
    writer = _Writer(network)
    names = (*network.inputs, *network.targets, *(one.name for one in network.parameters))
    arguments = ", ".join(names)
    pieces = ["import math\n", writer.heads(HEADS)]
    for name, formula in writer.gradients():
        body = [*writer.forward(), *writer.deltas(), f"return {formula}"]
        body = _needed(body)
        pieces.append(f"def gradient_{name}({arguments}):\n" + "\n".join(f"    {b}" for b in body))
    update = [
        f"new_{one.name} = {one.name} - lr * gradient_{one.name}({arguments})"
        for one in network.parameters
    ]
    return "\n\n".join(pieces) + "\n\n" + "\n".join([*_values(network), *update]) + "\n"


def _needed(body: list[str]) -> list[str]:
    """Leave out the lines that the last one does not hang on."""
    import re

    live, kept = set(re.findall(r"\w+", body[-1])), [body[-1]]
    for line in reversed(body[:-1]):
        name, _, formula = line.partition(" = ")
        if name in live:
            live |= set(re.findall(r"\w+", formula))
            kept.append(line)
    return kept[::-1]


def batch_scalar(network: Network) -> str:
    """Write a loop over two samples that adds the derivatives up, and steps by their mean."""
    writer = _Writer(network)
    gradients = writer.gradients()
    data = ", ".join((*network.inputs, *network.targets))
    samples = [[0.5 - 0.3 * k for k in range(data.count(",") + 1)], [0.2] * (data.count(",") + 1)]
    body = [
        *writer.forward(),
        *writer.deltas(),
        *(f"g_{name} += {formula}" for name, formula in gradients),
    ]
    lines = [
        "import math\n",
        writer.heads(HEADS),
        *[one for one in _values(network) if one.split(" ")[0] not in data.split(", ")],
        f"data = {[tuple(one) for one in samples]}",
        "n = 2",
        *(f"g_{name} = 0.0" for name, _ in gradients),
        f"for {data} in data:",
        *(f"    {line}" for line in body),
        *(f"{name} = {name} - lr * g_{name} / n" for name, _ in gradients),
    ]
    return "\n".join(lines) + "\n"


def batch_functions(network: Network) -> str:
    """Write a function for each parameter, called for two samples."""
    first = functions(network)
    head = first[: first.index("\n\n" + _values(network)[0])]
    data = (*network.inputs, *network.targets)
    own = tuple(one.name for one in network.parameters)
    values = [one for one in _values(network) if one.split(" ")[0] in (*own, "lr")]
    for sample in "ab":
        values += [f"{name}{sample} = {0.25 + 0.5 * k}" for k, name in enumerate(data)]
    calls = {
        name: [f"gradient_{name}({', '.join((*(d + s for d in data), *own))})" for s in "ab"]
        for name in own
    }
    update = [f"new_{name} = {name} - lr * ({' + '.join(calls[name])}) / 2" for name in own]
    return "\n".join([head, "", "", *values, *update]) + "\n"


def rows(network: Network) -> str:
    """Write NumPy with a sample a row, two of them."""
    return _numpy(network, 0)


def columns(network: Network) -> str:
    """Write NumPy with a sample a column, two of them."""
    return _numpy(network, 1)


def _numpy(network: Network, axis: int) -> str:
    writer, depth = _Writer(network), len(network.layers)
    head = ["import numpy as np\n", writer.heads(NUMPY_HEADS), *_tables(network, axis)]
    lines = []
    for k in range(1, depth + 1):
        before = "X" if k == 1 else f"A{k - 1}"
        product = f"W{k} @ {before}" if axis else f"{before} @ W{k}"
        lines += [f"Z{k} = {product} + b{k}", f"A{k} = {writer.applied(k - 1, f'Z{k}')}"]
    lines.append(_numpy_loss(writer, depth))
    for k in range(depth, 0, -1):
        lines += _numpy_layer(writer, k, depth, axis)
    updates = [
        f"{name}{k} = {name}{k} - lr * d{name}{k}" for k in range(1, depth + 1) for name in "Wb"
    ]
    return "\n".join([*head, "", *lines, "", *updates]) + "\n"


def _numpy_loss(writer: _Writer, depth: int) -> str:
    squares = f"np.sum((A{depth} - Y) ** 2)"
    if writer.loss == "half_squared_error":
        squares = f"0.5 * {squares}"
    if writer.loss == "mean_squared_error" and writer.count > 1:
        squares = f"{squares} / {writer.count}"
    return f"loss = {squares} / n"


def _numpy_layer(writer: _Writer, k: int, depth: int, axis: int) -> list[str]:
    slope = SLOPES[writer.network.layers[k - 1].activation.name].format(z=f"Z{k}", h=f"A{k}")
    if k == depth:
        back = writer.error(f"A{depth}", "Y")
    elif axis:
        back = f"(W{k + 1}.T @ dZ{k + 1})"
    else:
        back = f"(dZ{k + 1} @ W{k + 1}.T)"
    before = "X" if k == 1 else f"A{k - 1}"
    product = f"dZ{k} @ {before}.T" if axis else f"{before}.T @ dZ{k}"
    return [
        f"dZ{k} = {back} * {slope}" if slope else f"dZ{k} = {back}",
        f"dW{k} = {product} / n",
        f"db{k} = np.sum(dZ{k}, axis={axis}, keepdims=True) / n",
    ]


def _tables(network: Network, axis: int) -> list[str]:
    numbers = iter(range(1, 1000))

    def table(height: int, width: int) -> str:
        rows = [[(next(numbers) * 37 % 19 - 7) / 10 for _ in range(width)] for _ in range(height)]
        return f"np.array({rows})"

    sizes = [("X", 2, len(network.inputs)), ("Y", 2, len(network.targets))]
    width = len(network.inputs)
    for k, layer in enumerate(network.layers, 1):
        sizes += [(f"W{k}", width, len(layer.units)), (f"b{k}", 1, len(layer.units))]
        width = len(layer.units)
    turned = [(name, *((a, b) if not axis else (b, a))) for name, a, b in sizes]
    return [*(f"{name} = {table(a, b)}" for name, a, b in turned), "n = 2", "lr = 0.1"]


BATCHES = ("relu", "sigmoid", "line")
BATCH_STYLES: dict[str, Callable[[Network], str]] = {
    "scalar": batch_scalar,
    "functions": batch_functions,
}
STYLES: dict[str, Callable[[Network], str]] = {
    "scalar": scalar,
    "functions": functions,
    "rows": rows,
    "columns": columns,
}
