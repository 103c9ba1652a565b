"""HTML: one page that needs nothing beside it and no script; its formulas are MathML Core.

In: Document. Out: SourceFile.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from markupsafe import Markup

from symnet.document.blocks import Block, Document, Heading
from symnet.document.colours import SHARED
from symnet.document.html.fonts import needed
from symnet.document.html.mathematics import lean
from symnet.document.html.page import Page, parameter
from symnet.document.html.panel import panel, script
from symnet.document.html.text import escaped
from symnet.document.options import USUAL, Options
from symnet.files import SourceFile
from symnet.rendering import render

ENDING = ".html"

# Spaces that a style sheet has for those who write it.
_AIR = re.compile(r"\s*([{};])\s*")


@dataclass(slots=True)
class Section:
    """A heading and what stands under it; ``variable``: whose gradient it tells, or empty."""

    id: str
    level: int
    title: Markup
    variable: str = ""
    blocks: list[Markup] = field(default_factory=list)

    @property
    def parts(self) -> tuple[Markup, ...]:
        return (self.title, *self.blocks)


def text(document: Document) -> str:
    """Return the document as a page."""
    page = Page(document)
    lead, *sections = _sections(page, document.blocks)
    drawing = page.figure(document.drawing) if document.drawing else Markup()
    aside = lean(drawing + (Markup(panel(document, page.live)) if page.live else ""))
    code = script(document, page.live) if page.live else ""
    body = Markup().join((aside, *(part for one in (lead, *sections) for part in one.parts)))
    return render(
        "document/html/page.html.jinja",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        facts=[escaped(one.replace("--", "- -")) for one in document.facts],
        style=Markup(_style(page, f"{document.title}{body}")),
        lead=lead.blocks,
        sections=sections,
        aside=aside,
        script=Markup(code),
        scripts=_allowed(code),
    )


def _allowed(code: str) -> Markup:
    """Return the policy on scripts: the page's own by its hash, and no other."""
    digest = b64encode(sha256(code.encode()).digest()).decode()
    return Markup(f"script-src 'sha256-{digest}'" if code else "script-src 'none'")


def files(document: Document, stem: str, options: Options = USUAL) -> tuple[SourceFile, ...]:
    """Write the page."""
    return (SourceFile(f"{stem}.html", text(document)),)


def _sections(page: Page, blocks: Sequence[Block]) -> Iterator[Section]:
    """Yield what stands before the first heading, then every heading with what follows it."""
    found = Section("", 0, Markup())
    count = 0
    for block in blocks:
        if isinstance(block, Heading):
            yield found
            count += 1
            variable = parameter(block.pieces)
            name = f"of-{variable}" if variable else f"section-{count}"
            found = Section(name, block.level + 1, page.block(block), variable)
        else:
            found.blocks.append(lean(page.block(block)))
    yield found


def _style(page: Page, text: str) -> str:
    """Return the style sheet; it holds names of the network, which are identifiers, and no text."""
    style = render(
        "document/html/style.css.jinja",
        fonts=list(needed(text)),
        colours=SHARED,
        routes=list(page.routes.rules()),
    )
    return _AIR.sub(r"\1", style)
