"""Bodies of functions in languages with braces and let.

In: Routine, Block, Words. Out: lines.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from symnet.emit.layout import mentions
from symnet.emit.printing import Printer
from symnet.emit.request import Request
from symnet.emit.routines import Routine, Routines, moves
from symnet.emit.statements import Block, Loop, Make, Note, Put, Statement, Unless, changed
from symnet.model.expression import Comparison, Expression, Symbol, names

Lines = tuple[str, ...]
Read = tuple[str, Sequence[str]]


class Layout(Protocol):
    """How a language's formatter breaks lines; what it returns is without its own margin."""

    def assigned(self, opening: str, value: Expression, depth: int) -> Lines:
        """Write ``opening`` such as `const a =`, and its value."""

    def returned(self, value: Expression, depth: int) -> Lines:
        """Return one number."""

    def listed(
        self, opening: str, items: Sequence[Expression], depth: int, closing: str = ...
    ) -> Lines:
        """Write a list of values behind ``opening``, which ends in a bracket."""

    def tested(self, test: Comparison, holds: bool, depth: int) -> Lines:
        """Write the head of an `if`; not ``holds``: for where it does not, as it is for a NaN."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a language declares and returns, with places for the parts.

    ``constant``, ``variable``: what stands in front of a new name. ``make``: a list of zeros.
    ``loop``: its head. ``results``: what a list starts and ends with that is returned. ``pair``:
    the two lists ``new_params`` and ``new_state`` returned. ``step``: the columns of a margin.
    """

    constant: str
    variable: str
    make: str
    loop: str
    results: tuple[str, str]
    ending: str
    pair: str
    step: int


class Body:
    """Writes the bodies of functions with one variable for every node."""

    def __init__(self, printer: Printer, formatter: Layout, words: Words) -> None:
        self.printer = printer
        self.formatter = formatter
        self.words = words

    def function(self, routine: Routine, depth: int = 1) -> Lines:
        """Write a function; of its arguments' entries only those that it uses."""
        lines = [*self.reads(routine.reads, routine.nodes), *self.computed(routine, depth)]
        last = self.number if routine.number else self.lists
        return (*lines, *last(routine, depth))

    def number(self, routine: Routine, depth: int) -> Lines:
        """Return the only result as it is."""
        last = self.formatter.returned(routine.results[0][0], depth)
        return remarked(last, self.printer.remark(routine.called))

    def lists(self, routine: Routine, depth: int) -> Lines:
        """Return the results in lists."""
        return self.results(routine.results, depth)

    def results(self, groups: Sequence[Sequence[Expression]], depth: int) -> Lines:
        """Return one list, or new parameters and new state."""
        if len(groups) == 1:
            opening, closing = self.words.results
            return self.formatter.listed(opening, groups[0], depth, closing)
        lines: Lines = ()
        for name, group in zip(("new_params", "new_state"), groups, strict=True):
            opening = f"{self.words.constant}{name} = ["
            lines += self.formatter.listed(opening, group, depth, self.words.ending)
        return (*lines, self.words.pair)

    def reads(self, reads: Iterable[Read], nodes: Iterable[Expression]) -> Iterator[str]:
        """Take out of the arguments what ``nodes`` use."""
        used = {name for node in nodes for name in names(node)}
        for argument, entries in reads:
            for position, name in enumerate(entries):
                if name in used:
                    yield f"{self.words.constant}{self.called(name)} = {argument}[{position}];"

    def kept(self, reads: Iterable[Read], changing: Collection[str]) -> Iterator[str]:
        """Take out of the arguments what a loop keeps in variables."""
        for argument, entries in reads:
            for position, name in enumerate(entries):
                kind = self.words.variable if name in changing else self.words.constant
                yield f"{kind}{self.called(name)} = {argument}[{position}];"

    def computed(self, routine: Routine, depth: int) -> Iterator[str]:
        """Write the assignments, each with its equation's number."""
        for one in routine.assignments:
            opening = f"{self.words.constant}{self.called(one.name)} ="
            lines = self.formatter.assigned(opening, one.expression, depth)
            yield from remarked(lines, self.printer.remark(one.name))

    def called(self, name: str) -> str:
        """Return what the code calls a variable."""
        return self.printer.names.get(name, name)


def from_gradients(request: Request, words: Words, lines: Lines) -> Lines:
    """Return an update's lines behind the one that finishes gradients, if they read any."""
    if not mentions(lines, "gradient"):
        return lines
    call = f"gradients(params, {', '.join(request.xy)})"
    return (f"{words.constant}gradient = {call};", *lines)


