"""Expressions of vectors and matrices, on top of the scalar ones.

In: Expression. Out: Matrix and the operations between matrices.

Sums, multiples by a number and functions are the scalar nodes, applied elementwise; a number
added to a matrix is added to every entry. A function of a whole layer has the option ``axis``: 0
where a sample is a column, 1 where it is a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symnet.model.evaluation import FUNCTIONS, Arithmetic, evaluate
from symnet.model.expression import Call, Expression, Symbol, rebuilt

Entries = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Matrix(Expression):
    """A named matrix or vector; ``layer`` counts from 1, 0 where it belongs to none."""

    name: str
    layer: int = 0

    def __str__(self) -> str:
        return f"{self.name}{self.layer or ''}"


@dataclass(frozen=True, slots=True)
class Ones(Expression):
    """A vector of ones, upright unless transposed: one a unit of ``layer``, or one a sample (0)."""

    layer: int = 0

    def __str__(self) -> str:
        return "1"


@dataclass(frozen=True, slots=True)
class Transpose(Expression):
    """A matrix with rows and columns exchanged."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def __str__(self) -> str:
        simple = isinstance(self.operand, Matrix | Ones)
        return f"{self.operand}^T" if simple else f"({self.operand})^T"


@dataclass(frozen=True, slots=True)
class MatrixProduct(Expression):
    """Matrices multiplied, in this order."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def __str__(self) -> str:
        simple = (Matrix, Ones, Transpose)
        return " ".join(str(one) if isinstance(one, simple) else f"({one})" for one in self.factors)


@dataclass(frozen=True, slots=True)
class Hadamard(Expression):
    """Matrices of one shape multiplied entry by entry."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def __str__(self) -> str:
        simple = (Matrix, Transpose)
        texts = (str(one) if isinstance(one, simple) else f"({one})" for one in self.factors)
        return " (.) ".join(texts)


def transposed(node: Expression) -> Expression:
    """Return the transpose; twice is not at all."""
    return node.operand if isinstance(node, Transpose) else Transpose(node)


def hadamard(*factors: Expression) -> Expression:
    """Multiply entry by entry, flattening products inside."""
    flat: list[Expression] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Hadamard) else (factor,))
    return Hadamard(tuple(flat)) if len(flat) > 1 else flat[0]


def entries(node: Expression, values: Mapping[Expression, Any], kind: Arithmetic) -> Any:
    """Evaluate a matrix expression: a list of rows, or one number that fits every entry."""
    match node:
        case Matrix() | Ones() | Symbol():
            return values[node]
        case Transpose(operand):
            return [list(row) for row in zip(*entries(operand, values, kind), strict=True)]
        case MatrixProduct(factors):
            return _multiplied([entries(one, values, kind) for one in factors])
        case Hadamard(factors):
            parts = [entries(one, values, kind) for one in factors]
            return _elementwise(parts, lambda *cell: _product(cell))
        case Call(function, (operand,)) if _over_layer(function):
            return _layerwise(node, entries(operand, values, kind), kind)
    if not node.parts:
        return evaluate(node, {}, kind)
    parts = [entries(one, values, kind) for one in node.parts]
    names = [Symbol(f"part{k}") for k in range(len(parts))]
    shape = rebuilt(node, tuple(names))

    def cell(*found: Any) -> Any:
        return evaluate(shape, {f"part{k}": one for k, one in enumerate(found)}, kind)

    return _elementwise(parts, cell)


def _over_layer(function: str) -> bool:
    return function in FUNCTIONS and FUNCTIONS[function].layer_pullback is not None


def _layerwise(node: Call, matrix: Entries, kind: Arithmetic) -> Entries:
    """Apply a function of a whole layer to every sample, along the axis its option names."""
    along_rows = dict(node.options)["axis"] == 1
    samples = matrix if along_rows else [list(column) for column in zip(*matrix, strict=True)]
    arguments = tuple(Symbol(f"part{k}") for k in range(len(samples[0])))
    units = [
        Call(node.function, arguments, (("unit", Fraction(k)),)) for k in range(len(arguments))
    ]
    found = [
        [evaluate(unit, {f"part{k}": one for k, one in enumerate(sample)}, kind) for unit in units]
        for sample in samples
    ]
    return found if along_rows else [list(row) for row in zip(*found, strict=True)]


def _multiplied(factors: list[Entries]) -> Entries:
    result = factors[0]
    for factor in factors[1:]:
        columns = list(zip(*factor, strict=True))
        result = [[_dot(row, column) for column in columns] for row in result]
    return result


def _dot(row: Any, column: Any) -> Any:
    total = row[0] * column[0]
    for a, b in zip(row[1:], column[1:], strict=True):
        total = total + a * b
    return total


def _product(cell: tuple[Any, ...]) -> Any:
    result = cell[0]
    for one in cell[1:]:
        result = result * one
    return result


def _elementwise(parts: list[Any], cell: Any) -> Any:
    """Apply ``cell`` to all parts entry by entry, a lone number standing for every entry."""
    shape = next((one for one in parts if isinstance(one, list)), None)
    if shape is None:
        return cell(*parts)
    return [
        [
            cell(*(one[i][j] if isinstance(one, list) else one for one in parts))
            for j in range(len(shape[0]))
        ]
        for i in range(len(shape))
    ]
