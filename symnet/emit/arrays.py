"""Expressions and loops over the units of a layer, written for whole arrays at once.

In: Expression, Statement. Out: Expression, Assignment.

An array has a row for each sample and a column for each unit; what is one number for all units has
one column. `np.where` computes both of its branches and then chooses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from symnet.emit.layout import STEP, WIDTH, broken
from symnet.emit.printing import Printer, Syntax
from symnet.emit.statements import Loop, Make, Put, Statement
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import (
    ZERO,
    Call,
    Comparison,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Select,
    Symbol,
    rebuilt,
    walk,
)
from symnet.model.program import Assignment

# What NumPy lacks goes through Python's math, entry by entry.
LACKING = ("erf", "erfc")
SUM, FROM_LEFT, LARGEST, WHERE, MAXIMUM, ABSOLUTE = (
    "sum",
    "from_left",
    "largest",
    "where",
    "maximum",
    "absolute",
)
SYNTAX = Syntax(
    choice=(),
    functions={
        **{name: f"np.{called}" for name, called in ELEMENTARY.items() if name not in LACKING},
        **{name: f"each_{name}" for name in LACKING},
        SUM: "np.add.reduce",
        FROM_LEFT: "sum_from_left",
        LARGEST: "np.maximum.reduce",
        WHERE: "np.where",
        MAXIMUM: "np.maximum",
        ABSOLUTE: "np.abs",
    },
)
ARRAY_ZERO = Symbol("ZERO")
OVER_UNITS = (Symbol("axis=1"), Symbol("keepdims=True"))
ENTRY = re.compile(r"(\w+)\[(\d+|i)\]")


@dataclass(frozen=True, slots=True)
class Arrays:
    """How expressions become those of whole arrays.

    ``exact``: keep the sign of zeros and the order of sums, as the other languages have them.
    """

    exact: bool

    def of(self, node: Expression, units: int = 1) -> Expression:
        """Write ``node`` for whole arrays; ``units``: columns of the arrays it has entries of."""
        if isinstance(node, Symbol):
            return Symbol(ENTRY.sub(lambda found: _columns(found[1], found[2], units), node.name))
        parts = tuple(self.of(part, units) for part in node.parts)
        node = rebuilt(node, parts) if parts else node
        return self._chosen(node) if isinstance(node, Select) else node

    def compared(self, test: Expression) -> Expression:
        """Write a test for whole arrays; with 0 it is quicker where that is an array as well."""
        if isinstance(test, Comparison) and test.right == ZERO and not self.exact:
            return Comparison(self.of(test.left), test.operator, ARRAY_ZERO)
        return self.of(test)

    def assigned(self, statements: Sequence[Statement], units: int) -> Iterator[Assignment]:
        """Yield what rolled-up code of a layer assigns, without its loops."""
        for one, following in zip_longest(statements, statements[1:]):
            if isinstance(one, Make) or (isinstance(one, Put) and _starts(one, following)):
                continue
            if isinstance(one, Put):
                yield Assignment(one.target, self.of(one.value, units))
            elif isinstance(one, Loop):
                yield self._loop(one, units)

    def _loop(self, loop: Loop, units: int) -> Assignment:
        (put,) = loop.body
        if not isinstance(put, Put):
            raise TypeError("a loop over units that is no single assignment")
        value = self.of(put.value, units)
        if put.add:
            total = Call(FROM_LEFT, (value,)) if self.exact else Call(SUM, (value, *OVER_UNITS))
            return Assignment(put.target, total)
        if loop.start == 0:
            return Assignment(put.target.partition("[")[0], value)
        match put.value:
            case Select(Comparison(old, "<", new), then, otherwise) if (then, otherwise) == (
                new,
                old,
            ):
                return Assignment(put.target, Call(LARGEST, (self.of(new, units), *OVER_UNITS)))
        raise TypeError(f"{put.value} runs over the units in a way that arrays have no word for")

    def _chosen(self, node: Select) -> Expression:
        match node:
            case Select(Comparison(at, "<=" | "<", bound), then, otherwise) if (
                bound == ZERO and then == ZERO and otherwise == at and not self.exact
            ):
                return Call(MAXIMUM, (at, ARRAY_ZERO))
            case Select(Comparison(at, "<", bound), then, Negative(operand)) if (
                bound == ZERO and at == then == operand
            ):
                return Negative(Call(ABSOLUTE, (at,)))
            case Select(test, Quotient(then, below), Quotient(otherwise, under)) if below == under:
                return Quotient(Call(WHERE, (test, then, otherwise)), below)
        return Call(WHERE, (node.test, node.then, node.otherwise))


def laid_out(
    opening: str, value: Expression, printer: Printer, indent: int, remark: str = ""
) -> tuple[str, ...]:
    """Write an assignment; a call that does not fit on a line has one for each argument."""
    pieces = printer.pieces(value)
    fits = indent + len(opening + " ".join(pieces) + remark) <= WIDTH
    if fits or not isinstance(value, Call):
        return broken(opening, pieces, indent, comment=remark)
    arguments = [printer.text(one) for one in value.arguments]
    together = STEP + ", ".join(arguments)
    inside = [f"{STEP}{one}," for one in arguments]
    called = printer.syntax.functions[value.function]
    fits = indent + len(together) <= WIDTH
    return (f"{opening}{called}(", *([together] if fits else inside), f"){remark}")


def may_overflow(node: Expression) -> bool:
    """Say whether a branch that is not chosen may leave the range of a float64."""
    return any(
        isinstance(one, Call)
        and one.function == WHERE
        and any(map(_grows, (inner for branch in one.arguments[1:] for inner in walk(branch))))
        for one in walk(node)
    )


def _grows(node: Expression) -> bool:
    if isinstance(node, Product):
        return sum(not isinstance(one, Number) for one in node.factors) > 1
    return isinstance(node, Call) and node.function != WHERE


def _starts(put: Put, following: Statement | None) -> bool:
    """Say whether a loop goes on with what the line assigns."""
    return isinstance(following, Loop) and any(
        isinstance(one, Put) and one.target == put.target for one in following.body
    )


def _columns(name: str, index: str, units: int) -> str:
    if index == "i" or units == 1:
        return name
    return f"{name}[:, {index}:{int(index) + 1}]"
