"""A plot: curves in a frame with round numbers along it, in points, for any format that draws.

In: Curve, in the units of what is plotted. Out: Plot.

All of it is worked in fractions and rounded when it is printed, so the same numbers give the same
bytes on every machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, count
from typing import Literal

from symnet.document.drawing import Point
from symnet.document.mathematics import Decimal
from symnet.document.plain import PlainText
from symnet.document.rounding import decimal, exact_decimal
from symnet.model.expression import Expression

Kind = Literal["curve", "tangent", "dots"]
Numbers = tuple[Fraction, Fraction]

WIDTH, HEIGHT = 340.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 44.0, 20.0, 24.0
# The margins are wider where numbers or the name of the axis across are long: the air beside them,
# and the width of a digit and of a letter; superscripts stand above what is counted.
BESIDE, DIGIT, LETTER, MOST_DIGITS = 14.0, 6.0, 7.5, 12
# About how many numbers stand along an axis, and how much of the frame stays free around curves.
ACROSS, UP = 5, 4
AIR = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in the units of what is plotted, joined or each a dot."""

    kind: Kind
    points: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A round number on an axis, and where it stands."""

    at: float
    label: Decimal


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it shows, and its round numbers."""

    title: Expression
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve where it is drawn."""

    kind: Kind
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """All of it, from the upper left corner; ``description``: for readers who do not see it.

    ``corner``: where the axes meet; ``ends``: where the one across ends on the right, and the one
    up at the top.
    """

    across: Axis
    up: Axis
    lines: tuple[Line, ...]
    description: str
    corner: Point
    ends: Point
    width: float = WIDTH
    height: float = HEIGHT


def plotted(
    curves: Sequence[Curve], titles: tuple[Expression, Expression], description: str
) -> Plot:
    """Lay curves out in one frame; ``titles``: of the axis across and of the axis up."""
    points = list(chain.from_iterable(one.points for one in curves))
    whole = all(x.denominator == 1 for x, _ in points)
    first, second = titles
    name = PlainText().show(first).partition("^")[0]
    right = min(max(RIGHT, BESIDE + LETTER * len(name)), WIDTH / 2)
    up = _Scale([y for _, y in points], (HEIGHT - BOTTOM, TOP), UP)
    longest = max(len(PlainText().show(one.label)) for one in up.ticks())
    left = max(LEFT, BESIDE + DIGIT * longest)
    across = _Scale([x for x, _ in points], (left, WIDTH - right), ACROSS, whole)
    lines = tuple(
        Line(one.kind, tuple((across.at(x), up.at(y)) for x, y in one.points)) for one in curves
    )
    return Plot(
        Axis(first, tuple(across.ticks())),
        Axis(second, tuple(up.ticks())),
        lines,
        description,
        (left, HEIGHT - BOTTOM),
        (WIDTH - right, TOP),
    )


class _Scale:
    """From the numbers along one axis to points on the page."""

    def __init__(
        self, values: Sequence[Fraction], ends: Point, wanted: int, whole: bool = False
    ) -> None:
        low, high = min(values), max(values)
        span = high - low or abs(high) or Fraction(1)
        self.low, self.high = low - AIR * span, high + AIR * span
        self.ends = ends
        step = round_step(span / wanted)
        self.step = max(step, Fraction(1)) if whole else step

    def at(self, value: Fraction) -> float:
        start, end = map(Fraction, self.ends)
        return float(start + (value - self.low) / (self.high - self.low) * (end - start))

    def ticks(self) -> Iterator[Tick]:
        """Yield the multiples of the step within the frame."""
        first = -(-self.low // self.step)
        for number in count(first):
            if number * self.step > self.high:
                return
            value = number * self.step
            yield Tick(self.at(value), exact_decimal(value, MOST_DIGITS) or decimal(value))


def round_step(least: Fraction) -> Fraction:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below ``least``."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * one for one in (1, 2, 5, 10) if power * one >= least)
