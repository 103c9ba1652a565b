"""Where the functions of emitted code are called in self-tests; the same on every machine.

In: Request. Out: Arguments.

The file's own sample at its own start, random points, inputs exactly at kinks, extremes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import count
from math import nan
from typing import Any

from symnet.emit.kinks import at_kink, kinked_units, on_grid, other_slopes
from symnet.emit.outcome import Arguments, Emitted, Outcome, Row
from symnet.emit.request import READABLE, Request
from symnet.emit.rule import initial_state
from symnet.model.evaluation import FLOAT
from symnet.model.initial import initial_values
from symnet.model.normal import fingerprint
from symnet.model.numbering import parameter_names, weight_names
from symnet.model.spec import Spec

RANDOM = 4  # points; of a network too wide to read, one
DRAWN = 6  # of so many draws, the one that shows most
BATCH = 3  # samples, where the functions take several
STEPS = 4  # of the file's training, at most
LARGE = (1e150, 1e100, 1e75, 1e50, 1e30, 1e10, 1e4, 1e2)
SMALL = (1e-160, 1e-80, 1e-20)

Named = tuple[str, Arguments]


class Points:
    """Draws them; ``outcome``: what the functions return, in floats."""

    def __init__(self, request: Request, outcome: Callable[[Arguments], Outcome]) -> None:
        self.spec: Spec = request.spec
        self.batch = request.samples == "batch"
        self.outcome = outcome
        self.conventions = _Conventions(request)
        self.names = parameter_names(self.spec)
        self.wide = len(self.names) > READABLE
        self.draw = _Draw(fingerprint(self.spec))
        self.state = _floats(initial_state(self.spec))
        # The gradients in what only other outputs see are 0, though 0 * NaN is not.
        chosen = self.spec.loss.name == "none" and self.spec.layers[-1].units > 1
        self.zeros_left_out = chosen and request.arithmetic == "fused"

    def all(self) -> Iterator[Iterator[Named]]:
        """Yield one point after another, each as calls to choose the first decided one from."""
        yield self._own()
        for number in range(1 if self.wide else RANDOM):
            given = self.alive()
            yield iter([(f"random point {number + 1}", given)])
            self._go_on(given)
        for layer, unit in kinked_units(self.spec, every=not self.wide):
            yield self._at_kink(layer, unit)
        if self.spec.loss.name == "absolute_error":
            yield self._without_error()
        if self.spec.loss.name == "huber":
            for side in (1, -1):
                name = f"errors {'above' if side > 0 else 'below'} those that are squared"
                yield iter([(name, self._with_errors(side))])
        given = self._random()
        yield (("large inputs", given.scaled(x=by)) for by in LARGE[5 if self.wide else 0 :])
        yield (("large parameters", given.scaled(params=by)) for by in LARGE)
        yield (("small inputs", given.scaled(x=by)) for by in SMALL)
        if not self.zeros_left_out:
            yield iter([("inputs that are not numbers", given.scaled(x=nan))])

    def _own(self) -> Iterator[Named]:
        """Yield the file's sample at the file's start, with its first steps, or with one."""
        samples, start = self.spec.samples, initial_values(self.spec, self.names)
        if samples is None or not start:
            return
        rows = slice(None) if self.batch else slice(1)
        rates = _floats(self.spec.training.rates[:STEPS]) or (0.1,)
        x, y = (tuple(map(_floats, one[rows])) for one in (samples.x, samples.y))
        given = Arguments(_floats(start), self.state, x, y, rates)
        yield "the file's sample", given
        yield "the file's sample", replace(given, rates=rates[:1])

    def _random(self) -> Arguments:
        """Draw a point; its state is one that updates led to."""
        params = tuple(self.draw(-1500, 1500) for _ in self.names)
        samples = range(BATCH if self.batch else 1)
        x = tuple(tuple(self.draw(-2000, 2000) for _ in self.spec.inputs) for _ in samples)
        y = tuple(self._targets() for _ in samples)
        return Arguments(params, self.state, x, y, (self.draw(1, 200),))

    def _targets(self) -> Row:
        """Draw targets that the loss is made for."""
        count = len(self.spec.targets)
        if self.spec.loss.name == "softmax_cross_entropy":
            chosen = int(1000 * self.draw(0, 999)) % count
            return tuple(float(k == chosen) for k in range(count))
        least, most = (0, 1000) if self.spec.loss.name == "binary_cross_entropy" else (-2000, 2000)
        return tuple(self.draw(least, most) for _ in range(count))

    def alive(self, change: Callable[[Arguments], Arguments] = lambda one: one) -> Arguments:
        """Draw several points; of them the one with the most gradients that are not 0.

        What is multiplied by 0 is not tested.
        """
        drawn = (change(self._random()) for _ in range(DRAWN))
        return max(drawn, key=lambda one: sum(map(bool, self.outcome(one).gradients)))

    def _go_on(self, given: Arguments) -> None:
        self.state = self.outcome(given).new_state

    def _at_kink(self, layer: int, unit: int) -> Iterator[Named]:
        """Yield points at a unit's kink, first those that show most of the slope there.

        A point at which nothing shows it, since all that follows is dead, is none.
        """
        found = [one for _ in range(DRAWN) for one in self._kinks(layer, unit)]
        shown = [(self.conventions.shown(one), one) for one in found]
        for _, given in sorted((one for one in shown if one[0]), key=lambda one: -one[0]):
            yield f"unit {unit + 1} of layer {layer + 1} at its kink", given

    def _kinks(self, layer: int, unit: int) -> Iterator[Arguments]:
        given = _all_on_grid(self._random())
        params = dict(zip(self.names, given.params, strict=True))
        for values in at_kink(self.spec, layer, unit, params, given.x[0]):
            yield replace(given, params=tuple(values[name] for name in self.names))

    def _without_error(self) -> Iterator[Named]:
        """Yield points where predictions are the targets, at last such as only a bias decides."""
        given = self.alive(_all_on_grid)
        last = {name for row in weight_names(self.spec)[-1] for name in row}
        values = zip(self.names, given.params, strict=True)
        flat = tuple(0.0 if name in last else value for name, value in values)
        for one in (given, replace(given, params=flat)):
            yield "error at the kink of the loss", replace(one, y=self.outcome(one).forward)

    def _with_errors(self, side: int) -> Arguments:
        """Draw a point at which all errors lie on one side of those that the loss squares."""
        given, delta = self.alive(), float(self.spec.loss.number("delta"))
        found = self.outcome(given).forward
        return replace(
            given,
            y=tuple(tuple(one - side * (1.5 * delta + 0.125) for one in row) for row in found),
        )


class _Conventions:
    """Tells whether a point shows which slope a kink is given."""

    def __init__(self, request: Request) -> None:
        own, other = request.spec, other_slopes(request.spec)
        # Loops have no need of a second derivation.
        self.both = [Emitted(replace(request, spec=one, step=None), FLOAT) for one in (own, other)]

    def shown(self, given: Arguments) -> int:
        """Count the gradients that the slopes at kinks decide."""
        own, other = (one.gradients(given) for one in self.both)
        return sum(a != b for a, b in zip(own, other, strict=True))


class _Draw:
    """Thousandths between two bounds, from a hash: the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._number = count()

    def __call__(self, least: int, most: int) -> float:
        digest = sha256(f"{self._seed} {next(self._number)}".encode()).digest()
        return (least + int.from_bytes(digest[:8], "big") % (most - least + 1)) / 1000


def _all_on_grid(given: Arguments) -> Arguments:
    """Return the same with parameters and inputs whose sums and products are exact."""
    x = tuple(tuple(map(on_grid, row)) for row in given.x)
    return replace(given, params=tuple(map(on_grid, given.params)), x=x)


def _floats(values: Sequence[Any]) -> Row:
    return tuple(map(float, values))
