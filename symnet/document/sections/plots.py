"""The plots: the loss over the training steps, and the loss along one parameter with its tangent.

In: Lesson. Out: blocks.

The second shows whether a gradient is right: the line that it claims has to touch the curve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symnet.check.kinks import notices
from symnet.document.blocks import Block, Figure, Piece
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Equalities, Partial, Words
from symnet.document.plot import Curve, Numbers, plotted, round_step
from symnet.document.rounding import Values, arithmetic, decimal, settled
from symnet.model.evaluation import run

# How many points of a curve are worked out on each side of the current one; for how many
# operations in all, above which there is no plot.
SIDE = 24
MOST_OPERATIONS = 200_000
# How far the tangent is drawn to each side, as a share of the curve.
REACH = Fraction(2, 3)
CLOSE = Fraction(1, 1000)
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
        yield _figure(lesson, walk)


def walks(lesson: Lesson) -> Iterator["Walk"]:
    """Yield a walk along every parameter that is told of."""
    example = lesson.example
    for one in lesson.network.parameters if example else ():
        if example and one.name in lesson.wrt:
            adjoint = lesson.derivation.adjoints[one.name].name
            yield Walk(lesson, one.name, example.reduced(lesson.seen, adjoint))


def _figure(lesson: Lesson, walk: "Walk") -> Figure:
    letter, loss = lesson.letters.symbol(walk.name), lesson.letters.batch_loss
    here, slope = decimal(walk.here), decimal(walk.slope)
    at = (walk.here, walk.loss(walk.here))
    curves = [
        Curve("tangent", walk.tangent),
        Curve("curve", walk.curve),
        Curve("dots", (at,)),
    ]
    description = (
        f"The loss against {walk.name}: a curve, and at {walk.name} = {here} the straight line of "
        f"slope {slope}, which touches it."
    )
    caption = (loss, " along ", letter, " from where it starts. ", *_claim(lesson, walk))
    return Figure("slope", caption, plotted(curves, (letter, loss), description))


def _claim(lesson: Lesson, walk: "Walk") -> tuple[Piece, ...]:
    """Say what the line shows; on a kink it need not touch the curve on both sides."""
    slope = decimal(walk.slope)
    derivative = Partial(lesson.letters.batch_loss, lesson.letters.symbol(walk.name))
    relation = "=" if slope.value == walk.slope else "~"
    line = ("The line has the slope ", Equalities(derivative, ((relation, slope),)))
    if any(one.situation == "on a kink" for one in notices(lesson.derivation)):
        return (*line, ", by the convention at the kink that the network stands on.")
    return (*line, ": if the gradient is right, it touches the curve.")


@dataclass(frozen=True)
class Walk:
    """The loss along one parameter, from where it starts; ``slope``: what the gradient claims."""

    lesson: Lesson
    name: str
    slope: Fraction

    @property
    def here(self) -> Fraction:
        """Where the parameter starts."""
        return self.lesson.seen[0][self.name]

    @cached_property
    def reach(self) -> Fraction:
        """How far to go: about twice the way to the lowest point of the parabola that fits here."""
        before, at, after = (self.loss(self.here + by) for by in (-CLOSE, Fraction(0), CLOSE))
        bend = abs(before - 2 * at + after) / CLOSE**2
        far = 2 * abs(self.slope) / bend if bend > abs(self.slope) / 2 else Fraction(4)
        return round_step(max(far, Fraction(1, 100)))

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
        seen = self.lesson.seen
        found = sum((self._of(one, value) for one in seen), Fraction(0))
        mean = self.lesson.network.spec.training.reduction == "mean"
        return found / len(seen) if mean else found

    def _of(self, sample: Values, value: Fraction) -> Fraction:
        network, kind = self.lesson.network, arithmetic()
        given = {**sample, self.name: value}
        known = {name: kind.number(given[name]) for name in network.forward.inputs}
        return settled(run(network.forward, known, kind)[network.loss])
