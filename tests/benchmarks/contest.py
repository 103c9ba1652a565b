"""What is timed against what: contests, and the problem all of them solve.

In: nothing. Out: Contest.

The problem is the 2-3-1 network that ships as `notebook`, at a point where all units are alive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import symnet
from symnet.errors import SymnetError
from tests.benchmarks.timing import Action

PARAMS = (1.0, 0.5, 1.0, -0.5, 1.0, 1.0, 0.25, 1.0, 0.5, 0.5, 0.0, 0.5, 0.5)
X = (0.6, 0.4)
Y = (0.9,)
RATE = 1e-3
STEPS = 500
RATES = [RATE] * STEPS
CLOSE = 1e-6  # between the numbers of two contestants; all compute in float64

Module = dict[str, Any]


class MissingError(Exception):
    """A contestant cannot take part, and why."""


@dataclass(frozen=True)
class Entry:
    """A contestant: ``make`` gets it ready; ``target``: the ratio it is to reach."""

    name: str
    make: Callable[[], Action]
    target: float | None = None


@dataclass(frozen=True)
class Contest:
    """Contestants and their reference, which all do so many ``steps`` in one call.

    ``more``: those that the short form leaves out.
    """

    title: str
    reference: Entry
    entries: tuple[Entry, ...]
    more: tuple[Entry, ...] = ()
    steps: int = 1


def flat(result: Any) -> list[float]:
    """Return the numbers of a result in one list, whatever kind of container it is."""
    if hasattr(result, "tolist"):
        result = result.tolist()
    if hasattr(result, "full"):  # CasADi's matrices
        result = result.full().ravel().tolist()
    if isinstance(result, list | tuple):
        return [number for one in result for number in flat(one)]
    return [float(getattr(result, "data", result))]


def refuse_wrong(found: Any, expected: Any, name: str) -> None:
    """Refuse to time what gives other numbers than the reference."""
    pairs = zip(flat(found), flat(expected), strict=True)
    if any(not abs(a - b) <= CLOSE * (1 + abs(b)) for a, b in pairs):
        raise MissingError(f"{name} gives other numbers than the reference")


@cache
def emitted(arithmetic: str = "exact", target: str = "python") -> Module:
    """Return the code that symnet emits for the network, run."""
    module: Module = {"__name__": "emitted"}
    exec(text_of(target, arithmetic), module)
    return module


def text_of(target: str, arithmetic: str = "exact", network: str = "notebook") -> str:
    """Return the code that symnet emits."""
    try:
        return symnet.load(network).emit(target, arithmetic=arithmetic)
    except SymnetError as error:
        raise MissingError(str(error)) from error


def calls(update: Callable[..., Any]) -> Action:
    """Return one update, called with sequences."""
    return lambda: update(PARAMS, X, Y, RATE)


def trains(train: Callable[..., Any]) -> Action:
    """Return a training loop over all steps."""
    return lambda: train(PARAMS, X, Y, RATES)


def looped(update: Callable[..., Any]) -> Callable[..., Any]:
    """Return a training loop that calls ``update``."""

    def train(params: Any, x: Any, y: Any, rates: Any) -> Any:
        for rate in rates:
            params = update(params, x, y, rate)
        return params

    return train


def sizes_of(params: Any) -> Iterator[Any]:
    """Yield the parameters as matrices and vectors: W1 (3, 2), b1, W2 (1, 3), b2, nested lists."""
    w = list(params)
    yield [[w[0], w[3]], [w[1], w[4]], [w[2], w[5]]]
    yield w[9:12]
    yield [w[6:9]]
    yield w[12:]


class Matrices:
    """A result in matrices, only put in the order of PARAMETERS where it is looked at."""

    def __init__(self, matrices: Any) -> None:
        self.matrices = matrices

    def tolist(self) -> list[Any]:
        first, bias, second, last = (one.tolist() for one in self.matrices)
        weights = [first[unit][source] for source in range(2) for unit in range(3)]
        return [*weights, *second[0], *bias, *last]
