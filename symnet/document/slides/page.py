"""Slides for the browser: a page of reveal.js that needs nothing beside it, formulas as MathML.

In: Document. Out: str.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from symnet.document.blocks import Document
from symnet.document.colours import SHARED
from symnet.document.html.fonts import needed
from symnet.document.html.page import INDENT, Page
from symnet.document.html.text import escaped
from symnet.document.mathematics import Continued
from symnet.document.slides.clicks import Click, Row
from symnet.document.slides.deck import Slide, slides_of
from symnet.rendering import render

REVEAL = Path(__file__).parents[2] / "reveal"
# No transitions: a factor is there when it is clicked for. Formulas know their own places.
START = (
    "Reveal.initialize({width: 1280, height: 720, margin: 0, center: false, hash: true,"
    ' transition: "none"});'
)


def text(document: Document) -> str:
    """Return the page: the same slides as beamer's, in the same steps."""
    slides = tuple(slides_of(document))
    told = {one.variable for one in slides}
    page = Page(replace(document, routes=tuple(r for r in document.routes if r.variable in told)))
    scripts = (_taken("reveal.js"), START)
    drawing = page.figure(document.drawing) if document.drawing else Markup()
    made = [_slide(one, page) for one in slides]
    shown = "".join(str(part) for one in made for part in one.values())
    return render(
        "document/slides/page.html.jinja",
        title=escaped(document.title),
        subtitle=escaped(document.subtitle),
        facts=[escaped(one.replace("--", "- -")) for one in document.facts],
        licence=Markup(_taken("LICENSE.txt").strip()),
        style=Markup(_style(f"{document.title}{drawing}{shown}")),
        figure=drawing,
        slides=made,
        scripts=[Markup(one) for one in scripts],
        allowed=Markup(" ".join(map(_allowed, scripts))),
    )


def _allowed(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@cache
def _taken(name: str) -> str:
    return (REVEAL / name).read_text(encoding="utf-8")


def _style(shown: str) -> str:
    sheet = render("document/slides/style.css.jinja", fonts=list(needed(shown)), colours=SHARED)
    return _taken("reveal.css") + sheet


def _slide(slide: Slide, page: Page) -> dict[str, object]:
    return {
        "id": f"of-{slide.variable}" if slide.variable and not slide.again else "",
        "title": page.text(slide.title),
        "formula": Markup(_formula(slide.rows, page)) if slide.rows else "",
        "words": page.text(slide.words),
    }


def _formula(rows: Sequence[Row], page: Page) -> str:
    """Set rows in one table, aligned at their first relation; every click has its number."""
    body = "\n".join(
        f"<mtr><mtd>{page.display.text(row.left) if row.left else ''}</mtd>"
        f"<mtd>{''.join(_click(one, page) for one in row.clicks)}</mtd></mtr>"
        for row in rows
    )
    return f'<math display="block"><mtable displaystyle="true">\n{body}\n</mtable></math>'


def _click(click: Click, page: Page) -> str:
    air = INDENT if isinstance(click.node, Continued) else ""
    sign = "".join(page.display.sign(click.sign or "thin"))
    # A sign that starts a group would otherwise stand as close as that of a negative number.
    sign = sign.replace("<mo>", '<mo form="infix">')
    shown = f"{air}{sign}{page.display.text(click.node)}"
    if not click.number:
        return f"<mrow>{shown}</mrow>"
    return f'<mrow class="fragment" data-fragment-index="{click.number}">{shown}</mrow>'
