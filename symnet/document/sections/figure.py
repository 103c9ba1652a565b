"""The drawing of the network: units in columns, weights between them, biases from below.

In: Lesson. Out: Drawing.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from symnet.document.drawing import RADIUS, Drawing, Edge, Kind, Node, Point
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Decimal, Origin
from symnet.document.prose import counted
from symnet.document.rounding import decimal
from symnet.model.expression import Symbol
from symnet.model.network import Layer, Unit

# Distances of columns and rows; the loss stands closer.
COLUMN, ROW, LAST, MARGIN, STUB = 132.0, 92.0, 92.0, 34.0, 24.0
# Layers with more units than this are not drawn, and with more than this have quiet labels.
MOST_UNITS, MOST_LABELLED = 12, 4
# Twentieths of the way along a line where its label may stand.
MIDDLE_FIRST = sorted(range(4, 17), key=lambda share: abs(share - 9))
ENOUGH = 18.0  # between a label and what it must not touch


def draw(lesson: Lesson) -> Drawing | None:
    """Draw the network; None if it is too large to be read."""
    sizes = [len(lesson.network.inputs), *(len(one.units) for one in lesson.network.layers)]
    if max(sizes) > MOST_UNITS:
        return None
    return _Plan(lesson, sizes).drawing()


class _Plan:
    """One drawing being made."""

    def __init__(self, lesson: Lesson, sizes: list[int]) -> None:
        self.lesson = lesson
        self.network = lesson.network
        self.sizes = sizes
        self.height = 2 * MARGIN + (max(sizes) - 1) * ROW + STUB + 2 * RADIUS

    def drawing(self) -> Drawing:
        nodes = (*self._inputs(), *self._units(), *self._loss())
        biases = tuple(self._biases())
        edges = (*_labelled(tuple(self._weights()), biases), *biases, *self._ends())
        sizes = "-".join(map(str, self.sizes))
        inputs = counted(self.sizes[0], "input")
        text = f"A {sizes} network: {inputs} on the left, then each layer's units."
        return Drawing(self._loss_at()[0] + MARGIN, self.height, nodes, edges, text)

    def _at(self, column: int, row: int) -> Point:
        whole = (self.sizes[column] - 1) * ROW
        return MARGIN + column * COLUMN, (self.height - STUB - whole) / 2 + row * ROW

    def _loss_at(self) -> Point:
        x, _ = self._at(len(self.sizes) - 1, 0)
        return x + LAST, (self.height - STUB) / 2

    def _node(self, kind: Kind, names: tuple[str, ...], at: Point) -> Node:
        label = self.lesson.letters.symbol(names[-1])
        return Node(kind, names, label, at, self._value(names[-1]))

    def _value(self, name: str) -> Decimal | None:
        """Return the value in the first sample; a batch has many."""
        if self.lesson.batch > 1 or not self.lesson.seen:
            return None
        return replace(decimal(self.lesson.seen[0][name], 4), origin=Origin(Symbol(name)))

    def _inputs(self) -> Iterator[Node]:
        for row, name in enumerate(self.network.inputs):
            yield self._node("input", (name,), self._at(0, row))

    def _units(self) -> Iterator[Node]:
        for column, layer in enumerate(self.network.layers, 1):
            for row, unit in enumerate(layer.units):
                yield self._node("unit", (unit.z, unit.h), self._at(column, row))

    def _loss(self) -> Iterator[Node]:
        x, y = self._loss_at()
        value = self._value(self.network.loss)
        yield Node("loss", ("",), self.lesson.letters.loss, (x, y), value)
        if len(self.network.targets) == 1:
            yield self._node("target", self.network.targets, (x, y + 3.2 * RADIUS))

    def _weights(self) -> Iterator[Edge]:
        for column, layer in enumerate(self.network.layers, 1):
            for row, unit in enumerate(layer.units):
                end = self._at(column, row)
                for place, name in enumerate(unit.weights):
                    start = self._at(column - 1, place)
                    yield self._weight(layer, unit, place, (start, end), name)

    def _weight(
        self, layer: Layer, unit: Unit, place: int, ends: tuple[Point, Point], name: str
    ) -> Edge:
        quiet = max(len(unit.sources), len(layer.units)) > MOST_LABELLED
        source = unit.sources[place]
        start, end = _between_circles(*ends)
        return Edge(
            name,
            ((unit.z, name), (unit.z, source)),
            start,
            end,
            self.lesson.letters.symbol(name),
            _along(start, end, 0.5),
            f"weight {name}, from {source} to {unit.h}",
            quiet,
        )

    def _biases(self) -> Iterator[Edge]:
        for column, layer in enumerate(self.network.layers, 1):
            for row, unit in enumerate(layer.units):
                if unit.bias is None:
                    continue
                x, y = self._at(column, row)
                start, end = (x, y + RADIUS + STUB), (x, y + RADIUS)
                kind = "bias" if layer.bias_sign > 0 else "threshold"
                yield Edge(
                    unit.bias,
                    ((unit.z, unit.bias),),
                    start,
                    end,
                    self.lesson.letters.symbol(unit.bias),
                    (x + 13, y + RADIUS + STUB - 6),
                    f"{kind} {unit.bias}, of {unit.h}",
                )

    def _ends(self) -> Iterator[Edge]:
        loss = self._loss_at()
        for row, unit in enumerate(self.network.layers[-1].units):
            start, end = _between_circles(self._at(len(self.sizes) - 1, row), loss)
            yield Edge("", (("", unit.h), ("", unit.z)), start, end)
        if len(self.network.targets) == 1:
            x, y = loss
            yield Edge("", (), (x, y + 2.2 * RADIUS), (x, y + RADIUS))


def _labelled(weights: tuple[Edge, ...], others: tuple[Edge, ...]) -> Iterator[Edge]:
    """Put each label where it is farthest from all other lines and from the labels before it."""
    labels = [one.label_at for one in others]
    for edge in weights:
        lines = [one for one in (*weights, *others) if one is not edge]
        places = [_along(edge.start, edge.end, share / 20) for share in MIDDLE_FIRST]
        best = max(places, key=lambda at: _room(at, lines, labels))
        labels.append(best)
        yield replace(edge, label_at=best)


def _room(at: Point, lines: list[Edge], labels: list[Point]) -> float:
    """Return how far a label is from what it must not touch; twice the room it needs is enough."""
    to_lines = min((_distance(at, one.start, one.end) for one in lines), default=ENOUGH)
    to_labels = min((hypot(at[0] - x, at[1] - y) / 2 for x, y in labels), default=ENOUGH)
    return min(to_lines, to_labels, ENOUGH)


def _distance(at: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a line between two others."""
    (x1, y1), (x2, y2) = start, end
    along, up = x2 - x1, y2 - y1
    share = ((at[0] - x1) * along + (at[1] - y1) * up) / (along**2 + up**2)
    x, y = _along(start, end, min(1.0, max(0.0, share)))
    return hypot(at[0] - x, at[1] - y)


def _between_circles(start: Point, end: Point) -> tuple[Point, Point]:
    """Return where the line between two centres leaves one circle and reaches the other."""
    (x1, y1), (x2, y2) = start, end
    share = RADIUS / hypot(x2 - x1, y2 - y1)
    return _along(start, end, share), _along(start, end, 1 - share)


def _along(start: Point, end: Point, share: float) -> Point:
    (x1, y1), (x2, y2) = start, end
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
