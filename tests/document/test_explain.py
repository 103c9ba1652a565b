"""The document says what the derivation says: nothing more, nothing typed in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from symnet.check.report import Record, Report
from symnet.derive.backprop import backpropagate
from symnet.derive.update import training_step
from symnet.document.blocks import (
    SCALAR,
    Block,
    Document,
    Equations,
    Heading,
    Paragraph,
    Reference,
    Table,
)
from symnet.document.explain import explain
from symnet.document.formats import latex as latex_format
from symnet.document.latex.mathematics import Mathematics
from symnet.document.matrices import explain_matrices
from symnet.emit.source import emit
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import Expression
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import parse_spec
from symnet.model.spec import (
    GivenValues,
    LayerSpec,
    RuleValues,
    SamplesSpec,
    Spec,
    TrainingSpec,
)
from symnet.pipeline import Stages, load
from tests.document.made import NETWORKS, document, equations, latex, told
from tests.networks import choice, small_spec

SHOW = Mathematics(slashed=True).show


def words(of: Document) -> str:
    """Return the text of a document, mathematics as LaTeX."""
    return "\n".join(_words(block) for block in of.blocks)


def _words(block: Block) -> str:
    match block:
        case Heading(_, pieces) | Paragraph(pieces):
            return "".join(map(_piece, pieces))
        case Table(_, caption, head, rows):
            cells = [[*map(_piece, cell)] for row in (head, *rows) for cell in row]
            return "".join(map(_piece, caption)) + " ".join("".join(one) for one in cells)
    return ""


def _piece(piece: object) -> str:
    if isinstance(piece, Expression):
        return SHOW(piece)
    assert not isinstance(piece, Reference)
    return str(piece)


def example(spec: Spec, **fields: object) -> Spec:
    """Give a network a sample, values and two steps."""
    several = len(spec.targets)
    sample = SamplesSpec(
        (tuple(Fraction(k + 1, 2) for k in range(len(spec.inputs))),),
        (tuple(Fraction(int(k == 0)) for k in range(several)),),
    )
    rates = (Fraction(1, 10), Fraction(1, 10))
    base = {
        "initial": RuleValues("seeded", seed=1, scale=Fraction(1)),
        "samples": sample,
        "training": TrainingSpec(rates=rates),
    }
    return replace(spec, **(base | fields))  # type: ignore[arg-type]


NOTEBOOK = {
    "z1": "z_1 = x_1w_1 + x_2w_4 + b_1",
    "h1": r"h_1 = \mathrm{ReLU}(z_1)",
    "z4": "z_4 = h_1w_7 + h_2w_8 + h_3w_9 + b_4",
    "y_hat": r"\hat{y} = \mathrm{ReLU}(z_4)",
    "loss": r"L = (\hat{y} - y)^{2}",
    "function-relu": (
        r"\mathrm{ReLU}(z) = \begin{cases} 0 & \text{if } z \le 0 \\ z & \text{if } z > 0 "
        r"\end{cases}"
    ),
    "slope-relu": (
        r"\mathrm{ReLU}'(z) = \begin{cases} 0 & \text{if } z \le 0 \\ 1 & \text{if } z > 0 "
        r"\end{cases}"
    ),
    "z1-numbers": r"z_1 = 1 \cdot 1 + 0 \cdot (-0.5) + 0.5 = 1.5",
    "loss-numbers": "L = (1.75 - 2)^{2} = 0.0625",
    "dL-y_hat": r"\frac{\partial L}{\partial \hat{y}} = 2(\hat{y} - y)",
    "delta-4": (
        r"\delta_4 = \frac{\partial L}{\partial z_4} = \frac{\partial L}{\partial \hat{y}}\,"
        r"\frac{\partial \hat{y}}{\partial z_4} = 2(\hat{y} - y)\,\mathrm{ReLU}'(z_4)"
    ),
    "delta-1": (
        r"\delta_1 = \frac{\partial L}{\partial z_1} = \frac{\partial L}{\partial h_1}\,"
        r"\frac{\partial h_1}{\partial z_1} = \delta_4w_7\,\mathrm{ReLU}'(z_1)"
    ),
    "w1": (
        r"\frac{\partial L}{\partial w_1} = "
        r"\underbrace{\frac{\partial L}{\partial \hat{y}}}_{\,2(\hat{y} - y)\,}\,"
        r"\underbrace{\frac{\partial \hat{y}}{\partial z_4}}_{\,\mathrm{ReLU}'(z_4)\,}\,"
        r"\underbrace{\frac{\partial z_4}{\partial h_1}}_{\,w_7\,}\,"
        r"\underbrace{\frac{\partial h_1}{\partial z_1}}_{\,\mathrm{ReLU}'(z_1)\,}\,"
        r"\underbrace{\frac{\partial z_1}{\partial w_1}}_{\,x_1\,} = "
        r"2(\hat{y} - y)\,\mathrm{ReLU}'(z_4)\,w_7\,\mathrm{ReLU}'(z_1)\,x_1 = \delta_1x_1"
    ),
    "w7-numbers": r"\frac{\partial L}{\partial w_7} = (-0.5) \cdot 1 \cdot 1.5 = -0.75",
    "w7-update": (
        r"w_7 \leftarrow w_7 - \eta\,\frac{\partial L}{\partial w_7} = "
        r"0 - 0.01 \cdot (-0.75) = 0.0075"
    ),
    "rule-update": r"\theta \leftarrow \theta - \eta\,\frac{\partial L}{\partial \theta}",
}


@pytest.mark.parametrize("name", NOTEBOOK)
def test_the_notebooks_equations(name: str) -> None:
    assert latex(told("notebook"))[name] == NOTEBOOK[name]


def test_the_notebook_is_told_in_order() -> None:
    headings = [one for one in told("notebook").blocks if isinstance(one, Heading)]
    assert ["".join(map(str, one.pieces)) for one in headings if one.level == 1] == [
        "The network",
        "Forward pass",
        "Loss",
        "Local derivatives",
        "Backward pass",
        "The update",
        "The gradient of each parameter",
        "Training",
        "Operations",
    ]


def test_every_parameter_has_chain_numbers_and_new_value() -> None:
    found = equations(told("notebook"))
    for name in [f"w{k}" for k in range(1, 10)] + [f"b{k}" for k in range(1, 5)]:
        assert {name, f"{name}-numbers", f"{name}-update"} <= set(found)
        assert found[name].node == f"dL_d{name}"
        assert found[f"{name}-update"].node == f"new_{name}"


@pytest.mark.parametrize("name", NETWORKS)
def test_ids_are_unique_and_numbers_count_up(name: str) -> None:
    of = told(name)
    ids = [one.id for one in of.equations()]
    assert len(ids) == len(set(ids))
    numbers = [one.number for one in of.equations() if one.number is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    nodes = [one.node for one in of.equations() if one.node]
    assert len(nodes) == len(set(nodes))
    assert list(of.numbers()) == nodes


@pytest.mark.parametrize("name", NETWORKS)
def test_every_node_of_the_programs_has_its_equation(name: str) -> None:
    spec = load(name).spec
    network = build_network(spec)
    derivation = backpropagate(network)
    numbers = told(name).numbers()
    shorthand = {one.name for one in network.variables if one.kind == "error"}
    nodes = {one.name for one in network.forward.assignments} - shorthand
    adjoints = {one.name for one in derivation.adjoints.values()}
    assert nodes | adjoints <= set(numbers)


def changed(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Yield changes of the network file, each with an equation that must change with it."""
    relu, leaky = spec.layers[0], choice(ACTIVATIONS, "leaky_relu")
    yield (
        "function-leaky-relu",
        replace(spec, layers=(replace(relu, activation=leaky), spec.layers[1])),
    )
    yield "loss", replace(spec, loss=choice(LOSSES, "half_squared_error"))
    yield (
        "slope-relu",
        replace(
            spec,
            layers=tuple(
                replace(one, activation=choice(ACTIVATIONS, "relu", kink=Fraction(1)))
                for one in spec.layers
            ),
        ),
    )
    momentum = choice(OPTIMIZERS, "momentum")
    yield "w1-update", replace(spec, training=replace(spec.training, optimizer=momentum))
    assert isinstance(spec.initial, GivenValues)
    values = tuple((name, value + 1) for name, value in spec.initial.values)
    yield "z1-numbers", replace(spec, initial=GivenValues(values))
    yield "z1", replace(spec, layers=(replace(relu, bias_sign=-1), spec.layers[1]))
    names = (("alpha", "w2"), ("w3", "w4"), ("w5", "w6"))
    given = dict(spec.initial.values)
    new = {name: given.get(name, Fraction(1)) for row in names for name in row}
    later = {f"w{k}": given[f"w{k}"] for k in range(1, 4)}
    biases = {name: value for name, value in given.items() if name.startswith("b")}
    yield (
        "z1",
        replace(
            spec,
            layers=(
                replace(relu, weights=names),
                replace(spec.layers[1], weights=(("a", "b", "c"),)),
            ),
            initial=GivenValues(
                tuple(
                    (new | {"a": later["w1"], "b": later["w2"], "c": later["w3"]} | biases).items()
                )
            ),
        ),
    )


