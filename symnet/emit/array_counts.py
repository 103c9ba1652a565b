"""How many operations on whole arrays a function takes, counted in the lines that were written.

In: lines of NumPy, Spec. Out: ArrayCounts.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symnet.derive.operations import Counts
from symnet.emit.arrays import SYNTAX
from symnet.model.spec import Spec

KINDS: dict[type[ast.operator], str] = {
    ast.Add: "additions",
    ast.Sub: "additions",
    ast.Mult: "multiplications",
    ast.Div: "divisions",
}
PRODUCTS = {"dot", "np.dot", "product"}
CALLS = {
    **dict.fromkeys(SYNTAX.functions.values(), "function_calls"),
    **dict.fromkeys(PRODUCTS, "matrix_products"),
    **dict.fromkeys(("np.where", "np.putmask"), "gates"),
    **dict.fromkeys(("np.add.reduce", "np.maximum.reduce", "sum_from_left"), "reductions"),
    "np.maximum": "maxima",
    "np.multiply": "multiplications",
    "np.add.at": "additions",
}
# What only makes an array, or looks at one differently.
FREE = {"len", "ravel", "reshape", "np.empty", "np.full", "np.zeros_like"}
SIGNAL = re.compile(r"[a-z_]+?(\d+)")


@dataclass(frozen=True, slots=True)
class ArrayCounts:
    """Operations by kind, each of whole arrays, or of a number that holds for the whole step.

    ``inside``: products that the matrix products add up, for one sample.
    """

    operations: Counts
    inside: int

    def __str__(self) -> str:
        text = f"{self.operations}, each of whole arrays or of a number"
        if not self.inside:
            return text
        inside = f"{self.inside} multiplication{'s' if self.inside > 1 else ''}"
        return f"{text}; for a sample, matrix products take {inside}"


def array_counts(spec: Spec, lines: Iterable[str]) -> ArrayCounts:
    """Count what ``lines`` compute.

    Raises:
        TypeError: a line calls what nobody has said how to count.
    """
    nodes = [*ast.walk(ast.parse("\n".join(lines)))]
    found = Counter(kind for node in nodes for kind in _kinds(node))
    inside = (_inside(spec, node) for node in nodes if isinstance(node, ast.Call))
    return ArrayCounts(Counts(**found), sum(inside))


def _kinds(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.BinOp(op=sign) | ast.AugAssign(op=sign):
            yield KINDS[type(sign)]
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            yield "sign_changes"
        case ast.Assign(targets=[ast.Subscript(slice=ast.Compare())]):
            yield "gates"
        case ast.Call() if (called := _called(node)) not in FREE:
            if called not in CALLS:
                raise TypeError(f"{called} has no kind of operation")
            yield CALLS[called]


def _called(node: ast.Call) -> str:
    """Return a function's name; a method's without what it is called of."""
    text = ast.unparse(node.func)
    return text if text.startswith("np.") else text.rpartition(".")[2]


def _inside(spec: Spec, node: ast.Call) -> int:
    """Return how often the product of two matrices multiplies, for one sample."""
    if _called(node) not in PRODUCTS:
        return 0
    operands = [ast.unparse(one) for one in node.args]
    if isinstance(node.func, ast.Attribute) and _called(node) == "dot":
        operands.insert(0, ast.unparse(node.func.value))
    first, second = operands[:2]
    if first == "ones":
        return _columns(spec, second)
    if first.endswith(".T"):
        return _columns(spec, first.removesuffix(".T")) * _columns(spec, second)
    layer = int(second.removesuffix(".T").removeprefix("W"))
    return spec.layers[layer - 1].units * _columns(spec, f"h{layer - 1}")


def _columns(spec: Spec, name: str) -> int:
    """Return how many units an array has a column for."""
    if name in ("x", "h0"):
        return len(spec.inputs)
    found = SIGNAL.fullmatch(name)
    return spec.layers[int(found[1]) - 1 if found else -1].units
