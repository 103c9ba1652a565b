"""Markdown as GitHub reads it: formulas in fences, tables with bars, numbers by tag.

In: Document. Out: SourceFile.
"""

from collections.abc import Sequence

from symnet.document.blocks import Document, Equation
from symnet.document.latex.mathematics import aligned
from symnet.document.lines import laid_out_together
from symnet.document.markdown.page import Page
from symnet.document.markdown.text import escaped, fenced
from symnet.document.options import USUAL, Options
from symnet.document.svg.alone import pictures
from symnet.files import SourceFile
from symnet.rendering import render

ENDING = ".md"
# How wide a formula may be, in em: the column of a page on the web.
WIDTH = 40.0


def text(document: Document) -> str:
    """Return the document."""
    page = _Page(document)
    return render(
        "document/markdown/page.md.jinja",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        facts=[escaped(one) for one in document.facts],
        blocks=page.blocks(),
    )


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the document, and its pictures."""
    return (SourceFile(f"{stem}.md", text(document)), *pictures(document))


class _Page(Page):
    """The page being written."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.numbers = {one.id: one.number for one in document.equations()}

    def mathematics(self, latex: str) -> str:
        return f"$`{latex}`$"

    def reference(self, equation: str) -> str:
        return f"({self.numbers[equation]})"

    def equations(self, rows: Sequence[Equation]) -> str:
        lines = []
        for row, laid in zip(
            rows, laid_out_together([one.body for one in rows], WIDTH), strict=True
        ):
            tag = "" if row.number is None else rf" \tag{{{row.number}}}"
            lines += [aligned(one, self.display) for one in laid]
            lines[-1] += tag
        body = " \\\\\n".join(lines)
        star = "" if any(row.number for row in rows) else "*"
        return fenced(f"\\begin{{align{star}}}\n{body}\n\\end{{align{star}}}", "math")

    def warning(self, text: str) -> str:
        return f"> [!NOTE]\n> {text}"