def test_a_change_of_the_file_changes_the_equations() -> None:
    spec = load("notebook").spec
    before = latex(told("notebook"))
    count = 0
    for name, other in changed(spec):
        after = latex(document(other))
        assert before.get(name) != after[name]
        count += 1
    assert count == 7


def test_for_one_parameter_only_its_own_chain_is_told() -> None:
    of = document(load("notebook").spec, ("w1",))
    found = equations(of)
    assert {"w1", "w1-numbers", "w1-update", "delta-1", "delta-4", "z2"} <= set(found)
    assert not {"w2", "delta-2", "dL-h3", "b1", "local-z2"} & set(found)
    assert "w_2" not in SHOW(found["local-z4"].body)
    steps = [one for one in of.blocks if isinstance(one, Table) and one.id.startswith("step-")]
    assert [len(one.rows) for one in steps] == [1, 1, 1, 1]


def test_paths_are_listed_until_there_are_too_many() -> None:
    deep = example(small_spec((1, 2, 2, 2, 2, 1), ["tanh"] * 5))
    of = document(deep)
    found = latex(of)
    assert "along eight paths, too many" in words(of)
    assert "w1-path-1" not in found
    assert found["w1"] == (
        r"\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial z_1}\,"
        r"\frac{\partial z_1}{\partial w_1} = \delta_1x_1"
    )
    assert [name for name in found if name.startswith("w3-path")] == [
        f"w3-path-{k}" for k in range(1, 5)
    ]
    assert r"\underbrace" not in found["w3"]  # four products of nine factors: no reader follows
    assert found["w3"].endswith(r"= \delta_3h_1")
    assert "here from unit to unit" in words(of)
    assert found["w3-path-1"].count(r"\to") == 5
    assert latex(document(deep, ("w3",)))["w3"].count(r"\underbrace") == 4 * 9


