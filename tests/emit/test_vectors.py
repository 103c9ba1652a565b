"""Golden vectors: emitted Python meets them, wrong code does not, and they reach what they say."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import isnan
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.emit.bounds import UndecidedError, bounded
from symnet.emit.outcome import Arguments, Outcome
from symnet.emit.request import Request
from symnet.emit.source import emit
from symnet.emit.vectors import Vector, vectors
from symnet.errors import UnsupportedError
from symnet.model.evaluation import evaluate
from symnet.model.expression import call
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import Spec
from tests.emit.emitted import (
    Module,
    loops_of,
    module_of,
    network,
    pairs,
    run_text,
    step_of,
    with_samples,
)
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"


def request(spec: Spec, form: str = "scalar", **fields: Any) -> Request:
    step = step_of(spec) if form == "scalar" else None
    return Request(spec, step, "python", "module", spec.name, **fields)


def specs() -> Iterator[Spec]:
    """Yield the shipped networks, and every function under some optimizer."""
    for path in sorted(NETWORKS.glob("*.toml")):
        yield read_spec(path)
    names = list(OPTIMIZERS)
    for number, (activation, loss) in enumerate(pairs()):
        spec = network(activation, loss, name=f"{activation}-{loss}", input_gradients=number % 2)
        optimizer = choice(OPTIMIZERS, names[number % len(names)])
        yield with_samples(spec, 3 * (number % 3), optimizer=optimizer)


SPECS = tuple(specs())


def called(module: Module, spec: Spec, given: Arguments, batch: bool) -> Outcome:
    """Call the functions of a module."""
    x, y = (list(map(list, rows)) if batch else list(rows[0]) for rows in (given.x, given.y))
    sample = (x, y) if spec.targets else (x,)
    state = [list(given.state)] if given.state else []
    new = module["update"](given.params, *state, *sample, given.learning_rate)
    online = spec.training.mode == "online"
    several = [[one] for one in sample] if online else sample
    trained = module["train"](given.params, *state, *several, given.rates)
    forward = module["forward"](given.params, x)
    asked = module["input_gradients"](given.params, *sample) if spec.input_gradients else []
    rows = (forward, asked) if batch else ([forward], [asked] if asked else [])
    return Outcome(
        tuple(map(tuple, rows[0])),
        module["loss"](given.params, *sample),
        tuple(module["gradients"](given.params, *sample)),
        tuple(map(tuple, rows[1])),
        tuple(new[0] if state else new),
        tuple(new[1] if state else ()),
        tuple([*trained[0], *trained[1]] if state else trained),
    )


def failures(found: tuple[Vector, ...], module: Module, asked: Request) -> list[str]:
    """Return the names of the vectors that the module does not meet."""
    failed = []
    for one in found:
        got = called(module, asked.spec, one.given, asked.samples == "batch")
        allowed = one.tolerance.numbers if one.tolerance else [0.0] * len(got.numbers)
        assert len(got.numbers) == len(one.expected.numbers) == len(allowed)
        rows = zip(got.numbers, one.expected.numbers, allowed, strict=True)
        if not all(abs(a - b) <= most or (isnan(a) and isnan(b)) for a, b, most in rows):
            failed.append(one.name)
    return failed


CASES = [(spec, "scalar") for spec in SPECS[::2]] + [(spec, "loops") for spec in SPECS[1::2]]


@pytest.mark.parametrize(("spec", "form"), CASES, ids=lambda one: getattr(one, "name", one))
def test_emitted_python_meets_them(spec: Spec, form: str) -> None:
    asked = request(spec, form)
    module = module_of(spec) if form == "scalar" else loops_of(spec)
    found = vectors(asked)
    assert len(found) >= 6
    assert failures(found, module, asked) == []
    functions = {"exp", "log", "tanh", "erf", "erfc", "sqrt", "log1p", "expm1"} & set(module)
    assert {one.tolerance is None for one in found} == {not functions}


@pytest.mark.parametrize("spec", SPECS[:9], ids=lambda spec: spec.name)
def test_a_bound_is_close(spec: Spec) -> None:
    """Within a thousand times what one rounding costs, at the points that are not extreme."""
    for one in vectors(request(spec), exact=False):
        assert one.tolerance is not None
        if one.name.startswith(("random", "the file")) and len(one.given.rates) == 1:
            largest = max(map(abs, (*one.expected.numbers, 1.0)))
            assert 0 < max(one.tolerance.numbers) < 1e3 * 2**-52 * largest


WRONG = (
    ("relu", "squared_error", "z1 <= 0.0", "z1 < 0.0"),
    ("relu", "squared_error", "dL_dz3 * h1", "dL_dz3 * h2"),
    ("relu", "squared_error", "2.0 * error", "2.0000000000000004 * error"),
    ("relu", "squared_error", "w1 - learning_rate", "w1 + learning_rate"),
    ("relu", "squared_error", "x1 * w1 + x2 * w3 + b1", "b1 + x1 * w1 + x2 * w3"),
    ("leaky_relu", "absolute_error", "error > 0.0", "error >= 0.0"),
    ("tanh", "squared_error", "1.0 - h1 * h1", "1.0 - h1 * h2"),
    ("sigmoid", "binary_cross_entropy", "y_hat - y_", "y_hat - 0.99999999999999 * y_"),
    ("gelu", "huber", "erfc(", "1.0 - erf("),
    ("relu", "squared_error", "0.0 if z3 <= 0.0 else z3", "max(0.0, z3)"),
)


@pytest.mark.parametrize(("activation", "loss", "right", "wrong"), WRONG)
def test_wrong_code_does_not_meet_them(activation: str, loss: str, right: str, wrong: str) -> None:
    spec = network(activation, loss, sizes=(2, 2, 1))
    text = emit(step_of(spec), "python").text
    assert right in text
    module = run_text(text.replace(right, wrong).replace("import erfc", "import erf, erfc"))
    assert failures(vectors(request(spec)), module, request(spec)) != []


def test_they_reach_kinks_and_extremes() -> None:
    spec = read_spec(NETWORKS / "notebook.toml")
    found = {one.name: one for one in vectors(request(spec))}
    assert next(iter(found)) == "the file's sample"
    for unit in ("unit 1 of layer 1", "unit 2 of layer 1", "unit 3 of layer 1"):
        assert found[f"{unit} at its kink"].expected.forward[0] != (0.0,)
    (output,) = found["unit 1 of layer 2 at its kink"].expected.forward[0]
    assert output == 0.0
    assert max(map(abs, found["large inputs"].given.x[0])) > 1e50
    assert max(map(abs, found["small inputs"].given.x[0])) < 1e-100
    assert sum(map(bool, found["random point 1"].expected.gradients)) > 6
    assert all(map(isnan, found["inputs that are not numbers"].expected.numbers))


def test_the_file_s_own_steps_are_taken() -> None:
    """Those of the notebook, to the last bit."""
    spec = read_spec(NETWORKS / "notebook.toml")
    own = vectors(request(spec))[0]
    params: list[float] = list(own.given.params)
    for rate in own.given.rates:
        params = module_of(spec)["update"](params, own.given.x[0], own.given.y[0], rate)
    assert own.given.rates == (0.01, 0.05, 0.1, 0.1)
    assert own.expected.trained == tuple(params) != own.expected.new_params


OTHER_SLOPE = [
    ("h3 = 0.0 if z3", "dL_dz3 = 0.0 if z3 <= 0.0", "dL_dz3 = 0.0 if z3 < 0.0"),
    ("y_hat = 0.0 if z4", "dL_dz4 = 0.0 if z4 <= 0.0", "dL_dz4 = 0.0 if z4 < 0.0"),
]


@pytest.mark.parametrize(("there", "right", "wrong"), OTHER_SLOPE)
def test_every_unit_s_slope_at_its_kink_shows(there: str, right: str, wrong: str) -> None:
    spec = read_spec(NETWORKS / "notebook.toml")
    text = emit(step_of(spec), "python").text
    assert there in text
    module = run_text(text.replace(right, wrong))
    (failed,) = failures(vectors(request(spec)), module, request(spec))
    assert failed.endswith("at its kink")


PINNED = (
    (-0.979, 1.472, -0.407, 1.419),
    (-0.8128166326096113, 1.472),
)


def test_they_are_the_same_everywhere() -> None:
    """A number that changes with the version of Python would show here."""
    spec = read_spec(NETWORKS / "notebook.toml")
    one = vectors(request(spec))[1]
    assert one.given.params[:4] == PINNED[0]
    assert one.expected.new_params[:2] == PINNED[1]


def test_a_bound_follows_the_rule() -> None:
    kind = bounded()
    tenth = kind.number(Fraction(1, 10))
    assert (tenth + tenth).error == 0  # twice a float is a float
    total = tenth + tenth + tenth
    assert float(total.error) == pytest.approx(3 * 2**-53 * 0.3)
    assert float((-tenth * tenth).error) == pytest.approx(2**-53 * 0.01)
    grown = evaluate(call("exp", Fraction(1)), {}, kind)
    assert float(grown.error) == pytest.approx(4 * 2**-52 * 2.718281828, rel=1e-6)
    wider = evaluate(call("exp", Fraction(1)), {}, bounded({"exp": 40}))
    assert float(wider.error) == pytest.approx(10 * float(grown.error))


@pytest.mark.parametrize("attempt", ["compare", "divide", "overflow", "logarithm"])
def test_what_a_float_could_decide_otherwise_is_not_promised(attempt: str) -> None:
    kind = bounded()
    one, tenth = kind.number(Fraction(1)), kind.number(Fraction(1, 10))
    near = tenth + tenth + tenth - kind.number(Fraction(3, 10))
    huge = kind.number(Fraction(10) ** 200)
    tries: dict[str, Any] = {
        "compare": lambda: near <= kind.number(Fraction(0)),
        "divide": lambda: one / near,
        "overflow": lambda: huge * huge,
        "logarithm": lambda: kind.elementary["log"](near),
    }
    with pytest.raises(UndecidedError):
        tries[attempt]()


def test_a_network_too_wide_for_vectors_is_refused() -> None:
    spec = with_samples(small_spec((100, 100, 1), ("relu", "relu")))
    with pytest.raises(UnsupportedError, match="vectors of 10201 parameters would fill megabytes"):
        vectors(request(spec, "loops"))


def test_a_rate_that_fused_code_doubles_beyond_a_float_is_not_promised() -> None:
    spec = read_spec(NETWORKS / "notebook.toml")
    huge = replace(spec, training=replace(spec.training, rates=(Fraction(10) ** 308,)))
    assert vectors(request(huge))[0].name == "the file's sample"
    assert vectors(request(huge, arithmetic="fused"))[0].name == "random point 1"


def test_fused_code_has_bounds_too() -> None:
    spec = replace(read_spec(NETWORKS / "notebook.toml"))
    assert all(one.tolerance for one in vectors(request(spec, arithmetic="fused")))
