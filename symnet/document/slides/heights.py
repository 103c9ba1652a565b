"""How high formulas are, about: in em, the width of the letter M.

In: Expression, displayed. Out: its height.
"""

from symnet.document.mathematics import BigSum, Cases, Letter, Partial, Raised, Underbraced
from symnet.model.expression import Expression, Number, Quotient

LINE, FRACTION = 1.2, 2.5
# A line in which a letter has an index above it.
HIGHER = 1.6
_BRACE, _SMALLER = 0.8, 0.75


def height(node: Expression) -> float:
    """Return about how high a formula is."""
    match node:
        case Underbraced(inside, label):
            return height(inside) + _BRACE + _SMALLER * height(label)
        case Partial():
            return FRACTION
        case Number(value) if value.denominator != 1:
            return FRACTION
        case Quotient():
            return FRACTION - 2 * LINE + sum(map(height, node.parts))
        case Letter(glyph) if glyph.above:
            return HIGHER
        case Cases(rows):
            return sum(1.2 * max(height(value), height(when)) for value, when in rows)
        case BigSum(inside):
            return max(1.3 * FRACTION, height(inside))
        case Raised(base, exponent):
            return height(base) + _SMALLER * (height(exponent) - LINE)
    return max((height(one) for one in node.parts), default=LINE)
