"""Emitted Rust, compiled and run: the same numbers as Python, the formatter, hostile networks."""

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from symnet.files import SourceFile
from tests.emit.fuzz import Cases, compared, drawn
from tests.emit.rust import (
    EDITION,
    Job,
    compiled,
    driver,
    files_of,
    results,
    run,
    self_test,
    written,
)
from tests.emit.test_javascript import FORMS, NOTEBOOK, SPECS, TESTED, WIDE, rational

pytestmark = pytest.mark.slow

CASES = 100_000
SHIPPED = [spec for spec in SPECS if spec.title != "A small network"]
SINGLE = [
    spec for spec in TESTED if spec.name in ("notebook", "xor", "gelu-huber", "softmax-huber")
]


def differences(folder: Path, jobs: Sequence[Job], *flags: str) -> dict[str, list[str]]:
    """Run modules on cases; return where they differ from Python."""
    found = {}
    outputs = results(folder, jobs, driver(folder, jobs, *flags))
    for job, output in zip(jobs, outputs, strict=True):
        result = compared(output, job.cases)
        assert result.numbers == job.cases.count * job.cases.width, result.differences
        assert result.finite > result.numbers / 4
        if result.differences:
            found[f"{job.cases.spec.name} {job.cases.form}"] = result.differences
    return found


def test_a_hundred_thousand_random_inputs_give_the_same_bits(tmp_path: Path) -> None:
    """Optimized, as users compile it."""
    forms = ("scalar", "fused")
    jobs = [Job(files_of(NOTEBOOK, form)[0], drawn(NOTEBOOK, CASES, form)) for form in forms]
    assert differences(tmp_path, jobs, "-O") == {}


def test_every_rational_network_gives_the_same_bits(tmp_path: Path) -> None:
    chosen = [spec for spec in SPECS if rational(spec)]
    assert len(chosen) >= 10
    jobs = [
        Job(files_of(spec, form)[0], drawn(spec, 100, form)) for spec in chosen for form in FORMS
    ]
    assert differences(tmp_path, jobs) == {}