def test_a_rule_of_several_lines_is_told_in_symbols_once() -> None:
    found = latex(told("deep-narrow"))
    first, second = found["w1_1_1-first-moment"], found["w1_2_1-first-moment"]
    assert first.startswith(r"m \leftarrow 0.9\,m + 0.1\,g \approx ")
    assert second.startswith(r"m \leftarrow 0.9 \cdot 0 + 0.1 \cdot ")
    assert "g" not in second.replace("arrow", "")
    decaying = example(small_spec((1, 1), ["identity"]))
    assert latex(document(decaying))["b1-update"].startswith(r"b_1 \leftarrow b_1 - ")  # one line


def test_a_shared_parameter_is_a_sum_over_its_places() -> None:
    found = latex(told("shared-kernel"))
    assert found["k1"].endswith(r"= \delta_1x_1 + \delta_2x_2")
    assert found["theta"].endswith(r"= -\delta_1 - \delta_2")
    assert found["v"].endswith(r"= \delta_3\,(h_1 + h_2)")
    assert "are each used in several places" in words(told("shared-kernel"))


def test_a_frozen_parameter_is_said_so_and_not_updated() -> None:
    of = told("shared-kernel")
    assert r"\mathrm{zero} is frozen: no update changes it." in words(of)
    assert "zero" in equations(of)
    assert "zero-update" not in equations(of)


