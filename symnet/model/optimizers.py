"""The optimizers, one entry each: how a gradient becomes a new parameter.

In: Expression, Choice. Out: OPTIMIZERS.

Sources: Polyak 1964 (momentum), Sutskever et al. 2013 (Nesterov's step written for the parameters
alone), Hinton's lecture 6e on Coursera (RMSProp), Kingma & Ba 2015 (Adam).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.model.expression import Expression, Number, call
from symnet.model.options import OptionRule
from symnet.model.spec import Choice

Slots = tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Old:
    """What an update rule reads of one parameter: old values, and the learning rate.

    ``powers``: beta^t for the entry's ``powers``, t counting this update as well.
    """

    parameter: Expression
    gradient: Expression
    slots: Slots
    rate: Expression
    powers: Slots


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One entry of the table.

    ``slots``: what is remembered of each parameter; ``squares``: those of them that are means of
    squares, whose root is taken. ``powers``: options whose power beta^t is
    remembered once for all parameters, so that no target needs a power function.
    ``new_slots(old, choice)`` and then ``new_parameter(old, new_slots, choice)``: the rule.
    """

    name: str
    title: str
    new_parameter: Callable[[Old, Slots, Choice], Expression]
    slots: tuple[str, ...] = ()
    new_slots: Callable[[Old, Choice], Slots] = lambda old, choice: ()
    squares: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    options: tuple[OptionRule, ...] = ()


def _beta(name: str, default: str) -> OptionRule:
    """Return the rule of a decay rate; one that is 1 as a float64 would divide by 1 - 1."""
    wanted = "a number from 0 to below 1"
    return OptionRule(name, Fraction(default), wanted, lambda b: b >= 0 and float(b) < 1)


def _epsilon(*places: str) -> tuple[OptionRule, OptionRule]:
    return (
        OptionRule("epsilon", Fraction("1e-8"), "a number above 0", lambda e: e > 0),
        OptionRule("epsilon_place", places[0], f"one of {', '.join(places)}", words=places),
    )


DECAY = (
    OptionRule("weight_decay", Fraction(0), "a number of at least 0", lambda value: value >= 0),
    OptionRule("decays", "all", "all or weights", words=("all", "weights")),
)


def _number(choice: Choice, name: str) -> Number:
    return Number(choice.number(name))


def _average(old: Expression, new: Expression, beta: Number) -> Expression:
    return beta * old + Number(1 - beta.value) * new


def _velocity(old: Old, choice: Choice) -> Slots:
    """Return the new velocity in the form asked for."""
    beta, v, g = _number(choice, "beta"), old.slots[0], old.gradient
    forms = {
        "velocity": beta * v - old.rate * g,
        "accumulated": beta * v + g,
        "average": _average(v, g, beta),
    }
    return (forms[choice.word("form")],)


def _momentum(old: Old, new: Slots, choice: Choice) -> Expression:
    if choice.word("form") == "velocity":
        return old.parameter + new[0]
    return old.parameter - old.rate * new[0]


def _nesterov_velocity(old: Old, choice: Choice) -> Slots:
    return (_number(choice, "beta") * old.slots[0] - old.rate * old.gradient,)


def _nesterov(old: Old, new: Slots, choice: Choice) -> Expression:
    return old.parameter + _number(choice, "beta") * new[0] - old.rate * old.gradient


def _root(mean_square: Expression, choice: Choice) -> Expression:
    """Return sqrt(v) + epsilon, or sqrt(v + epsilon)."""
    epsilon = _number(choice, "epsilon")
    if choice.word("epsilon_place") == "inside":
        return call("sqrt", mean_square + epsilon)
    return call("sqrt", mean_square) + epsilon


def _square_average(old: Old, choice: Choice) -> Slots:
    return (_average(old.slots[0], old.gradient**2, _number(choice, "beta")),)


def _rmsprop(old: Old, new: Slots, choice: Choice) -> Expression:
    return old.parameter - old.rate * old.gradient / _root(new[0], choice)


def _moments(old: Old, choice: Choice) -> Slots:
    first, second = old.slots
    return (
        _average(first, old.gradient, _number(choice, "beta1")),
        _average(second, old.gradient**2, _number(choice, "beta2")),
    )


def _adam(old: Old, new: Slots, choice: Choice) -> Expression:
    """Return Adam's step; ``hat``: epsilon beside the root of the uncorrected moment."""
    (first, second), (power1, power2) = new, old.powers
    if choice.word("epsilon_place") == "hat":
        correction = call("sqrt", 1 - power2) / (1 - power1)
        root = call("sqrt", second) + _number(choice, "epsilon")
        return old.parameter - old.rate * correction * first / root
    root = _root(second / (1 - power2), choice)
    return old.parameter - old.rate * (first / (1 - power1)) / root


OPTIMIZERS: dict[str, Optimizer] = {
    entry.name: entry
    for entry in (
        Optimizer(
            name="gradient_descent",
            title="gradient descent",
            options=DECAY,
            new_parameter=lambda old, new, choice: old.parameter - old.rate * old.gradient,
        ),
        Optimizer(
            name="momentum",
            title="gradient descent with momentum",
            options=(
                _beta("beta", "0.9"),
                OptionRule(
                    "form",
                    "velocity",
                    "velocity, accumulated or average",
                    words=("velocity", "accumulated", "average"),
                ),
                *DECAY,
            ),
            slots=("velocity",),
            new_slots=_velocity,
            new_parameter=_momentum,
        ),
        Optimizer(
            name="nesterov",
            title="Nesterov's accelerated gradient",
            options=(_beta("beta", "0.9"), *DECAY),
            slots=("velocity",),
            new_slots=_nesterov_velocity,
            new_parameter=_nesterov,
        ),
        Optimizer(
            name="rmsprop",
            title="RMSProp",
            options=(_beta("beta", "0.9"), *_epsilon("outside", "inside"), *DECAY),
            slots=("mean_square",),
            squares=("mean_square",),
            new_slots=_square_average,
            new_parameter=_rmsprop,
        ),
        Optimizer(
            name="adam",
            title="Adam",
            options=(
                _beta("beta1", "0.9"),
                _beta("beta2", "0.999"),
                *_epsilon("outside", "inside", "hat"),
                *DECAY,
            ),
            slots=("first_moment", "second_moment"),
            squares=("second_moment",),
            powers=("beta1", "beta2"),
            new_slots=_moments,
            new_parameter=_adam,
        ),
    )
}
