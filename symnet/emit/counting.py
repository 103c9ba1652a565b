"""How many operations the emitted functions take, for their header.

In: Request, TrainingStep, Loops. Out: Counts by what they compute.
"""

from symnet.derive.operations import Counts, operations
from symnet.derive.update import TrainingStep
from symnet.emit.loops import Loops
from symnet.emit.request import Request

Counted = tuple[tuple[str, Counts], ...]


def scalar_counts(request: Request, step: TrainingStep) -> Counted:
    """Count the operations of the scalar form."""
    counts = (
        ("forward", operations(step.forward)),
        ("loss and gradients", operations(step.loss, step.gradients)),
    )
    if request.samples == "batch":
        of_a_sample = tuple((f"{subject} of a sample", found) for subject, found in counts)
        return (*of_a_sample, ("update from gradients", operations(step.rule)))
    return (*counts, ("update", operations(step.update)))


def loop_counts(found: Loops) -> Counted:
    """Count the operations of the loops, as often as they run."""
    return (
        ("forward", found.forward.operations),
        ("gradients", found.gradients.operations),
        ("update from gradients", found.update.operations),
    )
