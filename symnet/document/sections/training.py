"""The section with every training step: prediction, loss, and the table of old and new values.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symnet.document.blocks import Block, Heading, Paragraph, Pieces, Table, paragraph
from symnet.document.lesson import MOST_STEPS, Lesson
from symnet.document.mathematics import Decimal, Equalities, Origin
from symnet.document.prose import counted, listed
from symnet.document.rounding import decimal, rounded
from symnet.document.sections.plots import loss_plot
from symnet.document.sections.updates import rate_letter
from symnet.document.values import Step
from symnet.model.expression import Expression, Symbol

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
        yield from loss_plot(lesson)
    moved = any(one.name in lesson.wrt for one in lesson.network.parameters)
    for step in lesson.steps if moved else ():
        yield Heading(3, (f"Step {step.number}",))
        yield Paragraph(_before(lesson, step))
        yield _table(lesson, step)


def _losses(lesson: Lesson) -> Table:
    """Show how the loss moves, step by step."""
    rows = tuple(
        ((str(step.number),), (_rate(lesson, step),), (_whole_loss(lesson, step),))
        for step in lesson.steps
    )
    head: tuple[Pieces, ...] = (
        ("Step",),
        ("Learning rate ", rate_letter(lesson)),
        ("Loss ", lesson.letters.batch_loss, " before it"),
    )
    return Table("losses", ("The loss before each step.",), head, rows)


def _rate(lesson: Lesson, step: Step) -> Decimal:
    origin = Origin(Symbol(lesson.training.rate), updating=True, step=step.number - 1)
    return replace(decimal(step.rate, TABLE_DIGITS[0]), origin=origin)


def _whole_loss(lesson: Lesson, step: Step) -> Decimal:
    origin = Origin(Symbol(lesson.network.loss), None, step=step.number - 1)
    return replace(decimal(step.loss, TABLE_DIGITS[0]), origin=origin)


def _before(lesson: Lesson, step: Step) -> Pieces:
    """Say what the network predicts before the step, and the loss."""
    letters, samples = lesson.letters, lesson.network.spec.samples
    said = [_equal(letters.batch_loss, step.loss, _whole_loss(lesson, step))]
    if len(step.samples) == 1:
        predictions = lesson.network.predictions
        found = [_prediction(step, name) for name in predictions]
        values = [step.seen[0][name] for name in predictions]
        said = [*map(_equal, map(letters.symbol, predictions), values, found), *said]
    one_of_several = samples is not None and len(samples.x) > 1 and len(step.samples) == 1
    on = f" on sample {step.samples[0] + 1}" if one_of_several else ""
    rate = _equal(rate_letter(lesson), step.rate, _rate(lesson, step))
    return ("The learning rate is ", rate, f"; before the step{on}, ", *listed(said), ".")


def _prediction(step: Step, name: str) -> Decimal:
    origin = Origin(Symbol(name), step=step.number - 1)
    return replace(decimal(step.seen[0][name], TABLE_DIGITS[0]), origin=origin)


def _equal(left: Expression, value: Fraction, shown: Decimal) -> Equalities:
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
                (replace(decimal(values[name], digits or TABLE_DIGITS[0]), origin=origin),)
                for values, origin in zip(
                    (step.before, step.gradients, step.after),
                    _origins(lesson, step, name),
                    strict=True,
                )
            ),
        )
        for name in names
    )
    head: tuple[Pieces, ...] = (("Parameter",), ("Old value",), ("Gradient",), ("New value",))
    worked = "the numbers shown" if digits else "unrounded values"
    return Table(f"step-{step.number}", (f"Step {step.number}, worked from {worked}.",), head, rows)


def _origins(lesson: Lesson, step: Step, name: str) -> Iterator[Origin]:
    """Yield what a parameter's old value, gradient and new value are the values of."""
    place = [one.name for one in lesson.network.parameters].index(name)
    gradient = lesson.derivation.adjoints[name].name
    for one in (name, gradient, lesson.training.rule.outputs[place]):
        yield Origin(Symbol(one), updating=True, step=step.number - 1)


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
