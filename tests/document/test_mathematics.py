"""Displayed mathematics: brackets, dots and spaces where a textbook has them."""

from dataclasses import dataclass
from fractions import Fraction

import pytest

from symnet.document.latex.mathematics import Mathematics
from symnet.document.lines import laid_out
from symnet.document.mathematics import (
    Absolute,
    Applied,
    Between,
    BigSum,
    Cases,
    Continued,
    Decimal,
    Dots,
    Equalities,
    Letter,
    Listed,
    Marked,
    OfSample,
    Partial,
    Raised,
    Ratio,
    Root,
    Underbraced,
    Words,
    equation,
)
from symnet.document.ruler import width
from symnet.model.expression import (
    Comparison,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
)
from symnet.model.glyphs import Glyph, glyph


def letter(name: str) -> Letter:
    return Letter(glyph(name), name)


X, Y, W, H, Z, L = map(letter, ["x1", "y", "w7", "h1", "z4", "L"])
P, DELTA, ETA = letter("y_hat"), letter("delta1"), letter("eta")
RELU = Letter(Glyph("ReLU"))
TWO, HALF = Number(Fraction(2)), Number(Fraction(1, 2))
show = Mathematics().show


def decimal(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("node", "latex"),
    [
        (X * W + H * Z + Y, "x_1w_7 + h_1z_4 + y"),
        (2 * (P - Y), r"2(\hat{y} - y)"),
        (Product((HALF, (P - Y))), r"\frac{1}{2}(\hat{y} - y)"),
        (H * (1 - H), r"h_1\,(1 - h_1)"),
        (-(X + Y), "-(x_1 + y)"),
        (X - (Y + Z), "x_1 - (y + z_4)"),
        (X - (-Y), "x_1 - (-y)"),
        (Sum((Negative(X), Y)), "-x_1 + y"),
        (Negative(Product((X, Y))), "-x_1y"),
        (Product((ETA, letter("g"))), r"\eta g"),
        (Product((letter("win"), letter("wout"))), r"\mathrm{win}\,\mathrm{wout}"),
        (Quotient(P - Y, P * (1 - P)), r"\frac{\hat{y} - y}{\hat{y}\,(1 - \hat{y})}"),
        (Raised(P - Y, TWO), r"(\hat{y} - y)^{2}"),
        (Raised(Negative(X), TWO), "(-x_1)^{2}"),
        (Raised(Partial(L, X), TWO), r"\left(\frac{\partial L}{\partial x_1}\right)^{2}"),
        (Raised(Letter(Glyph("h", ("1",), ("2",))), TWO), "(h_1^{(2)})^{2}"),
        (Raised(Applied(Letter(Glyph("tanh")), (Z,)), TWO), r"\tanh^{2}(z_4)"),
        (Applied(RELU, (Z,), True), r"\mathrm{ReLU}'(z_4)"),
        (Applied(Letter(Glyph("softmax", ("1",))), (X, Y)), r"\mathrm{softmax}_1(x_1, y)"),
        (Applied(Letter(Glyph("ln")), (P,)), r"\ln\,\hat{y}"),
        (Applied(Letter(Glyph("ln")), (1 - P,)), r"\ln(1 - \hat{y})"),
        (W * Applied(RELU, (Z,), True) * X, r"w_7\,\mathrm{ReLU}'(z_4)\,x_1"),
        (Partial(L, X), r"\frac{\partial L}{\partial x_1}"),
        (Root(X), r"\sqrt{x_1}"),
        (Absolute(P - Y), r"\left|\hat{y} - y\right|"),
        (Negative(Ratio(Raised(X, TWO), TWO)), "-x_1^{2}/2"),
        (Underbraced(Partial(L, X), Y), r"\underbrace{\frac{\partial L}{\partial x_1}}_{\,y\,}"),
        (BigSum(X, letter("s"), TWO), r"\sum_{s = 1}^{2} x_1"),
        (OfSample(Marked(DELTA, "d"), letter("s")), r"\delta_1^{[s]}"),
        (Sum((X, Dots(), Y)), r"x_1 + \dots + y"),
        (Words("a_b & c"), r"\text{a\_b \& c}"),
        (Listed((X, Y)), r"x_1,\quad y"),
        (Listed((X, Y), arrows=True), r"x_1 \to y"),
        (Comparison(Z, "<=", Number(Fraction(0))), r"z_4 \le 0"),
        (Between(Number(Fraction(-1)), Z, TWO), r"-1 < z_4 \le 2"),
        (Continued(X + Y), " + x_1 + y"),
        (Continued(Product((X, Y))), r" \cdot x_1y"),
        (Continued(decimal("-0.5")), r" \cdot (-0.5)"),
        (
            Cases(((X, Comparison(Z, ">", Number(Fraction(0)))),)),
            r"\begin{cases} x_1 & \text{if } z_4 > 0 \end{cases}",
        ),
    ],
)
def test_formulas_look_like_a_textbook(node: Expression, latex: str) -> None:
    assert show(node) == latex


