"""The paragraph that says how much is computed.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator

from symnet.derive.operations import Counts, operations
from symnet.document.blocks import Block, Heading, paragraph
from symnet.document.lesson import Lesson


def operations_section(lesson: Lesson) -> Iterator[Block]:
    """Count the operations of a sample and of an update; nothing where only a part is told."""
    told = {one.name for one in lesson.network.parameters} <= set(lesson.wrt)
    if not told:
        return
    yield Heading(1, ("Operations",))
    for what, found in _counts(lesson):
        yield paragraph(f"{what} {found}.")


def _counts(lesson: Lesson) -> Iterator[tuple[str, Counts]]:
    """Yield what is counted, as the start of a sentence, and its operations."""
    step, sample = lesson.training, " of a sample" * (lesson.batch > 1)
    yield f"The forward pass{sample} takes", operations(step.forward)
    both = operations(step.loss, step.gradients)
    yield f"Loss and gradients{sample}, forward pass included, take", both
    if lesson.batch > 1:
        yield "The update from the gradients takes", operations(step.rule)
    else:
        yield "A whole update, all of this included, takes", operations(step.update)
