"""The drawing of the network as SVG inside the page.

In: Drawing. Out: Markup.

Weights and biases are links to their gradients, so that they can be tabbed to and pointed at.
"""

from collections.abc import Callable

from markupsafe import Markup

from symnet.document.drawing import RADIUS, Drawing, Edge, Node, Point
from symnet.document.html.routes import Routes
from symnet.document.html.text import escaped
from symnet.document.mathematics import Decimal, Letter
from symnet.document.plain import PlainText, unicode_letter
from symnet.model.expression import Expression
from symnet.model.glyphs import Glyph
from symnet.rendering import render

ITALIC_SMALL, ITALIC_CAPITAL = 0x1D44E, 0x1D434
# The size of a label; beyond a length a unit becomes wider, and beyond a width its label smaller.
SIZE, SHORT, WIDEST = 17.0, 1.6, 29.0
PLANCK = "\N{PLANCK CONSTANT}"  # where the alphabet of italics has a hole


def figure(drawing: Drawing, routes: Routes, attributes: Callable[[Expression], str]) -> Markup:
    """Return the figure; ``attributes``: what a number that can change bears."""
    shown = PlainText()
    return Markup(
        render(
            "document/html/figure.html.jinja",
            width=_short(drawing.width),
            height=_short(drawing.height),
            description=escaped(drawing.description),
            edges=[_edge(one, routes) for one in drawing.edges],
            nodes=[_node(one, routes, shown, attributes) for one in drawing.nodes],
        )
    )


def _edge(edge: Edge, routes: Routes) -> dict[str, object]:
    classes = [routes.step(*step) for step in edge.steps]
    return {
        "parameter": edge.parameter if edge.parameter in routes.routes else "",
        "classes": " ".join(one for one in classes if one),
        "line": Markup(_line(edge.start, edge.end)),
        "label": Markup(_label(edge.label)) if edge.label else "",
        "at": _at(edge.label_at),
        "words": escaped(edge.words),
        "quiet": edge.quiet,
    }


def _node(
    node: Node, routes: Routes, shown: PlainText, attributes: Callable[[Expression], str]
) -> dict[str, object]:
    x, y = node.at
    above = y - RADIUS - 7 if node.kind != "target" else y + RADIUS + 9
    classes = [routes.variable(name) for name in node.variables]
    length = _length(node.label)
    half = max(RADIUS, min(WIDEST, length * SIZE / 2) + 4) if length > SHORT else RADIUS
    return {
        "kind": node.kind,
        "classes": " ".join(one for one in (node.kind, *classes) if one),
        "x": _short(x),
        "y": _short(y),
        "radius": _short(RADIUS),
        "left": _short(x - half),
        "top": _short(y - RADIUS),
        "width": _short(2 * half),
        "side": _short(2 * RADIUS),
        "size": _short(min(SIZE, 2 * WIDEST / length)),
        "wide": half > RADIUS,
        "label": Markup(_label(node.label)),
        "value": "" if node.value is None else shown.show(node.value),
        "value_at": _at((x, above)),
        "changes": Markup(attributes(node.value)) if isinstance(node.value, Decimal) else "",
    }


def _label(label: Expression) -> str:
    """Write a symbol as the text of an SVG: italics by their letters, indices set lower."""
    if not isinstance(label, Letter):
        return escaped(PlainText().show(label))
    looks = label.glyph
    if looks.verbatim:
        return f'<tspan class="name">{escaped(looks.letter)}</tspan>'
    below = ",".join(map(unicode_letter, looks.below))
    above = "".join(f"({unicode_letter(one)})" for one in looks.above)
    scripts = f'<tspan class="script" dy=".3em">{escaped(below)}</tspan>' if below else ""
    if above:
        place = f'dx="-{0.5 * len(below):g}em" dy="-.95em"' if below else 'dy="-.45em"'
        scripts += f'<tspan class="script" {place}>{escaped(above)}</tspan>'
    return _letter(looks) + scripts


def _length(label: Expression) -> float:
    """Return how long a label is, in heights of its letters; indices are smaller."""
    if not isinstance(label, Letter):
        return 1.0
    looks = label.glyph
    return 0.5 * len(unicode_letter(looks.letter)) + 0.35 * max(map(len, (*looks.below, "")))


def _letter(looks: Glyph) -> str:
    if len(unicode_letter(looks.letter)) > 1:
        return str(escaped(looks.letter))
    hat = "\N{COMBINING CIRCUMFLEX ACCENT}" if looks.hat else ""
    return str(escaped("".join(map(_italic, unicode_letter(looks.letter))))) + hat


def _italic(one: str) -> str:
    if one == "h":
        return PLANCK
    if "a" <= one <= "z":
        return chr(ITALIC_SMALL + ord(one) - ord("a"))
    return chr(ITALIC_CAPITAL + ord(one) - ord("A")) if "A" <= one <= "Z" else one


def _line(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'x1="{_short(x1)}" y1="{_short(y1)}" x2="{_short(x2)}" y2="{_short(y2)}"'


def _at(point: Point) -> Markup:
    x, y = point
    return Markup(f'x="{_short(x)}" y="{_short(y)}"')


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
