"""Names look as a lecturer would write them, and no two look alike."""

from hypothesis import given
from hypothesis import strategies as st

from symnet.document.latex.mathematics import Mathematics
from symnet.model.glyphs import Glyph, glyph, glyphs

LATEX = Mathematics()


def look(name: str, layered: bool = False) -> str:
    return LATEX.letter(glyph(name, layered))


def test_names_become_symbols() -> None:
    expected = {
        "w1": "w_1",
        "w12": "w_{12}",
        "w01": "w_{01}",
        "x": "x",
        "alpha": r"\alpha",
        "alpha2": r"\alpha_2",
        "Omega": r"\Omega",
        "epsilon": r"\varepsilon",
        "omicron": r"\mathrm{omicron}",
        "w_in": r"w_{\mathrm{in}}",
        "w1_2": "w_{1,2}",
        "x1_in": r"x_{1,\mathrm{in}}",
        "w_mu": r"w_{\mu}",
        "y_hat": r"\hat{y}",
        "y_hat12": r"\hat{y}_{12}",
        "sleep": r"\mathrm{sleep}",
        "lambda_": r"\lambda",
        "S": "S",
        "a__b": r"\mathtt{a\_\_b}",
        "a1b2": r"\mathtt{a1b2}",
    }
    assert {name: look(name) for name in expected} == expected


def test_layered_names_have_their_layer_above() -> None:
    assert look("w1_2_3", layered=True) == "w_{2,3}^{(1)}"
    assert look("b10_2", layered=True) == "b_2^{(10)}"
    assert look("x1_2", layered=True) == "x_{1,2}"


def test_names_that_would_look_alike_are_shown_as_spelled() -> None:
    names = ["w1", "w_1", "w01", "w1_", "lambda", "lambda_", "y_hat1", "y_hat_1"]
    shown = [LATEX.letter(one) for one in glyphs(names).values()]
    assert shown == [
        "w_1",
        r"\mathtt{w\_1}",
        "w_{01}",
        r"\mathtt{w1\_}",
        r"\lambda",
        r"\mathtt{lambda\_}",
        r"\hat{y}_1",
        r"\mathtt{y\_hat\_1}",
    ]


def test_what_is_taken_is_left_alone() -> None:
    found = glyphs(["pi", "e"], taken=[Glyph("pi"), Glyph("e")])
    assert [one.verbatim for one in found.values()] == [True, True]


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
HOSTILE = st.from_regex(r"(w|alpha|hat|y|al|b)(_|0|1|hat|in|alpha){0,4}", fullmatch=True)


@given(st.lists(NAMES | HOSTILE, unique=True), st.booleans())
def test_distinct_names_stay_distinct_on_the_page(names: list[str], layered: bool) -> None:
    found = glyphs(names, layered)
    assert list(found) == names
    assert len({LATEX.letter(one) for one in found.values()}) == len(names)
