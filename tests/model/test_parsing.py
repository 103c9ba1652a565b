"""The gate: a good file becomes a Spec; a bad one ends in one line with file, key and cure."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnet.errors import SpecError
from symnet.model.losses import LOSSES
from symnet.model.numbering import parameter_names, weight_names
from symnet.model.parsing import read_spec
from symnet.model.spec import Choice, GivenValues, RuleValues, SamplesSpec
from symnet.model.wording import any_of
from tests.model.tomls import BARE, GOOD, REFUSED, parsed, refusal, spoilt

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("number", "change", "line"), REFUSED)
def test_a_bad_file_is_refused_in_one_line(number: int, change: list[str], line: str) -> None:
    assert refusal(spoilt(change)) == line


def test_every_kind_of_complaint_is_in_the_table() -> None:
    assert len(REFUSED) > 100
    keys = {line.partition(":")[0].partition("[")[0].partition(".")[0] for _, _, line in REFUSED}
    assert keys >= set("inputs targets loss layers kink initial sample samples training".split())


def test_a_file_without_a_loss_is_told_which_there_are() -> None:
    known = any_of(tuple(LOSSES))
    line = 'loss = "squared_error"'
    assert refusal(GOOD.replace(line, "")) == f"loss: missing; give {known}"
    mse = GOOD.replace(line, 'loss = "mse"')
    assert refusal(mse) == f"loss: unknown loss 'mse'; use {known}"


def test_long_texts_are_refused_in_a_short_line() -> None:
    long = GOOD.replace("A small one", "a" * 201)
    assert refusal(long) == "title: expected at most 200 characters, not 201"
    assert parsed(long.replace("a" * 201, "a" * 200)).title == "a" * 200
    name = GOOD.replace("x2", "a" * 41)
    assert refusal(name).endswith("cannot be a name: a name has at most 40 characters")
    assert parsed(name.replace("a" * 41, "a" * 40)).inputs[1] == "a" * 40


def test_what_is_not_toml_is_refused_with_the_line() -> None:
    assert refusal(GOOD.replace("kink = 0", "kink = 0\nkink = 1")).startswith(
        "not TOML: Cannot overwrite"
    )
    assert "line 6" in refusal(GOOD.replace("kink = 0", "kink ="))


def test_a_good_file_is_read_exactly() -> None:
    spec = parsed(GOOD)
    assert (spec.name, spec.title) == ("small", "A small one")
    assert (spec.inputs, spec.targets) == (("x1", "x2"), ("y",))
    assert spec.layers[0].activation == Choice("relu", (("kink", Fraction(0)),))
    assert spec.loss == Choice("squared_error")
    assert spec.initial == GivenValues(
        (("w1", Fraction(1)), ("w2", Fraction(-1, 2)), ("b1", Fraction(0)))
    )
    assert spec.samples == SamplesSpec(((Fraction(1), Fraction(0)),), ((Fraction(2),),))
    assert spec.training.rates == (Fraction(1, 10), Fraction(1, 20))


def test_what_is_left_out_has_a_default() -> None:
    spec = parsed(BARE.replace("inputs = 2", "inputs = 1"))
    assert (spec.inputs, spec.targets, spec.title) == (("x",), ("y",), "small")
    assert spec.layers[0].activation.name == "identity"
    assert (spec.initial, spec.samples, spec.training.rates) == (None, None, ())
    assert parsed(BARE.replace("units = 1", "units = 2")).targets == ("y1", "y2")


def test_long_rows_may_stand_on_a_line_of_their_own() -> None:
    row = ", ".join(["0.5"] * 25)
    spec = parsed(f"{BARE}[samples]\nx = [\n  [{row}],\n]\ny = [1]".replace("= 2", "= 25"))
    assert spec.samples is not None
    assert spec.samples.x == ((Fraction(1, 2),) * 25,)


def test_the_kink_is_a_default_for_activations_that_have_one() -> None:
    text = GOOD.replace("kink = 0", "kink = 0.5")
    assert parsed(text).layers[0].activation.number("kink") == Fraction(1, 2)
    own = text.replace('activation = "relu"', 'activation = { name = "relu", kink = 1 }')
    assert parsed(own).layers[0].activation.number("kink") == 1
    without = text.replace('activation = "relu"', 'activation = "tanh"')
    assert parsed(without).layers[0].activation == Choice("tanh")


def test_biases_none_shared_and_subtracted() -> None:
    base = BARE.replace("units = 1", "units = 2")
    assert parsed(base + "biases = false").layers[0].biases == ()
    assert parsed(base + "biases = 'c'").layers[0].biases == ("c", "c")
    subtracted = parsed(base + "thresholds = ['s', 't']").layers[0]
    assert (subtracted.biases, subtracted.bias_sign) == (("s", "t"), -1)
    numbered = parsed(base + "thresholds = true").layers[0]
    assert (numbered.biases, numbered.bias_sign) == (None, -1)
    assert parsed(base + "thresholds = false").layers[0].bias_sign == 1


def test_numbering_goes_layer_by_layer_and_source_by_source() -> None:
    spec = parsed(BARE.replace("units = 1", "units = 3") + "[[layers]]\nunits = 1")
    assert weight_names(spec)[0] == (("w1", "w4"), ("w2", "w5"), ("w3", "w6"))
    assert parameter_names(spec) == (*(f"w{k}" for k in range(1, 10)), "b1", "b2", "b3", "b4")


def test_layered_names_say_layer_unit_source() -> None:
    assert parameter_names(parsed("numbering = 'layered'\n" + BARE)) == ("w1_1_1", "w1_1_2", "b1_1")


def test_frozen_parameters_stand_in_order() -> None:
    names = [f"w{k}" for k in range(1, 11)] + [f"b{k}" for k in range(1, 6)]
    text = BARE.replace("units = 1", "units = 5")
    assert parsed(f"frozen = {[*reversed(names), 'w1']}\n{text}").frozen == tuple(names)


def with_loss(loss: str, activation: str, y: str, units: int = 1) -> str:
    return (
        f"inputs = 1\nloss = '{loss}'\n[[layers]]\nunits = {units}\nactivation = '{activation}'\n"
        f"[samples]\nx = [0, 0]\ny = {y}"
    )


def test_targets_of_cross_entropies_are_checked() -> None:
    binary = "binary_cross_entropy", "sigmoid"
    assert parsed(with_loss(*binary, "[0.5, 1]")).loss.name == "binary_cross_entropy"
    wanted = "samples.y[2]: binary_cross_entropy takes targets from 0 to 1"
    assert refusal(with_loss(*binary, "[0.5, 1.5]")) == wanted
    assert refusal(with_loss(*binary, "[0.5, -1]")) == wanted
    classes = "softmax_cross_entropy", "softmax"
    assert parsed(with_loss(*classes, "[[0.1, 0.9], [1, 0]]", 2)).targets == ("y1", "y2")
    wanted = "samples.y[1]: softmax_cross_entropy takes targets of at least 0 that add up to 1"
    for row in ("[0.1, 0.8]", "[1.5, -0.5]"):
        assert refusal(with_loss(*classes, f"[{row}, [1, 0]]", 2)) == wanted


def test_no_loss_takes_no_targets() -> None:
    text = BARE.replace("'squared_error'", "squared_error").replace('"squared_error"', "'none'")
    assert parsed(text).targets == ()
    rows = parsed(text + "[samples]\nx = [[1, 2], [3, 4]]").samples
    assert rows is not None
    assert rows.y == ((), ())
    wanted = "loss none compares with no target; leave y out"
    assert refusal(text + "[samples]\nx = [[1, 2]]\ny = [1]") == f"samples.y: {wanted}"
    assert refusal(text + "[sample]\nx = [1, 2]\ny = 1") == f"sample.y: {wanted}"
    second = text.replace("'none'", "{ name = 'none', output = 2 }")
    assert refusal(second) == "loss.output: the last layer has only 1 output"
    assert parsed(second.replace("units = 1", "units = 2")).loss.number("output") == 2


def test_values_by_rule() -> None:
    seeded = parsed(BARE + "[initial]\nrule = 'seeded'\nseed = 7\nscale = 0.5").initial
    assert seeded == RuleValues("seeded", seed=7, scale=Fraction(1, 2))
    constant = parsed(BARE + "[initial]\nrule = 'constant'\nvalue = 0.1").initial
    assert constant == RuleValues("constant", value=Fraction(1, 10))
    named = BARE + "weights = [['rule', 'file']]\n[initial]\nrule = 1\nfile = 2\nb1 = 3"
    assert parsed(named).initial == GivenValues((("rule", 1), ("file", 2), ("b1", 3)))  # type: ignore[arg-type]


def rates(training: str) -> list[str]:
    samples = "[samples]\nx = [[1, 2], [3, 4]]\ny = [0, 1]\n"
    return [str(rate) for rate in parsed(f"{BARE}{samples}[training]\n{training}").training.rates]


def test_there_is_one_rate_a_step() -> None:
    assert rates("") == []
    assert rates("learning_rate = 1") == ["1"]
    assert rates("learning_rate = 1\nsteps = 3") == ["1"] * 3
    assert rates("learning_rate = 1\nepochs = 3") == ["1"] * 3
    assert rates("learning_rate = [1, 2]\nsteps = 2") == ["1", "2"]


def test_online_an_epoch_has_a_step_for_every_sample() -> None:
    online = "mode = 'online'\n"
    assert rates(online + "learning_rate = 1") == ["1"] * 2
    assert rates(online + "learning_rate = 1\nsteps = 3") == ["1"] * 3
    assert rates(online + "learning_rate = 1\nepochs = 3") == ["1"] * 6
    assert rates(online + "learning_rate = [1, 2]\nepochs = 2") == ["1", "1", "2", "2"]
    assert rates(online + "learning_rate = [1, 2, 3, 4]\nepochs = 2") == ["1", "2", "3", "4"]
    both = f"{BARE}[samples]\nx = [[1, 2], [3, 4]]\ny = [0, 1]\n[training]\n{online}"
    assert refusal(both + "learning_rate = [1, 2, 3]\nepochs = 2") == (
        "training.learning_rate: expected 4 rates, one a step, or 2, one an epoch; not 3"
    )
    assert refusal(both + "learning_rate = 1\nepochs = 100000") == (
        "training.epochs: expected a whole number from 1 to 50000, not 100000"
    )
    assert refusal(f"{BARE}[training]\n{online}learning_rate = 1\nepochs = 2") == (
        "training.epochs: online epochs need [samples] to count; give steps instead"
    )


def test_the_state_of_an_optimizer() -> None:
    training = (
        "[training]\noptimizer = 'adam'\nstep = 2\n[training.state.second_moment]\nb1 = 0.1\n"
    )
    more = "[training.state.first_moment]\nw2 = 1\nb1 = 2\n"
    found = parsed(BARE + training + more).training
    assert found.step == 2
    assert found.state == (
        ("first_moment", "b1", Fraction(2)),
        ("first_moment", "w2", Fraction(1)),
        ("second_moment", "b1", Fraction(1, 10)),
    )
    assert refusal(f"frozen = ['b1']\n{BARE}{training}") == (
        "training.state.second_moment.b1: this parameter is frozen and has no state; leave it out"
    )


def test_too_wide_is_refused_before_it_is_built() -> None:
    wide = "inputs = 100000\nloss = 'squared_error'\n" + "[[layers]]\nunits = 100000\n" * 3
    assert refusal(wide) == ("layers: expected at most 10000000 weights in all, not 30000000000")
    many = "inputs = 1\nloss = 'squared_error'\n" + "[[layers]]\nunits = 1\n" * 101
    assert refusal(many) == "layers: expected at most 100 layers, not 101"


def test_a_wide_network_needs_no_names_to_be_read() -> None:
    spec = parsed("inputs = 784\nloss = 'squared_error'\n" + "[[layers]]\nunits = 128\n" * 2)
    assert [layer.weights for layer in spec.layers] == [None, None]
    parameter_names.cache_clear()
    parsed("inputs = ['w0', 'w999', 'b_1']\nloss = 'squared_error'\n[[layers]]\nunits = 300")
    assert parameter_names.cache_info().misses == 0


def test_a_wide_network_s_names_are_not_all_listed() -> None:
    wide = BARE.replace("inputs = 2", "inputs = 784").replace("units = 1", "units = 128")
    first = ", ".join(f"w{k}" for k in range(1, 17))
    assert refusal(f"frozen = ['v']\n{wide}") == (
        f"frozen[1]: 'v' is not a parameter; use {first}, ..."
    )
    assert refusal(f"{wide}[initial]\nw1 = 1") == (
        "initial.w2: missing (and 100478 more); give every parameter a value"
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("symnet/networks/*.toml")), ids=lambda p: p.stem)
def test_every_shipped_network_passes_the_gate(path: Path) -> None:
    spec = read_spec(path)
    assert spec.name == path.stem
    assert spec.title != path.stem


def answer(text: str) -> str:
    """Return the title of a sound file, or the line that refuses it."""
    with suppress(SpecError):
        return parsed(text).title
    return refusal(text)


@given(st.text(max_size=60), st.sampled_from(GOOD.split()))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_one_line(text: str, word: str) -> None:
    for one in (text, GOOD + text, GOOD.replace(word, text)):
        assert answer(one)


TOML_VALUES = st.recursive(
    st.sampled_from(["1", "-0.5", "true", '"x1"', '"relu"', '""', "inf", "0x1f", "[]", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | inner.map(lambda part: f"{{ name = {part} }}")
    ),
    max_leaves=6,
)


@given(st.sampled_from([one for one in GOOD.splitlines() if "=" in one]), TOML_VALUES)
@settings(max_examples=300, deadline=None)
def test_any_value_is_read_or_refused_in_one_line(line: str, value: str) -> None:
    key = line.partition(" ")[0]
    assert "not TOML" not in answer(GOOD.replace(line, f"{key} = {value}"))
