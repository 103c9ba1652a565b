"""The numbers of a page as functions, so that a script can work them again with other values.

In: TrainingStep, Origin. Out: JavaScript, beside the module that `symnet emit` writes.

The page asks for a number's place while it prints it, so a number that is shown has a place and
none else has. ``each`` works the numbers of one sample, ``rule`` those of the optimizer's rule.
"""

import json
from collections.abc import Iterable, Mapping

from symnet.derive.lowering import coded, elementary
from symnet.derive.update import TrainingStep
from symnet.document.mathematics import Origin
from symnet.emit.ecmascript import KEYWORDS, SYNTAX, body
from symnet.emit.naming import escaped
from symnet.emit.printing import Printer
from symnet.emit.routines import Reads, Routine, gradient_reads, names_in, sample_reads
from symnet.emit.targets.javascript import OWN
from symnet.model.expression import Expression, Symbol, names, rebuilt
from symnet.model.program import Assignment, Program, unused


class Live:
    """What a page shows of one network in numbers, in the order in which it was asked for."""

    def __init__(self, step: TrainingStep) -> None:
        self.step = step
        self._shown: dict[Origin, int] = {}
        self._each: dict[Expression, int] = {}
        self._rule: dict[Expression, int] = {}

    def place(self, origin: Origin) -> int:
        """Return the place of a number among those shown; the same one has the same place."""
        return self._shown.setdefault(origin, len(self._shown))

    @property
    def steps(self) -> int:
        """How many training steps the page shows numbers of."""
        return 1 + max((one.step for one in self._shown), default=0)

    def functions(self) -> str:
        """Return JavaScript: what is shown, and the two functions that work it."""
        shown = [self._record(one) for one in self._shown]
        sample, rule = sample_reads(self.step), self.step.rule
        each = self._function("each", sample, self.step.full, self._each)
        count = len(self.step.network.parameters)
        reads = (
            *(sample[0], ("state", self.step.state), gradient_reads(self.step)),
            *(("new_params", rule.outputs[:count]), ("new_state", rule.outputs[count:])),
        )
        told = self._function("rule", reads, rule, self._rule)
        return f"const SHOWN = {json.dumps(shown, separators=(',', ':'))};\n{each}\n{told}"

    def _record(self, origin: Origin) -> list[int]:
        """Say where a number is found: function, place, sample (-1: reduced over all), step."""
        found = self._rule if origin.updating else self._each
        place = found.setdefault(origin.expression, len(found))
        sample = -1 if origin.sample is None else origin.sample
        record = [int(origin.updating), place, sample, origin.step]
        while record and record[-1] == 0:  # what the page takes for granted
            record.pop()
        return record

    def _function(
        self, name: str, reads: Reads, program: Program, shown: dict[Expression, int]
    ) -> str:
        """Write a function that returns what is shown, and works no more than that needs."""
        known = (*names_in(self.step), self.step.network.loss, self.step.rate)
        nodes = self.step.network.forward.assignments if program is self.step.full else ()
        worked = (*nodes, *program.assignments)
        parts = _Parts(known, {one.expression: Symbol(one.name) for one in worked})
        results = tuple(map(parts.code, shown))
        entries = _entries(reads)
        given = tuple(dict.fromkeys((*program.inputs, *entries)))
        rest = tuple(one for one in program.assignments if one.name not in entries)
        whole = Program(given, rest, ())  # frozen gradients are only shown
        needed = whole.needed_for(parts.wanted(results))
        routine = Routine((), (*needed.assignments, *parts.assignments), (results,))
        called = escaped((*known, *parts.names), OWN | KEYWORDS)
        names = {**called, **entries, self.step.rate: "learning_rate"}
        arguments = ", ".join(("learning_rate", *(argument for argument, _ in reads)))
        lines = "\n".join(body(Printer(SYNTAX, names)).function(routine))
        return f"function {name}({arguments}) {{\n{lines}\n}}"


def _entries(reads: Reads) -> dict[str, str]:
    """Return where the arguments hold each variable; the first place counts, as of what stays."""
    found: dict[str, str] = {}
    for argument, variables in reads:
        for place, name in enumerate(variables):
            found.setdefault(name, f"{argument}[{place}]")
    return found


class _Parts:
    """The parts of what is shown that need a line of their own; ``nodes``: those that have one."""

    def __init__(self, taken: Iterable[str], nodes: Mapping[Expression, Symbol]) -> None:
        self.assignments: list[Assignment] = []
        self._made: dict[Expression, Symbol] = {}
        self._taken = set(taken)
        self._nodes = nodes

    def code(self, node: Expression) -> Expression:
        """Return the code of what is shown."""
        return self._lowered(coded(self._known(node), self))

    def _lowered(self, node: Expression) -> Expression:
        return self._known(elementary(self._known(node)))

    def _known(self, node: Expression) -> Expression:
        """Put names in the place of what the program has worked out by then."""
        if node in self._nodes:
            return self._nodes[node]
        if not node.parts:
            return node
        built = rebuilt(node, tuple(map(self._known, node.parts)))
        return self._nodes.get(built, built)

    def __call__(self, part: str, value: Expression) -> Symbol:
        lowered = self._lowered(value)
        if lowered not in self._made:
            name = unused(f"{part}_shown", self._taken)
            self._taken.add(name)
            self.assignments.append(Assignment(name, lowered))
            self._made[lowered] = Symbol(name)
        return self._made[lowered]

    @property
    def names(self) -> tuple[str, ...]:
        """What the parts are called."""
        return tuple(one.name for one in self.assignments)

    def wanted(self, results: Iterable[Expression]) -> tuple[str, ...]:
        """Return what the parts and ``results`` use besides the parts."""
        nodes = (*(one.expression for one in self.assignments), *results)
        used = dict.fromkeys(name for node in nodes for name in names(node))
        return tuple(name for name in used if name not in self.names)
