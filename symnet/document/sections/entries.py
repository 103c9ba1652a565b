"""The loss of one sample, written by the entries of prediction and target.

In: Spec, Lettering. Out: Expression, displayed.
"""

from fractions import Fraction

from symnet.document.lettering import Lettering
from symnet.document.mathematics import BigSum, Letter
from symnet.model.expression import Expression, Negative, Number, Product, Quotient
from symnet.model.glyphs import Glyph, glyph, indexed
from symnet.model.losses import LOSSES
from symnet.model.network import numbers
from symnet.model.spec import Spec
from symnet.model.symbols import symbol


def loss_by_entries(spec: Spec, letters: Lettering) -> Expression:
    """Write the loss as a sum over the outputs; with one output there is nothing to sum."""
    count, entry, options = spec.layers[-1].units, LOSSES[spec.loss.name], numbers(spec.loss)
    if entry.name == "none":
        place = int(dict(options)["output"]) if count > 1 else ""
        return _entry(symbol(spec, "prediction") or glyph("y_hat"), str(place))
    index = letters.variable("k")
    place = index.glyph.letter if count > 1 else ""
    p, y = _entry(symbol(spec, "prediction") or glyph("y_hat"), place), _entry(glyph("y"), place)
    node = entry.value((p - y if entry.of_errors else p,), (y,), options)
    whole = letters(node)
    if count == 1:
        return whole
    summed = _summed(whole, index, Number(Fraction(count)))
    # A mean shows in what the table makes of two outputs.
    if not isinstance(entry.value((p, p), (y, y), options), Quotient):
        return summed
    return Product((Quotient(Number(Fraction(1)), Number(Fraction(count))), summed))


def _entry(looks: Glyph, place: str) -> Letter:
    """Return the letter of one prediction or target."""
    return Letter(indexed(looks, Glyph("", (place,) if place else ())))


def _summed(node: Expression, index: Expression, last: Expression) -> Expression:
    """Sum over the entries, behind a minus sign or a number that all have in common."""
    match node:
        case Negative(operand):
            return Negative(_summed(operand, index, last))
        case Product((Number() as share, *others)):
            rest = Product(tuple(others)) if len(others) > 1 else others[0]
            return Product((share, BigSum(rest, index, last)))
    return BigSum(node, index, last)
