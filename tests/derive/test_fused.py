"""The fused step: equal to the exact one on every side of every kink, with fewer operations."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, starmap
from itertools import product as combinations
from typing import Any

import pytest
import sympy

from symnet.derive.fused import FusedStep, fused, fused_rule
from symnet.derive.guards import Body, Guarded, implies
from symnet.derive.operations import Counts, operations
from symnet.derive.symbolic import SYMPY, real
from symnet.derive.update import TrainingStep
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import FLOAT, Arithmetic, evaluate, high_precision, run
from symnet.model.expression import Comparison, Expression, Select, Symbol, rebuilt, walk
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.program import Assignment
from symnet.model.spec import LayerSpec, Spec, TrainingSpec
from tests.emit.emitted import network, optimizers, pairs, step_of
from tests.networks import choice, small_spec

PRECISE = high_precision(50)


def calculated(body: Body, values: Mapping[str, Any], arithmetic: Arithmetic) -> dict[str, Any]:
    """Run a body with its sections; a name that is not there when it is read raises KeyError."""
    known = dict(values)
    for one in body:
        if isinstance(one, Assignment):
            known[one.name] = evaluate(one.expression, known, arithmetic)
        elif evaluate(one.test, known, arithmetic):
            known |= {o.name: evaluate(o.expression, known, arithmetic) for o in one.otherwise}
        else:
            inside = calculated(one.body, known, arithmetic)
            known |= {o.name: inside[o.name] for o in one.otherwise}
    return known


def points(step: TrainingStep, count: int = 12) -> Iterator[dict[str, Fraction]]:
    """Yield points without a pattern, from small to large, on both sides of kinks."""
    for k in range(count):
        yield (
            {
                name: Fraction((7 * k * k + 13 * i * (k + 1) + 5 * i * i) % 41 - 20, 9)
                for i, name in enumerate(step.update.inputs)
            }
            | {name: Fraction(k + 3, 7) for name in step.state}
            | {step.rate: Fraction(1, 10)}
        )


def worst(step: TrainingStep, found: FusedStep, arithmetic: Arithmetic) -> tuple[Any, int]:
    """Return how far the fused step is off at the worst, and how many parameters moved."""
    off, moved = 0, 0
    for point in points(step):
        values = {name: arithmetic.number(value) for name, value in point.items()}
        exact = run(step.update, values, arithmetic)
        now = calculated(found.body, values, arithmetic)
        pairs_ = zip(step.update.outputs, found.outputs, strict=True)
        off = max([off, *(abs(exact[a] - now[b]) for a, b in pairs_)])
        moved += sum(
            exact[new] != values[one.name]
            for new, one in zip(step.update.outputs, step.network.parameters, strict=False)
        )
    return off, moved


def arithmetic_of(counts: Counts) -> int:
    """Return the operations that are no choices."""
    return counts.total - counts.maxima - counts.gates


def shared(draw: random.Random) -> Spec:
    """Return a network of kinks in which few names stand in many places."""
    sizes = [draw.randint(1, 3) for _ in range(3)]
    spec = small_spec(sizes, ("relu", "relu"))

    def layer(before: int, units: int) -> LayerSpec:
        kink = Fraction(draw.randint(0, 2), 2)
        weights = [[draw.choice("pqrs") for _ in range(before)] for _ in range(units)]
        biases = tuple(draw.choice("tu") for _ in range(units))
        relu = choice(ACTIVATIONS, "relu", kink=kink)
        return LayerSpec(units, relu, tuple(map(tuple, weights)), biases)

    return replace(spec, layers=tuple(starmap(layer, pairwise(sizes))))


def step_for(activation: str, loss: str, **fields: Any) -> TrainingStep:
    return step_of(network(activation, loss, **fields))


@pytest.mark.parametrize(("activation", "loss"), list(pairs()))
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    step = step_for(activation, loss, sizes=(2, 3, 2, 2))
    off, moved = worst(step, fused(step), PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))
    assert moved > 20


@pytest.mark.parametrize("optimizer", list(optimizers()), ids=str)
def test_every_optimizer(optimizer: Any) -> None:
    spec = small_spec((2, 3, 1), ("relu", "relu"), training=TrainingSpec(optimizer=optimizer))
    step = step_of(spec)
    found = fused(step)
    off, moved = worst(step, found, PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))
    assert moved > 20
    gained = arithmetic_of(operations(step.update)) - arithmetic_of(found.operations)
    plain = optimizer.number("weight_decay") == 0
    words = dict(optimizer.options).values()
    assert gained >= (0 if optimizer.name == "rmsprop" or ("accumulated" in words and plain) else 8)


@pytest.mark.parametrize("seed", range(60))
def test_shared_weights_stay_known_outside_of_sections(seed: int) -> None:
    """What two readers share is computed where both still need it."""
    step = step_of(shared(random.Random(seed)))
    off, _ = worst(step, fused(step), PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))


def test_what_stands_in_for_a_dead_unit_is_not_skipped_with_it() -> None:
    """Of two outputs on one shared weight a, one is dead: the other's share of a still counts."""
    relu = choice(ACTIVATIONS, "relu", kink=Fraction(1, 2))
    spec = small_spec((1, 2, 2), ("identity", "relu"))
    last = LayerSpec(2, relu, (("a", "a"), ("c", "d")), ("b", "b"))
    step = step_of(replace(spec, layers=(spec.layers[0], last)))
    found = fused(step)
    shares = [
        one
        for section in found.body
        if isinstance(section, Guarded) and section.test.left == Symbol("z4")
        for one in section.otherwise
        if isinstance(one.expression, Symbol)
    ]
    assert shares
    off, moved = worst(step, found, PRECISE)
    assert off < PRECISE.number(Fraction(1, 10**40))
    assert moved > 20


