"""Progress is shown to a person, late, and leaves nothing behind."""

import io
import sys
import time

import pytest

from symnet.progress import progress


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, patience: float, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("proving", patience):
        deadline = time.monotonic() + 5
        while patience == 0 and not stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
            if not stream.isatty():
                break
    return stream.getvalue()


def test_a_person_who_waits_is_told_and_the_line_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(Terminal(), 0, monkeypatch) == f"proving ...\r{' ' * 11}\r"


def test_what_is_quick_says_nothing_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(Terminal(), 60, monkeypatch).strip() == ""


def test_nothing_is_written_to_a_file_or_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(io.StringIO(), 0, monkeypatch) == ""


def test_a_failure_wipes_the_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with pytest.raises(ZeroDivisionError), progress("proving", 60):
        raise ZeroDivisionError
    assert stream.getvalue().endswith("\r")
