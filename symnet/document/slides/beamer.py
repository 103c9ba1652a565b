"""Slides for LaTeX's beamer, where every click uncovers one factor.

In: Document. Out: str.
"""

from symnet.document.blocks import Document
from symnet.document.colours import SHARED
from symnet.document.colours import colours as colours_of
from symnet.document.latex.article import Article, commented
from symnet.document.latex.drawing import picture
from symnet.document.latex.mathematics import Mathematics
from symnet.document.latex.text import escaped
from symnet.document.mathematics import Continued
from symnet.document.slides.clicks import Click, Row
from symnet.document.slides.deck import slides_of
from symnet.rendering import render


def text(document: Document) -> str:
    """Return the deck: the network, the forward pass, and slides for each gradient."""
    marks = colours_of(document.marks)
    printer = Mathematics(
        {mark: f"shared{SHARED.index(colour) + 1}" for mark, colour in marks.items()}
    )
    article = Article(document, plain=True)
    return render(
        "document/slides/deck.tex.jinja",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        facts=[commented(one) for one in document.facts],
        colours=[one.removeprefix("#") for one in SHARED],
        picture=picture(document.drawing, article.inline) if document.drawing else "",
        slides=[
            {
                "title": article.text(one.title),
                "rows": [_row(row, printer) for row in one.rows],
                "words": article.text(one.words),
            }
            for one in slides_of(document)
        ],
    )


def _row(row: Row, printer: Mathematics) -> str:
    left = "" if row.left is None else printer.show(row.left)
    return f"{left} &{''.join(_click(one, printer) for one in row.clicks)}"


def _click(click: Click, printer: Mathematics) -> str:
    """Set a click; the first slide of a frame, with nothing uncovered, is beamer's number 1."""
    sign = printer.sign(click.sign) if click.sign else r"\,"
    indent = r"\qquad {}" if isinstance(click.node, Continued) else "{}"
    shown = f"{indent}{sign}{printer.show(click.node)}"
    return rf"\uncover<{click.number + 1}->{{{shown}}}" if click.number else shown
