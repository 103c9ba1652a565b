"""The HTML in a real browser: complete without a script, lit by CSS, live with one."""

# ruff: noqa: RUF001

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser

from symnet.document.blocks import Document
from symnet.document.formats import html
from symnet.document.written import whole as whole_in
from symnet.pipeline import load
from tests.document.browser import Visit, chromium, needs_chromium, visit
from tests.document.made import NETWORKS, told

pytestmark = [needs_chromium, pytest.mark.slow]

TRAINED = [name for name in NETWORKS if load(name).spec.training.rates]
NUMBER = re.compile(r"-?[0-9.]+(?:\u22c510-?[0-9]+)?")


@cache
def whole(name: str) -> Document:
    """Return a shipped network's document with the code that runs in the page."""
    stages = load(name)
    return replace(told(name), programs=stages.programs, spec=stages.spec)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the page of every shipped network."""
    folder = tmp_path_factory.mktemp("pages")
    for name in NETWORKS:
        (folder / f"{name}.html").write_text(html.text(whole(name)), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in NETWORKS}


def emitted(name: str) -> dict[str, Any]:
    """Run the Python that `symnet emit` writes."""
    (program,) = (one for one in whole(name).programs if one.id == "python")
    module: dict[str, Any] = {"__name__": "emitted"}
    exec(compile(program.text, name, "exec"), module)
    return module


def number(text: str) -> float:
    """Read a number as the page shows it."""
    plain = text.replace("\u2212", "-").replace("\u00b7", "\u22c5").strip("()")
    found = NUMBER.fullmatch(plain)
    assert found, text
    return float(plain.replace("\u22c510", "e"))


def table(seen: Visit, caption: str) -> dict[str, list[float]]:
    """Return the rows of a table of numbers by their headings."""
    rows = seen.run(
        """(caption) => [...document.querySelectorAll("table")]
            .filter((one) => one.caption.textContent.includes(caption))
            .flatMap((one) => [...one.tBodies[0].rows])
            .map((row) => [...row.cells].map((cell) =>
                cell.querySelector("[data-n]")?.textContent ?? cell.textContent))""",
        caption,
    )
    assert rows, caption
    return {row[0]: [number(one) for one in row[1:]] for row in rows}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("width", [400, 1200])
def test_no_page_is_wider_than_its_window(
    browser: Browser, pages: Mapping[str, Path], name: str, width: int
) -> None:
    with visit(browser, pages[name], width) as seen:
        assert seen.overflow == 0
        assert seen.complaints == []
        assert seen.requests == [pages[name].as_uri()]


def test_equation_numbers_stand_flush_right_under_one_another(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    with visit(browser, pages["deep-narrow"]) as seen:
        groups = seen.run(
            """() => [...document.querySelectorAll(".equations")].map((group) =>
                [...group.querySelectorAll("mtr > :nth-child(3) mtext")].map((one) =>
                    [one.textContent.length, one.getBoundingClientRect().right]))"""
        )
        mixed = [rows for rows in groups if len({length for length, _ in rows}) > 1]
        assert mixed, "no group has numbers of one digit and of two"
        for rows in mixed:
            rights = [right for _, right in rows]
            assert max(rights) - min(rights) < 1


@pytest.mark.parametrize("width", [1000, 1216, 1300])
def test_lines_of_code_need_no_scroll_bar(browser: Browser, tmp_path: Path, width: int) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(whole_in(load("deep-narrow").document(), "html"))
    with visit(browser, page, width) as seen:
        cut = seen.run(
            """() => [...document.querySelectorAll("pre")]
                .filter((one) => one.scrollWidth > one.clientWidth)
                .map((one) => one.textContent)"""
        )
        assert seen.page.locator("pre").count()
        assert cut == []


def test_the_figure_beside_the_text_is_not_cut(browser: Browser, pages: Mapping[str, Path]) -> None:
    with visit(browser, pages["deep-narrow"], 1280) as seen:
        widths = seen.run(
            """() => [...document.querySelectorAll(".network")]
                .map((one) => [one.scrollWidth, one.clientWidth])"""
        )
        assert widths
        assert all(needed <= there for needed, there in widths)


def test_overflow_complaints_and_requests_are_seen(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<p style='width:2000px'>a<img src='https://example.org/a.png'><script>b()</script>"
    )
    with visit(browser, bad, 400) as seen:
        assert seen.overflow > 1000
        assert any("b is not defined" in one for one in seen.complaints)
        assert "https://example.org/a.png" in seen.requests


def test_nothing_can_be_fetched_and_no_other_script_runs(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    text = html.text(whole("starter"))
    bad.write_text(
        text.replace("</main>", "<script>document.title = 'run'</script><img src='x.png'></main>")
    )
    with visit(browser, bad) as seen:
        assert seen.page.title() == whole("starter").title
        assert seen.requests == [bad.as_uri()]
        assert len(seen.complaints) == 2


@pytest.mark.parametrize("name", NETWORKS)
def test_without_a_script_everything_but_the_panel_is_there(
    browser: Browser, pages: Mapping[str, Path], name: str
) -> None:
    with visit(browser, pages[name]) as seen:
        scripted = seen.texts("main")
    with visit(browser, pages[name], java_script_enabled=False) as seen:
        assert seen.texts("main") == scripted
        panel = seen.page.locator("#live")
        assert panel.count() == 0 or not panel.is_visible()
        assert seen.page.locator("main math").first.is_visible()


def lit(seen: Visit) -> list[str]:
    """Return the formulas that are lit."""
    return [
        str(one)
        for one in seen.run(
            """() => [...document.querySelectorAll("main mtr, main mfrac")]
                .filter((one) => getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)")
                .map((one) => one.textContent)"""
        )
    ]


@pytest.mark.parametrize("scripted", [True, False])
def test_pointing_and_tabbing_light_the_way_to_the_loss(
    browser: Browser, pages: Mapping[str, Path], scripted: bool
) -> None:
    with visit(browser, pages["notebook"], java_script_enabled=scripted) as seen:
        assert lit(seen) == []
        seen.page.hover("main h4[data-p=w1]")
        pointed = lit(seen)
        assert {"∂L∂yˆ", "∂h1∂z1", "∂z1∂w1"} <= set(pointed)
        assert not any("∂z2" in one for one in pointed)
        seen.page.mouse.move(1, 1)
        assert lit(seen) == []
        for _ in range(80):
            seen.page.keyboard.press("Tab")
            if seen.run("document.activeElement.matches('main h4[data-p=w1]')"):
                break
        assert lit(seen) == pointed


@pytest.mark.parametrize("scripted", [True, False])
def test_a_weight_in_the_figure_lights_its_way_and_leads_to_its_gradient(
    browser: Browser, pages: Mapping[str, Path], scripted: bool
) -> None:
    with visit(browser, pages["notebook"], java_script_enabled=scripted) as seen:
        colour = "(one) => getComputedStyle(one).stroke"
        own = seen.page.locator("svg a[data-p=w4] .edge")
        next_, other = (seen.page.locator(f"svg a[data-p={name}] .edge") for name in ("w7", "w8"))
        plain = own.evaluate(colour)
        seen.page.hover("svg a[data-p=w4] text")
        assert own.evaluate(colour) == next_.evaluate(colour) != plain
        assert other.evaluate(colour) == plain
        pointed = lit(seen)
        assert {"\u2202h1\u2202z1", "\u2202z1\u2202w4"} <= set(pointed)
        assert "\u2202z1\u2202w1" not in pointed
        seen.page.mouse.move(1, 1)
        for _ in range(40):
            seen.page.keyboard.press("Tab")
            if seen.run("document.activeElement.matches('svg a[data-p=w4]')"):
                break
        assert lit(seen) == pointed
        seen.page.keyboard.press("Enter")
        assert seen.page.url.endswith("#of-w4")
        title = seen.page.locator("#of-w4").bounding_box()
        assert title is not None
        assert 0 <= title["y"] < 900


def test_the_figure_follows(browser: Browser, pages: Mapping[str, Path]) -> None:
    with visit(browser, pages["notebook"]) as seen:
        assert seen.texts("svg .value") == ["1", "0", "1.5", "0.5", "1.5", "1.75", "0.0625", "2"]
        seen.page.fill("[data-c='xs 0 0'][type=number]", "-2")
        assert seen.texts("svg .value") == ["\u22122", "0", "0", "0", "0", "0.5", "2.25", "2"]


@pytest.mark.parametrize("name", NETWORKS)
def test_labels_of_a_figure_do_not_touch(
    browser: Browser, pages: Mapping[str, Path], name: str
) -> None:
    with visit(browser, pages[name]) as seen:
        boxes = seen.run(
            """() => [...document.querySelectorAll(".network text")].map((one) => {
                const { left, right, top, bottom } = one.getBoundingClientRect();
                return [one.textContent, left, right, top + 4, bottom - 4];
            })"""
        )
    assert touching(boxes) == []


def touching(boxes: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    """Return the texts whose boxes overlap."""
    return [
        (one[0], other[0])
        for place, one in enumerate(boxes)
        for other in boxes[:place]
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]


def test_labels_that_touch_are_found() -> None:
    assert touching([("a", 0, 5, 0, 5), ("b", 4, 9, 4, 9), ("c", 10, 12, 0, 9)]) == [("b", "a")]


@pytest.mark.parametrize("name", TRAINED)
def test_the_first_numbers_are_those_of_the_file(
    browser: Browser, pages: Mapping[str, Path], name: str
) -> None:
    """What the script would show at the file's values is what the page shows without it."""
    with visit(browser, pages[name]) as seen:
        before = seen.texts("main [data-n]")
        value = seen.page.locator("[data-c='params 0 0'][type=number]")
        value.fill(value.input_value())
        assert seen.run("document.documentElement.classList.contains('changed')")
        after = seen.texts("main [data-n]")
        seen.page.click("#live-reset")
        assert seen.texts("main [data-n]") == before
    assert len(before) == len(after) > 20
    for first, now in zip(before, after, strict=True):
        assert number(now) == pytest.approx(number(first), rel=2e-4, abs=1e-12)


