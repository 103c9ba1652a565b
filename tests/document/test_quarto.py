"""Markdown for Quarto, read by Pandoc, which reads it in Quarto as well."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from symnet.document.blocks import (
    Document,
    Equation,
    Equations,
    Reference,
    Table,
    paragraph,
)
from symnet.document.formats import quarto
from symnet.document.mathematics import Letter
from symnet.model.glyphs import Glyph
from tests.document.made import NETWORKS, document_about, latex, told
from tests.document.test_markdown import HOSTILE

Node = dict[str, Any]
needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc")


def read(text: str) -> Node:
    """Return Pandoc's tree of a document; it complains about nothing."""
    command = ["pandoc", "--from", "markdown", "--to", "json"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    tree: Node = json.loads(run.stdout)
    return tree


def nodes(tree: Any) -> Iterator[Node]:
    """Yield everything in a tree that has a type."""
    if isinstance(tree, dict):
        if "t" in tree:
            yield tree
        for one in tree.values():
            yield from nodes(one)
    elif isinstance(tree, list):
        for one in tree:
            yield from nodes(one)


def words(tree: Any) -> str:
    """Return the text of a tree, with plain quotes and dashes."""
    shown = ""
    for one in nodes(tree):
        shown += one["c"] if one["t"] == "Str" else one["c"][1] if one["t"] == "Code" else ""
        shown += " " * (one["t"] in ("Space", "SoftBreak"))
    return shown


def labelled(tree: Node) -> dict[str, str]:
    """Return the formula before every label, where Quarto looks for one."""
    found = {}
    for one in nodes(tree):
        if one["t"] == "Para" and [part["t"] for part in one["c"]] == ["Math", "Space", "Str"]:
            formula, _, name = one["c"]
            match = re.fullmatch(r"\{#(eq-[A-Za-z0-9-]+)\}", name["c"])
            assert match, name
            found[match[1]] = formula["c"][1]
    return found


def flat(text: str) -> str:
    text = re.sub(r"\\(begin|end)\{aligned\}", "", text)
    return re.sub(r"\\textcolor\{[^}]*\}|\\q?quad|\\\\|[\s&{},]", "", text)


@needs_pandoc
@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_is_there_and_has_its_label(name: str) -> None:
    of = told(name)
    tree = read(quarto.text(of))
    formulas = [
        one["c"][1]
        for one in nodes(tree)
        if one["t"] == "Math" and one["c"][0]["t"] == "DisplayMath"
    ]
    everything = flat("".join(formulas))
    assert [one for one in latex(of).values() if flat(one) not in everything] == []
    expected = {
        f"eq-{name}-{one.id}".replace("_", "-"): flat(latex(of)[one.id])
        for one in of.equations()
        if one.number is not None
    }
    found = {key: flat(one) for key, one in labelled(tree).items()}
    assert list(found) == list(expected)
    assert {key for key, one in found.items() if one != expected[key]} == set()
    tables = sum(one["t"] == "Table" for one in nodes(tree))
    assert tables == sum(isinstance(one, Table) for one in of.blocks)


@needs_pandoc
def test_references_are_read_as_such_and_go_somewhere() -> None:
    equation = Equation("w_1", Letter(Glyph("a")), "w_1", 1)
    blocks = (Equations((equation,)), paragraph("See ", Reference("w_1"), ", then go on."))
    tree = read(quarto.text(Document("net", "t", "s", (), blocks)))
    cited = [
        part["citationId"] for one in nodes(tree) if one["t"] == "Cite" for part in one["c"][0]
    ]
    assert cited == ["eq-net-w-1"] == list(labelled(tree))


def test_names_that_differ_in_a_dash_alone_keep_two_labels() -> None:
    rows = tuple(
        Equation(one, Letter(Glyph("a")), one, number)
        for number, one in enumerate(("w-update", "w_update"), 1)
    )
    document = Document("net", "t", "s", (), (Equations(rows),))
    assert list(quarto.labels(document).values()) == ["eq-net-w-update", "eq-net-w-update-2"]


@needs_pandoc
@pytest.mark.parametrize("text", HOSTILE)
def test_a_users_text_is_text(text: str) -> None:
    tree = read(quarto.text(document_about(text)))
    kinds = {one["t"] for one in nodes(tree)}
    assert not kinds & {"RawInline", "Link", "Cite", "Note", "Strikeout", "Math", "Strong"}
    assert [one["c"][1][:15] for one in nodes(tree) if one["t"] == "RawBlock"] == [
        "<!-- Unverified"
    ]
    (image,) = (one for one in nodes(tree) if one["t"] == "Image")
    assert image["c"][2] == ["figures/f.svg", ""]
    assert plain(words(image["c"][1])) == plain(text)
    assert plain(words(tree["meta"]["title"])) == plain(text)
    header = next(one for one in nodes(tree) if one["t"] == "Header")
    assert plain(words(header["c"][2])) == plain(text)


def plain(text: str) -> str:
    """Undo what typography makes of quotes, dashes and runs of spaces."""
    for curly, straight in (("\u2019", "'"), ("\u2018", "'"), ("\u2014", "---"), ("\u2013", "--")):
        text = text.replace(curly, straight)
    return " ".join(text.split())


@needs_pandoc
def test_markup_would_be_seen() -> None:
    kinds = {one["t"] for one in nodes(read("<b> [a](b) @c $d$ **e**"))}
    assert {"RawInline", "Link", "Cite", "Math", "Strong"} <= kinds


def test_the_file_says_that_it_is_not_verified() -> None:
    _, _, body = quarto.text(told("starter")).split("---\n", 2)
    assert body.strip().startswith("<!-- Unverified:")