def test_two_factors_collapse_in_front_of_the_reader() -> None:
    shown = latex(told("logistic-batch"))["delta-3"]
    assert shown.endswith(
        r"= \frac{\hat{y} - \mathrm{passed}}{\hat{y}\,(1 - \hat{y})}\,\hat{y}\,(1 - \hat{y}) = "
        r"\hat{y} - \mathrm{passed}"
    )
    assert "because the other factors cancel" in words(told("logistic-batch"))
    assert "because the targets add up to 1" in words(told("softmax-regression"))
    assert latex(told("softmax-regression"))["delta-3"].endswith(r"= \hat{y}_3 - y_3")


def test_a_batch_is_a_sum_in_symbols_and_a_table_in_numbers() -> None:
    of = told("xor")
    found = latex(of)
    assert found["batch-loss"] == r"L = \frac{1}{4}\,\sum_{s = 1}^{4} \ell^{[s]}"
    assert found["w1-batch"] == (
        r"\frac{\partial L}{\partial w_1} = \frac{1}{4}\,"
        r"\sum_{s = 1}^{4} \delta_1^{[s]}\,x_1^{[s]}"
    )
    assert found["loss"].startswith(r"\ell = ")
    (table,) = [one for one in of.blocks if isinstance(one, Table) and one.id == "samples-1"]
    assert len(table.head) == 5
    assert "w_1" not in SHOW(table.rows[0][0][0])  # type: ignore[arg-type]


def test_samples_one_after_another_are_told_so() -> None:
    text = words(told("shared-kernel"))
    assert "The first sample and the initial parameters are" in text
    assert "before the step on sample 1" in text
    assert "before the step on sample 2" in text


def test_the_rule_of_adam_has_its_corrected_moments() -> None:
    found = latex(told("deep-narrow"))
    assert found["rule-first-moment"] == r"m \leftarrow 0.9\,m + 0.1\,g"
    assert found["rule-second-moment-hat"] == r"\hat{v} = \frac{v}{1 - 0.999^{t}}"
    assert found["rule-update"] == (
        r"\theta \leftarrow \theta - \frac{\eta\hat{m}}{\sqrt{\hat{v}} + 10^{-8}}"
    )


def test_kinks_and_dead_units_are_noted() -> None:
    notes = [one for one in told("dead-relu").blocks if isinstance(one, Paragraph) and one.warning]
    text = [_words(one) for one in notes]
    assert text == [
        "z_2 = -1.75 is negative: the unit of h_2 is dead there, and no gradient flows through it.",
        "z_3 is exactly 0, on a kink: the slope there is a convention, and another one would "
        r"change \partial L / \partial w_3, \partial L / \partial w_6 and "
        r"\partial L / \partial b_3.",
    ]


