"""Blocks of the document model as docutils nodes; text stays text, whatever is in it.

In: Document. Out: nodes.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

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
    grouped,
)
from symnet.document.drawing import Drawing
from symnet.document.latex.drawing import picture
from symnet.document.latex.mathematics import Mathematics, aligned
from symnet.document.latex.naming import label
from symnet.document.latex.plot import graph
from symnet.document.lines import Line, laid_out_together
from symnet.document.mathematics import Continued
from symnet.document.plain import PlainText
from symnet.document.svg.alone import network_file, plot_file
from symnet.sphinx.formulas import formula, symbol

# How wide a formula may be, in em: the column of a page on the web, and of a printed book.
WIDTH = 32.0


class Writer:
    """Makes nodes of the blocks of one document, on one page of a book."""

    def __init__(self, document: Document, env: BuildEnvironment) -> None:
        self.document = document
        self.env = env
        self.display = Mathematics()
        self.inline = Mathematics(slashed=True)
        self.plain = PlainText()

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
            case Figure(_, caption, plot):
                yield from drawn(plot_file(plot), graph(plot, self.inline), plot.description)
                yield nodes.paragraph("", "", *self.text(caption))
            case Listing(_, language, text, _):
                yield nodes.literal_block(text, text, language=language)

    def network(self, drawing: Drawing) -> Iterator[nodes.Node]:
        """Yield the drawing of the network."""
        latex = picture(drawing, self.inline)
        return drawn(network_file(drawing), latex, drawing.description)

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
        return symbol(self.inline.show(piece), self.plain.show(piece))

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
        for group in grouped(rows):
            if group[0].number is None:
                yield self._formula(group)
            else:
                yield from self.numbered(group[0])

    def numbered(self, row: Equation) -> Iterator[nodes.Node]:
        """Yield a formula with its label, known to the whole book."""
        name = label(self.document, row.id)
        made = self._formula([row], name)
        domain = self.env.domains["math"]
        domain.note_equation(self.env.docname, name, location=made)
        made["number"] = domain.get_equation_number_for(name)
        yield nodes.target("", "", ids=[nodes.make_id(f"equation-{name}")])
        yield made

    def _formula(self, rows: Sequence[Equation], name: str | None = None) -> nodes.math_block:
        laid = laid_out_together([one.body for one in rows], WIDTH)
        lines = [aligned(line, self.display) for found in laid for line in found]
        latex = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
        plain = [self._plain(line) for found in laid for line in found]
        made = formula(latex, plain, self.env.docname)
        made["label"] = name
        return made

    def _plain(self, line: Line) -> str:
        """Write one line of a formula in characters; what goes on is set in."""
        relation, right = line.steps[0]
        goes_on = line.left is None and (relation or isinstance(right, Continued))
        shown = "  " * bool(goes_on) if line.left is None else self.plain.show(line.left)
        for relation, right in line.steps:
            shown += self.plain.sign(relation) if relation else ""
            shown += self.plain.show(right)
        return shown

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


def drawn(svg: str, latex: str, description: str) -> Iterator[nodes.Node]:
    """Yield a picture for every builder: as SVG, as TikZ, and in words."""
    source = b64encode(svg.encode()).decode()
    html = f'<p><img alt="{escape(description)}" src="data:image/svg+xml;base64,{source}"></p>'
    centred = f"\\begin{{center}}\n{latex.strip()}\n\\end{{center}}"
    for kind, text in (("html", html), ("latex", centred), ("text", f"[{description}]")):
        yield nodes.raw(text, text, format=kind)
