"""Random expressions in JavaScript: prettier leaves them alone, and they mean what they say."""

import json
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from symnet.emit.ecmascript import FUNCTIONS
from symnet.emit.prettier import Formatter, literal
from symnet.model.evaluation import FLOAT, evaluate
from symnet.model.expression import (
    Comparison,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    call,
)
from tests.emit.fuzz import same
from tests.emit.node import node, program

VALUES = {
    "a": 0.75,
    "b2": -1.5,
    "weight_of_something": 0.1,
    "gradient_of_a_hidden_unit": -0.3,
    "params[3 * j + i]": 1e-3,
    "long_name_number_seven": 7.0,
}
DECLARED = "const i = 0, j = 0;\n" + "".join(
    f"const {name.partition('[')[0]} = {[value] if '[' in name else value};\n"
    for name, value in VALUES.items()
)
COUNT = 150


def drawn(draw: random.Random, depth: int) -> Expression:
    """Draw an expression such as the tables may hold; no choice stands right behind a test."""

    def part() -> Expression:
        return drawn(draw, depth - 1)

    def plain() -> Expression:
        found = part()
        return plain() if isinstance(found, Select) else found

    kind = draw.random()
    if depth == 0 or kind < 0.2:
        names = [Symbol(name) for name in VALUES]
        return draw.choice([*names, Number(Fraction(draw.randint(-3, 3), 4))])
    if kind < 0.4:
        terms = [part() for _ in range(draw.randint(2, 4))]
        rest = (Negative(one) if draw.random() < 0.3 else one for one in terms[1:])
        return Sum((terms[0], *rest))
    if kind < 0.6:
        return Product(tuple(part() for _ in range(draw.randint(2, 3))))
    if kind < 0.7:
        return Quotient(part(), Number(Fraction(draw.randint(1, 5), 4)) + call("exp", part()))
    if kind < 0.78:
        return Negative(part())
    if kind < 0.88:
        return call("exp", Negative(call("exp", part())))
    return Select(Comparison(part(), draw.choice(["<", "<=", ">"]), part()), plain(), part())


def expressions(seed: int) -> Iterator[Expression]:
    draw = random.Random(seed)
    for _ in range(COUNT):
        yield drawn(draw, draw.randint(1, 3))


def functions(seed: int) -> str:
    """Return a module with every expression as a variable's value and as what is returned."""
    formatter = Formatter(FUNCTIONS, {})
    lines = []
    for number, one in enumerate(expressions(seed)):
        first, *more = formatter.assigned("const value =", one, 1)
        back, *rest = formatter.returned(one, 2)
        lines += [f"export function f{number}(again) {{", f"  {first}"]
        lines += [f"  {line}" for line in more]
        lines += ["  if (again) {", f"    {back}", *(f"    {line}" for line in rest), "  }"]
        lines += ["  return value;", "}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(3))
def test_prettier_leaves_them_alone(seed: int, tmp_path: Path) -> None:
    (tmp_path / "random.mjs").write_text(functions(seed))
    done = node(program("prettier", "bin/prettier.cjs"), tmp_path / "random.mjs")
    assert done.stdout == functions(seed)


@pytest.mark.parametrize("seed", range(3))
def test_they_have_the_values_of_their_trees(seed: int, tmp_path: Path) -> None:
    """Within what another exp may round differently; most are the same to the last bit."""
    calls = ", ".join(f"f{number}(false), f{number}(true)" for number in range(COUNT))
    shown = f"console.log(JSON.stringify([{calls}]));\n"
    (tmp_path / "random.mjs").write_text(DECLARED + functions(seed) + shown)
    done = node(tmp_path / "random.mjs")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    wanted = [evaluate(one, VALUES, FLOAT) for one in expressions(seed)]
    assert all(map(math.isfinite, wanted))
    assert found[::2] == found[1::2]
    assert found[::2] == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert sum(map(same, found[::2], wanted)) > COUNT / 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (0.1, "0.1"), (-0.0, "-0"), (1e22, "1e22"), (1e-7, "1e-7"), (5e-324, "5e-324")],
)
def test_a_number_is_written_the_way_of_javascript(value: float, text: str) -> None:
    assert literal(value) == text
