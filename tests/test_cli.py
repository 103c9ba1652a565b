"""The command line: what it passes on, what it prints, and how it turns down a wrong request."""

import argparse
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import symnet
from symnet import endings
from symnet.arguments import path
from symnet.cli import COMMANDS, main
from symnet.document.options import USUAL
from symnet.document.written import formats
from symnet.emit.options import Options as Asked
from symnet.emit.source import targets
from symnet.errors import SpecError, UnsupportedError
from symnet.jobs import Outcome
from symnet.pipeline import NETWORKS

STARTER = "# a network\n"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Take the place of the pipeline and the builder; record what is asked of them."""
    asked: list[tuple[Any, ...]] = []

    def record(name: str, answer: object) -> Any:
        def function(*arguments: object) -> object:
            asked.append((name, *arguments))
            return answer

        return function

    stand_in = SimpleNamespace(
        derive=record("derive", "∂L = 1\n"),
        emit=record("emit", "code\n"),
        emit_into=record("emit_into", "there: code\n"),
        verify=record("verify", ("table\n", True)),
        starter=record("starter", STARTER),
        shipped=lambda: ("notebook", "xor"),
    )
    builder = SimpleNamespace(
        compare=record("compare", (("diff\n",), ("not compared: a; b\n",))),
    )
    bad = Outcome("bad", "bad.toml: no", failed=True)
    runner = SimpleNamespace(
        Job=lambda *settings: settings,
        build=record("build", [Outcome("xor", "out/xor: 3 written")]),
        watch=record("watch", [Outcome("xor", "out/xor: 3 written"), bad]),
        dependencies=lambda names, out: f"{names} {out}\n",
    )
    for name, module in (("pipeline", stand_in), ("building", builder), ("jobs", runner)):
        monkeypatch.setitem(sys.modules, f"symnet.{name}", module)
        monkeypatch.setattr(symnet, name, module, raising=False)
    return asked


GENERATED = Path("generated")
USUALLY = ("full", "typst")


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("derive", ("derive", "notebook", None, None, "latex", *USUALLY)),
        ("derive xor --wrt w1", ("derive", "xor", "w1", None, "latex", *USUALLY)),
        ("derive --wrt w1 xor", ("derive", "xor", "w1", None, "latex", *USUALLY)),
        (
            "derive --form matrix ./a.toml",
            ("derive", "./a.toml", None, "matrix", "latex", *USUALLY),
        ),
        (
            "derive xor --detail brief",
            ("derive", "xor", None, None, "latex", "brief", "typst"),
        ),
        ("derive xor --format pdf", ("derive", "xor", None, None, "pdf", *USUALLY)),
        (
            "derive --format pdf --engine latex",
            ("derive", "notebook", None, None, "pdf", "full", "latex"),
        ),
        ("emit", ("emit", "notebook", Asked())),
        ("emit --style lesson xor --target=c", ("emit", "xor", Asked("c", "lesson"))),
        (
            "emit xor --form loops --arithmetic fused --templates mine",
            ("emit", "xor", Asked("python", None, "loops", "fused", Path("mine"))),
        ),
        (
            "emit --out there --with-test --source-map",
            ("emit_into", "notebook", Asked(with_test=True, source_map=True), Path("there"), False),
        ),
        ("verify", ("verify", "notebook", False)),
        ("verify --json -- xor", ("verify", "xor", True)),
        ("build", ("build", ["notebook"], (GENERATED, False, USUAL), 1)),
        ("build a --force b.toml", ("build", ["a", "b.toml"], (GENERATED, True, USUAL), 1)),
        ("build --all", ("build", ("notebook", "xor"), (GENERATED, False, USUAL), 1)),
        ("build --out there xor", ("build", ["xor"], (Path("there"), False, USUAL), 1)),
        ("build xor -j2", ("build", ["xor"], (GENERATED, False, USUAL), 2)),
        ("watch xor --force", ("watch", ["xor"], (GENERATED, True, USUAL))),
        ("build --check xor", ("compare", ["xor"], GENERATED, False, USUAL)),
        ("build --all --check", ("compare", ("notebook", "xor"), GENERATED, True, USUAL)),
    ],
)
def test_a_command_line_reaches_the_pipeline(
    calls: list[tuple[Any, ...]], line: str, call: tuple[Any, ...]
) -> None:
    assert main(line.split()) == (1 if "--check" in line else 0)
    assert calls == [call]


def test_text_goes_to_standard_output_as_it_is(
    calls: list[tuple[Any, ...]], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["derive"]) == 0
    assert main(["verify"]) == 0
    assert main(["list"]) == 0
    assert capsysbinary.readouterr() == ("∂L = 1\ntable\nnotebook\nxor\n".encode(), b"")


def test_a_check_prints_the_differences_and_its_exit_code_says_if_there_are_any(
    calls: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["build", "--check"]) == 1
    assert capsys.readouterr().out == "diff\nnot compared: a; b\n"
    monkeypatch.setattr(symnet.building, "compare", lambda *arguments: ((), ()))
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "generated: as it would be written\n"


def test_a_failed_proof_is_exit_code_1(
    calls: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symnet.pipeline, "verify", lambda name, json: ("no\n", False))
    assert main(["verify"]) == 1


@pytest.mark.parametrize("command", ["derive", "emit"])
def test_o_writes_a_file_and_overwrites_only_with_force(
    calls: list[tuple[Any, ...]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    target = tmp_path / {"derive": "a.tex", "emit": "a.py"}[command]
    assert main([command, "-o", str(target)]) == 0
    written = target.read_text(encoding="utf-8")
    assert written == {"derive": "∂L = 1\n", "emit": "code\n"}[command]
    target.write_text("mine")
    assert main([command, "-o", str(target)]) == 2
    assert target.read_text() == "mine"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"symnet: cannot write {target}: it exists; --force overwrites it\n"
    assert main([command, "-o", str(target), "--force"]) == 0
    assert target.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("file", "format_"),
    [("a.tex", "latex"), ("a.HTML", "html"), ("a.md", "markdown"), ("a.ipynb", "notebook"),
     ("a.pdf", "pdf"), ("a.qmd", "quarto"), ("notes", "latex")],
)  # fmt: skip
def test_the_ending_of_a_file_chooses_the_format(
    calls: list[tuple[Any, ...]], tmp_path: Path, file: str, format_: str
) -> None:
    assert main(["derive", "-o", str(tmp_path / file)]) == 0
    assert main(["derive", "-o", str(tmp_path / file), "--format", "myst"]) == 0
    assert [call[4] for call in calls] == [format_, "myst"]


@pytest.mark.parametrize(
    ("file", "target"),
    [("a.py", "python"), ("a.c", "c"), ("a.h", "c"), ("a.mjs", "javascript"), ("a.rs", "rust"),
     ("code", "python")],
)  # fmt: skip
def test_the_ending_of_a_file_chooses_the_target(
    calls: list[tuple[Any, ...]], tmp_path: Path, file: str, target: str
) -> None:
    assert main(["emit", "-o", str(tmp_path / file)]) == 0
    assert main(["emit", "-o", str(tmp_path / file), "--target", "numpy"]) == 0
    assert [call[2].target for call in calls] == [target, "numpy"]


def test_code_for_another_target_or_network_is_not_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["emit", "tanh-neuron", "--out", str(tmp_path / "o"), "--target"]
    code = tmp_path / "o/tanh_neuron.py"
    assert main([*words, "python"]) == 0
    assert main([*words, "python", "--arithmetic", "fused"]) == 0
    before = code.read_text()
    capsys.readouterr()
    assert main([*words, "micropython"]) == 2
    why = "it is tanh-neuron for target python; name another folder, or --force overwrites it"
    assert capsys.readouterr().err == f"symnet: cannot write {code}: {why}\n"
    assert code.read_text() == before
    assert main([*words, "c"]) == 0
    other = tmp_path / "tanh_neuron.toml"
    other.write_text((NETWORKS / "tanh-neuron.toml").read_text())
    assert main(["emit", str(other), "--out", str(tmp_path / "o")]) == 2
    assert main([*words, "micropython", "--force"]) == 0
    assert "micropython" in code.read_text()


def test_every_format_and_target_knows_its_ending() -> None:
    assert {name for name, _ in endings._formats()} == set(formats())
    assert {name for name, _ in endings._targets()} == set(targets())
    for name, ending in (*endings._formats(), *endings._targets()):
        assert re.fullmatch(r"\.[a-z]+", ending), name


def test_an_ending_that_nothing_has_is_refused(
    calls: list[tuple[Any, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, file, words in (
        ("derive", "a.docx", "no format ends so; use .html, .ipynb, .md, .pdf, .qmd or .tex, or"),
        ("emit", "a.js", "no target ends so; use .c, .h, .mjs, .py or .rs, or name it with --tar"),
    ):
        assert main([command, "-o", str(tmp_path / file)]) == 2
        assert f"-o '{file}': {words}" in capsys.readouterr().err
        assert main([command, "-o", str(tmp_path / file), "--force"]) == 2
    assert calls == []
    assert not list(tmp_path.iterdir())


def test_a_report_is_told_as_its_file_ends(tmp_path: Path) -> None:
    words = ["check", str(NETWORKS / "notebook.txt"), "-o"]
    assert main([*words, str(tmp_path / "a.html")]) == 1
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    assert main([*words, str(tmp_path / "a.txt")]) == 1
    assert (tmp_path / "a.txt").read_text().startswith("held against notebook, since no other")
    assert main([*words, str(tmp_path / "a.md"), "--json"]) == 1
    assert (tmp_path / "a.md").read_text().startswith("[\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["build", "lecture"],
            "ships with symnet; for the file write lecture.toml",
        ),
        (["check", "a.py", "--network", "lecture"], "for the file write lecture.toml"),
        (["build", "./"], "a folder, not a file; name a file in it"),
        (["verify", "."], "network '.': no such network ships with symnet; it is a folder"),
        (["verify", ""], "network '': no such network ships with symnet; use "),
        (["verify", "a" * 5000], "a': no such network ships with symnet; use"),
        (["check", "a" * 5000], "File name too long"),
        (["verify", "folder"], "it is a folder; name a file in it"),
        (["check", "folder"], "folder: it is a folder; name the files in it, as in folder/*.py"),
        (["check", "lecture.toml"], "to hold files against: --network lecture.toml"),
        (["derive", "--wrt", "q"], "notebook has no such parameter as 'q'; use w1"),
    ],
)
def test_what_was_meant_is_said(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "lecture.toml").write_text((NETWORKS / "xor.toml").read_text())
    (tmp_path / "a.py").write_text("a = 1\n")
    assert main(words) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "generated").exists()


def test_new_writes_a_starter_once(calls: list[tuple[Any, ...]], tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    assert main(["new", str(target)]) == 0
    assert target.read_text() == STARTER
    target.write_text("mine")
    assert main(["new", str(target)]) == 2
    assert target.read_text() == "mine"
    assert main(["new", str(target), "--force"]) == 0
    assert target.read_text() == STARTER


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            "no command given; "
            "choose from build, watch, derive, verify, check, emit, doctor, list, new",
        ),
        (["biuld"], "command 'biuld' is unknown; did you mean build?"),
        (["qqq"], "command 'qqq' is unknown; use build, watch,"),
        (["--versoin"], "command '--versoin' is unknown; did you mean --version?"),
        (["derive", "--wtr", "w1"], "derive: option '--wtr' is unknown; did you mean --wrt?"),
        (["derive", "--for=matrix"], "derive: option '--for' is unknown; did you mean --form?"),
        (["verify", "--jso"], "verify: option '--jso' is unknown; did you mean --json?"),
        (["emit", "-x"], "emit: option '-x' is unknown; "),
        (["derive", "--form", "matirx"], "--form: 'matirx' is unknown; did you mean matrix?"),
        (["derive", "--detail", "x"], "--detail: 'x' is unknown; use brief or full"),
        (["derive", "--form", "x"], "--form: 'x' is unknown; use scalar or matrix"),
        (["emit", "--target"], "argument --target: expected one argument (see symnet emit --help)"),
        (["emit", "--out", "a", "-o", "b"], "-o and --out do not combine: -o names one file"),
        (["derive", "a", "b"], "derive: unexpected argument 'b'"),
        (["list", "a"], "list: unexpected argument 'a'"),
        (["new"], "the following arguments are required: FILE"),
        (["new", "mine"], "FILE: 'mine' must end in .toml"),
        (["new", ""], "FILE: '' must end in .toml"),
        (
            ["emit", "--out", ""],
            "argument --out: '' names no file or folder; the current folder is .",
        ),
        (["emit", "--out="], "argument --out: '' names no file or folder"),
        (["emit", "--templates", ""], "argument --templates: '' names no file or folder"),
        (["emit", "-o", ""], "argument -o: '' names no file or folder"),
        (["build", "--out", ""], "argument --out: '' names no file or folder"),
        (["build", "--depfile", ""], "argument --depfile: '' names no file or folder"),
        (["derive", "-o", ""], "argument -o: '' names no file or folder"),
        (["check", ""], "argument FILE: '' names no file or folder"),
        (["check", "a.txt", "--csv", ""], "argument --csv: '' names no file or folder"),
        (["build", "xor", "--all"], "build: give 'xor' or --all, not both"),
        (["a" * 100_000], f"command '{'a' * 39}... is unknown; use build"),
        (["\x1b[31m\nb"], "command '\\x1b[31m\\nb' is unknown"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_exit_code_2(
    calls: list[tuple[Any, ...]],
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert err.startswith("symnet: ")
    assert message in err
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert (out, calls) == ("", [])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SpecError("a.toml: loss: what?"), "symnet: a.toml: loss: what?\n"),
        (UnsupportedError("no\nway \x1b[1m"), "symnet: no\\nway \\x1b[1m\n"),
        (FileNotFoundError(2, "No such file", "x"), "symnet: x: No such file\n"),
        (OSError(28, "No space left on device"), "symnet: No space left on device\n"),
    ],
)
def test_an_error_from_below_is_one_line_and_exit_code_2(
    calls: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    line: str,
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(symnet.pipeline, "derive", fail)
    assert main(["derive"]) == 2
    assert capsys.readouterr() == ("", line)


def test_a_defect_of_symnet_is_not_dressed_up_as_a_wrong_request(
    calls: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symnet.pipeline, "derive", lambda *arguments: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        main(["derive"])


def test_ctrl_c_is_exit_code_130(
    calls: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(symnet.pipeline, "derive", interrupted)
    # What a shell starts in the background ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["derive"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)


def symnet_process(*words: str, **settings: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "symnet", *words], stderr=subprocess.PIPE, **settings
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = symnet_process("--help", stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        process = symnet_process("--help", stdout=full)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (2, b"symnet: No space left on device\n")


CLOSED = b"symnet: standard output is closed; to see nothing, send it to /dev/null\n"


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("--help >&-", CLOSED),
        ("emit >&-", CLOSED),
        ("derive notebok 2>&-", b""),
        ("derive notebok 2>/dev/full", b""),
        ("list >&- 2>&-", b""),
        ("list >/dev/full 2>/dev/full", b""),
        ("emit --out=\udcff\udcfe", b"symnet: --out=\\udcff\\udcfe: not UTF-8 text; "),
        ("check a\udcff.py", b"symnet: a\\udcff.py: not UTF-8 text; "),
        ("derive -o a\udcff", b"symnet: a\\udcff: not UTF-8 text; "),
    ],
)
def test_with_nowhere_to_print_or_odd_bytes_it_is_one_line_and_exit_code_2(
    line: str, err: bytes, tmp_path: Path
) -> None:
    shell = ["sh", "-c", f'exec "$0" -m symnet {line}', sys.executable]
    done = subprocess.run(shell, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(err)
    assert done.stderr.count(b"\n") == (1 if err else 0)
    assert not list(tmp_path.iterdir())


def test_with_standard_error_closed_a_sound_request_is_carried_out() -> None:
    """What shows progress has nowhere to show it."""
    shell = ["sh", "-c", 'exec "$0" -m symnet verify tanh-neuron 2>&-', sys.executable]
    assert b"gradients proven." in subprocess.run(shell, capture_output=True, check=True).stdout


def test_output_is_utf8_whatever_the_locale() -> None:
    code = "from symnet.streams import show; show('∂\\n')"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert answer.stdout == "∂\n".encode()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: symnet {name} ")
    for one in COMMANDS[name].arguments:
        assert one.settings["help"] != argparse.SUPPRESS
        assert all(flag in out for flag in one.flags if flag.startswith("-"))


def test_help_lists_every_command(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["--help"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert all(f"  {name} " in text for name in COMMANDS)
    assert max(map(len, text.split("\n"))) <= 100


def test_version(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["--version"]) == 0
    assert capsysbinary.readouterr().out.decode() == f"symnet {symnet.__version__}\n"


def test_no_option_takes_a_path_that_may_be_empty() -> None:
    """Path("") would be the current folder."""
    taken = [one for command in COMMANDS.values() for one in command.arguments]
    assert [one.flags for one in taken if one.settings.get("type") is Path] == []
    assert sum(one.settings.get("type") is path for one in taken) >= 8
