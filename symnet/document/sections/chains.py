"""The paths from a variable to the loss, each a product of named factors.

In: Lesson. Out: Factor, chains.

A path that reaches a delta with a short form of its own (p - y) ends there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symnet.derive.backprop import Derivation, Term
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Listed, Marked, Underbraced
from symnet.document.ruler import width
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import Call, Expression, Product, names, product, total

# What fits under a brace; how many paths are listed, and how many factors are written out.
WIDEST = 9.0
MOST_PATHS, MOST_FACTORS = 4, 12


@dataclass(frozen=True, slots=True)
class Factor:
    """One partial derivative of a path: its name and its value."""

    of: str
    by: str
    value: Expression


Chain = tuple[Factor, ...]


def chains(lesson: Lesson, variable: str) -> Iterator[Chain]:
    """Yield the paths from the loss to ``variable``, the loss's factor first."""
    adjoint = lesson.derivation.adjoints[variable]
    loss = lesson.network.loss
    if adjoint.collapsed is not None:
        yield (Factor(loss, variable, adjoint.collapsed),)
        return
    for term in adjoint.terms:
        factor = Factor(term.consumer, variable, slope(lesson, term, variable))
        if term.consumer == loss:
            yield (factor,)
        else:
            yield from ((*chain, factor) for chain in chains(lesson, term.consumer))


def chain_count(derivation: Derivation, variable: str) -> int:
    """Count the paths without listing them."""
    counts = {derivation.network.loss: 1}
    for one in derivation.adjoints.values():
        ways = sum(counts[term.consumer] for term in one.terms)
        counts[one.variable] = 1 if one.collapsed is not None else ways
    return counts[variable]


def slope(lesson: Lesson, term: Term, variable: str) -> Expression:
    """Return a factor's value; a long one as the derivative of its function, f'(z)."""
    node = lesson.nodes[term.consumer]
    if not isinstance(node, Call) or isinstance(term.local, Call):
        return term.local
    known = FUNCTIONS[node.function].symbol is not None
    if not known or width(lesson.letters(term.local)) <= WIDEST:
        return term.local
    return Call(node.function, node.arguments, node.options, names(node).index(variable))


def named_factors(lesson: Lesson, chain: Chain, braced: bool) -> Expression:
    """Write a path as its factors; those that make up a delta in the delta's colour."""
    factors = [_factor(lesson, one, braced) for one in chain]
    deltas = [
        position
        for position, one in enumerate(chain[:-1])
        if lesson.variables[one.by].kind == "pre_activation"
    ]
    if not deltas:
        return _joined(factors)
    end = deltas[-1] + 1
    mark = lesson.derivation.adjoints[chain[end - 1].by].name
    return _joined([Marked(_joined(factors[:end]), mark), *factors[end:]])


def _joined(factors: list[Expression]) -> Expression:
    return Product(tuple(factors)) if len(factors) > 1 else factors[0]


def _factor(lesson: Lesson, factor: Factor, braced: bool) -> Expression:
    name = lesson.letters.partial(factor.of, factor.by)
    return Underbraced(name, lesson.letters(factor.value)) if braced else name


def product_of_values(paths: list[Chain]) -> Expression:
    """Multiply out the values along every path, and add the paths up."""
    return total(product(*(one.value for one in chain)) for chain in paths)


def path(lesson: Lesson, chain: Chain, through: bool = True) -> Expression:
    """Write a path as arrows from the variable to the loss; ``through``: by every step of it."""
    variable, *steps = [one.by for one in reversed(chain)]
    passed = [name for name in steps if through or lesson.variables[name].kind != "pre_activation"]
    letters = map(lesson.letters.symbol, (variable, *passed, lesson.network.loss))
    return Listed(tuple(letters), arrows=True)
