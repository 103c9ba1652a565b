"""What one click adds to a formula: a factor, with the sign before it.

In: Equalities. Out: Click, in rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symnet.document.brackets import LOOSE, joint, tightness
from symnet.document.lines import split
from symnet.document.mathematics import Dots, Equalities, Marked
from symnet.document.ruler import RELATION, SIGNS, width
from symnet.document.slides.heights import LINE, height
from symnet.model.expression import Expression, Negative, Product, Sum

# What "= ..." takes where a formula goes on, on another slide, and the air between two factors.
RESUMED, AIR = 3.0, 0.2


@dataclass(frozen=True, slots=True)
class Click:
    """What one click shows; ``number``: which click of the slide, 0 for what is there at once.

    ``sign``: what stands before it, or empty.
    """

    number: int
    sign: str
    node: Expression

    @property
    def width(self) -> float:
        """What it takes of a row."""
        return width(self.node) + (SIGNS.get(self.sign, RELATION) if self.sign else AIR)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a formula; ``starts``: with a relation, so that it can start a slide as it is."""

    clicks: tuple[Click, ...]
    left: Expression | None = None
    starts: bool = False

    @property
    def height(self) -> float:
        """What it takes of a slide."""
        return max((height(one.node) for one in self.clicks), default=LINE)


def rows_of(body: Equalities, limit: float) -> list[list[Row]]:
    """Set a chain as rows of at most ``limit`` em, the rows of each of its steps together."""
    room = limit - width(body.left)
    steps = []
    number = 0
    for relation, right in body.steps:
        rows: list[list[Click]] = [[]]
        for term in _terms(relation, right):
            needed = sum(one.width for one in term)
            if rows[-1] and _used(rows[-1]) + needed > _room(rows, room):
                rows.append([])
            for click in term:
                number += 1
                _add(rows, Click(number, click.sign, click.node), room)
        steps.append([Row(tuple(row), None, row is rows[0]) for row in rows])
    return steps


def _add(rows: list[list[Click]], click: Click, room: float) -> None:
    """Put a click on the last row, or on as many new ones as it needs; all come at once."""
    if rows[-1] and _used(rows[-1]) + click.width > _room(rows, room):
        rows.append([])
    if click.width <= _room(rows, room):
        rows[-1].append(click)
        return
    first, *rest = split(click.node, room - RESUMED - RELATION)
    rows[-1].append(Click(click.number, click.sign, first))
    rows += [[Click(click.number, "", one)] for one in rest]


def _used(row: list[Click]) -> float:
    return sum(one.width for one in row)


def _room(rows: list[list[Click]], room: float) -> float:
    """Return how long the last row may be: one that goes on may have to start a slide."""
    return room if len(rows) == 1 else room - RESUMED


def _terms(relation: str, right: Expression) -> Iterator[list[Click]]:
    """Yield the factors of every term of a sum; the first has the sign before it."""
    if relation != "=":
        yield [Click(0, relation, right)]
        return
    for place, term in enumerate(right.terms if isinstance(right, Sum) else (right,)):
        sign = "+" if place else relation
        if place and isinstance(term, Negative):
            sign, term = "-", term.operand
        yield list(_factors(sign, term))


def _factors(sign: str, term: Expression) -> Iterator[Click]:
    factors = _apart(term)
    before: Expression | None = None
    for one in factors:
        if before is not None:
            sign = "*" if joint(before, one) == "*" else ""
        loose = (len(factors) > 1 or sign in ("+", "-")) and tightness(one) == LOOSE
        bracketed = loose and not (sign == "=" and isinstance(one, Negative))
        yield Click(0, sign, Product((one,)) if bracketed else one)
        before = one


def _apart(term: Expression) -> list[Expression]:
    """Take a product apart; a colour stays on every factor it was on."""
    match term:
        case Product(factors):
            return [one for factor in factors for one in _apart(factor)]
        case Marked(Product() as inside, mark):
            return [Marked(one, mark) for one in _apart(inside)]
        case Negative(Product() as inside):
            first, *rest = _apart(inside)
            return [Negative(first), *rest]
    return [term]


def resumed(row: Row, left: Expression) -> Row:
    """Let a row start a slide: with the left side, and dots for what stands on the one before."""
    dots = () if row.starts else (Click(0, "=", Dots()),)
    return Row((*dots, *row.clicks), left, True)
