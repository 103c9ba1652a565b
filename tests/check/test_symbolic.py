"""The symbolic proofs accept what is right and refuse every slip, each proof for itself."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy

from symnet.check.chain import gradient_names, in_short
from symnet.check.layers import by_layers
from symnet.check.nested import is_always_0, nested_loss
from symnet.check.opaque import is_identity
from symnet.check.points import points_at_kinks, random_points
from symnet.check.slopes import are_right, slopes_are_right
from symnet.check.steps import proven_steps
from symnet.check.symbolic import by_nesting, can_nest, method, nested_size, regions
from symnet.derive.backprop import Derivation
from symnet.derive.symbolic import real
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import EXACT, FUNCTIONS, run
from symnet.model.expression import ONE, Expression, Options
from symnet.model.functions import Function
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.spec import LayerSpec
from tests.check.wrong import (
    ABSOLUTE,
    BINARY,
    CLASSES,
    NOTEBOOK,
    RIGHT,
    WRONG,
    collapsed_otherwise,
    derived,
)
from tests.networks import choice, small_spec

PROOFS = {"nested": by_nesting, "by layers": by_layers}
PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS
    for loss, entry in LOSSES.items()
    if entry.activation in (None, activation)
]


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_proven(name: str, proof: str) -> None:
    assert set(PROOFS[proof](RIGHT[name]).values()) == {"proven"}


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_activation_with_every_loss(activation: str, loss: str, proof: str) -> None:
    spec = small_spec((1, 2, 2), (activation, activation), loss, input_gradients=True)
    assert set(PROOFS[proof](derived(spec)).values()) == {"proven"}


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("slip", WRONG)
def test_every_slip_is_refused(slip: str, proof: str) -> None:
    assert "failed" in PROOFS[proof](WRONG[slip]).values()


@pytest.mark.parametrize("proof", PROOFS)
def test_only_what_depends_on_a_slip_is_accused(proof: str) -> None:
    verdicts = PROOFS[proof](WRONG["swapped weight"])
    assert {name for name, one in verdicts.items() if one == "failed"} == {"w1", "w4", "b1"}


def test_regions_and_method() -> None:
    assert regions(NOTEBOOK.network) == 16
    assert method(NOTEBOOK.network).endswith("in all 16 activation regions")
    assert regions(ABSOLUTE.network) == 8
    assert regions(CLASSES.network) == 1
    huber = build_network(small_spec((1, 1), ("relu",), "huber"))
    assert regions(huber) == 6


@pytest.mark.parametrize(
    "sizes", [(1, 11), (3, 5, 5, 5, 2)], ids=["more than ten kinks", "deep and dense"]
)
def test_what_would_grow_too_large_is_proven_layer_by_layer(sizes: tuple[int, ...]) -> None:
    network = build_network(small_spec(sizes, ["relu"] * (len(sizes) - 1)))
    assert not can_nest(network)
    assert method(network).startswith("layer by layer")


def test_the_size_is_estimated_without_nesting() -> None:
    deep = build_network(small_spec((8, *[8] * 30, 1), ["relu"] * 31))
    assert nested_size(deep) > 8**30
    assert not can_nest(deep)


def test_a_wide_network_is_proven_by_layers() -> None:
    verdicts = by_layers(derived(small_spec((6, 16, 16, 2), ("relu", "tanh", "softmax"))))
    assert len(verdicts) == 6 * 16 + 16 * 16 + 16 * 2 + 34
    assert set(verdicts.values()) == {"proven"}


def test_an_identity_is_decided_in_polynomials_and_in_fractions() -> None:
    x, y = real("x"), real("y")
    assert is_identity((x + y) ** 2, x**2 + 2 * x * y + y**2)
    assert not is_identity((x + y) ** 2, x**2 + y**2)
    assert is_identity(1 / x + 1 / y, (x + y) / (x * y))
    assert not is_identity(1 / x, 1 / y)
    assert is_identity(
        sympy.exp(x * y) * sympy.sqrt(sympy.pi), sympy.sqrt(sympy.pi) * sympy.exp(x * y)
    )
    assert not is_identity(sympy.exp(x), sympy.exp(y))
    assert not is_identity(sympy.S.One, sympy.S.Zero)


OPTIONS: dict[str, Options] = {"softmax": (("unit", Fraction(1)),)}


def options(name: str) -> Options:
    rules = FUNCTIONS[name].options
    numbers = ((rule.name, rule.default) for rule in rules)
    return OPTIONS.get(name, tuple((k, v) for k, v in numbers if isinstance(v, Fraction)))


def arity(name: str) -> int:
    return {"softmax": 3, "binary_cross_entropy": 2}.get(name, 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_slope_follows_from_its_definition(name: str) -> None:
    assert slopes_are_right(name, options(name), arity(name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_slope_is_refused(name: str) -> None:
    """Every piece's slope in every argument, one at a time, is made wrong by a factor."""
    entry, count = FUNCTIONS[name], arity(name)
    pieces = len(entry.breaks(options(name))) + 1
    for piece in range(pieces):
        for index in range(count):
            wrong = replace(entry, slopes=_off(entry, piece, index))
            assert not are_right(wrong, options(name), count), (piece, index)


