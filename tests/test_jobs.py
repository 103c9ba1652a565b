"""Several networks in one go: past the bad ones, side by side, with rules for Make, on change."""

import os
import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from symnet.cli import main
from symnet.document.options import Options
from symnet.errors import SpecError
from symnet.jobs import Job, Outcome, _bar, build, dependencies, watch

NETWORK = 'inputs = 1\nloss = "none"\nlayers = [{ units = 1, activation = "tanh" }]\n'
VALUES = NETWORK.replace('"none"', '"squared_error"') + '[samples]\nfile = "rows.csv"\n'


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two sound networks and a bad one between them."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", NETWORK), ("bad", "inputs = 0\n"), ("c", NETWORK)):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


NAMES = ("a.toml", "bad.toml", "c.toml")
JOB = Job(Path("out"), options=Options(only=("latex", "report")))


def outcomes(processes: int) -> dict[str, Outcome]:
    return {one.name: one for one in build(NAMES, JOB, processes)}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_bad_network_does_not_stop_the_others(course: Path, processes: int) -> None:
    found = outcomes(processes)
    assert {name: one.failed for name, one in found.items()} == {
        "a.toml": False,
        "bad.toml": True,
        "c.toml": False,
    }
    assert "inputs" in found["bad.toml"].text
    assert (course / "out/c/report.json").is_file()
    assert not (course / "out/bad").exists()
    assert outcomes(processes)["a.toml"].text == "out/a: up to date"


def test_the_command_reports_the_bad_one_at_the_end(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "bad.toml", "c.toml", "--out", "out", "-j", "2", "--only", "report"]) == 2
    printed = capsys.readouterr()
    assert "out/c: " in printed.out
    assert printed.err.startswith("symnet: bad.toml: inputs")
    assert main(["build", "c.toml", "--out", "out", "--only", "report"]) == 0


def test_how_much_is_done_is_drawn() -> None:
    assert _bar(0, 3) == "[....................] 0 of 3 done,"
    assert _bar(2, 4) == "[##########..........] 2 of 4 done,"


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "", "1000000"])
def test_a_number_of_jobs_is_at_least_one(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", f"--jobs={number}"]) == 2
    assert "is not a whole number" in capsys.readouterr().err


def test_one_folder_is_not_written_by_two_networks(course: Path) -> None:
    (course / "more").mkdir()
    shutil.copy(course / "a.toml", course / "more/A.toml")
    with pytest.raises(SpecError, match=r"more/A.toml.*a.toml have one folder"):
        list(build(("a.toml", "more/A.toml"), JOB))
    with pytest.raises(SpecError, match="given twice"):
        list(build(("a.toml", "a.toml"), JOB))
    assert not (course / "out").exists()


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("a.toml", "c.toml"), Options(prefix="lecture", only=("fragments",))),
        (("a.toml", "c.toml"), Options(prefix="lecture")),
        (("a_b.toml", "a-b.toml"), Options()),
    ],
)
def test_pieces_of_two_networks_never_share_their_labels(
    course: Path, names: tuple[str, ...], options: Options
) -> None:
    for name in names:
        (course / name).write_text(NETWORK)
    with pytest.raises(SpecError, match=f"{names[0]} and {names[1]} would have the same labels"):
        list(build(names, Job(Path("out"), options=options)))
    assert not (course / "out").exists()


def test_labels_matter_only_where_there_are_pieces(course: Path) -> None:
    job = Job(Path("out"), options=Options(prefix="lecture", only=("report",)))
    assert not any(one.failed for one in build(("a.toml", "c.toml"), job))


def test_make_builds_again_when_a_file_of_values_changes(course: Path) -> None:
    (course / "v.toml").write_text(VALUES)
    (course / "rows.csv").write_text("x,y\n1,0.5\n")
    command = "printf 'built\\n' >> log; touch out/v/manifest.json"
    (course / "Makefile").write_text(f"out/v/manifest.json:\n\t{command}\n\n-include deps\n")
    assert main(["build", "v.toml", "--out", "out", "--depfile", "deps", "--only", "report"]) == 0
    text = (course / "deps").read_text()
    assert "out/v/manifest.json" in text
    assert "v.toml rows.csv\n" in text

    def make() -> int:
        subprocess.run(["make", "-s"], cwd=course, check=True)
        return (course / "log").read_text().count("built") if (course / "log").exists() else 0

    assert make() == 0
    later = (course / "out/v/manifest.json").stat().st_mtime + 10
    for name, count in (("rows.csv", 1), ("v.toml", 2)):
        os.utime(course / name, (later, later))
        os.utime(course / "out/v/manifest.json", (later - 5, later - 5))
        assert make() == count
        os.utime(course / name, (0, 0))
        os.utime(course / "out/v/manifest.json", (later, later))
        assert make() == count


def test_make_tries_a_network_again_in_which_there_was_a_mistake(course: Path) -> None:
    for text in (NETWORK, "inputs = 0\n", "inputs = [\n"):
        (course / "v.toml").write_text(text)
        words = ["build", "v.toml", "--out", "out", "--depfile", "deps", "--only", "report"]
        assert main(words) == (0 if text == NETWORK else 2)
        (rule, *_) = (course / "deps").read_text().splitlines()
        assert rule == "out/v/manifest.json out/v/report.json: v.toml"


def test_odd_names_are_written_as_make_reads_them(course: Path) -> None:
    text = dependencies(["a.toml"], Path("o ut$#:%"))
    assert text.startswith(r"o\ ut$$\#\:\%/a/manifest.json: a.toml")


def test_watching_builds_when_a_file_changes_and_tells_a_mistake(course: Path) -> None:
    changes = iter((NETWORK.replace("tanh", "oops"), NETWORK.replace("tanh", "sigmoid")))

    def pause(seconds: float) -> None:
        (course / "a.toml").write_text(next(changes))

    first, second, third = islice(watch(("a.toml",), JOB, pause), 3)
    assert not first.failed
    assert second.failed
    assert "oops" in second.text
    assert "written" in third.text


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nope.toml"], "nope.toml: no such file"),
        (["a.toml", "nope.toml"], "nope.toml: no such file"),
        (["notebok"], "did you mean notebook"),
        (["a.toml", "c.toml", "--prefix", "b"], "would have the same labels"),
        (["a.toml", "--only", "latx"], "did you mean latex"),
    ],
)
def test_what_cannot_be_watched_ends_at_once(
    course: Path, words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", *words]) == 2
    assert problem in capsys.readouterr().err
    assert not (course / "generated").exists()


def test_a_file_that_goes_away_while_it_is_watched_is_waited_for(course: Path) -> None:
    def pause(seconds: float) -> None:
        if (course / "a.toml").exists():
            (course / "a.toml").unlink()
        else:
            (course / "a.toml").write_text(NETWORK)

    first, second, third = islice(watch(("a.toml",), JOB, pause), 3)
    assert "written" in first.text
    assert "no such file" in second.text
    assert third.text == "out/a: up to date"
