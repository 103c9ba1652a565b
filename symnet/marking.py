"""Other people's derivations held against ours, from files to what is said of them.

In: paths, the name of a network, a mapping of names. Out: Examination, text, CSV.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os.path import isdir  # unlike Path's, it takes a name that no file can have
from pathlib import Path
from typing import TYPE_CHECKING

from symnet import __version__
from symnet.check.handwritten.checking import Checker, Examination
from symnet.check.handwritten.grading import Row, as_csv, as_table, row
from symnet.check.handwritten.telling import told
from symnet.errors import SpecError, SymnetError
from symnet.model.normal import fingerprint
from symnet.pipeline import NETWORKS, Stages, load

if TYPE_CHECKING:
    from symnet.document.blocks import Document
    from symnet.document.options import Engine

MATHEMATICS = (".tex", ".ltx", ".md", ".markdown")


def checker(network: str) -> Checker:
    """Return what holds files against a network's derivation.

    Raises:
        SpecError: there is no such network.
    """
    stages = load(network)
    return Checker(stages.network, stages.derivation)


def check(files: Sequence[Path], network: str, names: Mapping[str, str]) -> tuple[Examination, ...]:
    """Judge every formula of some files.

    Raises:
        SpecError: a file or the network cannot be read, or a mapping names nothing.
    """
    held = checker(network)
    return tuple(examined(held, one, names) for one in files)


def examined(held: Checker, path: Path, names: Mapping[str, str]) -> Examination:
    """Judge one file: code, or mathematics in LaTeX or Markdown.

    Raises:
        SpecError: it is no such file, or cannot be read.
    """
    _refuse_what_is_none(path)
    if path.suffix.lower() in MATHEMATICS:
        from symnet.check.handwritten.latex.judging import check_mathematics

        return check_mathematics(held, path, names)
    return held.check(path, names)


def _refuse_what_is_none(path: Path) -> None:
    if isdir(path):
        raise SpecError(f"{path}: it is a folder; name the files in it, as in {path / '*.py'}")
    if path.suffix.lower() == ".toml":
        raise SpecError(f"{path}: it is a network to hold files against: --network {path}")


def as_text(found: Sequence[Examination]) -> str:
    """Tell what was found, for a terminal."""
    return "\n".join(map(told, found))


def as_json(found: Sequence[Examination]) -> str:
    """Return one list of records, for programs."""
    records = [finding.record() for one in found for finding in one.findings]
    return json.dumps(records, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_document(
    found: Sequence[Examination], network: str, format_: str, engine: "Engine" = "typst"
) -> bytes:
    """Tell what was found in one file as a document.

    Raises:
        SpecError: there are several files, or no such format.
    """
    from symnet.document.options import Options
    from symnet.document.written import whole

    if len(found) != 1:
        raise SpecError(f"--format tells one file; {len(found)} are given")
    return whole(_errata(found[0], load(network)), format_, Options(engine=engine))


def _errata(found: Examination, stages: Stages) -> "Document":
    from symnet.document.errata import errata

    facts = (f"Written by symnet {__version__}", f"Network: {stages.spec.name}")
    return errata(found, stages.derivation, facts)


def shipped_errata(stages: Stages) -> "Document | None":
    """Return the errata of the derivation that ships beside a network; None where none does."""
    path = derivation_beside(stages)
    if path is None:
        return None
    found = Checker(stages.network, stages.derivation).check(path)
    return _errata(replace(found, path=Path(path.name)), stages)


def derivation_beside(stages: Stages) -> Path | None:
    """Return where somebody's derivation lies beside a shipped network."""
    path = NETWORKS / f"{stages.spec.name}.txt"
    own = NETWORKS / f"{stages.spec.name}.toml"
    return path if path.is_file() and own.is_file() and _same(stages, own) else None


def _same(stages: Stages, own: Path) -> bool:
    """Tell whether a network is the shipped one, not another of its name."""
    return fingerprint(stages.spec) == fingerprint(load(str(own)).spec)


def grade(
    files: Sequence[Path], network: str, names: Mapping[str, str]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Mark one file after the other; return a row a file, and the parameters' names.

    A file that cannot be read has a row that says why.
    """
    held = checker(network)
    parameters = held.truth.updated
    return tuple(_graded(held, one, names) for one in files), parameters


def _graded(held: Checker, path: Path, names: Mapping[str, str]) -> Row:
    try:
        return row(examined(held, path, names), held.truth.updated)
    except SymnetError as error:
        return Row(str(path), (), str(error).removeprefix(f"{path}: "))


def mapping(words: Sequence[str]) -> dict[str, str]:
    """Read ``bias1=b1`` and the like, and files of such lines in TOML.

    Raises:
        SpecError: a word is neither.
    """
    found: dict[str, str] = {}
    for word in words:
        if word.endswith(".toml"):
            found |= _from_file(Path(word))
            continue
        name, equals, quantity = (part.strip() for part in word.partition("="))
        if not (name and equals and quantity):
            raise SpecError(f"--map {word!r}: write NAME=QUANTITY, as in bias1=b1, or a .toml file")
        found[name] = quantity
    return found


def _from_file(path: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SpecError(f"--map {path}: cannot be read: {error}") from None
    for name, quantity in found.items():
        if not isinstance(quantity, str):
            raise SpecError(f'--map {path}: {name} must be a name in quotes, as in bias1 = "b1"')
    return found


__all__ = [
    "as_csv",
    "as_document",
    "as_json",
    "as_table",
    "as_text",
    "check",
    "grade",
    "mapping",
    "shipped_errata",
]
