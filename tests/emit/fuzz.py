"""A hundred thousand random calls of emitted code: the inputs as a file, and Python's results.

A driver in another language reads the inputs, flat little-endian doubles, one case after another:
params, state, x, y, learning_rate; and writes for each case: predictions, loss, gradients, new
params, new state. Rows of a batch follow one another. No NaN is told from another.

    cases = drawn(spec, 100_000)
    cases.write(folder / "inputs.bin")
    ... run the driver ...
    found = compared((folder / "results.bin").read_bytes(), cases)
    assert found.numbers >= 100_000 * cases.width and found.differences == []
"""

import math
import random
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from symnet.emit.request import Request
from symnet.emit.rule import initial_state
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from tests.emit.emitted import fused_of, loops_of, module_of

BATCH = 3
SPECIAL = (math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, sys.float_info.max, 1.0)
DOUBLE = 8
MODULES = {"scalar": module_of, "loops": loops_of, "fused": fused_of}


@dataclass(frozen=True)
class Cases:
    """Inputs for a network's functions, ``count`` cases.

    ``form`` is that of the Python held to: ``scalar``, ``loops`` or ``fused``.
    """

    spec: Spec
    count: int
    form: str
    inputs: "array[float]" = field(repr=False)

    @classmethod
    def of(cls, spec: Spec, count: int = 100_000, seed: int = 1, form: str = "scalar") -> "Cases":
        """Draw the inputs."""
        return cls(spec, count, form, _inputs(spec, count, seed))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many doubles params, state, x, y and learning rate take."""
        return _sizes(self.spec)

    @cached_property
    def batch(self) -> bool:
        """Say whether each case has several samples."""
        return _batch(self.spec)

    @property
    def samples(self) -> int:
        """How many samples each case has."""
        return BATCH if self.batch else 1

    @property
    def width(self) -> int:
        """How many doubles come out of a case."""
        params, state, *_ = self.sizes
        outputs = self.samples * self.spec.layers[-1].units
        return outputs + 1 + 2 * params + state

    def write(self, path: Path) -> None:
        """Write the inputs, little-endian."""
        path.write_bytes(_little(self.inputs).tobytes())

    @cached_property
    def wanted(self) -> "array[float]":
        """What the emitted Python returns for every case."""
        return array("d", (number for case in self._cases() for number in self._called(case)))

    def _cases(self) -> Iterator[list[float]]:
        stream = iter(self.inputs)
        width = sum(self.sizes)
        while case := list(islice(stream, width)):
            yield case

    def _called(self, case: Sequence[float]) -> Iterator[float]:
        stream = iter(case)
        params, state, x, y, (rate,) = (list(islice(stream, size)) for size in self.sizes)
        batch = self.batch
        sample: list[Any] = [_rows(x, self.samples) if batch else x]
        if self.spec.targets:
            sample.append(_rows(y, self.samples) if batch else y)
        forward = self._module["forward"](params, sample[0])
        yield from (number for row in forward for number in row) if batch else forward
        yield self._module["loss"](params, *sample)
        yield from self._module["gradients"](params, *sample)
        new = self._module["update"](params, *([state] if state else []), *sample, rate)
        for row in new if state else [new]:
            yield from row

    @cached_property
    def _module(self) -> dict[str, Any]:
        return MODULES[self.form](self.spec)


@cache
def _inputs(spec: Spec, count: int, seed: int) -> "array[float]":
    draw = random.Random(seed)
    sizes, values = _sizes(spec), array("d")
    for number in range(count):
        values.extend(_possible(spec, sizes, _case(draw, number, sum(sizes))))
    return values


@cache
def drawn(spec: Spec, count: int = 100_000, form: str = "scalar") -> Cases:
    """Return cases whose results every language is held to, so they are worked out once."""
    return Cases.of(spec, count, form=form)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many numbers were compared, how many of them were finite, and the first differences."""

    numbers: int
    finite: int
    differences: list[str]


def compared(found: bytes, cases: Cases, shown: int = 10) -> Compared:
    """Compare what a driver wrote with Python's results, bit for bit; any NaN equals any NaN."""
    results, wanted = np.frombuffer(found, "<f8"), np.array(cases.wanted)
    if len(results) != len(wanted):
        text = f"{len(results)} numbers instead of {len(wanted)}"
        return Compared(min(len(results), len(wanted)), 0, [text])
    alike = results.astype("=f8").view(np.int64) == wanted.view(np.int64)
    alike |= np.isnan(results) & np.isnan(wanted)
    differences = list[str]()
    for place in map(int, np.flatnonzero(~alike)[:shown]):
        case, number = divmod(place, cases.width)
        told = f"{float(results[place])!r} instead of {float(wanted[place])!r}"
        differences.append(f"case {case}, number {number}: {told}")
    return Compared(len(wanted), int(np.isfinite(wanted).sum()), differences)


def same(a: float, b: float) -> bool:
    """Say whether two numbers have the same bits, or are both no numbers."""
    if a != a or b != b:
        return a != a and b != b
    return a == b and (a != 0 or math.copysign(1, a) == math.copysign(1, b))


def _case(draw: random.Random, number: int, width: int) -> list[float]:
    """Draw a case: most of usual size, others on kinks, of any size, or with special values."""
    kind = number % 8
    if kind == 0:  # small integers: units sit exactly on their kinks
        return [float(draw.randrange(-2, 3)) for _ in range(width)]
    if kind == 1:
        return [draw.uniform(-1, 1) * 10.0 ** draw.uniform(-320, 308) for _ in range(width)]
    if kind == 2:
        return [_sometimes(draw, draw.gauss(0, 1), 0.1) for _ in range(width)]
    if kind == 3:
        return [draw.choice(SPECIAL) for _ in range(width)]
    return [draw.gauss(0, 1) for _ in range(width)]


def _possible(spec: Spec, sizes: Sequence[int], case: list[float]) -> list[float]:
    """Make the state one that updates can lead to: squares above 0, powers of beta below 1."""
    params, state, *_ = sizes
    optimizer = OPTIMIZERS[spec.training.optimizer.name]
    powers = len(optimizer.powers)
    each = (state - powers) // len(optimizer.slots) if optimizer.slots else 0
    for number, slot in enumerate(optimizer.slots):
        if slot in optimizer.squares:
            for place in range(params + number * each, params + (number + 1) * each):
                case[place] = abs(case[place])
    for place in range(params + state - powers, params + state):
        case[place] = 1 / (2 + abs(case[place]))
    return case


def _sometimes(draw: random.Random, value: float, share: float) -> float:
    return draw.choice(SPECIAL) if draw.random() < share else value


def _sizes(spec: Spec) -> tuple[int, int, int, int, int]:
    samples = BATCH if _batch(spec) else 1
    values = len(parameter_names(spec)), len(initial_state(spec))
    return *values, samples * len(spec.inputs), samples * len(spec.targets), 1


def _batch(spec: Spec) -> bool:
    return Request(spec, None, "python", "module", spec.name).samples == "batch"


def _rows(values: Sequence[float], samples: int) -> list[list[float]]:
    width = len(values) // samples
    return [list(values[k * width : (k + 1) * width]) for k in range(samples)]


def _little(values: "array[float]") -> "array[float]":
    """Return the doubles with their bytes turned round on a machine that is not little-endian."""
    if sys.byteorder == "big":
        values = array("d", values)
        values.byteswap()
    return values
