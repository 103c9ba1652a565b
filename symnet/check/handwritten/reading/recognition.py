"""A function of the file recognised by what it computes, however it is spelt.

In: Formula of one argument. Out: the activation, or derivative of one, that it is.

Points make a first choice and the algebra decides: two functions are the same when they are equal
on every side of every kink.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy

from symnet.check.handwritten.calculating.algebra import Algebra
from symnet.check.handwritten.calculating.arrays import Array
from symnet.check.handwritten.calculating.domains import Algebraic, Points
from symnet.check.handwritten.calculating.evaluation import (
    Evaluation,
    UnknownError,
    activation_formula,
)
from symnet.check.handwritten.calculating.polynomials import TooLargeError
from symnet.check.handwritten.calculating.signs import UndecidedError
from symnet.check.handwritten.formula import Binding, Formula
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import Options
from symnet.model.network import Network, numbers

Label = tuple[str, Options, int | None]
AT = numpy.array([-2.7, -1.9, -1.1, -0.6, -0.31, -0.12, 0.13, 0.37, 0.62, 1.21, 1.7, 2.3])


def labels(network: Network) -> tuple[Label, ...]:
    """Return the functions worth recognising: the network's own, then the table's defaults."""
    own = [
        (layer.activation.name, numbers(layer.activation))
        for layer in network.layers
        if layer.activation.name in ACTIVATIONS and layer.activation.name != "softmax"
    ]
    others = [
        (name, tuple((o.name, o.default) for o in entry.options if not isinstance(o.default, str)))
        for name, entry in ACTIVATIONS.items()
        if name not in ("softmax", "identity")
    ]
    found = dict.fromkeys((*own, *others))
    return tuple((name, options, slope) for name, options in found for slope in (None, 0))


@cache
def _values_of(label: Label) -> Any:
    return _at_points(activation_formula(*label), lambda known: AT)


def _at_points(formula: Formula, known: Any, bound: Any = lambda binding: None) -> Any:
    with numpy.errstate(all="ignore"):
        return Evaluation(Points(), known, bound).value(formula)


def recognised(formula: Formula, argument: Binding, known: tuple[Label, ...]) -> Label | None:
    """Return what a formula in one argument is; None where it is nothing known."""
    try:
        found = _at_points(formula, _refused, lambda one: AT if one is argument else None)
    except (UnknownError, ArithmeticError, ValueError, TypeError):
        return None
    if isinstance(found, Array) or numpy.shape(found) != AT.shape:
        return None
    for label in known:
        if numpy.allclose(found, _values_of(label), rtol=1e-9, atol=1e-12) and _proven(
            formula, argument, label
        ):
            return label
    return None


def _refused(known: Any) -> Any:
    raise UnknownError(known.name)


def _proven(formula: Formula, argument: Binding, label: Label) -> bool:
    algebra = Algebra()
    domain, z = Algebraic(algebra), algebra.symbol("z")
    try:
        truth = Evaluation(domain, lambda known: algebra.symbol(known.name))
        own = Evaluation(
            domain,
            lambda known: algebra.symbol(known.name),
            lambda one: z if one is argument else None,
        )
        return algebra.is_zero(own.value(formula) - truth.value(activation_formula(*label)))
    except (UndecidedError, TooLargeError, ZeroDivisionError, UnknownError, ValueError):
        return False
