"""The HTML: complete, one file that asks for nothing, safe against any text, small."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from string import ascii_letters
from typing import Any

import pytest

from symnet.document.blocks import (
    Code,
    Document,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Table,
    paragraph,
)
from symnet.document.formats import html
from symnet.document.html.fonts import FACES, FONTS, Face
from symnet.document.html.fonts import characters as spanned
from symnet.document.html.text import escaped, program
from symnet.document.mathematics import Letter
from symnet.document.matrices import explain_matrices
from symnet.model.glyphs import GREEK, Glyph
from symnet.pipeline import Stages, load
from tests.document.made import NETWORKS, document, plot_about, told
from tests.networks import small_spec

HOSTILE = [
    "</title></style></script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)> &amp; &lt; \"quoted\" 'so' `and`",
    "--><!-- a comment --> ]]> {{ 7 * 7 }} {% raw %}",
    "\u202e \u4e2d\u6587 \U0001f600 caf\u00e9 \u00a0",
]
TTFont: Any = import_module("fontTools.ttLib").TTFont  # it has no types
VOID = {"meta", "br", "input", "img", "link"}
KIB = 1024
MATHS = "Symnet Math"


class Reader(HTMLParser):
    """Reads a page as a browser would: text by element, and every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[tuple[tuple[str, ...], str]] = []
        self.comments: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"{one} is never closed" for one in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.said.append((tuple(self.open), data))

    def text(self, *within: str) -> str:
        """Return the text inside elements of these names, but for styles and scripts."""
        return "".join(
            data
            for path, data in self.said
            if not {"style", "script"} & set(path) and set(within) <= set(path)
        )

    def values(self, attribute: str) -> list[str]:
        return [one[attribute] or "" for _, one in self.tags if attribute in one]


def whole(name: str) -> Document:
    stages = load(name)
    return replace(told(name), programs=stages.programs, spec=stages.spec)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_equation_is_there_with_its_number_and_all_elements_close(name: str) -> None:
    read, of = Reader(html.text(whole(name))), told(name)
    assert read.faults == []
    places = read.values("id")
    assert len(places) == len(set(places))
    linked = (one.id for one in of.equations() if one.number is not None)
    assert {f"eq-{one}" for one in linked} <= set(places)
    numbers = [data for path, data in read.said if path[-1:] == ("mtext",) and data[0] == "("]
    assert numbers == [f"({one.number})" for one in of.equations() if one.number is not None]
    inner = {one[1:] for one in read.values("href")}
    assert inner <= set(places)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_sentence_is_lost(name: str) -> None:
    read = Reader(html.text(whole(name)))
    for block in told(name).blocks:
        if isinstance(block, Paragraph | Heading):
            for piece in block.pieces:
                if isinstance(piece, str):
                    assert piece in read.text("main")
        if isinstance(block, Table):
            assert all(str(one) in read.text("caption") for one in block.caption)


def test_the_matrix_form_is_set_too() -> None:
    of = explain_matrices(load("xor").matrices)
    read = Reader(html.text(of))
    assert read.faults == []
    assert {f"eq-{one.id}" for one in of.equations()} <= set(read.values("id"))
    assert not any(tag == "script" for tag, _ in read.tags)


def test_the_reader_finds_faults() -> None:
    assert len(Reader("<p><b>a</p>").faults) == 3
    assert Reader("<p>a").faults == ["p is never closed"]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_users_text_is_text_everywhere(words: str) -> None:
    name = Letter(Glyph(words, verbatim=True))
    blocks = (
        Heading(1, (words,)),
        paragraph(words, Code(words), name),
        paragraph(words, warning=True),
        Table("t", (words,), ((words,), ("b",)), (((words,), (words,)),)),
        Listing("l", words, words, (words,)),
        Figure("f", (words,), plot_about(words)),
    )
    plain = Reader(html.text(Document("net", "t", "s", ("f",), ())))
    read = Reader(html.text(Document(words, words, words, (words,), blocks)))
    assert read.faults == []
    assert not [one for one in read.tags if one[0] in ("script", "img")]
    assert len(read.comments) == len(plain.comments)
    shown = escaped(words).unescape()
    assert read.text("title") == shown
    assert read.text("body").count(shown.strip()) >= 12


