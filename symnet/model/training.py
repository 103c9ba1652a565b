"""The [training] table: optimizer, learning rates, steps, and how samples are taken.

In: Section, Spec. Out: TrainingSpec.
"""

from fractions import Fraction
from typing import Any, cast

from symnet.model.choices import choice
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Choice, Spec, TrainingSpec
from symnet.model.toml import Section, any_of, suggestion

MOST_STEPS = 100_000
KEYS = ("optimizer", "learning_rate", "steps", "epochs", "mode", "reduction", "step", "state")


def read_training(top: Section, spec: Spec) -> TrainingSpec:
    """Read the table; without one, gradient descent with no step to take.

    Raises:
        SpecError: something in it is wrong.
    """
    section = Section(top.file, "training", top.get("training", {}), KEYS)
    optimizer = choice(section, "optimizer", OPTIMIZERS, "gradient_descent")
    mode = section.word("mode", ("batch", "online"))
    reduction = section.word("reduction", ("mean", "sum"))
    if mode == "online" and spec.samples is not None and not spec.samples.batch:
        section.fail("mode", "online takes one sample after another; give several as [samples]")
    return TrainingSpec(
        optimizer=optimizer,
        rates=_rates(section, spec, mode),
        mode=cast(Any, mode),
        reduction=cast(Any, reduction),
        state=_state(section, spec, optimizer),
        step=section.whole("step", 0, 0, 10**9),
    )


def _rates(section: Section, spec: Spec, mode: str) -> tuple[Fraction, ...]:
    """Return one learning rate a step: the list as given, or one rate as often as needed."""
    counted = [key for key in ("steps", "epochs") if key in section]
    if "learning_rate" not in section:
        if counted:
            section.fail("learning_rate", f"missing; {counted[0]} need a learning rate")
        return ()
    if len(counted) == 2:
        section.fail("epochs", "give steps or epochs, not both")
    value = section.get("learning_rate")
    rates = section.numbers("learning_rate", value, None, "rates")
    if not rates:
        section.fail("learning_rate", "an empty list; give at least one rate")
    if len(rates) > MOST_STEPS:
        section.fail("learning_rate", f"at most {MOST_STEPS} rates")
    each = len(spec.samples.x) if spec.samples is not None and mode == "online" else 1
    if not counted:
        return rates if isinstance(value, list) else rates * each
    count = section.whole(counted[0], 1, 1, MOST_STEPS)
    steps = count * each if counted == ["epochs"] else count
    if not isinstance(value, list):
        return rates * steps
    if len(rates) == count and counted == ["epochs"]:
        return tuple(rate for rate in rates for _ in range(each))
    if len(rates) != steps:
        section.fail("learning_rate", f"{len(rates)} rates for {steps} steps; give one rate a step")
    return rates


def _state(
    section: Section, spec: Spec, optimizer: Choice
) -> tuple[tuple[str, str, Fraction], ...]:
    slots = OPTIMIZERS[optimizer.name].slots
    given = section.get("state", {})
    if given and not slots:
        section.fail("state", f"{optimizer.name} keeps no state")
    table = Section(section.file, "training.state", given, slots)
    found = []
    for slot in table.content:
        inner = Section(section.file, f"training.state.{slot}", table.get(slot))
        for name, value in inner.content.items():
            _check_moves(inner, name, spec)
            found.append((slot, name, inner.number(name, value)))
    return tuple(sorted(found))


def _check_moves(section: Section, name: str, spec: Spec) -> None:
    known = parameter_names(spec)
    if name not in known:
        section.fail(name, f"not a parameter; {suggestion(name, known)}")
    if name in spec.frozen:
        moving = tuple(one for one in known if one not in spec.frozen)
        section.fail(name, f"is frozen and has no state; use {any_of(moving)}")
