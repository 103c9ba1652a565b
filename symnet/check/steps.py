"""Statements proven beside the gradients: slopes of functions, and factors that collapse.

In: Derivation. Out: statements with their verdicts.
"""

from collections.abc import Iterator

import sympy

from symnet.check.report import Verdict
from symnet.derive.backprop import Adjoint, Derivation
from symnet.derive.local import prove_slopes
from symnet.derive.symbolic import real, to_sympy
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import Call, names, substitute, walk

Step = tuple[str, Verdict]


def proven_steps(derivation: Derivation) -> Iterator[Step]:
    """Yield every statement the derivation rests on, each proven with SymPy."""
    yield from _slopes(derivation)
    for adjoint in derivation.adjoints.values():
        if adjoint.collapsed is not None:
            text = f"{adjoint.name} = {adjoint.collapsed}, from its factors"
            yield text, _collapses(derivation, adjoint)


def _slopes(derivation: Derivation) -> Iterator[Step]:
    """Differentiate every function's definition and compare it with the slope in use."""
    nodes = derivation.network.forward.assignments
    calls = [part for node in nodes for part in walk(node.expression) if isinstance(part, Call)]
    known = {one.function: one for one in calls if one.function in FUNCTIONS}
    for call in known.values():
        try:
            prove_slopes(call.function, call.options, len(call.arguments))
            verdict: Verdict = "proven"
        except ArithmeticError:
            verdict = "failed"
        yield f"slope of {call.function}, from its definition", verdict


def _collapses(derivation: Derivation, adjoint: Adjoint) -> Verdict:
    """Multiply the factors out in the predictions and targets and compare with the short form.

    Targets of the softmax's cross-entropy add up to 1, which stands for the last of them.
    """
    network = derivation.network
    outer = {one.name: one for one in derivation.adjoints.values()}
    written = {
        name: derivation.value(outer[name].variable)
        for name in names(derivation.value(adjoint.variable))
        if name in outer
    }
    factors = substitute(derivation.value(adjoint.variable), written)
    if adjoint.collapsed is None:
        raise ValueError(f"{adjoint.name} has no short form")
    used = {*names(factors), *names(adjoint.collapsed)}
    known = {name: real(name) for name in used}
    if network.layers[-1].activation.name == "softmax":
        others = [real(name) for name in network.targets[:-1]]
        known[network.targets[-1]] = 1 - sympy.Add(*others)
    difference = to_sympy(factors, known) - to_sympy(adjoint.collapsed, known)
    return "proven" if sympy.cancel(sympy.together(difference)) == 0 else "failed"
