"""Emitted C against C by hand: a training loop, and single updates called from Python.

In: nothing. Out: contests.
"""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.benchmarks.contest import PARAMS, RATE, Contest, Entry, MissingError, X, Y, text_of
from tests.benchmarks.timing import Action

HAND = Path(__file__).parent / "handwritten" / "train.c"
# As in a program: what a library exports may be inlined.
FLAGS = ("-std=c99", "-shared", "-fPIC", "-fno-semantic-interposition")
STEPS = 50_000
RATES = (ctypes.c_double * STEPS)(*[RATE] * STEPS)
EMITTED_TRAIN = "notebook_train", ctypes.c_size_t
DECLARED = "void {}(double *params, const double *x, const double *y, double rate);"


@cache
def library(which: str, level: str = "-O2") -> str:
    """Compile C: `hand`, or the emitted `exact` or `fused`; return where the library lies."""
    program = shutil.which("gcc")
    if program is None:
        raise MissingError("gcc is not installed")
    folder = Path(_folder().name)
    source, made = folder / f"{which}.c", folder / f"{which}{level}.so"
    text = HAND.read_text(encoding="utf-8") if which == "hand" else text_of("c", which)
    source.write_text(text, encoding="utf-8")
    command = [program, *FLAGS, level, str(source), "-lm", "-o", str(made)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise MissingError(f"gcc refuses the code: {done.stderr.splitlines()[0]}")
    return str(made)


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory()


def _doubles(values: tuple[float, ...]) -> "ctypes.Array[ctypes.c_double]":
    return (ctypes.c_double * len(values))(*values)


def trains(which: str, level: str) -> Callable[[], Action]:
    """Return what makes a loop of STEPS updates."""
    called, count = ("hand_train", ctypes.c_int) if which == "hand" else EMITTED_TRAIN

    def make() -> Action:
        train = getattr(ctypes.CDLL(library(which, level)), called)
        x, y, steps = _doubles(X), _doubles(Y), count(STEPS)

        def action() -> list[float]:
            params = _doubles(PARAMS)
            train(params, x, y, RATES, steps)
            return list(params)

        return action

    return make


def updates(which: str, called: str) -> Callable[[], Action]:
    """Return what makes one update, called through cffi."""

    def make() -> Action:
        try:
            ffi: Any = import_module("cffi").FFI()
        except ImportError:
            raise MissingError("cffi is not installed") from None
        ffi.cdef(DECLARED.format(called))
        code = ffi.dlopen(library(which))
        update = getattr(code, called)
        x, y, found = ffi.new("double[]", X), ffi.new("double[]", Y), Updated(ffi, code)

        def action() -> Updated:
            found.buffer[:] = found.start
            update(found.params, x, y, RATE)
            return found

        return action

    return make


class Updated:
    """Parameters that an update is called on, only made into numbers where they are looked at."""

    def __init__(self, ffi: Any, code: Any) -> None:
        self.params = ffi.new("double[]", PARAMS)
        self.buffer = ffi.buffer(self.params)
        self.start = bytes(self.buffer)
        self.code = code  # stays open as long as its function is called

    def tolist(self) -> list[float]:
        return list(self.params)


LOOPS = tuple(
    Contest(
        f"A training loop of {STEPS} steps of 2-3-1 in C, gcc {level}",
        Entry("by hand: 46 operations, branches", trains("hand", level)),
        (
            Entry("emitted, fused: inlined", trains("fused", level), 1.05),
            Entry("emitted, exact: inlined", trains("exact", level), 1.05),
        ),
        steps=STEPS,
    )
    for level in ("-O2", "-O3")
)
CALL = Contest(
    "One update of 2-3-1 in C, called from Python through cffi",
    Entry("by hand: 46 operations, branches", updates("hand", "hand_update")),
    (
        Entry("emitted, fused: branches", updates("fused", "notebook_update"), 1.05),
        Entry("emitted, exact: selects", updates("exact", "notebook_update"), 1.05),
    ),
)
