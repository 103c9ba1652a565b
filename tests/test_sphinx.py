"""A small book that uses every directive, built as HTML, LaTeX and text."""

import pickle
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.testing.util import SphinxTestApp

from symnet.document.blocks import paragraph

COURSE = Path(__file__).parent / "course/sphinx"


def built(book: Path, builder: str = "html", *options: str) -> tuple[int, str]:
    """Build the book; return the exit code and what was said on standard error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder]
    run = subprocess.run(
        [*command, *options, str(book), str(book / "_build" / builder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stderr


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COURSE, tmp_path / "book"))


def page(book: Path, name: str, builder: str = "html") -> str:
    return (book / "_build" / builder / name).read_text()


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["html", "latex", "text"])
def test_the_course_builds_without_a_warning(book: Path, builder: str) -> None:
    assert built(book, builder) == (0, "")


@pytest.mark.slow
def test_pages_are_read_side_by_side(book: Path) -> None:
    assert built(book, "html", "-j", "2") == (0, "")


@pytest.mark.slow
def test_equations_are_numbered_and_can_be_referred_to_from_other_pages(book: Path) -> None:
    built(book)
    index, lecture = page(book, "index.html"), page(book, "lecture.html")
    (link,) = re.findall(r'href="lecture.html#(equation-eq-exclusive-or-w1)">\((\d+)\)', index)
    assert f'id="{link[0]}"' in lecture
    assert f"({link[1]})" in lecture
    assert 'href="index.html#equation-eq-notebook-z1"' in lecture
    assert lecture.count("<table") >= 4
    assert "def update(params" in re.sub(r"<[^>]*>", "", index)


@pytest.mark.slow
def test_text_has_formulas_in_characters_with_their_numbers(book: Path) -> None:
    assert built(book, "text") == (0, "")
    index, lecture = page(book, "index.txt", "text"), page(book, "lecture.txt", "text")
    assert "\n   z1 = x1·w1 + x2·w3 + b1   (1)\n" in lecture
    (number,) = re.findall(r"the second lecture derives \((\d+)\)", index)
    line = rf"\n   ∂\N{{SCRIPT SMALL L}}/∂w1 = [^\n]*(\n     = [^\n]*)*   \({number}\)\n"
    assert re.search(line, lecture)
    assert "square brackets" in lecture
    assert "For every parameter θ:" in lecture.replace("\N{NO-BREAK SPACE}", " ")
    assert "\\" not in lecture


@pytest.mark.slow
def test_a_changed_network_rebuilds_its_pages_only(book: Path) -> None:
    built(book)
    assert built(book) == (0, "")
    before = {one: page(book, one) for one in ("index.html", "lecture.html", "matrices.html")}
    network = book / "networks/exclusive-or.toml"
    network.write_text(network.read_text().replace("w1 = 0.8", "w1 = 0.5"))
    stamps = {one: (book / "_build/html" / one).stat().st_mtime_ns for one in before}
    assert built(book) == (0, "")
    assert page(book, "lecture.html") != before["lecture.html"]
    kept = (book / "_build/html/matrices.html").stat().st_mtime_ns
    assert kept == stamps["matrices.html"]


@pytest.mark.slow
def test_a_changed_page_derives_nothing_again(book: Path) -> None:
    built(book)
    cache = book / "_build/html/.doctrees/symnet"
    before = {one.name: one.stat().st_mtime_ns for one in cache.iterdir()}
    assert len(before) == 4  # notebook scalar and in matrices, exclusive-or, tanh-neuron by w1
    text = page(book, "lecture.html")
    for name in ("lecture.md", "index.rst"):
        (book / name).write_text((book / name).read_text() + "\nMore.\n")
    assert built(book) == (0, "")
    assert {one.name: one.stat().st_mtime_ns for one in cache.iterdir()} == before
    assert page(book, "lecture.html").replace("<p>More.</p>\n", "") == text


@pytest.mark.slow
def test_what_is_kept_is_what_is_used_and_what_is_broken_is_derived(book: Path) -> None:
    built(book)
    cache = book / "_build/html/.doctrees/symnet"
    for one in cache.iterdir():
        document = pickle.loads(one.read_bytes())
        one.write_bytes(pickle.dumps(replace(document, blocks=(paragraph("From the cache."),))))
    (book / "lecture.md").write_text((book / "lecture.md").read_text() + "\nMore.\n")
    built(book)
    assert "From the cache." in page(book, "lecture.html")
    for one in cache.iterdir():
        one.write_bytes(b"broken")
    (book / "lecture.md").touch()
    assert built(book) == (0, "")
    assert "From the cache." not in page(book, "lecture.html")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line", "text", "said"),
    [
        ("index.rst", 3, "\n\n.. symnet-equation:: notebook w99\n", "has no equation 'w99'"),
        ("index.rst", 3, "\n\n.. symnet-code:: notbook\n", "did you mean notebook"),
        ("lecture.md", 3, "\n\n```{symnet-steps} gone.toml\n```\n", "gone.toml: no such file"),
        ("lecture.md", 3, "\n\n```{symnet-steps} ../../x.toml\n```\n", "outside of the book"),
        (
            "index.rst",
            3,
            "\n\n.. symnet-code:: notebook\n   :target: pyton\n",
            "did you mean python",
        ),
        ("index.rst", 3, "\n\n.. symnet-derivation:: notebook\n   :wrt: w99\n", "no such param"),
        (
            "index.rst",
            3,
            "\n\n.. symnet-figure:: notebook\n   :plot: x\n",
            "notebook has no plot 'x'; it has: slope, loss",
        ),
    ],
)
def test_a_mistake_is_a_warning_with_file_and_line(
    book: Path, name: str, line: int, text: str, said: str
) -> None:
    heading = {"index.rst": "Page\n====", "lecture.md": "# Page"}[name]
    for other in book.glob("*.*"):
        if other.name != "conf.py":
            other.unlink()
    (book / name).write_text(heading + text)
    with (book / "conf.py").open("a") as file:
        file.write(f"root_doc = {Path(name).stem!r}\n")
    code, warnings = built(book)
    assert code == 1
    assert said in warnings
    assert re.search(rf"{re.escape(name)}:{line + ('.rst' in name)}: WARNING", warnings), warnings
    assert "Traceback" not in warnings


@pytest.mark.slow
def test_a_title_is_text_on_a_page(book: Path) -> None:
    network = book / "networks/exclusive-or.toml"
    hostile = "<script>alert(1)</script> `x` |y| *z* {w}"
    text = re.sub(r"^title = .*$", f'title = "{hostile}"', network.read_text(), flags=re.MULTILINE)
    network.write_text(text)
    (book / "lecture.md").write_text(
        "# Lecture\n\n```{symnet-derivation} networks/exclusive-or.toml\n```\n\n"
        "```{symnet-code} networks/exclusive-or.toml\n```\n"
    )
    assert built(book) == (0, "")
    assert "<script>alert" not in page(book, "lecture.html")
    assert "alert(1)" in page(book, "lecture.html")


@pytest.mark.slow
def test_the_same_equation_twice_is_said(book: Path) -> None:
    (book / "matrices.md").write_text("# Again\n\n```{symnet-equation} notebook z1\n```\n")
    code, warnings = built(book)
    assert code == 1
    assert "duplicate label of equation eq:notebook-z1, other instance in index" in warnings


def application(folder: Path, text: str) -> SphinxTestApp:
    """Read a page with Sphinx's own means of testing, in this process."""
    folder.mkdir()
    (folder / "conf.py").write_text('extensions = ["symnet.sphinx"]\n')
    (folder / "index.rst").write_text(f"Page\n====\n\n{text}\n")
    app = SphinxTestApp("dummy", srcdir=folder, builddir=folder / "_build")
    try:
        app.build()
    finally:
        app.cleanup()
    return app


