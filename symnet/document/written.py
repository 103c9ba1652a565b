"""Documents in a format: the one way in, whatever the format.

In: Document, the name of a format. Out: text, or the files of a build.

A format is a module of symnet.document.formats, found by listing that folder. It has
``files(document, stem, options)``, whose paths are relative to the format's folder, and
``ENDING``: the first file that ends in it is the document itself.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from symnet.document import formats as folder
from symnet.document.blocks import SCALAR, Document
from symnet.document.options import FRAGMENTS, USUAL, Options
from symnet.errors import SpecError, UnsupportedError
from symnet.files import BinaryFile, Output, SourceFile, Unmade
from symnet.model.wording import unknown


def formats() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(one.name for one in iter_modules(folder.__path__)))


def whole(document: Document, name: str, options: Options = USUAL) -> bytes:
    """Return ``document`` itself in the format ``name``, without what may stand beside it.

    Raises:
        SpecError: there is no such format.
        UnsupportedError: this installation cannot make it, or not of this part.
    """
    format_ = _module(name)
    made: Iterator[Output] = iter(format_.files(document, SCALAR, options))
    one = next((one for one in made if one.path.endswith(format_.ENDING)), None)
    if one is None:
        raise UnsupportedError(f"there is no {name} of this part: it needs the whole derivation")
    if isinstance(one, Unmade):
        raise UnsupportedError(one.why)
    return one.content


def files(document: Document, stem: str, options: Options) -> Iterator[Output]:
    """Yield what a build writes of ``document``, in every format, below a folder for each."""
    for name in formats():
        if options.wants(name) or (name == "latex" and options.wants(FRAGMENTS)):
            for one in _module(name).files(document, stem, options):
                yield _below(name, one)


def _module(name: str) -> Any:
    if name not in formats():
        raise SpecError(f"format {unknown(name, formats())}")
    return import_module(f"{folder.__name__}.{name}")


def _below(name: str, one: Output) -> Output:
    match one:
        case SourceFile(path, content):
            return SourceFile(f"{name}/{path}", content)
        case BinaryFile(path, data):
            return BinaryFile(f"{name}/{path}", data)
        case Unmade(path, why):
            return Unmade(f"{name}/{path}", why)
