"""PDF through Typst: tagged, with alternative texts, the same bytes for the same input.

In: Document. Out: Typst's markup, and the PDF where the wheel `typst` is installed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
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
from symnet.document.colours import SHARED
from symnet.document.colours import colours as colours_of
from symnet.document.latex import engine
from symnet.document.latex.article import text as article
from symnet.document.lines import Line, laid_out_together
from symnet.document.mathematics import Continued, Letter
from symnet.document.options import USUAL, Options
from symnet.document.plain import PlainText
from symnet.document.printing import Printer
from symnet.document.typst.drawing import picture
from symnet.document.typst.mathematics import Mathematics
from symnet.document.typst.plot import graph
from symnet.document.typst.text import quoted
from symnet.errors import UnsupportedError
from symnet.files import BinaryFile, Output, SourceFile, Unmade
from symnet.model.expression import Expression, walk
from symnet.rendering import render

ENDING = ".pdf"
TEMPLATES = "document/pdf"
# How wide a formula may be, in em: the text of a page of 160 mm, less an equation number.
WIDTH = 36.0
# In longer groups pages may end after any formula, in others after one with a number.
UNBROKEN_LINES = 12
# Above and below the text of a cell, and if symbols are high; as wide as a minus sign.
AIR = ("0.42em", "0.62em")
MINUS = "#h(0.778em)"
MISSING = "PDF needs Typst: pip install 'symnet[pdf]'"
OR_LATEX = "; or ask for --engine latex, which is here"


def text(document: Document) -> str:
    """Return the document as Typst's markup."""
    article = _Article(document)
    return _rendered(
        "article",
        title=quoted(document.title),
        subtitle=quoted(document.subtitle),
        picture=picture(document.drawing, article.inline) if document.drawing else "",
        facts=["".join(c if c.isprintable() else "?" for c in one) for one in document.facts],
        colours=SHARED,
        blocks=list(_kept_together(article, document.blocks)),
    )


def files(document: Document, stem: str, options: Options = USUAL) -> Iterator[Output]:
    """Write the markup, and the PDF, made of it or of the LaTeX article."""
    markup = text(document)
    yield SourceFile(f"{stem}.typ", markup)
    path = f"{stem}.pdf"
    if options.engine == "latex":
        yield _through_latex(document, path)
    else:
        yield BinaryFile(path, compiled(markup)) if find_spec("typst") else Unmade(path, missing())


def _through_latex(document: Document, path: str) -> Output:
    if not engine.installed():
        return Unmade(path, engine.MISSING)
    return BinaryFile(path, engine.compiled(article(document)))


def missing() -> str:
    """Say what would make a PDF: Typst, or the LaTeX that is here."""
    return MISSING + (OR_LATEX if engine.installed() else "")


def compiled(markup: str) -> bytes:
    """Return the PDF that Typst makes, accessible by the standard PDF/UA-1.

    Raises:
        UnsupportedError: Typst is not installed.
    """
    if not find_spec("typst"):
        raise UnsupportedError(missing())
    import typst

    content: bytes = typst.compile(
        markup.encode(), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    return content


def _kept_together(article: "_Article", blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the blocks; a paragraph before formulas stays on their page."""
    for block, after in zip(blocks, (*blocks[1:], None), strict=True):
        text = article.block(block).rstrip("\n")
        leads = isinstance(block, Paragraph) and isinstance(after, Equations | Listing)
        yield f"#leading[{text}]" if leads else text


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of an aligned group: its left side alone, all of it, its number, what it says.

    ``keep``: it stays on the page of the next one.
    """

    left: str | None
    whole: str
    number: int | None
    alt: str
    keep: bool


class _Article:
    """The article being written: the colours and equation numbers of one document."""

    def __init__(self, document: Document) -> None:
        colours = {
            mark: f"shared{SHARED.index(colour) + 1}"
            for mark, colour in colours_of(document.marks).items()
        }
        self.numbers = {one.id: one.number for one in document.equations()}
        self.display = Mathematics(colours)
        self.inline = Mathematics(colours, slashed=True)
        self.plain = PlainText()
        self.level = 0

    def text(self, pieces: Pieces) -> str:
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: str | Expression | Reference | Code) -> str:
        match piece:
            case str():
                return f"#{quoted(piece)}"
            case Reference(to):
                return f"({self.numbers[to]})"
            case Code(text):
                return f"#raw({quoted(text)})"
        alt = quoted(self.plain.show(piece))
        return f"#math.equation(alt: {alt}, ${self.inline.show(piece)}$)"

    def block(self, block: Block) -> str:
        match block:
            case Heading(level, pieces):
                self.level = min(level, self.level + 1)  # PDF/UA allows no gaps
                return f"{'=' * self.level} {self.text(pieces)}"
            case Paragraph(pieces, warning):
                return f"#note[{self.text(pieces)}]" if warning else self.text(pieces)
            case Equations(rows):
                return _rendered("equations", rows=list(self._aligned(rows)))
            case Table():
                return self._table(block)
            case Figure(_, caption, plot):
                return graph(plot, self.text(caption), self.inline)
            case Listing(_, language, text, _):
                raw = f"raw(block: true, lang: {quoted(language)}, {_lines(text)})"
                together = text.count("\n") < UNBROKEN_LINES
                return f"#block(breakable: false, {raw})" if together else f"#{raw}"

    def _table(self, table: Table) -> str:
        return _rendered(
            "table",
            columns=len(table.head),
            caption=self.text(table.caption),
            head=[self.text(cell) for cell in table.head],
            rows=[
                list(map(self._cell, *one)) for one in zip(table.rows, table.unsigned, strict=True)
            ],
            air=AIR[any(map(_is_high, (cell for row in table.rows for cell in row)))],
        )

    def _cell(self, pieces: Pieces, unsigned: bool) -> str:
        """Set a cell; a number without a sign starts where one with a sign has its digits."""
        return (MINUS if unsigned else "") + self.text(pieces)

    def _aligned(self, rows: Sequence[Equation]) -> Iterator[_Row]:
        """Yield the lines of a group; every equation has its number on its last line."""
        laid = laid_out_together([row.body for row in rows], WIDTH)
        short = sum(map(len, laid)) <= UNBROKEN_LINES
        for row, found in zip(rows, laid, strict=True):
            for line in found:
                left = None if line.left is None else self.display.show(line.left)
                number = row.number if line is found[-1] else None
                alt = quoted(_line(line, self.plain).strip())
                keep = line is not found[-1] or (short and number is None)
                yield _Row(left, _line(line, self.display, "quad quad "), number, alt, keep)


def _is_high(pieces: Pieces) -> bool:
    """Say whether a cell has a symbol with something above its index, higher than Typst knows."""
    nodes = (node for one in pieces if isinstance(one, Expression) for node in walk(one))
    return any(isinstance(node, Letter) and bool(node.glyph.above) for node in nodes)


def _line(line: Line, printer: Printer[str], indent: str = "") -> str:
    """Write one line of a formula; ``indent`` sets off what goes on without a relation."""
    shown = "" if line.left is None else printer.show(line.left)
    for relation, right in line.steps:
        continued = not relation and isinstance(right, Continued)
        shown += printer.sign(relation) if relation else indent * continued
        shown += printer.show(right)
    return shown


def _lines(text: str) -> str:
    """Write program text as a string of several lines."""
    return ' + "\\n" + '.join(map(quoted, text.rstrip("\n").split("\n")))


def _rendered(template: str, **fields: Any) -> str:
    return render(f"{TEMPLATES}/{template}.typ.jinja", **fields)
