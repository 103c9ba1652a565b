"""The PDF: accessible, the same bytes twice, and what it says is what LaTeX would say."""

import importlib.util
import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import pypdf
import pytest
import typst
from tex2typst import tex2typst

from symnet.document.blocks import Code, Document, Figure, Heading, Listing, Table, paragraph
from symnet.document.formats import pdf
from symnet.document.latex import engine
from symnet.document.mathematics import Decimal, Letter
from symnet.document.matrices import explain_matrices
from symnet.document.options import Options
from symnet.document.typst.mathematics import Mathematics
from symnet.errors import UnsupportedError
from symnet.files import BinaryFile, SourceFile, Unmade
from symnet.model.glyphs import Glyph
from symnet.pipeline import load
from tests.document.made import NETWORKS, equations, latex, plot_about, told

HOSTILE = [
    '#eval("1") $x$ *bold* _it_ `raw` <label> @ref = head',
    'quotes " and \\ and \\u{41} ] [ ) ( // /* comment',
    "many \u00a0 spaces, ß, €, and #import",
]


@cache
def reader(name: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.compiled(pdf.text(told(name)))))


def pages(markup: str) -> list[str]:
    found = pypdf.PdfReader(io.BytesIO(typst.compile(markup.encode(), format="pdf"))).pages
    return [re.sub(r"\s+", "", one.extract_text()) for one in found]


def one_a_page(formulas: Sequence[str]) -> list[str]:
    """Set each formula on a page of its own and read what stands there."""
    head = (
        "#set document(date: none)\n#set page(width: 60cm, height: 12cm)\n"
        "#let shared(colour, part) = text(colour, part.body)\n"
    )
    return pages(head + "\n#pagebreak()\n".join(f"$ {one} $" for one in formulas))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_says_what_its_latex_says(name: str) -> None:
    """An independent program turns our LaTeX into Typst."""
    printer, of = Mathematics(), told(name)
    ours = one_a_page([printer.show(one.body) for one in equations(of).values()])
    theirs = one_a_page([str(tex2typst(one)) for one in latex(of).values()])
    assert len(ours) == len(equations(of))
    assert ours == theirs


def test_a_wrong_formula_would_be_found() -> None:
    assert one_a_page(["attach(w, b: 1)"]) != one_a_page([str(tex2typst("w_2"))])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_document_is_complete(name: str) -> None:
    text = "".join(one.extract_text() for one in reader(name).pages)
    numbers = [one.number for one in told(name).equations() if one.number is not None]
    assert numbers
    assert all(f"({number})" in text for number in numbers)
    headings = [one for one in told(name).blocks if isinstance(one, Heading)]
    words = {piece for one in headings for piece in one.pieces if isinstance(piece, str)}
    flat = re.sub(r"\s+", "", text)
    assert all(re.sub(r"\s+", "", one) in flat for one in words)


def test_it_is_tagged_titled_and_carries_no_date() -> None:
    found = reader("notebook")
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert found.metadata is not None
    assert found.metadata.title == told("notebook").title
    assert not {"/CreationDate", "/ModDate"} & set(found.metadata)


def test_every_font_is_embedded() -> None:
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in cast(list[dict[str, Any]], reader("notebook").pages)
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all(re.match(r"/[A-Z]{6}\+", one) for one in fonts), fonts


def test_the_same_input_gives_the_same_bytes() -> None:
    markup = pdf.text(told("xor"))
    assert pdf.compiled(markup) == pdf.compiled(pdf.text(told("xor")))


def test_the_matrix_form_is_set_too() -> None:
    document = explain_matrices(load("notebook").matrices)
    found = pypdf.PdfReader(io.BytesIO(pdf.compiled(pdf.text(document))))
    assert "Backward" in "".join(one.extract_text() for one in found.pages)


def table_of(symbol: Glyph, *values: str) -> str:
    """Set a table with one row for each value, all named by one symbol."""
    rows = tuple(((Letter(symbol),), (Decimal(one),)) for one in values)
    table = Table("t", ("c",), (("a",), ("b",)), rows)
    return pdf.text(Document("n", "t", "s", (), (table,)))


