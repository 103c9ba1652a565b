"""The plots: the loss over the training steps, and the loss along one parameter with its tangent.

In: Lesson. Out: blocks.

The second shows whether a gradient is right: the line that it claims has to touch the curve.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symnet.document.blocks import Block, Figure, Heading, Piece
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Equalities, Partial, Words
from symnet.document.plot import Curve, Numbers, plotted, round_step
from symnet.document.rounding import DIGITS, Values, arithmetic, decimal, rounded, settled
from symnet.document.values import Example
from symnet.model.evaluation import run

# How many points of a curve are worked out on each side of the current one; for how many
# operations in all, above which there is no plot.
SIDE = 24
MOST_OPERATIONS = 200_000
# How far the tangent is drawn to each side, as a share of the curve.
REACH = Fraction(2, 3)
# How far the curve may leave the tangent, as a share of what that rises, and how often the way is
# halved for it.
FAR, HALVED = Fraction(3, 2), 12
# A step beside a point, and how close two slopes are that are one.
NEAR, SAME = Fraction(1, 10**16), Fraction(1, 10**6)
LOSSES = "The loss before each step."


def loss_plot(lesson: Lesson) -> Iterator[Block]:
    """Plot the loss before every training step shown."""
    points = tuple((Fraction(step.number), step.loss) for step in lesson.steps)
    if len(points) < 2:
        return
    lines = [Curve("curve", points), Curve("dots", points)]
    losses = [decimal(loss) for _, loss in points]
    said = f"It goes from {losses[0]} to {losses[-1]}."
    titles = (Words("step"), lesson.letters.batch_loss)
    plot = plotted(lines, titles, f"The loss before each of {len(points)} training steps. {said}")
    online = lesson.network.spec.training.mode == "online"
    what = "The loss, of the sample that a step sees, before it." if online else LOSSES
    yield Figure("loss", (what,), plot)


def slope_plot(lesson: Lesson) -> Iterator[Block]:
    """Plot the loss along the parameter with the steepest gradient, and the tangent there."""
    operations = len(lesson.nodes) * 2 * SIDE * len(lesson.seen)
    if not 0 < operations <= MOST_OPERATIONS:
        return
    walk = max(walks(lesson), key=lambda one: abs(one.slope), default=None)
    if walk and walk.slope and walk.is_finite:
        yield Heading(2, ("In a picture",))
        yield _figure(lesson, walk)


def walks(lesson: Lesson) -> Iterator["Walk"]:
    """Yield a walk along every parameter that is told of."""
    example, adjoints = lesson.example, lesson.derivation.adjoints
    if example is None:
        return
    for one in lesson.network.parameters:
        if one.name in lesson.wrt and one.name in adjoints:
            slope = example.reduced(lesson.seen, adjoints[one.name].name)
            yield Walk(lesson, example, one.name, slope)


def _figure(lesson: Lesson, walk: "Walk") -> Figure:
    letter, loss = lesson.letters.symbol(walk.name), lesson.letters.batch_loss
    here, slope = decimal(walk.here), decimal(walk.slope)
    at = (walk.here, walk.loss(walk.here))
    curves = [
        Curve("tangent", walk.tangent),
        Curve("curve", walk.curve),
        Curve("dots", (at,)),
    ]
    meets = "on a kink of it" if walk.on_a_kink else "which touches it"
    description = (
        f"The loss against {walk.name}: a curve, and at {walk.name} = {here} the straight line of "
        f"slope {slope}, {meets}."
    )
    caption = (loss, " along ", letter, " from where it starts. ", *_claim(lesson, walk))
    return Figure("slope", caption, plotted(curves, (letter, loss), description))


def _claim(lesson: Lesson, walk: "Walk") -> tuple[Piece, ...]:
    """Say what the line shows; on a kink of the curve, which slopes are on the two sides."""
    slope = decimal(walk.slope)
    derivative = Partial(lesson.letters.batch_loss, lesson.letters.symbol(walk.name))
    relation = "=" if slope.value == walk.slope else "~"
    line = ("The line has the slope ", Equalities(derivative, ((relation, slope),)))
    if walk.on_a_kink:
        before, after = (decimal(rounded(one, DIGITS).value) for one in walk.sides)
        kink = ", by convention: the curve has a kink there, with the slope "
        return (*line, kink, before, " on the left and ", after, " on the right.")
    return (*line, ": if the gradient is right, it touches the curve.")


@dataclass(frozen=True)
class Walk:
    """The loss along one parameter, from where it starts; ``slope``: what the gradient claims."""

    lesson: Lesson
    example: Example
    name: str
    slope: Fraction

    @property
    def here(self) -> Fraction:
        """Where the parameter starts."""
        return self.lesson.seen[0][self.name]

    @cached_property
    def reach(self) -> Fraction:
        """How far to go: as far as the line still tells something about the curve."""
        most = 2 * max(abs(self.here), Fraction(1))
        steps = [round_step(most / 2**k) for k in range(HALVED)]
        return next(filter(self._is_told, steps), steps[-1])

    def _is_told(self, reach: Fraction) -> bool:
        """Say whether the curve leaves the line by little more than the line rises."""
        sides = (by * reach for by in (-1, -Fraction(1, 2), Fraction(1, 2), 1))
        with suppress(ArithmeticError, ValueError):
            at = self.loss(self.here)
            return all(
                abs(self.loss(self.here + by) - at - by * self.slope)
                <= FAR * abs(self.slope) * reach
                for by in sides
            )
        return False

    @cached_property
    def sides(self) -> tuple[Fraction, Fraction]:
        """The slope of the curve just before and just after where it starts."""
        at = self.loss(self.here)
        before, after = ((self.loss(self.here + by) - at) / by for by in (-NEAR, NEAR))
        return before, after

    @property
    def on_a_kink(self) -> bool:
        """Say whether the curve has two slopes where it starts."""
        before, after = self.sides
        return abs(after - before) > SAME * max(abs(before), abs(after))

    @cached_property
    def curve(self) -> tuple[Numbers, ...]:
        """The points of the curve."""
        found = (self.here + self.reach * k / SIDE for k in range(-SIDE, SIDE + 1))
        return tuple((value, self.loss(value)) for value in found)

    @property
    def tangent(self) -> tuple[Numbers, ...]:
        """The two ends of the tangent."""
        return tuple(
            (self.here + by, self.loss(self.here) + by * self.slope)
            for by in (-REACH * self.reach, REACH * self.reach)
        )

    @cached_property
    def is_finite(self) -> bool:
        """Say whether there is a loss everywhere on the way."""
        try:
            return bool(self.curve)
        except (ArithmeticError, ValueError):
            return False

    def loss(self, value: Fraction) -> Fraction:
        """Return the loss, over the samples of an update, with the parameter at ``value``."""
        loss = self.lesson.network.loss
        moved = ({**sample, self.name: value} for sample in self.lesson.seen)
        return self.example.reduced(tuple({loss: self._of(one)} for one in moved), loss)

    def _of(self, sample: Values) -> Fraction:
        network, kind = self.lesson.network, arithmetic()
        known = {name: kind.number(sample[name]) for name in network.forward.inputs}
        return settled(run(network.forward, known, kind)[network.loss])
