"""The public names are handed out lazily: what needs no calculus does not wait for SymPy."""

import subprocess
import sys

import pytest

import symnet

HEAVY = {"sympy", "numpy", "jinja2", "mpmath"}


def imported(*words: str) -> set[str]:
    """Return the top-level modules a Python process imports, as `-X importtime` lists them."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", *words], capture_output=True, text=True
    )
    rows = [line.split("|")[-1].strip() for line in answer.stderr.splitlines() if "|" in line]
    return {row.partition(".")[0] for row in rows}


def test_the_probe_sees_what_is_imported() -> None:
    assert {"jinja2", "json"} <= imported("-c", "import json, jinja2")
    assert "symnet" in imported("-c", "import symnet")


@pytest.mark.parametrize(
    "words",
    [
        ["-c", "import symnet"],
        ["-c", "import symnet; symnet.SpecError; symnet.__version__; dir(symnet)"],
        ["-m", "symnet", "--help"],
        ["-m", "symnet", "--version"],
        ["-m", "symnet", "derive", "--help"],
        ["-m", "symnet", "biuld"],
        ["-m", "symnet", "list"],
        ["-m", "symnet", "derive", "notebok"],
        ["-m", "symnet", "verify", "no/such.toml"],
        ["-m", "symnet", "emit", "no/such.toml"],
        ["-m", "symnet", "emit", "notebok", "--out", "nowhere"],
        ["-c", "import symnet; symnet.load('notebook').parameters"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(words: list[str]) -> None:
    assert not imported(*words) & HEAVY


def test_every_public_name_can_be_fetched() -> None:
    for name in symnet.__all__:
        assert name in dir(symnet)
        getattr(symnet, name)


def test_only_public_names_are_fetched() -> None:
    assert set(symnet._HOME) | {"__version__"} == set(symnet.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'symnet' has no attribute 'laod'"):
        getattr(symnet, "laod")  # noqa: B009  (a plain attribute would not pass mypy)
