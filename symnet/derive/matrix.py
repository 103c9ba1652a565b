"""Backpropagation in matrix form: the delta rule, once per layer whatever its width.

In: Spec. Out: MatrixDerivation.

delta is the derivative of the loss in a layer's pre-activations. Goodfellow, Bengio & Courville,
Deep Learning, algorithm 6.4; Nielsen, chapter 2, equations BP1 to BP4. Column layout: a vector
per sample is a column and W is (units, sources); row layout: a row, and (sources, units).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symnet.derive.indices import AffineRules, affine_rules
from symnet.derive.local import local_derivatives
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Symbol,
    names,
    rebuilt,
)
from symnet.model.losses import LOSSES
from symnet.model.matrices import (
    Matrix,
    MatrixProduct,
    Ones,
    Transpose,
    hadamard,
    transposed,
)
from symnet.model.network import numbers
from symnet.model.spec import LayerSpec, Spec

Shape = tuple[int, int]
LOSS = Symbol("loss")
SAMPLE_COUNT = Symbol("N")


@dataclass(frozen=True, slots=True)
class MatrixStep:
    """One equation: ``left = right``; ``of``: the matrix whose derivative ``left`` is, or None.

    ``shape``: rows and columns for one sample. ``because``: the rule it follows from.
    ``adjoint``: in a delta, the derivative in the activations, which the slope is multiplied with;
    None where loss and activation collapse.
    """

    id: str
    left: Expression
    right: Expression
    shape: Shape
    because: str
    of: Matrix | None = None
    adjoint: Expression | None = None

    def __str__(self) -> str:
        left = f"dL/d{self.of}" if self.of else self.left
        return f"{left} = {self.right}  ({self.shape[0]} x {self.shape[1]}; {self.because})"


@dataclass(frozen=True, slots=True)
class MatrixDerivation:
    """The network in matrices: forward, deltas from the last layer back, gradients."""

    spec: Spec
    batch: bool
    forward: tuple[MatrixStep, ...]
    deltas: tuple[MatrixStep, ...]
    gradients: tuple[MatrixStep, ...]

    @property
    def steps(self) -> tuple[MatrixStep, ...]:
        """All equations in the order in which they are derived."""
        return (*self.forward, *self.deltas, *self.gradients)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


def derive_matrices(spec: Spec, batch: bool | None = None) -> MatrixDerivation:
    """Derive the matrix form; ``batch``: samples side by side, by default as the file has them."""
    if batch is None:
        batch = spec.samples is not None and spec.samples.batch
    writer = _Writer(spec, batch)
    layers = range(1, len(spec.layers) + 1)
    forward = tuple(step for layer in layers for step in writer.forward(layer))
    deltas = tuple(writer.delta(layer) for layer in reversed(layers))
    gradients = tuple(step for layer in layers for step in writer.gradients(layer))
    if spec.input_gradients:
        gradients = (*gradients, writer.input_gradient())
    return MatrixDerivation(spec, batch, forward, deltas, gradients)


class _Writer:
    """Write the equations of one layer after another."""

    def __init__(self, spec: Spec, batch: bool) -> None:
        self.spec = spec
        self.batch = batch
        self.rules: AffineRules = affine_rules(spec.layout)

    def forward(self, layer: int) -> tuple[MatrixStep, MatrixStep]:
        """Return the equations of a layer's pre-activations and activations."""
        z, h = Matrix("z", layer), self.signal(layer)
        shape = self.vector(self.layer(layer).units)
        value = self.filled(self.rules.value, layer)
        bias = self.bias(layer)
        affine = value + bias if bias is not None else value
        applied = self.applied(layer)
        return (
            MatrixStep(f"z{layer}", z, affine, shape, "affine map"),
            MatrixStep(f"h{layer}", h, applied, shape, "activation function"),
        )

    def delta(self, layer: int) -> MatrixStep:
        """Return the equation of a layer's delta: the last from the loss, others from the next."""
        delta, shape = Matrix("delta", layer), self.vector(self.layer(layer).units)
        last = layer == len(self.spec.layers)
        short = LOSSES[self.spec.loss.name].collapse
        if last and short is not None:
            value = short(self.signal(layer), Matrix("y"))
            return MatrixStep(f"delta{layer}", delta, value, shape, "loss and activation collapse")
        if last:
            adjoint, because = self.loss_gradient(), "loss, then activation function"
        else:
            adjoint = self.filled(self.rules.sources, layer + 1)
            because = "from the next layer back"
        value = self.pulled(layer, adjoint)
        return MatrixStep(f"delta{layer}", delta, value, shape, because, adjoint=adjoint)

    def gradients(self, layer: int) -> tuple[MatrixStep, ...]:
        """Return the equations of the derivatives in a layer's weights and biases."""
        asked = self.layer(layer)
        value = self.reduced(self.filled(self.rules.weights, layer))
        because = f"outer products, {self.over_samples}" if self.batch else "outer product"
        shape = self.weight_shape(layer)
        weights = MatrixStep(f"W{layer}", LOSS, value, shape, because, Matrix("W", layer))
        if asked.biases == ():
            return (weights,)
        value = self.reduced(self.filled(self.rules.biases, layer))
        because = self.over_samples if self.batch else "the bias enters with factor one"
        if asked.bias_sign < 0:
            value, because = Negative(value), f"{because}, with a minus sign"
        shape = self.vector(asked.units)
        return (
            weights,
            MatrixStep(f"b{layer}", LOSS, value, shape, because, Matrix("b", layer)),
        )

    def input_gradient(self) -> MatrixStep:
        """Return the equation of the derivative in the inputs."""
        value = self.reduced(self.filled(self.rules.sources, 1))
        shape = self.vector(len(self.spec.inputs))
        return MatrixStep("x", LOSS, value, shape, "from the first layer back", Matrix("x"))

    @property
    def over_samples(self) -> str:
        """How the samples of a batch come together, in words."""
        return ("averaged" if self.averages else "summed") + " over the samples"

    @property
    def averages(self) -> bool:
        """Whether the loss of a batch is the mean over its samples."""
        return self.batch and self.spec.training.reduction == "mean"

    def reduced(self, value: Expression) -> Expression:
        """Divide a sum over samples by their number where the loss is their mean."""
        return value / SAMPLE_COUNT if self.averages else value

    def layer(self, layer: int) -> LayerSpec:
        """Return what was asked of a layer, counted from 1."""
        return self.spec.layers[layer - 1]

    def signal(self, layer: int) -> Matrix:
        """Return a layer's activations: the inputs before the first, the predictions last."""
        if layer == 0:
            return Matrix("x")
        return Matrix("y_hat") if layer == len(self.spec.layers) else Matrix("h", layer)

    def vector(self, size: int) -> Shape:
        """Return the shape of one sample's vector."""
        return (size, 1) if self.spec.layout == "column" else (1, size)

    def weight_shape(self, layer: int) -> Shape:
        """Return the shape of a layer's weights."""
        sources = self.layer(layer - 1).units if layer > 1 else len(self.spec.inputs)
        units = self.layer(layer).units
        return (units, sources) if self.spec.layout == "column" else (sources, units)

    def filled(self, rule: Expression, layer: int) -> Expression:
        """Fill a rule of the affine layer in: which W, whose delta, which h before it."""
        instance: dict[Expression, Expression] = {
            Matrix("W"): Matrix("W", layer),
            Matrix("h"): self.signal(layer - 1),
            Matrix("delta"): Matrix("delta", layer),
        }
        return (
            _without_ones(_replaced(rule, instance))
            if not self.batch
            else _replaced(rule, instance)
        )

    def bias(self, layer: int) -> Expression | None:
        """Return the bias term, spread over the samples of a batch."""
        asked = self.layer(layer)
        if asked.biases == ():
            return None
        bias: Expression = Matrix("b", layer)
        if self.batch:
            spread = (bias, transposed(Ones()))
            bias = MatrixProduct(spread if self.spec.layout == "column" else (Ones(), bias))
        return bias if asked.bias_sign > 0 else Negative(bias)

    def applied(self, layer: int) -> Expression:
        """Apply the layer's activation function to its pre-activations."""
        activation = self.layer(layer).activation
        z = Matrix("z", layer)
        if activation.name == "identity":
            return z
        options = numbers(activation)
        if ACTIVATIONS[activation.name].layer_pullback is not None:
            options = (("axis", Fraction(self.spec.layout == "row")),)
        return Call(activation.name, (z,), options)

    def pulled(self, layer: int, adjoint: Expression) -> Expression:
        """Multiply an adjoint by the activation's slope, entry by entry."""
        activation = self.layer(layer).activation
        if activation.name == "identity":
            return adjoint
        value = self.signal(layer)
        if ACTIVATIONS[activation.name].layer_pullback is not None:
            return self.pulled_over_layer(Ones(layer), value, adjoint)
        node = Call(activation.name, (Symbol("z"),), numbers(activation))
        slope = local_derivatives(node, Symbol("h"))["z"]
        place = {"z": Matrix("z", layer), "h": value}
        return hadamard(adjoint, elementwise(slope, place))

    def pulled_over_layer(self, ones: Ones, p: Expression, adjoint: Expression) -> Expression:
        """Return p (.) (a - sum over the layer of a (.) p), the pullback of the softmax."""
        weighted, summed = hadamard(adjoint, p), (ones, transposed(ones))
        factors = (*summed, weighted) if self.spec.layout == "column" else (weighted, *summed)
        return hadamard(p, adjoint - MatrixProduct(factors))

    def loss_gradient(self) -> Expression:
        """Return the derivative of the loss in the predictions, by symmetry from the first one."""
        entry, units = LOSSES[self.spec.loss.name], self.spec.layers[-1].units
        if self.spec.loss.name == "none":
            return Matrix("e", int(self.spec.loss.number("output")))
        symbols = tuple(Symbol(f"v{k}") for k in range(units))
        value = entry.value(symbols, symbols, numbers(self.spec.loss))
        slope = local_derivatives(value, LOSS)["v0"]
        error = Matrix("y_hat") - Matrix("y")
        return elementwise(slope, {"v0": error})


