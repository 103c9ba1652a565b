"""How much a program computes: its operations counted by kind.

In: Program. Out: Counts.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

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
)
from symnet.model.program import Program


@dataclass(frozen=True, slots=True)
class Counts:
    """Operations by kind; a subtracted term is one subtraction, not a change of sign as well.

    ``maxima``: choices of the larger of two values. ``gates``: all other choices.
    """

    additions: int = 0
    multiplications: int = 0
    divisions: int = 0
    sign_changes: int = 0
    maxima: int = 0
    gates: int = 0
    function_calls: int = 0

    @property
    def total(self) -> int:
        """All operations together."""
        return sum(astuple(self))

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def times(self, number: int) -> "Counts":
        """Return the counts of doing the same ``number`` times."""
        return Counts(*(number * one for one in astuple(self)))

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
    return counted(one.expression for one in once.values())


def counted(nodes: Iterable[Expression]) -> Counts:
    """Count the operations of several expressions together."""
    total = Counts()
    for node in nodes:
        total += operations_in(node)
    return total


def operations_in(node: Expression) -> Counts:
    """Count the operations written in one expression; of a choice, both branches."""
    total = _own(node)
    for position, part in enumerate(node.parts):
        if isinstance(node, Sum) and position > 0 and isinstance(part, Negative):
            part = part.operand
        total += operations_in(part)
    return total


def _own(node: Expression) -> Counts:
    match node:
        case Sum(terms):
            return Counts(additions=len(terms) - 1)
        case Product(factors):
            return Counts(multiplications=len(factors) - 1)
        case Power(exponent=exponent):
            return Counts(multiplications=exponent - 1)
        case Quotient():
            return Counts(divisions=1)
        case Negative(operand):
            return Counts(sign_changes=0 if isinstance(operand, Number) else 1)
        case Select():
            return Counts(maxima=1) if _is_maximum(node) else Counts(gates=1)
        case Call():
            return Counts(function_calls=1)
    return Counts()


def _is_maximum(node: Select) -> bool:
    """Say whether the branches are the two values compared, and the larger is chosen."""
    low, high = node.test.left, node.test.right
    if node.test.operator in (">", ">="):
        low, high = high, low
    return (node.then, node.otherwise) == (high, low)
