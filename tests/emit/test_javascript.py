"""Emitted JavaScript, run by node: the same numbers as Python, the formatter, hostile networks."""

import contextlib
import io
import json
import math
import re
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import mpmath
import pytest

from symnet.emit.ecmascript import FUNCTIONS, elementary, tables_of
from symnet.emit.source import request_for, sources
from symnet.files import SourceFile
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import high_precision
from symnet.model.expression import Symbol, call
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import (
    module_of,
    network,
    options_for,
    passed,
    step_of,
    with_samples,
)
from tests.emit.fuzz import MODULES, Cases, compared, drawn
from tests.emit.node import node, package, program
from tests.emit.test_elementary import ULPS, points
from tests.emit.test_lint import specs
from tests.networks import choice, small_spec

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).with_name("driver.mjs")
SPECS = tuple(specs())
FORMS = ("scalar", "loops", "fused")
CASES = 100_000
RATIONAL_LOSSES = {"squared_error", "half_squared_error", "mean_squared_error", "absolute_error"}
RATIONAL_LOSSES |= {"huber", "none"}
LINTER = """import js from "@eslint/js";
const console = "readonly";
const rules = { "prefer-const": "error", "no-var": "error", eqeqeq: "error" };
export default [js.configs.recommended, { rules, languageOptions: { globals: { console } } }];
"""


def files_of(spec: Spec, form: str = "scalar", with_test: bool = False) -> tuple[SourceFile, ...]:
    options = options_for("javascript", form, with_test)
    return sources(request_for(options, spec, lambda: step_of(spec)))


def written(folder: Path, files: Iterable[SourceFile]) -> Path:
    """Write files, and return the first one's path."""
    folder.mkdir(exist_ok=True, parents=True)
    paths = [folder / one.path for one in files]
    for path, one in zip(paths, files, strict=True):
        path.write_text(one.text, encoding="utf-8")
    return paths[0]


def rational(spec: Spec) -> bool:
    """Say whether a network computes with + - * / and choices only; a root is exact as well."""
    kinds = all(ACTIVATIONS[layer.activation.name].rational for layer in spec.layers)
    return kinds and spec.loss.name in RATIONAL_LOSSES


def differences(folder: Path, jobs: dict[str, tuple[Path, Cases]]) -> dict[str, list[str]]:
    """Run modules on cases, all in one process; return where they differ from Python."""
    listed = []
    for name, (module, cases) in jobs.items():
        inputs, results = folder / f"{name}.in", folder / f"{name}.out"
        cases.write(inputs)
        samples = cases.samples if cases.samples > 1 else 0
        files = {"module": str(module), "inputs": str(inputs), "results": str(results)}
        listed.append({**files, "sizes": cases.sizes[:4], "samples": samples})
    (folder / "jobs.json").write_text(json.dumps(listed))
    done = node(DRIVER, folder / "jobs.json")
    assert done.returncode == 0, done.stderr
    found = {}
    for name, (_, cases) in jobs.items():
        result = compared((folder / f"{name}.out").read_bytes(), cases)
        assert result.numbers == cases.count * cases.width, result.differences
        assert result.finite > result.numbers / 4
        found[name] = result.differences
    return found


@pytest.mark.parametrize("form", ["scalar", "fused"])
def test_a_hundred_thousand_random_inputs_give_the_same_bits(form: str, tmp_path: Path) -> None:
    module = written(tmp_path, files_of(NOTEBOOK, form))
    assert differences(tmp_path, {form: (module, drawn(NOTEBOOK, CASES, form))}) == {form: []}


@pytest.mark.parametrize("form", FORMS)
def test_every_rational_network_gives_the_same_bits(form: str, tmp_path: Path) -> None:
    chosen = [spec for spec in SPECS if rational(spec)]
    assert len(chosen) >= 10
    jobs = {
        spec.name: (written(tmp_path, files_of(spec, form)), drawn(spec, 200, form))
        for spec in chosen
    }
    assert {name: found for name, found in differences(tmp_path, jobs).items() if found} == {}


