"""MyST Markdown, read by `myst`, the tool behind Jupyter Book 2: no warning, and labels resolve."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symnet.document.blocks import Document
from symnet.document.formats import myst
from symnet.document.latex.naming import label
from symnet.pipeline import load
from tests.document.made import NETWORKS, told
from tests.emit.node import program

PROJECT = "version: 1\nproject:\n  title: A course\n"
COMPLAINT = re.compile("\N{WARNING SIGN}|\N{NO ENTRY}|[Ee]rror|[Ww]arning")


def built(folder: Path, pages: dict[str, str], *more: str) -> tuple[str, list[str]]:
    """Build a book; return its index as Markdown with its references resolved, and complaints.

    ``more``: pages whose references are to be resolved as well, which takes its time.
    """
    (folder / "myst.yml").write_text(PROJECT)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    tool, node = program("mystmd", "dist/myst.cjs"), shutil.which("node")
    assert node is not None
    run = subprocess.run(
        [node, tool, "build", "--md", "index.md", *more],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = (run.stdout + run.stderr).splitlines()
    assert run.returncode == 0, said
    assert sum("Built" in one and ".md" in one for one in said) == len(pages) * (1 + len(more))
    index = (folder / "_build/exports/index.md").read_text(encoding="utf-8")
    return index, [one for one in said if COMPLAINT.search(one)]


def numbers(of: Document) -> dict[str, int]:
    return {label(of, one.id): one.number for one in of.equations() if one.number is not None}


@pytest.mark.slow
def test_a_book_of_every_network_has_no_complaint_and_all_its_numbers(tmp_path: Path) -> None:
    labels = {key: one for name in NETWORKS for key, one in numbers(told(name)).items()}
    index = "# Index\n\n" + "".join(f"- {{eq}}`{one}`\n" for one in labels)
    pages = {f"{name}.md": myst.text(told(name)) for name in NETWORKS}
    matrices = load("notebook").document(form="matrix")
    pages["matrices.md"] = myst.text(matrices)
    found, complaints = built(tmp_path, {"index.md": index, **pages}, "notebook.md")
    assert complaints == []
    shown = re.findall(r"\[\((\d+)\)\]\(#([^)]*)\)", found)
    assert {key: int(number) for number, key in shown} == labels


@pytest.mark.slow
def test_what_does_not_resolve_is_a_complaint(tmp_path: Path) -> None:
    page = "# A page\n\n{eq}`eq:starter-w1`\n"
    _, complaints = built(tmp_path, {"index.md": page, "other.md": page}, "other.md")
    assert sum("eq:starter-w1" in one for one in complaints) == 2


@pytest.mark.slow
def test_a_users_text_is_text(tmp_path: Path) -> None:
    hostile = "<b>x</b> *a* `c` [d](e) $h$ {eq}`f` (t)= :::"
    document = Document("net", hostile, "s: t", (hostile,), ())
    found, complaints = built(tmp_path, {"index.md": myst.text(document)})
    assert complaints == []
    assert hostile in found.partition("\n---")[0]
