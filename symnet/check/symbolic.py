"""The symbolic proof: the chain rule's result against SymPy's derivative of the nested loss.

In: Derivation. Out: a verdict for each variable.

The loss is nested in inputs, targets and parameters alone, SymPy differentiates it, and the product
of the chain is multiplied out beside it. Where that would grow too large, which is estimated before
anything is built, every local rule is proven instead.
"""

from typing import Any

import sympy

from symnet.check.layers import by_layers
from symnet.check.opaque import Opaque, is_identity
from symnet.check.report import Verdict
from symnet.derive.backprop import Derivation
from symnet.derive.symbolic import real
from symnet.model.evaluation import FUNCTIONS, Arithmetic, evaluate
from symnet.model.expression import Call, walk
from symnet.model.network import Network

# Kinked functions up to which all regions are proven on the nested loss; and up to which size of
# the nested loss times number of its derivatives, which takes two or three seconds.
MOST_KINKS = 10
MOST_WORK = 20_000


def symbolic_verdicts(derivation: Derivation) -> dict[str, Verdict]:
    """Prove every gradient, on the nested loss where that is small enough."""
    nests = can_nest(derivation.network)
    return by_nesting(derivation) if nests else by_layers(derivation)


def method(network: Network) -> str:
    """Say how the symbolic proof is made for this network."""
    if not can_nest(network):
        return "layer by layer: each local rule on each of its sides, and every path counted"
    count = regions(network)
    where = f", in all {count} activation regions" if count > 1 else ""
    return f"chain rule = SymPy's derivative of the nested loss{where}"


def can_nest(network: Network) -> bool:
    """Say whether the nested loss is small enough to be differentiated."""
    if len(_pieces(network)) > MOST_KINKS:
        return False
    return nested_size(network) * len(network.parameters) <= MOST_WORK


def regions(network: Network) -> int:
    """Count the activation regions: every kinked function in each of its pieces."""
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
        sizes[node.name] = 1 + sum(sizes[name] for name in node.reads)
    return sizes[network.loss]


def by_nesting(derivation: Derivation) -> dict[str, Verdict]:
    """Compare the chain, multiplied out in the leaves, with SymPy's derivative of the loss."""
    network, kind = derivation.network, Opaque().arithmetic
    known = _nested(network, kind)
    for adjoint in derivation.adjoints.values():
        known[adjoint.name] = evaluate(derivation.value(adjoint.variable), known, kind)
    return {
        name: _verdict(known[derivation.adjoints[name].name], sympy.diff(known[network.loss], x))
        for name, x in known.items()
        if name in network.forward.inputs and name in derivation.adjoints
    }


def _nested(network: Network, kind: Arithmetic) -> dict[str, Any]:
    known = {name: real(name) for name in network.forward.inputs}
    for node in network.forward.assignments:
        known[node.name] = evaluate(node.expression, known, kind)
    return known


def _verdict(claimed: Any, derived: Any) -> Verdict:
    return "proven" if is_identity(claimed, derived) else "failed"
