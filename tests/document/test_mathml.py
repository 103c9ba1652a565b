"""MathML: well-formed, of MathML Core only, and saying what the LaTeX says."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree

import latex2mathml.converter
import pytest

from symnet.document.mathematics import (
    Absolute,
    Cases,
    Decimal,
    Equalities,
    Letter,
    Marked,
    OfSample,
    Partial,
    Raised,
    Underbraced,
    Words,
)
from symnet.document.mathml.mathematics import Mathematics
from symnet.document.matrices import explain_matrices
from symnet.model.expression import Comparison, Expression, Negative, Number, Product, Quotient, Sum
from symnet.model.glyphs import Glyph
from symnet.pipeline import load
from tests.document.made import NETWORKS, equations, latex, told

# https://www.w3.org/TR/mathml-core/ and how many children each has, where that is fixed.
CORE = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
LOOSE = "math mi mn mo mtext mspace mrow msqrt mtable mtr mtd".split()
TWO = Fraction(2)
X, Y = Letter(Glyph("x")), Letter(Glyph("y"))


def parsed(elements: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<math>{elements}</math>")


def faults(elements: str) -> Iterator[str]:
    """Say what of a formula is not MathML Core."""
    for one in parsed(elements).iter():
        if one.tag not in CORE and one.tag not in LOOSE:
            yield f"{one.tag} is not of MathML Core"
        if one.tag in CORE and len(one) != CORE[one.tag]:
            yield f"{one.tag} has {len(one)} parts"
        if one.tag in ("mi", "mn", "mo", "mtext") and not (one.text and len(one) == 0):
            yield f"{one.tag} holds no text, or elements"
        if one.tag not in ("mi", "mn", "mo", "mtext") and (one.text or "").strip():
            yield f"{one.tag} holds bare text"


def spoken(elements: ElementTree.Element) -> str:
    """Return the characters of a formula in order, without how they are set."""
    text = unicodedata.normalize("NFKC", "".join(elements.itertext()))
    for ours, theirs in (("\u03f5", "\u03b5"), ("\u22c5", "\u00b7"), ("\u2212", "-")):
        text = text.replace(ours, theirs)
    return re.sub(r"[\s\u2061\u02c6\u0302^\u23df]", "", text)


def oracle(formula: str) -> str:
    """Turn LaTeX into MathML by another program, and return its characters."""
    made = latex2mathml.converter.convert(formula)
    return spoken(ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", made)))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_is_mathml_core(name: str) -> None:
    printer = Mathematics()
    for one in told(name).equations():
        assert list(faults(printer.text(one.body))) == []


@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_says_what_its_latex_says(name: str) -> None:
    printer = Mathematics()
    theirs = latex(told(name))
    for key, one in equations(told(name)).items():
        assert spoken(parsed(printer.text(one.body))) == oracle(theirs[key]), key


def test_the_matrix_form_is_mathml_core_too() -> None:
    printer = Mathematics()
    for one in explain_matrices(load("xor").matrices).equations():
        assert list(faults(printer.text(one.body))) == []


def test_faults_are_found() -> None:
    assert len(list(faults("<mfrac><mi>a</mi></mfrac><menclose/><mi></mi><mrow>x</mrow>"))) == 4
    assert spoken(parsed("<mi>w</mi><mn>1</mn>")) != oracle("w_2")
    with pytest.raises(ElementTree.ParseError):
        parsed("<mi>a<mi>")


@pytest.mark.parametrize(
    ("node", "mathml"),
    [
        (X, "<mi>x</mi>"),
        (Letter(Glyph("w", ("1",))), "<msub><mi>w</mi><mn>1</mn></msub>"),
        (
            Letter(Glyph("y", (), (), True)),
            '<mover accent="true"><mi>y</mi><mo stretchy="false">\u02c6</mo></mover>',
        ),
        (
            Letter(Glyph("b", ("1",), ("2",))),
            "<msubsup><mi>b</mi><mn>1</mn><mn>(2)</mn></msubsup>",
        ),
        (Letter(Glyph("a<b", verbatim=True)), '<mi class="name">a&lt;b</mi>'),
        (Letter(Glyph("delta")), "<mi>\u03b4</mi>"),
        (Letter(Glyph("Sigma")), '<mi mathvariant="normal">\u03a3</mi>'),
        (Letter(Glyph("W", bold=True)), "<mi>\U0001d416</mi>"),
        (Letter(Glyph("delta", bold=True)), "<mi>\U0001d739</mi>"),
        (Decimal("-0.5"), '<mo form="prefix">\u2212</mo><mn>0.5</mn>'),
        (
            Decimal("1.5", -7),
            "<mn>1.5</mn><mo>\u22c5</mo><msup><mn>10</mn>"
            '<mrow><mo form="prefix">\u2212</mo><mn>7</mn></mrow></msup>',
        ),
        (Quotient(X, Y), "<mfrac><mi>x</mi><mi>y</mi></mfrac>"),
        (
            Partial(X, Y),
            "<mfrac><mrow><mi>\u2202</mi><mi>x</mi></mrow>"
            "<mrow><mi>\u2202</mi><mi>y</mi></mrow></mfrac>",
        ),
        (Marked(X, "m"), '<mi class="s1">x</mi>'),
        (Letter(Glyph("1", bold=True)), "<mn>\U0001d7cf</mn>"),
        (
            Raised(Sum((X, Y)), Number(TWO)),
            '<mo stretchy="false">(</mo><mi>x</mi><mo>+</mo><mi>y</mi>'
            '<msup><mo stretchy="false">)</mo><mn>2</mn></msup>',
        ),
        (Words("a & b"), "<mtext>a &amp; b</mtext>"),
        (
            OfSample(X, Number(TWO)),
            "<msup><mi>x</mi><mrow><mo>[</mo><mn>2</mn><mo>]</mo></mrow></msup>",
        ),
    ],
)
def test_each_kind_of_node(node: Expression, mathml: str) -> None:
    assert Mathematics({"m": "s1"}).text(node) == mathml


def test_attributes_stand_on_one_element_and_never_twice() -> None:
    printer = Mathematics({"m": "s1"}, False, lambda node: ' class="e1"')
    shown = printer.text(Marked(Partial(X, Y), "m"))
    assert shown.startswith('<mrow class="s1"><mfrac class="e1">')
    assert list(faults(shown)) == []


def test_what_is_tall_or_deep_is_still_one_element_where_one_is_needed() -> None:
    row = Sum((Raised(Sum((X, Negative(Y))), Number(TWO)), Absolute(Product((X, Y)))))
    cases = Cases(((X, Comparison(X, "<", Y)), (Y, Comparison(X, ">=", Y))))
    shown = Equalities(Underbraced(row, Sum((X, Y))), (("=", cases), ("~", Quotient(row, row))))
    assert list(faults(Mathematics().text(shown))) == []
