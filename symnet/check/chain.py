"""The chain rule as a program that can be evaluated, adjoint by adjoint.

In: Derivation. Out: Program.
"""

from collections.abc import Callable

from symnet.derive.backprop import Adjoint, Derivation
from symnet.model.expression import Expression
from symnet.model.program import Assignment, Program


def chain_rule(derivation: Derivation, value: Callable[[Adjoint], Expression]) -> Program:
    """Write the forward pass and then every adjoint, with the ``value`` it is given."""
    forward = derivation.network.forward
    adjoints = tuple(Assignment(one.name, value(one)) for one in derivation.adjoints.values())
    return Program(forward.inputs, (*forward.assignments, *adjoints), forward.outputs)


def in_factors(derivation: Derivation) -> Program:
    """Write every adjoint as the sum of its products, and the loss."""
    return chain_rule(derivation, lambda one: derivation.value(one.variable))


def in_short(derivation: Derivation) -> Program:
    """Write the gradients alone, deltas in their short form where they have one.

    A prediction that rounds to 0 or 1 does not matter then.
    """
    program = chain_rule(derivation, lambda one: one.collapsed or derivation.value(one.variable))
    return program.needed_for(gradient_names(derivation).values())


def gradient_names(derivation: Derivation) -> dict[str, str]:
    """Return the inputs and parameters that have an adjoint, with its name."""
    known = derivation.adjoints
    inputs = derivation.network.forward.inputs
    return {name: known[name].name for name in inputs if name in known}
