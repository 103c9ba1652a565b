"""A derivation told as a lecturer would: from the network to the new parameters.

In: Derivation, TrainingStep. Out: Document.
"""

from collections.abc import Iterator

from symnet.check.report import Report
from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep
from symnet.document.blocks import Document, Route, numbered
from symnet.document.detail import Part, in_detail
from symnet.document.facts import facts
from symnet.document.lesson import Lesson
from symnet.document.options import Detail
from symnet.document.sections.backward import backward_numbers, backward_section, local_section
from symnet.document.sections.example import batch_numbers, forward_numbers
from symnet.document.sections.figure import draw
from symnet.document.sections.forward import forward_section
from symnet.document.sections.gradients import gradients_section
from symnet.document.sections.network import network_section
from symnet.document.sections.notes import notes
from symnet.document.sections.operations import operations_section
from symnet.document.sections.plots import slope_plot
from symnet.document.sections.proof import proof_section
from symnet.document.sections.training import training_section
from symnet.document.sections.updates import update_section

SUBTITLES: dict[Detail, str] = {
    "full": "The gradient by the chain rule, step by step",
    "brief": "The gradient by the chain rule, in brief",
}


def explain(
    derivation: Derivation,
    training: TrainingStep,
    wrt: tuple[str, ...] = (),
    report: Report | None = None,
    detail: Detail = "full",
) -> Document:
    """Tell the derivation; ``wrt``: only the gradients of these variables."""
    lesson = Lesson(derivation, training, wrt or _all(derivation))
    network = derivation.network
    marks = tuple(
        derivation.adjoints[name].name
        for name in lesson.of_kind("pre_activation")
        if name in lesson.needed
    )
    parts = (*_blocks(lesson), *proof_section(lesson, report))
    blocks = numbered(in_detail(parts, detail), in_detail(parts, "full"))
    subtitle = SUBTITLES[detail]
    head = tuple(facts(lesson))
    routes = tuple(_route(derivation, name) for name in lesson.wrt)
    name, title = network.spec.name, network.spec.title
    return Document(
        name,
        title,
        subtitle,
        head,
        blocks,
        marks,
        routes=routes,
        step=training,
        drawing=draw(lesson),
    )


def _route(derivation: Derivation, variable: str) -> Route:
    """Collect the steps from a variable to the loss, each once however many paths share it."""
    steps: dict[tuple[str, str], None] = {}
    waiting = [variable]
    for name in waiting:
        terms = derivation.adjoints[name].terms if name in derivation.adjoints else ()
        for term in terms:
            ends = term.consumer == derivation.network.loss
            if not ends and term.consumer not in waiting:
                waiting.append(term.consumer)
            steps["" if ends else term.consumer, name] = None
    return Route(variable, tuple(steps))


def _all(derivation: Derivation) -> tuple[str, ...]:
    network = derivation.network
    inputs = network.inputs if network.spec.input_gradients else ()
    return (*(one.name for one in network.parameters), *inputs)


def _blocks(lesson: Lesson) -> Iterator[Part]:
    yield from network_section(lesson)
    yield from forward_section(lesson)
    yield from forward_numbers(lesson)
    if lesson.batch == 1:
        yield from notes(lesson)
    yield from local_section(lesson)
    yield from backward_section(lesson)
    yield from backward_numbers(lesson)
    yield from batch_numbers(lesson)
    if lesson.batch > 1:
        yield from notes(lesson)
    yield from update_section(lesson)
    yield from gradients_section(lesson)
    yield from slope_plot(lesson)
    yield from training_section(lesson)
    yield from operations_section(lesson)
