"""What the derivation says about every quantity, at any training step and for any sample.

In: Derivation. Out: Truth, whose definitions are formulas in known quantities.

A sample is a tuple that says where each input and target came from; that of an input or a target
itself is its own entry in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symnet.check.handwritten.calculating.evaluation import from_expression
from symnet.check.handwritten.formula import Apply, Formula, Known, Literal, rebuilt
from symnet.derive.backprop import Derivation
from symnet.model.expression import Call
from symnet.model.network import Variable

RATE = "learning rate"
BATCH = "batch "
SUM = "sum of "
NEW = "new_"


@dataclass(frozen=True, slots=True)
class Kink:
    """A unit whose activation has a kink at 0: right of it the pre-activation is positive."""

    z: str
    h: str


class Truth:
    """Definitions by name: nodes, derivatives (dL_dw1) and updated parameters (new_w1)."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.network = network = derivation.network
        self.variables: dict[str, Variable] = {one.name: one for one in network.variables}
        self.parameters = tuple(one.name for one in network.parameters)
        self.updated = tuple(one.name for one in network.parameters if not one.frozen)
        self.data = (*network.inputs, *network.targets)
        self.rows = {name: position for position, name in enumerate(self.data)}
        self.gradient = {one.variable: one.name for one in derivation.adjoints.values()}
        self.leaves = {*self.parameters, *self.data, RATE, "pi"}
        self.definitions = self._definitions()
        self._instances: dict[tuple[str, int, Any], Formula] = {}

    def _definitions(self) -> dict[str, Formula]:
        leaves: dict[str, Formula] = {
            name: Known(name) for name in (*self.variables, *self.gradient.values())
        }
        found = {
            one.name: from_expression(one.expression, leaves)
            for one in self.network.forward.assignments
        }
        for variable, name in self.gradient.items():
            value = Literal(1) if variable == self.network.loss else None
            found[name] = value or from_expression(self.derivation.value(variable), leaves)
        for name in self.updated:
            if name in self.gradient:
                step = Apply("multiply", (Known(RATE), Known(self.gradient[name])))
                found[NEW + name] = Apply("subtract", (Known(name), step))
        return found

    @cached_property
    def reduction(self) -> str:
        """How the losses of a batch become one: sum or mean."""
        return self.network.spec.training.reduction

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """The units whose activation has a kink, the last ones first."""
        found = []
        for layer in reversed(self.network.layers):
            for unit in layer.units:
                node = self.nodes[unit.h]
                if isinstance(node, Call) and dict(node.options).get("kink") is not None:
                    found.append(Kink(unit.z, unit.h))
        return tuple(found)

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """The forward program's expressions by name."""
        return {one.name: one.expression for one in self.network.forward.assignments}

    @cached_property
    def completed(self) -> tuple[str, tuple[str, ...]] | None:
        """The target that the others leave: those of the softmax's cross-entropy add up to 1."""
        if self.network.spec.loss.name != "softmax_cross_entropy":
            return None
        *others, last = self.network.targets
        return last, tuple(others)

    def definition(self, known: Known) -> Formula | None:
        """Return what a quantity is, one level down; None for what is given."""
        if known.name in self.leaves:
            return None
        key = (known.name, known.step, known.sample)
        found = self._instances.get(key)
        if found is None:
            found = self._instances[key] = self._instance(known)
        return found

    @cached_property
    def sums(self) -> tuple[tuple[str, Formula, tuple[Formula, ...]], ...]:
        """The sums in the definitions, with their terms: a missing one is a missing path."""
        found = []
        for name, formula in self.definitions.items():
            for whole in _sums(formula):
                if not name.startswith(NEW):
                    found.append((name, whole, tuple(_terms(whole))))
        return tuple(found)

    def placed(self, node: Formula, step: int, sample: Any) -> Formula:
        """Return a formula of a definition at a step and for a sample."""
        return self._placed(node, step, sample)

    def _instance(self, known: Known) -> Formula:
        if known.name.startswith(BATCH):
            return self._batch(known)
        if known.name.startswith(SUM):
            return self._sum(known.name.removeprefix(SUM), known)
        return self._placed(self.definitions[known.name], known.step, known.sample)

    def _placed(self, node: Formula, step: int, sample: Any) -> Formula:
        match node:
            case Known(name) if name in self.rows and isinstance(sample, tuple):
                return Known(name, step, sample[self.rows[name]])
            case Known(name):
                return Known(name, step, self.own_sample(name, sample))
            case Apply(arguments=arguments):
                parts = tuple(self._placed(one, step, sample) for one in arguments)
                return rebuilt(node, parts)
        return node

    def own_sample(self, name: str, sample: Any) -> Any:
        """Return a sample without the targets where a quantity does not hang on them."""
        if not isinstance(sample, tuple) or name in self.reads_targets:
            return sample
        inputs = len(self.network.inputs)
        return (*sample[:inputs], *(None for _ in sample[inputs:]))

    def _batch(self, known: Known) -> Formula:
        """Write a sum or a mean over the samples."""
        name, rows = known.name.removeprefix(BATCH), known.sample
        if name.startswith(NEW):
            old = name.removeprefix(NEW)
            gradient = Known(BATCH + self.gradient[old], known.step, rows)
            step = Apply("multiply", (Known(RATE, known.step), gradient))
            return Apply("subtract", (Known(old, known.step), step))
        total = self._sum(name, known)
        if self.reduction == "mean":
            total = Apply("divide", (total, Literal(len(rows))))
        return total

    def _sum(self, name: str, known: Known) -> Formula:
        first, *others = known.sample
        total: Formula = Known(name, known.step, self.own_sample(name, first))
        for row in others:
            one = Known(name, known.step, self.own_sample(name, row))
            total = Apply("add", (total, one))
        return total

    def quantities(self) -> Iterable[str]:
        """Yield the names of all that is worked out: nodes, derivatives, updated parameters."""
        return iter(self.definitions)

    def parameter_of(self, name: str) -> str | None:
        """Return the parameter that a derivative or an updated value belongs to."""
        name = name.removeprefix(BATCH)
        return self._owners.get(name)

    @cached_property
    def gradients(self) -> tuple[str, ...]:
        """The names of the derivatives in the parameters."""
        return tuple(self.gradient[one] for one in self.parameters if one in self.gradient)

    def owner_of(self, name: str) -> str:
        """Return the variable that a derivative is in."""
        return self._variables_by_gradient[name]

    @cached_property
    def _variables_by_gradient(self) -> dict[str, str]:
        return {name: variable for variable, name in self.gradient.items()}

    @cached_property
    def derivation_names(self) -> frozenset[str]:
        """The names of all derivatives."""
        return frozenset(self.gradient.values())

    @cached_property
    def _owners(self) -> dict[str, str]:
        gradients = {self.gradient[one]: one for one in self.parameters if one in self.gradient}
        return gradients | {NEW + one: one for one in self.updated}

    @cached_property
    def reads_targets(self) -> frozenset[str]:
        """The quantities that depend on a target."""
        found: set[str] = set(self.network.targets)
        for name, formula in self.definitions.items():
            if any(isinstance(one, Known) and one.name in found for one in _leaves(formula)):
                found.add(name)
        return frozenset(found)


def _terms(node: Formula) -> Iterable[Formula]:
    if isinstance(node, Apply) and node.function == "add":
        for part in node.arguments:
            yield from _terms(part)
    else:
        yield node


def _sums(node: Formula) -> Iterable[Formula]:
    """Yield the sums in a formula that are not part of a longer one."""
    if isinstance(node, Apply) and node.function == "add":
        yield node
        parts: Iterable[Formula] = _terms(node)
    else:
        parts = node.parts
    for part in parts:
        yield from _sums(part)


def _leaves(node: Formula) -> Iterable[Formula]:
    if not node.parts:
        yield node
    for part in node.parts:
        yield from _leaves(part)
