"""Blocks of the document model as docutils nodes; text stays text, whatever is in it.

In: Document. Out: nodes.
"""

from collections.abc import Iterator, Sequence

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

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
    Piece,
    Pieces,
    Reference,
    Table,
)
from symnet.document.latex.mathematics import Mathematics, aligned
from symnet.document.latex.naming import label
from symnet.document.lines import laid_out_together

# How wide a formula may be, in em: the column of a page on the web, and of a printed book.
WIDTH = 32.0


class Writer:
    """Makes nodes of the blocks of one document, on one page of a book."""

    def __init__(self, document: Document, env: BuildEnvironment) -> None:
        self.document = document
        self.env = env
        self.display = Mathematics()
        self.inline = Mathematics(slashed=True)

    def block(self, block: Block) -> Iterator[nodes.Node]:
        """Yield the nodes of one block."""
        match block:
            case Heading(_, pieces):
                yield nodes.rubric("", "", *self.text(pieces))
            case Paragraph(pieces, warning):
                paragraph = nodes.paragraph("", "", *self.text(pieces))
                yield nodes.note("", paragraph) if warning else paragraph
            case Equations(rows):
                yield from self.equations(rows)
            case Table():
                yield self._table(block)
            case Figure(_, caption, description):
                yield nodes.paragraph("", "", *self.text(caption), nodes.Text(f" {description}"))
            case Listing(_, language, text, _):
                yield nodes.literal_block(text, text, language=language)

    def text(self, pieces: Pieces) -> list[nodes.Node]:
        """Return text with formulas and references in it."""
        return [self._piece(one) for one in pieces]

    def _piece(self, piece: Piece) -> nodes.Node:
        match piece:
            case str():
                return nodes.Text(piece)
            case Reference(to):
                return self._reference(label(self.document, to))
            case Code(text):
                return nodes.literal(text, text)
        latex = self.inline.show(piece)
        return nodes.math(latex, latex)

    def _reference(self, target: str) -> nodes.Node:
        return addnodes.pending_xref(
            "",
            nodes.literal(target, target),
            refdomain="math",
            reftype="eq",
            reftarget=target,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=True,
        )

    def equations(self, rows: Sequence[Equation]) -> Iterator[nodes.Node]:
        """Yield every numbered formula on its own, and runs of others together."""
        run: list[Equation] = []
        for row in rows:
            if row.number is None:
                run.append(row)
                continue
            if run:
                yield self._formula(run)
                run = []
            yield from self.numbered(row)
        if run:
            yield self._formula(run)

    def numbered(self, row: Equation) -> Iterator[nodes.Node]:
        """Yield a formula with its label, known to the whole book."""
        name = label(self.document, row.id)
        formula = self._formula([row], name)
        domain = self.env.domains["math"]
        domain.note_equation(self.env.docname, name, location=formula)
        formula["number"] = domain.get_equation_number_for(name)
        yield nodes.target("", "", ids=[nodes.make_id(f"equation-{name}")])
        yield formula

    def _formula(self, rows: Sequence[Equation], name: str | None = None) -> nodes.math_block:
        laid = laid_out_together([one.body for one in rows], WIDTH)
        lines = [aligned(line, self.display) for found in laid for line in found]
        latex = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
        formula = nodes.math_block(latex, latex, nowrap=False, docname=self.env.docname)
        formula["label"] = name
        formula["number"] = None
        return formula

    def _table(self, table: Table) -> nodes.table:
        head, *rows = map(self._row, (table.head, *table.rows))
        group = nodes.tgroup("", cols=len(table.head))
        for column in zip(head, *rows, strict=True):
            widest = max(len(cell.astext()) for cell in column)
            group += nodes.colspec("", colwidth=widest + 2)
        group += [nodes.thead("", head), nodes.tbody("", *rows)]
        title = nodes.title("", "", *self.text(table.caption))
        return nodes.table("", title, group, classes=["colwidths-auto"])

    def _row(self, cells: Sequence[Pieces]) -> nodes.row:
        entries = [nodes.entry("", nodes.paragraph("", "", *self.text(one))) for one in cells]
        return nodes.row("", *entries)