def bodies(request: Request, found: Routines, body: Body) -> dict[str, Any]:
    """Return the bodies of a module's functions, where every node has a name."""
    batch, asked = request.samples == "batch", found.input_gradients
    update = body.function(found.updating(batch))
    loop = None if batch else learning(training(found.update, body, request.samples == "online"))
    return {
        "forward": body.function(found.forward),
        "loss": body.function(found.loss),
        "gradients": body.function(found.gradients),
        "input_gradients": body.function(asked) if asked else (),
        "update": from_gradients(request, body.words, tuple(update)) if batch else update,
        "training": loop,
    }


def learning(loop: dict[str, Lines]) -> dict[str, Lines] | None:
    """Return a training loop; none if it has no use for the rate, so that it calls the update."""
    return loop if mentions((*loop["step"], *loop["moved"]), "learning_rate") else None


def training(update: Routine, body: Body, online: bool) -> dict[str, Lines]:
    """Return the parts of a training loop that keeps parameters and state in variables.

    ``online``: a step's sample is called ``one_x`` and ``one_y``.
    """
    moved = moves(update)
    kept = [group for group in update.reads if group[0] in ("params", "state")]
    own = "one_" if online else ""
    sample = [(own + name, entries) for name, entries in update.reads if name in ("x", "y")]
    return {
        "kept": tuple(body.kept(kept, {old for old, _ in moved})),
        "sample": tuple(body.reads(sample, update.nodes)),
        "step": tuple(body.computed(update, 2)),
        "moved": tuple(f"{body.called(old)} = {body.called(new)};" for old, new in moved),
        "results": body.results([tuple(map(Symbol, names)) for _, names in kept], 1),
    }


def remarked(lines: Lines, remark: str) -> Lines:
    """Put a comment behind the last line."""
    return (*lines[:-1], f"{lines[-1]} // {remark}") if remark else lines


class Loops:
    """Writes functions made of loops."""

    def __init__(self, printer: Printer, formatter: Layout, words: Words) -> None:
        self.printer = printer
        self.formatter = formatter
        self.words = words
        self.changed = frozenset[str]()

    def function(self, block: Block) -> Lines:
        """Write a function."""
        self.changed = changed(block.statements)
        lines = tuple(self.written(block.statements, 1))
        if len(block.results) == 1:
            return (*lines, *self.formatter.returned(block.results[0], 1))
        return (*lines, self.words.pair)

    def written(self, statements: Iterable[Statement], depth: int) -> Iterator[str]:
        """Write ``statements`` line by line."""
        margin = self.words.step * (depth - 1) * " "
        declared = set[str]()
        for one in statements:
            match one:
                case Make(name, size):
                    yield margin + self.words.make.format(name=name, size=size)
                case Put():
                    yield from (margin + line for line in self._put(one, depth, declared))
                case Loop(index, start, stop, body):
                    yield margin + self.words.loop.format(index=index, start=start, stop=stop)
                    yield from self.written(body, depth + 1)
                    yield f"{margin}}}"
                case Unless():
                    yield from self._unless(one, depth)
                case Note(text):
                    yield f"{margin}// {text}"

    def _unless(self, one: Unless, depth: int) -> Iterator[str]:
        """Write a choice; what is done where the test holds, if anything, comes first."""
        margin = self.words.step * (depth - 1) * " "
        holds = bool(one.otherwise)
        yield from (margin + line for line in self.formatter.tested(one.test, holds, depth))
        if holds:
            yield from self.written(one.otherwise, depth + 1)
            yield f"{margin}}} else {{"
        yield from self.written(one.body, depth + 1)
        yield f"{margin}}}"

    def _put(self, put: Put, depth: int, declared: set[str]) -> Lines:
        kind = ""
        if put.new and put.target not in declared:
            kind = self.words.variable if put.target in self.changed else self.words.constant
            declared.add(put.target)
        called = self.printer.names.get(put.target, put.target)
        operator = put.operator or ("+=" if put.add else "=")
        said = self.printer.remark(put.equation or put.target.partition("[")[0])
        return self.computed(f"{kind}{called} {operator}", put.value, depth, said)

    def computed(self, opening: str, value: Expression, depth: int, remark: str) -> Lines:
        """Write an assignment with its equation's number."""
        return remarked(self.formatter.assigned(opening, value, depth), remark)
