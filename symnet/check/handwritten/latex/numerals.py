r"""Numbers at the end of a chain, held against the sample: rounded as far as they are shown.

In: Formula, Truth. Out: Stretch, the numbers that a side may stand for; the number of a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from symnet.check.handwritten.calculating.arrays import elementwise
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.latex.trained import moments
from symnet.check.handwritten.truth import NEW, Truth
from symnet.check.handwritten.worlds import NumberWorld

SLACK = 1e-9
Operation = Callable[[float, float], float]
OPERATIONS: dict[str, Operation] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers that what is shown may have been before it was rounded; ``shown``: what is."""

    low: float
    shown: float
    high: float
    places: int | None = None

    def holds(self, number: float) -> bool:
        """Tell whether a number may have been rounded to this."""
        slack = SLACK * max(1.0, abs(number))
        return self.low - slack <= number <= self.high + slack

    def written(self, number: float) -> str:
        """Write a number as this one is written; for a whole one it is not rounded to a whole."""
        return f"{number:.{self.places}f}" if self.places else f"{number:.6g}"


class Numerals:
    """Reads sides that are numbers only; ``written``: a literal as it stands in the file."""

    def __init__(
        self, truth: Truth, written: Callable[[Literal], str], meanings: Mapping[Binding, Any]
    ) -> None:
        self.truth, self._written = truth, written
        self._moments = moments(truth)
        self._meanings = meanings
        self._numbers = [self._evaluation(one.world) for one in self._moments]

    def _evaluation(self, world: NumberWorld) -> Evaluation:
        return Evaluation(
            Floats(), world.known, lambda one: elementwise(world.known, self._meanings[one])
        )

    @property
    def steps(self) -> int:
        """How many training steps there are numbers for."""
        return len(self._moments)

    def number(self, formula: Formula, step: int = 0) -> float | None:
        """Return what a formula comes to before a training step; None where it has no number."""
        if isinstance(formula, Known) and formula.name.startswith(NEW):
            return self._moments[step].new.get(formula.name)
        try:
            found: Any = self._numbers[step].value(formula)
        except NotCalculable:
            return None
        return float(found) if isinstance(found, int | float) else None

    def numbers(self, formula: Formula, steps: Iterable[int]) -> dict[int, float]:
        """Return what a formula comes to before each of some training steps."""
        found = {step: self.number(formula, step) for step in steps}
        return {step: number for step, number in found.items() if number is not None}

    def stretch(self, formula: Formula, loosely: bool) -> Stretch | None:
        """Return what a side of numbers may stand for; None where it holds anything else.

        ``loosely``: a whole number may be a rounded one, as after an almost equal.
        """
        match formula:
            case Literal():
                return self._literal(formula, loosely)
            case Apply("negative", (inner,)):
                found = self.stretch(inner, loosely)
                return found and Stretch(-found.high, -found.shown, -found.low, found.places)
            case Apply("power", (base, Literal(int(exponent)))):
                return _power(self.stretch(base, loosely), exponent)
            case Apply("power", (base, Apply("negative", (Literal(int(exponent)),)))):
                return _power(self.stretch(base, loosely), -exponent)
            case Apply(function, (a, b)) if function in OPERATIONS:
                left, right = self.stretch(a, loosely), self.stretch(b, loosely)
                return _both(OPERATIONS[function], left, right)
            case Apply(_, (inner,)):
                return self._applied(formula, self.stretch(inner, loosely))
        return None

    def _applied(self, call: Apply, inside: Stretch | None) -> Stretch | None:
        """Apply a function of one number, at the number and at both ends of its stretch."""
        if inside is None:
            return None
        ends = [
            self.number(replace(call, arguments=(Literal(one),)))
            for one in (inside.shown, inside.low, inside.high)
        ]
        found = [one for one in ends if one is not None]
        return Stretch(min(found), found[0], max(found)) if len(found) == len(ends) else None

    def _literal(self, literal: Literal, loosely: bool) -> Stretch:
        places = len(self._written(literal).partition(".")[2])
        half = 0.5 * 10.0**-places if places or loosely else 0.0
        value = float(literal.value)
        return Stretch(value - half, value, value + half, places)


def _both(operation: Operation, left: Stretch | None, right: Stretch | None) -> Stretch | None:
    if left is None or right is None:
        return None
    try:
        ends = [
            operation(*pair) for pair in product((left.low, left.high), (right.low, right.high))
        ]
        return Stretch(min(ends), operation(left.shown, right.shown), max(ends))
    except ArithmeticError:
        return None


def _power(base: Stretch | None, exponent: int) -> Stretch | None:
    if base is None or abs(exponent) > 64:
        return None
    try:
        ends = [base.low**exponent, base.high**exponent]
        if exponent % 2 == 0 and base.low < 0 < base.high:
            ends.append(0.0)
        return Stretch(min(ends), base.shown**exponent, max(ends))
    except ArithmeticError:
        return None
