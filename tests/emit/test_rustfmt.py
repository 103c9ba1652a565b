"""Random expressions in Rust: rustfmt leaves them alone, and they mean what they say."""

import json
import math
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from symnet.emit.rust_numbers import DOUBLE
from symnet.emit.rustic import formatter
from symnet.model.evaluation import FLOAT, evaluate
from symnet.model.expression import Expression, Select, walk
from tests.emit.fuzz import same
from tests.emit.rust import EDITION, compiled, run
from tests.emit.test_prettier import COUNT, VALUES, drawn, expressions

HEAD = "#![allow(non_upper_case_globals, clippy::all)]\nconst i: usize = 0;\nconst j: usize = 0;\n"
DECLARED = HEAD + "".join(
    f"const {name.partition('[')[0]}: [f64; 1] = [{value}];\n"
    if "[" in name
    else f"const {name}: f64 = {value};\n"
    for name, value in VALUES.items()
)


def functions(given: Iterable[Expression]) -> str:
    """Return a module with every expression as a variable's value and as what is returned."""
    layout, lines = formatter({}, DOUBLE), list[str]()
    for number, one in enumerate(given):
        named, last = layout.assigned("let value =", one, 1), layout.returned(one, 1)
        lines += [f"fn f{number}() -> f64 {{", *(f"    {line}" for line in named), "    value", "}"]
        lines += ["", f"fn g{number}() -> f64 {{", *(f"    {line}" for line in last), "}", ""]
    return "\n".join(lines[:-1]) + "\n"


@pytest.mark.parametrize("seed", range(4))
def test_rustfmt_leaves_them_alone(seed: int, tmp_path: Path) -> None:
    """As deep as the tables' are, and as they without choices in the tests of choices."""
    draw = random.Random(seed)
    given = [drawn(draw, draw.randint(1, 2)) for _ in range(COUNT)]
    text = functions(one for one in given if not chosen_by_choices(one))
    assert max(map(len, text.splitlines())) > 90
    (tmp_path / "random.rs").write_text(text)
    done = run("rustfmt", EDITION, "--check", tmp_path / "random.rs")
    assert (done.returncode, done.stdout) == (0, "")


def chosen_by_choices(node: Expression) -> bool:
    tests = [one.test for one in walk(node) if isinstance(one, Select)]
    return any(isinstance(part, Select) for test in tests for part in walk(test))


def test_they_have_the_values_of_their_trees(tmp_path: Path) -> None:
    """Within what another exp may round differently; most are the same to the last bit."""
    given = [one for seed in range(3) for one in expressions(seed)]
    calls = ", ".join(f"f{number}(), g{number}()" for number in range(len(given)))
    main = f'fn main() {{\n    println!("{{:?}}", [{calls}]);\n}}\n'
    (tmp_path / "main.rs").write_text(DECLARED + functions(given) + main)
    found = json.loads(run(str(compiled(tmp_path / "main.rs"))).stdout)
    wanted = [evaluate(one, VALUES, FLOAT) for one in given]
    assert all(map(math.isfinite, wanted))
    assert found[::2] == found[1::2]
    assert found[::2] == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert sum(map(same, found[::2], wanted)) > len(given) / 2


def test_a_missing_space_is_seen(tmp_path: Path) -> None:
    (tmp_path / "random.rs").write_text("fn f() -> f64 {\n    let value = 1.0*2.0;\n    value\n}\n")
    assert run("rustfmt", EDITION, "--check", tmp_path / "random.rs").returncode == 1
