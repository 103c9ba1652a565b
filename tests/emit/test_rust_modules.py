"""What an emitted Rust module is to those who use it: training, no_std, names, titles, float32."""

import contextlib
import io
import json
import math
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import mpmath
import pytest

from symnet.emit.rust_numbers import DOUBLE
from symnet.emit.rustic import elementary, functions, tables_of
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY, high_precision
from symnet.model.expression import Symbol, call
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import module_of, network, with_samples
from tests.emit.fuzz import MODULES
from tests.emit.rust import EDITION, compiled, files_of, run, self_test, written
from tests.emit.test_elementary import ULPS, points
from tests.emit.test_javascript import FORMS, HOSTILE, NOTEBOOK, SPECS, WIDE, rational
from tests.networks import choice, small_spec

RATES = [0.1, 0.3, 0.05, 0.2]
SHIPPED = [spec for spec in SPECS if spec.title != "A small network"]


def printed(folder: Path, modules: Sequence[SourceFile], lines: Sequence[str]) -> str:
    """Return what a program prints whose modules are n0, n1, ..."""
    heads = list[str]()
    for number, module in enumerate(modules):
        (folder / f"n{number}.rs").write_text(module.text, encoding="utf-8")
        heads.append(f"mod n{number};")
    (folder / "main.rs").write_text("\n".join([*heads, "fn main() {", *lines, "}", ""]))
    done = run(str(compiled(folder / "main.rs")))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def trained() -> Iterator[tuple[Spec, str]]:
    """Yield networks with one sample, with three, and one sample after another."""
    optimizer = choice(OPTIMIZERS, "momentum")
    for mode, samples, form in product(("batch", "online"), (0, 3), FORMS):
        spec = network("leaky_relu", "huber", name=f"{mode}-{samples}")
        yield with_samples(spec, samples, mode=mode, optimizer=optimizer), form


def test_training_is_one_update_after_another(tmp_path: Path) -> None:
    """And what Python does; rates are as many as wanted, so that samples come round again."""
    lines, wanted, modules = [], [], []
    for number, (spec, form) in enumerate(trained()):
        modules.append(files_of(spec, form)[0])
        module = MODULES[form](spec)
        x, y = module["SAMPLE_X"], module["SAMPLE_Y"]
        start = (list(module["INITIAL"]), module["initial_state"]())
        wanted.append([list(one) for one in module["train"](*start, x, y, RATES)])
        name, online = f"n{number}", spec.training.mode == "online"
        sample = [f"{name}::SAMPLE_{one}" + "[k % {0}]" * online for one in "XY"]
        rows = len(spec.samples.x) if spec.samples else 0
        given = ", ".join(f"&{one}" for one in sample).format(rows)
        lines += [
            f"    let start = ({name}::INITIAL, {name}::initial_state());",
            "    let (mut params, mut state) = start;",
            f"    let rates: [f64; 4] = {RATES};",
            "    for (k, &rate) in rates.iter().enumerate() {",
            "        let _ = k;",
            f"        (params, state) = {name}::update(&params, &state, {given}, rate);",
            "    }",
            f"    let whole = {name}::train(&start.0, &start.1, &{name}::SAMPLE_X, "
            f"&{name}::SAMPLE_Y, &rates);",
            '    println!("[{params:?}, {state:?}]\\n[{:?}, {:?}]", whole.0, whole.1);',
        ]
    found = [json.loads(line) for line in printed(tmp_path, modules, lines).splitlines()]
    assert found[::2] == found[1::2] == wanted


def test_the_files_train_as_they_say(tmp_path: Path) -> None:
    """Replay writes what Python prints, for every network that ships."""
    lines = list[str]()
    for number in range(len(SHIPPED)):
        lines += [
            "    let mut text = String::new();",
            f"    n{number}::replay(&mut text).unwrap();",
            '    println!("{text}----");',
        ]
    modules = [files_of(spec)[0] for spec in SHIPPED]
    texts = printed(tmp_path, modules, lines).split("----\n")[:-1]
    assert len(texts) == len(SHIPPED) >= 10
    for spec, text in zip(SHIPPED, texts, strict=True):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            module_of(spec)["main"]()
        ours, python = numbers_in(text), numbers_in(output.getvalue())
        assert len(ours) > 10 or text.startswith("Nothing to run: ")
        assert ours == python if rational(spec) else ours == pytest.approx(python, rel=1e-12)


def numbers_in(text: str) -> list[float]:
    return list(map(float, re.findall(r"-?\d+\.\d+(?:e-?\d+)?|-?\b\d+\b", text)))


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    (module,) = files_of(small_spec((2, 1), ("tanh",)))
    lines = ["    let mut out = String::new();", "    n0::replay(&mut out).unwrap();"]
    lines += ['    print!("{out}");']
    found = printed(tmp_path, [module], lines)
    assert found == (
        "Nothing to run: the file gives no initial values, no sample, no learning rate.\n"
    )


