"""The matrix derivation as lines of NumPy, for a batch in rows.

In: Spec. Out: lines of Python.

Products are those of the derivation, in its row layout; functions of a layer are the code forms of
their tables. ``exact``: sums run from the left as in the other languages, and gradients are those
of one sample; else sums run as the matrix product adds them, over the samples too.
"""

from dataclasses import replace
from fractions import Fraction

from symnet.derive.lowering import coded, elementary
from symnet.derive.matrix import MatrixStep, derive_matrices
from symnet.emit.array_places import Part, parts, repeated
from symnet.emit.arrays import SYNTAX, Arrays, laid_out, may_overflow
from symnet.emit.layout import STEP, broken
from symnet.emit.printing import Printer
from symnet.emit.pythonic import remarked
from symnet.emit.rolling import Roller
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import (
    ONE,
    ZERO,
    Call,
    Expression,
    Negative,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    rebuilt,
    walk,
)
from symnet.model.functions import pullback_code, value_code
from symnet.model.losses import LOSSES
from symnet.model.matrices import Hadamard, Matrix, MatrixProduct, Ones, Transpose
from symnet.model.network import numbers
from symnet.model.spec import Choice, Spec

Lines = tuple[str, ...]
ERROR = Symbol("error")
# From so many units on a mask is put faster than indexed by; measured on one sample and on 64.
MANY = 16


class ArrayLayers:
    """Writes the bodies of a module's functions; ``forward_order``: of gradients of the layers."""

    def __init__(
        self, spec: Spec, exact: bool, forward_order: bool, remarks: dict[str, str]
    ) -> None:
        self.spec, self.exact, self.forward_order = spec, exact, forward_order
        derivation = derive_matrices(replace(spec, layout="row"), batch=True)
        self.steps = {step.id: step for step in derivation.steps}
        self.parts = {part.name: part for part in parts(spec)}
        self.repeated = repeated(spec)
        self.last = len(spec.layers)
        self.printer = Printer(SYNTAX, remarks=remarks)
        self.entry = LOSSES[spec.loss.name]
        self.used: list[Expression] = []

    def forward(self) -> Lines:
        """Write the forward pass up to the predictions."""
        body = _Body(self)
        body.forward()
        return tuple(body.lines)

    def loss(self) -> tuple[Lines, str]:
        """Write the losses of the samples, one column; return it with what it is called."""
        body = _Body(self)
        body.forward(activated=self.entry.code is None)
        called = body.losses()
        return tuple(body.lines), called

    def backward(self) -> Lines:
        """Write forward pass, deltas, and the gradient into its parts."""
        body = _Body(self)
        body.forward()
        for layer in range(self.last, 0, -1):
            body.delta(layer)
            if not self.forward_order:
                body.gradients(layer)
        for layer in range(1, self.last + 1) if self.forward_order else ():
            body.gradients(layer)
        return tuple(body.lines)

    def input_gradients(self) -> Lines:
        """Write forward pass, deltas, and the derivative in the inputs."""
        body = _Body(self)
        body.forward()
        for layer in range(self.last, 0, -1):
            body.delta(layer)
        found = self.product(_undivided(self.steps["x"].right))
        body.put("dL_dx", found / Symbol("len(x)") if self.averages else found, "dL_dx")
        return tuple(body.lines)

    @property
    def averages(self) -> bool:
        """Whether the loss of a batch is the mean over its samples."""
        return self.spec.training.reduction == "mean"

    @property
    def overflows(self) -> bool:
        """Whether what is computed and not chosen may overflow."""
        return any(map(may_overflow, self.used))

    def signal(self, layer: int) -> str:
        """Return what a layer's activations are called; the identity's are its pre-activations."""
        if layer == 0:
            return "x"
        if self.spec.layers[layer - 1].activation.name == "identity":
            return f"z{layer}"
        return "y_hat" if layer == self.last else f"h{layer}"

    def product(self, node: Expression) -> Symbol:
        """Write a product of two matrices."""
        assert isinstance(node, MatrixProduct)
        first, second = map(self.called, node.factors)
        return Symbol(f"product({first}, {second})" if self.exact else f"{first}.dot({second})")

    def called(self, node: Expression) -> str:
        """Return what a matrix is called."""
        match node:
            case Transpose(Ones()):
                return "ones"
            case Transpose(operand):
                return f"{self.called(operand)}.T"
            case Matrix("x"):
                return "x"
            case Matrix("y_hat"):
                return self.signal(self.last)
            case Matrix("h", layer):
                return self.signal(layer)
            case Matrix(name, layer):
                return f"{name}{layer or ''}"
        raise TypeError(f"{node} has no name")