def test_an_update_from_finished_gradients_is_fused_too() -> None:
    step = step_of(small_spec((1, 2), ("relu",), training=TrainingSpec(optimizer=ADAM)))
    found = fused_rule(step)
    values = {name: PRECISE.number(Fraction(k + 2, 9)) for k, name in enumerate(step.rule.inputs)}
    exact, now = run(step.rule, values, PRECISE), calculated(found.body, values, PRECISE)
    for new in step.rule.outputs:
        assert abs(exact[new] - now[new]) < PRECISE.number(Fraction(1, 10**40))
    assert found.operations.total < operations(step.rule).total


def test_the_fewest_operations_known_for_2_3_1() -> None:
    found = fused(notebook()).operations
    assert found == Counts(additions=23, multiplications=23, maxima=3, gates=4)


def test_a_constant_times_the_rate_is_one_operation_less() -> None:
    step = step_of(small_spec((2, 3, 1), ("relu", "relu"), "half_squared_error"))
    assert arithmetic_of(fused(step).operations) == 45


def test_numbers_of_the_table_meet_before_the_code_runs() -> None:
    """A third of 2 is worked out by symnet; times the rate, it is one product for all outputs."""
    step = step_of(small_spec((1, 3), ("identity",), "mean_squared_error"))
    lines = [str(one) for one in fused(step).body]
    assert "factor = (2/3) * learning_rate" in lines
    assert "scaled_dL_dy_hat2 = factor * (z2 - y2)" in lines


def test_a_unit_takes_all_that_hangs_on_it_into_its_section() -> None:
    outer = [one for one in fused(notebook()).body if isinstance(one, Guarded)]
    assert [str(one.test) for one in outer] == ["z4 <= 0"]
    inner = {str(one.test): one for one in outer[0].body if isinstance(one, Guarded)}
    assert list(inner) == ["z1 <= 0", "z2 <= 0", "z3 <= 0"]
    names = [one.name for one in inner["z2 <= 0"].body if isinstance(one, Assignment)]
    assert set(names) == {"scaled_dL_dz2", "new_w2", "new_w5", "new_w8", "new_b2"}


def test_a_dead_unit_changes_nothing_that_hangs_on_it() -> None:
    found = fused(notebook())
    point = next(points(notebook())) | {"b4": Fraction(-1000)}
    values = {name: float(value) for name, value in point.items()}
    now = calculated(found.body, values, FLOAT)
    assert [now[name] for name in found.outputs] == [
        values[one.name] for one in notebook().network.parameters
    ]


