"""The proof layer by layer: every local rule by SymPy, and every path accounted for.

In: Derivation. Out: a verdict for each variable.

A variable's adjoint is right if it has one term for every node that reads the variable, every local
derivative is what SymPy makes of that node's equation, on every side of its kinks, and the adjoints
it is multiplied with are right: the chain rule in several variables. The cost is linear in the
number of parameters.
"""

from typing import Any

import sympy

from symnet.check.opaque import Opaque, is_identity
from symnet.check.report import Verdict
from symnet.derive.backprop import Adjoint, Derivation
from symnet.derive.symbolic import real
from symnet.model.evaluation import evaluate
from symnet.model.expression import Call, Expression, Sum, names


def by_layers(derivation: Derivation) -> dict[str, Verdict]:
    """Prove each local derivative from its own node, and that no consumer is left out."""
    rules, good = _Rules(derivation), {derivation.network.loss: True}
    for name, adjoint in derivation.adjoints.items():
        good[name] = all(good.get(term.consumer, False) for term in adjoint.terms)
        good[name] = good[name] and rules.hold(adjoint)
    variables = [one for one in derivation.adjoints if one in derivation.network.forward.inputs]
    return {name: "proven" if good[name] else "failed" for name in variables}


class _Letters(dict[str, Any]):
    """Every name as a SymPy symbol, unless it stands for something else."""

    def __missing__(self, name: str) -> Any:
        self[name] = real(name)
        return self[name]


class _Rules:
    """The nodes of a network, and which of them read a variable."""

    def __init__(self, derivation: Derivation) -> None:
        network = derivation.network
        self.loss = network.loss
        self.kind = Opaque().arithmetic
        self.letters = _Letters()
        self.nodes = {one.name: one.expression for one in network.forward.assignments}
        self.readers: dict[str, list[str]] = {}
        for node in network.forward.assignments:
            for name in node.reads:
                self.readers.setdefault(name, []).append(node.name)
        errors = [one.name for one in network.variables if one.kind == "error"]
        for error in errors:
            self.letters[error] = evaluate(self.nodes[error], self.letters, self.kind)
        self.errors = set(errors)

    def hold(self, adjoint: Adjoint) -> bool:
        """Say whether an adjoint has exactly the right terms."""
        claimed = {term.consumer: term.local for term in adjoint.terms}
        expected = self.consumers(adjoint.variable)
        if len(claimed) != len(adjoint.terms) or claimed.keys() != expected.keys():
            return False
        return all(
            self.is_slope(claimed[node], self.nodes[node], through, adjoint.variable)
            for node, through in expected.items()
        )

    def consumers(self, variable: str) -> dict[str, set[str]]:
        """Return the nodes that depend on a variable, and what they read of it: it, or its error.

        The error is a shorthand within the loss and hands on what it is used for.
        """
        found: dict[str, set[str]] = {}
        for node in self.readers.get(variable, ()):
            if node in self.errors:
                for further in self.readers.get(node, ()):
                    found.setdefault(further, set()).add(node)
            else:
                found.setdefault(node, set()).add(variable)
        return found

    def is_slope(
        self, claimed: Expression, formula: Expression, through: set[str], variable: str
    ) -> bool:
        """Differentiate a node's equation and compare; of a sum, the terms that matter."""
        derived = sum(
            sympy.diff(evaluate(term, self.letters, self.kind), real(variable))
            for term in (formula.terms if isinstance(formula, Sum) else (formula,))
            if through.intersection(names(term))
        )
        return is_identity(evaluate(claimed, self.written(claimed, formula), self.kind), derived)

    def written(self, claimed: Expression, formula: Expression) -> _Letters:
        """Write out a function's own value, or its layer's, where a slope is told through it."""
        letters = _Letters(self.letters)
        for name in names(claimed):
            node = self.nodes.get(name)
            if not isinstance(node, Call) or not isinstance(formula, Call):
                continue
            if node.arguments == formula.arguments:
                letters[name] = evaluate(node, self.letters, self.kind)
        return letters
