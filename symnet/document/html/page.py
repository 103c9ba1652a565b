"""The parts of an HTML page: text, formulas, tables, listings.

In: Document. Out: Markup.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

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
from symnet.document.colours import SHARED
from symnet.document.colours import colours as colours_of
from symnet.document.drawing import Drawing
from symnet.document.html.mathematics import PageMathematics
from symnet.document.html.panel import live_of
from symnet.document.html.routes import Routes
from symnet.document.html.text import escaped, numeral, program
from symnet.document.lines import Line, laid_out_together
from symnet.document.mathematics import Continued, Decimal, Equalities, Letter
from symnet.document.plain import PlainText
from symnet.document.svg.network import network_of
from symnet.document.svg.plot import plot_of
from symnet.model.expression import Expression
from symnet.rendering import render

# How wide a formula may be, in em: the column of text, less an equation number.
WIDTH = 34.0
INDENT = '<mspace width="2em"/>'


class Page:
    """One page being written: its colours, its equation numbers and what lights up."""

    def __init__(self, document: Document) -> None:
        colours = {
            mark: f"s{SHARED.index(colour) + 1}"
            for mark, colour in colours_of(document.marks).items()
        }
        self.routes = Routes(document)
        self.live = live_of(document)
        self.numbers = {one.id: one.number for one in document.equations()}
        self.display = PageMathematics(colours, False, self._attributes)
        self.inline = PageMathematics(colours, True, self._attributes)
        self.plain = PlainText()
        self.tables = self.figures = 0

    def _attributes(self, node: Expression) -> str:
        if isinstance(node, Decimal):
            if self.live is None or node.origin is None:
                return ""
            return f' data-n="{self.live.place(node.origin)}"'
        lights = self.routes.derivative(node)
        return f' class="{lights}"' if lights else ""

    def figure(self, drawing: Drawing) -> Markup:
        """Set the drawing of the network."""
        return self._part("figure", picture=network_of(drawing, self.routes, self._attributes))

    def text(self, pieces: Pieces) -> Markup:
        """Set text with formulas in it."""
        return Markup().join(map(self._piece, pieces))

    def _piece(self, piece: str | Expression | Reference | Code) -> Markup:
        match piece:
            case str():
                return escaped(piece)
            case Reference(to):
                return Markup('<a href="#{}">({})</a>').format(anchor(to), self.numbers[to])
            case Code(text):
                return Markup("<code>{}</code>").format(escaped(text))
        return Markup(f"<math>{self.inline.text(piece)}</math>")

    def block(self, block: Block) -> Markup:
        """Set one block; a heading stands in the template of its section."""
        match block:
            case Paragraph(pieces, warning):
                kind = ' class="note" role="note"' if warning else ""
                return Markup(f"<p{kind}>{self.text(pieces)}</p>")
            case Equations(rows):
                return self._equations(rows)
            case Table():
                return self._table(block)
            case Figure(_, caption, plot):
                self.figures += 1
                said = self.text(caption)
                return self._part("plot", picture=plot_of(plot), caption=said, number=self.figures)
            case Listing(_, _, text, caption):
                return self._part("listing", text=program(text), caption=self.text(caption))
            case Heading(_, pieces):
                return self.text(pieces)

    def _equations(self, rows: Sequence[Equation]) -> Markup:
        """Set formulas in one table, aligned at their first relation."""
        laid = laid_out_together([row.body for row in rows], WIDTH)
        flush = all(line.left is None for found in laid for line in found)
        lines = [
            line
            for row, found, same in zip(rows, laid, _goes_on(rows), strict=True)
            for line in self._row(row, found, "" if flush else anchor(row.id), same)
        ]
        kind = "flush" if flush else "aligned"
        body = "\n".join(lines)
        return Markup(
            f'<div class="equations"><math display="block"><mtable class="{kind}">\n{body}\n'
            "</mtable></math></div>"
        )

    def _row(
        self, row: Equation, found: Sequence[Line], place: str, goes_on: bool
    ) -> Iterator[str]:
        """Set the lines of a formula; its number stands on the last. ``place``: empty for none.

        ``goes_on``: it has the left side of the one above, and goes on with that chain.
        """
        lights = self.routes.equation(row.node)
        lit = f' class="{lights}"' if lights else ""
        # A row that lights up does so over the whole width.
        beside = "<mtd></mtd>" if lights and row.number is not None else ""
        for line in found:
            name = f' id="{place}"' if place and line is found[0] else ""
            numbered = line is found[-1] and row.number is not None
            number = f"<mtd><mtext>({row.number})</mtext></mtd>" if numbered else beside
            left = "" if line.left is None or goes_on else self.display.text(line.left)
            yield f"<mtr{name}{lit}><mtd>{left}</mtd><mtd>{self._right(line)}</mtd>{number}</mtr>"

    def _right(self, line: Line) -> str:
        shown = ""
        for relation, right in line.steps:
            indent = INDENT if not relation and isinstance(right, Continued) else ""
            shown += "".join(self.display.sign(relation)) if relation else indent
            shown += self.display.text(right)
        return shown

    def _table(self, table: Table) -> Markup:
        self.tables += 1
        return self._part(
            "table",
            number=self.tables,
            caption=self.text(table.caption),
            head=[self.text(cell) for cell in table.head],
            rows=[
                list(map(self._cell, *one)) for one in zip(table.rows, table.unsigned, strict=True)
            ],
        )

    def _cell(self, pieces: Pieces, unsigned: bool) -> dict[str, Markup]:
        """Set a cell; a number without a sign starts where one with a sign has its digits."""
        air = ' class="p"' if unsigned else ""
        if len(pieces) == 1 and isinstance(pieces[0], Decimal):
            alone = pieces[0]
            return {"attributes": Markup(self._attributes(alone) + air), "content": numeral(alone)}
        return {"attributes": Markup(air), "content": self.text(pieces)}

    def _part(self, name: str, **fields: Any) -> Markup:
        return Markup(render(f"document/html/{name}.html.jinja", **fields))


def anchor(equation: str) -> str:
    """Return the place of an equation on the page."""
    return f"eq-{equation}"


def parameter(pieces: Pieces) -> str:
    """Return the variable that a heading names; empty if it names none."""
    return next((one.name for one in pieces if isinstance(one, Letter)), "")


def _goes_on(rows: Sequence[Equation]) -> list[bool]:
    """Say of each row whether it goes on with the chain of equals above it."""
    lefts = [None, *(_left(row.body) for row in rows)]
    return [left is not None and left == above for above, left in pairwise(lefts)]


def _left(body: Expression) -> Expression | None:
    """Return the left side of a chain that is equal throughout."""
    equal = isinstance(body, Equalities) and all(sign != "<-" for sign, _ in body.steps)
    return body.left if isinstance(body, Equalities) and equal else None
