"""Emitted C, compiled by gcc: the same numbers as Python, no warning, hostile networks."""

import ctypes
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from symnet.emit.clang_format import STYLE
from symnet.emit.outcome import Arguments, Emitted
from symnet.emit.precision import arithmetic, float32, lifted
from symnet.emit.request import Request
from symnet.emit.source import joined
from symnet.emit.targets.c import prefix
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY, high_precision
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.c_code import WARNINGS, files_of, gcc, library, results, run, written
from tests.emit.emitted import network, passed, step_of, with_samples
from tests.emit.fuzz import MODULES, Cases, drawn, same
from tests.emit.test_elementary import ULPS, points
from tests.emit.test_javascript import FORMS, NOTEBOOK, SPECS, TESTED, WIDE
from tests.networks import choice, small_spec

pytestmark = pytest.mark.slow

CASES = 100_000


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ctypes.CDLL]:
    """Compile all networks in all forms; they give no warning."""
    return {
        form: library(tmp_path_factory.mktemp(form), {spec: files_of(spec, form) for spec in SPECS})
        for form in FORMS
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_network_gives_the_same_bits(form: str, compiled: dict[str, ctypes.CDLL]) -> None:
    """With exp and log as well, since Python calls those of the same library as C."""
    for spec in SPECS:
        cases = drawn(spec, 160, form)
        found = run(compiled[form], cases)
        assert found.differences == [], spec.name
        assert found.numbers == 160 * cases.width
        assert found.finite > found.numbers / 4


@pytest.mark.parametrize("form", ["scalar", "fused"])
def test_a_hundred_thousand_random_inputs_give_the_same_bits(form: str, tmp_path: Path) -> None:
    """Optimised, as users compile it."""
    code = library(tmp_path, {NOTEBOOK: files_of(NOTEBOOK, form)}, "-O2")
    found = run(code, drawn(NOTEBOOK, CASES, form))
    assert found.differences == []
    assert found.numbers == CASES * 28


def test_a_wrong_sign_is_seen(tmp_path: Path) -> None:
    header, source = files_of(NOTEBOOK)
    assert "b4 - learning_rate" in source.text
    wrong = SourceFile(source.path, source.text.replace("b4 - learning_rate", "b4 + learning_rate"))
    assert run(library(tmp_path, {NOTEBOOK: [header, wrong]}), Cases.of(NOTEBOOK, 40)).differences


def test_float_gives_the_bits_of_float32(tmp_path: Path) -> None:
    files = files_of(NOTEBOOK, precision="single")
    cases = Cases.of(NOTEBOOK, 400)
    found = results(library(tmp_path, {NOTEBOOK: files}, "-O2", real="float"), cases, "f")
    wanted = [number for case in cases_of(cases) for number in in_float32(case)]
    assert len(found) == len(wanted) == 400 * 28
    assert all(map(same, found, wanted))
    assert not all(map(same, found, Cases.of(NOTEBOOK, 400).wanted))


def cases_of(cases: Cases) -> Iterator[list[float]]:
    width = sum(cases.sizes)
    return (list(cases.inputs[k : k + width]) for k in range(0, len(cases.inputs), width))


def in_float32(case: list[float]) -> tuple[float, ...]:
    """Work out what the notebook's functions return."""
    emitted = Emitted(Request(NOTEBOOK, step_of(NOTEBOOK), "c", "module", ""), arithmetic("single"))
    given = Arguments(tuple(case[:13]), (), (tuple(case[13:15]),), ((case[15],),), (case[16],))
    lift = lifted("single")
    found = emitted.outcome(given.mapped(lambda one: lift(float32(one)))).by_function
    return tuple(value for name, row in found.items() if name != "train" for value in row)


@pytest.mark.parametrize("form", FORMS)
def test_float_gives_no_warning(form: str, tmp_path: Path) -> None:
    """No double creeps in, which would be slow on a board."""
    for spec in SPECS[::3]:
        written(tmp_path, files_of(spec, form, precision="single"))
    flags = ("-Wdouble-promotion", "-Wfloat-conversion", "-fsyntax-only")
    assert gcc(*WARNINGS, *flags, *tmp_path.glob("*.c")).stderr == ""


def test_what_ships_gives_no_warning_when_it_is_optimised(tmp_path: Path) -> None:
    shipped = [spec for spec in SPECS if spec.title != "A small network"]
    assert len(shipped) >= 10
    networks = {spec: files_of(spec) for spec in shipped} | {WIDE: files_of(WIDE, "loops")}
    code = library(tmp_path, networks, "-O2")
    assert run(code, drawn(WIDE, 40, "loops")).differences == []


def test_a_warning_is_seen(tmp_path: Path) -> None:
    header, source = files_of(NOTEBOOK)
    written(tmp_path, [header, SourceFile(source.path, f"{source.text}static int f(int a) {{}}\n")])
    done = gcc(*WARNINGS, "-fsyntax-only", *tmp_path.glob("*.c"))
    assert "-Wunused-parameter" in done.stderr


def test_nothing_is_allocated_or_kept(tmp_path: Path) -> None:
    """Every name that other files see starts with the network's; no name is of what can change."""
    program = shutil.which("nm")
    if program is None:
        pytest.skip("nm is not installed")
    for spec, form in ((NOTEBOOK, "scalar"), (WIDE, "loops"), (SHARED, "loops")):
        name = prefix(spec)
        (source,) = (one for one in written(tmp_path, files_of(spec, form)) if one.suffix == ".c")
        gcc("-std=c99", "-O2", "-fno-pie", "-c", source, "-o", tmp_path / "a.o")
        done = subprocess.run([program, tmp_path / "a.o"], capture_output=True, text=True)
        symbols = [(line.split()[-2], line.split()[-1]) for line in done.stdout.splitlines()]
        assert {kind for kind, _ in symbols} <= set("TtRrU")
        assert all(called.startswith(f"{name}_") for kind, called in symbols if kind in "TR")
        outside = {called for kind, called in symbols if kind == "U"}
        assert outside <= {*ELEMENTARY.values(), "_GLOBAL_OFFSET_TABLE_", "memset"}


SHARED = next(one for one in SPECS if one.name == "shared-kernel")
PLUS = """#include "{0}.h"

int main() {{
    double params[{1}_PARAMETERS], prediction[{1}_OUTPUTS];
    for (int k = 0; k < {1}_PARAMETERS; k++) params[k] = {0}_initial[k];
    {0}_train(params, {0}_sample_x, {0}_sample_y, {0}_rates, {1}_RATES);
    {0}_forward(params, {0}_sample_x, prediction);
    return prediction[0] > 1.9 && prediction[0] < 2.1 ? 0 : 1;
}}
"""


def test_cplusplus_reads_the_header(tmp_path: Path) -> None:
    source = written(tmp_path, files_of(NOTEBOOK))[1]
    text = PLUS.format("notebook", "NOTEBOOK")
    (main,) = written(tmp_path, [SourceFile("main.cpp", text)])
    gcc("-std=c99", "-c", source, "-o", tmp_path / "a.o")
    flags = ("-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Wold-style-cast")
    done = gcc(*flags, main, tmp_path / "a.o", "-o", tmp_path / "a", language="g++")
    assert done.stderr == ""
    assert subprocess.run([tmp_path / "a"]).returncode == 0


def test_header_and_source_in_one_compile(tmp_path: Path) -> None:
    """As `symnet emit` prints them."""
    text = joined(files_of(NOTEBOOK)).text
    (one,) = written(tmp_path, [SourceFile("one.c", text)])
    assert gcc(*WARNINGS, "-c", one, "-o", tmp_path / "a.o").stderr == ""


def self_test(folder: Path, files: tuple[SourceFile, ...]) -> "subprocess.CompletedProcess[str]":
    """Compile a self-test and run it."""
    sources = [one for one in written(folder, files) if one.suffix == ".c"]
    assert gcc(*WARNINGS, *sources, "-lm", "-o", folder / "test").stderr == ""
    return subprocess.run([folder / "test"], capture_output=True, text=True)


@pytest.mark.parametrize("arithmetic", ["exact", "fused"])
@pytest.mark.parametrize("spec", TESTED, ids=lambda spec: spec.name)
def test_the_self_test_passes(spec: Spec, arithmetic: str, tmp_path: Path) -> None:
    form = "loops" if spec.name.endswith("huber") else "scalar"
    form = "fused" if arithmetic == "fused" else form
    precision = "single" if spec.name[:1] in "sx" else "double"
    done = self_test(tmp_path, files_of(spec, form, with_test=True, precision=precision))
    assert done.returncode == 0, done.stdout
    assert passed(done.stdout) >= 5


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("w1 - learning_rate", "w1 + learning_rate"),
        ("const double dL_dw9 = dL_dz4 * h3", "const double dL_dw9 = dL_dz4 * h2"),
        ("z4 <= 0.0 ? 0.0 : dL_dy_hat", "z4 < 0.0 ? 0.0 : dL_dy_hat"),
        ("z4 <= 0.0 ? 0.0 : z4", "z4 <= 0.0 ? -0.0 : z4"),
        ("return error * error", "return error * error * (1 + 2.3e-16)"),
    ],
)
def test_the_self_test_fails_when_the_code_is_wrong(right: str, wrong: str, tmp_path: Path) -> None:
    header, source, test = files_of(NOTEBOOK, with_test=True)
    assert right in source.text
    broken = SourceFile(source.path, source.text.replace(right, wrong))
    done = self_test(tmp_path, (header, broken, test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: .*, number .*, expected ", done.stdout, re.MULTILINE)


def test_the_self_test_sees_the_training_loop(tmp_path: Path) -> None:
    header, source, test = files_of(NOTEBOOK, with_test=True)
    before, after = source.text.rsplit("w9 - learning_rate", 1)
    broken = SourceFile(source.path, f"{before}w9 + learning_rate{after}")
    done = self_test(tmp_path, (header, broken, test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: train, number 9: .*, expected ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("= w1 - scaled_dL_dz1 * x1", "= w1 + scaled_dL_dz1 * x1"),
        ("= w9 - scaled_dL_dz4 * h3", "= w9 - scaled_dL_dz4 * h2"),
        ("if (!(z4 <= 0.0", "if ((z4 <= 0.0"),
        ("if (!(z3 <= 0.0", "if (!(z2 <= 0.0"),
        ("params[12] = b4", "params[11] = b4"),
    ],
)
def test_the_self_test_fails_when_fused_code_is_wrong(
    right: str, wrong: str, precision: str, tmp_path: Path
) -> None:
    header, source, test = files_of(NOTEBOOK, "fused", with_test=True, precision=precision)
    assert right in source.text
    broken = SourceFile(source.path, source.text.replace(right, wrong))
    done = self_test(tmp_path, (header, broken, test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: update, number .*, expected ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(ELEMENTARY))
def test_elementary_functions_are_within_four_units_in_the_last_place(
    name: str, functions: ctypes.CDLL
) -> None:
    """Those of the C library here, which the bounds of self-tests count on."""
    called = ELEMENTARY[name]
    function = getattr(functions, f"my_{called}")
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double]
    given = [one for one in points(called)[::20] if one > 0 or called not in ("log", "sqrt")]
    exact = high_precision(50).elementary[name]
    with mpmath.workdps(50):
        for z in given:
            right = exact(mpmath.mpf(z))
            assert abs(function(z) - right) <= ULPS * math.ulp(float(right)), z


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("functions")
    lines = [f"double my_{one}(double z) {{ return {one}(z); }}" for one in ELEMENTARY.values()]
    text = "\n".join(["#include <math.h>", *lines, ""])
    (source,) = written(folder, [SourceFile("functions.c", text)])
    gcc("-shared", "-fPIC", source, "-lm", "-o", folder / "functions.so")
    return ctypes.CDLL(str(folder / "functions.so"))


@pytest.mark.parametrize("samples", [0, 3])
@pytest.mark.parametrize("mode", ["batch", "online"])
def test_training_is_one_update_after_another(samples: int, mode: str, tmp_path: Path) -> None:
    """And what Python does; rates are as many as wanted, so that samples come round again."""
    spec = network("leaky_relu", "huber", name="n")
    optimizer = choice(OPTIMIZERS, "momentum")
    spec = with_samples(spec, samples, mode=mode, optimizer=optimizer)
    rates = [0.1, 0.3, 0.05, 0.2]
    for form in FORMS:
        module = MODULES[form](spec)
        code = library(tmp_path / form, {spec: files_of(spec, form)})
        x, y = module["SAMPLE_X"], module["SAMPLE_Y"]
        start = (list(module["INITIAL"]), module["initial_state"]())
        wanted = module["train"](*start, x, y, rates)
        assert [trained(code, spec, module, rates)] == [list(map(list, wanted))]


def test_many_steps_at_one_rate_are_no_table(tmp_path: Path) -> None:
    """A board would hold the same number in every entry."""
    rates = (Fraction(1, 8),) * 100_000
    spec = replace(NOTEBOOK, training=replace(NOTEBOOK.training, rates=rates), name="long")
    header, source = files_of(spec)
    assert "LONG_RATES = 1," in header.text
    assert "LONG_STEPS = 100000," in header.text
    assert "const double long_rates[LONG_RATES] = {0.125};" in source.text
    assert len(source.text) < 2 * len(files_of(NOTEBOOK)[1].text)
    other = replace(spec, training=replace(spec.training, rates=(*rates[:500], Fraction(1, 4))))
    assert "LONG_RATES = 501," in files_of(other)[0].text


def trained(code: Any, spec: Spec, module: Any, rates: list[float]) -> list[list[float]]:
    """Train from the code's own constants."""
    count, state = len(module["INITIAL"]), len(module["STATE"])
    params = (ctypes.c_double * count).in_dll(code, "n_initial")
    kept = (ctypes.c_double * count)(*params), (ctypes.c_double * state)()
    code.n_initial_state(kept[1])
    rows = len(module["SAMPLE_X"])
    many = [ctypes.c_size_t(rows)] if spec.samples and spec.samples.batch else []
    x = (ctypes.c_double * (len(many) * rows * 2 or 2)).in_dll(code, "n_sample_x")
    y = (ctypes.c_double * (len(many) * rows * 2 or 2)).in_dll(code, "n_sample_y")
    steps = (ctypes.c_double * len(rates))(*rates)
    several = many or ([ctypes.c_size_t(1)] if spec.training.mode == "online" else [])
    code.n_train(*kept, x, y, *several, steps, ctypes.c_size_t(len(rates)))
    return [list(one) for one in kept]


def formatted(folder: Path) -> str:
    """Return what clang-format would change in the files of a folder."""
    beside = Path(sys.executable).with_name("clang-format")
    program = str(beside) if beside.exists() else shutil.which("clang-format")
    assert program, "clang-format is one of the test dependencies"
    files = sorted(folder.glob("*.[ch]"))
    assert files
    command = [program, f"--style={STYLE}", "--dry-run", "-Werror", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("form", FORMS)
def test_clang_format_changes_nothing(form: str, precision: str, tmp_path: Path) -> None:
    for spec in [*SPECS[:: 1 if precision == "double" else 5], WIDE]:
        written(tmp_path, files_of(spec, form, precision=precision))
    written(tmp_path, files_of(NOTEBOOK, form, with_test=True, precision=precision))
    written(tmp_path, files_of(WIDE, "loops", with_test=True, precision=precision))
    assert formatted(tmp_path) == ""
    longest = max(
        len(line) for path in tmp_path.glob("*") for line in path.read_text().splitlines()
    )
    assert 96 < longest <= 100


def test_clang_format_would_find_something(tmp_path: Path) -> None:
    header, source = files_of(NOTEBOOK)
    wrong = source.text.replace("const double error", "const double  error")
    written(tmp_path, [header, SourceFile(source.path, wrong)])
    assert "clang-format-violations" in formatted(tmp_path)


HOSTILE = "*/ int evil; /* // \\ ??/ \\u002a/ @brief <b> \\file %s \" ' #define true false *"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("length", range(4))
def test_a_title_stays_a_comment(form: str, length: int, tmp_path: Path) -> None:
    """Wherever its lines end: no comment ends early, no line goes on in the next."""
    title = "x" * (60 + 10 * length) + f" {HOSTILE}\u2028\\\n*/ evil();??/\n*/ evil();"
    spec = replace(network("relu", "squared_error"), title=title, name="a-b")
    files = files_of(spec, form, with_test=True)
    for one in files:
        code = re.sub(r"/\*.*?\*/", "", one.text, flags=re.DOTALL)
        assert "evil" not in code
    assert "evil" in files[0].text
    done = self_test(tmp_path, files)
    assert done.returncode == 0, done.stdout
    sources = [tmp_path / one.path for one in files if one.path.endswith(".c")]
    assert gcc("-std=c99", "-trigraphs", "-Wall", *sources, "-fsyntax-only").stderr == ""


@pytest.mark.parametrize("name", ["math", "2-3-1", "int", "a--b-", "float"])
def test_the_names_of_networks_are_escaped(name: str, tmp_path: Path) -> None:
    spec = replace(network("tanh", "squared_error"), name=name)
    done = self_test(tmp_path, files_of(spec, with_test=True))
    assert done.returncode == 0, done.stdout


def test_names_are_escaped(tmp_path: Path) -> None:
    names = ("double", "params", "NULL", "exp", "erfc", "restrict", "state", "one_x", "M_PI")
    spec = small_spec((2, 1), ("gelu",), "squared_error", name="names")
    layer = replace(spec.layers[0], weights=(names[:2],), biases=names[2:3])
    inputs, targets = ("names_initial", "INFINITY"), ("NAMES_INPUTS",)
    spec = with_samples(replace(spec, layers=(layer,), inputs=inputs, targets=targets))
    files = files_of(spec, with_test=True)
    assert "double is called double_" in " ".join(files[0].text.split())
    done = self_test(tmp_path, files)
    assert done.returncode == 0, done.stdout
