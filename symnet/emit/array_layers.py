"""The matrix derivation as lines of NumPy, for a batch in rows.

In: Spec. Out: lines of Python.

Products are those of the derivation, in its row layout; functions of a layer are the code forms of
their tables. ``exact``: sums run from the left as in the other languages, and gradients are those
of one sample; else sums run as the matrix product adds them, over the samples too.
"""

from symnet.emit.array_backward import BackwardBody, undivided
from symnet.emit.array_forward import ForwardBody
from symnet.emit.array_matrices import ArrayMatrices
from symnet.emit.arrays import may_overflow
from symnet.model.expression import Symbol
from symnet.model.spec import Spec

Lines = tuple[str, ...]


class ArrayLayers(ArrayMatrices):
    """Writes the bodies of a module's functions; ``forward_order``: of gradients of the layers.

    ``scaled``: the way back starts with the factor ``scale``, which all gradients then have.
    """

    def __init__(
        self,
        spec: Spec,
        exact: bool,
        forward_order: bool,
        remarks: dict[str, str],
        scaled: bool = False,
    ) -> None:
        super().__init__(spec, exact, remarks)
        self.forward_order, self.scaled = forward_order, scaled

    def forward(self) -> Lines:
        """Write the forward pass up to the predictions."""
        body = ForwardBody(self)
        body.forward()
        return tuple(body.lines)

    def loss(self) -> tuple[Lines, str]:
        """Write the losses of the samples, one column; return it with what it is called."""
        body = ForwardBody(self)
        body.forward(activated=self.entry.code is None)
        called = body.losses()
        return tuple(body.lines), called

    def backward(self) -> Lines:
        """Write forward pass, deltas, and the gradient into its parts."""
        body = BackwardBody(self, self.scaled)
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
        body = BackwardBody(self)
        body.forward()
        for layer in range(self.last, 0, -1):
            body.delta(layer)
        found = self.product(undivided(self.steps["x"].right))
        body.put("dL_dx", found / Symbol("len(x)") if self.averages else found, "dL_dx")
        return tuple(body.lines)

    @property
    def overflows(self) -> bool:
        """Whether what is computed and not chosen may overflow."""
        return any(map(may_overflow, self.used))
