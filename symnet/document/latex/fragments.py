"""Pieces to \\input into anybody's LaTeX: an equation, a table, a listing or a picture each.

In: Document, Options. Out: SourceFile.

A piece needs amsmath, unless its first comment names more, and defines nothing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from symnet.document.blocks import Document, Equation, Figure, Listing, Table
from symnet.document.latex.article import Article, aligned_rows, commented, rendered
from symnet.document.latex.drawing import picture
from symnet.document.latex.mathematics import Macros, Mathematics, aligned
from symnet.document.latex.naming import label, table_label
from symnet.document.latex.plot import graph
from symnet.document.lines import laid_out_together
from symnet.document.options import Options
from symnet.errors import SpecError
from symnet.files import SourceFile

# How wide a formula may be, in em: in anybody's article.
WIDTH = 27.0
MANIFEST, MACROS, WHOLE = "manifest.json", "macros.tex", "all.tex"


@dataclass(frozen=True, slots=True)
class Fragment:
    """One piece: its file's name, its text, what it needs, its labels, the equation it holds."""

    name: str
    body: str
    needs: str = "amsmath"
    equation: Equation | None = None
    labels: tuple[str, ...] = ()


def fragments(document: Document, options: Options) -> Iterator[SourceFile]:
    """Yield every piece, all equations in one, and what they are called.

    Raises:
        SpecError: two pieces have one label.
    """
    document = replace(document, name=options.prefix) if options.prefix else document
    pieces = [*_equations(document, options), *_others(document)]
    texts = {one.name: _file(document, one.body, one.needs) for one in pieces}
    whole = "\n".join(f"% {one.name}\n{one.body}" for one in pieces if one.equation)
    yield from (SourceFile(name, text) for name, text in texts.items())
    yield SourceFile(WHOLE, _file(document, whole, _need(options)))
    if options.macros:
        yield SourceFile(MACROS, rendered("macros"))
    yield SourceFile(MANIFEST, _manifest(pieces, texts))


def _need(options: Options) -> str:
    return f"amsmath and {MACROS}" if options.macros else "amsmath"


def _file(document: Document, body: str, needs: str) -> str:
    facts = [commented(one) for one in document.facts]
    return rendered("fragment", facts=facts, body=body.strip("\n"), needs=needs)


def _equations(document: Document, options: Options) -> Iterator[Fragment]:
    printer = Macros() if options.macros else Mathematics()
    for name, equation in _named(document):
        body = _body(document, equation, printer, options.env)
        labels = (label(document, equation.id),) if equation.number is not None else ()
        yield Fragment(name, body, _need(options), equation, labels)


def _body(document: Document, equation: Equation, printer: Mathematics, env: str) -> str:
    if env == "align":
        lines = aligned_rows(document, (equation,), printer, WIDTH)
        if equation.number is not None:
            return rendered("equations", lines=lines, starred="")
        return rendered(
            "equations", lines=[one.replace(r" \notag", "") for one in lines], starred="*"
        )
    (laid,) = laid_out_together([equation.body], WIDTH)
    inner = rendered("aligned", lines=[aligned(one, printer) for one in laid]).rstrip()
    if env == "none":
        return inner
    numbered = equation.number is not None
    tag = rf"\label{{{label(document, equation.id)}}}" if numbered else ""
    return rendered("equation", body=inner, tag=tag, starred="" if numbered else "*")


def _others(document: Document) -> Iterator[Fragment]:
    """Yield the tables, those of the training steps in one, the pictures, and the code."""
    article = Article(document, plain=True)
    tables = [one for one in document.blocks if isinstance(one, Table)]
    for table in tables:
        yield _tables(f"tab-{table.id}.tex", (table,), article)
    if steps := [one for one in tables if one.id.startswith("step-")]:
        named = (replace(one, id=one.id.replace("step-", "steps-")) for one in steps)
        yield _tables("tab-steps.tex", tuple(named), article)
    if document.drawing:
        yield Fragment("fig-network.tex", picture(document.drawing, article.inline), "tikz")
    for figure in (one for one in document.blocks if isinstance(one, Figure)):
        shown = graph(figure.plot, article.inline)
        yield Fragment(f"fig-{figure.id}.tex", shown, "amsmath, tikz")
    for program in document.programs:
        if program.id == "python":
            yield Fragment("lst-update.tex", article.block(_update(program)), "nothing")


def _tables(file: str, tables: Sequence[Table], article: Article) -> Fragment:
    names = tuple(table_label(article.document, one.id) for one in tables)
    body = "\n".join(map(article.table, tables, names))
    return Fragment(file, body, _packages(tables[0], article), labels=names)


def _packages(table: Table, article: Article) -> str:
    return f"amsmath, booktabs{', longtable' if article.is_long(table) else ''}"


def _update(program: Listing) -> Listing:
    """Return the function ``update`` alone, as it stands in the emitted module."""
    start = program.text.index("def update(")
    return replace(program, text=program.text[start:].partition("\n\n\n")[0])


def _manifest(pieces: Sequence[Fragment], texts: dict[str, str]) -> str:
    """Say of every label where it is: file, an equation's number and node, the file's hash."""
    records: dict[str, dict[str, object]] = {}
    for one in pieces:
        for name in one.labels:
            if name in records:
                raise SpecError(
                    f"label {name}: both {records[name]['file']} and {one.name} have it"
                )
            records[name] = {
                "label": name,
                "file": one.name,
                "number": one.equation.number if one.equation else None,
                "node": one.equation.node if one.equation else None,
                "sha256": sha256(texts[one.name].encode()).hexdigest(),
            }
    return json.dumps(list(records.values()), indent=2, ensure_ascii=False) + "\n"


def _named(document: Document) -> Iterator[tuple[str, Equation]]:
    """Name every equation's file; names that differ only in case get a number as well."""
    seen: dict[str, int] = {}
    for equation in document.equations():
        key = equation.id.lower()
        seen[key] = seen.get(key, 0) + 1
        again = f"--{seen[key]}" if seen[key] > 1 else ""
        yield f"eq-{equation.id}{again}.tex", equation
