"""Every displayed number is what a reader's calculator gives for the displayed numbers."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest

from symnet.document import rounding
from symnet.document.blocks import Document, Table
from symnet.document.mathematics import Decimal
from symnet.model.expression import Expression, names
from symnet.model.spec import Spec
from symnet.pipeline import load
from tests.document.arithmetic import Functions, NotNumericError, calculated, steps
from tests.document.made import NETWORKS, document, latex, told

DIGITS = 60


def functions(spec: Spec) -> Functions:
    """Write the functions down once more, as a reader would key them in."""
    options = {one.activation.name: dict(one.activation.options) for one in spec.layers}
    slope = Fraction(options.get("leaky_relu", {}).get("slope", Fraction(1, 100)))

    def leaky(z: mpmath.mpf) -> mpmath.mpf:
        return z if z > 0 else z * slope.numerator / slope.denominator

    def softmax(unit: mpmath.mpf, *z: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(z[int(unit) - 1]) / sum(map(mpmath.exp, z))

    return {
        "ReLU": lambda z: max(z, mpmath.mpf(0)),
        "LReLU": leaky,
        "ELU": lambda z: z if z > 0 else mpmath.exp(z) - 1,
        "sigma": lambda z: 1 / (1 + mpmath.exp(-z)),
        "tanh": mpmath.tanh,
        "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
        "softmax": softmax,
        "ln": mpmath.log,
    }


def failures(spec: Spec, of: Document) -> tuple[list[str], int]:
    """Return the steps that do not hold as displayed, and how many were calculated."""
    wrong, count = [], 0
    for name, text in latex(of).items():
        for before, relation, result in numeric_steps(text, spec):
            count += 1
            if not holds(before, relation, result, spec):
                wrong.append(f"{name}: {text}")
    return wrong, count


def numeric_steps(text: str, spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Yield pairs of neighbours in a chain that are both numbers, with their relation."""
    if r"\text" in text or r"\dots" in text:
        return
    chain = steps(text)
    for (_, before), (relation, after) in pairwise(chain):
        try:
            calculated(before, functions(spec)), calculated(after, functions(spec))
        except NotNumericError:
            continue
        yield before, relation, after


def holds(before: str, relation: str, result: str, spec: Spec) -> bool:
    """Say whether typing ``before`` gives ``result``, to the digits that result has."""
    typed, shown = calculated(before, functions(spec)), calculated(result, functions(spec))
    if relation == "=":
        return bool(abs(typed - shown) <= mpmath.mpf(10) ** -45 * (1 + abs(shown)))
    return bool(abs(typed - shown) <= last_place(result) / 2 * (1 + mpmath.mpf(10) ** -40))


def last_place(result: str) -> mpmath.mpf:
    """Return the worth of the last displayed digit."""
    mantissa, _, power = result.strip().partition(r" \cdot 10^")
    exponent = int(power.strip("{}")) if power else 0
    decimals = len(mantissa.partition(".")[2])
    return mpmath.mpf(10) ** (exponent - decimals)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_calculator_agrees_with_every_line(name: str) -> None:
    with mpmath.workdps(DIGITS):
        spec = load(name).spec
        wrong, count = failures(spec, told(name))
    assert wrong == []
    assert count >= 8


def test_most_numbers_of_the_notebook_are_calculated_here() -> None:
    with mpmath.workdps(DIGITS):
        _, count = failures(load("notebook").spec, told("notebook"))
    assert count >= 9 + 8 + 13 + 13  # forward, backward, gradients, new values


@pytest.mark.parametrize(
    ("before", "relation", "result"),
    [
        ("0.25 + 0.5", "=", "0.8"),
        (r"0.333 \cdot 3", "=", "1"),
        (r"0.12345 \cdot 0.5", r"\approx", "0.06174"),
        (r"1.2 \cdot 3", r"\approx", r"3.5 \cdot 10^{1}"),
    ],
)
def test_the_calculator_finds_a_line_that_does_not_hold(
    before: str, relation: str, result: str
) -> None:
    with mpmath.workdps(DIGITS):
        assert not holds(before, relation, result, load("notebook").spec)


def careless(node: Expression, values: rounding.Values) -> rounding.Worked:
    """Round everything to three digits, and promise that the line holds."""
    true = rounding.value_of(node, values)
    inside = {name: rounding.rounded(values[name], 3) for name in names(node)}
    return rounding.Worked(inside, rounding.rounded(true, 3), exact=False, equal=False)


def test_the_calculator_finds_a_careless_document(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = load("sigmoid-two-outputs").spec
    monkeypatch.setattr("symnet.document.lesson.worked", careless)
    with mpmath.workdps(DIGITS):
        wrong, _ = failures(spec, document(spec))
    assert wrong


def rows_that_fail(of: Document, spec: Spec) -> tuple[list[str], int]:
    """Type in every table of a training step that has no warning; count the rows."""
    wrong, count = [], 0
    rates = {f"step-{number}": rate for number, rate in enumerate(spec.training.rates, 1)}
    for table in (one for one in of.blocks if isinstance(one, Table) and one.id in rates):
        if "unrounded" in str(table.caption):
            continue
        for name, *cells in table.rows:
            old, slope, new = (one for (one,) in cells if isinstance(one, Decimal))
            typed = old.value - rates[table.id] * slope.value
            count += 1
            if name[1:] and new.value == old.value:  # frozen
                continue
            if abs(typed - new.value) > worth(new) / 2:
                wrong.append(f"{table.id}: {name}")
    return wrong, count


def worth(shown: Decimal) -> Fraction:
    """Return the worth of the last digit displayed."""
    return Fraction(10) ** (shown.exponent - len(shown.digits.partition(".")[2]))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_calculator_agrees_with_every_table_of_a_step(name: str) -> None:
    spec = load(name).spec
    wrong, count = rows_that_fail(told(name), spec)
    assert wrong == []
    usual = spec.training.optimizer.name == "gradient_descent" and spec.training.rates
    assert count or not usual or any_warning(told(name))


def any_warning(of: Document) -> bool:
    tables = [one for one in of.blocks if isinstance(one, Table) and one.id.startswith("step-")]
    return all("unrounded" in str(one.caption) for one in tables)


def test_most_tables_of_the_notebook_are_typed_in_here() -> None:
    assert rows_that_fail(told("notebook"), load("notebook").spec)[1] >= 2 * 13


def test_a_table_that_does_not_hold_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symnet.document.sections.training._digits", lambda lesson, step: 3)
    spec = load("notebook").spec
    assert rows_that_fail(document(spec), spec)[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_table_of_samples_that_is_rounded_says_so(name: str) -> None:
    for table in told(name).blocks:
        if isinstance(table, Table) and table.id.startswith("samples-"):
            long = any(
                len(one.digits.replace("-", "").replace(".", "").lstrip("0")) >= 5
                for row in table.rows
                for cell in row
                for one in cell
                if isinstance(one, Decimal)
            )
            assert ("unrounded" in str(table.caption)) == long
