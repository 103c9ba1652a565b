"""LaTeX: a complete article, and every equation as a fragment that needs only amsmath.

In: Document. Out: SourceFile.
"""

from collections.abc import Sequence
from typing import Any

from symnet.document.blocks import (
    SCALAR,
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
from symnet.document.latex.mathematics import Mathematics, aligned
from symnet.document.latex.naming import label
from symnet.document.latex.text import escaped
from symnet.document.lines import laid_out_together
from symnet.document.mathematics import Decimal
from symnet.files import SourceFile
from symnet.model.expression import Expression
from symnet.rendering import render

ENDING = ".tex"
TEMPLATES = "document/latex"
# How wide a formula may be, in em: an article of 160 mm, and a fragment in anybody's.
ARTICLE, FRAGMENT = 34.0, 27.0
COLOURS = 6
# Groups and tables up to this long stay on one page.
UNBROKEN_LINES, UNBROKEN_ROWS = 8, 24
HEADINGS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}


def text(document: Document) -> str:
    """Return the document as an article."""
    article = _Article(document)
    return _rendered(
        "article",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        facts=[_commented(one) for one in document.facts],
        blocks=[article.block(one) for one in document.blocks],
    )


def files(document: Document, stem: str) -> tuple[SourceFile, ...]:
    """Write the article, and every equation as a fragment if the derivation is unit by unit."""
    article = SourceFile(f"{stem}.tex", text(document))
    return (article, *(_fragments(document) if stem == SCALAR else ()))


class _Article:
    """The article being written: colours, labels and inline mathematics of one document."""

    def __init__(self, document: Document) -> None:
        colours = {
            mark: f"shared{position % COLOURS + 1}" for position, mark in enumerate(document.marks)
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
                return rf"\texttt{{{escaped(text)}}}"
        return f"${self.inline.show(piece)}$"

    def block(self, block: Block) -> str:
        match block:
            case Heading(level, pieces):
                return _rendered("heading", command=HEADINGS[level], text=self.text(pieces))
            case Paragraph(pieces, warning):
                template = "warning" if warning else "paragraph"
                return _rendered(template, text=self.text(pieces))
            case Equations(rows):
                lines = _aligned(self.document, rows, self.display, ARTICLE)
                return _rendered("equations", lines=lines, starred="")
            case Table():
                return self._table(block)
            case Figure(_, caption, description):
                return _rendered("figure", caption=self.text(caption), text=escaped(description))
            case Listing(_, _, text, caption):
                return _rendered("listing", text=text, caption=self.text(caption))

    def _table(self, table: Table) -> str:
        signed = [any(map(_is_negative, column)) for column in zip(*table.rows, strict=True)]
        rows = [" & ".join(map(self._cell, row, signed)) for row in table.rows]
        return _rendered(
            "table" if len(rows) <= UNBROKEN_ROWS else "longtable",
            columns="l" * len(table.head),
            caption=self.text(table.caption),
            head=" & ".join(map(self.text, table.head)),
            rows=rows,
        )

    def _cell(self, pieces: Pieces, signed: bool) -> str:
        """Set a cell; a number without a sign starts where one with a sign has its digits."""
        number = any(isinstance(one, Decimal) for one in pieces)
        air = r"$\phantom{-}$" if signed and number and not _is_negative(pieces) else ""
        return air + self.text(pieces)


def _is_negative(pieces: Pieces) -> bool:
    return any(isinstance(one, Decimal) and one.digits.startswith("-") for one in pieces)


def _rendered(template: str, **fields: Any) -> str:
    return render(f"{TEMPLATES}/{template}.tex.jinja", **fields)


def _commented(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)


def _aligned(
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


def _fragments(document: Document) -> list[SourceFile]:
    printer = Mathematics()
    files = []
    for name, equation in _file_names(document):
        lines = _aligned(document, (equation,), printer, FRAGMENT)
        starred = "*" if equation.number is None else ""
        if starred:
            lines = [line.replace(r" \notag", "") for line in lines]
        body = _rendered("equations", lines=lines, starred=starred)
        facts = [_commented(one) for one in document.facts]
        files.append((name, _rendered("fragment", facts=facts, body=body), body))
    whole = _rendered(
        "fragment",
        facts=[_commented(one) for one in document.facts],
        body="\n".join(f"% {name}\n{body}" for name, _, body in files),
    )
    return [
        *(SourceFile(f"fragments/{name}", text) for name, text, _ in files),
        SourceFile("fragments/all.tex", whole),
    ]


def _file_names(document: Document) -> list[tuple[str, Equation]]:
    """Name every equation's file; names that differ only in case get a number as well."""
    found: list[tuple[str, Equation]] = []
    seen: dict[str, int] = {}
    for equation in document.equations():
        key = equation.id.lower()
        seen[key] = seen.get(key, 0) + 1
        again = f"--{seen[key]}" if seen[key] > 1 else ""
        found.append((f"eq-{equation.id}{again}.tex", equation))
    return found
