"""Emitted MicroPython, run by its WebAssembly port and by Python: numbers, memory, the linter."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from symnet.emit.in_place import in_place
from symnet.emit.micropythonic import looped
from symnet.emit.printing import Printer
from symnet.emit.pythonic import SYNTAX
from symnet.emit.source import request_for, sources
from symnet.emit.statements import Block, Make, Put, each, entry
from symnet.files import SourceFile
from symnet.model.expression import Symbol
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import (
    loops_of,
    module_of,
    network,
    options_for,
    passed,
    run_text,
    step_of,
    with_samples,
)
from tests.emit.fuzz import MODULES, Cases, compared, drawn
from tests.emit.node import node, package
from tests.emit.test_javascript import FORMS, HOSTILE, SPECS, TESTED, WIDE, rational
from tests.emit.test_lint import LINES, RULES, ruff
from tests.networks import choice, small_spec

pytestmark = pytest.mark.slow

PORT = "@micropython/micropython-webassembly-pyscript"
RUNNER = Path(__file__).with_name("micropython.mjs")
DRIVER = Path(__file__).with_name("micropython_driver.py")
CASES = 100_000
NOTEBOOK = next(one for one in SPECS if one.name == "notebook")
Done = subprocess.CompletedProcess[str]


def files_of(spec: Spec, form: str = "scalar", with_test: bool = False) -> tuple[SourceFile, ...]:
    options = options_for("micropython", form, with_test)
    return sources(request_for(options, spec, lambda: step_of(spec)))


def written(folder: Path, files: Iterable[SourceFile]) -> str:
    """Write files, and return the last one's name."""
    for one in files:
        (folder / one.path).write_text(one.text, encoding="utf-8")
    return one.path


def on_board(folder: Path, script: str) -> Done:
    """Run a script of a folder under MicroPython."""
    return node(RUNNER, package(PORT) / "micropython.mjs", folder, script)


def in_python(folder: Path, script: str) -> Done:
    """Run a script of a folder under this Python."""
    return subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=folder)


def differences(folder: Path, jobs: dict[str, Cases]) -> dict[str, list[str]]:
    """Run modules on cases under MicroPython; return where they differ from Python."""
    lines = []
    for name, cases in jobs.items():
        cases.write(folder / f"{name}.in")
        samples = cases.samples if cases.samples > 1 else 0
        sizes = (samples, cases.spec.layers[-1].units, *cases.sizes[:4])
        lines.append(f"{name} {' '.join(map(str, sizes))}\n")
    (folder / "jobs.txt").write_text("".join(lines))
    shutil.copy(DRIVER, folder)
    done = on_board(folder, DRIVER.name)
    assert (done.returncode, done.stderr) == (0, "")
    found = {}
    for name, cases in jobs.items():
        result = compared((folder / f"{name}.out").read_bytes(), cases)
        assert result.numbers == cases.count * cases.width, result.differences
        assert result.finite > result.numbers / 4
        found[name] = result.differences
    return found


@pytest.mark.parametrize("form", ["scalar", "fused"])
def test_a_hundred_thousand_random_inputs_give_the_same_bits(form: str, tmp_path: Path) -> None:
    written(tmp_path, files_of(NOTEBOOK, form))
    assert differences(tmp_path, {"notebook": drawn(NOTEBOOK, CASES, form)}) == {"notebook": []}


@pytest.mark.parametrize("form", FORMS)
def test_every_rational_network_gives_the_same_bits(form: str, tmp_path: Path) -> None:
    jobs = {}
    for spec in filter(rational, SPECS):
        (module,) = files_of(spec, form)
        written(tmp_path, [module])
        jobs[module.path.removesuffix(".py")] = Cases.of(spec, 80, form=form)
    assert len(jobs) >= 10
    assert {name: found for name, found in differences(tmp_path, jobs).items() if found} == {}


def test_what_an_update_reads_is_written_after_it_is_read() -> None:
    """A rule may read the old state for the new parameter, in a loop and outside of one."""
    k = entry("state", "k")
    loop = each(
        "k",
        2,
        Put("new_v", k + entry("gradient", "k"), new=True),
        Put("new_state[k]", Symbol("new_v")),
        Put("new_params[k]", entry("params", "k") - k),
    )
    frozen = each("k", 1, Put("new_params[2 + k]", entry("params", "2 + k")))
    block = Block((Make("new_params", 3), loop, frozen), (Symbol("new_params"),))
    assert looped(in_place(block), Printer(SYNTAX)) == (
        "for k in range(2):",
        "    new_v = state[k] + gradient[k]",
        "    params[k] = params[k] - state[k]",
        "    state[k] = new_v",
    )


