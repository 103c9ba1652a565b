"""How objects show themselves in a notebook: text, LaTeX and HTML at once.

In: Document, what of it to show. Out: a bundle by MIME type.
"""

from collections.abc import Callable
from typing import Any

from symnet.document.blocks import Document, Equation, Equations
from symnet.document.colours import SHARED, colours
from symnet.document.html.page import Page
from symnet.document.latex.mathematics import Mathematics, aligned
from symnet.document.lines import laid_out_together

Bundle = dict[str, str]
# How wide a formula may be, in em: a cell of a notebook.
WIDTH = 40.0
STYLE = (
    ".symnet mtable.aligned mtd:nth-child(1){text-align:right}"
    ".symnet mtable mtd:nth-child(2){text-align:left}"
    ".symnet mtd:nth-child(3){padding-left:3em}"
    ".symnet munder>munder+*{padding-inline:.2em}"
    ".symnet mspace:not([width],[height]){width:.17em}"
    + "".join(f".symnet .s{k}{{color:{colour}}}" for k, colour in enumerate(SHARED, 1))
)


def bundle(plain: str, document: Document, chosen: Callable[[Equation], bool]) -> Bundle:
    """Show the chosen equations of a document; where neither is understood, ``plain``."""
    rows = tuple(one for one in document.equations() if chosen(one))
    if not rows:
        return {"text/plain": plain}
    html = Page(document).block(Equations(rows))
    return {
        "text/plain": plain,
        "text/latex": _latex(document, rows),
        "text/html": f'<div class="symnet"><style>{STYLE}</style>{html}</div>',
    }


def _latex(document: Document, rows: tuple[Equation, ...]) -> str:
    printer = Mathematics(colours(document.marks))
    laid = laid_out_together([one.body for one in rows], WIDTH)
    lines = [aligned(line, printer) for found in laid for line in found]
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


class Chains(list[list[tuple[str, str, str]]]):
    """The paths to one variable, as lists of factors; in a notebook, the chain rule for it."""

    def __init__(
        self, paths: list[list[tuple[str, str, str]]], shown: Callable[[str], Bundle]
    ) -> None:
        super().__init__(paths)
        self._shown = shown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        return self._shown(repr(self))