@pytest.mark.parametrize("form", FORMS)
def test_rational_networks_need_no_std(form: str, tmp_path: Path) -> None:
    chosen = [spec for spec in SHIPPED if rational(spec)]
    chosen += [network("leaky_relu", "absolute_error", name="other")]
    assert len(chosen) >= 3
    done = without_std(tmp_path, [files_of(spec, form)[0] for spec in chosen])
    assert (done.returncode, done.stderr) == (0, "")
    for spec in chosen:
        assert "//! Needs: core alone" in files_of(spec, form)[0].text


def test_what_needs_std_says_so(tmp_path: Path) -> None:
    (module,) = files_of(network("sigmoid", "squared_error", name="other"))
    assert "//! Needs: std, for exp; it allocates nothing." in module.text
    assert "no function or associated item named `exp` found" in (
        without_std(tmp_path, [module]).stderr
    )


@pytest.mark.parametrize("form", FORMS)
def test_everything_public_says_what_it_is(form: str, tmp_path: Path) -> None:
    """Documents are what a crate may ask of its modules."""
    found = [undocumented(tmp_path, files_of(spec, form)[0]) for spec in (NOTEBOOK, WIDE)]
    assert found == ["", ""]
    (module,) = files_of(NOTEBOOK, form)
    bare = module.text.replace("/// The parameters to start from.\n", "")
    assert "missing documentation" in undocumented(tmp_path, SourceFile(module.path, bare))


def undocumented(folder: Path, module: SourceFile) -> str:
    """Return what the compiler says of a module that is a crate of its own."""
    flags = ["-Dmissing_docs", "--crate-type=lib", "--emit=metadata", f"--out-dir={folder}"]
    return run("rustc", EDITION, *flags, written(folder, [module])).stderr


def without_std(folder: Path, modules: Sequence[SourceFile]) -> "subprocess.CompletedProcess[str]":
    """Compile modules as a library that has no std."""
    parts = [
        f'#[path = "{written(folder, [one])}"]\npub mod n{k};' for k, one in enumerate(modules)
    ]
    crate = folder / "board.rs"
    crate.write_text("\n".join(["#![no_std]", *parts, ""]))
    return run("rustc", EDITION, "-Dwarnings", "--crate-type=lib", "--out-dir", folder, crate)


def test_elementary_functions_are_within_four_units_in_the_last_place(tmp_path: Path) -> None:
    """Those of std here, and those that symnet writes."""
    nodes = [call(name, Symbol("z")) for name in ELEMENTARY]
    own = [*tables_of(nodes), *(lines for _, lines in elementary(nodes, DOUBLE))]
    given = {
        name: [z for z in points(called)[::9] if z > 0 or called not in ("log", "sqrt")]
        for name, called in ELEMENTARY.items()
    }
    lines = ["#![allow(clippy::all)]", *(line for part in own for line in part), "fn main() {"]
    for name, called in functions(DOUBLE).items():
        values = ", ".join(map(repr, given[name])).replace("e+", "e")
        lines += [f'    println!("{{:?}}", [{values}].map({called}));']
    (tmp_path / "main.rs").write_text("\n".join([*lines, "}", ""]))
    found = run(str(compiled(tmp_path / "main.rs"))).stdout.splitlines()
    assert len(found) == len(ELEMENTARY) == 8
    with mpmath.workdps(50):
        for name, line in zip(ELEMENTARY, found, strict=True):
            exact = high_precision(50).elementary[name]
            for z, value in zip(given[name], json.loads(line), strict=True):
                right = exact(mpmath.mpf(z))
                assert abs(value - right) <= ULPS * math.ulp(float(right)), (name, z)


TITLE = (
    HOSTILE
    + " ``` ```rust\u2028\n//! evil() \\\n*/ evil(); #![feature(evil)] [evil](evil) {{evil}}"
)


@pytest.mark.parametrize("form", FORMS)
def test_a_title_stays_a_comment(form: str, tmp_path: Path) -> None:
    """Wherever its lines end, and what rustdoc shows is what it says."""
    spec = replace(network("relu", "squared_error"), title=TITLE, name="a-b")
    files = files_of(spec, form, with_test=True)
    for one in files:
        code = "\n".join(line for line in one.text.splitlines() if not line.startswith("//!"))
        assert "evil" not in code
    assert "evil" in files[0].text
    assert files[0].text.count("```") == 2
    done = self_test(tmp_path, files)
    assert done.returncode == 0, done.stdout
    flags = ["-Dwarnings", "--crate-name=a_b", f"--out-dir={tmp_path / 'doc'}"]
    done = run("rustdoc", EDITION, *flags, tmp_path / files[0].path)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "doc" / "a_b" / "index.html").read_text(encoding="utf-8")
    assert "evil(); #![feature(evil)]" in page
    assert "<script>alert" not in page
    assert 'href="evil"' not in page


