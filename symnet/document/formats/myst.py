"""MyST Markdown, as Jupyter Book 2 reads it: numbered formulas that can be referred to.

In: Document. Out: SourceFile.
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

ENDING = ".md"
# How wide a formula may be, in em: the column of a book on the web.
WIDTH = 38.0


def text(document: Document) -> str:
    """Return the document."""
    return render(
        "document/myst/page.md.jinja",
        title=json.dumps(document.title),
        subtitle=json.dumps(document.subtitle),
        facts=[escaped(one) for one in document.facts],
        blocks=_Page(document).blocks(),
    )


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the document, and its pictures."""
    return (SourceFile(f"{stem}.md", text(document)), *pictures(document))


class _Page(Page):
    """The page being written."""

    def mathematics(self, latex: str) -> str:
        return f"{{math}}`{latex}`"

    def reference(self, equation: str) -> str:
        return f"{{eq}}`{label(self.document, equation)}`"

    def equations(self, rows: Sequence[Equation]) -> str:
        """Set every numbered formula on its own, since only a whole block has a number."""
        return "\n\n".join(map(self._block, grouped(rows)))

    def _block(self, rows: Sequence[Equation]) -> str:
        laid = laid_out_together([one.body for one in rows], WIDTH)
        lines = " \\\\\n".join(aligned(one, self.display) for found in laid for one in found)
        # Without a label, `myst` would still count it.
        numbered = rows[0].number is not None
        head = f":label: {label(self.document, rows[0].id)}" if numbered else ":enumerated: false"
        return f"```{{math}}\n{head}\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n```"

    def warning(self, text: str) -> str:
        return f":::{{note}}\n{text}\n:::"
