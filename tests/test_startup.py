"""The public names are handed out lazily: what needs no calculus does not wait for SymPy."""

import subprocess
import sys
from pathlib import Path

import pytest

import symnet
from symnet.building import inputs_digest
from symnet.document.options import Options
from symnet.manifest import INPUTS, MANIFEST
from symnet.model.parsing import read_spec
from symnet.outputs import write_files

HEAVY = {"sympy", "numpy", "jinja2", "mpmath", "multiprocessing"}


def modules(*words: str) -> set[str]:
    """Return the modules that a Python process imports, as `-X importtime` lists them."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", *words], capture_output=True, text=True
    )
    return {line.split("|")[-1].strip() for line in answer.stderr.splitlines() if "|" in line}


def imported(*words: str) -> set[str]:
    """Return the packages and top-level modules among them."""
    return {name.partition(".")[0] for name in modules(*words)}


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


def test_what_a_network_file_says_is_read_by_tables_that_a_missing_one_does_not_need(
    tmp_path: Path,
) -> None:
    (tmp_path / "wrong.toml").write_text("layers = 3\n")
    tables = {"symnet.model.parsing", "symnet.model.spec", "symnet.model.activations"}
    assert tables <= modules("-m", "symnet", "verify", str(tmp_path / "wrong.toml"))
    assert not tables & modules("-m", "symnet", "verify", str(tmp_path / "missing.toml"))


def test_the_notebooks_code_needs_nothing_large_of_sympy_that_importing_it_does_not_load() -> None:
    large = {"sympy.tensor.tensor", "sympy.combinatorics"}
    own = modules("-m", "symnet", "emit") - modules("-c", "import sympy")
    assert "symnet.emit.source" in own
    assert not large & own


def test_nothing_heavy_is_imported_to_find_that_a_build_is_up_to_date(tmp_path: Path) -> None:
    """What a folder was made from is noted beside its manifest; here it is of no files at all."""
    spec = read_spec(Path(symnet.__file__).parent / "networks" / "notebook.toml")
    write_files(tmp_path / "notebook", (), inputs_digest(spec))
    words = ["-m", "symnet", "build", "--out", str(tmp_path)]
    assert not imported(*words) & HEAVY
    options = Options(only=("fragments",), prefix="a")
    write_files(tmp_path / "notebook", (), inputs_digest(spec, options))
    assert not imported(*words, "--only", "fragments", "--prefix", "a") & HEAVY
    assert {one.name for one in (tmp_path / "notebook").iterdir()} == {MANIFEST, INPUTS}


def test_every_public_name_can_be_fetched() -> None:
    for name in symnet.__all__:
        assert name in dir(symnet)
        getattr(symnet, name)


def test_only_public_names_are_fetched() -> None:
    assert set(symnet._HOME) | {"__version__"} == set(symnet.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'symnet' has no attribute 'laod'"):
        getattr(symnet, "laod")  # noqa: B009  (a plain attribute would not pass mypy)
