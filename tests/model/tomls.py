"""A small network file, and what the gate says to it and to spoilt copies of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from symnet.errors import SpecError
from symnet.model.parsing import parse_spec
from symnet.model.spec import Spec

GOOD = """
title = "A small one"
inputs = ["x1", "x2"]
targets = ["y"]
loss = "squared_error"
kink = 0

[[layers]]
units = 1
activation = "relu"

[initial]
w1 = 1
w2 = -0.5
b1 = 0

[sample]
x = [1, 0]
y = [2]

[training]
learning_rate = [0.1, 0.05]
"""

# The same without values, to which the rest of a file can be added.
BARE = 'inputs = 2\nloss = "squared_error"\n[[layers]]\nunits = 1\n'

REFUSED_FILE = Path(__file__).with_name("refused.txt")


def cases() -> Iterator[tuple[int, list[str], str]]:
    """Yield each case of refused.txt: its number, the lines taken out and put in, the complaint."""
    for number, block in enumerate(REFUSED_FILE.read_text("utf-8").split("\n\n"), 1):
        *change, line = block.splitlines()
        if change:
            yield number, change, line.removeprefix("  ")


REFUSED = tuple(cases())


def spoilt(change: list[str]) -> str:
    """Return GOOD with some lines replaced by others."""
    old = "\n".join(line[2:] for line in change if line.startswith("- "))
    new = "\n".join(line[2:] for line in change if line.startswith("+ "))
    assert GOOD.count(f"\n{old}\n") == 1
    return GOOD.replace(f"\n{old}\n", f"\n{new}\n")


def parsed(text: str, folder: Path | None = None) -> Spec:
    return parse_spec(text, "small", folder, "small.toml")


def refusal(text: str, folder: Path | None = None) -> str:
    """Return the one line that refuses a file, without the file's name in front."""
    with pytest.raises(SpecError) as caught:
        parsed(text, folder)
    line = str(caught.value)
    assert is_one_line(line)
    assert line.startswith("small.toml: ")
    return line.removeprefix("small.toml: ")


def is_one_line(text: str) -> bool:
    return text.isprintable() and text.isascii() and len(text) < 400
