"""LaTeX: a complete article, and every equation as a fragment that needs only amsmath.

In: Document. Out: SourceFile.
"""

from symnet.document.blocks import SCALAR, Document, Equation
from symnet.document.latex.article import aligned_rows, commented, rendered, text
from symnet.document.latex.mathematics import Mathematics
from symnet.document.options import USUAL, Options
from symnet.files import SourceFile

ENDING = ".tex"
# How wide a formula may be, in em: in anybody's article.
WIDTH = 27.0


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the article, and every equation as a fragment if the derivation is unit by unit."""
    article = SourceFile(f"{stem}.tex", text(document))
    return (article, *(_fragments(document) if stem == SCALAR else ()))


def _fragments(document: Document) -> list[SourceFile]:
    printer = Mathematics()
    files = []
    for name, equation in _file_names(document):
        lines = aligned_rows(document, (equation,), printer, WIDTH)
        starred = "*" if equation.number is None else ""
        if starred:
            lines = [line.replace(r" \notag", "") for line in lines]
        body = rendered("equations", lines=lines, starred=starred)
        facts = [commented(one) for one in document.facts]
        files.append((name, rendered("fragment", facts=facts, body=body), body))
    whole = rendered(
        "fragment",
        facts=[commented(one) for one in document.facts],
        body="\n".join(f"% {name}\n{body}" for name, _, body in files),
    )
    return [
        *(SourceFile(f"fragments/{name}", text) for name, text, _ in files),
        SourceFile("fragments/all.tex", whole),
    ]


def _file_names(document: Document) -> list[tuple[str, Equation]]:
    """Name every equation's file; names that differ only in case get a number as well."""
    found: list[tuple[str, Equation]] = []
    seen: dict[str, int] = {}
    for equation in document.equations():
        key = equation.id.lower()
        seen[key] = seen.get(key, 0) + 1
        again = f"--{seen[key]}" if seen[key] > 1 else ""
        found.append((f"eq-{equation.id}{again}.tex", equation))
    return found
