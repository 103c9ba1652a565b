"""What the ending of a file asks for, where its format or target is not named.

In: the path of a file to write. Out: the name of a format or a target.

A format says by ``ENDING`` what it writes, a target by its templates, as in ``module.py.jinja``.
Where several write the same ending, the usual one comes first, then the alphabet.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from symnet.document import formats
from symnet.emit import targets
from symnet.errors import SpecError
from symnet.model.wording import any_of, shown
from symnet.rendering import template_folder

FORMAT, TARGET = "latex", "python"


def format_for(path: Path | None) -> str:
    """Return the format of a derivation written to ``path``; without an ending the usual one.

    Raises:
        SpecError: no format has this ending.
    """
    return _maker(path, "format", FORMAT, _formats())


def target_for(path: Path | None) -> str:
    """Return the target of code written to ``path``; without an ending the usual one.

    Raises:
        SpecError: no target has this ending.
    """
    return _maker(path, "target", TARGET, _targets())


def report_format_for(path: Path | None) -> str | None:
    """Return the format of a report written to ``path``; None for plain text."""
    return None if path is None else _first(path, _formats())


def _maker(path: Path | None, kind: str, usual: str, makers: Iterator[tuple[str, str]]) -> str:
    if path is None or not path.suffix:
        return usual
    known = sorted(makers, key=lambda one: (one[0] != usual, one))
    if found := _first(path, known):
        return found
    endings = tuple(sorted({ending for _, ending in known}))
    raise SpecError(
        f"-o {shown(path.name)}: no {kind} ends so; use {any_of(endings)}, or name it with --{kind}"
    )


def _first(path: Path, makers: Iterable[tuple[str, str]]) -> str | None:
    return next((name for name, ending in makers if ending == path.suffix.lower()), None)


def _formats() -> Iterator[tuple[str, str]]:
    for name in _listed(formats):
        yield name, import_module(f"{formats.__name__}.{name}").ENDING


def _targets() -> Iterator[tuple[str, str]]:
    for name in _listed(targets):
        for template in (template_folder() / "code" / name).glob("*.jinja"):
            yield name, Path(template.stem).suffix


def _listed(folder: ModuleType) -> list[str]:
    """Return the names of a folder's modules, without loading them."""
    return sorted(one.name for one in iter_modules(folder.__path__))
