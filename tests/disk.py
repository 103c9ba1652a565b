"""What tests of writing need: a picture of a folder, and ways to make writing fail."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def tree(folder: Path) -> dict[str, object]:
    """Return everything under a folder: a file's bytes and time stamp, a link's aim."""
    return {
        path.relative_to(folder).as_posix(): (
            path.readlink()
            if path.is_symlink()
            else "folder"
            if path.is_dir()
            else (path.read_bytes(), path.stat().st_mtime_ns)
        )
        for path in sorted(folder.rglob("*"))
    }


class Failing:
    """Stand in for a function of `os`: works, except for its n-th call."""

    def __init__(self, name: str, at: int, error: BaseException) -> None:
        self.real = getattr(os, name)
        self.at = at
        self.calls = 0
        self.error = error

    def __call__(self, *arguments: object) -> object:
        self.calls += 1
        if self.calls == self.at:
            raise self.error
        return self.real(*arguments)


def fail(patch: pytest.MonkeyPatch, name: str, at: int, error: BaseException) -> Failing:
    failing = Failing(name, at, error)
    patch.setattr(os, name, failing)
    return failing


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take away the right to write in a folder; root has to become somebody else for that."""
    mode = folder.stat().st_mode
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(mode)
