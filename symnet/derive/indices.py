"""Index calculus with SymPy: what an affine layer's derivatives are as matrices.

In: nothing. Out: AffineRules for a layout.

The layer z[i,s] = sum_j W[i,j] h[j,s] + b[i] is differentiated once, with symbolic sizes; the
Kronecker deltas are summed away by SymPy and what is left is read as a product of matrices by
following its indices. Nothing here depends on how wide a layer is.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import sympy
from sympy.concrete.delta import deltasummation

from symnet.model.expression import Expression
from symnet.model.matrices import Matrix, MatrixProduct, Ones, transposed

Layout = Literal["column", "row"]

UNIT, SOURCE, SAMPLE, ROW, COLUMN = sympy.symbols("i j s k l", integer=True)
UNITS, SOURCES, SAMPLES = sympy.symbols("m n N", integer=True, positive=True)
DELTA, WEIGHT, SIGNAL, BIAS = (sympy.IndexedBase(name) for name in ("delta", "W", "h", "b"))


@dataclass(frozen=True, slots=True)
class AffineRules:
    """An affine layer's derivatives in matrices named delta, W, h; layer 0 throughout.

    ``value``: z without the bias. ``weights``, ``biases``, ``sources``: the derivatives of the
    loss in W, b and h, given its derivative delta in z.
    """

    value: Expression
    weights: Expression
    biases: Expression
    sources: Expression


@cache
def affine_rules(layout: Layout) -> AffineRules:
    """Differentiate an affine layer by indices and read the results as matrices."""
    weight = _placed(WEIGHT, UNIT, SOURCE, layout)
    signal = _placed(SIGNAL, SOURCE, SAMPLE, layout)
    delta = _placed(DELTA, UNIT, SAMPLE, layout)
    product = weight * signal
    by_weight = _collapsed(delta * sympy.diff(product, _placed(WEIGHT, ROW, COLUMN, layout)))
    by_signal = _collapsed(delta * sympy.diff(product, _placed(SIGNAL, ROW, COLUMN, layout)))
    by_bias = _collapsed(delta * sympy.diff(BIAS[UNIT], BIAS[ROW]))
    place = (ROW, COLUMN) if layout == "column" else (COLUMN, ROW)
    output = (UNIT, SAMPLE) if layout == "column" else (SAMPLE, UNIT)
    alone = (ROW, None) if layout == "column" else (None, ROW)
    return AffineRules(
        value=_as_matrix(product, output),
        weights=_as_matrix(by_weight, place),
        biases=_as_matrix(by_bias, alone),
        sources=_as_matrix(by_signal, place),
    )


def _placed(base: Any, first: Any, second: Any, layout: Layout) -> Any:
    """Write base[first, second] for column vectors; row vectors exchange the two."""
    return base[first, second] if layout == "column" else base[second, first]


def _collapsed(expression: Any) -> Any:
    """Sum the Kronecker deltas over unit, source and sample away where there are any."""
    for index, size in ((UNIT, UNITS), (SOURCE, SOURCES), (SAMPLE, SAMPLES)):
        if any(index in one.free_symbols for one in expression.atoms(sympy.KroneckerDelta)):
            expression = deltasummation(expression, (index, 1, size), no_piecewise=True)
    return expression


def _as_matrix(expression: Any, place: tuple[Any, Any]) -> Expression:
    """Read a product of indexed symbols, summed over repeated indices, as a matrix product.

    ``place``: the indices of the result's row and column; None where it is a vector.
    """
    factors = list(sympy.Mul.make_args(expression))
    index, last = place
    chain: list[Expression] = []
    if index is None:  # a row vector: the samples are summed by a row of ones in front
        chain, index = [transposed(Ones())], SAMPLE
    while factors:
        factor = next(one for one in factors if index in one.indices)
        factors.remove(factor)
        named = Matrix(str(factor.base))
        forward = factor.indices[0] == index
        chain.append(named if forward else transposed(named))
        index = factor.indices[1] if forward else factor.indices[0]
    if last is None:
        chain.append(Ones())
    elif index != last:
        raise ArithmeticError(f"{expression} is not a matrix with indices {place}")
    return MatrixProduct(tuple(chain)) if len(chain) > 1 else chain[0]