@pytest.mark.parametrize(
    ("kink", "sentence"),
    [
        (Fraction(0), r"By convention, \mathrm{ReLU}'(0) = 0 throughout."),
        (Fraction(1, 2), r"By convention, \mathrm{ReLU}'(0) = \frac{1}{2} throughout."),
        (Fraction(1), r"By convention, \mathrm{ReLU}'(0) = 1 throughout."),
    ],
)
def test_the_convention_at_the_kink_is_in_words_and_in_the_head(
    kink: Fraction, sentence: str
) -> None:
    spec = small_spec((1, 1), ["identity"])
    spec = replace(spec, layers=(LayerSpec(1, choice(ACTIVATIONS, "relu", kink=kink)),))
    of = document(spec)
    assert sentence in words(of)
    (fact,) = [one for one in of.facts if one.startswith("Kink")]
    assert f"the slope of ReLU at 0 is {float(kink):g}" in fact


def test_without_numbers_only_symbols_are_told() -> None:
    of = document(small_spec((2, 3, 2), ["softplus", "elu"], "half_squared_error"))
    assert not [name for name in equations(of) if name.endswith("-numbers")]
    assert "Training" not in words(of)


def test_infinite_values_are_told_not_shown() -> None:
    values = GivenValues((("w1", Fraction(10**6)), ("b1", Fraction(0))))
    spec = small_spec((1, 1), ["sigmoid"], "binary_cross_entropy")
    of = document(example(spec, initial=values))
    assert "a value is infinite" in words(of)
    assert not [name for name in equations(of) if name.endswith("-numbers")]


def test_a_reader_learns_what_was_proven_and_what_was_not() -> None:
    spec = load("notebook").spec
    derivation = backpropagate(build_network(spec))
    step = training_step(derivation)
    good = Record(
        name="w1",
        symbolic="proven",
        points=10,
        nonzero=5,
        error=0.0,
        quotients=2,
        differences=0.0,
        code=0.0,
        floats=0.0,
        kinks=4,
        kinks_right=4,
    )
    report = Report("notebook", "by hand", "exact points", (good,), (("a step", "proven"),))
    text = words(explain(derivation, step, ("w1",), report))
    assert "Proven: 1 of 1 gradient." in text
    assert "the slope of ReLU, from the definition" in text
    bad = replace(report, records=(replace(good, error=1.0),), steps=(("a step", "failed"),))
    blocks = explain(derivation, step, ("w1",), bad).blocks
    warnings = [_words(one) for one in blocks if isinstance(one, Paragraph) and one.warning]
    assert warnings == ["Not proven: a step.", "Proven: 0 of 1 gradient."]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("layered", [False, True])
def test_every_activation_can_be_told(name: str, layered: bool) -> None:
    numbering = "layered" if layered else "flat"
    spec = example(small_spec((2, 2, 2), ["identity", name], numbering=numbering))
    files = latex_format.files(document(spec), SCALAR)
    assert all(one.text for one in files)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_can_be_told(name: str) -> None:
    last = LOSSES[name].activation or "tanh"
    of = document(example(small_spec((2, 2, 2), ["tanh", last], name)))
    assert "z1-numbers" in equations(of)
    assert latex_format.files(of, SCALAR)


def test_a_parameter_that_does_not_reach_the_output_has_gradient_0() -> None:
    of = document(example(small_spec((2, 2), ["tanh"], "none")))
    assert words(of).count("No path leads from it to the loss") == 3
    found = latex(of)
    assert found["dL-y_hat2"] == r"\frac{\partial L}{\partial \hat{y}_2} = 0"
    assert found["w2-numbers"].endswith("= 0")