def test_a_hostile_network_cannot_leave_its_place() -> None:
    for words in HOSTILE:
        of = document(replace(small_spec((1, 1), ["identity"]), title=words, name=words))
        read = Reader(html.text(of))
        assert read.faults == []
        assert not [one for one in read.tags if one[0] in ("script", "img")]
        assert read.text("title") == escaped(words).unescape()


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_title_cannot_leave_the_script(words: str) -> None:
    stages = Stages(replace(load("starter").spec, title=words))
    of = replace(document(stages.spec), programs=stages.programs, spec=stages.spec)
    text = html.text(of)
    read = Reader(text)
    assert read.faults == []
    (script,) = ("".join(data for path, data in read.said if "script" in path),)
    assert script.rstrip().endswith("}")
    assert sum(tag == "script" for tag, _ in read.tags) == 1
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_program_text_keeps_its_lines() -> None:
    assert program("if a < b:\n\treturn") == "if a &lt; b:\n    return"
    assert escaped("a\x07\u202eb") == "a[U+0007][U+202E]b"


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_asks_for_nothing(name: str) -> None:
    text = html.text(whole(name))
    read = Reader(text)
    assert not [one for one in read.tags if one[0] in ("link", "img", "iframe", "object")]
    assert not read.values("src")
    assert all(one.startswith("#") for one in read.values("href"))
    style = re.sub(r"url\(data:font/woff2;base64,[^)]*\)", "", text)
    assert "url(" not in style
    assert "@import" not in style
    policy = next(one["content"] for _, one in read.tags if "http-equiv" in one)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; font-src data:; ")
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert "https:" not in policy


def test_the_head_says_what_made_it_and_nothing_of_this_machine() -> None:
    text = html.text(whole("notebook"))
    comments = Reader(text).comments
    assert comments[0].strip().startswith("Generated by symnet")
    assert any("Free of any condition" in one for one in comments)
    assert not re.search(r"/home|/work|/tmp|\b20[0-9]{2}-[0-9]{2}", text)


@pytest.mark.parametrize("name", NETWORKS)
def test_pages_are_small(name: str) -> None:
    assert len(html.text(load(name).document()).encode()) < 250 * KIB


def test_mathematics_and_its_font_are_a_small_part() -> None:
    text = html.text(load("notebook").document())
    formulas = sum(len(one.encode()) for one in re.findall(r"<math.*?</math>", text, re.DOTALL))
    fonts = sum(len(one.content) for one in FACES if one.family == MATHS and one.content in text)
    assert formulas > 40 * KIB
    assert fonts > 10 * KIB
    assert formulas + fonts < 82 * KIB


def test_the_same_network_gives_the_same_bytes() -> None:
    assert html.text(whole("xor")) == html.text(whole("xor"))


def cmap(font: str) -> set[int]:
    with TTFont(FONTS / f"{font}.woff2") as found:
        return set(found.getBestCmap())


def drawable(text: str) -> set[int]:
    """Return every character of mathematics that the fonts inside a page have."""
    inside = {face.file for face in FACES if face.content in text and face.family == MATHS}
    return set().union(*map(cmap, inside))


def characters(text: str) -> Iterator[str]:
    """Yield every character of a page's formulas, a letter alone as the italic that is drawn."""
    for path, data in Reader(text).said:
        if "math" not in path or not data.strip():
            continue
        yield from data
        if path[-1] == "mi" and len(data) == 1 and (data.isascii() or data in "ΔαβγδεηθλμσΣ"):
            yield drawn(data)


def drawn(letter: str) -> str:
    """Return the mathematical italic of a letter."""
    if letter == "h":
        return "\N{PLANCK CONSTANT}"
    name = unicodedata.name(letter).replace("LATIN ", "").replace("GREEK ", "")
    return unicodedata.lookup(f"MATHEMATICAL ITALIC {name.replace('LETTER ', '')}")


def test_a_page_brings_every_character_that_it_shows() -> None:
    assert "MATH" in TTFont(FONTS / "math.woff2")
    pages = [html.text(whole(name)) for name in NETWORKS]
    pages += [html.text(explain_matrices(load(name).matrices)) for name in NETWORKS]
    letters = tuple(Letter(Glyph(one, ("1",))) for one in sorted({*GREEK, *ascii_letters}))
    bold = tuple(Letter(Glyph(one, bold=True)) for one in ("W", "b", "x", "delta", "Sigma"))
    pages.append(html.text(Document("n", "t", "s", (), (paragraph(*letters, *bold),))))
    for text in pages:
        used = set(characters(text))
        assert len(used) > 20
        assert {one for one in used if ord(one) not in drawable(text)} == set()
    assert ord("\u4e2d") not in drawable(pages[-1])


def test_a_page_brings_no_alphabet_that_it_does_not_show() -> None:
    page = html.text(Document("n", "t", "s", (), (paragraph(Letter(Glyph("w", ("1",)))),)))
    rare = [face for face in FACES if face.rare]
    assert rare
    assert not [face.file for face in rare if face.content in page]
    beta = html.text(Document("n", "t", "s", (), (paragraph(Letter(Glyph("beta"))),)))
    assert [face.file for face in rare if face.content in beta] == ["math-greek"]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_a_file_has_the_characters_it_is_asked_for(face: Face) -> None:
    missing = spanned(face.spans) - cmap(face.file)
    assert [chr(one) for one in missing if chr(one).isprintable() and one != 0xAD] == []


def test_the_fonts_bring_their_licence() -> None:
    licence = (FONTS / "LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    for path in Path(FONTS).glob("*.woff2"):
        with TTFont(path) as font:
            assert font["name"].getDebugName(14) == "https://scripts.sil.org/OFL"
