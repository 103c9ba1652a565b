"""What is asked of a target.

In: Spec, TrainingStep. Out: Request.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from symnet.derive.update import TrainingStep
from symnet.emit.options import Arithmetic, Form, Precision
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec
from symnet.rendering import render

Samples = Literal["one", "batch", "online"]

# The number of parameters up to which a person would read one line for every unit.
READABLE = 200


@dataclass(frozen=True, slots=True)
class Request:
    """One network to emit in one target and style.

    ``step``: None asks for loops over the layers, which need no scalar network. ``source``: what
    the command line calls the network; a base name. ``arithmetic``: in the order of the textbook,
    reassociated for fewer operations, or by whole matrices; ``usual_arithmetic``: what the target
    writes where nothing is asked. ``matrices``: it goes by layers in either form.
    ``with_test``: a program beside the code that tests it.
    ``templates``: the user's own, which come first. ``source_map``: a file beside the code that
    says which line computes which equation. ``precision``: of all numbers.
    """

    spec: Spec
    step: TrainingStep | None
    target: str
    style: str
    source: str
    arithmetic: Arithmetic = "exact"
    with_test: bool = False
    templates: Path | None = None
    source_map: bool = False
    usual_arithmetic: Arithmetic = "exact"
    matrices: bool = False
    precision: Precision = "double"

    @property
    def samples(self) -> Samples:
        """Whether an update sees one sample, a batch of them, or takes them one after another."""
        if self.spec.training.mode == "online":
            return "online"
        batch = self.spec.samples is not None and self.spec.samples.batch
        return "batch" if batch else "one"

    @property
    def xy(self) -> tuple[str, ...]:
        """What functions call a sample: inputs, and targets where the loss has any."""
        return ("x", "y") if self.spec.targets else ("x",)

    @property
    def command(self) -> str:
        """The command that writes the same code again."""
        asked = f"symnet emit {self.source} --target {self.target}"
        asked += "" if self.style == "module" else f" --style {self.style}"
        asked += "" if self.form == usual_form(self.spec) else f" --form {self.form}"
        usual = self.arithmetic == self.usual_arithmetic
        asked += "" if usual else f" --arithmetic {self.arithmetic}"
        asked += "" if self.precision == "double" else f" --precision {self.precision}"
        return asked + (f" --templates {self.templates.name}" if self.templates else "")

    def render(self, template: str, /, **fields: object) -> str:
        """Render one of the target's templates, or the user's own of that name."""
        path = f"code/{self.target}/{template}"
        return render(path, overlay=self.templates, **fields)

    @property
    def by_layer(self) -> bool:
        """Whether the lines compute the equations of the matrix form."""
        return self.matrices or self.step is None

    @property
    def form(self) -> Form:
        """One line for every node, or loops."""
        return "loops" if self.step is None else "scalar"


def usual_form(spec: Spec) -> Form:
    """Return the form of a network for which none is asked: loops where nobody would read on."""
    return "scalar" if len(parameter_names(spec)) <= READABLE else "loops"
