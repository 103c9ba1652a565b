"""How the cost of a derivation grows with the network: run by hand, writes widths.md beside itself.

    python -m tests.benchmarks.widths

The scalar form is timed from the Spec to the emitted Python, the matrix form from the Spec to its
equations; each is the best of five runs after SymPy has been imported and each kind of node has
been differentiated once. Operations are those of the loss and all gradients.
"""

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sympy

from symnet.derive.backprop import backpropagate
from symnet.derive.matrix import derive_matrices
from symnet.derive.operations import operations
from symnet.derive.update import TrainingStep, training_step
from symnet.emit.source import emit
from symnet.model.network import build_network
from symnet.model.spec import Spec
from tests.networks import small_spec

SIZES = [(2, 3, 1), (4, 8, 8, 1), (8, 16, 16, 1), (16, 32, 32, 1), (32, 64, 64, 10)]
WIDE = (784, 128, 64, 10)
RUNS = 5


def spec_for(sizes: tuple[int, ...]) -> Spec:
    return small_spec(sizes, ("relu",) * (len(sizes) - 1))


def best(action: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def step_for(spec: Spec) -> TrainingStep:
    return training_step(backpropagate(build_network(spec)))


def scalar(spec: Spec) -> str:
    return emit(step_for(spec), "python").text


def row(sizes: tuple[int, ...]) -> str:
    """Time one network and count its operations."""
    spec = spec_for(sizes)
    step = step_for(spec)
    count = len(step.network.parameters)
    derive = best(lambda: backpropagate(build_network(spec)))
    whole, matrix = best(lambda: scalar(spec)), best(lambda: derive_matrices(spec))
    done = operations(step.loss, step.gradients).total
    name = "-".join(map(str, sizes))
    per = f"{1e6 * whole / count:.0f}"
    return f"| {name} | {count} | {derive:.4f} | {whole:.4f} | {per} | {done} | {matrix:.5f} |"


def table() -> str:
    head = [
        "# Cost by width",
        "",
        f"Python {platform.python_version()}, SymPy {sympy.__version__}, {platform.machine()}; "
        f"best of {RUNS} runs. Written by `python -m tests.benchmarks.widths`.",
        "",
        "| network | parameters | derivation, s | with Python code, s | per parameter, us "
        "| operations | matrix form, s |",
        "|---|---|---|---|---|---|---|",
    ]
    wide = spec_for(WIDE)
    seconds = best(lambda: derive_matrices(wide))
    last = f"| {'-'.join(map(str, WIDE))} | 109386 | | | | | {seconds:.5f} |"
    return "\n".join([*head, *map(row, SIZES), last, ""])


if __name__ == "__main__":
    text = table()
    Path(__file__).with_suffix(".md").write_text(text)
    sys.stdout.write(text)
