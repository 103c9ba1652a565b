"""The losses, one entry each.

In: Expression. Out: LOSSES, LOSS_FUNCTIONS.

A loss is written in the predictions p_k, the errors e_k = p_k - y_k where it uses them, and the
targets y_k. Cross-entropies are computed from the pre-activations (logits), and with the
activation they belong to their two factors collapse to p - y (Bishop, PRML, section 4.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.model.activations import decay, largest
from symnet.model.expression import (
    ONE,
    Call,
    Expression,
    Number,
    Options,
    Select,
    call,
    product,
    total,
)
from symnet.model.functions import Arguments, Function, Let, option
from symnet.model.options import OptionRule


@dataclass(frozen=True, slots=True)
class Loss:
    """One entry of the table of losses.

    ``value(predictions, targets, options)``: the loss; ``predictions`` are the errors where
    ``of_errors``. ``activation``: the only last layer it goes with, None: any. Then
    ``collapse(p, y)`` is the derivative in that unit's pre-activation, and
    ``code(logits, targets, let)`` the value computed from the pre-activations.
    ``targets``: what they must be, in words; empty: any number.
    """

    name: str
    title: str
    value: Callable[[Arguments, Arguments, Options], Expression]
    of_errors: bool = False
    options: tuple[OptionRule, ...] = ()
    activation: str | None = None
    collapse: Callable[[Expression, Expression], Expression] | None = None
    code: Callable[[Arguments, Arguments, Let], Expression] | None = None


def _squares(errors: Arguments) -> Expression:
    return total(e**2 for e in errors)


def _applied(name: str, errors: Arguments, options: Options) -> Expression:
    return total(Call(name, (e,), options) for e in errors)


def _binary_cross_entropy(p: Arguments, y: Arguments, options: Options) -> Expression:
    return total(call("binary_cross_entropy", a, b) for a, b in zip(p, y, strict=True))


def _from_logits(z: Arguments, y: Arguments, let: Let) -> Expression:
    """Return max(z, 0) - z y + log(1 + exp(-|z|)), the binary cross-entropy of sigma(z)."""
    parts = []
    for one, target in zip(z, y, strict=True):
        top = Select(one < 0, Number(Fraction(0)), one)
        parts.append(top - one * target + call("log1p", decay(one, let)))
    return total(parts)


def _softmax_from_logits(z: Arguments, y: Arguments, let: Let) -> Expression:
    """Return log sum exp(z - top) - sum y (z - top): the cross-entropy where the y add up to 1."""
    top = largest(z, let)
    parts = tuple(let("exp", call("exp", one - top)) for one in z)
    shifted = call("log", let("sum", total(parts)))
    return shifted - total(target * (one - top) for one, target in zip(z, y, strict=True))


def half_delta(options: Options) -> Number:
    """Return delta / 2 of the Huber loss."""
    return Number(option(options, "delta").value / 2)


def _huber_code(e: Arguments, options: Options, let: Let) -> Expression:
    delta, half = option(options, "delta"), half_delta(options)
    outer = Select(e[0] > delta, delta * (e[0] - half), e[0] ** 2 / 2)
    return Select(e[0] < -delta, delta * (-e[0] - half), outer)


def _huber_pullback(
    g: Expression, e: Arguments, value: Expression, options: Options, let: Let
) -> Arguments:
    delta = option(options, "delta")
    outer = Select(e[0] > delta, product(g, delta), product(g, e[0]))
    return (Select(e[0] < -delta, product(g, -delta), outer),)


LOSS_FUNCTIONS: dict[str, Function] = {
    entry.name: entry
    for entry in (
        Function(
            name="absolute",
            symbol="abs",
            breaks=lambda options: (Fraction(0),),
            pieces=lambda e, options: (-e[0], e[0]),
            slopes=lambda index, e, value, options: (-ONE, ONE),
            sides=lambda options: (Fraction(-1), Fraction(1)),
            # At 0 the slope is the error itself: 0 there, and a NaN stays a NaN.
            pullback=lambda g, e, value, options, let: (
                Select(e[0] > 0, g, Select(e[0] < 0, product(-ONE, g), product(g, e[0]))),
            ),
            rational=True,
        ),
        Function(
            name="huber",
            symbol="huber",
            options=(OptionRule("delta", Fraction(1), "a number above 0", lambda d: d > 0),),
            breaks=lambda options: (-dict(options)["delta"], dict(options)["delta"]),
            pieces=lambda e, options: (
                option(options, "delta") * (-e[0] - half_delta(options)),
                e[0] ** 2 / 2,
                option(options, "delta") * (e[0] - half_delta(options)),
            ),
            slopes=lambda index, e, value, options: (
                -option(options, "delta"),
                e[0],
                option(options, "delta"),
            ),
            code=_huber_code,
            # The middle piece comes last, so that a NaN stays a NaN.
            pullback=_huber_pullback,
            rational=True,
        ),
        Function(
            name="binary_cross_entropy",
            pieces=lambda a, options: (
                -(a[1] * call("log", a[0]) + (1 - a[1]) * call("log", 1 - a[0])),
            ),
            slopes=lambda index, a, value, options: (
                (a[0] - a[1]) / (a[0] * (1 - a[0]))
                if index == 0
                else call("log", 1 - a[0]) - call("log", a[0]),
            ),
        ),
    )
}


LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            name="squared_error",
            title="squared error, summed over the outputs",
            value=lambda e, y, options: _squares(e),
            of_errors=True,
        ),
        Loss(
            name="half_squared_error",
            title="half the squared error, summed over the outputs",
            value=lambda e, y, options: product(Number(Fraction(1, 2)), _squares(e)),
            of_errors=True,
        ),
        Loss(
            name="mean_squared_error",
            title="squared error, averaged over the outputs",
            value=lambda e, y, options: _squares(e) / len(e) if len(e) > 1 else _squares(e),
            of_errors=True,
        ),
        Loss(
            name="absolute_error",
            title="absolute error, summed over the outputs",
            value=lambda e, y, options: _applied("absolute", e, options),
            of_errors=True,
        ),
        Loss(
            name="huber",
            title="Huber loss, summed over the outputs",
            value=lambda e, y, options: _applied("huber", e, options),
            of_errors=True,
            options=LOSS_FUNCTIONS["huber"].options,
        ),
        Loss(
            name="binary_cross_entropy",
            title="binary cross-entropy, summed over the outputs",
            value=_binary_cross_entropy,
            activation="sigmoid",
            collapse=lambda p, y: p - y,
            code=_from_logits,
        ),
        Loss(
            name="softmax_cross_entropy",
            title="cross-entropy of the softmax, with targets that add up to 1",
            value=lambda p, y, options: (
                -total(a * call("log", b) for a, b in zip(y, p, strict=True))
            ),
            activation="softmax",
            collapse=lambda p, y: p - y,
            code=_softmax_from_logits,
        ),
        Loss(
            name="none",
            title="no loss: the gradient of an output",
            value=lambda p, y, options: p[int(dict(options)["output"]) - 1],
            options=(
                OptionRule(
                    "output",
                    Fraction(1),
                    "the number of an output, counted from 1",
                    lambda value: value >= 1 and value.denominator == 1,
                ),
            ),
        ),
    )
}
