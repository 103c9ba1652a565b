"""LaTeX: a complete article.

In: Document. Out: str.
"""

from collections.abc import Sequence
from typing import Any

from symnet.document.blocks import (
    Block,
    Code,
    Document,
    Equation,
    Equations,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Pieces,
    Reference,
    Table,
)
from symnet.document.latex.drawing import picture
from symnet.document.latex.mathematics import Mathematics, aligned
from symnet.document.latex.naming import label
from symnet.document.latex.plot import graph
from symnet.document.latex.text import escaped
from symnet.document.lines import laid_out_together
from symnet.document.plot import Plot
from symnet.model.expression import Expression
from symnet.rendering import render

TEMPLATES = "document/latex"
# How wide a formula may be, in em: in an article of 160 mm.
WIDTH = 34.0
COLOURS = 6
# Longer names in prose may be broken after an underscore.
LONG_NAME = 40
# A place where a line may end, with what it then lacks at its end.
UNFILLED = r"\hfil\penalty500\hfilneg "
# Groups and tables up to this long stay on one page.
UNBROKEN_LINES, UNBROKEN_ROWS = 8, 24
HEADINGS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}


def text(document: Document) -> str:
    """Return the document as an article."""
    article = Article(document)
    return rendered(
        "article",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        picture=picture(document.drawing, article.inline) if document.drawing else "",
        drawn=bool(document.drawing) or any(isinstance(one, Figure) for one in document.blocks),
        facts=[commented(one) for one in document.facts],
        blocks=[article.block(one) for one in document.blocks],
    )


class Article:
    """The article being written: colours, labels and inline mathematics of one document."""

    def __init__(self, document: Document, plain: bool = False) -> None:
        """Start an article; ``plain``: without colours, which a document has to define."""
        colours = {
            mark: f"shared{position % COLOURS + 1}"
            for position, mark in enumerate(() if plain else document.marks)
        }
        self.document = document
        self.display = Mathematics(colours)
        self.inline = Mathematics(colours, slashed=True)

    def text(self, pieces: Pieces) -> str:
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: str | Expression | Reference | Code) -> str:
        match piece:
            case str():
                return escaped(piece)
            case Reference(to):
                return rf"\eqref{{{label(self.document, to)}}}"
            case Code(text):
                return _typed(escaped(text))
        return f"${self.inline.show(piece)}$"

    def block(self, block: Block) -> str:
        match block:
            case Heading(level, pieces):
                return rendered("heading", command=HEADINGS[level], text=self.text(pieces))
            case Paragraph(pieces, warning):
                template = "warning" if warning else "paragraph"
                return rendered(template, text=self.text(pieces))
            case Equations(rows):
                lines = aligned_rows(self.document, rows, self.display, WIDTH)
                return rendered("equations", lines=lines, starred="")
            case Table():
                return self.table(block)
            case Figure(_, caption, plot):
                return self.figure(plot, caption)
            case Listing(_, _, text):
                together = text.count("\n") < UNBROKEN_LINES
                return rendered("listing", text=text, together=together)

    def figure(self, plot: Plot, caption: Pieces) -> str:
        """Set a plot with its caption below it."""
        return rendered("figure", caption=self.text(caption), picture=graph(plot, self.inline))

    def table(self, table: Table, name: str = "") -> str:
        """Set a table, with a label for those who refer to it by ``name``."""
        rows = [
            " & ".join(map(self._cell, row, unsigned))
            for row, unsigned in zip(table.rows, table.unsigned, strict=True)
        ]
        return rendered(
            "longtable" if self.is_long(table) else "table",
            columns="l" * len(table.head),
            caption=self.text(table.caption),
            name=name,
            head=" & ".join(map(self.text, table.head)),
            rows=rows,
        )

    def is_long(self, table: Table) -> bool:
        """Say whether a table may break across pages."""
        return len(table.rows) > UNBROKEN_ROWS

    def _cell(self, pieces: Pieces, unsigned: bool) -> str:
        """Set a cell; a number without a sign starts where one with a sign has its digits."""
        return (r"$\phantom{-}$" if unsigned else "") + self.text(pieces)


def rendered(template: str, **fields: Any) -> str:
    return render(f"{TEMPLATES}/{template}.tex.jinja", **fields)


def commented(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)


def aligned_rows(
    document: Document, rows: Sequence[Equation], printer: Mathematics, limit: float
) -> list[str]:
    """Return the lines of an align; every equation has its number on its last line."""
    laid = laid_out_together([row.body for row in rows], limit)
    together = sum(map(len, laid)) <= UNBROKEN_LINES
    lines = []
    for row, found in zip(rows, laid, strict=True):
        keep = "*" if together or len(found) <= UNBROKEN_LINES else ""
        lines += [rf"{aligned(one, printer)} \notag \\{keep}" for one in found[:-1]]
        tag = r"\notag" if row.number is None else rf"\label{{{label(document, row.id)}}}"
        lines.append(rf"{aligned(found[-1], printer)} {tag} \\" + "*" * together)
    lines[-1] = lines[-1].rstrip("\\* ")
    return lines


def _typed(code: str) -> str:
    """Set a name or a command; what is long may go on on the next line, the line before unfilled.

    A name breaks after an underscore, a command before any of its words.
    """
    if " " in code:
        return rf"{UNFILLED}\texttt{{{code.replace(' ', f' {UNFILLED}')}}}"
    if len(code) > LONG_NAME:
        code = code.replace(r"\_", rf"\_{UNFILLED}")
    return rf"\texttt{{{code}}}"
