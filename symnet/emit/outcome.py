"""What the functions of emitted code return, worked out from the statements they are written from.

In: Request, the arguments. Out: Outcome.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from symnet.derive.update import TrainingStep
from symnet.emit.loops import Loops, loops
from symnet.emit.printing import functions_used
from symnet.emit.request import Request
from symnet.emit.routines import Reads, Routine, Routines, routines
from symnet.emit.statements import Block, Loop, Make, Put, Statement
from symnet.model.evaluation import Arithmetic, evaluate
from symnet.model.expression import Expression
from symnet.model.spec import Spec

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the functions are called with; ``x``, ``y``: a row for each sample of a batch, else one.

    ``rates``: of the steps of a training; an update takes the first.
    """

    params: Row
    state: Row
    x: tuple[Row, ...]
    y: tuple[Row, ...]
    rates: Row

    @property
    def learning_rate(self) -> Any:
        """What an update takes."""
        return self.rates[0]

    def mapped(self, change: Callable[[Any], Any]) -> "Arguments":
        """Return the same with every number changed."""
        return Arguments(
            tuple(map(change, self.params)),
            tuple(map(change, self.state)),
            tuple(tuple(map(change, row)) for row in self.x),
            tuple(tuple(map(change, row)) for row in self.y),
            tuple(map(change, self.rates)),
        )

    def scaled(self, params: float = 1.0, x: float = 1.0) -> "Arguments":
        """Return the same with parameters or inputs multiplied."""
        return replace(
            self,
            params=tuple(params * one for one in self.params),
            x=tuple(tuple(x * one for one in row) for row in self.x),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes back; ``forward`` and ``input_gradients`` have a row for each sample.

    ``input_gradients`` is empty where the file does not ask for them; ``trained``: parameters and
    state after a step for every rate.
    """

    forward: tuple[Row, ...]
    loss: Any
    gradients: Row
    input_gradients: tuple[Row, ...]
    new_params: Row
    new_state: Row
    trained: Row

    @property
    def numbers(self) -> tuple[Any, ...]:
        """All of them in one row."""
        return tuple(one for row in self.by_function.values() for one in row)

    @property
    def by_function(self) -> dict[str, Row]:
        """The numbers that each function returns, in one row each."""
        found = {
            "forward": tuple(one for row in self.forward for one in row),
            "loss": (self.loss,),
            "gradients": self.gradients,
            "input_gradients": tuple(one for row in self.input_gradients for one in row),
            "update": (*self.new_params, *self.new_state),
            "train": self.trained,
        }
        return {name: row for name, row in found.items() if row}

    def mapped(self, change: Callable[[Any], Any]) -> "Outcome":
        """Return the same with every number changed."""
        return Outcome(
            tuple(tuple(map(change, row)) for row in self.forward),
            change(self.loss),
            tuple(map(change, self.gradients)),
            tuple(tuple(map(change, row)) for row in self.input_gradients),
            tuple(map(change, self.new_params)),
            tuple(map(change, self.new_state)),
            tuple(map(change, self.trained)),
        )


class Emitted:
    """The functions of one request, run in any arithmetic."""

    def __init__(self, request: Request, arithmetic: Arithmetic) -> None:
        self.spec: Spec = request.spec
        self.step: TrainingStep | None = request.step
        self.batch = request.samples == "batch"
        self.mean = self.batch and self.spec.training.reduction == "mean"
        self.arithmetic = arithmetic

    def outcome(self, given: Arguments) -> Outcome:
        """Call every function."""
        samples = self._samples(given)
        gradients = self._total(samples)
        new = self._updated(given, gradients)
        asked = [one["input_gradients"] for one in samples if "input_gradients" in one]
        return Outcome(
            forward=tuple(one["forward"] for one in samples),
            loss=self._over_samples(*(one["loss"][0] for one in samples)),
            gradients=gradients,
            input_gradients=tuple(
                tuple(self._share(len(asked), one) for one in row) for row in asked
            ),
            new_params=new[0],
            new_state=new[1],
            trained=self._trained(given, new),
        )

    def _samples(self, given: Arguments) -> list[dict[str, Row]]:
        """Call what takes one sample with each."""
        rows = zip(given.x, given.y, strict=True)
        return [self._sample(given.params, x, y) for x, y in rows]

    def gradients(self, given: Arguments) -> Row:
        """Call gradients alone."""
        return self._total(self._samples(given))

    def _total(self, samples: Sequence[Mapping[str, Row]]) -> Row:
        return tuple(map(self._over_samples, *(one["gradients"] for one in samples)))

    def _trained(self, given: Arguments, new: tuple[Row, Row]) -> Row:
        """Go on from the first update, a step for every other rate."""
        for number in range(1, len(given.rates)):
            now = replace(given, params=new[0], state=new[1], rates=given.rates[number:])
            new = self._updated(now, self.gradients(now))
        return (*new[0], *new[1])

    @property
    def functions(self) -> set[str]:
        """The elementary functions that are called."""
        found = self._functions
        last = found.rule if isinstance(found, Routines) else found.update
        blocks = (found.forward, found.loss, found.gradients, last)
        return functions_used(node for one in blocks for node in one.nodes)

    @cached_property
    def _functions(self) -> Routines | Loops:
        return loops(self.spec) if self.step is None else routines(self.step)

    def _sample(self, params: Row, x: Row, y: Row) -> dict[str, Row]:
        given = {"params": params, "x": x, "y": y}
        found = self._functions
        asked = {"forward": found.forward, "loss": found.loss, "gradients": found.gradients}
        if found.input_gradients is not None:
            asked["input_gradients"] = found.input_gradients
        return {name: self._called(one, given)[0] for name, one in asked.items()}

    def _updated(self, given: Arguments, gradients: Row) -> tuple[Row, Row]:
        """Return new parameters and new state."""
        arguments = {
            "params": given.params,
            "state": given.state,
            "gradient": gradients,
            "learning_rate": given.learning_rate,
        }
        found = self._functions
        last = found.rule if isinstance(found, Routines) else found.update
        params, *state = self._called(last, arguments)
        return params, state[0] if state else ()

    def _called(self, function: Routine | Block, given: Mapping[str, Any]) -> tuple[Row, ...]:
        if isinstance(function, Block):
            tables = self._functions.tables if isinstance(self._functions, Loops) else ()
            return _Machine(dict(tables), given, self.arithmetic).call(function)
        values = _unpacked(function.reads, given)
        if self.step is not None and "learning_rate" in given:
            values[self.step.rate] = given["learning_rate"]
        for one in function.assignments:
            values[one.name] = evaluate(one.expression, values, self.arithmetic)
        return tuple(
            tuple(evaluate(one, values, self.arithmetic) for one in group)
            for group in function.results
        )

    def _over_samples(self, *values: Any) -> Any:
        """Add up what the samples of a batch give, from 0, and average if the file says so."""
        if not self.batch:
            return values[0]
        total = self._number(0)
        for value in values:  # not sum(), which compensates for rounding in newer Pythons
            total = total + value
        return total / self._number(len(values)) if self.mean else total

    def _share(self, samples: int, value: Any) -> Any:
        return value / self._number(samples) if self.mean else value

    def _number(self, value: int) -> Any:
        return self.arithmetic.number(Fraction(value))


def _unpacked(reads: Reads, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for argument, names in reads
        for name, value in zip(names, given[argument], strict=True)
    }


class _Machine(Mapping[str, Any]):
    """What a function made of loops has in its variables; an entry of a list goes by `z1[i]`."""

    def __init__(
        self, tables: Mapping[str, Row], given: Mapping[str, Any], arithmetic: Arithmetic
    ) -> None:
        self.known: dict[str, Any] = {**tables, **given}
        self.indices: dict[str, int] = {}
        self.arithmetic = arithmetic

    def call(self, block: Block) -> tuple[Row, ...]:
        """Run the statements and return each result as a row."""
        self._run(block.statements)
        found = [self._value(one) for one in block.results]
        return tuple(tuple(one) if isinstance(one, list) else (one,) for one in found)

    def _run(self, statements: Iterable[Statement]) -> None:
        for one in statements:
            match one:
                case Make(name, size):
                    self.known[name] = [self.arithmetic.number(Fraction(0))] * size
                case Put(target, value, add):
                    now = self._value(value)
                    self._put(target, self[target] + now if add else now)
                case Loop(index, start, stop, body):
                    for self.indices[index] in range(start, stop):
                        self._run(body)

    def _value(self, node: Expression) -> Any:
        return evaluate(node, self, self.arithmetic)

    def _put(self, target: str, value: Any) -> None:
        name, _, index = target.removesuffix("]").partition("[")
        if index:
            self.known[name][self._index(index)] = value
        else:
            self.known[name] = value

    def __getitem__(self, target: str) -> Any:
        if not target.endswith("]"):
            return self.known[target]
        name, _, index = target[:-1].partition("[")
        return self.known[name][self._index(index)]

    def _index(self, text: str) -> int:
        """Work out an index such as `6 + 3 * j + i` or `WEIGHTS_1[3 * j + i]`."""
        if text.endswith("]"):
            return int(self[text])
        terms = (term.split(" * ") for term in text.split(" + "))
        return sum(prod(self._counted(one) for one in term) for term in terms)

    def _counted(self, text: str) -> int:
        return int(text) if text.isdecimal() else self.indices[text]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)