@pytest.mark.parametrize(("name", "dead"), [("w7", False), ("b1", False), ("y", True)])
def test_a_nan_stays_a_nan_unless_only_a_dead_unit_meets_it(name: str, dead: bool) -> None:
    found = fused(notebook())
    values = dict.fromkeys(found.inputs, 1.0) | {name: float("nan")}
    values |= {"b4": -1000.0} if dead else {}
    now = calculated(found.body, values, FLOAT)
    assert (now["new_b4"] != now["new_b4"]) is not dead


@pytest.mark.parametrize("kink", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_equal_in_every_region(kink: Fraction) -> None:
    """In each region every choice is settled, and what is left are polynomials."""
    step = notebook(kink)
    found, regions = fused(step), 0
    for truth in truths(step):
        exact = run_settled(step.update.assignments, truth)
        now = run_settled(found.body, truth)
        for a, b in zip(step.update.outputs, found.outputs, strict=True):
            assert sympy.expand(exact[a] - now[b]) == 0
        regions += 1
    assert regions == (16 if kink == 0 else 81)


def test_a_wrong_section_is_found_in_some_region() -> None:
    step = notebook()
    found = fused(step)
    (
        *before,
        section,
    ) = found.body
    assert isinstance(section, Guarded)
    wrong = (*before, replace(section, body=(*section.body[:-1], CHANGED)))
    off = 0
    for truth in truths(step):
        exact, now = run_settled(step.update.assignments, truth), run_settled(wrong, truth)
        off += any(sympy.expand(exact[a] - now[a]) != 0 for a in step.update.outputs)
    assert off == 8


CHANGED = Assignment("new_b4", Symbol("b4") + Symbol("scaled_dL_dz4"))
ADAM = choice(OPTIMIZERS, "adam")


def notebook(kink: Fraction = Fraction(0)) -> TrainingStep:
    relu = choice(ACTIVATIONS, "relu", kink=kink)
    spec = small_spec((2, 3, 1), ("relu", "relu"))
    return step_of(
        replace(spec, layers=tuple(replace(one, activation=relu) for one in spec.layers))
    )


Truth = Mapping[str, int]


def truths(step: TrainingStep) -> Iterator[Truth]:
    """Yield every combination of the signs of the pre-activations; 0 where a kink shows."""
    tests = {
        node
        for one in step.update.assignments
        for node in walk(one.expression)
        if isinstance(node, Comparison)
    }
    signs = (-1, 1) if all(one.operator == "<=" for one in tests) else (-1, 0, 1)
    names = sorted({str(one.left) for one in tests})
    for chosen in combinations(signs, repeat=len(names)):
        yield dict(zip(names, chosen, strict=True))


def holds(test: Comparison, truth: Truth) -> bool:
    sign = truth[str(test.left)]
    return sign < 0 or (sign == 0 and test.operator == "<=")


def settled(node: Expression, truth: Truth) -> Expression:
    """Return ``node`` with every choice taken."""
    if isinstance(node, Select):
        return settled(node.then if holds(node.test, truth) else node.otherwise, truth)
    parts = node.parts
    return rebuilt(node, tuple(settled(one, truth) for one in parts)) if parts else node


def run_settled(body: Body, truth: Truth, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Work out a body in one region, in symbols."""
    values = Symbols(known or {})
    for one in body:
        if isinstance(one, Assignment):
            values[one.name] = evaluate(settled(one.expression, truth), values, SYMPY)
        elif holds(one.test, truth):
            values |= run_settled(one.otherwise, truth, values)
        else:
            values |= run_settled(one.body, truth, values)
    return values


class Symbols(dict[str, Any]):
    """Values by name; what has none is a symbol."""

    def __missing__(self, name: str) -> Any:
        return real(name)


def test_a_test_implies_the_wider_one_only() -> None:
    z, other = Symbol("z"), Symbol("other")
    assert implies(z < 0, z <= 0)
    assert implies(z <= 0, z <= 0)
    assert not implies(z <= 0, z < 0)
    assert not implies(z <= 0, other <= 0)