def test_a_wrong_sign_is_seen(tmp_path: Path) -> None:
    module = written(tmp_path, files_of(NOTEBOOK))
    text = module.read_text()
    assert "b4 - learning_rate" in text
    module.write_text(text.replace("b4 - learning_rate", "b4 + learning_rate"))
    assert differences(tmp_path, {"wrong": (module, Cases.of(NOTEBOOK, 40))})["wrong"]


NOTEBOOK = next(one for one in SPECS if one.name == "notebook")
# Its rows of samples and its values do not fit on a line.
WIDE = with_samples(
    small_spec((40, 6, 2), ("relu", "softmax"), "huber", name="wide", numbering="layered"),
    3,
    optimizer=choice(OPTIMIZERS, "adam"),
)
# One of each: every activation, every loss, whatever ships.
TESTED = [
    spec
    for spec in SPECS
    if spec.title != "A small network" or re.search("huber|odd|^sigmoid-|^softmax-soft", spec.name)
]


@pytest.mark.parametrize("arithmetic", ["exact", "fused"])
@pytest.mark.parametrize("spec", TESTED, ids=lambda spec: spec.name)
def test_the_self_test_passes(spec: Spec, arithmetic: str, tmp_path: Path) -> None:
    form = "loops" if spec.name.endswith("huber") else "scalar"
    form = "fused" if arithmetic == "fused" else form
    module, test = files_of(spec, form, with_test=True)
    done = node(written(tmp_path, (test, module)))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert passed(done.stdout) >= 5


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("w1 - learning_rate", "w1 + learning_rate"),
        ("const dL_dw9 = dL_dz4 * h3", "const dL_dw9 = dL_dz4 * h2"),
        ("z4 <= 0 ? 0 : dL_dy_hat", "z4 < 0 ? 0 : dL_dy_hat"),
        ("z4 <= 0 ? 0 : z4", "z4 <= 0 ? -0 : z4"),
        ("return error * error", "return error * error * (1 + 2.3e-16)"),
    ],
)
def test_the_self_test_fails_when_the_code_is_wrong(right: str, wrong: str, tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    assert right in module.text
    broken = SourceFile(module.path, module.text.replace(right, wrong))
    done = node(written(tmp_path, (test, broken)))
    assert done.returncode == 1
    assert re.search("^FAILED .*: .*, number .*, expected ", done.stdout, re.MULTILINE)


def test_the_self_test_sees_the_training_loop(tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    before, after = module.text.rsplit("w9 - learning_rate", 1)
    broken = SourceFile(module.path, f"{before}w9 + learning_rate{after}")
    done = node(written(tmp_path, (test, broken)))
    assert done.returncode == 1
    assert re.search("^FAILED .*: train, number 9: .*, expected ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("w1 -= scaled_dL_dz1 * x1", "w1 += scaled_dL_dz1 * x1"),
        ("w9 -= scaled_dL_dz4 * h3", "w9 -= scaled_dL_dz4 * h2"),
        ("if (!(z4 <= 0))", "if (z4 <= 0)"),
        ("if (!(z3 <= 0))", "if (!(z2 <= 0))"),
        ("2 * learning_rate", "(2 + 1e-13) * learning_rate"),
    ],
)
def test_the_self_test_fails_when_fused_code_is_wrong(
    right: str, wrong: str, tmp_path: Path
) -> None:
    module, test = files_of(NOTEBOOK, "fused", with_test=True)
    assert right in module.text
    broken = SourceFile(module.path, module.text.replace(right, wrong))
    done = node(written(tmp_path, (test, broken)))
    assert done.returncode == 1
    assert re.search("^FAILED .*: update, number .*, expected ", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all networks in all forms, and a self-test."""
    made = tmp_path_factory.mktemp("javascript")
    for spec in SPECS:
        for form in FORMS:
            with_test = form != "loops" and spec.name in ("notebook", "xor", "odd")
            written(made / form, files_of(spec, form, with_test))
    written(made / "loops", files_of(WIDE, "loops"))
    return made


def test_prettier_changes_nothing(folder: Path) -> None:
    done = node(program("prettier", "bin/prettier.cjs"), "--check", folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_everything_exported_says_what_it_is(form: str) -> None:
    for spec in (NOTEBOOK, WIDE):
        lines = files_of(spec, form)[0].text.splitlines()
        found = [k for k, line in enumerate(lines) if line.startswith("export ")]
        assert len(found) >= 10
        assert [lines[k] for k in found if not lines[k - 1].endswith("*/")] == []


def test_eslint_finds_nothing(folder: Path) -> None:
    done = eslint(folder)
    assert done.returncode == 0, done.stdout


def test_the_types_in_the_comments_are_right(folder: Path) -> None:
    files = [path for path in sorted(folder.glob("*/*.mjs")) if ".test." not in path.name]
    assert len(files) > 80
    assert typescript(files).stdout == ""


def test_a_wrong_type_is_seen(tmp_path: Path) -> None:
    (module,) = files_of(NOTEBOOK)
    wrong = module.text.replace("@returns {number}", "@returns {number[]}")
    found = typescript([written(tmp_path, [SourceFile(module.path, wrong)])]).stdout
    assert "Type 'number' is not assignable to type 'number[]'" in found


def typescript(files: Iterable[Path]) -> "subprocess.CompletedProcess[str]":
    """Check what JSDoc says of types, as a project does that includes the file."""
    flags = "--allowJs --checkJs --noEmit --strict --target es2022"
    modules = "--module esnext --moduleResolution bundler --lib es2022,dom"
    return node(program("typescript", "bin/tsc"), *f"{flags} {modules}".split(), *files)


def test_both_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "a.mjs").write_text("export function f(a) {\n  let b = a;\n   return a;\n}\n")
    assert "no-unused-vars" in eslint(tmp_path).stdout
    assert node(program("prettier", "bin/prettier.cjs"), "--check", tmp_path).returncode == 1


def eslint(folder: Path) -> "subprocess.CompletedProcess[str]":
    rules = package("@eslint/js") / "src" / "index.js"
    config = folder / "eslint.config.js"
    config.write_text(LINTER.replace("@eslint/js", rules.as_uri()))
    done = node(program("eslint", "bin/eslint.js"), "--config", config, ".", folder=folder)
    config.unlink()
    return done


def evaluated(folder: Path, script: str) -> str:
    """Return what a script prints that stands beside the modules of ``folder``."""
    (folder / "script.mjs").write_text(script)
    done = node(folder / "script.mjs")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", ["erf", "erfc", "exp", "expm1", "log", "log1p", "sqrt", "tanh"])
def test_elementary_functions_are_within_four_units_in_the_last_place(
    name: str, tmp_path: Path
) -> None:
    """Those of Math in this node, and those that symnet writes."""
    called = {"tanh": "hyperbolic_tangent"}.get(name, name)
    given = [one for one in points(name)[::5] if one > 0 or name not in ("log", "sqrt")]
    nodes = [call(called, Symbol("z"))]
    parts = [*tables_of(nodes), *(lines for _, lines in elementary(nodes))]
    own = (line for part in parts for line in part)
    last = f"console.log(JSON.stringify({given}.map({FUNCTIONS[called]})));"
    script = "\n".join([*own, last])
    found = json.loads(evaluated(tmp_path, script))
    exact = high_precision(50).elementary[called]
    with mpmath.workdps(50):
        for z, value in zip(given, found, strict=True):
            right = exact(mpmath.mpf(z))
            assert abs(value - right) <= ULPS * math.ulp(float(right)), z


def test_the_file_trains_as_it_says(tmp_path: Path) -> None:
    """main prints what Python's main prints, numbers written the way of JavaScript."""
    written(tmp_path, files_of(NOTEBOOK))
    found = evaluated(tmp_path, 'import { main } from "./notebook.mjs";\nmain();\n')
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        module_of(NOTEBOOK)["main"]()
    number = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\b\d+\b")
    numbers = [list(map(float, number.findall(text))) for text in (found, output.getvalue())]
    assert len(numbers[0]) > 100
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("mode", ["batch", "online"])
@pytest.mark.parametrize("form", FORMS)
def test_training_is_one_update_after_another(
    samples: int, mode: str, form: str, tmp_path: Path
) -> None:
    spec = network("leaky_relu", "huber", name="n")
    optimizer = choice(OPTIMIZERS, "momentum")
    spec = with_samples(spec, samples, mode=mode, optimizer=optimizer)
    written(tmp_path, files_of(spec, form))
    several = mode == "online"
    found = evaluated(
        tmp_path,
        f"""
import * as n from "./n.mjs";
const x = n.SAMPLE_X;
const y = n.SAMPLE_Y;
const start = [n.INITIAL, n.initial_state()].map((one) => Object.freeze(Array.from(one)));
const rates = Object.freeze([0.1, 0.3, 0.05, 0.2]);
let [params, state] = start;
rates.forEach((rate, k) => {{
  const sample = {"[x[k % x.length], y[k % y.length]]" if several else "[x, y]"};
  [params, state] = n.update(params, state, ...sample, rate);
}});
const trained = n.train(...start.map((one) => Float64Array.from(one)), x, y, rates);
console.log(JSON.stringify([[params, state], trained].map((one) => one.map((a) => [...a]))));
""",
    )
    stepwise, trained = json.loads(found)
    assert stepwise == trained
    module = MODULES[form](spec)
    x, y = module["SAMPLE_X"], module["SAMPLE_Y"]
    start = (list(module["INITIAL"]), module["initial_state"]())
    wanted = module["train"](*start, x, y, [0.1, 0.3, 0.05, 0.2])
    assert trained == [list(one) for one in wanted]


@pytest.mark.parametrize("form", FORMS)
def test_lists_of_another_length_are_refused(form: str, tmp_path: Path) -> None:
    written(tmp_path, files_of(NOTEBOOK, form))
    calls = [
        "forward([1], [1, 2])",
        "loss(n.INITIAL, [1], [1])",
        "gradients(n.INITIAL, [1, 2], [])",
        "train(n.INITIAL, [1, 2], [3], 0.1)",
    ]
    lines = [f"try {{ n.{one}; }} catch (e) {{ console.log(`${{e}}`); }}" for one in calls]
    script = "\n".join(['import * as n from "./notebook.mjs";', *lines])
    assert evaluated(tmp_path, script).splitlines() == [
        "RangeError: params: 1 given, 13 needed",
        "RangeError: x: 1 given, 2 needed",
        "RangeError: y: 0 given, 1 needed",
        "TypeError: rates: a list of learning rates is needed",
    ]


HOSTILE = (
    "*/ alert(1) /* </script><script>alert(2)</script> <!-- --> @returns {x} \\u002a/ ${1} ` \" '"
)


class Scripts(HTMLParser):
    """Collects what stands inside of the scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)


@pytest.mark.parametrize("form", FORMS)
def test_a_title_stays_a_comment(form: str, tmp_path: Path) -> None:
    """In a file and inside of a page: no comment ends early, no script, no tag of JSDoc."""
    spec = replace(network("relu", "squared_error"), title=HOSTILE, name="a-b")
    spec = replace(spec, title=HOSTILE + "\u2028\n*/ alert(3)")
    module = files_of(spec, form)[0]
    comment, _, code = module.text.partition("*/\n")
    assert "alert(3)" in comment
    assert "alert" not in code
    assert not re.search(r"(?<!\\)@(?!module)", comment)
    assert not re.search(r"</script|<!--", module.text, re.IGNORECASE)
    page = Scripts()
    page.feed(f'<script type="module">{module.text}</script><p>after</p>')
    assert "".join(page.found) == module.text
    written(tmp_path, [module])
    assert evaluated(tmp_path, 'import * as n from "./a-b.mjs";\nconsole.log(n.PARAMETERS[0]);')


def test_names_are_escaped(tmp_path: Path) -> None:
    names = ("await", "params", "Math", "expect", "erfc", "let", "state", "one_x", "constructor")
    spec = small_spec((2, 1), ("gelu",), "squared_error", name="names")
    layer = replace(spec.layers[0], weights=(names[:2],), biases=names[2:3])
    spec = with_samples(replace(spec, layers=(layer,), inputs=names[3:5], targets=names[5:6]))
    module, test = files_of(spec, with_test=True)
    assert "await is called await_" in " ".join(module.text.split())
    done = node(written(tmp_path, (test, module)))
    assert done.returncode == 0, done.stdout + done.stderr
