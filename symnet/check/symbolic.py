"""The symbolic proof: the chain rule's result against SymPy's derivative of the nested loss.

In: Derivation. Out: a verdict for each variable.

A kinked function is one of its pieces wherever it is differentiable. The pieces are joined with one
indicator for each, 1 where that piece holds and 0 elsewhere: an identity with the indicators left
as symbols is the identity in every activation region at once. Pieces are differentiated by SymPy,
so the tables' slopes are not their own judge. Smooth functions are opaque; that their slope is the
derivative of their definition is proven once for each, apart.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy

from symnet.check.report import Verdict
from symnet.derive.backprop import Derivation
from symnet.derive.symbolic import SYMPY, real
from symnet.model.evaluation import FUNCTIONS, Arithmetic, evaluate
from symnet.model.expression import Call, Expression, Options, Symbol, walk
from symnet.model.network import Network

# Kinked functions up to which all regions are proven on the nested loss, and its size up to which.
MOST_KINKS = 10
LARGEST = 4000


@dataclass(frozen=True)
class Opaque:
    """Table functions as SymPy functions that only know the slope the table claims."""

    kinds: dict[tuple[str, Options], Any] = field(default_factory=dict)

    @cached_property
    def arithmetic(self) -> Arithmetic:
        """SymPy's numbers, with calls of the tables' functions opaque."""
        return Arithmetic(SYMPY.number, SYMPY.pi, SYMPY.elementary, self.applied)

    def applied(self, node: Call, arguments: tuple[Any, ...]) -> Any:
        """Apply the function, or its slope, to SymPy arguments."""
        if len(FUNCTIONS[node.function].pieces(node.arguments, node.options)) > 1:
            return self.joined(node, arguments)
        value = self.kind(node)(*arguments)
        return value if node.slope is None else value.fdiff(node.slope + 1)

    def kind(self, node: Call) -> Any:
        """Return the SymPy function for a smooth function with its options."""
        key = (node.function, node.options)
        if key not in self.kinds:
            self.kinds[key] = type(
                f"{node.function}_{len(self.kinds)}",
                (sympy.Function,),
                {"fdiff": lambda value, index=1: self.claimed(node, value, index - 1)},
            )
        return self.kinds[key]

    def claimed(self, node: Call, value: Any, index: int) -> Any:
        """Return the table's slope of a smooth function at SymPy arguments."""
        symbols = tuple(Symbol(f"a{k}") for k in range(len(value.args)))
        slopes = FUNCTIONS[node.function].slopes(index, symbols, Symbol("value"), node.options)
        known = {f"a{k}": one for k, one in enumerate(value.args)} | {"value": value}
        return evaluate(slopes[0], known, self.arithmetic)

    def joined(self, node: Call, arguments: tuple[Any, ...]) -> Any:
        """Join the pieces of a kinked function, or of its slope, by their indicators."""
        function, symbols = FUNCTIONS[node.function], (Symbol("a0"),)
        pieces = function.pieces(symbols, node.options)
        if node.slope is not None:
            value = Symbol("value")
            slopes = function.slopes(node.slope, symbols, value, node.options)
        total = 0
        for k, piece in enumerate(pieces):
            indicator = sympy.Symbol(f"[{node.arguments[0]} in piece {k + 1}]", real=True)
            found = evaluate(piece, {"a0": arguments[0]}, self.arithmetic)
            if node.slope is not None:
                known = {"a0": arguments[0], "value": found}
                found = evaluate(slopes[k], known, self.arithmetic)
            total += indicator * found
        return total


def kinked(network: Network) -> int:
    """Count the kinked functions that are applied in the network."""
    return len(_pieces(network))


def regions(network: Network) -> int:
    """Count the activation regions."""
    return int(sympy.prod(_pieces(network)))


def _pieces(network: Network) -> list[int]:
    parts = (one for node in network.forward.assignments for one in walk(node.expression))
    calls = [one for one in parts if isinstance(one, Call) and one.function in FUNCTIONS]
    counts = [len(FUNCTIONS[one.function].breaks(one.options)) + 1 for one in calls]
    return [count for count in counts if count > 1]


def nested_size(network: Network) -> int:
    """Estimate the size of the nested loss without building it."""
    sizes = dict.fromkeys(network.forward.inputs, 1)
    for node in network.forward.assignments:
        parts = [one.name for one in walk(node.expression) if isinstance(one, Symbol)]
        sizes[node.name] = 1 + sum(sizes[name] for name in parts)
    return sizes[network.loss]


