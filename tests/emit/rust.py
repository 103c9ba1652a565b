"""Rust's own programs, and a program that runs emitted modules on inputs from fuzz.py.

All modules of a test are compiled as one program, since starting the compiler takes longer than
compiling one of them. Its arguments: the number of a job, a file of inputs, a file for results.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from symnet.emit.source import request_for, sources
from symnet.files import SourceFile
from symnet.model.spec import Spec
from tests.emit.emitted import options_for, step_of
from tests.emit.fuzz import Cases

EDITION = "--edition=2021"
MAIN = """
use std::{env, fs};

/// The numbers of one case after another.
struct Numbers<'a>(std::slice::Chunks<'a, u8>);

impl Numbers<'_> {
    fn one(&mut self) -> f64 {
        f64::from_le_bytes(self.0.next().unwrap().try_into().unwrap())
    }

    fn row<const N: usize>(&mut self) -> [f64; N] {
        [0.0; N].map(|_| self.one())
    }

    #[allow(dead_code)] // where no job has a batch
    fn rows<const N: usize>(&mut self, count: usize) -> Vec<[f64; N]> {
        (0..count).map(|_| self.row()).collect()
    }
}

fn main() {
    let words: Vec<String> = env::args().collect();
    for job in words[1..].chunks(3) {
        let bytes = fs::read(&job[1]).unwrap();
        let mut numbers = Numbers(bytes.chunks(8));
        let mut found = Vec::new();
        while numbers.0.len() > 0 {
            run(&job[0], &mut numbers, &mut found);
        }
        let bytes: Vec<u8> = found.into_iter().flat_map(f64::to_le_bytes).collect();
        fs::write(&job[2], bytes).unwrap();
    }
}
"""


def run(program: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run one of Rust's programs, or skip."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    words = [found, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=600)


def compiled(source: Path, *flags: str) -> Path:
    """Compile a program and return it; a warning is an error."""
    program = source.with_suffix("")
    done = run("rustc", EDITION, "-Dwarnings", *flags, "-o", program, source)
    assert done.returncode == 0, done.stderr
    return program


@cache
def files_of(
    spec: Spec, form: str = "scalar", with_test: bool = False, precision: str = "double"
) -> tuple[SourceFile, ...]:
    """Emit a network."""
    options = replace(options_for("rust", form, with_test), precision=precision)
    return sources(request_for(options, spec, lambda: step_of(spec)))


def written(folder: Path, files: Sequence[SourceFile]) -> Path:
    """Write files, and return the last one's path."""
    folder.mkdir(exist_ok=True, parents=True)
    for one in files:
        (folder / one.path).write_text(one.text, encoding="utf-8")
    return folder / files[-1].path


def self_test(folder: Path, files: Sequence[SourceFile]) -> "subprocess.CompletedProcess[str]":
    """Run a self-test beside its module."""
    return run(str(compiled(written(folder, files))))


@dataclass(frozen=True)
class Job:
    """One emitted module and the cases it is called with."""

    module: SourceFile
    cases: Cases

    def calls(self, name: str) -> str:
        """Write what reads a case, calls every function and keeps what comes out."""
        params, state, x, y, _ = self.cases.sizes
        samples, units = self.cases.samples, self.cases.spec.layers[-1].units
        several = samples > 1

        def taken(size: int) -> str:
            rows = f"numbers.rows::<{size // samples}>({samples})"
            return rows if several else f"numbers.row::<{size}>()"

        lines = [f"let params = numbers.row::<{params}>();"]
        lines += [f"let state = numbers.row::<{state}>();"] if state else []
        lines += [f"let x = {taken(len_x)};" for len_x in [x]]
        lines += [f"let y = {taken(y)};"] if y else []
        xy = "&x, &y" if y else "&x"
        if several:
            lines += [f"let mut rows = vec![[0.0; {units}]; {samples}];"]
            lines += [f"{name}::forward(&params, &x, &mut rows);"]
            lines += ["rows.into_iter().for_each(|row| found.extend(row));"]
        else:
            lines += [f"found.extend({name}::forward(&params, &x));"]
        lines += [f"found.push({name}::loss(&params, {xy}));"]
        lines += [f"found.extend({name}::gradients(&params, {xy}));"]
        kept = "&params, &state" if state else "&params"
        new = f"{name}::update({kept}, {xy}, numbers.one())"
        if state:
            lines += [f"let (params, state) = {new};", "found.extend(params);"]
            lines += ["found.extend(state);"]
        else:
            lines += [f"found.extend({new});"]
        return "\n".join(f"            {line}" for line in lines)


def driver(folder: Path, jobs: Sequence[Job], *flags: str) -> Path:
    """Write and compile a program that runs all ``jobs``."""
    arms, modules = [], []
    for number, job in enumerate(jobs):
        name = f"n{number}"
        (folder / f"{name}.rs").write_text(job.module.text, encoding="utf-8")
        modules.append(f"mod {name};")
        arms.append(f'        "{number}" => {{\n{job.calls(name)}\n        }}')
    head = "fn run(job: &str, numbers: &mut Numbers<'_>, found: &mut Vec<f64>) {\n    match job {"
    last = "        _ => unreachable!(),\n    }\n}\n"
    text = "\n".join([*modules, MAIN, head, *arms, last])
    (folder / "main.rs").write_text(text, encoding="utf-8")
    return compiled(folder / "main.rs", *flags)


def results(folder: Path, jobs: Sequence[Job], program: Path) -> list[bytes]:
    """Run all ``jobs`` and return what each wrote."""
    words: list[str | Path] = []
    for number, job in enumerate(jobs):
        job.cases.write(folder / f"{number}.in")
        words += [str(number), folder / f"{number}.in", folder / f"{number}.out"]
    done = run(str(program), *words)
    assert done.returncode == 0, done.stderr
    return [(folder / f"{number}.out").read_bytes() for number in range(len(jobs))]
