"""The section with the gradient of each parameter: its factors, their values, its new value.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator

from symnet.document.blocks import Block, Equation, Equations, Heading, Pieces, paragraph
from symnet.document.detail import Part, extra
from symnet.document.lesson import Lesson, Origins
from symnet.document.mathematics import (
    Equalities,
    Letter,
    Marked,
    OfSample,
    Origin,
    Partial,
    equation,
)
from symnet.document.prose import number_word
from symnet.document.rounding import Values, value_of
from symnet.document.sections.chains import (
    MOST_FACTORS,
    MOST_PATHS,
    Chain,
    chain_count,
    chains,
    named_factors,
    path,
    product_of_values,
)
from symnet.document.sections.example import over_samples
from symnet.document.sections.forward import reduced
from symnet.document.sections.updates import update_rows
from symnet.model.expression import Expression, Product, Symbol, rebuilt, total


def gradients_section(lesson: Lesson) -> Iterator[Part]:
    """Write the gradient of every parameter asked for, one after the other."""
    yield Heading(
        1, ("The gradient of each parameter",) if len(lesson.wrt) > 1 else ("The gradient",)
    )
    yield from _ends_of_paths(lesson)
    for name in lesson.wrt:
        yield from _one(lesson, name)


@extra
def _ends_of_paths(lesson: Lesson) -> Iterator[Block]:
    """Say that paths leave the predictions out where loss and activation function collapse."""
    adjoints = lesson.derivation.adjoints.values()
    short = {
        one.variable: one.collapsed
        for one in adjoints
        if one.collapsed is not None and one.variable in lesson.needed
    }
    if not short:
        return
    variable, collapsed = next(iter(short.items()))
    first = lesson.letters.partial(lesson.network.loss, variable)
    known = equation(first, lesson.letters(collapsed))
    if len(short) > 1:
        yield paragraph(
            "In the paths below the pre-activations of the output layer lead to the loss at once: "
            "their derivatives, such as ",
            known,
            ", take in the predictions already.",
        )
    else:
        yield paragraph(
            "In the paths below ",
            lesson.letters.symbol(variable),
            " leads to the loss at once: its derivative, ",
            known,
            ", takes in the prediction already.",
        )


def _one(lesson: Lesson, name: str) -> Iterator[Part]:
    yield Heading(3, _heading(lesson, name))
    if name not in lesson.derivation.adjoints:
        yield paragraph("The loss does not depend on it.")
        return
    found, count = paths(lesson, name), chain_count(lesson.derivation, name)
    yield from _paths_in_words(lesson, name, found, count)
    yield Equations(tuple(_rows(lesson, name, found if _is_short(lesson, found) else [])))


def paths(lesson: Lesson, name: str) -> list[Chain]:
    """Return the paths that are listed: all of them, or none where there are too many."""
    many = chain_count(lesson.derivation, name) > MOST_PATHS
    return [] if many else list(chains(lesson, name))


def _is_short(lesson: Lesson, found: list[Chain]) -> bool:
    """Say whether a reader would follow the products along all paths, one gradient among many."""
    return len(lesson.wrt) == 1 or sum(map(len, found)) <= MOST_FACTORS


def _heading(lesson: Lesson, name: str) -> Pieces:
    frozen = {one.name for one in lesson.network.parameters if one.frozen}
    kind = kind_of(lesson, name).capitalize()
    return (f"{kind} ", lesson.letters.symbol(name), " (frozen)" if name in frozen else "")


def kind_of(lesson: Lesson, name: str) -> str:
    """Return what a variable is called: weight, bias, threshold or input."""
    kinds = {one.name: one.kind for one in lesson.network.parameters}
    subtracted = (
        unit.bias for layer in lesson.network.layers for unit in layer.units if layer.bias_sign < 0
    )
    return "threshold" if name in subtracted else kinds.get(name, "input")


@extra
def _paths_in_words(lesson: Lesson, name: str, found: list[Chain], count: int) -> Iterator[Block]:
    if not count:
        yield paragraph("No path leads from it to the loss, so its gradient is 0:")
    elif not found:
        yield paragraph(
            f"It reaches the loss along {number_word(count)} paths, too many to write out. "
            "The deltas have added them up already, so only the last step is left:"
        )
    elif count == 1:
        yield paragraph("It reaches the loss along one path, ", path(lesson, found[0]), ".")
    else:
        yield from _several_paths(lesson, name, found)


def _several_paths(lesson: Lesson, name: str, found: list[Chain]) -> Iterator[Block]:
    """List the paths: every step of them where their products are written out, else the units."""
    short = _is_short(lesson, found)
    along = f"It reaches the loss along {number_word(len(found))} paths"
    yield paragraph(f"{along}:" if short else f"{along}, here from unit to unit:")
    yield Equations(
        tuple(
            Equation(f"{name}-path-{k}", path(lesson, one, short)) for k, one in enumerate(found, 1)
        )
    )
    if short:
        yield paragraph("Each path is a product, and the gradient is their sum:")
    else:
        yield paragraph(
            "Each path is a product, and the gradient is their sum. The deltas have added them up "
            "already, so only the last step is left:"
        )


def _rows(lesson: Lesson, name: str, found: list[Chain]) -> Iterator[Equation]:
    adjoint = lesson.derivation.adjoints[name]
    body, brief = (_symbolic(lesson, name, found, valued) for valued in (True, False))
    yield Equation(name, body, adjoint.name, brief=brief)
    if lesson.batch > 1:
        yield Equation(f"{name}-batch", _over_batch(lesson, name), extra=True)
    if lesson.seen:
        yield Equation(f"{name}-numbers", _numbers(lesson, name, found), extra=True)
    yield from update_rows(lesson, name)


def _symbolic(lesson: Lesson, name: str, found: list[Chain], valued: bool) -> Equalities:
    """Chain the gradient to its factors, their values, and the form that reuses the deltas.

    ``valued``: with the values of the factors, under them and multiplied.
    """
    letters = lesson.letters
    steps: list[Expression] = []
    if found:
        steps.append(total(named_factors(lesson, chain, valued) for chain in found))
        steps += [letters(product_of_values(found))] if valued else []
    else:
        steps.append(
            total(
                Product(
                    (
                        letters.partial(lesson.network.loss, one.consumer),
                        letters.partial(one.consumer, name),
                    )
                )
                for one in lesson.derivation.adjoints[name].terms
            )
        )
    steps.append(letters(lesson.derivation.value(name)))
    return equation(letters.partial(lesson.network.loss, name), *steps)


def _over_batch(lesson: Lesson, name: str) -> Equalities:
    """Write the gradient over the batch as a sum over the samples."""
    letters = lesson.letters
    index = letters.variable("s")
    each = _of_sample(lesson, letters(lesson.derivation.value(name)), index)
    return equation(Partial(letters.batch_loss, letters.symbol(name)), reduced(lesson, each, index))


def _of_sample(lesson: Lesson, node: Expression, index: Expression) -> Expression:
    """Say of everything but the parameters which sample it belongs to."""
    match node:
        case Letter(name=name):
            fixed = name in lesson.variables and lesson.variables[name].kind == "parameter"
            return node if fixed else OfSample(node, index)
        case Marked(Letter()):
            return OfSample(node, index)
    return (
        rebuilt(node, tuple(_of_sample(lesson, one, index) for one in node.parts))
        if node.parts
        else node
    )


def _numbers(lesson: Lesson, name: str, found: list[Chain]) -> Equalities:
    letters = lesson.letters
    if lesson.batch > 1:
        left = Partial(letters.batch_loss, letters.symbol(name))
        return over_samples(lesson, left, lesson.derivation.adjoints[name].name)
    left = letters.partial(lesson.network.loss, name)
    values = lesson.seen[0]
    if not found:
        node, known, origins = lesson.with_slopes(lesson.derivation.value(name), values)
    else:
        node, known, origins = _factor_values(lesson, found, values)
    return lesson.in_numbers(left, node, known, origins)


def _factor_values(
    lesson: Lesson, found: list[Chain], values: Values
) -> tuple[Expression, Values, Origins]:
    """Give the value of every factor a name of its own."""
    known, origins, terms = {}, {}, []
    for row, chain in enumerate(found):
        names = []
        for column, factor in enumerate(chain):
            called = f"factor {row} {column}"
            known[called] = value_of(lesson.inlined(factor.value), values)
            origins[called] = Origin(lesson.inlined(factor.value))
            names.append(Symbol(called))
        terms.append(Product(tuple(names)) if len(names) > 1 else names[0])
    return total(terms), known, origins
