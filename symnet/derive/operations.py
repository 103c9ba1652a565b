"""How much a program computes: its operations counted by kind.

In: Program. Out: Counts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

from symnet.model.expression import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
)
from symnet.model.program import Program


@dataclass(frozen=True, slots=True)
class Counts:
    """Operations by kind; a subtracted term is one subtraction, not a change of sign as well.

    ``maxima``: choices of the larger of two values. ``gates``: all other choices.
    ``matrix_products``, ``reductions`` (sums and maxima over an axis): of whole arrays.
    """

    additions: int = 0
    multiplications: int = 0
    divisions: int = 0
    sign_changes: int = 0
    maxima: int = 0
    gates: int = 0
    function_calls: int = 0
    matrix_products: int = 0
    reductions: int = 0

    @property
    def total(self) -> int:
        """All operations together."""
        return sum(getattr(self, one.name) for one in fields(self))

    def __add__(self, other: "Counts") -> "Counts":
        kinds = (one.name for one in fields(self))
        return Counts(*(getattr(self, kind) + getattr(other, kind) for kind in kinds))

    def times(self, number: int) -> "Counts":
        """Return the counts of doing the same ``number`` times."""
        return Counts(*(number * getattr(self, one.name) for one in fields(self)))

    def __str__(self) -> str:
        kinds = [(getattr(self, one.name), one.name.replace("_", " ")) for one in fields(self)]
        parts = [_counted(number, words) for number, words in kinds if number]
        text = _counted(self.total, "operations")
        return f"{text}: {', '.join(parts)}" if parts else text


# What is counted in the singular; additions stand for subtractions too, and say so.
_ONE = {
    "additions": "addition or subtraction",
    "maxima": "maximum",
}
_MANY = {"additions": "additions and subtractions"}


def _counted(number: int, words: str) -> str:
    if number == 1:
        return f"1 {_ONE.get(words, words.removesuffix('s'))}"
    return f"{number} {_MANY.get(words, words)}"


def operations(*programs: Program) -> Counts:
    """Count what the programs compute together; what has one name is computed once."""
    once = {one.name: one for program in programs for one in program.assignments}
    shapes = Counter(one.shape for one in once.values())
    alike = {one.shape: one for one in once.values()}
    found: Counter[str] = Counter()
    for shape, number in shapes.items():
        for kind, count in _tallied(alike[shape].expression).items():
            found[kind] += number * count
    return Counts(**found)


def counted(nodes: Iterable[Expression]) -> Counts:
    """Count the operations written in several expressions; of a choice, both branches."""
    found: Counter[str] = Counter()
    for node in nodes:
        _tally(node, found)
    return Counts(**found)


def _tallied(node: Expression) -> Counter[str]:
    found: Counter[str] = Counter()
    _tally(node, found)
    return found


def _tally(node: Expression, found: Counter[str]) -> None:
    match node:
        case Sum(terms):
            found["additions"] += len(terms) - 1
            _tally_each((terms[0], *map(_unsigned, terms[1:])), found)
            return
        case Product(factors):
            found["multiplications"] += len(factors) - 1
        case Power(exponent=exponent):
            found["multiplications"] += exponent - 1
        case Quotient():
            found["divisions"] += 1
        case Negative(operand):
            found["sign_changes"] += not isinstance(operand, Number)
        case Select():
            found["maxima" if _is_maximum(node) else "gates"] += 1
        case Call():
            found["function_calls"] += 1
    _tally_each(node.parts, found)


def _tally_each(parts: tuple[Expression, ...], found: Counter[str]) -> None:
    for part in parts:
        if type(part) is not Symbol:  # most are
            _tally(part, found)


def _unsigned(term: Expression) -> Expression:
    return term.operand if isinstance(term, Negative) else term


def _is_maximum(node: Select) -> bool:
    """Say whether the branches are the two values compared, and the larger is chosen."""
    low, high = node.test.left, node.test.right
    if node.test.operator in (">", ">="):
        low, high = high, low
    return (node.then, node.otherwise) == (high, low)
