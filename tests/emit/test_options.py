"""What `symnet emit` is asked for: files whole or not at all, and one line for what cannot be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from symnet.cli import main
from symnet.emit.source import arithmetics, precisions, styles, targets
from tests.disk import tree

Capture = pytest.CaptureFixture[str]


def run(words: str, *more: str) -> int:
    return main(["emit", *words.split(), *more])


def test_files_join_those_that_stand_there(tmp_path: Path, capsys: Capture) -> None:
    out = str(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    assert run("notebook --with-test --source-map --out", out) == 0
    files = "notebook.py, notebook_test.py, notebook.map.json"
    assert capsys.readouterr().out == f"{out}: {files}\n"
    assert run("xor --out", out) == 0
    assert set(tree(tmp_path)) == {*files.split(", "), "mine.txt", "xor.py", "manifest.json"}
    before = tree(tmp_path)
    capsys.readouterr()
    assert run("xor --out", out) == 0
    assert capsys.readouterr().out == f"{out}: xor.py, unchanged\n"
    assert tree(tmp_path) == before
    assert run("xor --form loops --out", out) == 0  # its own file may be replaced
    assert tree(tmp_path)["xor.py"] != before["xor.py"]


@pytest.mark.parametrize("foreign", ["notebook.py", "notebook_test.py", "manifest.json"])
def test_a_file_that_is_not_symnet_s_is_kept(foreign: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / foreign).write_text("mine")
    assert run("--with-test --out", str(tmp_path)) == 2
    error = f"cannot write {tmp_path / foreign}: symnet did not write it; --force overwrites it"
    assert capsys.readouterr().err == f"symnet: {error}\n"
    assert list(tree(tmp_path)) == [foreign]
    assert run("--with-test --force --out", str(tmp_path)) == 0
    assert (tmp_path / foreign).read_text() != "mine"


def test_a_file_changed_by_hand_is_kept(tmp_path: Path, capsys: Capture) -> None:
    assert run("--out", str(tmp_path)) == 0
    (tmp_path / "notebook.py").write_text("better")
    assert run("--form loops --out", str(tmp_path)) == 2
    assert "it was changed by hand; --force overwrites it" in capsys.readouterr().err
    assert (tmp_path / "notebook.py").read_text() == "better"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--with-test", "--with-test needs --out DIR: it is a file beside the code"),
        ("--source-map", "--source-map needs --out DIR: it is a file beside the code"),
        ("-o a --out b", "-o and --out do not combine: -o names one file, --out a folder"),
        ("--target pyhton", "target: 'pyhton' is unknown; did you mean python?"),
        ("--target nonesuch", "target: 'nonesuch' is unknown; use "),
        ("--style lessons", "style of target python: 'lessons' is unknown; did you mean lesson?"),
        ("--form loop", "form: 'loop' is unknown; did you mean loops?"),
        ("--arithmetic fusd", "arithmetic: 'fusd' is unknown; did you mean fused?"),
        ("--targte c", "emit: option '--targte' is unknown; did you mean --target?"),
        ("--style lesson --form loops", "it goes node by node and is not written as loops"),
        ("--style lesson --with-test --out a", "--with-test and --style lesson do not combine"),
        ("--arithmetic fused --form loops", "--arithmetic fused: it is written node by node"),
        ("--arithmetic fused --style lesson", "fused and --style lesson do not combine"),
        ("--templates no/such", "--templates no/such: there is no such folder"),
    ],
)
def test_what_does_not_combine_is_one_line(
    words: str, message: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.startswith("symnet: ")
    assert err.count("\n") == 1
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("target", targets())
def test_an_arithmetic_that_a_target_has_not_is_refused(target: str, capsys: Capture) -> None:
    for arithmetic in ("exact", "fused"):
        offered = arithmetic in arithmetics(target)
        assert run(f"--target {target} --arithmetic {arithmetic}") == (0 if offered else 2)
        out, err = capsys.readouterr()
        assert bool(out) == offered
        assert offered or err.count("\n") == 1


@pytest.mark.parametrize("target", targets())
def test_a_precision_that_a_target_has_not_is_refused(target: str, capsys: Capture) -> None:
    offered = "single" in precisions(target)
    assert run(f"--target {target} --precision single") == (0 if offered else 2)
    out, err = capsys.readouterr()
    if offered:
        assert f"--target {target} --precision single" in out
        assert "in float32." in " ".join(re.sub("[*/!]", "", out).split())
    else:
        assert err == f"symnet: --precision single: target {target} writes double only\n"


@pytest.mark.parametrize("target", targets())
def test_the_command_in_the_header_writes_the_same_again(target: str, capsys: Capture) -> None:
    """Every choice that is not the usual one stands in it."""
    for style in styles(target):
        usual = style == styles(target)[0]
        for form in ("scalar", "loops") if usual else ("scalar",):
            offered = arithmetics(target) if usual and form == "scalar" else ("exact",)
            for arithmetic in offered:
                words = f"--style {style} --form {form} --arithmetic {arithmetic}"
                assert run(f"xor --target {target} {words}") == 0
                text = capsys.readouterr().out
                (command,) = {line for line in text.splitlines() if "Command: symnet emit" in line}
                assert run(command.partition("symnet emit ")[2]) == 0
                assert capsys.readouterr().out == text


def test_the_self_test_runs_beside_the_module(tmp_path: Path) -> None:
    assert run("deep-narrow --with-test --out", str(tmp_path)) == 0

    def tried() -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "deep_narrow_test.py"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)

    done = tried()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("vectors passed\n")
    code = (tmp_path / "deep_narrow.py").read_text()
    (tmp_path / "deep_narrow.py").write_text(code.replace("= w1_1_1 -", "= 1.001 * w1_1_1 -"))
    done = tried()
    assert done.returncode == 1
    assert done.stdout.startswith("FAILED the file's sample: update, number 1: ")
