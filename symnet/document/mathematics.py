"""What mathematics can be displayed: the expressions of the model, and what a page adds to them.

In: Expression. Out: the display-only kinds of node.

A displayed expression has no Symbol and no Call left in it: ``Lettering`` has made them Letter
and Applied. Formats print these nodes and decide nothing about them.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from symnet.model.expression import Expression, Sum
from symnet.model.glyphs import Glyph


@dataclass(frozen=True, slots=True)
class Letter(Expression):
    """A symbol as it looks; ``name``: the variable of the network it stands for, or empty."""

    glyph: Glyph
    name: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose value a displayed number is, in the names that the network's programs have.

    ``sample``: in which of the samples an update sees, from 0; None: reduced over all of them.
    ``updating``: an expression of the optimizer's rule, where adjoints are the gradients over all
    samples. ``step``: before which training step, from 0.
    """

    expression: Expression
    sample: int | None = 0
    updating: bool = False
    step: int = 0


@dataclass(frozen=True, slots=True)
class Decimal(Expression):
    """A number as it is displayed: decimal digits, perhaps signed, times a power of ten.

    ``origin``: None for a number that would be the same with another sample and other parameters.
    """

    digits: str
    exponent: int = 0
    origin: Origin | None = field(default=None, compare=False)

    @property
    def value(self) -> Fraction:
        """The number that these digits say."""
        return Fraction(self.digits) * Fraction(10) ** self.exponent

    def __str__(self) -> str:
        return f"{self.digits}e{self.exponent}" if self.exponent else self.digits


@dataclass(frozen=True, slots=True)
class Partial(Expression):
    """The partial derivative of one variable by another, as the name of a factor."""

    of: Expression
    by: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.of, self.by)


@dataclass(frozen=True, slots=True)
class Applied(Expression):
    """A function applied to arguments; ``primed``: its derivative."""

    function: Letter
    arguments: tuple[Expression, ...]
    primed: bool = False

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Raised(Expression):
    """A base to any exponent."""

    base: Expression
    exponent: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.base, self.exponent)


@dataclass(frozen=True, slots=True)
class Ratio(Expression):
    """A quotient written on one line, as in an exponent."""

    above: Expression
    below: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.above, self.below)


@dataclass(frozen=True, slots=True)
class Root(Expression):
    """A square root."""

    inside: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class Absolute(Expression):
    """An absolute value."""

    inside: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class Underbraced(Expression):
    """Something with a brace under it that says what it is equal to."""

    inside: Expression
    label: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside, self.label)


@dataclass(frozen=True, slots=True)
class Marked(Expression):
    """A shared quantity; everything with the same ``mark`` has the same colour."""

    inside: Expression
    mark: str

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    """A value for each of several conditions, as (value, condition)."""

    rows: tuple[tuple[Expression, Expression], ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return tuple(one for row in self.rows for one in row)


@dataclass(frozen=True, slots=True)
class Between(Expression):
    """A condition with two bounds: low < middle <= high."""

    low: Expression
    middle: Expression
    high: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.low, self.middle, self.high)


@dataclass(frozen=True, slots=True)
class BigSum(Expression):
    """The sum of ``inside`` over ``index`` from 1 to ``last``."""

    inside: Expression
    index: Expression
    last: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside, self.index, self.last)


@dataclass(frozen=True, slots=True)
class OfSample(Expression):
    """A quantity in one sample of a batch: the sample in square brackets above it."""

    inside: Expression
    sample: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside, self.sample)


@dataclass(frozen=True, slots=True)
class Entrywise(Expression):
    """Matrices of one shape multiplied entry by entry."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors


@dataclass(frozen=True, slots=True)
class Dots(Expression):
    """What was left out of a long sum or list."""


@dataclass(frozen=True, slots=True)
class Words(Expression):
    """Text inside mathematics."""

    text: str


@dataclass(frozen=True, slots=True)
class Listed(Expression):
    """Several formulas in a row: separated by a comma, or by arrows."""

    items: tuple[Expression, ...]
    arrows: bool = False

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Equalities(Expression):
    """A chain: left, then (relation, right) as often as it takes.

    Relations: ``=``; ``~`` equal after rounding; ``<-`` becomes.
    """

    left: Expression
    steps: tuple[tuple[str, Expression], ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, *(right for _, right in self.steps))


@dataclass(frozen=True, slots=True)
class OneBracket(Expression):
    """The part of a bracketed sum on its first line, or on its last."""

    inside: Sum
    opens: bool

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class Continued(Expression):
    """The rest of a sum or product that started on an earlier line."""

    rest: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.rest,)


def equation(left: Expression, *rights: Expression) -> Equalities:
    """Chain ``left`` to ``rights`` with equals signs, leaving out repetitions."""
    steps: list[tuple[str, Expression]] = []
    for right in rights:
        if not steps or steps[-1][1] != right:
            steps.append(("=", right))
    return Equalities(left, tuple(steps))
