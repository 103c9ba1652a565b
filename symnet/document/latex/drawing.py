"""The drawing of the network as TikZ, which needs nothing but tikz itself.

In: Drawing. Out: str.
"""

from symnet.document.drawing import RADIUS, Drawing, Edge, Node, Point
from symnet.document.latex.mathematics import Mathematics
from symnet.rendering import render

# The width of a page's text, in points, and as much of its height as a drawing may take.
WIDTH, HEIGHT = 440.0, 480.0
SHAPES = {"input": "symnet unit, draw=black!45", "target": "symnet unit, draw=black!45"}


def picture(drawing: Drawing, printer: Mathematics) -> str:
    """Return the picture, made smaller if it is larger than a page."""
    return render(
        "document/latex/drawing.tex.jinja",
        scale=f"{min(1.0, WIDTH / drawing.width, HEIGHT / drawing.height):.3f}".rstrip("0").rstrip(
            "."
        ),
        size=f"{2 * RADIUS:g}",
        edges=[_edge(one, printer) for one in drawing.edges],
        nodes=[_node(one, printer) for one in drawing.nodes],
    )


def _edge(edge: Edge, printer: Mathematics) -> dict[str, str]:
    label = "" if edge.quiet or edge.label is None else printer.show(edge.label)
    return {
        "start": _at(edge.start),
        "end": _at(edge.end),
        "label": label,
        "at": _at(edge.label_at),
    }


def _node(node: Node, printer: Mathematics) -> dict[str, str]:
    x, y = node.at
    above = y - RADIUS - 7 if node.kind != "target" else y + RADIUS + 7
    square = "symnet unit, rectangle, rounded corners=2pt" if node.kind == "loss" else "symnet unit"
    return {
        "shape": SHAPES.get(node.kind, square),
        "at": _at(node.at),
        "label": printer.show(node.label),
        "value": "" if node.value is None else printer.show(node.value),
        "value_at": _at((x, above)),
    }


def _at(point: Point) -> str:
    return f"({point[0]:.1f},{point[1]:.1f})"
