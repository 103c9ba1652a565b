"""Emitted code and its peers, timed in pairs: run by hand, writes peers.md beside itself.

    python -m tests.benchmarks.peers            all peers that are installed (extra `bench`)
    python -m tests.benchmarks.peers --short    for CI: hand-written code, lambdify and CasADi

A reference is hand-written code of the same signature in the same language, in
tests/benchmarks/handwritten. Each contestant must give its numbers before it is timed.
"""

import argparse
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks import compiled, javascript, vectorised
from tests.benchmarks import frameworks as peers
from tests.benchmarks.contest import (
    STEPS,
    Contest,
    Entry,
    MissingError,
    calls,
    emitted,
    looped,
    refuse_wrong,
    trains,
)
from tests.benchmarks.handwritten import python_code
from tests.benchmarks.timing import against

PACKAGES = ("sympy", "casadi", "numpy", "autograd", "jax", "torch", "micrograd", "numba", "cffi")
SHORT = 7, 0.02  # rounds, and seconds for each side of a round
FULL = 31, 0.05
MISSED = "missed"
HEAD = "| code | times the reference | µs a step | target | |\n|---|---|---|---|---|"

CALL = Contest(
    "One update of 2-3-1, called from Python with sequences",
    Entry("by hand: 46 operations, branches", lambda: calls(python_code.update)),
    (
        Entry("emitted, fused: branches", lambda: calls(emitted("fused")["update"]), 1.05),
        Entry("emitted, exact: selects", lambda: calls(emitted()["update"]), 1.05),
        Entry("by hand, textbook's order", lambda: calls(python_code.textbook_update)),
        Entry("the notebook's style", lambda: calls(python_code.notebook_update)),
        Entry("SymPy lambdify(cse=True)", lambda: calls(peers.lambdified())),
        Entry("CasADi", peers.casadi_call),
    ),
    (
        Entry("HIPS autograd", peers.autograd_call),
        Entry("JAX, jit", peers.jax_call),
        Entry("PyTorch, eager", peers.torch_call),
        Entry("micrograd", peers.micrograd_call),
        Entry("Numba, of the code by hand", peers.numba_call),
    ),
)
LOOP = Contest(
    f"A training loop of {STEPS} steps of 2-3-1 in Python",
    Entry("by hand, inlined", lambda: trains(python_code.train)),
    (
        Entry("emitted, fused: inlined", lambda: trains(emitted("fused")["train"]), 1.05),
        Entry("emitted, exact: inlined", lambda: trains(emitted()["train"]), 1.05),
        Entry("by hand, textbook's order", lambda: trains(python_code.textbook_train)),
        Entry("the notebook's style", lambda: trains(looped(python_code.notebook_update))),
        Entry("SymPy lambdify(cse=True)", lambda: trains(looped(peers.lambdified()))),
        Entry("CasADi, mapaccum", peers.casadi_loop),
    ),
    (
        Entry("JAX, jit of a scan", peers.jax_loop),
        Entry("Numba, of the code by hand", peers.numba_loop),
    ),
    STEPS,
)
ORDER_CALL = Contest(
    "The same update in the same order of operations, bit for bit",
    Entry("by hand, textbook's order", lambda: calls(python_code.textbook_update)),
    (Entry("emitted, exact: selects", lambda: calls(emitted()["update"]), 1.05),),
)
ORDER_LOOP = Contest(
    "The same training loop in the same order of operations, bit for bit",
    Entry("by hand, textbook's order, inlined", lambda: trains(python_code.textbook_train)),
    (Entry("emitted, exact: inlined", lambda: trains(emitted()["train"]), 1.05),),
    steps=STEPS,
)
LAMBDIFY = Contest(
    "The same update, against SymPy's",
    Entry("SymPy lambdify(cse=True)", lambda: calls(peers.lambdified())),
    (
        Entry("emitted, fused: branches", lambda: calls(emitted("fused")["update"]), 0.5),
        Entry("emitted, exact: selects", lambda: calls(emitted()["update"]), 0.5),
    ),
)


def section(contest: Contest, short: bool) -> Iterator[str]:
    """Time every contestant against its reference; say why where that cannot be done."""
    yield f"## {contest.title}\n\nReference: {contest.reference.name}.\n"
    try:
        reference = contest.reference.make()
    except MissingError as reason:
        yield f"Not timed: {reason}.\n"
        return
    expected = reference()
    yield HEAD
    for entry in contest.entries if short else (*contest.entries, *contest.more):
        try:
            action = entry.make()
            refuse_wrong(action(), expected, entry.name)
        except MissingError as reason:
            yield f"| {entry.name} | | | | not timed: {reason} |"
        except Exception as error:
            yield f"| {entry.name} | | | | not timed: it fails with {type(error).__name__} |"
        else:
            ratio, seconds = against(reference, action, *(SHORT if short else FULL))
            yield row(entry, ratio, seconds / contest.steps)
    yield ""


def row(entry: Entry, ratio: float, seconds: float) -> str:
    """Write what was measured, and whether the target is met."""
    wanted = "" if entry.target is None else f"{entry.target:.2f}"
    verdict = "" if entry.target is None else "met" if ratio <= entry.target else MISSED
    return f"| {entry.name} | {ratio:.2f} | {1e6 * seconds:.3f} | {wanted} | {verdict} |"


def in_node(short: bool) -> Iterator[str]:
    """Time the emitted JavaScript."""
    rounds = SHORT[0] if short else FULL[0]
    for title, reference, hand, forms in javascript.CONTESTS:
        yield f"## {title}\n\nReference: {reference}.\n\n{HEAD}"
        for form in forms:
            entry = Entry(f"emitted, {form}: inlined", lambda: lambda: None, 1.05)
            try:
                yield row(entry, *javascript.against_hand(rounds, hand, form))
            except MissingError as reason:
                yield f"| {entry.name} | | | | not timed: {reason} |"
        yield ""


def machine() -> str:
    """Name the processor and the versions, and nothing that tells whose machine it is."""
    found = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return f"{processor()}, {platform.system()}. {', '.join(found)}."


def processor() -> str:
    """Return the processor's model."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    models = (line.partition(":")[2] for line in text.splitlines() if "model name" in line)
    return " ".join(next(models, platform.machine()).split())


def report(short: bool) -> Iterator[str]:
    """Yield the whole table."""
    yield "# Emitted code and its peers\n"
    yield machine() + "\n"
    yield (
        "Times are the processor's, in pairs: each contestant and its reference by turns in one "
        "process; the ratio is the median over the rounds, below 1 is faster than the reference. "
        "Written by `python -m tests.benchmarks.peers`.\n"
    )
    for contest in (
        CALL,
        ORDER_CALL,
        LAMBDIFY,
        LOOP,
        ORDER_LOOP,
        vectorised.ONE,
        vectorised.MANY,
        *compiled.LOOPS,
        compiled.CALL,
    ):
        yield from section(contest, short)
    for contest in () if short else (vectorised.AHEAD, vectorised.LEVEL):
        yield from section(contest, short)
    yield from in_node(short)


def main() -> None:
    parser = argparse.ArgumentParser(description="time emitted code against its peers")
    parser.add_argument("--short", action="store_true", help="for CI; writes no file")
    short = parser.parse_args().short
    lines = []
    for line in report(short):
        print(line, flush=True)
        lines.append(line)
    if not short:
        text = "\n".join(lines).rstrip() + "\n"
        Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
