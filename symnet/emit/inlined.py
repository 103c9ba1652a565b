"""An update as statements that may give variables other values, before it is text of a language.

In: Request, TrainingStep. Out: Inlined.
"""

from dataclasses import dataclass, replace

from symnet.derive.fused import FusedStep, fused, fused_rule
from symnet.derive.update import TrainingStep
from symnet.emit.printing import Printer
from symnet.emit.remarks import fused_remarks
from symnet.emit.request import Request, Samples
from symnet.emit.routines import Reads, gradient_reads, names_in, sample_reads
from symnet.emit.sections import Sections, sections
from symnet.model.program import Program


@dataclass(frozen=True, slots=True)
class Inlined:
    """A step as statements: ``kept``: what goes from step to step; ``given``: what is new in each.

    ``found``: the program that they carry out.
    """

    found: FusedStep
    sections: Sections
    kept: Reads
    given: Reads
    samples: Samples

    @property
    def trains(self) -> bool:
        """Whether there is a loop of it: a batch's gradients are another function.

        Nor is there one where no step changes anything, as if all is frozen.
        """
        changes = self.sections.statements or self.sections.carried
        return self.samples != "batch" and bool(changes)


def fused_update(request: Request, step: TrainingStep) -> Inlined | None:
    """Fuse the update of a sample, if that is asked for; of a batch, that from its gradients."""
    if request.arithmetic != "fused":
        return None
    return _inlined(request, step, (fused_rule if request.samples == "batch" else fused)(step))


def exact_update(request: Request, step: TrainingStep, program: Program) -> Inlined:
    """Take an update as it is."""
    found = FusedStep(program.inputs, program.assignments, program.outputs)
    return _inlined(request, step, found)


def telling(printer: Printer, request: Request, one: Inlined) -> Printer:
    """Return what writes a fused update: its lines have other equations than the exact form's."""
    return replace(printer, remarks=fused_remarks(request, one.found), lines={})


def all_names(step: TrainingStep, update: Inlined | None) -> tuple[str, ...]:
    """Return every variable that the code may hold, those of a fused update last."""
    more = update.found.names if update else ()
    return tuple(dict.fromkeys((*names_in(step), *more)))


def _inlined(request: Request, step: TrainingStep, found: FusedStep) -> Inlined:
    parameters, *given = sample_reads(step)
    batch = request.samples == "batch"
    return Inlined(
        found,
        sections(step, found),
        (parameters, ("state", step.state)) if step.state else (parameters,),
        (gradient_reads(step),) if batch else tuple(given),
        request.samples,
    )
