"""Which equations the lines of a fused update cover, worked out from its text.

A line computes the node that its variable stands for. What that node is made of in the exact
form, down to what has a line of its own, can only have been worked out on this line; and the line
reads nothing but what stands where that ends.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from symnet.derive.equations import scalar_numbers
from symnet.derive.update import TrainingStep
from symnet.emit.source_map import numbers_behind
from symnet.model.evaluation import FLOAT, run
from symnet.model.expression import Symbol

REMARK = re.compile(r"\s*(#|//) \(\d[\d, ]*\)$")
STATEMENT = re.compile(r"\s*(?:const |let )?([^\W\d]\w*) ([-+*/]?=) (.+?);?$")
ARGUMENT = re.compile(r"(params|state|x|y|gradient|gradients)\b[\[(]|NaN$")
NAME = re.compile(r"\b[^\W\d]\w*")
# Where `update` starts, in Python and in JavaScript.
UPDATE = re.compile(r"(?:def|export function) update\(")
FUNCTIONS = frozenset(("if", "else", "exp", "log", "log1p", "tanh", "erf", "erfc", "sqrt", "expm1"))


@dataclass(frozen=True)
class Line:
    """A statement: the number of its last line, what it assigns and reads, and its remark."""

    at: int
    name: str
    reads: frozenset[str]
    numbers: tuple[int, ...]


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of `update` that assign something but an argument's entry."""
    for at, whole, last in _statements(text):
        found = STATEMENT.match(whole)
        if found and not ARGUMENT.match(found[3]):
            read = NAME.findall(found[3] if found[2] == "=" else f"{found[1]} {found[3]}")
            yield Line(at, found[1], frozenset(read) - FUNCTIONS - {"Math"}, numbers_behind(last))


def _statements(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the statements of `update`: number of the last line, all on one line, the last line."""
    lines = list(enumerate(text.splitlines(), 1))
    start = next(at for at, line in lines if UPDATE.match(line))
    whole = ""
    for at, line in takewhile(lambda one: one[1] not in ("", "}"), lines[start:]):
        whole = f"{whole} {REMARK.sub('', line).strip()}".strip()
        unclosed = sum(whole.count(one) for one in "([") - sum(whole.count(one) for one in ")]")
        script = text.startswith("/")
        if unclosed == 0 and (not script or whole.endswith((";", "{", "}"))):
            yield at, whole, line
            whole = ""


class Covering:
    """The nodes of the exact form, and which of them each line of `update` covers."""

    def __init__(self, text: str, step: TrainingStep, batch: bool) -> None:
        self.program = step.rule if batch else step.full
        self.state = step.state
        self.nodes = {one.name: one for one in self.program.assignments}
        self.numbers = scalar_numbers(step)
        self.lines = tuple(lines_of(text))
        self.adjoints = {one.name for one in step.derivation.adjoints.values()}
        old = (*(one.name for one in step.network.parameters), *step.state)
        pairs = zip(old, self.program.outputs, strict=True)
        self.new = {was: new for was, new in pairs if was != new}
        self.own = {node for one in self.lines if (node := self.node(one.name))}
        self.parts = {one.name: one.reads for one in self.lines if not self.node(one.name)}
        self.values = self._values()
        self.live = self._live()

    def node(self, name: str) -> str:
        """Return which node a variable that is assigned stands for; empty if for none."""
        for bare in (name, name.removesuffix("_")):
            for one in (self.new.get(bare, bare), bare.removeprefix("scaled_")):
                if one in self.nodes:
                    return one
        return ""

    def source(self, name: str) -> str:
        """Return whose value a node without a line has: of one that it is a second name for.

        What is equal everywhere is worked out once, on the first one's line.
        """
        while name in self.nodes and name not in self.own:
            expression = self.nodes[name].expression
            second = isinstance(expression, Symbol) and expression.name not in self.program.inputs
            other = str(expression) if second else self._equal(name)
            if not other:
                break
            name = other
        return name

    def _equal(self, name: str) -> str:
        """Return an adjoint's equal that has a line; none of what is always 0."""
        alike = [one for one in self.own & self.adjoints if self.values[one] == self.values[name]]
        return alike[0] if alike and name in self.adjoints and any(self.values[name]) else ""

    def _live(self) -> set[str]:
        """Return what has an effect: nothing does that only an adjoint reads which is always 0.

        A parameter that then stays as it is has no line.
        """
        old = {new: was for was, new in self.new.items()}
        found, waiting = set[str](), []
        for new in self.program.outputs:
            if new in self.nodes and self.values[new] != self.given[old[new]]:
                waiting.append(new)
        while waiting:
            name = waiting.pop()
            if name in self.nodes and name not in found and not self._nothing(name):
                found.add(name)
                waiting += self.nodes[name].reads
        return found

    def _nothing(self, name: str) -> bool:
        return name in self.adjoints and name not in self.own and not any(self.values[name])

    def _values(self) -> dict[str, tuple[float, ...]]:
        """Return the value of every node at some points."""
        draw = random.Random(7)
        points = [
            {one: draw.uniform(-1, 2) for one in self.program.inputs}
            | {one: draw.uniform(0.1, 0.9) for one in self.state}
            for _ in range(60)
        ]
        self.given = {one: tuple(p[one] for p in points) for one in self.program.inputs}
        runs = [run(self.program, one, FLOAT) for one in points]
        return {name: tuple(one[name] for one in runs) for name in self.nodes}

    def covered(self, node: str) -> tuple[set[str], set[str]]:
        """Return the nodes that the line of ``node`` covers, and where they end."""
        found, ends, waiting = {node}, set[str](), [*self.nodes[node].reads]
        while waiting:
            name = self.source(waiting.pop())
            if name not in self.nodes or name in self.own:
                ends.add(name)
            elif name not in found and not self._nothing(name):
                found.add(name)
                waiting += self.nodes[name].reads
        seconds = {
            one
            for one in self.nodes
            if (one in self.live or one in self.adjoints) and self.source(one) in found
        }
        return found | seconds, ends

    def told(self) -> Iterator[tuple[int, list[int]]]:
        """Yield the line of each statement, and the numbers that it should have."""
        for line in self.lines:
            node = self.node(line.name)
            covered = self.covered(node)[0] if node else set[str]()
            yield line.at, sorted(self.numbers[one] for one in covered & {*self.numbers})

    def wrong(self) -> Iterator[str]:
        """Yield the lines whose remark is not what they cover, or that read anything else."""
        for line, (_, expected) in zip(self.lines, self.told(), strict=True):
            if list(line.numbers) != expected:
                yield f"line {line.at}: {line.numbers}, not {expected}"
            if node := self.node(line.name):
                ends = self.covered(node)[1]
                if strange := self._read(line.reads) - self._ends(ends):
                    yield f"line {line.at} reads {strange}"

    def missing(self) -> set[int]:
        """Return the numbers of what is computed, but of no line."""
        found = {number for line in self.lines for number in line.numbers}
        return {self.numbers[one] for one in self.live if one in self.numbers} - found

    def _read(self, names: frozenset[str]) -> set[str]:
        """Return what is read, with what stands behind names that are no nodes."""
        found = set[str]()
        for name in names:
            inside = self.parts.get(name)
            found |= {name} if inside is None else self._read(inside)
        return found

    def _ends(self, ends: set[str]) -> set[str]:
        """Return what such values may be called."""
        old = {new: was for was, new in self.new.items()}
        known = ends | {old[one] for one in ends if one in old} | {"learning_rate"}
        return known | {f"scaled_{one}" for one in known} | {f"{one}_" for one in known}
