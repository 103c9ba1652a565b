"""Files made to harm: each ends in one line, at once."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from symnet.errors import SpecError
from symnet.model.opening import MOST_BYTES
from symnet.model.parsing import parse_spec, read_spec
from tests.model.tomls import BARE, GOOD, is_one_line

# Each of these took from minutes to for ever, or a traceback, before there was a bound against it.
# They are a little below the largest size there may be, so that size is not what refuses them.
MOST = MOST_BYTES - 100
HOSTILE = {
    "brackets": "a = " + "[" * 100_000,
    "tables": "[" * 100_000,
    "inline tables": "a = " + "{a = " * 50_000,
    "brackets behind a hidden quote": "a = '''\nx' ''''" + ", [" * 50_000,
    "a key of many parts": "a" + ".a" * (MOST // 2) + " = 1",
    "a key of many spaced parts": "a" + " . a" * (MOST // 4) + " = 1",
    "a key of many quoted parts": '"a"' + '."="' * (MOST // 4) + " = 1",
    "a table of many parts": "[" + "a." * (MOST // 2 - 5) + "a]",
    "an unfinished text": 'a = """' + '\\"""\n' * (MOST // 5),
    "an unfinished text, escaped to the end": 'a = """' + '\\"""\n' * (MOST // 5) + "\\",
    "quotes": '"' * MOST,
    "single quotes": "'" * MOST,
    "many keys": "".join(f"k{k} = 1\n" for k in range(20_000)),
    "many tables": "".join(f"[k{k}]\n" for k in range(20_000)),
    "one key twice": "a" * (MOST // 3) + " = 1\n" + "a" * (MOST // 3) + " = 1\n",
    "one table twice": "[" + "a" * (MOST // 3) + "]\n[" + "a" * (MOST // 3) + "]\n",
    "a long key": "k" * (MOST - 10) + " = 1",
    "an epoch of many steps": BARE
    + f"[samples]\nx = [{'[1,2],' * 9000}]\ny = [{'1,' * 9000}]\n"
    + "[training]\nmode = 'online'\nlearning_rate = 1\nepochs = 100000",
    "zeros": "\0" * MOST,
    "carriage returns": "\r" * MOST,
    "a key with a zero in it": '"\\u0000" = 1',
    "a key with a line in it": '"a\\nb: c" = 1',
    "a key with a colour": '"\\u001b[31m" = 1',
    "a key in another script": '"\\u0456nputs" = 1',
    "a key that turns the line round": '"\\u202e" = 1',
    "a title with half a letter": 'title = "\\ud800"',
    "nothing": "",
}


def refusal_of(act: Callable[[], object]) -> str:
    start = time.process_time()
    with pytest.raises(SpecError) as caught:
        act()
    # They should take well under a second; a machine may be busy.
    assert time.process_time() - start < 3
    assert is_one_line(str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_one_line_at_once(text: str) -> None:
    assert len(text) <= MOST_BYTES
    assert refusal_of(lambda: parse_spec(text, "n", None, "n.toml")).startswith("n.toml: ")


def test_what_is_wide_but_sound_is_read_at_once() -> None:
    names = [f"w{k}" for k in range(1, 10_001)]
    frozen = ", ".join(f'"{name}"' for name in names[:5000])
    values = "".join(f"{name} = 1\n" for name in names)
    text = (
        f"inputs = 100\nloss = 'squared_error'\nfrozen = [{frozen}]\n"
        f"[[layers]]\nunits = 100\nbiases = false\n[initial]\n{values}"
    )
    start = time.process_time()
    assert len(parse_spec(text, "n", None, "n.toml").frozen) == 5000
    assert time.process_time() - start < 3


def test_the_size_is_bounded(tmp_path: Path) -> None:
    comment = "#" * (MOST_BYTES - len(GOOD))
    path = tmp_path / "n.toml"
    path.write_text(GOOD + comment)
    assert read_spec(path).name == "n"
    path.write_text(GOOD + comment + "#")
    assert refusal_of(lambda: read_spec(path)) == "n.toml: larger than 256 KiB"
    text = path.read_text()
    wanted = "n.toml: the file is larger than 256 KiB"
    assert refusal_of(lambda: parse_spec(text, "n", None, "n.toml")) == wanted


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff\xfea\0", "not UTF-8 text (byte 1)"),
        (GOOD.replace("small", "sm\u00e4ll").encode("latin-1"), "not UTF-8 text (byte 15)"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8 text (byte 1)"),
    ],
)
def test_what_is_not_utf8_is_refused(tmp_path: Path, content: bytes, line: str) -> None:
    (tmp_path / "n.toml").write_bytes(content)
    assert refusal_of(lambda: read_spec(tmp_path / "n.toml")) == f"n.toml: {line}"


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "n.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_spec(tmp_path / "n.toml").inputs == ("x1", "x2")


def test_what_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    (tmp_path / "dangling.toml").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "file.toml").write_text(GOOD)
    for name, problem in {
        "gone.toml": "no such file",
        "dangling.toml": "no such file",
        "folder.toml": "a folder, not a file",
        "pipe.toml": "not a regular file",
        "loop.toml": "cannot be read: Too many levels of symbolic links",
        "file.toml/n.toml": "cannot be read: Not a directory",
    }.items():
        line = refusal_of(lambda name=name: read_spec(tmp_path / name))  # type: ignore[misc]
        assert line == f"{Path(name).name}: {problem}"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.toml"
    path.write_text(GOOD)

    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    wanted = "secret.toml: cannot be read: Permission denied"
    assert refusal_of(lambda: read_spec(path)) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "1st.toml",
        "a b.toml",
        "a.b.toml",
        "-a.toml",
        "a\nb.toml",
        "a'b.toml",
        "\u00e4.toml",
        "a" * 41 + ".toml",
        ".toml",
        "a\0.toml",
        "a\udcff.toml",
        "a" * 5000,
    ],
)
def test_a_file_s_name_must_serve_as_a_network_s(tmp_path: Path, name: str) -> None:
    line = refusal_of(lambda: read_spec(tmp_path / name))
    assert "a network's file is named by a letter" in line


@pytest.mark.parametrize("path", [Path(), Path("..")])
def test_a_folder_without_a_name_is_said_to_be_one(path: Path) -> None:
    line = refusal_of(lambda: read_spec(path))
    assert line == f"{path}: a folder, not a file; name a file in it"


def test_the_stem_is_the_network_s_name(tmp_path: Path) -> None:
    (tmp_path / "Two-layers_2.toml").write_text(GOOD)
    assert read_spec(tmp_path / "Two-layers_2.toml").name == "Two-layers_2"
