"""The matrix form told as a lecturer would: shapes, forward, deltas from the last layer back.

In: MatrixDerivation. Out: Document.

The functions, and the proof entry by entry, are told of the network itself where it can be read
unit by unit, and otherwise of one with the same layers that is only a few units wide.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain

from symnet.check.matrix import disagreements
from symnet.derive.backprop import backpropagate
from symnet.derive.matrix import SAMPLE_COUNT, MatrixDerivation, MatrixStep, derive_matrices
from symnet.derive.update import training_step
from symnet.document.blocks import (
    Block,
    Document,
    Equation,
    Equations,
    Heading,
    Table,
    numbered,
    paragraph,
)
from symnet.document.detail import Part, in_detail
from symnet.document.facts import facts
from symnet.document.lesson import Lesson
from symnet.document.lettering import ELEMENTARY, Lettering, number
from symnet.document.mathematics import (
    Applied,
    BigSum,
    Entrywise,
    Equalities,
    Letter,
    OfSample,
    Partial,
    Raised,
    equation,
)
from symnet.document.options import Detail
from symnet.document.prose import counted, listed
from symnet.document.sections.entries import loss_by_entries
from symnet.document.sections.forward import NO_LOSS
from symnet.document.sections.functions import functions_section
from symnet.model.expression import (
    Call,
    Expression,
    Number,
    Product,
    Quotient,
    Symbol,
    rebuilt,
)
from symnet.model.glyphs import Glyph, glyph, indexed
from symnet.model.losses import LOSSES
from symnet.model.matrices import Hadamard, Matrix, MatrixProduct, Ones, Transpose
from symnet.model.narrow import narrowed, sizes
from symnet.model.network import build_network
from symnet.model.numbering import bias_names, parameter_names, weight_names
from symnet.model.symbols import symbol

READABLE = 200
SYMBOLS = {"z": "pre_activation", "h": "activation", "y_hat": "prediction", "delta": "delta"}
NAMES = {"W": "weights", "b": "biases", "z": "pre-activations", "h": "activations"}


def explain_matrices(derivation: MatrixDerivation, detail: Detail = "full") -> Document:
    """Tell the matrix form of a network of any width."""
    spec = derivation.spec
    told = spec if len(parameter_names(spec)) <= READABLE else narrowed(spec)
    scalar = backpropagate(build_network(told))
    lesson = Lesson(scalar, training_step(scalar), ())
    teller = _Teller(derivation, lesson)
    parts = (*teller.network(), *teller.forward(), *teller.backward(), *teller.proof())
    blocks = numbered(in_detail(parts, detail), in_detail(parts, "full"))
    subtitle = "The gradient in matrix form"
    return Document(spec.name, spec.title, subtitle, tuple(facts(lesson, spec)), blocks, ())


class _Teller:
    """The document being told: letters for the matrices, and its sections."""

    def __init__(self, derivation: MatrixDerivation, lesson: Lesson) -> None:
        self.derivation, self.spec, self.lesson = derivation, derivation.spec, lesson
        self.letters = Lettering(lesson.derivation, derivation.batch)
        self.column = self.spec.layout == "column"

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The parameters that stand in several places of the network told."""
        spec = self.lesson.network.spec
        rows = chain(*weight_names(spec), bias_names(spec))
        places = Counter(chain.from_iterable(rows))
        return tuple(name for name, count in places.items() if count > 1)

    def network(self) -> Iterator[Block]:
        """Tell the layout and the shapes."""
        yield Heading(1, ("The network in matrices",))
        vector = "column" if self.column else "row"
        yield paragraph(
            f"The network takes {counted(len(self.spec.inputs), 'input')} and has "
            f"{counted(len(self.spec.layers), 'layer')}. Bold letters are vectors and matrices; "
            f"a number in brackets above one is its layer. Vectors are {vector} vectors. ",
            "In ",
            Entrywise((Letter(Glyph("u", bold=True)), Letter(Glyph("v", bold=True)))),
            " entries are multiplied one by one, functions apply entry by entry, and ",
            Letter(Glyph("T")),
            " above a matrix transposes it.",
        )
        if self.derivation.batch:
            side = "side by side as columns" if self.column else "one below the other as rows"
            yield paragraph(
                "The samples of a batch stand ",
                side,
                "; ",
                Letter(Glyph("N")),
                " is their number and ",
                self.show(Ones()),
                " a vector of ones, one a sample.",
            )
        yield self._shapes()

    def _shapes(self) -> Table:
        steps = {str(step.of or step.left): step for step in self.derivation.steps}
        rows = []
        for layer in range(1, len(self.spec.layers) + 1):
            last = layer == len(self.spec.layers)
            for name, what in NAMES.items():
                matrix = Matrix("y_hat") if last and name == "h" else Matrix(name, layer)
                if str(matrix) in steps:
                    text = "predictions" if last and name == "h" else f"{what} of layer {layer}"
                    shape = self._shape(steps[str(matrix)])
                    rows.append(((self.show(matrix),), (text,), (shape,)))
        head = (("Matrix",), ("What it holds",), ("Shape",))
        return Table("shapes", ("Shapes, rows by columns.",), head, tuple(rows))

    def _shape(self, step: MatrixStep) -> str:
        """Write a shape; what belongs to samples has one of them a sample."""
        rows, columns = step.shape
        if self.derivation.batch and step.of is None:
            return f"{rows} \u00d7 N" if self.column else f"N \u00d7 {columns}"
        return f"{rows} \u00d7 {columns}"

    def forward(self) -> Iterator[Part]:
        """Write the forward pass, the functions and the loss."""
        yield Heading(1, ("Forward pass",))
        yield paragraph("Layer by layer:")
        yield Equations(tuple(map(self._row, self.derivation.forward)))
        yield from functions_section(self.lesson)
        yield from self._loss()

    def _loss(self) -> Iterator[Block]:
        """Write the loss of one sample by its entries, and of the batch if there is one."""
        yield Heading(1, ("Loss",))
        yield paragraph(self._loss_in_words())
        body = equation(self.letters.loss, loss_by_entries(self.spec, self.letters))
        rows = [Equation("matrix-loss", body)]
        if self.derivation.batch:
            index, count = self.letters.variable("s"), self.show(SAMPLE_COUNT)
            whole: Expression = BigSum(OfSample(self.letters.loss, index), index, count)
            if self.spec.training.reduction == "mean":
                whole = Product((Quotient(Number(Fraction(1)), count), whole))
            rows.append(Equation("matrix-batch-loss", equation(self.letters.batch_loss, whole)))
        yield Equations(tuple(rows))

    def _loss_in_words(self) -> str:
        entry = LOSSES[self.spec.loss.name]
        if entry.name == "none":
            return NO_LOSS
        title = entry.title if self.spec.layers[-1].units > 1 else entry.title.split(",")[0]
        article = "" if title.startswith("half") else "the "
        if not self.derivation.batch:
            return f"The loss is {article}{title}:"
        kind = self.spec.training.reduction
        return f"The loss of one sample is {article}{title}; that of the batch is their {kind}:"

    def backward(self) -> Iterator[Block]:
        """Write the deltas from the last layer back, and the gradients they give."""
        yield Heading(1, ("Backward pass",))
        delta = Matrix("delta", len(self.spec.layers))
        z = Matrix("z", len(self.spec.layers))
        short = LOSSES[self.spec.loss.name].collapse is not None
        yield paragraph(
            "The delta of a layer is the derivative of the loss by its pre-activations, ",
            equation(self.show(delta), Partial(self.letters.loss, self.show(z))),
            " for the last. This one comes from the loss",
            ", where two factors collapse to a difference. " if short else ". ",
            "Every other delta comes from the delta of the next layer, through that layer's "
            "weights and the slope of its own activation function.",
        )
        yield Equations(tuple(map(self._row, self.derivation.deltas)))
        yield Heading(1, ("Gradients",))
        one = "an outer product" if not self.derivation.batch else "a sum of outer products"
        yield paragraph(
            f"The gradient of a layer's weights is {one}: the layer's delta and the activations "
            "that come in."
        )
        yield Equations(tuple(map(self._row, self.derivation.gradients)))
        if self.shared:
            yield paragraph(
                "A parameter that stands in several places has the sum of the entries there as its "
                "gradient; here ",
                *listed([self.lesson.letters.symbol(name) for name in self.shared]),
                f" {'is one' if len(self.shared) == 1 else 'are such'}.",
            )

    def proof(self) -> Iterator[Block]:
        """Hold every entry against the scalar form and say so."""
        scalar = self.lesson.derivation
        told = scalar.network.spec
        wrong = disagreements(derive_matrices(told, batch=False), scalar)
        yield Heading(1, ("What was proven",))
        of = "this network" if told == self.spec else f"the same layers at the sizes {sizes(told)}"
        added = ", those of a shared parameter added up," if self.shared else ""
        count = len(self.derivation.steps)
        if wrong:
            yield paragraph(f"FAILED for {', '.join(wrong)}, on {of}.", warning=True)
        else:
            yield paragraph(
                f"All {count} equations were derived with SymPy from indexed sums, once a layer, "
                f"and equal the scalar form entry by entry{added} for {of}, on one sample."
            )

    def _row(self, step: MatrixStep) -> Equation:
        left = self.partial(step.of) if step.of is not None else self.show(step.left)
        return Equation(
            f"matrix-{step.id}", Equalities(left, (("=", self.show(step.right)),)), step.id
        )

    def partial(self, by: Matrix) -> Partial:
        """Return the derivative of the loss, of the whole batch if there is one, by a matrix."""
        loss = self.letters.batch_loss if self.derivation.batch else self.letters.loss
        return Partial(loss, self.show(by))

    def show(self, node: Expression) -> Expression:
        """Return a matrix expression as it is displayed."""
        match node:
            case Matrix(name, layer):
                return self._letter(name, layer)
            case Ones():
                return Letter(Glyph("1", bold=True))
            case Transpose(operand):
                return Raised(self.show(operand), Letter(Glyph("T")))
            case MatrixProduct(factors):
                return Product(tuple(map(self.show, factors)))
            case Hadamard(factors):
                return Entrywise(tuple(map(self.show, factors)))
            case Call():
                return self._call(node)
            case Number(value):
                return number(value)
            case Symbol():
                return Letter(Glyph("N")) if node == SAMPLE_COUNT else self.letters.loss
        if not node.parts:
            return self.letters(node)
        return rebuilt(node, tuple(map(self.show, node.parts)))

    def _letter(self, name: str, layer: int) -> Letter:
        above = (str(layer),) if layer and name != "e" else ()
        below = (str(layer),) if name == "e" else ()
        looks = symbol(self.spec, SYMBOLS[name]) if name in SYMBOLS else None
        looks = indexed(looks or glyph(name), Glyph("", below, above))
        return Letter(replace(looks, bold=True), f"{name}{layer or ''}")

    def _call(self, node: Call) -> Expression:
        arguments = tuple(map(self.show, node.arguments))
        if node.function in ELEMENTARY:
            return ELEMENTARY[node.function](arguments)
        if node.function == "absolute":
            return Applied(Letter(Glyph("sign")), arguments)
        options = tuple(one for one in node.options if one[0] != "axis")
        head = self.letters.head(node.function, options)
        return Applied(head, arguments, node.slope is not None)
