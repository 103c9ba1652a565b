"""Every slip in one operator of emitted Python is refused by the self-test beside it.

What it may not see is what changes no result: at a kink a value is the same on both sides.
"""

import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

import symnet
from symnet.emit.source import request_for, sources
from symnet.model.activations import ACTIVATIONS
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.model.spec import LayerSpec, Spec
from tests.emit.emitted import options_for, run_text, step_of, with_samples
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
OTHER = {"+": "-", "-": "+", "*": "+", "<=": "<", "<": "<=", ">": ">="}
NUMBERED = re.compile(r"^( +)(?P<code>\S.*?)  # \((?P<numbers>[\d, ]+)\)$")
OPERATOR = re.compile(r"(?<= )(\+|-|\*|<=|<|>)(?= )")
# 0 gives 0 either way.
SAME = re.compile(
    r"\w+ = 0\.0 if (\w+) < 0\.0 else \1$"
    r"|\w+ = 0\.125 \* (\w+) if \2 < 0\.0 else \2$"
    r"|return -error if error < 0\.0 else error$"
)


# With this slope sums and products are exact in binary, and the error can be 0 exactly.
LEAKY = (
    LayerSpec(2, choice(ACTIVATIONS, "leaky_relu", slope=Fraction(1, 8))),
    LayerSpec(1, choice(ACTIVATIONS, "identity")),
)
SPECS = (
    *(read_spec(NETWORKS / f"{name}.toml") for name in ("notebook", "dead-relu", "tanh-neuron")),
    with_samples(
        small_spec((2, 2, 1), ("identity", "identity"), "absolute_error", layers=LEAKY),
        optimizer=choice(OPTIMIZERS, "momentum"),
    ),
    with_samples(small_spec((2, 2, 2), ("relu", "softmax"), "softmax_cross_entropy"), 2),
)


def program(spec: Spec, form: str) -> tuple[str, str]:
    """Return the text of a module and of its self-test."""
    options = options_for("python", form, with_test=True)
    module, test = sources(request_for(options, spec, lambda: step_of(spec)))
    return module.text, test.text


def passes(module: str, test: str, name: str) -> bool:
    """Run a self-test as if the module lay beside it."""
    beside = ModuleType(name)
    exec(compile(module, name, "exec"), beside.__dict__)
    sys.modules[name] = beside
    try:
        failed: int = run_text(test)["main"]()
    except ArithmeticError:  # it ends with a traceback and 1
        return False
    finally:
        del sys.modules[name]
    return failed == 0


def slips(module: str) -> Iterator[tuple[str, str]]:
    """Yield a line, and the module with one operator of it changed."""
    lines = module.split("\n")
    for number, line in enumerate(lines):
        found = NUMBERED.match(line)
        for operator in OPERATOR.finditer(line, 0, found.end("code")) if found else ():
            wrong = line[: operator.start()] + OTHER[operator[0]] + line[operator.end() :]
            code = NUMBERED.match(wrong)
            if code and not SAME.match(code["code"]):
                yield wrong, "\n".join([*lines[:number], wrong, *lines[number + 1 :]])


@pytest.mark.parametrize("form", ["scalar", "fused"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.loss.name)
def test_a_slip_in_any_line_is_refused(
    spec: Spec, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module, test = program(spec, form)
    name = spec.name.replace("-", "_")
    assert passes(module, test, name)
    found = [(line, passes(wrong, test, name)) for line, wrong in slips(module)]
    capsys.readouterr()
    assert len(found) > 40
    assert [line for line, passed in found if passed] == []
