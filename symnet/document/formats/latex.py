"""LaTeX: a complete article, and pieces of it to include in another.

In: Document. Out: SourceFile.
"""

from symnet.document.blocks import SCALAR, Document
from symnet.document.latex.article import text
from symnet.document.latex.fragments import fragments
from symnet.document.options import FRAGMENTS, USUAL, Options
from symnet.files import SourceFile

ENDING = ".tex"


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the article, and its pieces if the derivation is unit by unit."""
    found = [SourceFile(f"{stem}.tex", text(document))] if options.wants("latex") else []
    if stem == SCALAR and (options.wants("latex") or options.wants(FRAGMENTS)):
        pieces = fragments(document, options)
        found += [SourceFile(f"fragments/{one.path}", one.text) for one in pieces]
    return tuple(found)
