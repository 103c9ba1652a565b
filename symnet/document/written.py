"""Documents in a format: the one way in, whatever the format.

In: Document, the name of a format. Out: text, or the files of a build.

A format is a module of symnet.document.formats, found by listing that folder. It has
``text(document)`` and ``files(document, stem)``, whose paths are relative to the format's folder.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from symnet.document import formats as folder
from symnet.document.blocks import Document
from symnet.files import BinaryFile, Output, SourceFile, Unmade


def formats() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(one.name for one in iter_modules(folder.__path__)))


def text(document: Document, name: str) -> str:
    """Return ``document`` in the format ``name``, as one text."""
    return str(_module(name).text(document))


def files(document: Document, stem: str) -> Iterator[Output]:
    """Yield what a build writes of ``document``, in every format, below a folder for each."""
    for name in formats():
        for one in _module(name).files(document, stem):
            yield _below(name, one)


def _module(name: str) -> Any:
    return import_module(f"{folder.__name__}.{name}")


def _below(name: str, one: Output) -> Output:
    match one:
        case SourceFile(path, content):
            return SourceFile(f"{name}/{path}", content)
        case BinaryFile(path, data):
            return BinaryFile(f"{name}/{path}", data)
        case Unmade(path, why):
            return Unmade(f"{name}/{path}", why)
