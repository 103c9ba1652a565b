"""A plot as SVG: the picture itself, which a page or a file of its own dresses.

In: Plot. Out: Markup.
"""

from markupsafe import Markup

from symnet.document.html.text import escaped
from symnet.document.plain import PlainText
from symnet.document.plot import Axis, Plot
from symnet.document.svg.text import Dress, label, short
from symnet.rendering import render

INLINE = Dress()


def plot_of(plot: Plot, dress: Dress = INLINE) -> Markup:
    """Return the picture."""
    (left, bottom), (right, top) = plot.corner, plot.ends
    return Markup(
        render(
            "document/html/plot.svg.jinja",
            width=short(plot.width),
            height=short(plot.height),
            head=Markup(dress.head.format(width=plot.width, height=plot.height)),
            style=Markup(dress.style),
            description=escaped(plot.description),
            left=round(left),
            bottom=int(bottom),
            right=round(right),
            top=int(top),
            across=_ticks(plot.across),
            up=_ticks(plot.up),
            across_title=Markup(label(plot.across.title, dress.italics)),
            up_title=Markup(label(plot.up.title, dress.italics)),
            lines=[(one.kind, [(short(x), short(y)) for x, y in one.points]) for one in plot.lines],
        )
    )


def _ticks(axis: Axis) -> list[tuple[str, str]]:
    return [(short(one.at), PlainText().show(one.label)) for one in axis.ticks]