OPTIONS = [
    (name, {rule.name: word})
    for name, entry in OPTIMIZERS.items()
    for rule in entry.options
    for word in rule.words or (rule.default,)
]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
@pytest.mark.parametrize("decay", [Fraction(0), Fraction(1, 100)])
def test_every_optimizer_can_be_told_and_ends_where_training_ends(
    name: str, options: dict[str, Fraction | str], decay: Fraction
) -> None:
    given = {"weight_decay": decay} | options
    training = TrainingSpec(choice(OPTIMIZERS, name, **given), (Fraction(1, 10),) * 2, step=3)
    of = document(example(small_spec((1, 2, 1), ["tanh", "identity"]), training=training))
    (table,) = [one for one in of.blocks if isinstance(one, Table) and one.id == "step-1"]
    updated = {one.id: one.body for one in of.equations() if one.id.endswith("-update")}
    for (label, *_), *_, (after,) in table.rows:
        shown = SHOW(updated[f"{label.name}-update"]).split(" = ")[-1].split(r" \approx ")[-1]  # type: ignore[union-attr]
        assert abs(float(shown) - float(after.digits)) < 1e-3  # type: ignore[union-attr]


def test_blocks_of_equations_are_never_empty() -> None:
    for name in NETWORKS:
        assert all(one.rows for one in told(name).blocks if isinstance(one, Equations))


@pytest.mark.parametrize(
    ("loss", "activation", "units", "formula"),
    [
        ('"squared_error"', "relu", 1, r"(\hat{y} - y)^{2}"),
        ('"half_squared_error"', "tanh", 2, r"\frac{1}{2}\sum_{k = 1}^{2} (\hat{y}_k - y_k)^{2}"),
        (
            '"mean_squared_error"',
            "tanh",
            3,
            r"\frac{1}{3}\,\sum_{k = 1}^{3} (\hat{y}_k - y_k)^{2}",
        ),
        ('"mean_squared_error"', "tanh", 1, r"(\hat{y} - y)^{2}"),
        ('"absolute_error"', "tanh", 2, r"\sum_{k = 1}^{2} \left|\hat{y}_k - y_k\right|"),
        ('"softmax_cross_entropy"', "softmax", 3, r"-\sum_{k = 1}^{3} y_k\,\ln\,\hat{y}_k"),
        ('{ name = "none", output = 2 }', "tanh", 3, r"\hat{y}_2"),
        ('{ name = "none" }', "tanh", 1, r"\hat{y}"),
    ],
)
def test_the_matrix_form_has_the_loss(loss: str, activation: str, units: int, formula: str) -> None:
    text = f"inputs = 2\nloss = {loss}\n[[layers]]\nunits = {units}\nactivation = '{activation}'"
    spec = parse_spec(text, "small", None, "small.toml")
    found = latex(explain_matrices(Stages(spec).matrices))
    assert found["matrix-loss"] == f"L = {formula}"
    assert "matrix-batch-loss" not in found


def test_the_matrix_form_has_the_loss_of_a_batch() -> None:
    found = latex(explain_matrices(load("xor").matrices))
    assert found["matrix-loss"].startswith(r"\ell = -(y\,\ln")
    assert found["matrix-batch-loss"] == r"L = \frac{1}{N}\,\sum_{s = 1}^{N} \ell^{[s]}"


@pytest.mark.parametrize("name", NETWORKS)
def test_operations_are_those_the_emitted_code_states(name: str) -> None:
    stages = load(name)
    header = emit(stages.step, "python").text.partition('"""\n\n')[0]
    stated = re.findall(r"\d+ operations?: [^.]+", " ".join(header.split()))
    assert len(stated) == 3
    assert re.findall(r"\d+ operations?: [^.]+", words(told(name))) == stated
    assert "operations" not in words(
        document(stages.spec, (stages.step.network.parameters[0].name,))
    )


def test_paths_that_leave_the_predictions_out_say_so() -> None:
    shown = words(told("softmax-regression"))
    assert (
        r"the loss at once: their derivatives, such as \partial L / \partial z_1 = \hat{y}_1"
        in (shown)
    )
    assert r"z_3 leads to the loss at once: its derivative, \partial" in words(told("xor"))
    whole_paths = [name for name in NETWORKS if "to the loss at once" not in words(told(name))]
    assert "notebook" in whole_paths
    for name in whole_paths:
        assert all(one.collapsed is None for one in load(name).derivation.adjoints.values())
