"""Slides: every click adds one factor, in beamer and in a browser; nothing runs off a slide."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser

from symnet.document.blocks import MATRICES, SCALAR
from symnet.document.formats import slides
from symnet.document.latex.engine import compiled as pdf
from symnet.document.mathematics import Dots, Letter, Marked, equation
from symnet.document.plain import PlainText
from symnet.document.ruler import width
from symnet.document.slides import beamer, page
from symnet.document.slides.clicks import rows_of
from symnet.document.slides.deck import HEIGHT, MOST, WIDTH, Slide, slides_of
from symnet.document.slides.heights import height
from symnet.model.expression import Expression, Negative, Number, Product, Sum
from symnet.model.glyphs import Glyph
from symnet.pipeline import load
from tests.document.browser import chromium, needs_chromium, visit
from tests.document.made import NETWORKS, document, told
from tests.document.test_latex import HOSTILE, compiled, deep, needs_tex, trouble, wide

REVEAL = Path(page.REVEAL)


def clicks(text: str) -> list[list[int]]:
    """Return, for every frame, on which click each of its parts appears."""
    frames = re.findall(r"\\begin\{frame\}.*?\\end\{frame\}", text, re.DOTALL)
    return [[int(one) for one in re.findall(r"\\uncover<(\d+)->", frame)] for frame in frames]


A, B, C = (Letter(Glyph(one)) for one in "abc")
TWO = Number(Fraction(2))


@pytest.mark.parametrize(
    ("right", "shown"),
    [
        (Product((A, B, C)), "=a b c"),
        (Product((A, Sum((B, C)))), "=a (b + c)"),
        (Negative(Product((A, Negative(B)))), "=\u2212a (\u2212b)"),
        (Sum((Product((A, B)), Negative(C))), "=a b -c"),
        (Sum((A, Negative(Sum((B, C))))), "=a -(b + c)"),
        (Product((A, TWO)), "=a *2"),
        (Marked(Product((A, B)), "m"), "=a b"),
        (Sum((B, C)), "=b +c"),
    ],
)
def test_a_formula_is_taken_apart_without_changing_what_it_says(
    right: Expression, shown: str
) -> None:
    ((row,),) = rows_of(equation(A, right), WIDTH)
    assert [one.number for one in row.clicks] == list(range(1, len(row.clicks) + 1))
    plain = PlainText()
    assert " ".join(f"{one.sign}{plain.show(one.node)}" for one in row.clicks) == shown


def test_a_long_chain_goes_on_in_rows_that_fit() -> None:
    body = equation(A, Product((B, C) * 60), Sum((Product((A, B)),) * 30))
    steps = rows_of(body, WIDTH)
    assert [rows[0].starts for rows in steps] == [True, True]
    for row in [row for rows in steps for row in rows]:
        assert width(A) + sum(one.width for one in row.clicks) <= WIDTH
    numbers = [one.number for rows in steps for row in rows for one in row.clicks]
    assert numbers == list(range(1, 181))


def gradients(name: str) -> list[Slide]:
    return [one for one in slides_of(told(name)) if one.variable]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_click_adds_one_part(name: str) -> None:
    frames = [one for one in clicks(beamer.text(told(name))) if one]
    assert len(frames) == len(gradients(name))
    for frame in frames:
        assert frame == sorted(frame)
        assert sorted(set(frame)) == list(range(2, max(frame) + 1))


def test_each_factor_of_the_chain_rule_has_its_click() -> None:
    text = beamer.text(told("notebook"))
    frame = text.partition(r"{Weight $w_1$}")[2].partition(r"\end{frame}")[0]
    for of, by in (("L", "y"), ("y", "z_4"), ("z_4", "h_1"), ("h_1", "z_1"), ("z_1", "w_1")):
        names = [rf"\hat{{{one}}}" if one == "y" else one for one in (of, by)]
        fraction = rf"\frac{{\partial {names[0]}}}{{\partial {names[1]}}}"
        (part,) = [one for one in frame.split(r"\uncover") if fraction in one]
        assert part.count(r"\underbrace") == 1
    assert frame.count(r"\underbrace") == 5


@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_is_told_or_its_absence_is(name: str) -> None:
    routes = [one.variable for one in told(name).routes]
    shown = list(dict.fromkeys(one.variable for one in gradients(name)))
    if len(routes) <= MOST:
        assert shown == routes
    else:
        (said,) = [one.words for one in slides_of(told(name)) if one.words]
        assert f"{len(routes)} gradients" in str(said[0])
        assert set(shown) < set(routes)
        for layer in load(name).network.layers:
            assert layer.units[0].weights[0] in shown
            assert layer.units[-1].weights[-1] in shown


@pytest.mark.parametrize("name", [*NETWORKS, "wide", "deep"])
def test_no_slide_is_too_full(name: str) -> None:
    made = {"wide": wide, "deep": deep}
    for slide in slides_of(document(made[name]()) if name in made else told(name)):
        high = sum(max(map(height, (one.node for one in row.clicks))) for row in slide.rows)
        assert high <= HEIGHT
        left = max((width(row.left) for row in slide.rows if row.left is not None), default=0)
        for row in slide.rows:
            alone = sum(one.node != Dots() for one in row.clicks) == 1  # a factor cannot be broken
            assert alone or left + sum(one.width for one in row.clicks) <= WIDTH


def handout(*decks: str) -> str:
    """Join decks, and show every frame once, with all that its clicks uncover."""
    head, _, _ = decks[0].partition(r"\begin{document}")
    bodies = [one.partition(r"\begin{document}")[2].replace(r"\end{document}", "") for one in decks]
    head = head.replace("11pt,", "11pt,handout,")
    return "\n".join([head, r"\begin{document}", *bodies, r"\end{document}"])


@needs_tex
@pytest.mark.slow
def test_nothing_runs_off_a_beamer_slide(tmp_path: Path) -> None:
    long = replace(document(wide()), title=HOSTILE)
    decks = [beamer.text(one) for one in (long, document(deep()), *map(told, NETWORKS))]
    log, _ = compiled(tmp_path, handout(*decks))
    assert trouble(log) == []
    frames = sum(deck.count(r"\begin{frame}") for deck in decks)
    assert len(pypdf.PdfReader(tmp_path / "main.pdf").pages) == frames


@needs_tex
@pytest.mark.slow
def test_a_row_too_long_is_seen(tmp_path: Path) -> None:
    text = handout(beamer.text(told("tanh-neuron")))
    log, _ = compiled(tmp_path, text.replace(r"\partial", r"\hspace{9cm}\partial", 9))
    assert any("Overfull" in one for one in trouble(log))


@needs_tex
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
@pytest.mark.slow
def test_a_page_for_every_click(tmp_path: Path) -> None:
    text = beamer.text(document(load("starter").spec, ("w1",)))
    (tmp_path / "a.pdf").write_bytes(pdf(text))
    words = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    )
    *shown, _ = [re.sub(r"\s", "", one) for one in words.stdout.split("\f")]
    assert len(shown) == sum(max(one, default=1) for one in clicks(text))
    w1 = [one for one in shown if one.startswith("Weightw1")]
    assert len(w1) > 5
    assert [len(one) for one in w1] == sorted(len(one) for one in w1)
    assert len(set(w1)) == len(w1)


def test_matrices_have_no_slides() -> None:
    assert slides.files(told("starter"), MATRICES) == ()
    assert slides.files(load("starter").document(form="matrix"), SCALAR) == ()
    files = slides.files(told("starter"), SCALAR)
    assert [one.path for one in files] == ["slides.tex", "slides.html"]


def test_reveal_js_is_the_one_of_its_package_and_brings_its_licence() -> None:
    tool = Path(__file__).parents[2] / "tools/take_reveal.py"
    hashes = {sha256(one.read_bytes()).hexdigest() for one in REVEAL.iterdir()}
    assert len(set(re.findall(r'"([0-9a-f]{64})"', tool.read_text())) & hashes) == 3
    licence = (REVEAL / "LICENSE.txt").read_text().strip()
    assert licence in page.text(told("starter"))
    assert "\N{COPYRIGHT SIGN}" in licence or "Copyright" in licence


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decks")
    for name in NETWORKS:
        (folder / f"{name}.html").write_text(page.text(told(name)), encoding="utf-8")
    return folder


OUTSIDE = """() => {
  const found = [];
  for (let place = 0; place < Reveal.getTotalSlides(); place++) {
    Reveal.slide(place);
    for (const one of Reveal.getCurrentSlide().querySelectorAll("*")) {
      const box = one.getBoundingClientRect();
      if (box.left < 0 || box.top < 0 || box.right > 1280 || box.bottom > 720)
        found.push(`${place}: ${one.tagName} ${one.textContent.slice(0, 40)}`);
    }
  }
  return found;
}"""
VISIBLE = """() => [...Reveal.getCurrentSlide().querySelectorAll(".fragment.visible")]
  .map((one) => one.dataset.fragmentIndex)"""


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_runs_off_a_slide_in_a_browser(browser: Browser, decks: Path, name: str) -> None:
    with visit(browser, decks / f"{name}.html", 1280) as seen:
        seen.page.set_viewport_size({"width": 1280, "height": 720})
        assert seen.run("Reveal.getTotalSlides()") == 2 + len(list(slides_of(told(name))))
        assert seen.run("Reveal.getScale()") == 1
        assert seen.run(OUTSIDE) == []
        assert seen.complaints == []
        assert seen.requests == [(decks / f"{name}.html").as_uri()]


@needs_chromium
@pytest.mark.slow
def test_what_runs_off_a_slide_is_seen(browser: Browser, decks: Path, tmp_path: Path) -> None:
    file = tmp_path / "xor.html"
    text = (decks / "xor.html").read_text(encoding="utf-8")
    file.write_text(text.replace("<h2>Weight", "<h2 style='height: 800px'>Weight", 1))
    with visit(browser, file, 1280) as seen:
        seen.page.set_viewport_size({"width": 1280, "height": 720})
        assert seen.run(OUTSIDE)


@needs_chromium
@pytest.mark.slow
def test_an_arrow_key_adds_one_factor(browser: Browser, decks: Path) -> None:
    with visit(browser, decks / "notebook.html", 1280) as seen:
        expected = [
            max((click.number for row in one.rows for click in row.clicks), default=0)
            for one in slides_of(told("notebook"))
        ]
        for place, count in enumerate([0, 0, *expected]):
            assert seen.run("Reveal.getIndices().h") == place
            assert seen.run(VISIBLE) == []
            for number in range(1, count + 1):
                seen.page.keyboard.press("ArrowRight")
                assert seen.run(VISIBLE) == [str(one) for one in range(number)]
            seen.page.keyboard.press("ArrowRight")
        seen.page.keyboard.press("ArrowLeft")
        assert len(seen.run(VISIBLE)) == expected[-1] - 1
        braces = "document.querySelectorAll('#of-w1 .fragment:has(munder > munder)').length"
        assert seen.run(braces) == 5
        assert seen.complaints == []


@needs_chromium
@pytest.mark.slow
def test_a_title_is_text(browser: Browser, tmp_path: Path) -> None:
    hostile = "</script><script>document.title='run'</script><img src=x> & {{ 1 }}"
    (tmp_path / "a.html").write_text(page.text(replace(told("starter"), title=hostile)))
    with visit(browser, tmp_path / "a.html") as seen:
        assert seen.page.title() == hostile
        assert seen.texts("h1") == [hostile]
        assert seen.complaints == []
