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
    *others, (update, exact) = exact_counts(step, request.samples == "batch")
    if fused is None:
        return (*others, (update, exact))
    return (*others, (f"{update}, fused", fused.operations), (f"{update}, exact form", exact))


def exact_counts(step: TrainingStep, batch: bool) -> Counted:
    """Count the operations in the textbook's order: forward, loss and gradients, update."""
    of = " of a sample" if batch else ""
    asked = step.network.spec.input_gradients
    both = "loss, gradients and input gradients" if asked else "loss and gradients"
    update = ("update from gradients", step.rule) if batch else ("update", step.update)
    return (
        (f"forward{of}", operations(step.forward)),
        (f"{both}{of}", operations(step.loss, step.gradients)),
        (update[0], operations(update[1])),
    )


def loop_counts(request: Request, found: Loops) -> Counted:
    """Count the operations of the loops, as often as they run."""
    of = " of a sample" if request.samples == "batch" else ""
    return (
        (f"forward{of}", found.forward.operations),
        (f"gradients{of}", found.gradients.operations),
        ("update from gradients", found.update.operations),
    )