class _Body:
    """The lines of one function."""

    def __init__(self, writer: ArrayLayers) -> None:
        self.writer = writer
        self.arrays = Arrays(writer.exact)
        self.lines: list[str] = []
        self._known: dict[Expression, Symbol] = {}
        self._suffix = ""
        self._taken = {"x", "y", "params", "parts", "layers", "ones", "error", "losses"}

    def put(self, target: str, value: Expression, equation: str = "", sign: str = "=") -> None:
        """Write an assignment."""
        self._written(target, self.arrays.of(elementary(value)), equation, sign)

    def _written(self, target: str, value: Expression, equation: str = "", sign: str = "=") -> None:
        self.writer.used.append(value)
        remark = remarked(self.writer.printer, equation)
        self.lines += laid_out(f"{target} {sign} ", value, self.writer.printer, len(STEP), remark)

    def let(self, part: str, value: Expression) -> Symbol:
        """Name a shared part of a layer's function."""
        value = elementary(value)
        if value not in self._known:
            self._known[value] = Symbol(f"{part}{self._suffix}")
            self.put(f"{part}{self._suffix}", value)
        return self._known[value]

    def forward(self, activated: bool = True) -> None:
        """Write all layers; not ``activated``: up to the last one's pre-activations."""
        for layer in range(1, self.writer.last + 1):
            self._affine(layer)
            if activated or layer < self.writer.last:
                self._activation(layer)

    def _affine(self, layer: int) -> None:
        z, right = f"z{layer}", self.writer.steps[f"z{layer}"].right
        value, *bias = right.terms if isinstance(right, Sum) else (right,)
        self.put(z, self.writer.product(value), "" if bias else z)
        for one in bias:
            sign = "-=" if isinstance(one, Negative) else "+="
            self.put(z, Symbol(f"b{layer}"), z, sign)

    def _activation(self, layer: int) -> None:
        choice, h = self._choice(layer), self.writer.signal(layer)
        if choice.name == "identity":
            return
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is None:
            self.put(h, value_code(function, self._call(layer), self.let), h)
            return
        roller = self._roller(layer)
        z = roller.vector(f"z{layer}")
        units = (Call(choice.name, z, (("unit", Fraction(k)),)) for k in range(len(z)))
        calls = tuple(units)
        roller.store_alike(h, lambda unit: value_code(function, calls[unit], roller.let))
        self._rolled(roller, h)

    def losses(self) -> str:
        """Write every sample's loss; return what they are called."""
        writer, roller = self.writer, self._roller(self.writer.last)
        if self.writer.entry.of_errors:
            self.put("error", Symbol(writer.signal(writer.last)) - Symbol("y"))
        targets = roller.vector("y") if writer.spec.targets else ()
        if writer.entry.code is not None:
            logits = roller.vector(f"z{writer.last}")
            value = writer.entry.code(logits, targets, roller.let)
        else:
            name = "error" if writer.entry.of_errors else writer.signal(writer.last)
            entries = roller.vector(name)
            written = writer.entry.value(entries, targets, numbers(writer.spec.loss))
            value = coded(written, roller.let)
        result = roller.value(value)
        self._rolled(roller)
        found = self.arrays.of(elementary(result), roller.units)
        if isinstance(found, Symbol) and found.name.isidentifier():
            return found.name
        self._written("losses", found)
        return "losses"

    def delta(self, layer: int) -> None:
        """Write a layer's delta."""
        step, delta = self.writer.steps[f"delta{layer}"], f"delta{layer}"
        choice = self._choice(layer)
        equation = f"dL_dz{layer}"
        if step.adjoint is None:
            self.put(delta, self._named(step.right), equation)
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
            self.put(f"{target}[:, {found.layer - 1}]", ONE, equation)
        elif found is not None:
            difference = Symbol(self.writer.signal(self.writer.last)) - Symbol("y")
            value = coded(self._named(found, {difference: ERROR}), self.let)
            if sum(one == ERROR for one in walk(elementary(value))) > 1:
                self.put("error", difference)
            else:
                value = _with(value, {ERROR: difference})
            self.put(target, value, equation)

    def gradients(self, layer: int) -> None:
        """Write a layer's part of the gradient."""
        steps, delta = self.writer.steps, f"delta{layer}"
        weights = _undivided(steps[f"W{layer}"].right)
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

    def _line(self, text: str, equation: str) -> None:
        remark = remarked(self.writer.printer, equation)
        self.lines += broken("", (text,), len(STEP), comment=remark)

    def _choice(self, layer: int) -> Choice:
        return self.writer.spec.layers[layer - 1].activation

    def _call(self, layer: int) -> Call:
        self._suffix = str(layer)
        choice = self._choice(layer)
        return Call(choice.name, (Symbol(f"z{layer}"),), numbers(choice))

    def _roller(self, layer: int) -> Roller:
        return Roller(self.writer.spec.layers[layer - 1].units, self._taken)

    def _rolled(self, roller: Roller, target: str = "", equation: str = "") -> None:
        for one in self.arrays.assigned(roller.statements, roller.units):
            said = (equation or target) if one.name == target else ""
            self._written(one.name, one.expression, said)

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


def _undivided(node: Expression) -> Expression:
    """Return a derivative without its sign and the division by the number of samples."""
    while isinstance(node, Negative | Quotient):
        node = node.operand if isinstance(node, Negative) else node.numerator
    return node
