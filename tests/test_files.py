"""Files are written whole or not at all, and nobody's file is overwritten unasked."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import IO

import pytest

from symnet.errors import SpecError
from symnet.files import SourceFile, replace_all, write_file
from tests.disk import fail, read_only, tree


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder any user of this machine can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("path", ["a", "a/b.py", "python/xor-2.py", ".hidden", "a..b/c"])
def test_a_relative_path_is_accepted(path: str) -> None:
    assert SourceFile(path, "x").path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a//b",
        "a/",
        "a\\b",
        "C:/a",
        "a\nb",
        "a\0",
    ],
)
def test_a_path_that_could_leave_its_folder_is_refused(path: str) -> None:
    with pytest.raises(SpecError, match="must be relative"):
        SourceFile(path, "x")


def test_a_file_is_written_with_its_folders_and_its_line_ends(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "c.txt"
    write_file(target, "één\r\ntwo\n")
    assert target.read_bytes() == "één\r\ntwo\n".encode()
    assert [*tree(tmp_path)] == ["a", "a/b", "a/b/c.txt"]


def test_a_new_file_is_readable_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    write_file(tmp_path / "ours", "x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_existing_file_is_kept_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(SpecError, match=r"a\.txt: it exists; --force overwrites it"):
        write_file(target, "theirs")
    assert tree(tmp_path) == before
    target.chmod(0o640)
    write_file(target, "theirs", force=True)
    assert target.read_text() == "theirs"
    assert target.stat().st_mode & 0o777 == 0o640


def test_an_unchanged_file_keeps_its_time_stamp(tmp_path: Path) -> None:
    write_file(tmp_path / "a", "same")
    before = tree(tmp_path)
    write_file(tmp_path / "a", "same")
    write_file(tmp_path / "a", "same", force=True)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    for name, reason in [
        ("folder", "it is a folder"),
        ("file/below", r"file is not a folder"),
        ("file/far/below", r"file is not a folder"),
        ("pipe", "it is a device, not a file"),
    ]:
        with pytest.raises(SpecError, match=reason):
            write_file(tmp_path / name, "x", force)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_a_link_is_replaced_and_what_it_points_to_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to("mine")
    with pytest.raises(SpecError, match="it exists"):
        write_file(tmp_path / "link", "theirs")
    write_file(tmp_path / "link", "theirs", force=True)
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "link").read_text() == "theirs"


def test_a_dangling_link_counts_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("gone")
    with pytest.raises(SpecError, match="it exists"):
        write_file(tmp_path / "link", "theirs")


def test_a_read_only_folder_is_reported_and_left_alone(open_folder: Path) -> None:
    (open_folder / "a").write_text("old")
    before = tree(open_folder)
    with read_only(open_folder):
        for name in ("a", "b", "c/d"):
            with pytest.raises(SpecError, match=f"{name}: Permission denied; nothing was changed"):
                write_file(open_folder / name, "new", force=True)
    assert tree(open_folder) == before


FAILURES = [OSError(28, "No space left on device"), KeyboardInterrupt()]


@pytest.mark.parametrize("error", FAILURES, ids=["disk-full", "interrupt"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_failure_in_the_middle_of_replacing_restores_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException
) -> None:
    for name in ("a", "b", "gone"):
        (tmp_path / name).write_text(f"old {name}")
    (tmp_path / "link").symlink_to("b")
    before = tree(tmp_path)
    changes = {
        tmp_path / "a": b"new",
        tmp_path / "gone": None,
        tmp_path / "new/deep": b"new",
        tmp_path / "link": b"new",
        tmp_path / "b": b"new",
    }
    with monkeypatch.context() as patch:
        failing = fail(patch, "replace", at, error)
        with pytest.raises((SpecError, KeyboardInterrupt)):
            replace_all(changes)
    assert failing.calls >= at
    assert tree(tmp_path) == before
    replace_all(changes)
    assert [*tree(tmp_path)] == ["a", "b", "link", "new", "new/deep"]


@pytest.mark.parametrize("at", [1, 2])
def test_a_disk_that_fills_up_while_staging_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    (tmp_path / "a").write_text("old a")
    before = tree(tmp_path)
    monkeypatch.setattr(Path, "open", half_written(at))
    with pytest.raises(SpecError, match="No space left on device; nothing was changed"):
        replace_all({tmp_path / "a": b"new", tmp_path / "new/deep": b"new"})
    assert tree(tmp_path) == before


def test_a_copy_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old a")
    before = tree(tmp_path)

    def half_copied(source: Path, copy: Path, follow_symlinks: bool) -> None:
        copy.write_bytes(b"ol")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "copy2", half_copied)
    with pytest.raises(SpecError, match=r"a: Input/output error; nothing was changed"):
        replace_all({tmp_path / "a": b"new"})
    assert tree(tmp_path) == before


def half_written(at: int) -> Callable[..., IO[bytes]]:
    """Return an `open` whose n-th file takes two bytes and then no more."""
    calls = count(1)

    def open_file(path: Path, mode: str) -> IO[bytes]:
        if next(calls) == at:
            with open(path, mode) as file:
                file.write(b"ha")
            raise OSError(28, "No space left on device")
        return open(path, mode)

    return open_file