@pytest.mark.parametrize(
    ("node", "latex"),
    [
        (decimal("1") * decimal("0.5"), r"1 \cdot 0.5"),
        (decimal("1") * decimal("-0.5") + decimal("0.5"), r"1 \cdot (-0.5) + 0.5"),
        (decimal("-0.5") * decimal("1"), r"(-0.5) \cdot 1"),
        (decimal("0.1") + decimal("-0.35"), "0.1 + (-0.35)"),
        (decimal("0.1") - decimal("-0.35"), "0.1 - (-0.35)"),
        (decimal("-0.1") + decimal("0.35"), "-0.1 + 0.35"),
        (2 * (decimal("1.75") - 2), r"2 \cdot (1.75 - 2)"),
        (Raised(decimal("-0.25"), TWO), "(-0.25)^{2}"),
        (Raised(decimal("0.25"), TWO), "0.25^{2}"),
        (Applied(RELU, (decimal("-0.5"),)), r"\mathrm{ReLU}(-0.5)"),
        (Decimal("1.2", -7), r"1.2 \cdot 10^{-7}"),
        (Decimal("1", -8), "10^{-8}"),
        (Raised(Decimal("1.2", -7), TWO), r"(1.2 \cdot 10^{-7})^{2}"),
        (Decimal("0.9") * letter("m"), r"0.9\,m"),
        (Product((HALF, decimal("0.5"))), r"\frac{1}{2} \cdot 0.5"),
        (Product((TWO, HALF)), r"2 \cdot \frac{1}{2}"),
    ],
)
def test_numbers_never_run_together_and_negative_ones_are_bracketed(
    node: Expression, latex: str
) -> None:
    assert show(node) == latex


def test_a_mark_is_a_colour_and_nothing_without_one() -> None:
    node = Marked(DELTA, "dL_dz1") * X
    assert show(node) == r"\delta_1x_1"
    assert Mathematics({"dL_dz1": "shared1"}).show(node) == r"\textcolor{shared1}{\delta_1}x_1"


def test_an_equation_leaves_out_repetitions() -> None:
    assert show(equation(X, Y, Y, Z)) == "x_1 = y = z_4"


@dataclass(frozen=True, slots=True)
class Invented(Expression):
    """A kind of node that nobody can display."""


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="Invented cannot be displayed"):
        show(X + Invented())


LONG = Sum(tuple(X * W for _ in range(30)))


@pytest.mark.parametrize(
    "body",
    [
        equation(Z, LONG),
        equation(Z, LONG, Product(tuple(Partial(L, X) for _ in range(30))), Y),
        equation(Z, Negative(Product(tuple(Partial(L, X) for _ in range(30))))),
        equation(Z, Sum((Product(tuple(Partial(L, X) for _ in range(30))), Y, LONG))),
        equation(Z, Quotient(Y, LONG)),
        equation(Z, Applied(RELU, tuple(X for _ in range(40)))),
        Listed(tuple(equation(X, Y) for _ in range(30))),
        Listed(tuple(X for _ in range(60)), arrows=True),
    ],
)
@pytest.mark.parametrize("limit", [20.0, 27.0, 34.0])
def test_lines_fit(body: Expression, limit: float) -> None:
    lines = laid_out(body, limit)
    assert len(lines) > 1 or width(body) <= limit or r"\dots" in show(lines[0].steps[0][1])
    for line in lines:
        used = sum(width(right) for _, right in line.steps)
        used += 1.6 * sum(bool(relation) for relation, _ in line.steps)
        used += width(line.left) if line.left is not None else 0
        assert used <= limit


def test_breaking_loses_nothing() -> None:
    lines = laid_out(equation(Z, LONG, Y), 20.0)
    text = "".join(show(right) for line in lines for _, right in line.steps)
    assert text.count("x_1w_7") == 30
    assert [relation for line in lines for relation, _ in line.steps if relation] == ["=", "="]
    assert lines[0].left == Z
    assert all(line.left is None for line in lines[1:])


def test_arrows_stay_arrows_on_every_line() -> None:
    lines = laid_out(Listed(tuple(X for _ in range(60)), arrows=True), 20.0)
    assert all(r"\to" in show(right) for line in lines for _, right in line.steps)


def test_a_short_formula_stays_on_its_line() -> None:
    (line,) = laid_out(equation(Z, X * W + Y), 34.0)
    assert line.steps == (("=", X * W + Y),)


def test_relations_have_signs() -> None:
    chain = Equalities(X, (("<-", Y), ("~", Z)))
    assert show(chain) == r"x_1 \leftarrow y \approx z_4"
