"""The activation functions, one entry each.

In: Expression. Out: ACTIVATIONS.

The slopes are Goodfellow, Bengio & Courville, Deep Learning, sections 3.10 and 6.3, ELU is Clevert
et al. 2015, SiLU and GELU are Hendrycks & Gimpel 2016; SymPy proves each one before it is used.
"""

from fractions import Fraction

from symnet.model.expression import (
    ONE,
    ZERO,
    Call,
    Expression,
    Number,
    Options,
    Pi,
    Select,
    Symbol,
    call,
    product,
    total,
)
from symnet.model.functions import Arguments, Function, Let, option
from symnet.model.options import KINK, OptionRule

HALF = Number(Fraction(1, 2))


def decay(z: Expression, let: Let) -> Symbol:
    """Name exp(-|z|), which never overflows and from which the sigmoid family is made."""
    return let("decay", call("exp", Select(z < 0, z, -z)))


def stable_sigmoid(z: Expression, let: Let) -> Expression:
    """Return 1/(1 + exp(-z)) without overflow on either side."""
    e = decay(z, let)
    return Select(z < 0, e / (1 + e), 1 / (1 + e))


def stable_softplus(z: Expression, let: Let) -> Expression:
    """Return log(1 + exp(z)) as max(z, 0) + log(1 + exp(-|z|))."""
    return Select(z < 0, ZERO, z) + call("log1p", decay(z, let))


def _silu_pullback(
    g: Expression, z: Arguments, h: Expression, options: Options, let: Let
) -> Arguments:
    gate = let("gate", stable_sigmoid(z[0], let))
    return (product(g, gate + h * (1 - gate)),)


def normal_density(z: Expression) -> Expression:
    """Return the density of the standard normal distribution at ``z``."""
    return call("exp", -(z**2 / 2)) / call("sqrt", 2 * Pi())


def normal_probability(z: Expression) -> Expression:
    """Return the distribution function of the standard normal distribution at ``z``."""
    return HALF * (1 + call("erf", z / call("sqrt", 2)))


def stable_normal_probability(z: Expression, let: Let) -> Symbol:
    """Name the same through erfc, which keeps its digits for negative ``z``."""
    return let("probability", HALF * call("erfc", -(z / call("sqrt", 2))))


def _softmax(z: Arguments, options: Options) -> Arguments:
    return (call("exp", z[_unit(options)]) / total(call("exp", one) for one in z),)


def _softmax_slopes(index: int, z: Arguments, p: Expression, options: Options) -> Arguments:
    """Return p_i (1 - p_i) in the unit's own pre-activation, -p_i p_j in the others."""
    if index == _unit(options):
        return (p * (1 - p),)
    other = Call("softmax", z, (("unit", Fraction(index)),))
    return (-(p * other),)


def _softmax_code(z: Arguments, options: Options, let: Let) -> Expression:
    """Shift by the largest pre-activation, so that no exponential overflows."""
    top = largest(z, let)
    parts = tuple(let("exp", call("exp", one - top)) for one in z)
    return parts[_unit(options)] / let("sum", total(parts))


def _softmax_pullback(
    adjoints: Arguments, z: Arguments, p: Arguments, options: Options, let: Let
) -> Arguments:
    """Return p_j (a_j - sum_i a_i p_i): the layer's rule in n products instead of n^2."""
    mean = let("mean", total(product(a, one) for a, one in zip(adjoints, p, strict=True)))
    return tuple(one * (a - mean) for a, one in zip(adjoints, p, strict=True))


def largest(values: Arguments, let: Let) -> Expression:
    """Name the largest of ``values``."""
    top = values[0]
    for value in values[1:]:
        top = let("top", Select(top < value, value, top))
    return top


def _unit(options: Options) -> int:
    return int(dict(options)["unit"])


def _at_zero(options: Options) -> tuple[Fraction, ...]:
    return (Fraction(0),)


SLOPE = OptionRule("slope", Fraction(1, 100), "a number from 0 to 1", lambda value: 0 <= value <= 1)
ALPHA = OptionRule("alpha", Fraction(1), "a number above 0", lambda value: value > 0)


