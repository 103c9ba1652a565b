"""The lessons as functions in Python.

In: Lessons. Out: fields of the lesson's template.
"""

from dataclasses import dataclass
from textwrap import wrap

from symnet.derive.update import TrainingStep
from symnet.emit.layout import STEP, listed
from symnet.emit.lesson import Lesson, Lessons
from symnet.emit.printing import Printer
from symnet.emit.pythonic import computed, docstring_safe, unpacked
from symnet.emit.routines import sample_reads
from symnet.model.expression import Symbol
from symnet.model.program import Assignment

CHAIN = 84


@dataclass(frozen=True, slots=True)
class LessonWriter:
    """Writes the functions update_w1, ... and the one that calls them all."""

    step: TrainingStep
    told: Lessons
    printer: Printer
    batch: bool

    def fields(self, lesson: Lesson) -> dict[str, object]:
        """Return what the template needs of one parameter's function."""
        new = [self._name(one) for one in lesson.results]
        return {
            "parameter": self._name(lesson.parameter),
            "function": f"update_{lesson.parameter}",
            "chain": [docstring_safe(line) for one in lesson.chain for line in _wrapped(one)],
            "given": self._given(lesson),
            "steps": self._steps(lesson),
            "gradient": self._name(lesson.gradient),
            "rule": list(computed(lesson.rule, self.printer)),
            "result": ", ".join(new),
        }

    def update(self, arguments: str) -> tuple[str, ...]:
        """Write the function that updates every parameter from the old values."""
        calls = {
            lesson.results[0]: f"update_{lesson.parameter}({arguments})"
            for lesson in self.told.lessons
        }
        if not self.step.state:
            old = {name: f"params[{k}]" for k, name in enumerate(self.told.parameters)}
            items = [calls.get(name, old[name]) for name in self.told.parameters]
            return listed("return [", items, "]", len(STEP), alone="")
        lines: list[str] = []
        for lesson in self.told.lessons:
            new = [self._name(one) for one in lesson.results]
            lines += unpacked(new, calls[lesson.results[0]])
        lines += [*self._state(_read(self.told.powers)), *self._powers()]
        return (*lines, *self._new_values())

    def _given(self, lesson: Lesson) -> list[str]:
        """Take the parameters apart, and of the state only what this parameter needs."""
        reads = sample_reads(self.step)[0]
        apart = unpacked([self._name(one) for one in reads[1]], reads[0])
        return [*apart, *self._state(_read(lesson.rule))]

    def _state(self, read: set[str]) -> list[str]:
        places = enumerate(self.step.state)
        return [f"{self._name(name)} = state[{k}]" for k, name in places if name in read]

    def _steps(self, lesson: Lesson) -> list[str]:
        """Write the way from the sample to the gradient, each step under its rule."""
        indent = len(STEP) * (2 if self.batch else 1)
        arguments, lines = ["params"], list[str]()
        for argument, names in sample_reads(self.step)[1:]:
            source = f"one_{argument}" if self.batch else argument
            arguments.append(source)
            lines += unpacked([self._name(one) for one in names], source, indent)
        nodes = [self._name(one.name) for one in self.told.nodes.assignments]
        lines += unpacked(nodes, f"nodes({', '.join(arguments)})", indent)
        for one, reason in lesson.steps:
            lines += [f"# {line}" for line in reason.splitlines()]
            lines += computed((one,), self.printer, indent)
        return lines

    def _powers(self) -> list[str]:
        return list(computed(self.told.powers, self.printer))

    def _new_values(self) -> tuple[str, ...]:
        old = {one.name: k for k, one in enumerate(self.step.network.parameters)}
        parameters = [
            f"params[{old[one]}]" if one in old else self._name(one) for one in self.told.parameters
        ]
        state = [self._name(one) for one in self.told.state]
        return (
            *listed("new_params = [", parameters, "]", len(STEP), alone=""),
            *listed("new_state = [", state, "]", len(STEP), alone=""),
            "return new_params, new_state",
        )

    def _name(self, name: str) -> str:
        return self.printer.text(Symbol(name))


def _read(assignments: tuple[Assignment, ...]) -> set[str]:
    """Return what ``assignments`` read."""
    return {name for one in assignments for name in one.reads}


def _wrapped(line: str) -> list[str]:
    found = wrap(
        line, CHAIN, subsequent_indent=STEP, break_long_words=False, break_on_hyphens=False
    )
    return found or [""]
