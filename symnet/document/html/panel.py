"""The panel of live numbers: what the reader can change, and the script that follows.

In: Document. Out: Panel, of groups of Controls; JavaScript.

The panel is an addition: without a script it stays hidden and the page is complete.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from markupsafe import Markup

from symnet.document.blocks import Document, Listing
from symnet.document.html.live import Live
from symnet.document.lettering import Lettering
from symnet.document.mathml.mathematics import Mathematics
from symnet.model.expression import Expression
from symnet.model.initial import initial_values
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec
from symnet.rendering import render

# More inputs than this are not offered as sliders.
MOST_INPUTS = 24
TARGET = "javascript"
# How lines of comments start; JavaScript as symnet writes it starts no line with an operator.
COMMENTS = ("//", "/**", "*")
NOTE = "First the module that `symnet emit --target javascript --form loops` writes, then the page."


@dataclass(frozen=True, slots=True)
class Control:
    """One number to change: which list, sample and entry it is in; its name and range.

    ``label``: the name as it is displayed; ``spoken``: as it is read out.
    """

    place: str
    name: str
    label: Markup
    spoken: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Controls under one heading."""

    id: str
    title: str
    controls: tuple[Control, ...]


def live_of(document: Document) -> Live | None:
    """Return what collects a page's numbers, if they can be worked again with other values."""
    spec = document.spec
    if document.step is None or spec is None or _module(document) is None:
        return None
    if spec.samples is None or not initial_values(spec, parameter_names(spec)):
        return None
    return Live(document.step) if spec.training.rates else None


def panel(document: Document, live: Live) -> str:
    """Return the panel: what the reader can change, the loss, and two buttons."""
    spec = live.step.network.spec
    made = tuple(_groups(spec, Lettering(live.step.derivation, False)))
    routes = {one.variable for one in document.routes}
    return render("document/html/panel.html.jinja", groups=made, routes=routes)


def _groups(spec: Spec, letters: Lettering) -> Iterator[Group]:
    """Yield what the reader can change: the learning rate, the samples, the parameters."""
    rates = spec.training.rates
    rate = _control("rate", "", letters.rate, "learning rate", float(rates[0]))
    yield Group("rate", "Learning rate", (replace(rate, low=0.0, high=float(max(rates)) * 5),))
    yield from _samples(spec, letters)
    names = parameter_names(spec)
    values = initial_values(spec, names)
    yield Group("params", "Parameters", tuple(_controls("params 0", names, values, letters)))


def _samples(spec: Spec, letters: Lettering) -> Iterator[Group]:
    samples = spec.samples
    if samples is None or len(samples.x) * len(spec.inputs + spec.targets) > MOST_INPUTS:
        return
    for place, (x, y) in enumerate(zip(samples.x, samples.y, strict=True)):
        title = "Sample" if len(samples.x) == 1 else f"Sample {place + 1}"
        inputs = _controls(f"xs {place}", spec.inputs, x, letters)
        targets = _controls(f"ys {place}", spec.targets, y, letters)
        yield Group(f"sample{place}", title, (*inputs, *targets))


def _controls(
    place: str, names: Sequence[str], values: Sequence[Fraction], letters: Lettering
) -> Iterator[Control]:
    for entry, (name, value) in enumerate(zip(names, values, strict=True)):
        yield _control(f"{place} {entry}", name, letters.symbol(name), name, float(value))


def _control(place: str, name: str, letter: Expression, spoken: str, value: float) -> Control:
    label = Markup(f"<math>{Mathematics().text(letter)}</math>")
    span = max(1.0, 2 * abs(value))
    return Control(place, name, label, spoken, value - span, value + span)


def script(document: Document, live: Live) -> str:
    """Return the module that `symnet emit` writes, and behind it what makes the page follow."""
    spec, module = document.spec, _module(document)
    if spec is None or module is None or spec.samples is None:
        return ""
    mode = "batch" if spec.samples.batch else "one"
    text = render(
        "document/html/live.js.jinja",
        module=module.text,
        functions=live.functions(),
        mode="online" if spec.training.mode == "online" else mode,
        state=bool(live.step.state),
        targets=bool(spec.targets),
        mean=spec.training.reduction == "mean",
        steps=live.steps,
    )
    text = f"// {NOTE}\n{terse(text)}\n"
    if "</" in text.replace("<\\/", "") or "<!--" in text:
        raise ValueError("the script would end before its end")
    return text


def terse(code: str) -> str:
    """Leave out comments on lines of their own and indents: what is left runs just the same."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(one for one in lines if one and not one.startswith(COMMENTS))


def _module(document: Document) -> Listing | None:
    return next((one for one in document.programs if one.id == TARGET), None)
