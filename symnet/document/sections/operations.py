"""The paragraph that says how much is computed.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator

from symnet.document.blocks import Block, Heading, paragraph
from symnet.document.lesson import Lesson
from symnet.emit.counting import exact_counts


def operations_section(lesson: Lesson) -> Iterator[Block]:
    """Count the operations of a sample and of an update; nothing where only a part is told."""
    if not {one.name for one in lesson.network.parameters} <= set(lesson.wrt):
        return
    batch = lesson.batch > 1
    sample = " of a sample" if batch else ""
    update = "The update from the gradients" if batch else "A whole update, all of this included,"
    sentences = (
        f"The forward pass{sample} takes",
        f"Loss and gradients{sample}, forward pass included, take",
        f"{update} takes",
    )
    yield Heading(1, ("Operations",))
    counts = [found for _, found in exact_counts(lesson.training, batch)]
    for sentence, found in zip(sentences, counts, strict=True):
        yield paragraph(f"{sentence} {found}.")
    if any(found.gates for found in counts):
        yield paragraph(
            "A gate chooses between two values by a test; a choice of the larger one is a maximum."
        )
