"""Markdown in two flavours, read back by a parser."""

import html
import re
from types import ModuleType

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from symnet.document.blocks import Document, Table
from symnet.document.formats import markdown, myst
from symnet.document.latex.naming import label
from symnet.document.markdown.text import code, escaped, fenced, guarded
from symnet.document.mathematics import Absolute, Letter
from symnet.model.glyphs import Glyph
from tests.document.made import NETWORKS, document_about, latex, told

FLAVOURS = [markdown, myst]
HOSTILE = [
    "<script>alert(1)</script> <b>&amp;</b>",
    "*a* _b_ `c` [d](e) ![f](g) $h$ ~~i~~ | j {k}`l` @m #4 ^n^",
    "# heading",
    "1. one",
    "- item",
    "+ item",
    "= under",
    "%comment",
    "(target)=",
    "::: {note}",
    "\\begin{align} \\* \\\\",
    "````",
    "--- title: x",
]


def parsed(text: str) -> list[Token]:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.use(myst_role_plugin).use(front_matter_plugin).parse(text)


def words(text: str) -> str:
    """Return what a reader sees of the text, and nothing that became markup."""
    seen = []
    for token in parsed(text):
        assert token.type not in ("html_block", "hr")
        for child in token.children or ():
            assert child.type in ("text", "softbreak", "text_special", "code_inline"), child
            seen.append(child.content)
    return "".join(seen)


def formulas(flavour: ModuleType, name: str) -> list[str]:
    """Return the body of every displayed formula."""
    tokens = parsed(flavour.text(told(name)))
    return [one.content for one in tokens if one.type == "fence" and "math" in one.info]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_users_text_is_text(text: str) -> None:
    assert words(guarded(escaped(text))) == text
    assert words(f"| {escaped(text)} | b |\n| --- | --- |\n| {escaped(text)} | d |") == (
        f"{text}b{text}d"
    )


def test_what_is_not_escaped_would_become_markup() -> None:
    with pytest.raises(AssertionError):
        words("<script>alert(1)</script>")
    with pytest.raises(AssertionError):
        words("*a*")


@pytest.mark.parametrize("text", ["a", "`", "a``b`", "`a`", " a "])
def test_code_is_shown_as_it_is_typed(text: str) -> None:
    assert words(f"x{code(text)}") == f"x{text}"
    (fence,) = parsed(fenced(text, "python"))
    assert (fence.content, fence.info) == (f"{text.rstrip()}\n", "python")


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_document_holds_only_what_it_was_given(flavour: ModuleType, text: str) -> None:
    tokens = parsed(flavour.text(document_about(text)))
    assert [one for one in tokens if one.type == "html_block"] == []
    inside = [child for one in tokens for child in one.children or ()]
    assert {one.type for one in inside} <= {
        "text",
        "text_special",
        "softbreak",
        "hardbreak",
        "code_inline",
        "em_open",
        "em_close",
        "image",
    }
    (image,) = (one for one in inside if one.type == "image")
    assert image.attrs["src"] == "figures/f.svg"
    assert {one.type for one in image.children or ()} <= {"text", "text_special"}
    assert sum(one.type == "heading_open" and one.tag in ("h1", "h2") for one in tokens) <= 3
    assert sum(one.type == "fence" and one.content == f"{text}\n" for one in tokens) == 1


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_formula_is_there(flavour: ModuleType, name: str) -> None:
    def flat(text: str) -> str:
        return re.sub(r"\\textcolor\{[^}]*\}|\\q?quad|\\\\|[\s&{},]", "", text)

    found = flat("".join(formulas(flavour, name)))
    missing = [one for one in latex(told(name)).values() if flat(one) not in found]
    assert not missing


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_there_once(name: str) -> None:
    of = told(name)
    numbers = [str(one.number) for one in of.equations() if one.number is not None]
    tags = re.findall(r"\\tag\{(\d+)\}", "".join(formulas(markdown, name)))
    assert tags == numbers
    labels = re.findall(r"^:label: (\S+)$", myst.text(of), re.MULTILINE)
    assert labels == [label(of, one.id) for one in of.equations() if one.number is not None]
    assert set(re.findall(r"\{eq\}`([^`]*)`", myst.text(of))) <= set(labels)


def test_tables_have_as_many_cells_in_every_row() -> None:
    for flavour in FLAVOURS:
        tokens = parsed(flavour.text(told("logistic-batch")))
        tables = sum(one.type == "table_open" for one in tokens)
        assert tables == sum(isinstance(one, Table) for one in told("logistic-batch").blocks)


def test_a_bar_in_a_formula_ends_no_cell() -> None:
    bars = Absolute(Letter(Glyph("x")))
    table = Table("t", (), (("a",), ("b",)), (((bars,), ("c",)),))
    tokens = parsed(markdown.text(Document("net", "t", "s", (), (table,))))
    assert sum(one.type == "td_open" for one in tokens) == 2


def test_front_matter_cannot_be_left() -> None:
    title = 'a"\n---\n# b'.replace("\n", "\\n")
    head = myst.text(Document("net", title, "s: t", (), ())).split("---\n")[1]
    assert html.unescape(head).count("\n") == 2
    assert head.startswith('title: "a\\"')
