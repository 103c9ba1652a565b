"""Symbols of a network file: letters and nothing else, each for one thing only."""

import pytest

from symnet.model.glyphs import GREEK
from symnet.model.normal import fingerprint
from symnet.model.spec import Spec
from symnet.model.symbols import ROLES
from tests.model.tomls import BARE, GOOD, parsed, refusal

FORM = (
    "cannot be a symbol: it is letters, perhaps digits, and perhaps one _ and an index "
    "(ASCII, at most 40)"
)


def with_symbols(lines: str, text: str = GOOD) -> str:
    return f"{text}\n[symbols]\n{lines}\n"


def symbols(lines: str) -> tuple[tuple[str, str], ...]:
    return parsed(with_symbols(lines)).symbols


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["E", "E_total", "net2", "a_1", "q_hat", "alpha", "lambda", "Psi"])
def test_letters_words_and_greek_can_be_symbols(role: str, name: str) -> None:
    assert symbols(f'{role} = "{name}"') == ((role, name),)


def test_symbols_stand_in_one_order() -> None:
    one, other = 'loss = "E"\nactivation = "a"', 'activation = "a"\nloss = "E"'
    assert symbols(one) == symbols(other) == (("activation", "a"), ("loss", "E"))


def test_symbols_can_change_places() -> None:
    assert symbols('pre_activation = "h"\nactivation = "z"')


HOSTILE = [
    r'"\\input{x}"', '"<b>"', '"$x$"', '"a b"', '"a\\nb"', '"a_b_c"', '"_a"', '"a_"', '"a__b"',
    '"1"', '""', '"L\\n"', '"Ö"', '"\u0456"', '"\u202e"', '"{{ 7 }}"', '"%"', '"__import__"',
    '"f(x)"', "3", "true", '["a"]', f'"{"a" * 41}"',
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_else_can_be_a_symbol(value: str) -> None:
    line = refusal(with_symbols(f"loss = {value}"))
    assert line.startswith("symbols.loss: ")
    assert line.endswith(FORM)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('los = "E"', "symbols.los: unknown key; did you mean loss?"),
        ('loss = "z"', "symbols.loss: z is already the symbol of pre_activation"),
        ('activation = "z"', "symbols.activation: z is already the symbol of pre_activation"),
        ('pre_activation = "h_2"', "symbols.pre_activation: h_2 is already the symbol of act"),
        ('loss = "E"\ndelta = "E"', "symbols.delta: E is already the symbol of loss"),
        ('activation = "w"', "symbols.activation: w is already the letter of the weights"),
        ('activation = "b"', "symbols.activation: b is already the letter of the biases"),
        ('learning_rate = "x"', "symbols.learning_rate: x is already a letter of the inputs"),
        ('prediction = "y"', "symbols.prediction: y is already a letter of the targets"),
        ('loss = "sigma"', "symbols.loss: sigma is already the name of a function"),
        ('loss = "ReLU"', "symbols.loss: ReLU is already the name of a function"),
        ('loss = "e"', "symbols.loss: e is already the name of a number or function"),
    ],
)  # fmt: skip
def test_a_symbol_stands_for_one_thing(lines: str, problem: str) -> None:
    assert refusal(with_symbols(lines)).startswith(problem)


def test_a_symbol_is_none_of_the_names_of_parameters() -> None:
    named = BARE + 'weights = [["u1", "u2"]]\nbiases = "c"\n'
    for name in ("u", "u3", "c"):
        line = refusal(with_symbols(f'activation = "{name}"', named))
        assert line.startswith(f"symbols.activation: {name} is already a letter of the parameters")
    for name in ("w", "b"):  # numbering gives nothing this name here
        assert parsed(with_symbols(f'activation = "{name}"', named)).symbols


def test_symbols_is_a_table() -> None:
    assert refusal(f'symbols = "E"\n{GOOD}') == "symbols: expected a table, not 'E'"


def test_only_given_symbols_change_the_hash() -> None:
    def hashed(spec: Spec) -> str:
        return fingerprint(spec)

    assert hashed(parsed(GOOD)) == hashed(parsed(with_symbols("")))
    assert hashed(parsed(GOOD)) != hashed(parsed(with_symbols('loss = "E"')))


def test_every_greek_letter_but_those_of_functions_can_be_a_symbol() -> None:
    for name in GREEK - {"pi", "sigma", "Phi"}:
        assert symbols(f'loss = "{name}"')
