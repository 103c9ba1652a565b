"""A whole course, built as its lecturer would: a LaTeX book, slides and a Sphinx book, by Make."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.document.test_latex import trouble
from tests.test_startup import HEAVY, imported

COURSE = Path(__file__).parent / "course"
NEEDED = [one for one in ("make", "latexmk", "pdftotext") if shutil.which(one) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(NEEDED), reason=f"needs {', '.join(NEEDED)}"),
]
NETWORKS = {
    "lecture-1": ("starter", "starter", "--env", "equation"),
    "xor": ("exclusive-or", "sphinx/networks/exclusive-or.toml"),
    "relu": ("notebook", "notebook", "--env", "none", "--macros"),
}


def make(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Make with the symnet and the Sphinx of this Python."""
    tools = [f"SYMNET={sys.executable} -m symnet", f"SPHINX={sys.executable} -m sphinx"]
    return subprocess.run(
        ["make", *tools, *words], cwd=course, capture_output=True, text=True, check=False
    )


def fresh(folder: Path) -> Path:
    """Return the course as it is checked in, with nothing built."""
    built = shutil.ignore_patterns("build", "_build")
    return Path(shutil.copytree(COURSE, folder / "course", ignore=built))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, built once from nothing."""
    folder = fresh(tmp_path_factory.mktemp("lecture"))
    done = make(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return folder


def stamps(folder: Path) -> dict[Path, int]:
    return {one: one.stat().st_mtime_ns for one in (folder / "build").rglob("*") if one.is_file()}


def words(pdf: Path) -> str:
    """Return the text of a PDF."""
    run = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.parametrize("name", ["course", "lecture", "slides"])
def test_latex_has_nothing_to_complain_about(course: Path, name: str) -> None:
    log = (course / f"build/{name}.log").read_text(encoding="latin-1")
    assert trouble(log) == []
    assert "undefined" not in log
    assert "multiply" not in log


def test_the_book_refers_to_pieces_of_three_networks(course: Path) -> None:
    pieces = "".join(one.read_text() for one in (course / "build").rglob("*.aux"))
    found = dict(re.findall(r"newlabel\{((?:eq|tab):[^}]*)\}\{\{([\d.]*)\}", pieces))
    text = words(course / "build/course.pdf")
    chapters = "".join(one.read_text() for one in (course / "latex/chapters").glob("*.tex"))
    references = re.findall(r"ref\{((?:eq|tab):[a-z]+-[^}]*)\}", chapters)
    assert {one.partition("-")[0] for one in references} == {
        "eq:lecture",
        "eq:xor",
        "tab:lecture",
        "tab:relu",
    }
    for one in references:
        assert found[one] in text
    assert "??" not in text


def test_the_lists_of_the_book_have_the_tables(course: Path) -> None:
    lines = (course / "build/course.lot").read_text().splitlines()
    assert sum("contentsline {table}" in one for one in lines) == 7


def test_what_is_missing_is_seen(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    chapter = folder / "latex/chapters/kinks.tex"
    chapter.write_text(chapter.read_text() + "\nSee \\eqref{eq:xor-w99}.\n")
    make(folder)
    log = (folder / "build/course.log").read_text(encoding="latin-1")
    assert any("eq:xor-w99" in one for one in trouble(log))


def test_with_nothing_changed_make_has_nothing_to_do(course: Path) -> None:
    before = stamps(course)
    done = make(course)
    assert done.stdout.strip().endswith("Nothing to be done for 'all'.")
    assert stamps(course) == before


@pytest.mark.parametrize("prefix", NETWORKS)
def test_with_nothing_changed_symnet_derives_nothing(
    course: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, *request = NETWORKS[prefix]
    monkeypatch.chdir(course)
    before = stamps(course)
    only = ["--only", "fragments", "--prefix", prefix, "--out", f"build/{prefix}"]
    command = ["-m", "symnet", "build", *request, *only]
    assert not imported(*command) & HEAVY
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    assert done.stdout == f"build/{prefix}/{folder}: up to date\n"
    assert stamps(course) == before


def test_with_nothing_changed_sphinx_derives_nothing(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    command = ["-m", "sphinx", "-W", "-b", "html", "sphinx", "build/html"]
    assert "sympy" not in imported(*command)
    (course / "sphinx/lecture.md").touch()
    assert "sympy" in imported(*command)


def test_a_changed_network_builds_what_depends_on_it(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    network = folder / "sphinx/networks/exclusive-or.toml"
    network.write_text(network.read_text().replace("w1 = 0.8", "w1 = 0.25"))
    later = max(stamps(folder).values()) + 10**9
    os.utime(network, ns=(later, later))
    before = stamps(folder)
    done = make(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    changed = {one.relative_to(folder / "build").parts[0] for one in changes(folder, before)}
    assert {"xor", "course.pdf", "lecture.pdf", "html"} <= changed
    assert not {"lecture-1", "relu", "deck", "slides.pdf"} & changed
    assert "0.25" in words(folder / "build/course.pdf")


@pytest.mark.parametrize("comment", ["", "\n# What a lecturer noted.\n"])
def test_make_settles_after_a_network_file_that_says_the_same(
    course: Path, tmp_path: Path, comment: str
) -> None:
    """Or else every later run would call symnet again, since its manifest stayed the older."""
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    network = folder / "sphinx/networks/exclusive-or.toml"
    network.write_text(network.read_text() + comment)
    before = stamps(folder)
    first = make(folder)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "build/xor/exclusive-or: up to date" in first.stdout
    pieces = folder / "build/xor/exclusive-or"
    renewed = [one for one in changes(folder, before) if one.is_relative_to(pieces)]
    assert renewed == [pieces / "manifest.json"]
    assert make(folder).stdout.strip().endswith("Nothing to be done for 'all'.")


def changes(folder: Path, before: dict[Path, int]) -> Iterator[Path]:
    """Yield what is new, or newer than it was."""
    for one, stamp in stamps(folder).items():
        if before.get(one) != stamp:
            yield one


def test_a_clean_course_can_be_built_again(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "course"))
    assert make(folder, "clean").returncode == 0
    left = {one.relative_to(folder) for one in folder.rglob("*") if one.is_file()}
    assert left == {one.relative_to(COURSE) for one in COURSE.rglob("*") if one.is_file()}
