"""Where long formulas break: before a relation, before a sign, between factors.

In: Expression, displayed. Out: Line.

Widths are measured in em, the width of the letter M; what does not fit and cannot be broken has
its long sums shortened to first, dots, last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symnet.document.brackets import tall
from symnet.document.mathematics import (
    Applied,
    Continued,
    Dots,
    Equalities,
    Listed,
    Marked,
    OneBracket,
)
from symnet.document.ruler import RELATION, SIGNS, width
from symnet.model.expression import Expression, Negative, Product, Quotient, Sum, rebuilt

# Sums and lists of functions of a whole layer are told by their ends if they are longer.
MANY = 4
Step = tuple[str, Expression]
_INDENT = 1.2


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``left`` only on the first; the relation of a continued line is empty."""

    left: Expression | None
    steps: tuple[Step, ...]


def laid_out_together(bodies: Sequence[Expression], limit: float) -> list[list[Line]]:
    """Break formulas that are aligned at their first relation."""
    lefts = [width(one.left) for one in bodies if isinstance(one, Equalities)]
    return [laid_out(one, limit, max(lefts, default=0)) for one in bodies]


def laid_out(body: Expression, limit: float, left: float = 0) -> list[Line]:
    """Break a formula into lines of at most ``limit`` em; ``left``: what its left side takes."""
    if isinstance(body, Equalities):
        return _chain(body, limit - max(left, width(body.left)))
    limit -= left
    if isinstance(body, Listed):
        rows = _packed(body.items, lambda items: Listed(items, body.arrows), limit)
        return [Line(None, (("", one),)) for one in rows]
    first, *rest = split(body, limit)
    return [Line(None, (("", one),)) for one in (first, *rest)]


def _chain(body: Equalities, room: float) -> list[Line]:
    """Put as many steps of a chain on a line as fit, starting lines with a relation."""
    lines: list[list[Step]] = [[]]
    used = 0.0
    for relation, right in body.steps:
        needed = RELATION + width(right)
        if lines[-1] and used + needed > room:
            lines.append([])
            used = 0.0
        if needed > room:
            first, *rest = split(right, room - RELATION)
            lines[-1].append((relation, first))
            lines += [[("", one)] for one in rest]
            used = _INDENT + width(rest[-1]) if rest else RELATION + width(first)
        else:
            lines[-1].append((relation, right))
            used += needed
    lefts = [body.left, *[None] * len(lines)]
    return [Line(left, tuple(steps)) for left, steps in zip(lefts, lines, strict=False)]


def split(node: Expression, room: float) -> list[Expression]:
    """Break a sum before its signs, or a product between its factors."""
    if width(node) <= room:
        return [node]
    match node:
        case Sum(terms):
            return _split_sum(terms, room)
        case Negative(Sum(terms)) if not tall(node):
            return _split_bracket((), terms, room)
        case Negative(operand):
            first, *rest = split(operand, room - SIGNS["neg"])
            return [Negative(first), *rest]
        case Product((*factors, Sum(terms))) if width(_product(tuple(factors))) < room / 3:
            if not any(map(tall, terms)):
                return _split_bracket(tuple(factors), terms, room)
    factors = _factors(node)
    if len(factors) > 2:
        first, *rest = _packed([_fitted(one, room - _INDENT) for one in factors], _product, room)
        return [first, *map(Continued, rest)]
    return [_fitted(node, room)]


def _split_sum(terms: tuple[Expression, ...], room: float) -> list[Expression]:
    """Fill lines with terms; a term too long for a line goes on between its factors."""
    rows: list[Expression] = []
    run: list[Expression] = []
    for term in terms:
        first, *rest = split(term, room - _INDENT - SIGNS["+"])
        if run and width(Sum((*run, first))) + _INDENT > room:
            rows.append(Sum(tuple(run)))
            run = []
        run.append(first)
        if rest:
            rows += [Sum(tuple(run)), *rest]
            run = []
    rows += [Sum(tuple(run))] if run else []
    start = rows[0]
    first = start.terms[0] if isinstance(start, Sum) and len(start.terms) == 1 else start
    return [first, *(one if isinstance(one, Continued) else Continued(one) for one in rows[1:])]


def _split_bracket(
    factors: tuple[Expression, ...], terms: tuple[Expression, ...], room: float
) -> list[Expression]:
    """Break a bracketed sum, after a minus sign if there are no ``factors`` before it."""
    before = width(_product(factors)) if factors else SIGNS["neg"]
    first, *rest = _split_sum(terms, room - before - 1.6)
    opened = OneBracket(first if isinstance(first, Sum) else Sum((first,)), True)
    start = Product((*factors, opened)) if factors else Negative(opened)
    *middle, last = [one.rest for one in rest if isinstance(one, Continued)]
    if not isinstance(last, Sum):
        return [_fitted(_product((*factors, Sum(terms))), room)]
    return [start, *map(Continued, middle), Continued(OneBracket(last, False))]


def _product(factors: tuple[Expression, ...]) -> Expression:
    return Product(factors) if len(factors) > 1 else factors[0]


def _factors(node: Expression) -> list[Expression]:
    """Take a product apart; a colour stays on every factor it was on."""
    match node:
        case Product(factors):
            return [one for factor in factors for one in _factors(factor)]
        case Marked(inside, mark):
            return [Marked(one, mark) for one in _factors(inside)]
    return [node]


def _packed(
    parts: Sequence[Expression],
    join: Callable[[tuple[Expression, ...]], Expression],
    room: float,
) -> list[Expression]:
    """Fill lines with as many parts as fit."""
    rows: list[tuple[Expression, ...]] = [(parts[0],)]
    for part in parts[1:]:
        wider = width(join((*rows[-1], part))) + (_INDENT if len(rows) > 1 else 0)
        if wider > room:
            rows.append((part,))
        else:
            rows[-1] += (part,)
    return [join(row) for row in rows]


def _fitted(node: Expression, room: float) -> Expression:
    return node if width(node) <= room else shortened(node)


def shortened(node: Expression) -> Expression:
    """Leave out the middle of every long sum and list inside ``node``."""
    match node:
        case Sum(terms):
            return Sum(_ends(terms))
        case Applied(function, arguments, primed):
            return Applied(function, _ends(arguments), primed)
        case Listed(items, arrows):
            return Listed(_ends(items), arrows)
    if isinstance(node, Product | Quotient | Negative):
        return rebuilt(node, tuple(map(shortened, node.parts)))
    return node


def _ends(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
    return parts if len(parts) <= MANY else (*parts[:2], Dots(), parts[-1])