@pytest.mark.parametrize("name", TRAINED)
def test_sliders_and_steps_give_the_python_targets_numbers(
    browser: Browser, pages: Mapping[str, Path], name: str
) -> None:
    module, spec = emitted(name), load(name).spec
    params = [*module["INITIAL"]]
    x, y = module["SAMPLE_X"], module["SAMPLE_Y"]
    online = spec.training.mode == "online"
    state = [module["initial_state"]()] if "initial_state" in module else []
    with visit(browser, pages[name]) as seen:
        for place, value in ((0, 0.37), (len(params) - 1, -1.21)):
            seen.page.fill(f"[data-c='params 0 {place}'][type=number]", str(value))
            params[place] = value
        seen.page.fill("[data-c=rate][type=number]", "0.25")
        for step in range(3):
            sample = (x[step % len(x)], y[step % len(y)]) if online else (x, y)
            slopes = module["gradients"](params, *sample)
            found = module["update"](params, *state, *sample, 0.25)
            new, state = (found[0], [found[1]]) if state else (found, [])
            rows = table(seen, "Step 1")
            assert len(rows) == len(params)
            for shown, expected in zip(
                rows.values(), zip(params, slopes, new, strict=True), strict=True
            ):
                assert shown == pytest.approx(expected, rel=1e-4, abs=1e-12)
            status = seen.texts("#live-status")[0]
            loss = module["loss"](params, *sample)
            assert number(status.split("loss ")[1].split(";")[0]) == pytest.approx(loss, rel=1e-4)
            seen.page.click("#live-step")
            params = new
        assert seen.complaints == []