@pytest.mark.parametrize("name", ["loop", "2-3-1", "Vector", "core", "main"])
def test_the_names_of_networks_are_escaped(name: str, tmp_path: Path) -> None:
    spec = replace(network("relu", "squared_error"), name=name)
    files = files_of(spec, with_test=True)
    done = self_test(tmp_path, files)
    assert done.returncode == 0, done.stdout
    stem = files[0].path.removesuffix(".rs")
    text = f"mod {stem};\nfn main() {{\n    {stem}::forward(&{stem}::INITIAL, &[1.0, 2.0]);\n}}\n"
    (tmp_path / "user.rs").write_text(text)
    compiled(tmp_path / "user.rs", "-Aunused_must_use", "-Anon_snake_case")


def test_names_are_escaped(tmp_path: Path) -> None:
    names = ("async", "params", "None", "f64", "erfc", "RATES", "state", "one_x", "crate")
    spec = small_spec((2, 1), ("gelu",), "squared_error", name="names")
    layer = replace(spec.layers[0], weights=(names[:2],), biases=names[2:3])
    spec = with_samples(replace(spec, layers=(layer,), inputs=names[3:5], targets=names[5:6]))
    for form in FORMS:
        files = files_of(spec, form, with_test=True)
        done = self_test(tmp_path, files)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "async is called async_" in " ".join(files_of(spec)[0].text.replace("//!", "").split())


def test_a_wide_network_says_in_which_order_its_parameters_stand() -> None:
    spec = small_spec((2, 3, 1), ("relu", "identity"), numbering="layered")
    text = " ".join(files_of(spec, "loops")[0].text.replace("///", "").split())
    assert "In order: `w1_1_1` to `w1_3_2`, `w2_1_1` to `w2_1_3`, `b1_1` to `b1_3`, `b2_1`." in text
    assert "PARAMETER_NAMES" not in text
    flat = files_of(NOTEBOOK, "loops")[0].text
    assert "In order: `w1` to `w6`, `w7` to `w9`, `b1` to `b3`, `b4`." in flat


def test_a_wide_network_takes_the_stack_that_it_says(tmp_path: Path) -> None:
    """Optimised, and beside what any thread takes."""
    adam = choice(OPTIMIZERS, "adam")
    spec = with_samples(small_spec((60, 80, 10), ("relu", "identity"), name="n"), optimizer=adam)
    (module,) = files_of(spec, "loops")
    said = re.search(r"Parameters and state have (\d+) bytes", module.text)
    assert said
    assert int(said[1]) == 8 * (3 * 5690 + 2)
    room = ".stack_size(std::env::args().nth(1).unwrap().parse().unwrap())"
    work = "n::train(&n::INITIAL, &n::initial_state(), &n::SAMPLE_X, &n::SAMPLE_Y, &[0.1; 9])"
    lines = ["mod n;", "fn main() {", f"    let thread = std::thread::Builder::new(){room};"]
    lines += [f'    let done = thread.spawn(|| print!("{{:?}}", {work}.0[0]));']
    lines += ["    done.unwrap().join().unwrap();", "}", ""]
    written(tmp_path, [module, SourceFile("main.rs", "\n".join(lines))])
    program = str(compiled(tmp_path / "main.rs", "-O"))
    assert run(program, str(4 * int(said[1]) + 50_000)).returncode == 0
    assert run(program, str(int(said[1]))).returncode != 0


def test_batches_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    spec = with_samples(network("relu", "squared_error", name="n"), 3)
    online = with_samples(network("relu", "squared_error", name="n"), 3, mode="online")
    x, y, none = "&[[0.1, 0.2]]", "&[[0.3, 0.4]]", "&[]"
    calls = {
        f"n0::loss(&n0::INITIAL, {none}, {none})": "give at least one sample",
        f"n0::gradients(&n0::INITIAL, {x}, {none})": "give targets to every sample",
        f"n0::forward(&n0::INITIAL, {x}, &mut [])": "one row each",
        f"n0::update(&n0::INITIAL, {none}, {y}, 0.1)": "give at least one sample",
        f"n1::train(&n1::INITIAL, {none}, {none}, &[0.1])": "give at least one sample",
        f"n1::train(&n1::INITIAL, {x}, {none}, &[0.1])": "give targets to every sample",
    }
    lines = ['    std::panic::set_hook(Box::new(|info| println!("{info}")));']
    lines += [f"    let _ = std::panic::catch_unwind(|| {{ let _ = {one}; }});" for one in calls]
    lines += [f'    print!("{{:?}}", n0::loss(&n0::INITIAL, {x}, {y}) > 0.0);']
    found = printed(tmp_path, [files_of(one)[0] for one in (spec, online)], lines)
    assert re.findall("|".join(dict.fromkeys(calls.values())), found) == list(calls.values())
    assert found.endswith("true")
