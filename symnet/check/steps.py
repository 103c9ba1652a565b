"""Statements proven beside the gradients: slopes of functions, and factors that collapse.

In: Derivation. Out: statements with their verdicts.
"""

from collections.abc import Iterator

import sympy

from symnet.check.report import Verdict
from symnet.check.slopes import slopes_are_right
from symnet.derive.backprop import Adjoint, Derivation
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
    right: dict[str, bool] = {}
    for node in derivation.network.forward.assignments:
        for part in walk(node.expression):
            if isinstance(part, Call) and part.function in FUNCTIONS:
                proven = slopes_are_right(part.function, part.options, len(part.arguments))
                right[part.function] = right.get(part.function, True) and proven
    for function, proven in right.items():
        yield f"slope of {function}, from its definition", "proven" if proven else "failed"


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
