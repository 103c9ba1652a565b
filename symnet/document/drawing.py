"""A network as a drawing: shapes by where they are, what they stand for and what they say.

In: points from the upper left corner. Out: Drawing, for any format that draws.
"""

from dataclasses import dataclass
from typing import Literal

from symnet.document.mathematics import Decimal
from symnet.model.expression import Expression

Kind = Literal["input", "unit", "loss", "target"]
RADIUS = 19.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A circle, or a square for the loss; ``variables``: what it stands for, the last one shown."""

    kind: Kind
    variables: tuple[str, ...]
    label: Expression
    at: Point
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line; ``steps``: the local derivatives that go along it, as (of, by); the loss is empty.

    ``parameter``: the one it stands for, or empty. ``quiet``: too crowded to be labelled.
    """

    parameter: str
    steps: tuple[tuple[str, str], ...]
    start: Point
    end: Point
    label: Expression | None = None
    label_at: Point = (0.0, 0.0)
    words: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it; ``description``: for readers who do not see it."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    description: str