def elementwise(node: Expression, place: Mapping[str, Expression]) -> Expression:
    """Read a scalar formula as one for matrices: products of matrices go entry by entry."""
    if isinstance(node, Symbol):
        return place[node.name]
    if not names(node):
        return node
    parts = tuple(elementwise(part, place) for part in node.parts)
    if isinstance(node, Power):
        return hadamard(*parts * node.exponent)
    if isinstance(node, Product):
        scalars = [one for one in parts if isinstance(one, Number)]
        rest = hadamard(*(one for one in parts if not isinstance(one, Number)))
        return Product((*scalars, rest)) if scalars else rest
    if isinstance(node, Quotient) and names(node.denominator):
        raise ArithmeticError(f"no elementwise form for {node}")
    return rebuilt(node, parts)


def _replaced(node: Expression, instance: Mapping[Expression, Expression]) -> Expression:
    if node in instance:
        return instance[node]
    parts = tuple(_replaced(part, instance) for part in node.parts)
    return rebuilt_matrix(node, parts) if parts else node


def _without_ones(node: Expression) -> Expression:
    """Drop the sum over samples where there is only one."""
    if not isinstance(node, MatrixProduct):
        return node
    ones = (Ones(), Transpose(Ones()))
    kept = tuple(one for one in node.factors if one not in ones)
    return MatrixProduct(kept) if len(kept) > 1 else kept[0]


def rebuilt_matrix(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """Return ``node`` with other parts; knows the matrix operations too."""
    if isinstance(node, Transpose):
        return transposed(parts[0])
    return MatrixProduct(parts) if isinstance(node, MatrixProduct) else rebuilt(node, parts)
