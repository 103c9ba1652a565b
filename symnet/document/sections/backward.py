"""The sections that go backward: local derivatives, then every shared adjoint once.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator

from symnet.derive.backprop import Adjoint
from symnet.document.blocks import Block, Equation, Equations, Heading, Paragraph, paragraph
from symnet.document.detail import extra
from symnet.document.lesson import Lesson
from symnet.document.lines import shortened
from symnet.document.mathematics import Equalities, Listed, Marked, equation
from symnet.document.sections.chains import slope
from symnet.document.sections.forward import layer_name
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import Call, Expression, Product, Symbol, product, total

# A sum of deltas up to this long is written into the next delta.
SHORT_SUM = 3


@extra
def local_section(lesson: Lesson) -> Iterator[Block]:
    """List the derivatives of each equation by its own variables."""
    yield Heading(1, ("Local derivatives",))
    yield paragraph(
        "The chain rule needs the derivative of each equation above by each variable on its own "
        "right-hand side, all others held fixed:"
    )
    rows = []
    for name in _from_the_loss(lesson):
        nodes, leaves = _derivatives(lesson, name)
        row = shortened(Listed(nodes)) if _is_of_layer(lesson, name) else Listed(nodes)
        rows += [Equation(f"local-{name}", row)] if nodes else []
        rows += [Equation(f"local-{name}-parameters", Listed(leaves))] if leaves else []
    yield Equations(tuple(rows))


def _is_of_layer(lesson: Lesson, name: str) -> bool:
    """Say whether a node is a function of its whole layer, as a softmax is."""
    node = lesson.nodes[name]
    return isinstance(node, Call) and FUNCTIONS[node.function].layer_pullback is not None


def _from_the_loss(lesson: Lesson) -> Iterator[str]:
    yield lesson.network.loss
    for layer in range(len(lesson.network.layers), 0, -1):
        yield from lesson.of_kind("prediction", layer)
        yield from lesson.of_kind("activation", layer)
        yield from lesson.of_kind("pre_activation", layer)


def _derivatives(
    lesson: Lesson, consumer: str
) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """Return a node's derivatives by other nodes, and by parameters and inputs."""
    found: list[Expression] = []
    leaves: list[Expression] = []
    for variable, adjoint in lesson.derivation.adjoints.items():
        if variable not in lesson.needed:
            continue
        for term in adjoint.terms:
            if term.consumer == consumer:
                left = lesson.letters.partial(consumer, variable)
                row = equation(left, lesson.letters(slope(lesson, term, variable)))
                (found if variable in lesson.nodes else leaves).append(row)
    return tuple(found), tuple(leaves)


def backward_section(lesson: Lesson) -> Iterator[Block]:
    """Derive the adjoint of every node, from the loss back, each once."""
    yield Heading(1, ("Backward pass",))
    yield _definition(lesson)
    last = len(lesson.network.layers)
    for layer in range(last, 0, -1):
        names = [name for name in _of_layer(lesson, layer) if name in lesson.needed]
        if not names:
            continue
        yield paragraph(layer_name(layer, last) + ":")
        yield Equations(tuple(adjoint_equation(lesson, name) for name in names))
        yield from _collapse_in_words(lesson, names)
    yield from _recursion(lesson)


def _of_layer(lesson: Lesson, layer: int) -> Iterator[str]:
    yield from lesson.of_kind("prediction", layer)
    yield from lesson.of_kind("activation", layer)
    yield from lesson.of_kind("pre_activation", layer)


def _definition(lesson: Lesson) -> Paragraph:
    """Say what a delta is, by the first that is derived."""
    first = next(
        name
        for name in _from_the_loss(lesson)
        if lesson.variables[name].kind == "pre_activation" and name in lesson.needed
    )
    letters = lesson.letters
    delta, named = letters.adjoint(first), letters.partial(lesson.network.loss, first)
    return paragraph(
        "The same products occur in many gradients, so each is derived once and then reused. The "
        "derivative of the loss by a pre-activation is called a delta, for instance ",
        Equalities(delta, (("=", named),)),
        ".",
    )


