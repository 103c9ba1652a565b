"""Files written whole or not at all.

In: SourceFile, or a path and its new content. Out: files on disk.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from symnet.errors import SpecError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to write: where, as a relative path with forward slashes, and its text.

    Raises:
        SpecError: the path is empty, absolute, or could lead out of its folder on some system.
    """

    path: str
    text: str

    def __post_init__(self) -> None:
        _refuse_to_leave(self.path)

    @property
    def content(self) -> bytes:
        """The bytes to write: UTF-8, line ends as they are."""
        return self.text.encode()


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """One file to write that is no text.

    Raises:
        SpecError: the path is empty, absolute, or could lead out of its folder on some system.
    """

    path: str
    content: bytes

    def __post_init__(self) -> None:
        _refuse_to_leave(self.path)


@dataclass(frozen=True, slots=True)
class Unmade:
    """A file that this installation cannot make, and the line that would change that."""

    path: str
    why: str


Made = SourceFile | BinaryFile
Output = Made | Unmade


def _refuse_to_leave(path: str) -> None:
    if not stays_inside(path):
        raise SpecError(f"{path!r} cannot be the path of an output: it must be relative")


def stays_inside(path: str) -> bool:
    """Say whether a relative path stays in its folder, read as POSIX or as Windows would."""
    parts = path.split("/")
    return path.isprintable() and not any(
        part in {"", ".", ".."} or "\\" in part or ":" in part for part in parts
    )


def write_file(path: Path, content: str | bytes, force: bool = False) -> None:
    """Write one file the user asked for by name; replace another one only with ``force``.

    Raises:
        SpecError: something else stands there, or the file cannot be written.
    """
    content = content.encode() if isinstance(content, str) else content
    if problem := blocked(path):
        raise SpecError(f"cannot write {path}: {problem}")
    if path.is_file() and path.read_bytes() == content:
        return
    if os.path.lexists(path) and not force:
        raise SpecError(f"cannot write {path}: it exists; --force overwrites it")
    replace_all({path: content})


def blocked(path: Path) -> str:
    """Return what stands where a file or one of its folders is needed; empty if nothing."""
    for parent in path.parents:
        if os.path.lexists(parent) and not parent.is_dir():
            return f"{parent} is not a folder"
    if path.is_dir():
        return "it is a folder"
    if path.exists() and not path.is_file():
        return "it is a device, not a file"
    return ""


def replace_all(changes: Mapping[Path, bytes | None]) -> None:
    """Give every file its new content, or remove it (None); on any failure change nothing.

    New contents and copies of the old ones are staged beside their targets first; then each file is
    replaced in one step. What has been done by the time of a failure is undone, newest first.

    Raises:
        SpecError: a file cannot be written.
    """
    with ExitStack() as cleanup, ExitStack() as undo:
        staged = {}
        for path, content in changes.items():
            with _blaming(path):
                staged[path] = (_saved(path, cleanup), _staged(path, content, cleanup))
        for path, (old, new) in staged.items():
            undo.callback(_take_back, old, new, path)
            with _blaming(path):
                _put(new, path)
        undo.pop_all()


def _staged(path: Path, content: bytes | None, cleanup: ExitStack) -> Path | None:
    """Write the new content beside its target, with its target's mode."""
    if content is None:
        return None
    for folder in reversed([one for one in path.parents if not one.exists()]):
        cleanup.callback(_remove_if_empty, folder)
        folder.mkdir(exist_ok=True)
    new = _beside(path, cleanup)
    with new.open("xb") as file:
        file.write(content)
    if path.is_file() and not path.is_symlink():
        shutil.copymode(path, new)
    return new


def _saved(path: Path, cleanup: ExitStack) -> Path | None:
    """Copy what stands there now, time stamps included; a symbolic link is copied as a link."""
    if not os.path.lexists(path):
        return None
    old = _beside(path, cleanup)
    shutil.copy2(path, old, follow_symlinks=False)
    return old


def _put(source: Path | None, path: Path) -> None:
    if source is None:
        path.unlink(missing_ok=True)
    else:
        os.replace(source, path)


def _take_back(old: Path | None, new: Path | None, path: Path) -> None:
    """Put the old file back, unless the new one is still waiting to take its place."""
    if new is None or not new.exists():
        _put(old, path)


def _beside(path: Path, cleanup: ExitStack) -> Path:
    """Return a free name in the same folder, the only place to rename from in one step."""
    name = path.with_name(f".symnet-{os.urandom(8).hex()}")
    cleanup.callback(_remove_file, name)
    return name


def _remove_file(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    """Report a failure of the system by the file the user knows, not by its stand-in."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise SpecError(f"cannot write {path}: {reason}; nothing was changed") from error
