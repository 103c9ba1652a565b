"""Markdown as Quarto reads it: numbered formulas that can be referred to.

In: Document. Out: SourceFile.

Written after Quarto's documentation: there is no Quarto here to try it with.
"""

import json
from collections.abc import Sequence

from symnet.document.blocks import Document, Equation, grouped
from symnet.document.latex.mathematics import aligned
from symnet.document.latex.naming import label
from symnet.document.lines import laid_out_together
from symnet.document.markdown.page import Page
from symnet.document.markdown.text import escaped
from symnet.document.options import USUAL, Options
from symnet.document.svg.alone import pictures
from symnet.files import SourceFile
from symnet.rendering import render

ENDING = ".qmd"
# How wide a formula may be, in em: the column of a book on the web.
WIDTH = 38.0


def text(document: Document) -> str:
    """Return the document; Quarto reads its title as Markdown."""
    return render(
        "document/quarto/page.qmd.jinja",
        title=json.dumps(escaped(document.title), ensure_ascii=False),
        subtitle=json.dumps(escaped(document.subtitle), ensure_ascii=False),
        facts=[escaped(one) for one in document.facts],
        blocks=_Page(document).blocks(),
    )


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the document, and its pictures."""
    return (SourceFile(f"{stem}{ENDING}", text(document)), *pictures(document))


def labels(document: Document) -> dict[str, str]:
    """Return the label of every numbered equation, by its id.

    A dash stands for an underscore, which Quarto advises against; what then has the label of
    another gets a number.
    """
    found: dict[str, str] = {}
    for one in document.equations():
        if one.number is not None:
            wanted = label(document, one.id).replace("eq:", "eq-").replace("_", "-")
            again = f"-{one.number}" if wanted in found.values() else ""
            found[one.id] = f"{wanted}{again}"
    return found


class _Page(Page):
    """The page being written."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.labels = labels(document)

    def picture(self, name: str, description: str) -> str:
        """Set a picture; alone in a paragraph it would show its description as a caption."""
        return f"{super().picture(name, description)}&nbsp;"

    def mathematics(self, latex: str) -> str:
        return f"${latex.strip()}$"

    def reference(self, equation: str) -> str:
        return f"@{self.labels[equation]}"

    def equations(self, rows: Sequence[Equation]) -> str:
        """Set every numbered formula on its own, since only a whole block has a number."""
        return "\n\n".join(map(self._block, grouped(rows)))

    def _block(self, rows: Sequence[Equation]) -> str:
        laid = laid_out_together([one.body for one in rows], WIDTH)
        lines = " \\\\\n".join(aligned(one, self.display) for found in laid for one in found)
        name = self.labels.get(rows[0].id)
        tag = f" {{#{name}}}" if name else ""
        return f"$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$${tag}"

    def warning(self, text: str) -> str:
        return f"::: {{.callout-note}}\n{text}\n:::"
