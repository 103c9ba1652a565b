"""The plots show what the emitted code computes, and a tangent that is wrong does not touch."""

import io
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest

import symnet
import symnet.document.sections.plots as plots_module
from symnet.document.blocks import Document, Figure, Heading, Table
from symnet.document.explain import explain
from symnet.document.latex.fragments import fragments
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Words
from symnet.document.options import USUAL
from symnet.document.plain import MINUS, PlainText
from symnet.document.plot import Curve, Plot, plotted, round_step
from symnet.document.sections.plots import Walk, slope_plot, walks
from symnet.document.svg.alone import pictures, plot_file
from symnet.document.written import whole
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import Expression
from symnet.model.parsing import read_spec
from symnet.model.spec import GivenValues, LayerSpec, SamplesSpec, Spec
from tests.emit.emitted import module_of, step_of
from tests.networks import choice, small_spec

NETWORKS = Path(symnet.__file__).parent / "networks"
SMALL = [path for path in sorted(NETWORKS.glob("*.toml")) if "wide" not in path.stem]
SPECS = {path.stem: read_spec(path) for path in SMALL}
# Coordinates are rounded to a tenth of a point.
ROUNDED = 0.051


@cache
def document(name: str) -> Document:
    step = step_of(SPECS[name])
    return explain(step.derivation, step)


def plots(name: str) -> dict[str, Plot]:
    return {one.id: one.plot for one in document(name).blocks if isinstance(one, Figure)}


def lesson(name: str) -> Lesson:
    step = step_of(SPECS[name])
    return Lesson(step.derivation, step, tuple(one.name for one in step.network.parameters))


def walk(name: str) -> Walk:
    return max(walks(lesson(name)), key=lambda one: abs(one.slope))


def points(plot: Plot, kind: str) -> list[tuple[float, float]]:
    """Return the points of a line in the units of the plot, read back from its round numbers."""

    def scale(axis: Any) -> Any:
        (at, low), (to, high) = ((one.at, one.label.value) for one in axis.ticks[:2])
        return lambda place: float(low) + (place - at) / (to - at) * float(high - low)

    across, up = scale(plot.across), scale(plot.up)
    (line,) = (one for one in plot.lines if one.kind == kind)
    return [(across(x), up(y)) for x, y in line.points]


def called(spec: Spec, step: int = 0) -> tuple[dict[str, Any], list[float], list[Any]]:
    """Return the emitted code, its start, and the samples that a step sees."""
    module = module_of(spec)
    sample = [module[name] for name in ("SAMPLE_X", "SAMPLE_Y")[: 2 if spec.targets else 1]]
    if spec.training.mode == "online":
        sample = [one[step % len(one)] for one in sample]
    return module, list(module["INITIAL"]), sample


@pytest.mark.parametrize("name", SPECS)
def test_the_loss_is_plotted_as_the_emitted_code_computes_it(name: str) -> None:
    spec = SPECS[name]
    if len(spec.training.rates) < 2:
        assert "loss" not in plots(name)
        return
    module, params, _ = called(spec)
    state = [module["initial_state"]()] if "initial_state" in module else []
    found = points(plots(name)["loss"], "dots")
    for number, ((step, loss), rate) in enumerate(zip(found, spec.training.rates, strict=False)):
        _, _, sample = called(spec, number)
        assert step == pytest.approx(number + 1)
        assert loss == pytest.approx(module["loss"](params, *sample), rel=1e-9)
        new = module["update"](params, *state, *sample, float(rate))
        params, state = (new[0], [new[1]]) if state else (new, state)
    assert number > 0


@pytest.mark.parametrize("name", SPECS)
def test_the_curve_is_the_loss_along_the_parameter(name: str) -> None:
    module, params, sample = called(SPECS[name])
    if "slope" not in plots(name):
        assert not any(module["gradients"](params, *sample))
        return
    place = list(module["PARAMETERS"]).index(walk(name).name)
    found = points(plots(name)["slope"], "curve")
    assert len(found) > 40
    for at, loss in found:
        moved = [*params[:place], at, *params[place + 1 :]]
        assert loss == pytest.approx(module["loss"](moved, *sample), rel=1e-9, abs=1e-12)
    (here,) = points(plots(name)["slope"], "dots")
    assert here == pytest.approx((params[place], module["loss"](params, *sample)))
    (x0, y0), (x1, y1) = points(plots(name)["slope"], "tangent")
    slope = module["gradients"](params, *sample)[place]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope)


