"""The module style in Python: what it holds, what it computes from what, and how much."""

import ast
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import symnet
from symnet.derive.operations import Counts, operations
from symnet.emit.source import emit
from symnet.model.activations import ACTIVATIONS
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import GivenValues, LayerSpec, Spec
from tests.emit.emitted import (
    module_of,
    network,
    pairs,
    sample_arguments,
    step_of,
    with_samples,
)
from tests.emit.reading import (
    assigned_twice,
    functions,
    operations_in,
    read_directly,
    sources_of,
)
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
PAIRS = tuple(pairs())
ARGUMENTS = {"params", "x", "y"}


def notebook() -> Spec:
    return read_spec(NETWORKS / "notebook.toml")


def text_of(spec: Spec) -> str:
    return emit(step_of(spec), "python").text


def test_the_notebook_takes_41_operations_for_loss_and_gradients() -> None:
    """10 additions and subtractions, 23 multiplications, 4 maxima, 4 gates, no helper called."""
    found = functions(text_of(notebook()))
    gradients, loss = operations_in(found["gradients"]), operations_in(found["loss"])
    assert gradients == Counts(additions=10, multiplications=22, maxima=4, gates=4)
    assert gradients.total == 40
    together = gradients + Counts(multiplications=1)
    assert together == Counts(additions=10, multiplications=23, maxima=4, gates=4)
    assert together.total == 41
    own = set(lines(found["loss"])) - set(lines(found["gradients"]))
    assert own == {"return error * error"}, "the loss's own product is all it adds"
    assert loss == Counts(additions=10, multiplications=10, maxima=4)


def lines(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one) for one in function.body[1:]]


def test_the_counting_sees_an_operation_more() -> None:
    text = text_of(notebook())
    more = text.replace("dL_dw1 = dL_dz1 * x1", "dL_dw1 = 1.0 * dL_dz1 * x1")
    assert more != text
    assert operations_in(functions(more)["gradients"]).total == 41


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_the_counts_in_the_header_are_those_of_the_text(activation: str, loss: str) -> None:
    spec = network(activation, loss)
    step, text = step_of(spec), text_of(spec)
    found = functions(text)
    assert operations_in(found["forward"]) == operations(step.forward)
    assert operations_in(found["loss"]) == operations(step.loss)
    assert operations_in(found["gradients"]) == operations(step.gradients)
    assert operations_in(found["update"]) == operations(step.update)
    head = " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    assert f"Operations, forward: {operations(step.forward)}." in head
    assert f"Operations, update: {operations(step.update)}." in head


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_it_imports_what_it_calls_from_math_and_nothing_else(activation: str, loss: str) -> None:
    tree = ast.parse(text_of(network(activation, loss)))
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom)]
    assert all(isinstance(one, ast.ImportFrom) and one.module == "math" for one in imports)
    imported = {alias.name for one in imports for alias in one.names}
    straight = [functions(ast.unparse(tree))[name] for name in ("loss", "gradients", "update")]
    called = {
        node.func.id
        for function in straight
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert imported >= called
    assert "import" not in text_of(notebook())


def only_old_parameters(text: str, names: tuple[str, ...]) -> bool:
    """Say whether update computes every new parameter from old parameters, x, y and the rate."""
    update = functions(text)["update"]
    reads = read_directly(update)
    new = {f"new_{name}" for name in names}
    untouched = not assigned_twice(update)
    read = {name for values in reads.values() for name in values}
    ends = {end for name in new for end in sources_of(update, name)}
    return untouched and not read & new and ends <= {*ARGUMENTS, "learning_rate"}


def test_update_reads_only_old_parameters() -> None:
    spec = notebook()
    names = tuple(one.name for one in step_of(spec).network.parameters)
    text = text_of(spec)
    assert only_old_parameters(text, names)
    update = functions(text)["update"]
    assert "learning_rate" in sources_of(update, "new_w1")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("new_w8 = w8 - learning_rate * (", "w8 = new_w8 = w8 - learning_rate * ("),
        ("new_w2 = w2 - learning_rate * (", "new_w2 = w2 - new_w1 * ("),
        ("new_b4 = b4 - learning_rate * dL_dz4", "new_b4 = b4 - hidden * dL_dz4"),
    ],
)
def test_the_proof_of_that_sees_a_new_parameter_used(old: str, new: str) -> None:
    spec = notebook()
    names = tuple(one.name for one in step_of(spec).network.parameters)
    text = text_of(spec)
    assert old in text
    assert not only_old_parameters(text.replace(old, new), names)


def test_update_is_one_step_down_the_gradient_of_the_old_parameters() -> None:
    module = module_of(notebook())
    params, x, y = [one or 0.25 for one in module["INITIAL"]], [1.0, 0.5], [2.0]
    gradients = module["gradients"](params, x, y)
    kept = list(params)
    assert all(gradients), "nothing was exercised"
    wanted = [p - 0.1 * g for p, g in zip(params, gradients, strict=True)]
    assert module["update"](params, x, y, 0.1) == wanted
    assert params == kept, "the old parameters were changed in place"


