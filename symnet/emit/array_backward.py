"""Deltas and gradients as lines of NumPy, after a forward pass, for a batch in rows.

In: ArrayMatrices. Out: lines of Python.
"""

from fractions import Fraction

from symnet.derive.lowering import coded, elementary
from symnet.derive.matrix import MatrixStep
from symnet.emit.array_forward import ForwardBody
from symnet.emit.array_matrices import ArrayMatrices
from symnet.emit.array_places import Part
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import (
    ONE,
    ZERO,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Select,
    Symbol,
    product,
    rebuilt,
    walk,
)
from symnet.model.functions import pullback_code
from symnet.model.matrices import Hadamard, Matrix, MatrixProduct

ERROR = Symbol("error")
# From so many units on a mask is put faster than indexed by; measured on one sample and on 64.
MANY = 16


class BackwardBody(ForwardBody):
    """The lines of one function, which runs through the layers and back.

    ``scaled``: the way back starts with the factor ``scale``.
    """

    def __init__(self, writer: ArrayMatrices, scaled: bool = False) -> None:
        super().__init__(writer)
        self.scaled = scaled

    def delta(self, layer: int) -> None:
        """Write a layer's delta."""
        step, delta = self.writer.steps[f"delta{layer}"], f"delta{layer}"
        choice = self._choice(layer)
        equation = f"dL_dz{layer}"
        if step.adjoint is None:
            self._first(delta, self._named(step.right), equation)
        elif choice.name == "identity":
            self._adjoint(delta, step, equation)
        else:
            self._pulled(layer, step, equation)

    def _pulled(self, layer: int, step: MatrixStep, equation: str) -> None:
        """Multiply the adjoint by the activation's slope."""
        delta, h = f"delta{layer}", self.writer.signal(layer)
        function = ACTIVATIONS[self._choice(layer).name]
        adjoint = f"dL_d{h}"
        if function.layer_pullback is not None:
            self._adjoint(adjoint, step)
            roller = self._roller(layer)
            g, z, p = (roller.vector(name) for name in (adjoint, f"z{layer}", h))
            options = (("unit", Fraction(0)),)
            roller.store(delta, function.layer_pullback(g, z, p, options, roller.let))
            self._rolled(roller, delta, equation)
            return
        call, value = self._call(layer), Symbol(h)
        gate = pullback_code(function, call, value, Symbol(delta), self.let)[0]
        if isinstance(gate, Select) and gate.then == ZERO and gate.otherwise == Symbol(delta):
            self._adjoint(delta, step)
            test = self.writer.printer.text(self.arrays.compared(elementary(gate.test)))
            if self.writer.spec.layers[layer - 1].units >= MANY:
                self._line(f"np.putmask({delta}, {test}, 0.0)", equation)
            else:
                self.put(f"{delta}[{test}]", ZERO, equation)
            return
        self._adjoint(adjoint, step)
        pulled = pullback_code(function, call, value, Symbol(adjoint), self.let)[0]
        self.put(delta, pulled, equation)

    def _adjoint(self, target: str, step: MatrixStep, equation: str = "") -> None:
        """Write the derivative of the loss in a layer's activations, as an array of its own."""
        found = step.adjoint
        if isinstance(found, MatrixProduct):
            self.put(target, self.writer.product(found), equation)
        elif isinstance(found, Matrix):  # the derivative of one output: 1 in its column
            self.put(target, Symbol(f"np.zeros_like({self.writer.signal(self.writer.last)})"))
            start = Symbol("scale") if self.scaled else ONE
            self.put(f"{target}[:, {found.layer - 1}]", start, equation)
        elif found is not None:
            difference = Symbol(self.writer.signal(self.writer.last)) - Symbol("y")
            value = coded(self._named(found, {difference: ERROR}), self.let)
            if sum(one == ERROR for one in walk(elementary(value))) > 1:
                self.put("error", difference)
            else:
                value = _with(value, {ERROR: difference})
            self._first(target, value, equation)

    def _first(self, target: str, value: Expression, equation: str) -> None:
        """Write what the way back starts with; a number in it is multiplied with the factor."""
        if not self.scaled:
            self.put(target, value, equation)
            return
        scale: Expression = Symbol("scale")
        if isinstance(value, Product) and isinstance(value.factors[0], Number):
            number, *rest = value.factors
            value, scale = product(*rest), Product((number, scale))
        self.put(target, value)
        self.put(target, scale, equation, "*=")

    def gradients(self, layer: int) -> None:
        """Write a layer's part of the gradient."""
        steps, delta = self.writer.steps, f"delta{layer}"
        weights = undivided(steps[f"W{layer}"].right)
        assert isinstance(weights, MatrixProduct)
        source = self.writer.called(weights.factors[0])
        part = self.writer.parts[f"W{layer}"]
        if self.writer.repeated:
            value = f"{source} * {delta}" if self.writer.exact else f"{source}.dot({delta})"
            self._added(part, value, f"({delta}.T * {source.removesuffix('.T')}).ravel()")
        else:
            opening = f"np.multiply({source}, " if self.writer.exact else f"{source}.dot("
            self._line(f"{opening}{delta}, dL_dW{layer})", f"W{layer}")
        if f"b{layer}" in steps:
            minus = isinstance(steps[f"b{layer}"].right, Negative)
            self._biases(self.writer.parts[f"b{layer}"], delta, minus)

    def _biases(self, part: Part, delta: str, minus: bool) -> None:
        summed = f"ones.dot({delta})" + "[0]" * self.writer.repeated
        value, sign = f"{delta}[0]" if self.writer.exact else summed, "-" * minus
        if self.writer.repeated:
            self._added(part, f"{sign}{value}", f"{sign}{value}")
        elif self.writer.exact or minus:
            self._line(f"dL_d{part.name}[:] = {sign}{value}", part.name)
        else:
            self._line(f"ones.dot({delta}, dL_d{part.name})", part.name)

    def _added(self, part: Part, value: str, unit_by_unit: str) -> None:
        """Add to a gradient whose parameters may have other places too, exactly in their order."""
        weights = part.name.startswith("W")
        if part.table and self.writer.exact:
            line = f"np.add.at(gradient, {part.places}.T.ravel(), {unit_by_unit})"
        elif part.table:
            line = f"np.add.at(gradient, {part.places}, {value})"
        elif not weights and part.shape == (1, 1):
            units = self.writer.spec.layers[int(part.name[1:]) - 1].units
            whole = f"np.full({units}, {part.start})"
            line = f"np.add.at(gradient, {whole}, {value})"
        else:
            flat = f"({value}).ravel()" if weights else value
            line = f"gradient[{part.start}:{part.stop}] += {flat}"
        self._line(line, part.name)

    def _named(
        self, node: Expression, instead: dict[Expression, Expression] | None = None
    ) -> Expression:
        """Write a formula of matrices, entry by entry, with their names."""
        if isinstance(node, Matrix):
            return Symbol(self.writer.called(node))
        parts_ = tuple(self._named(part, instead) for part in node.parts)
        if isinstance(node, Hadamard):
            return Product(parts_)
        found = rebuilt(node, parts_) if parts_ else node
        return (instead or {}).get(found, found)


def _with(node: Expression, instead: dict[Expression, Expression]) -> Expression:
    if node in instead:
        return instead[node]
    found = tuple(_with(part, instead) for part in node.parts)
    return rebuilt(node, found) if found else node


def undivided(node: Expression) -> Expression:
    """Return a derivative without its sign and the division by the number of samples."""
    while isinstance(node, Negative | Quotient):
        node = node.operand if isinstance(node, Negative) else node.numerator
    return node
