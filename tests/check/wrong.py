"""Derivations and programs made wrong on purpose, one slip each, for the checkers to refuse."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symnet.derive.backprop import Adjoint, Derivation, backpropagate
from symnet.derive.update import TrainingStep
from symnet.model.expression import Call, Expression, Negative, Number, Symbol
from symnet.model.network import build_network
from symnet.model.program import Assignment, Program
from symnet.model.spec import Spec
from symnet.pipeline import load
from tests.networks import small_spec


def derived(spec: Spec) -> Derivation:
    return backpropagate(build_network(spec))


def changed(
    derivation: Derivation, variable: str, local: Callable[[Expression], Expression]
) -> Derivation:
    """Change the first local derivative of a variable's adjoint."""
    old = derivation.adjoints[variable]
    terms = (old.terms[0]._replace(local=local(old.terms[0].local)), *old.terms[1:])
    return with_adjoint(derivation, old._replace(terms=terms))


def with_adjoint(derivation: Derivation, adjoint: Adjoint) -> Derivation:
    return replace(derivation, adjoints={**derivation.adjoints, adjoint.variable: adjoint})


def without_a_path(derivation: Derivation, variable: str) -> Derivation:
    old = derivation.adjoints[variable]
    return with_adjoint(derivation, old._replace(terms=old.terms[:-1]))


def with_a_path_twice(derivation: Derivation, variable: str) -> Derivation:
    old = derivation.adjoints[variable]
    return with_adjoint(derivation, old._replace(terms=(*old.terms, old.terms[-1])))


def other_kink(derivation: Derivation, variable: str, kink: Fraction) -> Derivation:
    """Take another slope at a kink than the file says."""

    def other(local: Expression) -> Expression:
        assert isinstance(local, Call)
        return replace(local, options=(*local.options[:-1], ("kink", kink)))

    return changed(derivation, variable, other)


def collapsed_otherwise(derivation: Derivation) -> Derivation:
    """Give the first delta with a short form the prediction alone for it."""
    old = next(one for one in derivation.adjoints.values() if one.collapsed is not None)
    prediction = Symbol(derivation.network.predictions[0])
    return with_adjoint(derivation, old._replace(collapsed=prediction))


def with_code(
    step: TrainingStep, part: str, name: str, value: Callable[[Expression], Expression]
) -> TrainingStep:
    """Change one assignment of one of the programs of a training step."""
    old: Program = getattr(step, part)
    assert name in {one.name for one in old.assignments}
    assignments = tuple(
        Assignment(name, value(one.expression)) if one.name == name else one
        for one in old.assignments
    )
    fields: dict[str, Any] = {part: Program(old.inputs, assignments, old.outputs)}
    return replace(step, **fields)


NOTEBOOK = load("notebook").derivation
SIGMOID = derived(small_spec((2, 2, 2), ("sigmoid", "tanh"), "half_squared_error"))
BINARY = derived(small_spec((2, 2, 1), ("tanh", "sigmoid"), "binary_cross_entropy"))
CLASSES = derived(small_spec((2, 3), ("softmax",), "softmax_cross_entropy"))
ABSOLUTE = derived(small_spec((1, 2, 1), ("leaky_relu", "identity"), "absolute_error"))
RIGHT = {
    "notebook": NOTEBOOK,
    "sigmoid": SIGMOID,
    "binary": BINARY,
    "classes": CLASSES,
    "absolute": ABSOLUTE,
}

_RELU_OF_Z1 = Call("relu", (Symbol("z1"),), (("kink", Fraction(0)),), 0)
TINY = Number(Fraction(1, 10**12))

WRONG = {
    "swapped input": changed(NOTEBOOK, "w3", lambda local: Symbol("x2")),
    "swapped weight": changed(NOTEBOOK, "h1", lambda local: Symbol("w8")),
    "lost factor 2": changed(NOTEBOOK, "y_hat", lambda local: Symbol("error")),
    "sign": changed(NOTEBOOK, "b2", Negative),
    "slope left out": changed(NOTEBOOK, "z2", lambda local: Number(Fraction(1))),
    "slope of another unit": changed(NOTEBOOK, "z3", lambda local: _RELU_OF_Z1),
    "tiny constant": changed(NOTEBOOK, "w7", lambda local: local + TINY),
    "tiny factor": changed(SIGMOID, "w1", lambda local: local * (1 + TINY)),
    "value for slope": changed(SIGMOID, "z1", lambda local: Symbol("h1")),
    "before for after": changed(SIGMOID, "z1", lambda local: Symbol("z1") * (1 - Symbol("z1"))),
    "path lost": without_a_path(SIGMOID, "h1"),
    "path twice": with_a_path_twice(SIGMOID, "h1"),
    "loss not differentiated": changed(ABSOLUTE, "y_hat", lambda local: Symbol("error")),
    "factor of the loss": changed(BINARY, "y_hat", Negative),
    "another class": changed(CLASSES, "z1", lambda local: Symbol("y_hat2") * Symbol("y_hat3")),
}
