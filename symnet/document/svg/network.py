"""The drawing of the network as SVG.

In: Drawing. Out: Markup.

Weights and biases are links to their gradients, so that they can be tabbed to and pointed at.
"""

from collections.abc import Callable

from markupsafe import Markup

from symnet.document.drawing import RADIUS, Drawing, Edge, Node, Point
from symnet.document.html.routes import Routes
from symnet.document.html.text import escaped
from symnet.document.mathematics import Decimal
from symnet.document.plain import PlainText
from symnet.document.svg.text import Dress, label, length, short
from symnet.model.expression import Expression
from symnet.rendering import render

# The size of a label; beyond a length a unit becomes wider, and beyond a width its label smaller.
SIZE, SHORT, WIDEST = 17.0, 1.6, 29.0
INLINE = Dress(
    ' style="min-width:calc({width:g}px * .6);max-width:calc({width:g}px * 1.35)" role="group"'
)


def network_of(
    drawing: Drawing,
    routes: Routes,
    attributes: Callable[[Expression], str],
    dress: Dress = INLINE,
) -> Markup:
    """Return the picture; ``attributes``: what a number that can change bears."""
    return Markup(
        render(
            "document/html/network.svg.jinja",
            width=short(drawing.width),
            height=short(drawing.height),
            head=Markup(dress.head.format(width=drawing.width, height=drawing.height)),
            style=Markup(dress.style),
            description=escaped(drawing.description),
            edges=[_edge(one, routes, dress) for one in drawing.edges],
            nodes=[_node(one, routes, attributes, dress) for one in drawing.nodes],
        )
    )


def _edge(edge: Edge, routes: Routes, dress: Dress) -> dict[str, object]:
    classes = [routes.step(*step) for step in edge.steps]
    return {
        "parameter": edge.parameter if edge.parameter in routes.routes else "",
        "classes": " ".join(one for one in classes if one),
        "line": Markup(_line(edge.start, edge.end)),
        "label": Markup(label(edge.label, dress.italics)) if edge.label else "",
        "at": _at(edge.label_at),
        "words": escaped(edge.words),
        "quiet": edge.quiet,
    }


def _node(
    node: Node, routes: Routes, attributes: Callable[[Expression], str], dress: Dress
) -> dict[str, object]:
    x, y = node.at
    above = y - RADIUS - 7 if node.kind != "target" else y + RADIUS + 9
    classes = [routes.variable(name) for name in node.variables]
    wide = length(node.label)
    half = max(RADIUS, min(WIDEST, wide * SIZE / 2) + 4) if wide > SHORT else RADIUS
    return {
        "kind": node.kind,
        "classes": " ".join(one for one in (node.kind, *classes) if one),
        "x": short(x),
        "y": short(y),
        "radius": short(RADIUS),
        "left": short(x - half),
        "top": short(y - RADIUS),
        "width": short(2 * half),
        "side": short(2 * RADIUS),
        "size": short(min(SIZE, 2 * WIDEST / wide)),
        "wide": half > RADIUS,
        "label": Markup(label(node.label, dress.italics)),
        "value": "" if node.value is None else PlainText().show(node.value),
        "value_at": _at((x, above)),
        "changes": Markup(attributes(node.value)) if isinstance(node.value, Decimal) else "",
    }


def _line(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'


def _at(point: Point) -> Markup:
    x, y = point
    return Markup(f'x="{short(x)}" y="{short(y)}"')
