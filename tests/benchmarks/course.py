"""How long a course takes to build when nothing has changed: run by hand, writes course.md.

    python -m tests.benchmarks.course

The networks of tests/course are built as its Makefile builds them; then everything is asked for
once more, beside `python -c "import sympy"`, by turns, each time in a fresh process with compiled
modules.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.peers import machine
from tests.benchmarks.startup import SYMPY, processor_time, row

COURSE = Path(__file__).parents[1] / "course"
ROUNDS, TARGET = 15, 0.4
XOR = "sphinx/networks/exclusive-or.toml"
PIECES = ("build", "--only", "fragments")
COMMANDS = (
    (*PIECES, "--prefix", "lecture-1", "--env", "equation", "--out", "build/lecture-1", "starter"),
    (*PIECES, "--prefix", "xor", "--out", "build/xor", XOR),
    (*PIECES, "--prefix", "relu", "--env", "none", "--macros", "--out", "build/relu", "notebook"),
    ("build", "--only", "slides", "--out", "build/deck", "tanh-neuron"),
)
TOGETHER = ("build", "--out", "build/all", "starter", XOR, "notebook", "tanh-neuron")


def requests() -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Yield what is asked for again, with its commands; each asks for four networks."""
    yield "a command for each of four networks, as the Makefile has it", COMMANDS
    yield "one command for the four, with everything there is", (TOGETHER,)


def again(folder: str) -> Iterator[str]:
    """Time what is asked for once more."""
    for name, commands in requests():
        for words in commands:
            processor_time("-m", "symnet", *words, folder=folder)  # builds, and compiles modules
        ratios, times = [], []
        for _ in range(ROUNDS):
            base = processor_time(*SYMPY, folder=folder)
            spent = [processor_time("-m", "symnet", *words, folder=folder) for words in commands]
            times.append(sum(spent) / 4)
            ratios.append(times[-1] / base)
        yield row(name, median(ratios), f"{median(times):.3f}", TARGET)


def main() -> None:
    here, _, _ = machine().partition(", casadi")
    lines = [
        f"# A course in which nothing has changed\n\n{here}.\n",
        'Processor time for one network, beside that of `python -c "import sympy"`: medians of',
        "pairs taken by turns. (Make itself, with `--depfile`, runs none of these commands.)",
        "Written by `python -m tests.benchmarks.course`.\n",
        "| asked for again | times the reference | seconds a network | target | |",
        "|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns("build", "_build")
        shutil.copytree(COURSE, folder, ignore=ignored, dirs_exist_ok=True)
        for line in again(folder):
            print(line, flush=True)
            lines.append(line)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
