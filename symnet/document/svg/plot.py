"""A plot as SVG: the picture itself, which a page or a file of its own dresses.

In: Plot. Out: Markup.
"""

from markupsafe import Markup

from symnet.document.html.text import escaped
from symnet.document.plain import PlainText
from symnet.document.plot import Axis, Plot
from symnet.document.svg.text import label, short
from symnet.rendering import render


def plot_of(plot: Plot, head: str = "", style: str = "") -> Markup:
    """Return the picture; ``head``: more attributes of it, ``style``: what stands in it first."""
    (left, bottom), (right, top) = plot.corner, plot.ends
    return Markup(
        render(
            "document/html/plot.svg.jinja",
            width=short(plot.width),
            height=short(plot.height),
            head=Markup(head),
            style=Markup(style),
            description=escaped(plot.description),
            left=int(left),
            bottom=int(bottom),
            right=int(right),
            top=int(top),
            across=_ticks(plot.across),
            up=_ticks(plot.up),
            across_title=Markup(label(plot.across.title)),
            up_title=Markup(label(plot.up.title)),
            lines=[(one.kind, [(short(x), short(y)) for x, y in one.points]) for one in plot.lines],
        )
    )


def _ticks(axis: Axis) -> list[tuple[str, str]]:
    return [(short(one.at), PlainText().show(one.label)) for one in axis.ticks]