ACTIVATIONS: dict[str, Function] = {
    entry.name: entry
    for entry in (
        Function(
            name="identity",
            pieces=lambda z, options: (z[0],),
            slopes=lambda index, z, h, options: (ONE,),
            rational=True,
        ),
        Function(
            name="relu",
            symbol="ReLU",
            options=(KINK,),
            breaks=_at_zero,
            pieces=lambda z, options: (ZERO, z[0]),
            slopes=lambda index, z, h, options: (ZERO, ONE),
            sides=lambda options: (Fraction(0), Fraction(1)),
            rational=True,
        ),
        Function(
            name="leaky_relu",
            symbol="LReLU",
            options=(SLOPE, KINK),
            breaks=_at_zero,
            pieces=lambda z, options: (option(options, "slope") * z[0], z[0]),
            slopes=lambda index, z, h, options: (option(options, "slope"), ONE),
            sides=lambda options: (dict(options)["slope"], Fraction(1)),
            rational=True,
        ),
        Function(
            name="elu",
            symbol="ELU",
            options=(ALPHA, KINK),
            breaks=_at_zero,
            pieces=lambda z, options: (
                option(options, "alpha") * (call("exp", z[0]) - 1),
                z[0],
            ),
            slopes=lambda index, z, h, options: (h + option(options, "alpha"), ONE),
            sides=lambda options: (dict(options)["alpha"], Fraction(1)),
            code=lambda z, options, let: Select(
                z[0] <= 0, product(option(options, "alpha"), call("expm1", z[0])), z[0]
            ),
        ),
        Function(
            name="sigmoid",
            symbol="sigma",
            pieces=lambda z, options: (1 / (1 + call("exp", -z[0])),),
            slopes=lambda index, z, h, options: (h * (1 - h),),
            code=lambda z, options, let: stable_sigmoid(z[0], let),
        ),
        Function(
            name="tanh",
            symbol="tanh",
            pieces=lambda z, options: (
                (call("exp", z[0]) - call("exp", -z[0])) / (call("exp", z[0]) + call("exp", -z[0])),
            ),
            slopes=lambda index, z, h, options: (1 - h**2,),
            # The elementary function of the target, under a name that no table entry has.
            code=lambda z, options, let: call("hyperbolic_tangent", z[0]),
        ),
        Function(
            name="softplus",
            symbol="softplus",
            pieces=lambda z, options: (call("log", 1 + call("exp", z[0])),),
            slopes=lambda index, z, h, options: (call("sigmoid", z[0]),),
            code=lambda z, options, let: stable_softplus(z[0], let),
            pullback=lambda g, z, h, options, let: (product(g, stable_sigmoid(z[0], let)),),
        ),
        Function(
            name="silu",
            symbol="SiLU",
            pieces=lambda z, options: (z[0] * call("sigmoid", z[0]),),
            slopes=lambda index, z, h, options: (
                call("sigmoid", z[0]) + h * (1 - call("sigmoid", z[0])),
            ),
            code=lambda z, options, let: z[0] * let("gate", stable_sigmoid(z[0], let)),
            pullback=_silu_pullback,
            accuracy="where sigma(z) is subnormal is within |z| times the least number above 0",
        ),
        Function(
            name="gelu",
            symbol="GELU",
            pieces=lambda z, options: (z[0] * normal_probability(z[0]),),
            slopes=lambda index, z, h, options: (
                normal_probability(z[0]) + z[0] * normal_density(z[0]),
            ),
            code=lambda z, options, let: z[0] * stable_normal_probability(z[0], let),
            pullback=lambda g, z, h, options, let: (
                product(
                    g,
                    stable_normal_probability(z[0], let) + z[0] * normal_density(z[0]),
                ),
            ),
            # erfc'(u) u / erfc(u) is about -2 u^2: so much a rounded argument is amplified.
            accuracy="for negative z is within 2 z^2 + 8 units in the last place, since "
            "z / sqrt(2) is rounded before erfc",
        ),
        Function(
            name="softmax",
            symbol="softmax",
            pieces=_softmax,
            slopes=_softmax_slopes,
            code=_softmax_code,
            layer_pullback=_softmax_pullback,
        ),
    )
}