def adjoint_equation(lesson: Lesson, variable: str) -> Equation:
    """Write one adjoint: its name, its factors, what they are, and the short form if any."""
    letters = lesson.letters
    adjoint = lesson.derivation.adjoints[variable]
    left = letters.adjoint(variable)
    named = letters.partial(lesson.network.loss, variable)
    steps: list[Expression] = [named] if isinstance(left, Marked) else []
    if adjoint.terms and adjoint.terms[0].consumer != lesson.network.loss:
        steps.append(_by_consumers(lesson, adjoint))
    steps.append(letters(value(lesson, adjoint)))
    if adjoint.collapsed is not None:
        steps = [*map(shortened, steps), letters(adjoint.collapsed)]
    return Equation(equation_id(lesson, variable), equation(left, *steps), adjoint.name)


def equation_id(lesson: Lesson, variable: str) -> str:
    """Return the id of the equation that defines an adjoint: delta-4, dL-h1."""
    place = lesson.variables[variable]
    if place.kind != "pre_activation":
        return f"dL-{variable}"
    digits = "".join(one if one.isdigit() else "-" for one in variable.lstrip("z"))
    return f"delta-{digits.strip('-')}"


def _by_consumers(lesson: Lesson, adjoint: Adjoint) -> Expression:
    letters = lesson.letters
    return total(
        Product((letters.adjoint(term.consumer), letters.partial(term.consumer, adjoint.variable)))
        for term in adjoint.terms
    )


def value(lesson: Lesson, adjoint: Adjoint) -> Expression:
    """Return an adjoint in deltas: the adjoint of an activation is written out if it is short."""
    terms = []
    for term in adjoint.terms:
        local = slope(lesson, term, adjoint.variable)
        if term.consumer == lesson.network.loss:
            terms.append(local)
        else:
            terms.append(product(_written_out(lesson, term.consumer), local))
    return total(terms)


def _in_adjoints(lesson: Lesson, adjoint: Adjoint) -> Expression:
    """Return an adjoint in the adjoints before it, each by its name."""
    terms = []
    for term in adjoint.terms:
        local = slope(lesson, term, adjoint.variable)
        if term.consumer == lesson.network.loss:
            terms.append(local)
        else:
            name = lesson.derivation.adjoints[term.consumer].name
            terms.append(product(Symbol(name), local))
    return total(terms)


def _written_out(lesson: Lesson, variable: str) -> Expression:
    """Return the adjoint of ``variable`` as a symbol, or for an activation as its value."""
    adjoint = lesson.derivation.adjoints[variable]
    if lesson.variables[variable].kind == "pre_activation" or len(adjoint.terms) > SHORT_SUM:
        return Symbol(adjoint.name)
    return value(lesson, adjoint)


def _collapse_in_words(lesson: Lesson, names: list[str]) -> Iterator[Paragraph]:
    short = [name for name in names if lesson.derivation.adjoints[name].collapsed is not None]
    if not short:
        return
    several = len(lesson.derivation.adjoints[short[0]].terms) > 1
    why = "because the targets add up to 1" if several else "because the other factors cancel"
    yield paragraph(
        f"The last step holds {why}, and leaves the prediction minus the target.",
    )


def _recursion(lesson: Lesson) -> Iterator[Paragraph]:
    if len(lesson.network.layers) > 1 and any(
        lesson.variables[name].kind == "activation" for name in lesson.needed
    ):
        deep = len(lesson.network.layers) > 2
        start = "So it goes on, layer by layer: the" if deep else "The"
        yield paragraph(
            f"{start} delta of a hidden unit is the sum, over the units it feeds, of their delta "
            "times the weight in between, times the slope of its own activation function."
        )


@extra
def backward_numbers(lesson: Lesson) -> Iterator[Block]:
    """Put the first sample into the backward pass."""
    if lesson.batch > 1 or not lesson.seen:
        return
    yield Heading(2, ("The backward pass in numbers",))
    yield paragraph("From the loss back, each line uses the results of the lines above it:")
    names = [name for name in _from_the_loss(lesson) if name in lesson.needed]
    yield Equations(tuple(_row(lesson, name) for name in names))


def _row(lesson: Lesson, variable: str) -> Equation:
    adjoint = lesson.derivation.adjoints[variable]
    node = adjoint.collapsed or _in_adjoints(lesson, adjoint)
    node, values, origins = lesson.with_slopes(node, lesson.seen[0])
    body = lesson.in_numbers(lesson.letters.adjoint(variable), node, values, origins)
    return Equation(f"{equation_id(lesson, variable)}-numbers", body)