def test_the_sample_can_be_changed_and_a_slider_moves_by_keyboard(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    module = emitted("notebook")
    with visit(browser, pages["notebook"]) as seen:
        slider = seen.page.locator("[data-c='xs 0 1'][type=range]")
        slider.focus()
        for _ in range(5):
            seen.page.keyboard.press("ArrowRight")
        moved = float(seen.page.locator("[data-c='xs 0 1'][type=number]").input_value())
        assert moved > 0
        rows = table(seen, "Step 1")
        slopes = module["gradients"](module["INITIAL"], [1.0, moved], [2.0])
        assert [row[1] for row in rows.values()] == pytest.approx(slopes, rel=1e-4)


def test_rounded_results_say_so(browser: Browser, pages: Mapping[str, Path]) -> None:
    with visit(browser, pages["notebook"]) as seen:
        assert seen.texts("#eq-z1-numbers > mtd")[1] == "=1⋅1+0⋅(−0.5)+0.5=1.5"
        seen.page.fill("[data-c='params 0 0'][type=number]", "0.123456789012")
        assert seen.texts("#eq-z1-numbers > mtd")[1] == "≈1⋅0.12346+0⋅(−0.5)+0.5≈0.62346"
        seen.page.fill("[data-c='params 0 0'][type=number]", "-3")
        assert seen.texts("#eq-z1-numbers > mtd")[1] == "=1⋅(−3)+0⋅(−0.5)+0.5=−2.5"


def test_a_value_that_is_no_number_breaks_nothing(
    browser: Browser, pages: Mapping[str, Path]
) -> None:
    with visit(browser, pages["notebook"]) as seen:
        seen.page.fill("[data-c='params 0 0'][type=number]", "")
        seen.page.fill("[data-c='params 0 7'][type=number]", "1e300")
        seen.page.click("#live-step")
        seen.page.click("#live-step")
        assert "NaN" in "".join(seen.texts("main [data-n]"))
        assert seen.complaints == []
        seen.page.click("#live-reset")
        assert "NaN" not in "".join(seen.texts("main [data-n]"))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_formula_is_mathematics_to_a_screen_reader(
    browser: Browser, pages: Mapping[str, Path], name: str
) -> None:
    with visit(browser, pages[name]) as seen:
        roles = seen.roles()
        assert roles.count("MathMLMath") == seen.page.locator("math:visible").count()
        assert roles.count("MathMLFraction") == seen.page.locator("mfrac:visible").count()
        assert "MathMLSub" in roles or "MathMLSubSup" in roles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read(browser: Browser, pages: Mapping[str, Path], scheme: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2, AA) between text and paper."""
    with visit(browser, pages["deep-narrow"], color_scheme=scheme) as seen:
        ratios = seen.run(
            """() => {
                const canvas = new OffscreenCanvas(1, 1).getContext("2d");
                const light = (colour) => {
                    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => {
                        const part = one / 255;
                        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
                    });
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const paper = light(getComputedStyle(document.documentElement).backgroundColor);
                const found = {};
                for (const one of document.querySelectorAll("main *, header *")) {
                    const colour = getComputedStyle(one).color;
                    const [low, high] = [light(colour), paper].sort((a, b) => a - b);
                    found[colour] = (high + 0.05) / (low + 0.05);
                }
                return found;
            }"""
        )
        assert len(ratios) >= 7
        assert {colour: ratio for colour, ratio in ratios.items() if ratio < 4.5} == {}


def test_it_prints(browser: Browser, pages: Mapping[str, Path]) -> None:
    with visit(browser, pages["notebook"]) as seen:
        content = seen.page.pdf(format="A4", print_background=False, tagged=True)
    found = pypdf.PdfReader(io.BytesIO(content))
    text = "".join(one.extract_text() for one in found.pages)
    assert 3 < len(found.pages) < 20
    assert whole("notebook").title in text
    assert "Live numbers" not in text
    fonts = {
        str(font.get_object().get("/BaseFont", "")).partition("+")[2]
        for one in found.pages
        for font in one["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert {"STIXTwoMath-Regular", "STIXTwoText-Regular"} <= fonts
