"""Emitted C, compiled by gcc and called: many networks in one library.

Every network gets a function `drive_NAME` that reads cases as tests/emit/fuzz.py writes them, flat
doubles, and writes what all functions return.
"""

import ctypes
import shutil
import subprocess
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from symnet.emit.rule import initial_state
from symnet.emit.source import request_for, sources
from symnet.emit.targets.c import prefix
from symnet.files import SourceFile
from symnet.model.spec import Spec
from tests.emit.emitted import options_for, step_of
from tests.emit.fuzz import BATCH, Cases, Compared, compared

WARNINGS = "-std=c99 -Wall -Wextra -Wconversion -pedantic -Wshadow -Wcast-qual".split()
DRIVER = """#include <stddef.h>
#include <string.h>
#include "{name}.h"

void drive_{name}(const {real} *in, size_t cases, {real} *out);

void drive_{name}(const {real} *in, size_t cases, {real} *out) {{
    for (size_t k = 0; k < cases; k++, in += {case}) {{
        const {real} *const x = in + {kept};
        {name}_forward(in, x, {many}out);
        out += {outputs};
        *out++ = {name}_loss(in, {xy}{last});
        {name}_gradients(in, {xy}, {many}out);
        out += {params};
        memcpy(out, in, {kept} * sizeof *out);
        {name}_update(out, {state}{xy}, {many}in[{case} - 1]);
        out += {kept};
    }}
}}
"""


def files_of(
    spec: Spec, form: str = "scalar", with_test: bool = False, precision: str = "double"
) -> tuple[SourceFile, ...]:
    """Emit a network."""
    options = replace(options_for("c", form, with_test), precision=precision)
    return sources(request_for(options, spec, lambda: step_of(spec)))


def written(folder: Path, files: Iterable[SourceFile]) -> list[Path]:
    """Write files, and return their paths."""
    folder.mkdir(exist_ok=True, parents=True)
    paths = []
    for one in files:
        paths.append(folder / one.path)
        paths[-1].write_text(one.text, encoding="utf-8")
    return paths


def gcc(
    *arguments: str | Path, language: str = "gcc", check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Compile."""
    program = shutil.which(language)
    if program is None:
        pytest.skip(f"{language} is not installed")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0 or not check, done.stderr
    return done


def driver(spec: Spec, cases: Cases, real: str = "double") -> SourceFile:
    """Write the function that runs cases."""
    params, state, x, y, _ = cases.sizes
    name = prefix(spec)
    batch = cases.samples > 1
    fields = {
        "name": name,
        "real": real,
        "case": sum(cases.sizes),
        "params": params,
        "kept": params + state,
        "state": f"out + {params}, " if state else "",
        "outputs": cases.samples * spec.layers[-1].units,
        "xy": f"x, x + {x}" if y else "x",
        "many": f"{BATCH}, " if batch else "",
        "last": f", {BATCH}" if batch else "",
    }
    assert bool(state) == bool(initial_state(spec))
    return SourceFile(f"drive_{name}.c", DRIVER.format(**fields))


def library(
    folder: Path,
    networks: Mapping[Spec, Iterable[SourceFile]],
    *flags: str,
    real: str = "double",
) -> ctypes.CDLL:
    """Compile networks and their drivers into one library, without a warning."""
    paths = list[Path]()
    for spec, files in networks.items():
        paths += written(folder, [*files, driver(spec, Cases.of(spec, 0), real)])
    given = [one for one in paths if one.suffix == ".c"]
    made = folder / "all.so"
    done = gcc(*WARNINGS, *flags, "-shared", "-fPIC", *given, "-lm", "-o", made)
    assert done.stderr == ""
    return ctypes.CDLL(str(made))


def run(code: ctypes.CDLL, cases: Cases) -> Compared:
    """Run cases, and compare with Python's results."""
    return compared(results(code, cases).tobytes(), cases)


def results(code: ctypes.CDLL, cases: Cases, kind: str = "d") -> "array[float]":
    """Run cases; ``kind``: `d` for double, `f` for float."""
    given = array(kind, cases.inputs)
    found: array[float] = array(kind, bytes(given.itemsize * cases.count * cases.width))
    places = [ctypes.c_void_p(one.buffer_info()[0]) for one in (given, found)]
    drive = getattr(code, f"drive_{prefix(cases.spec)}")
    drive(places[0], ctypes.c_size_t(cases.count), places[1])
    return found