def test_numbers_without_a_sign_stand_under_the_digits_of_those_with_one() -> None:
    assert table_of(Glyph("w"), "0.5", "-0.25").count(f"[{pdf.MINUS}") == 1
    assert pdf.MINUS not in table_of(Glyph("w"), "0.5", "0.25")


def test_rows_with_indices_above_each_other_are_higher() -> None:
    low, high = (table_of(Glyph("w", ("1",), above), "5") for above in ((), ("2",)))
    assert f"y: {pdf.AIR[0]}" in low
    assert f"y: {pdf.AIR[1]}" not in low
    assert f"y: {pdf.AIR[1]}" in high


def spread(before: int, lines: int) -> int:
    """Return over how many pages a listing goes that has some paragraphs before it."""
    listing = Listing("l", "python", "\n".join(f"line{k}" for k in range(lines)))
    filling = [paragraph("a")] * before
    found = pages(pdf.text(Document("n", "t", "s", (), (*filling, listing))))
    return sum("line" in page for page in found)


def test_a_short_listing_stays_on_one_page() -> None:
    assert {spread(before, 10) for before in range(30, 50)} == {1}
    assert spread(40, 80) > 1


@pytest.mark.parametrize("words", HOSTILE)
def test_a_users_text_is_printed_and_not_read(words: str) -> None:
    blocks = (
        Heading(1, (words,)),
        paragraph(words, Code(words)),
        Table("t", (words,), ((words,), (words,)), (((words,), (words,)),)),
        Listing("l", "python", f"{words}\n{words}\n"),
        Figure("f", (words,), plot_about(words)),
    )
    document = Document("net", words, words, (f"{words}\n#panic()",), blocks)
    found = pypdf.PdfReader(io.BytesIO(pdf.compiled(pdf.text(document))))
    text = re.sub(r"\s+", "", "".join(one.extract_text() for one in found.pages))
    assert text.count(re.sub(r"\s+", "", words)) >= 8


def test_without_typst_the_markup_is_written_and_the_pdf_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = list(pdf.files(told("starter"), "derivation"))
    assert [type(one) for one in made] == [SourceFile, BinaryFile]
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    markup, missing = pdf.files(told("starter"), "derivation")
    assert markup == made[0]
    assert missing == Unmade("derivation.pdf", pdf.missing())
    with pytest.raises(UnsupportedError, match="pip install"):
        pdf.compiled("")


@pytest.mark.parametrize("here", [True, False])
def test_without_typst_a_latex_that_is_here_is_named(
    here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "installed", lambda: here)
    assert pdf.missing().endswith("--engine latex, which is here") == here


def test_latex_can_make_it_too_and_the_same_bytes_twice() -> None:
    options = Options(engine="latex")
    markup, made = pdf.files(told("starter"), "derivation", options)
    assert isinstance(made, BinaryFile)
    assert list(pdf.files(told("starter"), "derivation", options)) == [markup, made]
    found = pypdf.PdfReader(io.BytesIO(made.content))
    assert "Generated" not in "".join(one.extract_text() for one in found.pages)
    assert "Backward pass" in "".join(one.extract_text() for one in found.pages)


def test_without_latex_its_pdf_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "installed", lambda: False)
    _, missing = pdf.files(told("starter"), "derivation", Options(engine="latex"))
    assert missing == Unmade("derivation.pdf", engine.MISSING)
    with pytest.raises(UnsupportedError, match="apt-get install latexmk"):
        engine.compiled("")


def test_an_error_of_latex_is_named() -> None:
    with pytest.raises(UnsupportedError, match="latexmk failed: Undefined control sequence"):
        engine.compiled("\\documentclass{article}\\begin{document}\\oops\\end{document}")


def test_typst_is_fetched_only_where_it_is_used() -> None:
    assert importlib.util.find_spec("typst")
    assert not hasattr(pdf, "typst")


def test_no_page_is_left_nearly_empty_before_a_long_group() -> None:
    """Long groups of formulas without numbers go on over the end of a page."""
    found = pypdf.PdfReader(io.BytesIO(pdf.compiled(pdf.text(told("deep-narrow")))))
    *before, _ = (len(page.extract_text()) for page in found.pages)
    assert min(before) > 250
