"""The learning rate multiplied in once, where the sweep back starts, instead of at every parameter.

In: Program, the names of its adjoints. Out: Program.

All adjoints are linear in those they start from. Where every gradient is only ever used times the
same factor, the factor moves to the start of the sweep, and meets the loss's own constant there.
Where an optimizer uses a gradient otherwise, nothing moves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symnet.model.expression import (
    ONE,
    ZERO,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    names,
    product,
    rebuilt,
)
from symnet.model.program import Assignment, Program, unused

PREFIX = "scaled_"


def scaled(program: Program, adjoints: frozenset[str]) -> Program:
    """Move the factor that all uses of the gradients share to where the adjoints start."""
    linear = _linear(program, adjoints)
    for members in (linear, linear | _sums_with(program, linear)):
        factor = _shared_factor(program, members)
        if factor is not None:
            try:
                return _Scaling(program, members, factor).program()
            except _NotLinearError:
                continue
    return program


def _linear(program: Program, adjoints: frozenset[str]) -> frozenset[str]:
    """Return the adjoints, and the shared parts that the sweep back makes of them."""
    found = set[str]()
    last = max((k for k, one in enumerate(program.assignments) if one.name in adjoints), default=-1)
    for one in program.assignments[: last + 1]:
        if one.name in adjoints or not found.isdisjoint(one.reads):
            found.add(one.name)
    return frozenset(found)


def _sums_with(program: Program, members: frozenset[str]) -> frozenset[str]:
    """Return the variables that are a gradient and something more, such as weight decay."""
    return frozenset(
        one.name
        for one in program.assignments
        if isinstance(one.expression, Sum)
        and any(isinstance(t, Symbol) and t.name in members for t in one.expression.terms)
    )


def _shared_factor(program: Program, members: frozenset[str]) -> Expression | None:
    """Return what every use of a member outside of them is multiplied by; None if nothing is."""
    if not members.isdisjoint(program.outputs):
        return None
    shared: Expression | None = None
    for one in program.assignments:
        if one.name in members or members.isdisjoint(one.reads):
            continue
        for factor in _factors(one.expression, members):
            if factor is None or (shared is not None and factor != shared):
                return None
            shared = factor
    return shared


def _factors(node: Expression, members: frozenset[str]) -> Iterator[Expression | None]:
    """Yield what each use of a member in ``node`` is multiplied by; None for any other use."""
    match node:
        case Symbol(name):
            if name in members:
                yield None
        case Product((factor, Symbol(name))) if name in members:
            constant = isinstance(factor, Symbol | Number) and members.isdisjoint(names(factor))
            yield factor if constant else None
        case _:
            for part in node.parts:
                yield from _factors(part, members)


class _NotLinearError(ArithmeticError):
    """A variable is not linear in the adjoints."""


@dataclass
class _Scaling:
    """The program being rewritten."""

    program_: Program
    members: frozenset[str]
    factor: Expression
    called: dict[str, Expression] = field(default_factory=dict)

    def program(self) -> Program:
        """Rewrite every assignment."""
        bound = {one.name for one in self.program_.assignments} | set(self.program_.inputs)
        for name in self.members:
            self.called[name] = Symbol(unused(PREFIX + name, bound))
        found = tuple(map(self._assignment, self.program_.assignments))
        return Program(self.program_.inputs, found, self.program_.outputs)

    def _assignment(self, one: Assignment) -> Assignment:
        if one.name in self.members:
            return Assignment(str(self.called[one.name]), self._scaled(one.expression))
        return Assignment(one.name, _used(one.expression, self.called))

    def _scaled(self, node: Expression) -> Expression:
        """Return ``node`` times the factor."""
        if self.members.isdisjoint(names(node)):
            return ZERO if node == ZERO else self._distributed(node)
        match node:
            case Symbol(name):
                return self.called[name]
            case Negative(operand):
                return Negative(self._scaled(operand))
            case Sum(terms):
                return Sum(tuple(map(self._scaled, terms)))
            case Quotient(numerator, denominator) if self._free(denominator):
                return Quotient(self._scaled(numerator), denominator)
            case Select(test, then, otherwise) if self._free(test):
                return Select(test, self._scaled(then), self._scaled(otherwise))
            case Product(factors):
                return self._in_one_factor(factors)
        raise _NotLinearError(str(node))

    def _in_one_factor(self, factors: tuple[Expression, ...]) -> Expression:
        linear = [k for k, one in enumerate(factors) if not self._free(one)]
        if len(linear) != 1:
            raise _NotLinearError("a product of two adjoints")
        k = linear[0]
        return Product((*factors[:k], self._scaled(factors[k]), *factors[k + 1 :]))

    def _distributed(self, node: Expression) -> Expression:
        """Multiply where the sweep starts: numbers meet first, and a choice stays outside."""
        match node:
            case Select(test, then, otherwise):
                return Select(test, self._scaled(then), self._scaled(otherwise))
            case Negative(operand):
                return Negative(self._scaled(operand))
            case Number(value) if value == 1:
                return self.factor
            case Product((Number() as number, *others)):
                return Product((scale(number, self.factor), *others))
            case Product(factors):
                return Product((self.factor, *factors))
        return scale(self.factor, node)

    def _free(self, node: Expression) -> bool:
        return self.members.isdisjoint(names(node))


def scale(one: Expression, other: Expression) -> Expression:
    """Multiply two expressions; two numbers at once."""
    if isinstance(one, Number) and isinstance(other, Number):
        return product(one, other)
    return other if one == ONE else Product((one, other))


def _used(node: Expression, called: Mapping[str, Expression]) -> Expression:
    """Drop the factor in front of every scaled variable."""
    match node:
        case Product((_, Symbol(name))) if name in called:
            return called[name]
    parts = node.parts
    return rebuilt(node, tuple(_used(one, called) for one in parts)) if parts else node
