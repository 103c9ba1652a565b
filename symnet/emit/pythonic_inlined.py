"""An update as statements in Python, and the training loop that carries it out in place.

In: TrainingStep. Out: lines of Python, operation counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from symnet.derive.fused import FusedStep, fused, fused_rule
from symnet.derive.update import TrainingStep
from symnet.emit.layout import STEP
from symnet.emit.printing import Printer
from symnet.emit.pythonic import LINES, returned, unpacked
from symnet.emit.request import Request, Samples
from symnet.emit.routines import Reads, gradient_reads, sample_reads
from symnet.emit.sections import Sections, sections
from symnet.emit.statements import written
from symnet.model.program import Program

Lines = tuple[str, ...]
# What the loop of `train` uses besides the network's names.
OWN = frozenset(("step", "k", "rates"))
NOTHING = 'raise ValueError("there is nothing to learn from: give at least one sample")'


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

    def update(self, printer: Printer, calls: Mapping[str, str]) -> Lines:
        """Write the body of `update`; ``calls``: what is called for an argument it has not."""
        lines = written(self.sections.statements, LINES, printer)
        reads = _unpacked((*self.kept, *self.given), printer, calls)
        return (*reads, *lines, *returned(self.sections.results, printer))

    def train(self, printer: Printer) -> Lines:
        """Write the body of `train`; none for a batch, whose gradients are another function.

        None either where no step changes anything, as if all is frozen.
        """
        statements = (*self.sections.statements, *self.sections.carried)
        if self.samples == "batch" or not statements:
            return ()
        steps = written(statements, LINES, printer, STEP)
        start = self._online(printer) if self.samples == "online" else self._repeated(printer)
        return (*start, *steps, *returned(self.sections.kept, printer))

    def _repeated(self, printer: Printer) -> Lines:
        reads = _unpacked((*self.kept, *self.given), printer)
        return (*reads, "for learning_rate in rates:")

    def _online(self, printer: Printer) -> Lines:
        reads = _unpacked(self.given, printer, {"x": "x[k]", "y": "y[k]"}, 2 * len(STEP))
        return (
            "if len(x) == 0:",
            STEP + NOTHING,
            *_unpacked(self.kept, printer),
            "for step, learning_rate in enumerate(rates):",
            f"{STEP}k = step % len(x)",
            *(STEP + line for line in reads),
        )


def fused_python(request: Request, step: TrainingStep) -> Inlined:
    """Fuse the update of a sample; of a batch, the update from finished gradients."""
    return _inlined(request, step, (fused_rule if request.samples == "batch" else fused)(step))


def exact_python(request: Request, step: TrainingStep, program: Program) -> Inlined:
    """Take an update as it is."""
    found = FusedStep(program.inputs, program.assignments, program.outputs)
    return _inlined(request, step, found)


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


def _unpacked(
    reads: Reads,
    printer: Printer,
    calls: Mapping[str, str] | None = None,
    indent: int = len(STEP),
) -> Lines:
    lines: Lines = ()
    for argument, names in reads:
        now = [printer.names.get(name, name) for name in names]
        lines += unpacked(now, (calls or {}).get(argument, argument), indent)
    return lines
