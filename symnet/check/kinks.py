"""What a reader should know of the file's own samples: kinks, units close to one, dead units.

In: Derivation. Out: Notice.

A sample on a kink is legal: the gradient follows the stated convention, and the warning says what
another choice would change. Where float64 lands on another side than exact arithmetic, it says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from symnet.check.chain import gradient_names, in_short
from symnet.check.points import converted, is_rational, kink_places, kinked_calls
from symnet.derive.backprop import Derivation
from symnet.derive.lowering import lowered
from symnet.model.evaluation import (
    ABSOLUTE_KINK,
    EXACT,
    FLOAT,
    FUNCTIONS,
    Arithmetic,
    high_precision,
    run,
)
from symnet.model.expression import Call, Expression, rebuilt
from symnet.model.functions import slope_at_kink
from symnet.model.network import Network
from symnet.model.program import Assignment, Program

NEAR = Fraction(1, 1000)
Situation = Literal["on a kink", "near a kink", "rounded across a kink", "dead"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about one unit (or error) on one sample, counted from 1.

    ``node``: the variable at the kink. ``gradients``: the variables whose gradients another
    convention would change, or that are 0 because the unit is dead.
    """

    situation: Situation
    node: str
    sample: int
    text: str
    gradients: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def notices(derivation: Derivation) -> tuple[Notice, ...]:
    """Return what there is to say of every sample of the file, at its initial parameters."""
    network = derivation.network
    samples = network.spec.samples
    if samples is None or any(one.value is None for one in network.parameters):
        return ()
    found: list[Notice] = []
    for number in range(1, len(samples.x) + 1):
        found += _Sample(derivation, number).notices()
    return tuple(found)


class _Sample:
    """One sample, evaluated exactly (or to 60 digits) and in float64."""

    def __init__(self, derivation: Derivation, number: int) -> None:
        self.derivation, self.network, self.number = derivation, derivation.network, number
        self.kind = EXACT if is_rational(self.network) else high_precision(60)
        self.point = sample_point(self.network, number - 1)
        places = kink_places(self.network)
        self.exact = self._run(self.kind, self.network.forward.needed_for(places))
        # What the emitted code computes, whose forms do not overflow where definitions would.
        self.floats = self._run(FLOAT, lowered(derivation).needed_for(places))
        several = self.network.spec.samples is not None and len(self.network.spec.samples.x) > 1
        self.where = f"in sample {number}" if several else "on this sample"

    def _run(self, kind: Arithmetic, program: Program) -> dict[str, Any]:
        return run(program, converted(self.point, kind), kind)

    def notices(self) -> Iterator[Notice]:
        """Yield what there is to say of every kinked function that is applied."""
        for call in kinked_calls(self.network):
            function = FUNCTIONS[call.function]
            # An ELU whose slopes are the same on both sides has no kink to speak of.
            if function.sides is not None and len(set(function.sides(call.options))) > 1:
                yield from self._about(call, str(call.arguments[0]))

    def _about(self, call: Call, z: str) -> Iterator[Notice]:
        value, rounded = self.exact[z], self.floats[z]
        if value == 0:
            yield self._on(call, z)
        if _side(value) != _side(rounded):
            side = ("left of", "on", "right of")[_side(rounded) + 1]
            text = (
                f"{z} is {_short(value)} {self.where}, but {rounded!r} in float64: the code is "
                f"{side} the kink of {call.function} there."
            )
            yield Notice("rounded across a kink", z, self.number, text)
        elif value and abs(value) < self.kind.number(NEAR):
            text = f"{z} = {_short(value)} {self.where} is close to the kink of {call.function}."
            yield Notice("near a kink", z, self.number, text)
        if value < 0 and call.function == "relu":
            text = f"The unit of {z} is dead {self.where}: {z} = {_short(value)} is negative."
            yield Notice("dead", z, self.number, text)

    def _on(self, call: Call, z: str) -> Notice:
        function = FUNCTIONS[call.function]
        if function.sides is None:
            raise ValueError(f"{call.function} has no kink")
        sides = function.sides(call.options)
        chosen = slope_at_kink(sides, dict(call.options).get("kink", ABSOLUTE_KINK))
        changed = self._changed(z)
        effect = f"another choice would change dL/d{', dL/d'.join(changed)}"
        if not changed:
            effect = "no gradient depends on that choice here"
        text = (
            f"{z} = 0 {self.where} is on the kink of {call.function}. Its slope there is {chosen} "
            f"by convention, between {sides[0]} and {sides[1]}; {effect}."
        )
        return Notice("on a kink", z, self.number, text, changed)

    def _changed(self, z: str) -> tuple[str, ...]:
        """Return the variables whose gradients differ between the slopes on the two sides."""
        left, right = (self._gradients(z, side) for side in (0, 1))
        return tuple(name for name in left if left[name] != right[name])

    def _gradients(self, z: str, side: int) -> Mapping[str, Any]:
        """Evaluate the gradients with the slope at ``z`` taken from one side of its kink."""
        program = in_short(self.derivation)
        forced = tuple(
            Assignment(one.name, _forced(one.expression, z, side)) for one in program.assignments
        )
        program = Program(program.inputs, forced, program.outputs)
        found = self._run(self.kind, program)
        names = gradient_names(self.derivation)
        return {one.name: found[names[one.name]] for one in self.network.parameters}


def sample_point(network: Network, index: int) -> dict[str, Fraction]:
    """Return one sample of the file, counted from 0, with the file's parameters."""
    samples = network.spec.samples
    if samples is None:
        raise ValueError("the network file has no sample")
    point = {one.name: one.value for one in network.parameters if one.value is not None}
    point |= dict(zip(network.inputs, samples.x[index], strict=True))
    return point | dict(zip(network.targets, samples.y[index], strict=True))


def _forced(node: Expression, z: str, side: int) -> Expression:
    if isinstance(node, Call) and node.slope is not None and str(node.arguments[0]) == z:
        options = {**dict(node.options), "kink": Fraction(side)}
        return replace(node, options=tuple(options.items()))
    parts = node.parts
    return rebuilt(node, tuple(_forced(part, z, side) for part in parts)) if parts else node


def _side(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _short(value: Any) -> str:
    """Return a value as a reader would write it: a short fraction, or four digits."""
    if isinstance(value, Fraction) and value.denominator in (1, 2, 4, 5, 8, 10):
        return f"{float(value):g}"
    return f"{float(value):.4g}"