def nested_loss(network: Network, opaque: Opaque | None = None) -> Any:
    """Return the loss as one SymPy expression in inputs, targets and parameters."""
    return _nested(network, (opaque or Opaque()).arithmetic)[network.loss]


def _nested(network: Network, kind: Arithmetic) -> dict[str, Any]:
    known = {name: real(name) for name in network.forward.inputs}
    for node in network.forward.assignments:
        known[node.name] = evaluate(node.expression, known, kind)
    return known


def method(network: Network) -> str:
    """Say how the symbolic proof is made for this network."""
    count = regions(network)
    if _is_small(network):
        where = f", in all {count} activation regions" if count > 1 else ""
        return f"chain rule = SymPy's derivative of the nested loss{where}"
    return "layer by layer: each local rule on each of its sides, and every path counted"


def _is_small(network: Network) -> bool:
    return kinked(network) <= MOST_KINKS and nested_size(network) <= LARGEST


def symbolic_verdicts(derivation: Derivation) -> dict[str, Verdict]:
    """Prove every gradient, on the nested loss where that is small enough."""
    small = _is_small(derivation.network)
    return _by_nesting(derivation) if small else by_layers(derivation)


def _by_nesting(derivation: Derivation) -> dict[str, Verdict]:
    network, kind = derivation.network, Opaque().arithmetic
    known = _nested(network, kind)
    for adjoint in derivation.adjoints.values():
        known[adjoint.name] = evaluate(derivation.value(adjoint.variable), known, kind)
    return {
        name: _verdict(known[derivation.adjoints[name].name], sympy.diff(known[network.loss], x))
        for name, x in known.items()
        if name in network.forward.inputs and name in derivation.adjoints
    }


def by_layers(derivation: Derivation) -> dict[str, Verdict]:
    """Prove each local derivative from its own node, and that no consumer is left out."""
    network, kind = derivation.network, Opaque().arithmetic
    good = {network.loss: True}
    for name, adjoint in derivation.adjoints.items():
        terms = {term.consumer: term.local for term in adjoint.terms}
        expected = _consumers(network, name)
        good[name] = len(terms) == len(adjoint.terms) and set(terms) == set(expected)
        for consumer, formula in expected.items():
            good[name] = (
                good[name]
                and good.get(consumer, False)
                and _local_is_right(network, formula, terms[consumer], name, kind)
            )
    variables = [one for one in derivation.adjoints if one in network.forward.inputs]
    return {name: "proven" if good[name] else "failed" for name in variables}


def _consumers(network: Network, name: str) -> dict[str, Expression]:
    """Return the nodes that read a variable, an error written into the loss that reads it."""
    errors = {one.name for one in network.variables if one.kind == "error"}
    nodes = {one.name: one for one in network.forward.assignments}
    found = {}
    for node in nodes.values():
        if name in node.reads and node.name in errors:
            found[network.loss] = nodes[network.loss].expression
        elif name in node.reads:
            found[node.name] = node.expression
    return found


def _local_is_right(
    network: Network, formula: Expression, claimed: Expression, name: str, kind: Arithmetic
) -> bool:
    """Differentiate one node's equation and compare, errors and the node's own value put in."""
    nodes = {one.name: one.expression for one in network.forward.assignments}
    known = {one: real(one) for one in (*nodes, *network.forward.inputs)}
    for error in (one.name for one in network.variables if one.kind == "error"):
        known[error] = evaluate(nodes[error], known, kind)
    derived = sympy.diff(evaluate(formula, known, kind), real(name))
    for node, expression in nodes.items():
        calls = isinstance(formula, Call) and isinstance(expression, Call)
        if calls and expression.parts == formula.parts:  # its own value, or its layer's
            known[node] = evaluate(expression, known, kind)
    return _verdict(evaluate(claimed, known, kind), derived) == "proven"


def _verdict(claimed: Any, derived: Any) -> Verdict:
    """Decide an identity of polynomials, or of rational functions, in nodes and opaque calls."""
    difference = sympy.expand(claimed - derived)
    if difference != 0:
        difference = sympy.cancel(sympy.together(difference))
    return "proven" if difference == 0 else "failed"
