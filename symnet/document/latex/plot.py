"""A plot as TikZ, which needs nothing but tikz itself.

In: Plot. Out: str.
"""

from symnet.document.drawing import Point
from symnet.document.latex.mathematics import Mathematics
from symnet.document.plot import Axis, Plot
from symnet.rendering import render


def graph(plot: Plot, printer: Mathematics) -> str:
    """Return the picture."""
    (left, bottom), (right, top) = plot.corner, plot.ends
    return render(
        "document/latex/plot.tex.jinja",
        frame=" -- ".join(map(_at, ((left, top), (left, bottom), (right, bottom)))),
        left=f"{left:.1f}",
        right=f"{right:.1f}",
        top=f"{top:.1f}",
        bottom=f"{bottom:.1f}",
        across=_ticks(plot.across, printer),
        up=_ticks(plot.up, printer),
        across_title=printer.show(plot.across.title),
        up_title=printer.show(plot.up.title),
        lines=[(one.kind, list(map(_at, one.points))) for one in plot.lines],
    )


def _ticks(axis: Axis, printer: Mathematics) -> list[tuple[str, str]]:
    return [(f"{one.at:.1f}", printer.show(one.label)) for one in axis.ticks]


def _at(point: Point) -> str:
    return f"({point[0]:.1f},{point[1]:.1f})"
