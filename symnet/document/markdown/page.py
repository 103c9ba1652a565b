"""What the flavours of Markdown have in common: text, headings, tables, listings.

In: Document. Out: str.

Mathematics is LaTeX; a flavour says only how it stands in a line and on its own.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

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
from symnet.document.colours import colours
from symnet.document.latex.mathematics import Mathematics
from symnet.document.markdown.text import code, escaped, fenced, guarded
from symnet.document.svg.alone import NETWORK, picture_name
from symnet.model.expression import Expression


class Page(ABC):
    """One document being written; the abstract methods are what flavours differ in."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.display = Mathematics(colours(document.marks))
        self.inline = Mathematics(colours(document.marks), slashed=True)
        self.tables = self.figures = 0

    @abstractmethod
    def mathematics(self, latex: str) -> str:
        """Set a formula in a line."""

    @abstractmethod
    def reference(self, equation: str) -> str:
        """Refer to an equation by its id."""

    @abstractmethod
    def equations(self, rows: Sequence[Equation]) -> str:
        """Set formulas one under the other."""

    @abstractmethod
    def warning(self, text: str) -> str:
        """Set something the reader must not miss."""

    def picture(self, name: str, description: str) -> str:
        """Set a picture that stands in a file beside the document."""
        return f"![{escaped(description)}]({name})"

    def blocks(self) -> list[str]:
        """Return every block of the document, the drawing of the network first."""
        return [*self.head(), *map(self.block, self.document.blocks)]

    def head(self) -> list[str]:
        """Return the drawing of the network, if there is one."""
        drawing = self.document.drawing
        return [self.picture(NETWORK, drawing.description)] if drawing else []

    def text(self, pieces: Pieces) -> str:
        """Set text with formulas in it."""
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: str | Expression | Reference | Code) -> str:
        match piece:
            case str():
                return escaped(piece)
            case Reference(to):
                return self.reference(to)
            case Code(text):
                return code(text)
        return self.mathematics(barless(self.inline.show(piece)))

    def block(self, block: Block) -> str:
        """Set one block."""
        match block:
            case Heading(level, pieces):
                return f"{'#' * (level + 1)} {self.text(pieces)}"
            case Paragraph(pieces, warning):
                text = guarded(self.text(pieces))
                return self.warning(text) if warning else text
            case Equations(rows):
                return self.equations(rows)
            case Table():
                return self._table(block)
            case Figure(id_, caption, plot):
                self.figures += 1
                shown = self.picture(picture_name(id_), plot.description)
                return f"{shown}\n\n*Figure {self.figures}: {self.text(caption)}*"
            case Listing(_, language, text, _):
                return fenced(text, language)

    def _table(self, table: Table) -> str:
        self.tables += 1
        lines = [f"*Table {self.tables}: {self.text(table.caption)}*", ""]
        lines += [self._row(table.head), "|" + " --- |" * len(table.head)]
        return "\n".join([*lines, *map(self._row, table.rows)])

    def _row(self, cells: Sequence[Pieces]) -> str:
        return f"| {' | '.join(map(self.text, cells))} |"


def barless(latex: str) -> str:
    """Spell bars out, which would end a cell of a table."""
    return latex.replace("|", r"\vert ")
