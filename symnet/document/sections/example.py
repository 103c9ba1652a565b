"""The example in numbers: one sample line by line, or a batch in a table.

In: Lesson. Out: blocks, and sums over samples in numbers.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symnet.document.blocks import (
    Block,
    Equation,
    Equations,
    Heading,
    Pieces,
    Table,
    paragraph,
)
from symnet.document.detail import Part, extra
from symnet.document.lesson import MOST_SAMPLES as WORKED
from symnet.document.lesson import Lesson, in_numbers
from symnet.document.mathematics import Equalities, Letter, Listed, Origin, Partial, Words
from symnet.document.prose import number_word
from symnet.document.rounding import PRECISION, Values, decimal, exact_decimal
from symnet.document.ruler import width
from symnet.document.values import initial
from symnet.model.expression import Expression, Number, Product, Quotient, Sum, Symbol

# A number of the network file is shown as it stands there, up to this many digits.
AS_GIVEN = 20
# Samples side by side in a table, and samples shown at all.
COLUMNS, MOST_SAMPLES = 4, 12
# The width of a page and of a column of numbers, in em.
PAGE, COLUMN = 38.0, 7.5


def forward_numbers(lesson: Lesson) -> Iterator[Part]:
    """Put the first sample into the forward pass; a batch waits for its table."""
    if lesson.example is not None and not lesson.seen:
        yield paragraph(
            "With the numbers of the network file a value is infinite, even when worked to "
            f"{PRECISION} digits, so they are not worked out here.",
            warning=True,
        )
    if lesson.seen and lesson.batch == 1:
        yield from _forward(lesson, lesson.seen[0])


@extra
def _forward(lesson: Lesson, values: Values) -> Iterator[Block]:
    yield Heading(2, ("The forward pass in numbers",))
    yield paragraph(f"{_which(lesson)} and the initial parameters are")
    names = (*lesson.network.inputs, *lesson.network.targets)
    sample = [(lesson.letters.symbol(name), values[name]) for name in names]
    yield Equations((_listed("sample", sample), _initial(lesson)))
    yield paragraph("With these numbers, the forward pass is")
    yield Equations(
        tuple(
            _row(lesson, name, values)
            for name in lesson.nodes
            if lesson.variables[name].kind != "error"
        )
    )


def _which(lesson: Lesson) -> str:
    samples = lesson.network.spec.samples
    return "The first sample" if samples and len(samples.x) > 1 else "The sample"


def _initial(lesson: Lesson) -> Equation:
    pairs = [(lesson.letters.symbol(name), one) for name, one in initial(lesson.network).items()]
    return _listed("initial", pairs)


def _listed(name: str, pairs: list[tuple[Expression, Fraction]]) -> Equation:
    return Equation(name, Listed(tuple(equal(left, value) for left, value in pairs)))


def equal(left: Expression, value: Fraction, digits: int = AS_GIVEN) -> Equalities:
    """Say what a variable is, to the last digit if there are not too many."""
    shown = exact_decimal(value, digits) or decimal(value)
    if isinstance(left, Letter):
        shown = replace(shown, origin=Origin(Symbol(left.name)))
    return Equalities(left, (("=" if shown.value == value else "~", shown),))


def _row(lesson: Lesson, name: str, values: Values) -> Equation:
    node = lesson.inlined(lesson.nodes[name])
    body = lesson.in_numbers(lesson.letters.symbol(name), node, values)
    return Equation(f"{name}-numbers", body)


@extra
def batch_numbers(lesson: Lesson) -> Iterator[Block]:
    """Work every sample of a batch in a table, and the loss of the batch."""
    if lesson.batch > WORKED:
        yield paragraph(f"A batch of {lesson.batch} samples is too large to be worked out here.")
    if not lesson.seen or lesson.batch == 1:
        return
    yield Heading(1, ("The batch in numbers",))
    yield paragraph("The initial parameters are")
    yield Equations((_initial(lesson),))
    shown = lesson.seen if lesson.batch <= MOST_SAMPLES else lesson.seen[:COLUMNS]
    if len(shown) < lesson.batch:
        yield paragraph(
            f"Of the {lesson.batch} samples the first {number_word(len(shown))} are shown."
        )
    columns = _columns(lesson)
    for start in range(0, len(shown), columns):
        yield _table(lesson, start, shown[start : start + columns])
    yield paragraph("The loss of the batch is")
    loss = lesson.network.loss
    body = over_samples(lesson, lesson.letters.batch_loss, loss)
    yield Equations((Equation("batch-loss-numbers", body),))


def _columns(lesson: Lesson) -> int:
    """Return how many samples fit side by side, beside the longest name."""
    labels = max(_inline_width(label) for label, _ in _quantities(lesson))
    return max(1, min(COLUMNS, int((PAGE - labels) / COLUMN)))


def _inline_width(label: Expression) -> float:
    """Return the width of a label on one line, where a derivative has a slash."""
    return width(label) if not isinstance(label, Partial) else 2 + sum(map(width, label.parts))


def _table(lesson: Lesson, start: int, seen: tuple[Values, ...]) -> Table:
    rows = tuple(
        (
            (label,),
            *(
                (replace(decimal(values[name]), origin=Origin(Symbol(name), sample)),)
                for sample, values in enumerate(seen, start)
            ),
        )
        for label, name in _quantities(lesson)
    )
    numbers = range(start + 1, start + 1 + len(seen))
    head: tuple[Pieces, ...] = ((), *((f"Sample {number}",) for number in numbers))
    which = f"Sample {numbers[0]}" if len(seen) == 1 else f"Samples {numbers[0]} to {numbers[-1]}"
    exact = all(
        decimal(values[name]).value == values[name]
        for values in seen
        for _, name in _quantities(lesson)
    )
    note = "" if exact else ", worked from unrounded values"
    caption = f"{which}, from the inputs to the gradients{note}."
    return Table(f"samples-{start + 1}", (caption,), head, rows)


def _quantities(lesson: Lesson) -> Iterator[tuple[Expression, str]]:
    """Yield what a sample's column has, as (how it is written, name of its value)."""
    letters, adjoints = lesson.letters, lesson.derivation.adjoints
    for name in (*lesson.network.inputs, *lesson.network.targets):
        yield letters.symbol(name), name
    for name in lesson.nodes:
        if lesson.variables[name].kind != "error":
            yield letters.symbol(name), name
    for name in lesson.of_kind("pre_activation"):
        if name in lesson.needed:
            yield letters.adjoint(name), adjoints[name].name
    for name in lesson.wrt:
        if name in adjoints:
            yield letters.partial(lesson.network.loss, name), adjoints[name].name


def over_samples(lesson: Lesson, left: Expression, name: str) -> Equalities:
    """Add a value up over the samples, and divide by their number for a mean."""
    known = {f"sample {k}": one[name] for k, one in enumerate(lesson.seen)}
    origins = {f"sample {k}": Origin(Symbol(name), k) for k in range(len(lesson.seen))}
    reduced = Origin(Symbol(name), None)
    whole: Expression = Sum(tuple(map(Symbol, known)))
    mean = lesson.network.spec.training.reduction == "mean"
    if mean:
        share = Quotient(Number(Fraction(1)), Number(Fraction(len(known))))
        whole = Product((share, whole))
    if len(known) <= MOST_SAMPLES:
        return in_numbers(lesson.letters, left, whole, known, origins, reduced)
    found = sum(known.values(), Fraction(0)) / (len(known) if mean else 1)
    shown = replace(decimal(found), origin=reduced)
    result = Listed((shown, Words(f"from all {len(known)} samples")))
    return Equalities(left, (("=" if shown.value == found else "~", result),))