def apart(one: Walk) -> Fraction:
    """Return how far the tangent is from the curve, as a share of how far one goes along it."""
    near = Fraction(1, 10**6)
    return abs(one.loss(one.here + near) - one.loss(one.here) - near * one.slope) / near


@pytest.mark.parametrize("name", ["notebook", "xor", "logistic-batch", "sigmoid-two-outputs"])
def test_a_right_tangent_touches_and_a_wrong_one_does_not(name: str) -> None:
    right = walk(name)
    assert apart(right) < Fraction(1, 10**4)
    wrong = replace(right, slope=right.slope * Fraction(101, 100))
    assert apart(wrong) > abs(right.slope) / Fraction(200)


def test_where_all_gradients_are_0_there_is_no_slope_to_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flat = replace(walk("notebook"), slope=Fraction(0))
    monkeypatch.setattr(plots_module, "walks", lambda _: iter([flat]))
    assert list(slope_plot(lesson("notebook"))) == []


@pytest.mark.parametrize(
    ("least", "step"),
    [("0.3", "0.5"), ("1", "1"), ("1.01", "2"), ("70", "100"), ("0.002", "0.002")],
)
def test_steps_of_an_axis_are_round(least: str, step: str) -> None:
    assert round_step(Fraction(least)) == Fraction(step)


@pytest.mark.parametrize("scale", ["1", "1e-9", "1e12", "-3"])
def test_numbers_along_an_axis_are_few_and_inside(scale: str) -> None:
    curve = Curve("curve", tuple((Fraction(k, 7), k * Fraction(scale)) for k in range(5)))
    plot = plotted([curve], (Words("x"), Words("y")), "A line.")
    left, bottom = plot.corner
    right, top = plot.ends
    for axis, low, high in ((plot.across, left, right), (plot.up, top, bottom)):
        assert 2 <= len(axis.ticks) <= 7
        assert all(low <= one.at <= high for one in axis.ticks)


def test_a_flat_line_is_drawn() -> None:
    curve = Curve("curve", ((Fraction(0), Fraction(2)), (Fraction(1), Fraction(2))))
    plot = plotted([curve], (Words("x"), Words("y")), "A line.")
    assert len({y for _, y in plot.lines[0].points}) == 1


@pytest.mark.parametrize("name", SPECS)
def test_a_picture_is_a_file_of_its_own(name: str) -> None:
    files = {one.path: one.text for one in pictures(document(name))}
    assert files
    for text in files.values():
        tree = ElementTree.fromstring(text)
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert tree.get("role") == "img"
        assert tree.get("aria-label")
        assert "href" not in text


def test_what_is_drawn_is_what_was_plotted() -> None:
    plot = plots("notebook")["slope"]
    drawn = re.findall(r'<polyline class="(\w+)" points="([^"]+)"', plot_file(plot))
    assert [kind for kind, _ in drawn] == ["tangent", "curve"]
    for (kind, text), line in zip(drawn, plot.lines, strict=False):
        numbers = list(map(float, text.split()))
        wanted = [place for point in line.points for place in point]
        assert line.kind == kind
        assert numbers == pytest.approx(wanted, abs=ROUNDED)


@pytest.mark.parametrize("name", ["html", "markdown", "myst", "quarto", "pdf"])
def test_figures_are_numbered_as_tables_are(name: str) -> None:
    made = whole(document("notebook"), name)
    if name == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(made)).pages
        text = "".join(one.extract_text() for one in pages)
    else:
        text = made.decode()
    for kind, many in (("Figure", Figure), ("Table", Table)):
        count = sum(isinstance(one, many) for one in document("notebook").blocks)
        assert count > 1
        numbers = re.findall(rf"\b{kind}\s(\d+):", text)
        assert numbers == [str(k) for k in range(1, count + 1)]


def test_latex_numbers_the_figures() -> None:
    assert whole(document("notebook"), "latex").count(rb"\figurename{} \thefigure: ") == 2


