"""Golden vectors: calls of the emitted functions, and what must come out, for self-tests.

In: Request. Out: Vector.

The file's own sample at its own start, random points, inputs exactly at kinks, extremes. Where all
is + - * / and choices, what must come out is exact to the last bit; elsewhere it is worked out with
many digits, rounded once, and has the bound of symnet.emit.bounds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import count
from math import isfinite
from typing import Any

from symnet.emit.bounds import UndecidedError, bounded
from symnet.emit.kinks import at_kink, kinked_units, on_grid
from symnet.emit.outcome import Arguments, Emitted, Outcome, Row
from symnet.emit.precision import FORMATS, arithmetic, lifted
from symnet.emit.request import READABLE, Request
from symnet.emit.rule import initial_state
from symnet.errors import UnsupportedError
from symnet.model.initial import initial_values
from symnet.model.normal import fingerprint
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec

RANDOM = 4  # points; of a network too wide to read, one
DRAWN = 6  # of so many draws, the one with the most gradients that are not 0
BATCH = 3  # samples, where the functions take several
LARGE = (1e150, 1e100, 1e75, 1e50, 1e30, 1e10, 1e4, 1e2)
SMALL = (1e-160, 1e-80, 1e-20)
# Wider networks would fill megabytes.
MOST_PARAMETERS = 10_000
# Reassociated code rounds at other places; it is allowed as much again.
FUSED = 2


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
    return tuple(one for choices in _Points(maker).all() if (one := maker.first(choices)))


Named = tuple[str, Arguments]


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
        expected = self.outcome(given)
        if not all(map(isfinite, expected.numbers)):
            raise UndecidedError("it leaves the range of a float")
        if self.exact:
            return Vector(name, given, expected)
        number = self.precise.arithmetic.number
        found = self.precise.outcome(given.mapped(number))
        tolerance = found.mapped(lambda one: self._allowed(one.value, one.error))
        return Vector(name, given, found.mapped(lambda one: float(one.value)), tolerance)

    def outcome(self, given: Arguments) -> Outcome:
        """Return what comes out in floats."""
        found = self.floats.outcome(given.mapped(lambda one: self.lifted(self.format.nearest(one))))
        return found.mapped(float)

    def _nearest(self, value: float) -> float:
        found = self.format.nearest(value)
        if not isfinite(found) or bool(found) != bool(value):
            raise UndecidedError("it is beyond the range of a float")
        return found

    def _allowed(self, value: Any, error: Any) -> float:
        """Return the bound to two digits, rounded up; the expected value itself is rounded too."""
        found = float(self.margin * error + abs(value) * self.format.rounding)
        return float(f"{found * 1.06 + self.format.tiny:.1e}")


class _Points:
    """Where the functions are called; the same for the same network on every machine."""

    def __init__(self, maker: _Maker) -> None:
        self.spec: Spec = maker.request.spec
        self.batch = maker.request.samples == "batch"
        self.maker = maker
        self.names = parameter_names(self.spec)
        self.wide = len(self.names) > READABLE
        self.draw = _Draw(fingerprint(self.spec))
        self.state = _floats(initial_state(self.spec))

    def all(self) -> Iterator[Iterator[Named]]:
        """Yield one vector after another, each as calls to choose the first decided one from."""
        yield iter(self._own())
        for number in range(1 if self.wide else RANDOM):
            given = max((self._random() for _ in range(DRAWN)), key=self._alive)
            yield iter([(f"random point {number + 1}", given)])
            self._go_on(given)
        for layer, unit in kinked_units(self.spec):
            yield self._kinks(layer, unit)
        if self.spec.loss.name == "absolute_error":
            yield iter([("error at the kink of the loss", self._without_error())])
        given = self._random()
        yield (("large inputs", given.scaled(x=by)) for by in LARGE[5 if self.wide else 0 :])
        yield (("large parameters", given.scaled(params=by)) for by in LARGE)
        yield (("small inputs", given.scaled(x=by)) for by in SMALL)

    def _own(self) -> list[Named]:
        """Return the file's sample at the file's start."""
        samples, start = self.spec.samples, initial_values(self.spec, self.names)
        if samples is None or not start:
            return []
        rows = slice(None) if self.batch else slice(1)
        rate = float(self.spec.training.rates[0]) if self.spec.training.rates else 0.1
        x, y = (tuple(map(_floats, one[rows])) for one in (samples.x, samples.y))
        return [("the file's sample", Arguments(_floats(start), self.state, x, y, rate))]

    def _random(self) -> Arguments:
        """Draw a point; its state is one that updates led to."""
        params = tuple(self.draw(-1500, 1500) for _ in self.names)
        samples = range(BATCH if self.batch else 1)
        x = tuple(tuple(self.draw(-2000, 2000) for _ in self.spec.inputs) for _ in samples)
        y = tuple(self._targets() for _ in samples)
        return Arguments(params, self.state, x, y, self.draw(1, 200))

    def _targets(self) -> Row:
        """Draw targets that the loss is made for."""
        count = len(self.spec.targets)
        if self.spec.loss.name == "softmax_cross_entropy":
            chosen = int(1000 * self.draw(0, 999)) % count
            return tuple(float(k == chosen) for k in range(count))
        least, most = (0, 1000) if self.spec.loss.name == "binary_cross_entropy" else (-2000, 2000)
        return tuple(self.draw(least, most) for _ in range(count))

    def _alive(self, given: Arguments) -> int:
        """Count the gradients that are not 0: what is multiplied by 0 is not tested."""
        return sum(map(bool, self.maker.outcome(given).gradients))

    def _go_on(self, given: Arguments) -> None:
        self.state = self.maker.outcome(given).new_state

    def _kinks(self, layer: int, unit: int) -> Iterator[Named]:
        given = self._random()
        x = tuple(tuple(map(on_grid, row)) for row in given.x)
        params = dict(zip(self.names, given.params, strict=True))
        for values in at_kink(self.spec, layer, unit, params, x[0]):
            new = tuple(values[name] for name in self.names)
            name = f"unit {unit + 1} of layer {layer + 1} at its kink"
            yield name, replace(given, params=new, x=x)

    def _without_error(self) -> Arguments:
        given = self._random()
        given = replace(
            given,
            params=tuple(map(on_grid, given.params)),
            x=tuple(tuple(map(on_grid, row)) for row in given.x),
        )
        return replace(given, y=self.maker.outcome(given).forward)


class _Draw:
    """Thousandths between two bounds, from a hash: the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._number = count()

    def __call__(self, least: int, most: int) -> float:
        digest = sha256(f"{self._seed} {next(self._number)}".encode()).digest()
        return (least + int.from_bytes(digest[:8], "big") % (most - least + 1)) / 1000


def _floats(values: Any) -> Row:
    return tuple(map(float, values))
