"""Everything once: what holds for the whole step is hoisted, what is equal has one name.

In: Program. Out: Program with fewer operations.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from symnet.model.expression import (
    ONE,
    Comparison,
    Expression,
    Negative,
    Number,
    Pi,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
    names,
    rebuilt,
    substitute,
)
from symnet.model.program import Assignment, Program


def inlined(program: Program, keep: Collection[str] = ()) -> Program:
    """Write what is used once where it is used, unless it is one to ``keep``.

    What is computed, and in which order a sum or product runs, stays as it is.
    """
    uses = Counter(name for one in program.assignments for name in occurrences(one.expression))
    uses.update(dict.fromkeys((*program.outputs, *keep), 2))
    known: dict[str, Expression] = {}
    kept = []
    for one in program.assignments:
        value = substitute(one.expression, known)
        if uses[one.name] == 1:
            known[one.name] = value
        else:
            kept.append(Assignment(one.name, value))
    return Program(program.inputs, tuple(kept), program.outputs)


def occurrences(node: Expression) -> Iterator[str]:
    """Yield the name of a variable as often as it occurs."""
    if isinstance(node, Symbol):
        yield node.name
    for part in node.parts:
        yield from occurrences(part)


def collected(program: Program, constant: Collection[str]) -> Program:
    """Write w - (g + c w) as (1 - c) w - g, where c holds for the whole step."""
    known = _constants(program, constant)
    found = (Assignment(one.name, _collected(one.expression, known)) for one in program.assignments)
    return Program(program.inputs, tuple(found), program.outputs)


def _collected(node: Expression, constant: frozenset[str]) -> Expression:
    if not isinstance(node, Sum) or not isinstance(node.terms[0], Symbol):
        return node
    first, *rest = node.terms
    flat = [part for term in rest for part in _flat(term)]
    shares = [share for one in flat if (share := _share(one, first, constant)) is not None]
    if not shares:
        return node
    others = [one for one in flat if _share(one, first, constant) is None]
    return Sum((Product((Sum((ONE, *shares)), first)), *others))


def _flat(term: Expression) -> Iterable[Expression]:
    match term:
        case Negative(Sum(terms)):
            return (one.operand if isinstance(one, Negative) else Negative(one) for one in terms)
        case Sum(terms):
            return terms
    return (term,)


def _share(term: Expression, of: Expression, constant: frozenset[str]) -> Expression | None:
    """Return c where the term is c times ``of``, or -c where it is subtracted; else None."""
    match term:
        case Negative(operand):
            share = _share(operand, of, constant)
            return None if share is None else Negative(share)
        case Product((*factors, last)) if last == of and constant.issuperset(
            name for one in factors for name in names(one)
        ):
            return factors[0] if len(factors) == 1 else Product(tuple(factors))
    return None


def hoisted(program: Program, constant: Collection[str]) -> Program:
    """Multiply factors that hold for the whole step with each other before any others."""
    known = _constants(program, constant)
    found = (Assignment(one.name, _hoisted(one.expression, known)) for one in program.assignments)
    return Program(program.inputs, tuple(found), program.outputs)


def _constants(program: Program, constant: Collection[str]) -> frozenset[str]:
    found = set(constant)
    for one in program.assignments:
        if found.issuperset(one.reads):
            found.add(one.name)
    return frozenset(found)


def _hoisted(node: Expression, constant: frozenset[str]) -> Expression:
    if isinstance(node, Product | Quotient):
        above, below = _chain(node)
        fixed = [one for one in above if constant.issuperset(names(one))]
        under = [one for one in below if constant.issuperset(names(one))]
        if fixed and len(fixed) + len(under) > 1:
            rest = [_hoisted(one, constant) for one in above if one not in fixed]
            down = [_hoisted(one, constant) for one in below if one not in under]
            return _over([_worked_out(fixed, under), *rest], down)
    parts = node.parts
    return rebuilt(node, tuple(_hoisted(one, constant) for one in parts)) if parts else node


def _chain(node: Expression) -> tuple[list[Expression], list[Expression]]:
    """Return all factors above and below the line."""
    match node:
        case Product(factors):
            chains = list(map(_chain, factors))
            return [x for one, _ in chains for x in one], [x for _, one in chains for x in one]
        case Quotient(numerator, denominator):
            (above, below), (down, up) = _chain(numerator), _chain(denominator)
            return above + up, below + down
    return [node], []


def _worked_out(above: list[Expression], below: list[Expression]) -> Expression:
    """Divide products of constants, the numbers among them now."""
    value = prod(_numbers(above), start=Fraction(1)) / prod(_numbers(below), start=Fraction(1))
    top, under = ([one for one in side if not isinstance(one, Number)] for side in (above, below))
    return _over([Number(value), *top] if value != 1 or not top else top, under)


def _numbers(factors: list[Expression]) -> list[Fraction]:
    return [one.value for one in factors if isinstance(one, Number)]


def _over(above: list[Expression], below: list[Expression]) -> Expression:
    top = above[0] if len(above) == 1 else Product(tuple(above))
    if not below:
        return top
    return Quotient(top, below[0] if len(below) == 1 else Product(tuple(below)))


def shared(program: Program, taken: Collection[str]) -> Program:
    """Name what occurs twice and is computed in any case; names are unlike those ``taken``."""
    counted: Counter[Expression] = Counter()
    for one in program.assignments:
        counted.update(_unconditional(one.expression))
    twice = {node for node, count in counted.items() if count > 1}
    writer = _Sharing(twice, {*taken, *program.inputs})
    for one in program.assignments:
        writer.write(one)
    return Program(program.inputs, tuple(writer.assignments), program.outputs)


def _unconditional(node: Expression) -> Iterator[Expression]:
    """Yield what is computed whenever ``node`` is, and is worth a name."""
    if isinstance(node, Number | Symbol | Pi):
        return
    if not isinstance(node, Comparison | Negative):  # a changed sign is no work in a sum
        yield node
    for part in [node.test] if isinstance(node, Select) else node.parts:
        yield from _unconditional(part)


@dataclass
class _Sharing:
    """The program being written, and which expressions have a name by now."""

    twice: set[Expression]
    taken: set[str]
    assignments: list[Assignment] = field(default_factory=list)
    called: dict[Expression, Symbol] = field(default_factory=dict)

    def write(self, one: Assignment) -> None:
        self.taken.add(one.name)
        value = self._rewritten(one.expression, whole=True)
        self.assignments.append(Assignment(one.name, value))
        if not isinstance(value, Symbol | Number | Pi):
            self.called.setdefault(one.expression, Symbol(one.name))

    def _rewritten(self, node: Expression, whole: bool = False) -> Expression:
        if node in self.called:
            return self.called[node]
        if not whole and node in self.twice:
            name = self._name("factor" if isinstance(node, Product | Quotient) else "part")
            self.assignments.append(Assignment(name, self._rewritten(node, whole=True)))
            self.called[node] = Symbol(name)
            return self.called[node]
        parts = node.parts
        return rebuilt(node, tuple(map(self._rewritten, parts))) if parts else node

    def _name(self, stem: str) -> str:
        number = 1
        while (name := stem if number == 1 else f"{stem}_{number}") in self.taken:
            number += 1
        self.taken.add(name)
        return name
