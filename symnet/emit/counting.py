"""How many operations the emitted functions take, for their header.

In: Request, TrainingStep, Loops. Out: Counts by what they compute.
"""

from symnet.derive.fused import FusedStep
from symnet.derive.operations import Counts, operations
from symnet.derive.update import TrainingStep
from symnet.emit.loops import Loops
from symnet.emit.request import Request

Counted = tuple[tuple[str, Counts], ...]


def scalar_counts(request: Request, step: TrainingStep, fused: FusedStep | None = None) -> Counted:
    """Count the operations of the scalar form; of an update both as fused and as it would be."""
    counts: Counted = (
        ("forward", operations(step.forward)),
        ("loss and gradients", operations(step.loss, step.gradients)),
    )
    update, exact = "update", step.update
    if request.samples == "batch":
        counts = tuple((f"{subject} of a sample", found) for subject, found in counts)
        update, exact = "update from gradients", step.rule
    if fused is None:
        return (*counts, (update, operations(exact)))
    as_fused = (f"{update}, fused", fused.operations)
    return (*counts, as_fused, (f"{update}, exact form", operations(exact)))


def loop_counts(found: Loops) -> Counted:
    """Count the operations of the loops, as often as they run."""
    return (
        ("forward", found.forward.operations),
        ("gradients", found.gradients.operations),
        ("update from gradients", found.update.operations),
    )
