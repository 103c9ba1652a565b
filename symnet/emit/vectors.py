"""Golden vectors: calls of the emitted functions, and what must come out, for self-tests.

In: Request. Out: Vector.

Where all is + - * / and choices, what must come out is exact to the last bit; elsewhere it is
worked out with many digits, rounded once, and has the bound of symnet.emit.bounds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite, isinf, isnan
from typing import Any

from symnet.emit.bounds import UndecidedError, bounded
from symnet.emit.outcome import Arguments, Emitted, Outcome
from symnet.emit.points import Named, Points
from symnet.emit.precision import FORMATS, arithmetic, lifted
from symnet.emit.request import Request
from symnet.errors import UnsupportedError
from symnet.model.numbering import parameter_names
from symnet.model.spec import SamplesSpec, Spec

# Wider networks would fill megabytes.
MOST_PARAMETERS = 10_000
# Reassociated code rounds at other places; it is allowed as much again.
FUSED = 2
FACTOR = 2.0  # of the loss, at most


@dataclass(frozen=True, slots=True)
class Vector:
    """One call of every function, in floats.

    ``tolerance``: how far off each number of ``expected`` may be; None: not at all.
    """

    name: str
    given: Arguments
    expected: Outcome
    tolerance: Outcome | None = None


def vectors(
    request: Request, exact: bool | None = None, ulps: Mapping[str, int] | None = None
) -> tuple[Vector, ...]:
    """Return the golden vectors of what ``request`` asks for.

    ``exact``: False for code that adds in another order than the textbook's, as whole matrices
    do. ``ulps``: how exact a target's elementary functions are, where not within 4.

    Raises:
        UnsupportedError: the network is too wide.
    """
    found = len(parameter_names(request.spec))
    if found > MOST_PARAMETERS:
        raise UnsupportedError(
            f"--with-test: vectors of {found} parameters would fill megabytes; networks of up to "
            f"{MOST_PARAMETERS} parameters have them"
        )
    maker = _Maker(request, exact, ulps)
    points = Points(request, maker.outcome)
    return tuple(one for choices in points.all() if (one := maker.first(choices)))


def in_rows(request: Request, exact: bool | None = None) -> Vector | None:
    """Return a vector of several samples, for code that takes them though the file has one."""
    several = replace(request, spec=_in_batches(request.spec))
    maker, one = _Maker(several, exact, None), _Maker(request, exact, None)
    given = Points(several, maker.outcome).alive()
    found = maker.first(iter([("several samples", given)]))
    if found is None or request.samples == "one":
        return found
    # Such a training takes them one after another.
    first = one.first(iter([("", replace(given, x=given.x[:1], y=given.y[:1]))]))
    if first is None:
        return None
    tolerance = found.tolerance
    if tolerance and first.tolerance:
        tolerance = replace(tolerance, trained=first.tolerance.trained)
    expected = replace(found.expected, trained=first.expected.trained)
    return replace(found, expected=expected, tolerance=tolerance)


def _in_batches(spec: Spec) -> Spec:
    samples = spec.samples or SamplesSpec((), (), batch=True)
    training = replace(spec.training, mode="batch")
    return replace(spec, samples=replace(samples, batch=True), training=training)


class _Maker:
    """Works out what must come out; skips a call that is not decided for every float64."""

    def __init__(
        self, request: Request, exact: bool | None, ulps: Mapping[str, int] | None
    ) -> None:
        self.request = request
        self.format = FORMATS[request.precision]
        self.lifted = lifted(request.precision)
        self.floats = Emitted(request, arithmetic(request.precision))
        self.margin = FUSED if request.arithmetic == "fused" else 1
        usual = request.arithmetic == "exact" and not self.floats.functions
        self.exact = usual if exact is None else exact
        self.ulps = ulps

    @cached_property
    def precise(self) -> Emitted:
        return Emitted(self.request, bounded(self.ulps, self.format))

    def first(self, choices: Iterator[Named]) -> Vector | None:
        """Return the first of several calls of which it can be said what comes out."""
        for name, given in choices:
            try:
                return self._vector(name, given)
            except (ArithmeticError, ValueError):  # what Python raises where C returns infinity
                continue
        return None

    def _vector(self, name: str, given: Arguments) -> Vector:
        given = given.mapped(self._nearest)
        expected, lost = self.outcome(given), any(map(isnan, given.x[0]))
        if not lost and not all(map(isfinite, expected.numbers)):
            raise UndecidedError("it leaves the range of a float")
        if self.exact:
            return Vector(name, given, expected)
        if self.request.arithmetic == "fused" and max(given.rates) * FACTOR > self.format.largest:
            raise UndecidedError("the rate is multiplied first, and leaves the range of a float")
        if lost:
            return self._of_nothing_but_nan(name, given, expected)
        number = self.precise.arithmetic.number
        found = self.precise.outcome(given.mapped(number))
        tolerance = found.mapped(lambda one: self._allowed(one.value, one.error))
        return Vector(name, given, found.mapped(lambda one: float(one.value)), tolerance)

    def _of_nothing_but_nan(self, name: str, given: Arguments, expected: Outcome) -> Vector:
        if not all(map(isnan, expected.numbers)):
            raise UndecidedError("a number among NaNs has no bound")
        return Vector(name, given, expected, expected.mapped(lambda _: 0.0))

    def outcome(self, given: Arguments) -> Outcome:
        """Return what comes out in floats."""
        found = self.floats.outcome(given.mapped(lambda one: self.lifted(self.format.nearest(one))))
        return found.mapped(float)

    def _nearest(self, value: float) -> float:
        found = self.format.nearest(value)
        if isinf(found) or bool(found) != bool(value):
            raise UndecidedError("it is beyond the range of a float")
        return found

    def _allowed(self, value: Any, error: Any) -> float:
        """Return the bound to two digits, rounded up; the expected value itself is rounded too."""
        found = float(self.margin * error + abs(value) * self.format.rounding)
        return float(f"{found * 1.06 + self.format.tiny:.1e}")
