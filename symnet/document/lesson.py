"""What the sections of a document are told from: the derivation, its letters and its numbers.

In: Derivation, TrainingStep. Out: Lesson.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep
from symnet.document.lettering import Lettering
from symnet.document.mathematics import Equalities, Listed, Origin, Words
from symnet.document.rounding import Values, value_of, worked
from symnet.document.values import Example, Step, initial
from symnet.model.expression import Call, Expression, Symbol, names, rebuilt, substitute
from symnet.model.network import Network, Variable

# Steps shown in full; a file may ask for thousands.
MOST_STEPS = 10
# Larger batches are told in symbols only.
MOST_SAMPLES = 200
Origins = Mapping[str, Origin]


@dataclass(frozen=True)
class Lesson:
    """Everything a section may speak of; ``wrt``: the variables whose gradients are told."""

    derivation: Derivation
    training: TrainingStep
    wrt: tuple[str, ...]

    @property
    def network(self) -> Network:
        """The network told of."""
        return self.derivation.network

    @cached_property
    def batch(self) -> int:
        """How many samples one update sees; 1 where they come one after another."""
        samples = self.network.spec.samples
        together = self.network.spec.training.mode == "batch"
        return len(samples.x) if samples and together else 1

    @cached_property
    def letters(self) -> Lettering:
        """How everything is written."""
        return Lettering(self.derivation, self.batch > 1)

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """What each name stands for."""
        return {one.name: one for one in self.network.variables}

    @cached_property
    def nodes(self) -> dict[str, Expression]:
        """The equations of the forward pass."""
        return {one.name: one.expression for one in self.network.forward.assignments}

    @cached_property
    def needed(self) -> set[str]:
        """The variables whose adjoints lead to those told of."""
        found: set[str] = set()
        waiting = [one for one in self.wrt if one in self.derivation.adjoints]
        while waiting:
            name = waiting.pop()
            if name not in found and name != self.network.loss:
                found.add(name)
                waiting += [term.consumer for term in self.derivation.adjoints[name].terms]
        return found

    @cached_property
    def example(self) -> Example | None:
        """The example to work through; None where the file has no sample or no values."""
        if self.network.spec.samples is None or not initial(self.network):
            return None
        if self.batch > MOST_SAMPLES:
            return None
        return Example(self.derivation, self.training)

    @cached_property
    def seen(self) -> tuple[Values, ...]:
        """Every value of the samples the first update sees; empty without an example."""
        example = self.example
        if example is None:
            return ()
        try:
            start = initial(self.network)
            return tuple(example.sample(index, start) for index in example.samples(0))
        except ArithmeticError:  # a value that is infinite even to 70 digits
            return ()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The training steps shown."""
        if self.example is None or not self.seen:
            return ()
        try:
            return tuple(self.example.steps(MOST_STEPS))
        except ArithmeticError:
            return ()

    def of_kind(self, kind: str, layer: int = 0) -> Iterator[str]:
        """Yield the names of the variables of a kind, of one layer or of all."""
        for one in self.network.variables:
            if one.kind == kind and layer in (0, one.layer):
                yield one.name

    def inlined(self, node: Expression) -> Expression:
        """Write the error out wherever it stands."""
        errors = {name: self.nodes[name] for name in self.of_kind("error")}
        return substitute(node, errors) if errors else node

    def with_slopes(self, node: Expression, values: Values) -> tuple[Expression, Values, Origins]:
        """Replace every call in ``node`` by a name for its value."""
        found = dict(values)
        calls: dict[str, Origin] = {}

        def replaced(part: Expression) -> Expression:
            if isinstance(part, Call):
                found[str(part)] = value_of(part, values)
                calls[str(part)] = Origin(part)
                return Symbol(str(part))
            parts = part.parts
            return rebuilt(part, tuple(map(replaced, parts))) if parts else part

        return replaced(self.inlined(node)), found, calls

    def in_numbers(
        self, left: Expression, node: Expression, values: Values, origins: Origins | None = None
    ) -> Equalities:
        """Chain ``left`` to ``node`` with its numbers in, and to what comes out."""
        known = {name: Origin(Symbol(name)) for name in names(node)} | dict(origins or {})
        parts = {name: one.expression for name, one in known.items()}
        result = Origin(substitute(node, parts) if parts else node)
        return in_numbers(self.letters, left, node, values, known, result)


def in_numbers(
    letters: Lettering,
    left: Expression,
    node: Expression,
    values: Values,
    origins: Origins,
    origin: Origin,
) -> Equalities:
    """Chain ``left`` to ``node`` with numbers in, and to what comes out, whose ``origin`` it is."""
    found = worked(node, values)
    result: Expression = replace(found.result, origin=origin)
    if not names(node):
        return Equalities(left, (("=", result),))
    shown = {name: replace(one, origin=origins[name]) for name, one in found.inside.items()}
    inside = letters(substitute(node, shown))
    first = "=" if found.exact else "~"
    if inside == result:
        return Equalities(left, ((first, result),))
    if not found.holds:
        result = Listed((result, Words("from unrounded values")))
    return Equalities(left, ((first, inside), ("=" if found.equal else "~", result)))
