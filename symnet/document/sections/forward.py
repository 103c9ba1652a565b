"""The sections that go forward: every unit in order, the loss, and the same in numbers.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator
from fractions import Fraction

from symnet.document.blocks import Block, Equation, Equations, Heading, paragraph
from symnet.document.detail import Part
from symnet.document.lesson import Lesson
from symnet.document.lines import shortened
from symnet.document.mathematics import BigSum, OfSample, equation
from symnet.document.prose import counted
from symnet.document.sections.functions import functions_section
from symnet.model.evaluation import FUNCTIONS, definition
from symnet.model.expression import Call, Expression, Number, Product, Quotient
from symnet.model.losses import LOSSES

NO_LOSS = "There is no loss: the gradients are those of one output, which takes its place:"


def forward_section(lesson: Lesson) -> Iterator[Part]:
    """Write the forward pass, the functions in it, and the loss."""
    yield Heading(1, ("Forward pass",))
    last = len(lesson.network.layers)
    for layer in range(1, last + 1):
        yield paragraph(layer_name(layer, last) + ":")
        names = (*lesson.of_kind("pre_activation", layer), *_activations(lesson, layer))
        yield Equations(tuple(_node(lesson, name) for name in names))
    yield from functions_section(lesson)
    yield from _loss(lesson)
    yield from _batch_loss(lesson)


def layer_name(layer: int, last: int) -> str:
    """Return what a layer is called."""
    if last == 1:
        return "The only layer"
    if layer == last:
        return "Output layer"
    return "Hidden layer" if last == 2 else f"Hidden layer {layer}"


def _activations(lesson: Lesson, layer: int) -> Iterator[str]:
    yield from lesson.of_kind("activation", layer)
    yield from lesson.of_kind("prediction", layer)


def _node(lesson: Lesson, name: str) -> Equation:
    """Write one node; a function of a whole layer with its definition."""
    node, letters = lesson.nodes[name], lesson.letters
    steps = [letters(node)]
    if isinstance(node, Call) and FUNCTIONS[node.function].layer_pullback is not None:
        steps = [shortened(one) for one in (*steps, letters(definition(node)))]
    return Equation(name, equation(letters.symbol(name), *steps), name)


def _loss(lesson: Lesson) -> Iterator[Block]:
    yield Heading(1, ("Loss",))
    yield paragraph(_loss_in_words(lesson))
    name = lesson.network.loss
    body = equation(lesson.letters.loss, lesson.letters(lesson.nodes[name]))
    yield Equations((Equation("loss", body, name),))


def _loss_in_words(lesson: Lesson) -> str:
    entry = LOSSES[lesson.network.spec.loss.name]
    if entry.name == "none":
        return NO_LOSS
    title = entry.title if len(lesson.network.predictions) > 1 else entry.title.split(",")[0]
    article = "" if title.startswith("half") else "the "
    one = "The loss of one sample" if lesson.batch > 1 else "The loss"
    return f"{one} is {article}{title}:"


def _batch_loss(lesson: Lesson) -> Iterator[Block]:
    if lesson.batch == 1:
        return
    mean = lesson.network.spec.training.reduction == "mean"
    kind = "mean" if mean else "sum"
    yield paragraph(
        f"One update sees {counted(lesson.batch, 'sample')}. The loss of the batch is the {kind} "
        "of their losses; square brackets say which sample is meant:"
    )
    letters = lesson.letters
    index = letters.variable("s")
    each = OfSample(letters.loss, index)
    body = equation(letters.batch_loss, reduced(lesson, each, index))
    yield Equations((Equation("batch-loss", body, "batch_loss"),))
    yield paragraph(
        f"So its derivative by any parameter is the {kind} of the derivatives of ",
        letters.loss,
        ", which the next sections derive for one sample.",
    )


def reduced(lesson: Lesson, each: Expression, index: Expression) -> Expression:
    """Sum over the samples, and divide by their number for a mean."""
    count = Number(Fraction(lesson.batch))
    whole = BigSum(each, index, count)
    if lesson.network.spec.training.reduction == "sum":
        return whole
    return Product((Quotient(Number(Fraction(1)), count), whole))
