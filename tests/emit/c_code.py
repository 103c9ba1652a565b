"""Emitted C, compiled by gcc and called: many networks in one library.

Every network gets a function `drive_NAME` that reads cases as tests/emit/fuzz.py writes them, flat
doubles, and writes what all functions return.
"""

import ctypes
import shutil
import subprocess
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from symnet.emit.options import Options
from symnet.emit.rule import initial_state
from symnet.emit.source import request_for, sources
from symnet.emit.targets.c import prefix
from symnet.files import SourceFile
from symnet.model.spec import Spec
from tests.emit.emitted import step_of
from tests.emit.fuzz import BATCH, Cases, Compared, compared

WARNINGS = "-std=c99 -Wall -Wextra -Wconversion -pedantic".split()
DRIVER = """#include <stddef.h>
#include <string.h>
#include "{name}.h"

void drive_{name}(const double *in, size_t cases, double *out);

void drive_{name}(const double *in, size_t cases, double *out) {{
    for (size_t k = 0; k < cases; k++, in += {case}) {{
        const double *const x = in + {kept};
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


def files_of(spec: Spec, form: str = "scalar", with_test: bool = False) -> tuple[SourceFile, ...]:
    """Emit a network."""
    options = Options("c", form=form, with_test=with_test)
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


def driver(spec: Spec, cases: Cases) -> SourceFile:
    """Write the function that runs cases."""
    params, state, x, y, _ = cases.sizes
    name = prefix(spec)
    batch = cases.samples > 1
    fields = {
        "name": name,
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
    folder: Path, networks: Mapping[Spec, Iterable[SourceFile]], *flags: str
) -> ctypes.CDLL:
    """Compile networks and their drivers into one library, without a warning."""
    paths = list[Path]()
    for spec, files in networks.items():
        paths += written(folder, [*files, driver(spec, Cases.of(spec, 0))])
    given = [one for one in paths if one.suffix == ".c"]
    done = gcc(*WARNINGS, *flags, "-shared", "-fPIC", *given, "-lm", "-o", folder / "all.so")
    assert done.stderr == ""
    return ctypes.CDLL(str(folder / "all.so"))


def run(code: ctypes.CDLL, cases: Cases) -> Compared:
    """Run cases, and compare with Python's results."""
    count = cases.count * cases.width
    inputs = (ctypes.c_double * len(cases.inputs)).from_buffer(array("d", cases.inputs))
    results = array("d", bytes(8 * count))
    target = (ctypes.c_double * count).from_buffer(results)
    getattr(code, f"drive_{prefix(cases.spec)}")(inputs, ctypes.c_size_t(cases.count), target)
    del target
    return compared(results.tobytes(), cases)
