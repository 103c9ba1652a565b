"""A lecture's slides: the network, the forward pass, and every gradient factor by factor.

In: Document. Out: Slide.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from symnet.document.blocks import Document, Equation, Equations, Heading, Pieces
from symnet.document.lines import Line, laid_out_together
from symnet.document.mathematics import Equalities
from symnet.document.prose import number_word
from symnet.document.ruler import width
from symnet.document.slides.clicks import Click, Row, resumed, rows_of
from symnet.document.slides.heights import LINE

# How wide and how high formulas may be, in em: a slide of 16 to 9. The air between two rows.
WIDTH, HEIGHT, AIR = 34.0, 16.5, 0.6
# More gradients than this are told by examples of every layer.
MOST = 16


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: formulas aligned at their first relation, or words.

    ``variable``: whose gradient it tells, if one's; ``again``: it goes on with the slide before.
    """

    title: Pieces
    rows: tuple[Row, ...] = ()
    words: Pieces = ()
    variable: str = ""
    again: bool = False


def slides_of(document: Document) -> Iterator[Slide]:
    """Yield the slides behind the title and the drawing."""
    yield from _forward(document)
    shown = _shown(document)
    if len(shown) < len(document.routes):
        yield Slide(("The gradients",), words=_selection(document, shown))
    heading: Pieces = ()
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.pieces
        for row in block.rows if isinstance(block, Equations) else ():
            if row.id in shown and isinstance(row.body, Equalities):
                yield from _gradient(row.id, heading, row.body)


def _forward(document: Document) -> Iterator[Slide]:
    """Yield what every unit computes, and the loss; all of it at once."""
    adjoints = {route.variable for route in document.routes}
    found = [
        one
        for one in document.equations()
        if one.node and one.id == one.node and one.node not in adjoints
    ]
    title: Pieces = ("Forward pass",)
    groups = [_still(one, found) for one in found]
    high = sum(map(_high, groups))
    even = min(HEIGHT, high / math.ceil(high / HEIGHT) + AIR + LINE)
    for rows in _pages(groups, even):
        yield Slide(title, rows)
        title = ("Forward pass, continued",)


def _still(equation: Equation, together: Sequence[Equation]) -> list[Row]:
    widest = max(width(one.body.left) for one in together if isinstance(one.body, Equalities))
    left = width(equation.body.left) if isinstance(equation.body, Equalities) else 0
    (laid,) = laid_out_together([equation.body], WIDTH - widest + left)
    return [_line(one) for one in laid]


def _line(line: Line) -> Row:
    return Row(tuple(Click(0, sign, right) for sign, right in line.steps), line.left, True)


def _gradient(variable: str, heading: Pieces, body: Equalities) -> Iterator[Slide]:
    """Yield a gradient; what goes on another slide starts with the left side again."""
    for place, rows in enumerate(_pages(rows_of(body, WIDTH))):
        first, *rest = rows
        shown = tuple(map(_counted(rows), (resumed(first, body.left), *rest)))
        title = (*heading, ", continued") if place else heading
        yield Slide(title, shown, variable=variable, again=bool(place))


def _pages(groups: Sequence[Sequence[Row]], limit: float = HEIGHT) -> Iterator[tuple[Row, ...]]:
    """Fill slides with rows; a group that fits on one slide is not torn apart."""
    page: list[Row] = []
    for group in groups:
        if page and _high([*page, *group]) > limit >= _high(group):
            yield tuple(page)
            page = []
        for row in group:
            if page and _high([*page, row]) > limit:
                yield tuple(page)
                page = []
            page.append(row)
    yield tuple(page)


def _high(rows: Sequence[Row]) -> float:
    return sum(row.height + AIR for row in rows)


def _counted(rows: Sequence[Row]) -> Callable[[Row], Row]:
    """Return what counts the clicks of a slide from 1 on."""
    before = min(click.number for row in rows for click in row.clicks) - 1

    def counted(row: Row) -> Row:
        clicks = (replace(one, number=max(0, one.number - before)) for one in row.clicks)
        return replace(row, clicks=tuple(clicks))

    return counted


def _shown(document: Document) -> frozenset[str]:
    """Return whose gradients are told: all, or of many the ends of every layer's."""
    names = [one.variable for one in document.routes]
    if len(names) <= MOST or document.step is None:
        return frozenset(names)
    chosen: set[str] = set()
    for layer in document.step.network.layers:
        weights = [one for unit in layer.units for one in unit.weights]
        biases = [unit.bias for unit in layer.units if unit.bias]
        chosen |= {weights[0], weights[-1], *biases[:1]}
    return frozenset(one for one in names if one in chosen)


def _selection(document: Document, shown: frozenset[str]) -> Pieces:
    return (
        f"The network has {len(document.routes)} gradients. "
        f"These slides show {number_word(len(shown))} of them: "
        "in every layer those of the first and the last weight and of the first bias.",
    )