def test_a_wrong_sign_is_seen(tmp_path: Path) -> None:
    (module,) = files_of(NOTEBOOK)
    assert "b4 - learning_rate" in module.text
    text = module.text.replace("b4 - learning_rate", "b4 + learning_rate")
    job = Job(SourceFile(module.path, text), Cases.of(NOTEBOOK, 40))
    assert differences(tmp_path, [job])["notebook scalar"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all networks in all forms, some in float32, and with self-tests."""
    made = tmp_path_factory.mktemp("rust")
    for spec in [*SPECS, WIDE]:
        for form in FORMS:
            with_test = form != "loops" and spec in TESTED
            written(made / form, files_of(spec, form, with_test))
    for spec in SINGLE:
        written(made / "single", files_of(spec, with_test=True, precision="single"))
        fused = files_of(spec, "fused", with_test=True, precision="single")
        written(made / "single_fused", fused)
    return made


def joined(folder: Path, parts: Iterable[Path], attribute: str = "", name: str = "all") -> Path:
    """Write a crate of all ``parts``, so that the compiler is started once."""
    lines = [f'#[path = "{path}"]\npub mod n{k};' for k, path in enumerate(parts)]
    crate = folder / f"{name}.rs"
    crate.write_text("\n".join([attribute, *lines, ""]), encoding="utf-8")
    return crate


def test_rustfmt_changes_nothing(folder: Path) -> None:
    done = run("rustfmt", EDITION, "--check", *sorted(folder.glob("*/*.rs")))
    assert done.returncode == 0, done.stdout


def test_clippy_finds_nothing(folder: Path) -> None:
    """Neither in self-tests, which have the scalar form inside, nor in loops."""
    names = [files_of(spec)[0].path for spec in SHIPPED]
    tests = [f"{name.removesuffix('.rs')}_test.rs" for name in names]
    parts = [folder / form / name for name in tests for form in ("scalar", "fused")]
    parts += [*folder.glob("single*/*_test.rs")]
    parts += [folder / "fused" / files_of(spec)[0].path for spec in SPECS if spec not in SHIPPED]
    parts += [folder / "loops" / one.path for spec in TESTED for one in files_of(spec, "loops")]
    assert len(parts) > 40
    done = clippy(joined(folder, parts, "#![allow(dead_code)] // every main but one\n"))
    assert done.returncode == 0, done.stderr


def test_both_would_find_something(folder: Path) -> None:
    text = (folder / "scalar" / "notebook.rs").read_text()
    crate = folder / "a.rs"
    crate.write_text(f"{text}fn f( x: f64) -> bool {{\n    return x == x;\n}}\n")
    found = clippy(crate).stderr
    assert "equal expressions" in found
    assert "unneeded `return`" in found
    assert run("rustfmt", EDITION, "--check", crate).returncode == 1


def clippy(crate: Path) -> "subprocess.CompletedProcess[str]":
    flags = ["-Dwarnings", "-Wclippy::all", "--crate-type=lib", "--emit=metadata"]
    return run("clippy-driver", EDITION, *flags, "--out-dir", crate.parent, crate)


def test_self_tests_pass(folder: Path) -> None:
    """All in one program, since starting the compiler takes longer than most of them."""
    lines = list[str]()
    for number, test in enumerate(sorted(folder.glob("*/*_test.rs"))):
        text = test.read_text().replace("\nfn main()", "\npub fn main()")
        main = test.with_name(f"main_{number}.rs")
        main.write_text(text)
        lines.append(f'#[path = "{main}"]\nmod n{number};')
    calls = [f"    n{number}::main();" for number in range(len(lines))]
    (folder / "main.rs").write_text("\n".join([*lines, "fn main() {", *calls, "}", ""]))
    done = run(str(compiled(folder / "main.rs")))
    assert (done.returncode, done.stderr) == (0, "")
    found = re.findall(r"(\d+) of (\d+) vectors passed\n", done.stdout)
    assert "FAILED" not in done.stdout
    assert len(found) == 2 * (len(TESTED) + len(SINGLE))
    assert all(passed == count and int(count) >= 5 for passed, count in found)


WRONG = (
    ("w1 - learning_rate", "w1 + learning_rate"),
    ("let dL_dw9 = dL_dz4 * h3", "let dL_dw9 = dL_dz4 * h2"),
    ("z4 <= 0.0 { 0.0 } else { dL_dy_hat", "z4 < 0.0 { 0.0 } else { dL_dy_hat"),
    ("z4 <= 0.0 { 0.0 } else { z4", "z4 <= 0.0 { -0.0 } else { z4"),
    ("    error * error", "    error * error * (1.0 + 2.3e-16)"),
)


def test_a_self_test_says_what_is_wrong(tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    done = self_test(tmp_path, (module, test))
    assert (done.returncode, done.stdout) == (0, "13 of 13 vectors passed\n")


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_the_self_test_fails_when_the_code_is_wrong(right: str, wrong: str, tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    assert right in module.text
    broken = replace(module, text=module.text.replace(right, wrong))
    done = self_test(tmp_path, (broken, test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: .*, number .*, expected ", done.stdout, re.MULTILINE)


def test_the_self_test_sees_the_training_loop(tmp_path: Path) -> None:
    module, test = files_of(NOTEBOOK, with_test=True)
    before, after = module.text.rsplit("w9 - learning_rate", 1)
    broken = replace(module, text=f"{before}w9 + learning_rate{after}")
    done = self_test(tmp_path, (broken, test))
    assert done.returncode == 1
    assert re.search("^FAILED .*: train, number 9: .*, expected ", done.stdout, re.MULTILINE)


FUSED_WRONG = (
    ("w1 -= scaled_dL_dz1 * x1", "w1 += scaled_dL_dz1 * x1"),
    ("w9 -= scaled_dL_dz4 * h3", "w9 -= scaled_dL_dz4 * h2"),
    ("if !(z4 <= 0.0)", "if (z4 <= 0.0)"),
    ("if !(z3 <= 0.0)", "if !(z2 <= 0.0)"),
)


@pytest.mark.parametrize(("right", "wrong"), FUSED_WRONG)
def test_the_self_test_fails_when_fused_code_is_wrong(
    right: str, wrong: str, tmp_path: Path
) -> None:
    module, test = files_of(NOTEBOOK, "fused", with_test=True)
    assert right in module.text
    broken = replace(module, text=module.text.replace(right, wrong))
    written(tmp_path, (broken, test))
    done = run(str(compiled(tmp_path / test.path, "-Aunused_parens")))
    assert done.returncode == 1
    assert re.search("^FAILED .*: update, number .*, expected ", done.stdout, re.MULTILINE)
