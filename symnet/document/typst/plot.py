"""A plot in Typst's own shapes.

In: Plot. Out: str.
"""

from symnet.document.plot import Axis, Plot
from symnet.document.typst.drawing import formula
from symnet.document.typst.mathematics import Mathematics
from symnet.document.typst.text import quoted
from symnet.rendering import render


def graph(plot: Plot, caption: str, printer: Mathematics) -> str:
    """Return the picture as a figure with its caption."""
    (left, bottom), (right, top) = plot.corner, plot.ends
    return render(
        "document/pdf/plot.typ.jinja",
        width=f"{plot.width:.1f}",
        height=f"{plot.height:.1f}",
        alt=quoted(plot.description),
        caption=caption,
        left=f"{left:.1f}",
        right=f"{right:.1f}",
        top=f"{top:.1f}",
        bottom=f"{bottom:.1f}",
        across=_ticks(plot.across, printer),
        up=_ticks(plot.up, printer),
        across_title=formula(plot.across.title, printer),
        up_title=formula(plot.up.title, printer),
        lines=[(one.kind, [(f"{x:.1f}", f"{y:.1f}") for x, y in one.points]) for one in plot.lines],
    )


def _ticks(axis: Axis, printer: Mathematics) -> list[tuple[str, str]]:
    return [(f"{one.at:.1f}", formula(one.label, printer)) for one in axis.ticks]
