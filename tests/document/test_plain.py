"""Mathematics in one line of text."""

from fractions import Fraction

import pytest

from symnet.document.mathematics import Applied, Decimal, Letter, OfSample, Partial, Raised, Root
from symnet.document.plain import PlainText, unicode_letter
from symnet.model.expression import Expression, Negative, Number, Product, Quotient, Sum
from symnet.model.glyphs import Glyph
from tests.document.made import NETWORKS, equations, latex, told

X, W = Letter(Glyph("x", ("1",))), Letter(Glyph("w", ("2",), ("3",)))
DELTA, HAT = Letter(Glyph("delta", ("4",))), Letter(Glyph("y", hat=True))
TWO = Number(Fraction(2))


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (Product((X, DELTA)), "x1·δ4"),
        (Product((TWO, Sum((HAT, Negative(X))))), "2(y\u0302 − x1)"),  # noqa: RUF001
        (Quotient(Sum((X, W)), TWO), "(x1 + w2^(3))/2"),
        (Quotient(X, Product((TWO, X))), "x1/(2·x1)"),
        (Partial(HAT, X), "∂y\u0302/∂x1"),
        (Raised(X, Sum((TWO, X))), "x1^(2 + x1)"),
        (Root(Sum((X, TWO))), "√(x1 + 2)"),
        (Applied(Letter(Glyph("sigma")), (X,), primed=True), "\u03c3\u2032(x1)"),
        (Decimal("-1.5", -7), "\u22121.5·10^\u22127"),
        (OfSample(X, Number(Fraction(3))), "x1^[3]"),
    ],
)
def test_a_formula_is_one_line(node: Expression, shown: str) -> None:
    assert PlainText().show(node) == shown


def test_greek_letters_have_their_characters() -> None:
    assert "".join(map(unicode_letter, ("lambda", "epsilon", "Omega", "ell"))) == "λεΩ\u2113"
    assert unicode_letter("rate") == "rate"


@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_of_what_ships_can_be_read_aloud(name: str) -> None:
    shown = [PlainText().show(one.body) for one in equations(told(name)).values()]
    assert all(one.isprintable() and "\\" not in one for one in shown)
    assert len(set(shown)) == len(set(latex(told(name)).values()))  # alike only if alike in LaTeX