def _off(entry: Function, piece: int, index: int) -> Callable[..., tuple[Expression, ...]]:
    def slopes(at: int, a: Any, value: Expression, given: Options) -> tuple[Expression, ...]:
        found = list(entry.slopes(at, a, value, given))
        if at == index:
            found[piece] = found[piece] + Fraction(1, 1000)
        return tuple(found)

    return slopes


def test_wrong_sides_of_a_kink_are_refused() -> None:
    entry = FUNCTIONS["leaky_relu"]
    wrong = replace(entry, sides=lambda options: (Fraction(1), Fraction(0)))
    assert not are_right(wrong, options("leaky_relu"), 1)
    short = replace(entry, slopes=lambda index, z, h, options: (ONE,))
    assert not are_right(short, options("leaky_relu"), 1)


def test_two_leaks_in_one_network_are_both_looked_at() -> None:
    layers = tuple(
        LayerSpec(1, choice(ACTIVATIONS, "leaky_relu", slope=Fraction(1, k))) for k in (10, 5)
    )
    steps = dict(proven_steps(derived(small_spec((1, 1, 1), ("relu",) * 2, layers=layers))))
    assert steps == {"slope of leaky_relu, from its definition": "proven"}


@pytest.mark.parametrize("derivation", [BINARY, CLASSES])
def test_a_collapse_is_a_step_of_its_own(derivation: Derivation) -> None:
    right = {text: verdict for text, verdict in proven_steps(derivation) if "factors" in text}
    assert set(right.values()) == {"proven"}
    assert len(right) == len(derivation.network.targets)
    wrong = dict(proven_steps(collapsed_otherwise(derivation)))
    assert list(wrong.values()).count("failed") == 1


def test_the_nested_loss_is_one_expression_in_the_leaves() -> None:
    loss = nested_loss(NOTEBOOK.network)
    names = {str(one) for one in loss.free_symbols}
    assert names == set(NOTEBOOK.network.forward.inputs)
    assert str(loss).count("relu") == 4


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_the_nested_loss_has_the_stated_slope_at_a_kink(activation: str, kink: Fraction) -> None:
    layers = tuple(LayerSpec(k, choice(ACTIVATIONS, activation, kink=kink)) for k in (2, 1))
    derivation = derived(small_spec((1, 2, 1), (activation,) * 2, layers=layers))
    network = derivation.network
    loss = nested_loss(network)
    placed = [one.point for one in points_at_kinks(network, EXACT) if not one.beside]
    assert len(placed) == 3
    for point in [next(random_points(network)), *placed]:
        values = {real(n): sympy.Rational(v.numerator, v.denominator) for n, v in point.items()}
        expected = evaluated(derivation, point)
        for name in ("w1", "w2", "b1", "b3"):
            assert sympy.diff(loss, real(name)).subs(values) == expected[name]


def evaluated(derivation: Derivation, point: Any) -> dict[str, Any]:
    found = run(in_short(derivation), point, EXACT)
    return {
        name: sympy.Rational(found[one].numerator, found[one].denominator)
        for name, one in gradient_names(derivation).items()
    }


def test_names_do_not_matter_to_sympy() -> None:
    spec = small_spec((2, 1), ("relu",), inputs=("S", "I"), targets=("E",))
    for proof in PROOFS.values():
        assert set(proof(derived(spec)).values()) == {"proven"}
    assert {str(one) for one in nested_loss(build_network(spec)).free_symbols} >= {"S", "I", "E"}


def test_a_softmax_of_one_unit_never_changes() -> None:
    network = build_network(small_spec((1, 1), ("softmax",)))
    assert is_always_0(network, "w1")
    assert not is_always_0(NOTEBOOK.network, "w1")
