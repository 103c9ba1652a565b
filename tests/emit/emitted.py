"""Emitted Python, run; and what it should return, worked out from the tables.

`small_spec` networks with values and samples: every activation, loss and optimizer of the tables.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from symnet.derive.backprop import Derivation, backpropagate
from symnet.derive.update import TrainingStep, training_step
from symnet.emit.options import Options
from symnet.emit.source import emit, emit_loops, joined, request_for, sources
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import FLOAT, Arithmetic, evaluate, high_precision, run
from symnet.model.losses import LOSSES
from symnet.model.network import build_network
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Choice, RuleValues, SamplesSpec, Spec, TrainingSpec
from tests.networks import choice, small_spec

Module = dict[str, Any]
PRECISE = high_precision(50)


def step_of(spec: Spec) -> TrainingStep:
    """Return the training step of ``spec``."""
    return training_step(backpropagate(build_network(spec)))


def run_text(text: str, name: str = "emitted") -> Module:
    """Run a module; as a script if ``name`` is __main__."""
    module: Module = {"__name__": name}
    exec(compile(text, "<emitted>", "exec"), module)
    return module


@cache
def module_of(spec: Spec, style: str = "module") -> Module:
    """Return the scalar form of ``spec``, run."""
    return run_text(emit(step_of(spec), "python", style).text)


def options_for(target: str, form: str, with_test: bool = False) -> Options:
    """Return the options of a form: ``scalar``, ``loops``, or ``fused``, which is scalar too."""
    if form == "fused":
        return Options(target, form="scalar", arithmetic="fused", with_test=with_test)
    return Options(target, form=form, with_test=with_test)


@cache
def fused_of(spec: Spec) -> Module:
    """Return the fused form of ``spec``, run."""
    options = options_for("python", "fused")
    return run_text(joined(sources(request_for(options, spec, lambda: step_of(spec)))).text)


@cache
def loops_of(spec: Spec) -> Module:
    """Return ``spec`` as loops, run."""
    return run_text(emit_loops(spec, "python").text)


def pairs() -> Iterator[tuple[str, str]]:
    """Yield every activation of the last layer with every loss that goes with it."""
    for loss, entry in LOSSES.items():
        for activation in [entry.activation] if entry.activation else ACTIVATIONS:
            yield activation, loss


def optimizers() -> Iterator[Choice]:
    """Yield every optimizer in every form that its words choose, and with weight decay."""
    for name, entry in OPTIMIZERS.items():
        worded = [one for one in entry.options if one.words]
        yield choice(OPTIMIZERS, name, weight_decay=Fraction(1, 50))
        yield choice(OPTIMIZERS, name, weight_decay=Fraction(1, 50), decays="weights")
        for option in worded:
            for word in option.words:
                yield choice(OPTIMIZERS, name, **{option.name: word})


def rows(samples: int, width: int, shift: Fraction = Fraction(0)) -> tuple[Any, ...]:
    """Return numbers without a pattern, a row for each sample."""
    return tuple(
        tuple(Fraction((5 * s + 3 * k) % 7 - 3, 4) + shift for k in range(width))
        for s in range(samples)
    )


def with_samples(spec: Spec, samples: int = 0, **training: Any) -> Spec:
    """Return ``spec`` with values, and one sample or, if a number is given, that many."""
    x = rows(samples or 1, len(spec.inputs), Fraction(1, 3))
    y = rows(samples or 1, len(spec.targets), Fraction(1, 8))
    if spec.loss.name == "softmax_cross_entropy":  # defined for targets that add up to 1
        y = tuple((*row[1:], 1 - sum(row[1:], Fraction(0))) for row in y)
    return replace(
        spec,
        initial=RuleValues("seeded", seed=5),
        samples=SamplesSpec(x, y, batch=samples > 0),
        training=TrainingSpec(**{"rates": (Fraction(1, 10),) * 3} | training),
    )


def network(activation: str, loss: str, sizes: Sequence[int] = (2, 3, 2), **fields: Any) -> Spec:
    """Return a network whose first layer has ``activation`` too, unless that takes the layer."""
    first = "tanh" if ACTIVATIONS[activation].layer_pullback else activation
    hidden = [first] * (len(sizes) - 2)
    return with_samples(small_spec(sizes, [*hidden, activation], loss, **fields))


def floats(values: Sequence[Fraction]) -> list[float]:
    """Return the float64 nearest to each of ``values``."""
    return [float(one) for one in values]


def sample_arguments(spec: Spec, number: int = 0) -> tuple[list[float], ...]:
    """Return x, and y if there are targets, of one sample."""
    assert spec.samples is not None
    x, y = floats(spec.samples.x[number]), floats(spec.samples.y[number])
    return (x, y) if spec.targets else (x,)


def named(step: TrainingStep, *values: Sequence[float]) -> dict[str, float]:
    """Join parameters, inputs and targets to their names."""
    names = (parameters(step), step.network.inputs, step.network.targets)
    return {
        name: value
        for group, given in zip(names, values, strict=False)
        for name, value in zip(group, given, strict=True)
    }


def parameters(step: TrainingStep) -> tuple[str, ...]:
    """Return the parameters' names."""
    return tuple(one.name for one in step.network.parameters)


def expected(step: TrainingStep, values: Mapping[str, float]) -> dict[str, Any]:
    """Evaluate the training step's gradients in floats, in the order they are written."""
    return run(step.gradients, values, FLOAT)


def precisely(
    derivation: Derivation, values: Mapping[str, float], kind: Arithmetic = PRECISE
) -> dict[str, Any]:
    """Evaluate definitions and chain rule, not the code forms, with 50 digits or as asked."""
    exact = {name: kind.number(Fraction(value)) for name, value in values.items()}
    known = run(derivation.network.forward, exact, kind)
    for variable, adjoint in derivation.adjoints.items():
        known[adjoint.name] = evaluate(derivation.value(variable), known, kind)
    return known


def passed(output: str) -> int:
    """Return how many vectors a self-test says it passed; 0 unless it is all that it has."""
    found = re.fullmatch(r"(\d+) of (\d+) vectors passed\n", output)
    return int(found[1]) if found and found[1] == found[2] else 0
