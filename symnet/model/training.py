"""The [training] table: optimizer, learning rates, steps, and how samples are taken.

In: Section, Spec. Out: TrainingSpec.
"""

from fractions import Fraction
from typing import Literal

from symnet.model.choices import choice, refuse_strays
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.section import Section
from symnet.model.spec import Choice, SamplesSpec, Spec, TrainingSpec
from symnet.model.wording import counted, shown, suggestion

Mode = Literal["batch", "online"]
# Also the most updates that can lie before the first: beta^t is then still an exact number.
MOST_STEPS = 100_000
KEYS = ("optimizer", "learning_rate", "steps", "epochs", "mode", "reduction", "step", "state")


def read_training(top: Section, spec: Spec) -> TrainingSpec:
    """Read the table; without one, gradient descent with no step to take.

    Raises:
        SpecError: something in it is wrong.
    """
    given = top.get("training", {})
    refuse_strays(Section(top.file, "training", given), "optimizer", OPTIMIZERS, KEYS)
    section = Section(top.file, "training", given, KEYS)
    optimizer = choice(section, "optimizer", OPTIMIZERS, "gradient_descent")
    mode: Mode = "online" if section.word("mode", ("batch", "online")) == "online" else "batch"
    if mode == "online" and spec.samples is not None and not spec.samples.batch:
        section.fail("mode", "online takes one sample after another; give several as [samples]")
    mean = section.word("reduction", ("mean", "sum")) == "mean"
    return TrainingSpec(
        optimizer=optimizer,
        rates=_rates(section, spec.samples, mode),
        mode=mode,
        reduction="mean" if mean else "sum",
        state=_state(section, spec, optimizer),
        step=_step(section, optimizer),
    )


def _rates(section: Section, samples: SamplesSpec | None, mode: Mode) -> tuple[Fraction, ...]:
    """Return one learning rate a step: the list as given, or one rate as often as needed.

    A lone rate with neither steps nor epochs is for one epoch.
    """
    if "steps" in section and "epochs" in section:
        section.fail("epochs", "give steps or epochs, not both")
    if "learning_rate" not in section:
        for key in ("steps", "epochs"):
            if key in section:
                section.fail("learning_rate", f"missing; {key} need a learning rate")
        return ()
    value = section.get("learning_rate")
    rates = section.numbers("learning_rate", value, None, "rate")
    if not 0 < len(rates) <= MOST_STEPS:
        section.fail("learning_rate", f"expected 1 to {MOST_STEPS} rates, not {len(rates)}")
    steps, each = _steps(section, samples, mode, len(rates) if isinstance(value, list) else None)
    if not isinstance(value, list):
        return rates * steps
    if len(rates) * each == steps:
        return tuple(rate for rate in rates for _ in range(each))
    if len(rates) != steps:
        epochs = f", or {steps // each}, one an epoch" if each > 1 else ""
        wanted = f"{counted(steps, 'rate')}, one a step{epochs}"
        section.fail("learning_rate", f"expected {wanted}; not {len(rates)}")
    return rates


def _steps(
    section: Section, samples: SamplesSpec | None, mode: Mode, listed: int | None
) -> tuple[int, int]:
    """Return how many steps there are, and how many of them can share one of the rates listed."""
    if "steps" in section or (listed is not None and "epochs" not in section):
        return section.whole("steps", listed or 1, 1, MOST_STEPS), 1
    if mode == "online" and samples is None and "epochs" in section:
        section.fail("epochs", "online epochs need [samples] to count; give steps instead")
    each = len(samples.x) if samples is not None and mode == "online" else 1
    return section.whole("epochs", 1, 1, MOST_STEPS // each) * each, each


def _step(section: Section, optimizer: Choice) -> int:
    """Return how many updates lie before the first; only powers of a beta remember them."""
    if "step" in section and not OPTIMIZERS[optimizer.name].powers:
        section.fail("step", f"{optimizer.name} does not count updates; did you mean steps?")
    return section.whole("step", 0, 0, MOST_STEPS)


def _state(
    section: Section, spec: Spec, optimizer: Choice
) -> tuple[tuple[str, str, Fraction], ...]:
    """Return the optimizer's state to start from, as (slot, parameter, value)."""
    slots, given = OPTIMIZERS[optimizer.name].slots, section.get("state", {})
    if "state" in section and not slots:
        section.fail("state", f"{optimizer.name} keeps no state; leave state out")
    if not isinstance(given, dict):
        section.fail("state", f"expected a table, not {shown(given)}")
    table = Section(section.file, "training.state", given, slots)
    known = dict.fromkeys(parameter_names(spec)) if given else {}
    frozen, found = set(spec.frozen), []
    for slot in table.content:
        inner = Section(section.file, f"training.state.{slot}", table.get(slot))
        for name, value in inner.content.items():
            if name not in known:
                inner.fail(name, f"not a parameter; {suggestion(name, known)}")
            if name in frozen:
                inner.fail(name, "this parameter is frozen and has no state; leave it out")
            number = inner.number(name, value)
            if number < 0 and slot in OPTIMIZERS[optimizer.name].squares:
                inner.fail(name, f"a mean of squares is at least 0, not {shown(value)}")
            found.append((slot, name, number))
    return tuple(sorted(found))
