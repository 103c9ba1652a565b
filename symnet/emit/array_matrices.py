"""The matrices of the derivation: what each is called in NumPy, and how two are multiplied.

In: Spec, Expression. Out: Symbol.
"""

from dataclasses import replace

from symnet.derive.matrix import derive_matrices
from symnet.emit.array_places import parts, repeated
from symnet.emit.arrays import SYNTAX
from symnet.emit.printing import Printer
from symnet.model.expression import Expression, Symbol
from symnet.model.losses import LOSSES
from symnet.model.matrices import Matrix, MatrixProduct, Ones, Transpose
from symnet.model.spec import Spec


class ArrayMatrices:
    """The steps of a derivation in rows; ``used``: every expression that was written with them.

    ``exact``: products keep the order of sums, as the other languages have it.
    """

    def __init__(self, spec: Spec, exact: bool, remarks: dict[str, str]) -> None:
        self.spec, self.exact = spec, exact
        derivation = derive_matrices(replace(spec, layout="row"), batch=True)
        self.steps = {step.id: step for step in derivation.steps}
        self.parts = {part.name: part for part in parts(spec)}
        self.repeated = repeated(spec)
        self.last = len(spec.layers)
        self.printer = Printer(SYNTAX, remarks=remarks)
        self.entry = LOSSES[spec.loss.name]
        self.used: list[Expression] = []

    @property
    def averages(self) -> bool:
        """Whether the loss of a batch is the mean over its samples."""
        return self.spec.training.reduction == "mean"

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
