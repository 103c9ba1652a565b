"""The section with every training step: prediction, loss, and the table of old and new values.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator
from fractions import Fraction

from symnet.document.blocks import Block, Heading, Paragraph, Pieces, Table, paragraph
from symnet.document.lesson import MOST_STEPS, Lesson
from symnet.document.mathematics import Equalities
from symnet.document.prose import counted, listed
from symnet.document.rounding import decimal, rounded
from symnet.document.sections.updates import rate_letter
from symnet.document.values import Step
from symnet.model.expression import Expression

TABLE_DIGITS = (8, 9, 10)


def training_section(lesson: Lesson) -> Iterator[Block]:
    """Tell the training steps of the file, at most ten of them."""
    if not lesson.steps:
        if lesson.seen and lesson.network.spec.training.rates:
            yield paragraph("Training leads to values that are not finite.", warning=True)
        return
    asked = len(lesson.network.spec.training.rates)
    yield Heading(1, ("Training",))
    text = f"The network file asks for {counted(asked, 'step')}."
    if asked > MOST_STEPS:
        text += f" The first {len(lesson.steps)} are shown."
    yield paragraph(text)
    if len(lesson.steps) > 1:
        yield _losses(lesson)
    moved = any(one.name in lesson.wrt for one in lesson.network.parameters)
    for step in lesson.steps if moved else ():
        yield Heading(3, (f"Step {step.number}",))
        yield Paragraph(_before(lesson, step))
        yield _table(lesson, step)


def _losses(lesson: Lesson) -> Table:
    """Show how the loss moves, step by step."""
    rows = tuple(
        ((str(step.number),), (decimal(step.rate),), (decimal(step.loss, TABLE_DIGITS[0]),))
        for step in lesson.steps
    )
    head: tuple[Pieces, ...] = (
        ("Step",),
        ("Learning rate ", rate_letter(lesson)),
        ("Loss ", lesson.letters.batch_loss, " before it"),
    )
    return Table("losses", ("The loss before each step.",), head, rows)


def _before(lesson: Lesson, step: Step) -> Pieces:
    """Say what the network predicts before the step, and the loss."""
    letters, samples = lesson.letters, lesson.network.spec.samples
    said = [_equal(letters.batch_loss, step.loss)]
    if len(step.samples) == 1:
        predictions = lesson.network.predictions
        said = [*(_equal(letters.symbol(p), step.seen[0][p]) for p in predictions), *said]
    one_of_several = samples is not None and len(samples.x) > 1 and len(step.samples) == 1
    on = f" on sample {step.samples[0] + 1}" if one_of_several else ""
    rate = _equal(rate_letter(lesson), step.rate)
    return ("The learning rate is ", rate, f"; before the step{on}, ", *listed(said), ".")


def _equal(left: Expression, value: Fraction) -> Equalities:
    shown = decimal(value, TABLE_DIGITS[0])
    return Equalities(left, (("=" if shown.value == value else "~", shown),))


def _table(lesson: Lesson, step: Step) -> Table:
    letters = lesson.letters
    names = [one.name for one in lesson.network.parameters if one.name in lesson.wrt]
    digits = _digits(lesson, step)
    frozen = {one.name for one in lesson.network.parameters if one.frozen}
    rows = tuple(
        (
            (letters.symbol(name), *((" (frozen)",) if name in frozen else ())),
            *(
                (decimal(values[name], digits or TABLE_DIGITS[0]),)
                for values in (step.before, step.gradients, step.after)
            ),
        )
        for name in names
    )
    head: tuple[Pieces, ...] = (("Parameter",), ("Old value",), ("Gradient",), ("New value",))
    note = "." if digits else ", worked from unrounded values."
    return Table(f"step-{step.number}", (f"Step {step.number}{note}",), head, rows)


def _digits(lesson: Lesson, step: Step) -> int | None:
    """Return the digits with which every row holds as it is displayed; None if none do."""
    if lesson.network.spec.training.optimizer.name != "gradient_descent":
        return None
    for digits in TABLE_DIGITS:
        if all(
            _holds(step, one.name, digits) for one in lesson.network.parameters if not one.frozen
        ):
            return digits
    return None


def _holds(step: Step, name: str, digits: int) -> bool:
    old, slope, new = (
        decimal(values[name], digits) for values in (step.before, step.gradients, step.after)
    )
    typed = old.value - step.rate * slope.value
    return typed == new.value or rounded(typed, digits) == new
