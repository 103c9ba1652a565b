"""The matrix form held against the scalar one, entry by entry.

In: MatrixDerivation, Derivation. Out: the ids of the equations that disagree.

Every matrix is filled with the scalar form's own names, so that each entry of an equation's right
side is a formula in nodes, and SymPy decides whether it is the formula the scalar form has there.
Functions stay opaque: both forms must apply the same one to the same node.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sympy

from symnet.derive.backprop import Derivation
from symnet.derive.matrix import LOSS, MatrixDerivation, MatrixStep
from symnet.derive.symbolic import SYMPY, real
from symnet.model.evaluation import Arithmetic, evaluate
from symnet.model.expression import Call, Expression
from symnet.model.matrices import Entries, Matrix, Ones, entries
from symnet.model.network import Network
from symnet.model.numbering import bias_names, weight_names
from symnet.model.spec import Spec


def _opaque(node: Call, arguments: tuple[Any, ...]) -> Any:
    """Apply a function SymPy knows nothing about; a softmax is one function a unit."""
    options = "_".join(f"{key}{value}" for key, value in node.options if key != "kink")
    prime = "" if node.slope is None else f"_d{node.slope}"
    return sympy.Function(f"{node.function}_{options}{prime}")(*arguments)


OPAQUE = Arithmetic(SYMPY.number, SYMPY.pi, SYMPY.elementary, _opaque)


def disagreements(matrices: MatrixDerivation, derivation: Derivation) -> list[str]:
    """Compare every entry of every equation of one sample; return the ids that differ.

    A parameter that stands in several places has the sum of its entries there as its gradient.
    """
    if matrices.batch:
        raise ValueError("the comparison is made on one sample")
    scalar = _Scalar(derivation)
    claims = {step.id: scalar.claimed(step) for step in matrices.steps}
    totals: dict[str, Any] = {}
    for step in matrices.gradients:
        for name, entry in scalar.named(step, claims[step.id]):
            totals[name] = totals.get(name, 0) + entry
    return [step.id for step in matrices.steps if not scalar.agrees(step, claims[step.id], totals)]


class _Scalar:
    """What the scalar form has at each place of each matrix."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.network = derivation.network
        self.spec = self.network.spec
        self.nodes = {one.name: one.expression for one in self.network.forward.assignments}
        self.known = {
            name: real(name)
            for name in (
                *self.network.forward.inputs,
                *self.nodes,
                *(one.name for one in derivation.adjoints.values()),
            )
        }
        self.values: dict[Expression, Any] = dict(_filled(self.network, derivation))
        self.errors = {real(name): self.plain(self.nodes[name]) for name in self.of_kind("error")}
        between = self.of_kind("activation") + self.of_kind("prediction")
        self.between = {
            real(derivation.adjoints[name].name): self.formula(derivation.value(name))
            for name in between
            if name in derivation.adjoints
        }

    def of_kind(self, kind: str) -> list[str]:
        """Return the names of the variables of a kind."""
        return [one.name for one in self.network.variables if one.kind == kind]

    def plain(self, node: Expression) -> Any:
        """Return a formula in nodes as SymPy sees it."""
        return evaluate(node, self.known, OPAQUE)

    def claimed(self, step: MatrixStep) -> Entries:
        """Return an equation's right side; nothing where shapes do not fit, or not its left side's.

        What stands for every entry alike is spread over them.
        """
        try:
            found = _spread(entries(step.right, self.values, OPAQUE), step.shape)
        except ValueError:
            return []
        return found if (len(found), len(found[0])) == step.shape else []

    def named(self, step: MatrixStep, claimed: Entries) -> Iterator[tuple[str, Any]]:
        """Yield the entries of a gradient by the names that stand in their places."""
        if step.of is not None and claimed:
            yield from zip(_flat(names_of(self.network, step.of)), _flat(claimed), strict=True)

    def agrees(self, step: MatrixStep, claimed: Entries, totals: Mapping[str, Any]) -> bool:
        """Compare what an equation claims with the scalar form; of gradients their ``totals``."""
        if not claimed:
            return False
        if step.of is not None:
            pairs = [(totals[name], self.adjoint(name)) for name, _ in self.named(step, claimed)]
        else:
            pairs = list(zip(_flat(claimed), _flat(self.expected(step)), strict=True))
        return all(sympy.expand(a - b) == 0 for a, b in pairs)

    def expected(self, step: MatrixStep) -> Entries:
        """Return the scalar form's formulas for the entries of a left side that is no gradient."""
        if isinstance(step.left, Matrix) and step.left.name == "delta":
            rows = names_of(self.network, Matrix("z", step.left.layer))
            return [[self.adjoint(name) for name in row] for row in rows]
        if not isinstance(step.left, Matrix):
            raise TypeError(f"{step.left} is not a matrix")
        rows = names_of(self.network, step.left)
        return [[self.formula(self.nodes[name]) for name in row] for row in rows]

    def adjoint(self, name: str) -> Any:
        """Return a variable's adjoint in deltas: those of activations are written out."""
        adjoint = self.derivation.adjoints[name]
        found = self.formula(adjoint.collapsed or self.derivation.value(name))
        return found.subs(self.between)

    def formula(self, node: Expression) -> Any:
        """Return a formula in nodes, errors written out, as SymPy sees it."""
        return self.plain(node).subs(self.errors)


def _filled(network: Network, derivation: Derivation) -> Iterator[tuple[Expression, Any]]:
    """Yield every matrix with the names of its entries as symbols."""
    spec, layers = network.spec, range(1, len(network.layers) + 1)
    matrices = [Matrix("x"), Matrix("y"), Matrix("y_hat")]
    matrices += [Matrix(name, layer) for layer in layers for name in ("W", "b", "z", "h")]
    for matrix in matrices:
        yield (
            matrix,
            [[real(name) for name in row] for row in names_of(network, matrix)],
        )
    for layer in layers:
        rows = names_of(network, Matrix("z", layer))
        deltas = [[real(derivation.adjoints[name].name) for name in row] for row in rows]
        yield Matrix("delta", layer), deltas
        yield Ones(layer), [[1]] * len(network.layers[layer - 1].units)
        for unit in range(len(network.layers[-1].units)):
            chosen = [[int(k == unit)] for k in range(len(network.layers[-1].units))]
            yield Matrix("e", unit + 1), _turned(spec, chosen)
    yield LOSS, real(network.loss)


def names_of(network: Network, matrix: Matrix) -> list[list[str]]:
    """Return the names of a matrix's entries in the layout of the file."""
    spec = network.spec
    if matrix.name == "W":
        return _turned(spec, [list(row) for row in weight_names(spec)[matrix.layer - 1]])
    if matrix.name == "b":
        return _turned(spec, [[name] for name in bias_names(spec)[matrix.layer - 1]])
    if matrix.name in ("z", "h"):
        units = network.layers[matrix.layer - 1].units
        return _turned(spec, [[unit.z if matrix.name == "z" else unit.h] for unit in units])
    vectors = {"x": network.inputs, "y": network.targets, "y_hat": network.predictions}
    return _turned(spec, [[name] for name in vectors[matrix.name]])


def _turned(spec: Spec, rows: list[list[Any]]) -> list[list[Any]]:
    return rows if spec.layout == "column" else [list(row) for row in zip(*rows, strict=True)]


def _spread(found: Any, shape: tuple[int, int]) -> Entries:
    """Spread a lone number over a whole matrix."""
    return found if isinstance(found, list) else [[found] * shape[1] for _ in range(shape[0])]


def _flat(rows: Entries) -> Iterator[Any]:
    return (one for row in rows for one in row)