def test_what_a_stranger_finds_in_it() -> None:
    module = module_of(notebook())
    assert module["PARAMETERS"] == tuple("w1 w2 w3 w4 w5 w6 w7 w8 w9 b1 b2 b3 b4".split())
    assert module["INITIAL"] == (1, 0.5, 1, -0.5, 1, 1, 0, 1, 0.5, 0.5, 0, 0.5, 0.5)
    params, x, y = module["INITIAL"], (1.0, 0.0), (2.0,)
    assert module["forward"](params, x) == [1.75]
    assert module["loss"](params, x, y) == 0.0625
    assert len(module["gradients"](params, x, y)) == 13
    trained = module["train"](params, x, y, [0.01, 0.05])
    once = module["update"](params, x, y, 0.01)
    assert trained == module["update"](once, x, y, 0.05)


@pytest.mark.parametrize("function", ["loss", "gradients"])
def test_sequences_of_a_wrong_length_are_refused(function: str) -> None:
    module = module_of(notebook())
    given = [list(module["INITIAL"]), [1.0, 0.0], [2.0]]
    for position in range(3):
        for wrong in (given[position][:-1], [*given[position], 0.0]):
            arguments = [*given[:position], wrong, *given[position + 1 :]]
            with pytest.raises(ValueError, match="values to unpack"):
                module[function](*arguments)


def test_no_values_no_initial() -> None:
    module = module_of(small_spec((2, 1), ("identity",)))
    assert module["INITIAL"] is None
    assert "gives no initial values" in text_of(small_spec((2, 1), ("identity",)))


def test_the_state_of_an_optimizer_is_explicit() -> None:
    spec = replace(small_spec((1, 1), ("tanh",)), frozen=("b1",))
    started = (("first_moment", "w1", Fraction(1, 2)),)
    adam = choice(OPTIMIZERS, "adam")
    spec = with_samples(spec, optimizer=adam, step=2, state=started)
    module = module_of(spec)
    assert module["STATE"] == ("first_moment_w1", "second_moment_w1", "beta1_power", "beta2_power")
    assert module["initial_state"]() == [0.5, 0.0, 0.81, float(Fraction(999, 1000) ** 2)]
    assert module["initial_state"]() is not module["initial_state"]()
    params, state = module["update"]([1.0, 2.0], module["initial_state"](), [1.0], [0.5], 0.1)
    assert params[1] == 2.0, "a frozen parameter moved"
    assert state[2] == 0.81 * 0.9
    assert module["train"]([1.0, 2.0], module["initial_state"](), [1.0], [0.5], [0.1]) == (
        params,
        state,
    )


HOSTILE_NAMES = (
    "y state params loss forward gradients learning_rate exp len zip new_w1 dL_dw1 z1 h1 error "
    "S I E N l O lambda_ None_ update PARAMETERS main nodes total one_x y_ x_ velocity_w1"
).split()


@pytest.mark.parametrize("style", ["module", "lesson"])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "momentum"])
def test_any_name_works(style: str, optimizer: str) -> None:
    """The same network under names that the code itself uses gives the same numbers."""
    count = len(HOSTILE_NAMES) // 2
    hidden = LayerSpec(
        count,
        choice(ACTIVATIONS, "sigmoid"),
        tuple((name,) for name in HOSTILE_NAMES[:count]),
        tuple(HOSTILE_NAMES[count:]),
    )
    last = LayerSpec(1, choice(ACTIVATIONS, "identity"))
    plain = with_samples(
        small_spec((1, count, 1), ("sigmoid", "identity")), optimizer=choice(OPTIMIZERS, optimizer)
    )
    spec = replace(plain, inputs=("x",), targets=("x1",), layers=(hidden, last))
    own, other = module_of(spec, style), module_of(plain)
    assert own["PARAMETERS"][:count] == tuple(HOSTILE_NAMES[:count])
    params, sample = other["INITIAL"], sample_arguments(spec)
    assert own["INITIAL"] == params, "both have their parameters in the same order"
    assert own["forward"](params, sample[0]) == other["forward"](params, sample[0])
    assert own["loss"](params, *sample) == other["loss"](params, *sample)
    state = [other["initial_state"]()] if optimizer != "gradient_descent" else []
    wanted = other["update"](params, *state, *sample, 0.1)
    assert own["update"](params, *state, *sample, 0.1) == wanted


def test_renamed_names_are_listed() -> None:
    head = ast.get_docstring(ast.parse(text_of(notebook()))) or ""
    assert "Renamed: y is called y_;" in head
    plain = replace(notebook(), targets=("t",))
    assert "Renamed" not in text_of(plain)


def test_given_values_are_written_as_the_nearest_floats() -> None:
    spec = small_spec((1, 1), ("identity",))
    given = GivenValues((("w1", Fraction(1, 3)), ("b1", Fraction(-(10**20)))))
    assert module_of(replace(spec, initial=given))["INITIAL"] == (1 / 3, -1e20)


def test_where_all_is_frozen_training_changes_nothing() -> None:
    spec = small_spec((2, 1), ["relu"], "squared_error")
    frozen = replace(spec, frozen=tuple(parameter_names(spec)))
    module = module_of(frozen)
    params = [0.5] * len(frozen.frozen)
    assert list(module["train"](params, [1.0, 2.0], [3.0], [0.1, 0.1])) == params
