"""The drawing of the network in Typst's own shapes.

In: Drawing. Out: str.
"""

from symnet.document.drawing import RADIUS, Drawing, Edge, Node, Point
from symnet.document.plain import PlainText
from symnet.document.typst.mathematics import Mathematics
from symnet.document.typst.text import quoted
from symnet.model.expression import Expression
from symnet.rendering import render

# The width of a page's text, in points, and as much of its height as a drawing may take.
WIDTH, HEIGHT = 440.0, 480.0


def picture(drawing: Drawing, printer: Mathematics) -> str:
    """Return the picture, made smaller if it is larger than a page."""
    scale = min(1.0, WIDTH / drawing.width, HEIGHT / drawing.height)
    return render(
        "document/pdf/drawing.typ.jinja",
        width=f"{drawing.width * scale:.1f}",
        height=f"{drawing.height * scale:.1f}",
        scale=f"{100 * scale:.1f}",
        radius=f"{RADIUS:g}",
        alt=quoted(drawing.description),
        edges=[_edge(one, printer) for one in drawing.edges],
        nodes=[_node(one, printer) for one in drawing.nodes],
    )


def _edge(edge: Edge, printer: Mathematics) -> dict[str, str]:
    label = None if edge.quiet else edge.label
    return {
        "start": _at(edge.start),
        "end": _at(edge.end),
        "label": "" if label is None else formula(label, printer),
        "x": f"{edge.label_at[0]:.1f}",
        "y": f"{edge.label_at[1]:.1f}",
    }


def _node(node: Node, printer: Mathematics) -> dict[str, str]:
    x, y = node.at
    below = node.kind == "target"
    return {
        "shape": "square" if node.kind == "loss" else "circle",
        "faint": "true" if node.kind in ("input", "target") else "false",
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "label": formula(node.label, printer),
        "value": "" if node.value is None else formula(node.value, printer),
        "value_y": f"{y + RADIUS + 7 if below else y - RADIUS - 7:.1f}",
    }


def formula(node: Expression, printer: Mathematics) -> str:
    """Return a formula with its alternative text."""
    alt = quoted(PlainText().show(node))
    return f"math.equation(alt: {alt}, ${printer.show(node)}$)"


def _at(point: Point) -> str:
    return f"({point[0]:.1f}pt, {point[1]:.1f}pt)"