def test_what_the_directives_make_of_a_page(tmp_path: Path) -> None:
    text = (
        ":eq:`eq:tanh-neuron-w1`\n\n.. symnet-equation:: tanh-neuron w1\n\n"
        ".. symnet-equation:: tanh-neuron z1\n\n.. symnet-code:: tanh-neuron\n"
    )
    app = application(tmp_path / "page", text)
    assert app.warning.getvalue() == ""
    tree = app.env.get_doctree("index")
    formulas = list(tree.findall(nodes.math_block))
    assert [one["label"] for one in formulas] == ["eq:tanh-neuron-w1", "eq:tanh-neuron-z1"]
    assert [one["number"] for one in formulas] == [1, 2]
    assert all(r"\begin{aligned}" in one.astext() for one in formulas)
    (code,) = tree.findall(nodes.literal_block)
    assert code["language"] == "python"
    assert "def update(params" in code.astext()
    read = {Path(one).name for one in app.env.dependencies["index"]}
    assert "tanh-neuron.toml" in read


def test_a_mistake_leaves_the_rest_of_the_page(tmp_path: Path) -> None:
    text = ".. symnet-equation:: tanh-neuron nothing\n\nText.\n"
    app = application(tmp_path / "page", text)
    assert "index.rst:4: WARNING: symnet-equation: tanh-neuron has no equation 'nothing'" in (
        app.warning.getvalue()
    )
    tree = app.env.get_doctree("index")
    assert not list(tree.findall(nodes.math_block))
    assert "Text." in tree.astext()
