"""How long `symnet check` takes: run by hand, writes checking.md beside itself.

    python -m tests.benchmarks.checking

The notebook is checked by the whole command, in fresh processes; further files as `--grade` checks
them, one after the other in one process: programs in four styles for the notebook's network, each
right and with one slip of every kind, and the notebook again.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from symnet.check.handwritten.checking import Checker
from symnet.derive.backprop import backpropagate
from symnet.marking import derivation_beside
from symnet.pipeline import load
from tests.benchmarks.peers import machine
from tests.benchmarks.startup import processor_time
from tests.check.handwritten.mutants import KINDS, chosen
from tests.check.handwritten.programs import STYLES, Program, programs

ROUNDS = 5
WHOLE, FURTHER = 2.0, 0.3


def command(path: Path) -> Iterator[str]:
    """Time the whole command on the notebook."""
    words = ("-m", "symnet", "check", str(path))
    with tempfile.TemporaryDirectory() as folder:
        processor_time(*words, folder=folder)  # compiles modules
        walls, times = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            times.append(processor_time(*words, folder=folder))
            walls.append(time.perf_counter() - start)
    yield row("the command, the notebook: by the clock", walls, WHOLE)
    yield row("the command, the notebook: processor", times, WHOLE)


def slipped(program: Program) -> Iterator[str]:
    """Yield a program as it is, and with one slip of every kind."""
    yield program.source
    for kind in KINDS:
        mutants, _, _ = chosen([program], kind, 1)
        yield from (one.source for one in mutants)


def further(path: Path) -> Iterator[str]:
    """Time file after file, as they are graded."""
    stages = load("notebook")
    again = Checker(stages.network, stages.derivation)
    own = {one.style: one for one in programs() if one.name == "relu"}
    network = own["scalar"].network
    checker = Checker(network, backpropagate(network))
    with tempfile.TemporaryDirectory() as folder:
        file, found = Path(folder, "student.py"), []
        for style in STYLES:
            times = []
            for source in slipped(own[style]):
                file.write_text(source, encoding="utf-8")
                times.append(processor(checker, file))
            yield row(f"a further file, {style}", times, FURTHER)
            found += times
        yield row("a further file, all four styles", found, FURTHER)
    processor(again, path)
    times = [processor(again, path) for _ in range(ROUNDS)]
    yield row("a further file, the notebook", times, FURTHER)


def processor(checker: Checker, path: Path) -> float:
    """Return the processor time of checking a file."""
    start = time.process_time()
    checker.check(path)
    return time.process_time() - start


def row(name: str, times: list[float], target: float) -> str:
    """Write one line: the mean is what the target is for."""
    found = mean(times)
    verdict = "met" if found <= target else "missed"
    return f"| {name} | {len(times)} | {found:.2f} | {max(times):.2f} | {target:.1f} | {verdict} |"


def main() -> None:
    path = derivation_beside(load("notebook"))
    if path is None:
        sys.exit("the notebook does not ship here")
    head = f"# symnet check\n\n{machine()}\n\nSeconds, with {os.cpu_count()} processors. Written by"
    table = "| what | times | mean | worst | target | |\n|---|---|---|---|---|---|"
    lines = [f"{head}\n`python -m tests.benchmarks.checking`.\n", table]
    print("\n".join(lines), flush=True)
    for part in (command, further):
        for line in part(path):
            print(line, flush=True)
            lines.append(line)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
