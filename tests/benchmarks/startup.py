"""How long the tool itself takes: run by hand, writes startup.md beside itself.

    python -m tests.benchmarks.startup

Whole commands are timed beside `python -c "import sympy"`, by turns, each in a fresh process with
compiled modules; the derivation and its code beside CasADi's gradient and C printing of the same
networks (extra `bench`), in one process, by turns.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from symnet.collector import collect_seldom
from symnet.derive.backprop import backpropagate
from symnet.derive.update import training_step
from symnet.emit.source import emit
from symnet.model.network import build_network
from tests.benchmarks.peers import machine
from tests.benchmarks.timing import seconds
from tests.benchmarks.widths import SIZES, spec_for

ROUNDS = 15
SYMPY = ("-c", "import sympy")


def processor_time(*words: str, folder: str) -> float:
    """Return the processor time of one Python process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands() -> Iterator[tuple[str, tuple[str, ...], float]]:
    """Yield what is run and what it may take, in times of importing SymPy."""
    yield "symnet --help", ("--help",), 0.25
    yield "symnet --version", ("--version",), 0.25
    yield "symnet emit no/such.toml", ("emit", "no/such.toml"), 0.25
    yield "symnet verify wrong.toml", ("verify", "./wrong.toml"), 0.25
    yield "symnet build, nothing to do", ("build", "--out", "built"), 0.4
    yield "symnet emit", ("emit",), 1.5


def processes() -> Iterator[str]:
    """Time whole commands."""
    yield '## Whole commands\n\nReference: `python -c "import sympy"`.\n'
    yield "| command | times the reference | seconds | target | |\n|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "wrong.toml").write_text("inputs = 2\nlayers = 3\n", encoding="utf-8")
        for name, words, target in commands():
            command = ("-m", "symnet", *words)
            processor_time(*command, folder=folder)  # compiles modules, and makes the build
            ratios, times = [], []
            for _ in range(ROUNDS):
                base = processor_time(*SYMPY, folder=folder)
                times.append(processor_time(*command, folder=folder))
                ratios.append(times[-1] / base)
            yield row(f"`{name}`", median(ratios), f"{median(times):.3f}", target)


def row(name: str, ratio: float, numbers: str, target: float | None) -> str:
    wanted = "" if target is None else f"{target:.2f}"
    verdict = "" if target is None else "met" if ratio <= target else "missed"
    return f"| {name} | {ratio:.2f} | {numbers} | {wanted} | {verdict} |"


def derivations() -> Iterator[str]:
    """Time the derivation and Python of it beside CasADi's gradient and C."""
    yield "\n## Derivation and code, in the scalar form\n"
    try:
        casadi = import_module("casadi")
    except ImportError:
        yield "Not timed: casadi is not installed."
        return
    yield (
        "From the network to the text of a module (forward, loss, gradients, update), beside\n"
        "CasADi's gradient and its C (loss and gradients); for both, Python looks for cycles as\n"
        "seldom as in a command.\n"
    )
    collect_seldom()
    yield "| network | times CasADi | seconds | CasADi, s | target | |\n|---|---|---|---|---|---|"
    for sizes in SIZES:
        rounds = 11 if sizes[0] > 8 else 15
        pairs = [pair(sizes, casadi) for _ in range(rounds + 1)][1:]
        ratio = median(mine / theirs for mine, theirs in pairs)
        best = " | ".join(f"{min(times):.4f}" for times in zip(*pairs, strict=True))
        name = f"{'-'.join(map(str, sizes))}"
        yield row(name, ratio, best, 2.0 if sizes == SIZES[-1] else None)


def pair(sizes: tuple[int, ...], casadi: Any) -> tuple[float, float]:
    """Time both once."""
    spec = spec_for(sizes)
    ours: Callable[[], object] = lambda: emit(  # noqa: E731
        training_step(backpropagate(build_network(spec))), "python"
    )
    return seconds(ours, 1), seconds(lambda: generated(sizes, casadi), 1)


def generated(sizes: tuple[int, ...], casadi: Any) -> str:
    """Differentiate with CasADi and print C."""
    count = sum((a + 1) * b for a, b in pairwise(sizes))
    p, h = casadi.SX.sym("p", count), casadi.SX.sym("x", sizes[0])
    x, y, start = h, casadi.SX.sym("y", sizes[-1]), 0
    for a, b in pairwise(sizes):
        weights, start = casadi.reshape(p[start : start + a * b], b, a), start + a * b
        h, start = casadi.fmax(0, weights @ h + p[start : start + b]), start + b
    loss = casadi.sumsqr(h - y)
    function = casadi.Function("gradients", [p, x, y], [loss, casadi.gradient(loss, p)])
    code = casadi.CodeGenerator("gradients.c")
    code.add(function)
    return str(code.dump())


def main() -> None:
    told = "Medians of pairs taken by turns; processor times."
    head = f"# The tool itself\n\n{machine()}\n\n{told}"
    lines = [f"{head} Written by\n`python -m tests.benchmarks.startup`.\n"]
    print(lines[0], flush=True)
    for part in (processes, derivations):
        for line in part():
            print(line, flush=True)
            lines.append(line)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
