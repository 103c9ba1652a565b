"""What holds together how tightly, and what stands between two factors.

In: Expression, displayed. Out: whether it needs brackets, air, or a dot.
"""

from symnet.document.mathematics import (
    Absolute,
    Applied,
    BigSum,
    Cases,
    Decimal,
    Dots,
    Entrywise,
    Letter,
    Marked,
    OfSample,
    OneBracket,
    Partial,
    Raised,
    Ratio,
    Root,
    Underbraced,
    Words,
)
from symnet.model.expression import (
    Expression,
    Number,
    Pi,
    Product,
    Quotient,
    walk,
)

# How tightly a kind holds together; a looser one gets brackets inside a tighter one.
LOOSE, FACTORS, TIGHT, ATOM = range(4)


def tightness(node: Expression) -> int:
    """Say how tightly a node holds together."""
    match node:
        case Marked(inside):
            return tightness(inside)
        case Decimal(digits, exponent):
            return LOOSE if digits.startswith("-") else FACTORS if exponent else ATOM
        case Number(value):
            return LOOSE if value < 0 else ATOM if value.denominator == 1 else TIGHT
        case Product((only,)):
            return tightness(only)
        case Product() | BigSum() | Entrywise() | Ratio():
            return FACTORS
        case Quotient() | Raised() | Partial() | OfSample():
            return TIGHT
        case Letter() | Applied() | Root() | Absolute() | Pi() | Words() | Dots() | Underbraced():
            return ATOM
        case OneBracket():
            return ATOM
    return LOOSE


def joint(left: Expression, right: Expression) -> str:
    """Say what stands between two factors: a dot, a thin space or nothing."""
    if _starts_with_digit(right) or (_numeric(left) and _numeric(right)):
        return "*"
    plain = _is_short(left) and _is_short(right)
    whole = isinstance(left, Number) and not isinstance(right, Applied | Partial)
    return "" if plain or whole else "thin"


def _is_short(node: Expression) -> bool:
    """Say whether a factor is a single letter that needs no air around it."""
    match node:
        case Marked(inside):
            return _is_short(inside)
        case Letter(glyph) | OfSample(Letter(glyph)):
            return not glyph.verbatim and (len(glyph.letter) == 1 or glyph.letter in SHORT)
        case Raised(base):
            return _is_short(base)
    return False


SHORT = frozenset("alpha beta gamma delta epsilon eta theta lambda mu nu xi pi sigma ell".split())


def _starts_with_digit(node: Expression) -> bool:
    match node:
        case Marked(inside) | Raised(inside):
            return _starts_with_digit(inside)
        case Product(factors):
            return _starts_with_digit(factors[0])
        case Quotient():
            return _numeric(node)
        case Number() | Decimal():
            return True
    return False


def _numeric(node: Expression) -> bool:
    """Say whether a node has numbers in it and nothing else."""
    return not any(isinstance(one, Letter | Applied | Words | Pi) for one in walk(node))


def tall(node: Expression) -> bool:
    """Say whether a node is higher than a line, so that brackets around it must grow."""
    kinds = Quotient | Partial | Underbraced | BigSum | Cases
    return any(isinstance(one, kinds) or _halves(one) for one in walk(node))


def _halves(node: Expression) -> bool:
    return isinstance(node, Number) and node.value.denominator != 1