def test_a_wrong_order_is_seen(tmp_path: Path) -> None:
    """Gradients taken from new parameters: what updates in place get wrong."""
    (module,) = files_of(NOTEBOOK)
    line, late = "    params[8] = new_w9\n", "    dL_dh3 = dL_dz4 * w9"
    assert module.text.count(late) == 2
    start, _, end = module.text.rpartition(late)
    wrong = "    params[8] = w9 - learning_rate * dL_dz4 * h3\n    dL_dh3 = dL_dz4 * params[8]"
    written(tmp_path, [SourceFile("notebook.py", start + wrong + end.replace(line, ""))])
    assert differences(tmp_path, {"notebook": Cases.of(NOTEBOOK, 40)})["notebook"]


@pytest.mark.parametrize("arithmetic", ["exact", "fused"])
@pytest.mark.parametrize("spec", TESTED, ids=lambda spec: spec.name)
def test_the_self_test_passes(spec: Spec, arithmetic: str, tmp_path: Path) -> None:
    form = "loops" if spec.name.endswith("huber") else "scalar"
    form = "fused" if arithmetic == "fused" else form
    script = written(tmp_path, files_of(spec, form, with_test=True))
    for run in (in_python, on_board):
        done = run(tmp_path, script)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert passed(done.stdout) >= 5


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("w1 - learning_rate", "w1 + learning_rate"),
        ("dL_dw9 = dL_dz4 * h3", "dL_dw9 = dL_dz4 * h2"),
        ("0.0 if z4 <= 0.0 else dL_dy_hat", "0.0 if z4 < 0.0 else dL_dy_hat"),
        ("0.0 if z4 <= 0.0 else z4", "-0.0 if z4 <= 0.0 else z4"),
        ("params[3] = new_w4\n", "params[3] = new_w5\n"),
    ],
)
def test_the_self_test_fails_when_the_code_is_wrong(right: str, wrong: str, tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    assert right in module.text
    broken = SourceFile(module.path, module.text.replace(right, wrong))
    script = written(tmp_path, (broken, test))
    for run in (in_python, on_board):
        done = run(tmp_path, script)
        assert done.returncode == 1
        assert re.search("^FAILED .*: .*, number .*, expected ", done.stdout, re.MULTILINE)


def test_the_self_test_sees_the_training_loop(tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    before, after = module.text.rsplit("    for rate in rates:", 1)
    broken = SourceFile(module.path, f"{before}    for rate in rates[:1]:{after}")
    script = written(tmp_path, (broken, test))
    for run in (in_python, on_board):
        done = run(tmp_path, script)
        assert done.returncode == 1
        assert re.search("^FAILED .*: train, number 1: .*, expected ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("= w1 - scaled_dL_dz1 * x1", "= w1 + scaled_dL_dz1 * x1"),
        ("= w9 - scaled_dL_dz4 * h3", "= w9 - scaled_dL_dz4 * h2"),
        ("if not z4 <= 0.0", "if z4 <= 0.0"),
        ("if not z3 <= 0.0", "if not z2 <= 0.0"),
        ("params[3] = w4", "params[4] = w4"),
    ],
)
def test_the_self_test_fails_when_fused_code_is_wrong(
    right: str, wrong: str, tmp_path: Path
) -> None:
    module, test = files_of(NOTEBOOK, "fused", with_test=True)
    assert right in module.text
    broken = SourceFile(module.path, module.text.replace(right, wrong))
    script = written(tmp_path, (broken, test))
    for run in (in_python, on_board):
        done = run(tmp_path, script)
        assert done.returncode == 1
        assert re.search("^FAILED .*: update, number .*, expected ", done.stdout, re.MULTILINE)


MEASURED = """
import gc
from array import array
import {name} as network

def filled(size):
    return array("d", [0.25 + 0.5 * k for k in range(size)])

samples, inputs, targets = {sizes}
params = array("d", [0.125 * k for k in range({count})])
kept = [params] + ([network.initial_state()] if hasattr(network, "initial_state") else [])
x = [filled(inputs) for _ in range(samples)] if samples else filled(inputs)
y = [filled(targets) for _ in range(samples)] if samples else filled(targets)
a = kept + ([x, y] if targets else [x]) + [0.1, 0, 0, 0]
call = len(kept) + (3 if targets else 2)
update = network.update
gc.collect()
gc.disable()
before = gc.mem_alloc()
if call == 3:
    update(a[0], a[1], a[2])
elif call == 4:
    update(a[0], a[1], a[2], a[3])
else:
    update(a[0], a[1], a[2], a[3], a[4])
print(gc.mem_alloc() - before)
"""


def measured(folder: Path, spec: Spec, module: SourceFile) -> int:
    """Return how many bytes an update allocates."""
    cases = Cases.of(spec, 1)
    samples = cases.samples if cases.samples > 1 else 0
    name = module.path.removesuffix(".py")
    sizes = (samples, len(spec.inputs), len(spec.targets))
    text = MEASURED.format(name=name, sizes=sizes, count=cases.sizes[0])
    done = on_board(folder, written(folder, (module, SourceFile("measure.py", text))))
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def stated(spec: Spec, module: SourceFile) -> int:
    """Return how many bytes the header says that is."""
    text = " ".join(module.text.split())
    found = re.search(r"nothing else; (\d+)(?: and (\d+))? bytes", text)
    assert found
    return int(found[1]) + Cases.of(spec, 1).samples * int(found[2] or 0)


@pytest.mark.parametrize("form", FORMS)
def test_an_update_allocates_what_the_header_says(form: str, tmp_path: Path) -> None:
    (module,) = files_of(NOTEBOOK, form)
    assert measured(tmp_path, NOTEBOOK, module) == stated(NOTEBOOK, module) > 0


@pytest.mark.parametrize("spec", SPECS[::5], ids=lambda spec: spec.name)
def test_no_update_allocates_more_than_the_header_says(spec: Spec, tmp_path: Path) -> None:
    """Less, where the cheaper branches are taken."""
    for form in FORMS:
        (module,) = files_of(spec, form)
        found, limit = measured(tmp_path, spec, module), stated(spec, module)
        assert limit / 2 <= found <= limit


@pytest.mark.parametrize("extra", ["[]", "(h1, h2)", "lambda: h1", "h1 + h2"])
def test_anything_more_is_seen(extra: str, tmp_path: Path) -> None:
    (module,) = files_of(NOTEBOOK)
    line = "    params[0] = new_w1\n"
    assert line in module.text
    text = module.text.replace(line, f"    more = {extra}\n    more = 0.0\n{line}")
    assert measured(tmp_path, NOTEBOOK, SourceFile("wasteful.py", text)) > stated(NOTEBOOK, module)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all networks in all forms, and some self-tests."""
    made = tmp_path_factory.mktemp("micropython")
    for spec in SPECS:
        for form in FORMS:
            (made / form).mkdir(exist_ok=True)
            with_test = form != "loops" and spec.name in ("notebook", "xor", "odd")
            written(made / form, files_of(spec, form, with_test))
    written(made / "loops", files_of(WIDE, "loops"))
    return made


def test_the_linter_finds_nothing(folder: Path) -> None:
    done = ruff("check", *RULES, str(folder))
    assert done.returncode == 0, done.stdout


def test_the_formatter_changes_nothing(folder: Path) -> None:
    done = ruff("format", "--diff", *LINES, str(folder))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("form", FORMS)
def test_every_module_is_understood_by_micropython(form: str, folder: Path) -> None:
    """Python takes more than MicroPython does, a star inside of a tuple for one."""
    names = sorted(path.stem for path in (folder / form).glob("*.py"))
    assert len(names) > 40
    script = "\n".join(f"import {name}" for name in names if not name.endswith("_test"))
    (folder / form / "all.py").write_text(script + "\nprint('all')\n")
    done = on_board(folder / form, "all.py")
    (folder / form / "all.py").unlink()
    assert (done.returncode, done.stdout, done.stderr) == (0, "all\n", "")


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("mode", ["batch", "online"])
@pytest.mark.parametrize("form", FORMS)
def test_training_in_place_gives_what_python_gives(form: str, mode: str, samples: int) -> None:
    spec = network("leaky_relu", "huber", name="n", frozen=("w2", "b4"))
    spec = with_samples(spec, samples, mode=mode, optimizer=choice(OPTIMIZERS, "adam"))
    module = run_text(files_of(spec, form)[0].text)
    params, state = module["initial_params"](), module["initial_state"]()
    start = list(params), list(state)
    rates = [0.1, 0.3, 0.05, 0.2]
    x, y = module["SAMPLE_X"], module["SAMPLE_Y"]
    assert module["train"](params, state, x, y, rates) is None
    wanted = MODULES[form](spec)["train"](*start, x, y, rates)
    assert [list(params), list(state)] == [list(one) for one in wanted]
    assert list(params) != start[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_gradient_starts_from_zeros_every_time(form: str) -> None:
    """Shared parameters add up in a buffer that the call before has used."""
    spec = next(one for one in SPECS if one.name == "shared-kernel")
    module = run_text(files_of(spec, form)[0].text)
    given = (module["initial_params"](), module["SAMPLE_X"][0], module["SAMPLE_Y"][0])
    first = list(module["gradients"](*given))
    assert list(module["gradients"](*given)) == first
    assert any(first)


def test_the_names_of_a_wide_network_can_be_had() -> None:
    for numbering in ("flat", "layered"):
        spec = small_spec((3, 2, 2), ("relu", "identity"), name="wide", numbering=numbering)
        optimizer = choice(OPTIMIZERS, "adam")
        spec = with_samples(
            replace(spec, frozen=("b2",) * (numbering == "flat")), optimizer=optimizer
        )
        module, right = run_text(files_of(spec, "loops")[0].text), loops_of(spec)
        assert tuple(module["parameter_names"]()) == right["PARAMETERS"]
        assert tuple(module["state_names"]()) == right["STATE"]


@pytest.mark.parametrize("form", FORMS)
def test_lists_of_another_length_are_refused(form: str) -> None:
    module = run_text(files_of(NOTEBOOK, form)[0].text)
    params = module["initial_params"]()
    with pytest.raises(ValueError, match=r"^params: 1 given, 13 needed$"):
        module["forward"]([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"^x: 1 given, 2 needed$"):
        module["loss"](params, [1.0], [1.0])
    with pytest.raises(ValueError, match=r"^y: 0 given, 1 needed$"):
        module["gradients"](params, [1.0, 2.0], [])


def test_the_file_trains_as_it_says(tmp_path: Path) -> None:
    """On the board too, where the last digit or two are not printed."""
    written(tmp_path, files_of(NOTEBOOK))
    (tmp_path / "run.py").write_text("import notebook\nnotebook.main()\n")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        module_of(NOTEBOOK)["main"]()
    assert in_python(tmp_path, "run.py").stdout == output.getvalue()
    found, wanted = on_board(tmp_path, "run.py").stdout.split(), output.getvalue().split()
    for one, right in zip(found, wanted, strict=True):
        assert one == right or float(one) == pytest.approx(float(right), rel=1e-14)


@pytest.mark.parametrize("form", FORMS)
def test_a_title_stays_a_comment(form: str, tmp_path: Path) -> None:
    spec = replace(network("relu", "huber"), title=HOSTILE + '""" \\', name="a-b")
    script = written(tmp_path, files_of(spec, form))
    assert script == "a_b.py"
    for run in (in_python, on_board):
        assert run(tmp_path, script).stderr == ""


def test_names_are_escaped(tmp_path: Path) -> None:
    """Python's own keywords are refused in the file; what the module uses is renamed."""
    spec = small_spec((2, 1), ("gelu",), "squared_error", name="names")
    layer = replace(spec.layers[0], weights=(("params", "array"),), biases=("expect",))
    spec = replace(spec, layers=(layer,), inputs=("erfc", "out"), targets=("state",))
    module, test = files_of(with_samples(spec), with_test=True)
    assert "array is called array_" in " ".join(module.text.split())
    done = on_board(tmp_path, written(tmp_path, (module, test)))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_port_without_special_functions_is_told_of() -> None:
    for activation, said in (("gelu", "erfc"), ("tanh", "tanh"), ("sigmoid", "")):
        text = files_of(network(activation, "squared_error"))[0].text
        assert (f"Needs: {said} of math" in text) is bool(said)
        assert "from math import" in text
