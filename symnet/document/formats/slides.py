"""Slides: a deck for beamer and one for the browser; every click adds one factor.

In: Document. Out: SourceFile.
"""

from symnet.document.blocks import SCALAR, Document
from symnet.document.options import USUAL, Options
from symnet.document.slides import beamer, page
from symnet.files import SourceFile

ENDING = ".tex"


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the decks of a derivation that is told unit by unit."""
    if stem != SCALAR or not document.routes:
        return ()
    return (
        SourceFile("slides.tex", beamer.text(document)),
        SourceFile("slides.html", page.text(document)),
    )