@pytest.mark.parametrize("name", ["latex", "html"])
def test_both_plots_stand_in_the_document(name: str) -> None:
    text = whole(document("notebook"), name).decode()
    for point in plots("notebook")["slope"].lines[0].points:
        separator = "," if name == "latex" else " "
        assert (
            separator.join(
                f"{one:.1f}".removesuffix(".0") if name == "html" else f"{one:.1f}" for one in point
            )
            in text
        )


@pytest.mark.parametrize("name", SPECS)
def test_near_the_point_the_line_stays_by_the_curve(name: str) -> None:
    one = walk(name)
    assert not one.on_a_kink
    here = one.loss(one.here)
    rise = abs(one.slope) * one.reach
    assert all(
        abs(y - here - (x - one.here) * one.slope) <= 2 * rise
        for x, y in (one.curve[0], one.curve[-1])
    )


def kinked(kink: str) -> Document:
    """Tell a network of one ReLU whose pre-activation is exactly 0."""
    layer = LayerSpec(1, choice(ACTIVATIONS, "relu", kink=Fraction(kink)), biases=())
    sample = SamplesSpec(((Fraction(2),),), ((Fraction(1),),))
    start = GivenValues((("w1", Fraction(0)),))
    spec = small_spec((1, 1), ["relu"], layers=(layer,), samples=sample, initial=start)
    return explain(step_of(spec).derivation, step_of(spec))


def said(of: Document) -> str:
    """Return what stands under the plot along a parameter."""
    (figure,) = (one for one in of.blocks if isinstance(one, Figure) and one.id == "slope")
    shown = PlainText()
    pieces = (
        shown.show(one) if isinstance(one, Expression) else str(one) for one in figure.caption
    )
    return "".join(pieces).replace(MINUS, "-")


def test_on_a_kink_the_slopes_on_both_sides_are_said() -> None:
    assert said(kinked("0.5")).endswith(
        "\u2202L/\u2202w1 = -2, by convention: the curve has a kink there, with the slope 0 on the "
        "left and -4 on the right."
    )
    (figure,) = (one for one in kinked("0.5").blocks if isinstance(one, Figure))
    assert figure.plot.description.endswith("slope -2, on a kink of it.")
    assert not [one for one in kinked("0").blocks if isinstance(one, Figure)]


def test_a_kink_elsewhere_in_the_network_is_none_of_this_curve() -> None:
    """One unit of dead-relu is on a kink, but not along the parameter that is shown."""
    assert said(document("dead-relu")).endswith("if the gradient is right, it touches the curve.")


def test_long_numbers_have_room_and_are_told_apart() -> None:
    values = ("0.693147181", "0.693147189")
    curve = Curve("dots", tuple((Fraction(k), Fraction(one)) for k, one in enumerate(values)))
    plot = plotted([curve], (Words("x"), Words("y")), "Two dots.")
    labels = [str(one.label) for one in plot.up.ticks]
    assert len(set(labels)) == len(labels) > 1
    assert plot.corner[0] > 6 * max(map(len, labels))
    assert all(plot.corner[0] < one.at < plot.ends[0] for one in plot.across.ticks)


@pytest.mark.parametrize(("name", "room"), [("w", 40), ("step", 40), ("w_of_the_bias", 100)])
def test_a_long_name_has_room(name: str, room: int) -> None:
    curve = Curve("dots", ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
    plot = plotted([curve], (Words(name), Words("y")), "Two dots.")
    assert room < plot.width - plot.ends[0] <= plot.width / 2


@pytest.mark.parametrize("name", SPECS)
def test_every_picture_is_a_piece_of_latex(name: str) -> None:
    of = document(name)
    found = {one.path: one.text for one in fragments(of, USUAL) if one.path.startswith("fig-")}
    assert set(found) == {"fig-network.tex", *(f"fig-{one}.tex" for one in plots(name))}
    for text in found.values():
        assert "tikz" in text.splitlines()[0]
        assert text.count("begin{tikzpicture}") == 1


def test_the_plot_along_a_parameter_is_not_told_under_another_one() -> None:
    blocks = document("notebook").blocks
    (place,) = (k for k, one in enumerate(blocks) if isinstance(one, Figure) and one.id == "slope")
    assert blocks[place - 1] == Heading(2, ("In a picture",))
