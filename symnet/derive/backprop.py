"""Reverse accumulation: one sweep over the forward program, from the loss back.

In: Network. Out: Derivation, with an Adjoint for every variable the loss depends on.

Griewank & Walther, Evaluating Derivatives, section 3.2; in networks, Nielsen, Neural Networks and
Deep Learning, chapter 2. Nothing here knows a function or a layer by name.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from symnet.derive.local import Derivatives
from symnet.model.collecting import uncollected
from symnet.model.expression import (
    Call,
    Expression,
    Symbol,
    named,
    product,
    total,
)
from symnet.model.losses import LOSSES
from symnet.model.network import Network
from symnet.model.program import unused


class Term(NamedTuple):
    """One way on from a variable towards the loss: d loss/d consumer times d consumer/d variable.

    ``through``: the shorthand node (the error) that the local derivative passes through.
    """

    consumer: str
    local: Expression
    through: str | None = None


class Adjoint(NamedTuple):
    """The derivative of the loss in one variable, called ``name``: the sum over its terms.

    ``collapsed``: the short form its factors multiply out to, where there is one.
    """

    variable: str
    name: str
    terms: tuple[Term, ...]
    collapsed: Expression | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """The chain rule for a whole network: adjoints by variable, in the order they are derived."""

    network: Network
    adjoints: dict[str, Adjoint] = field(default_factory=dict)

    def value(self, variable: str) -> Expression:
        """Return the sum of adjoint times local derivative over the ways on from ``variable``."""
        return total(self.factored(term) for term in self.adjoints[variable].terms)

    def factored(self, term: Term) -> Expression:
        """Return one term of an adjoint, as a product."""
        if term.consumer == self.network.loss:
            return term.local
        return product(Symbol(self.adjoints[term.consumer].name), term.local)

    def paths(self, variable: str) -> Iterator[tuple[Term, ...]]:
        """Yield the paths from the loss to ``variable``, each as its factors from the loss on."""
        for term in self.adjoints[variable].terms:
            if term.consumer == self.network.loss:
                yield (term,)
            else:
                for path in self.paths(term.consumer):
                    yield (*path, term)

    def path_count(self, variable: str) -> int:
        """Count the paths from the loss to ``variable`` without listing them."""
        counts = {self.network.loss: 1}
        for one in self.adjoints.values():
            counts[one.variable] = sum(counts[term.consumer] for term in one.terms)
        return counts[variable]

    def __str__(self) -> str:
        return "\n".join(
            f"{one.name} = {self.value(one.variable)}" for one in self.adjoints.values()
        )


@uncollected
def backpropagate(network: Network) -> Derivation:
    """Sweep back from the loss and give every variable it depends on its adjoint."""
    nodes = {one.name: one for one in network.forward.assignments}
    kinds = {one.name: one.kind for one in network.variables}
    wanted, short, taken = _wanted(network), _collapses(network), set(kinds)
    calls: dict[Expression, Expression] = {
        one.expression: Symbol(name) for name, one in nodes.items() if one.shape.kind is Call
    }
    loss, found = network.loss, defaultdict[str, list[Term]](list)
    derivation, derivatives = Derivation(network), Derivatives()
    for name in _backwards(network, wanted):
        terms = found[name]
        shorthand = kinds[name] == "error"
        if name != loss and not shorthand:
            called = unused(f"dL_d{name}", taken)
            taken.add(called)
            derivation.adjoints[name] = Adjoint(name, called, tuple(terms), short.get(name))
        for used, local in derivatives(nodes[name]) if name in nodes else ():
            if used not in wanted:
                continue
            local = named(local, calls)
            if shorthand:  # it hands on its own terms
                found[used] += [Term(to, product(by, local), name) for to, by, _ in terms]
            else:
                found[used].append(Term(name, local))
    return derivation


def _backwards(network: Network, wanted: set[str]) -> Iterator[str]:
    """Yield the nodes from the loss back, layer by layer, then parameters, then inputs."""
    places = {one.name: (one.kind, one.layer) for one in network.variables}
    nodes = [one.name for one in network.forward.assignments if one.name in wanted]
    for group in reversed([list(found) for _, found in groupby(nodes, places.__getitem__)]):
        yield from group
    leaves = (*(one.name for one in network.parameters), *network.inputs)
    yield from (name for name in leaves if name in wanted)


def _wanted(network: Network) -> set[str]:
    """Return the variables whose adjoints lead to a parameter, or to an input if asked for."""
    wanted = {one.name for one in network.parameters}
    if network.spec.input_gradients:
        wanted.update(network.inputs)
    for assignment in network.forward.assignments:
        if not wanted.isdisjoint(assignment.reads):
            wanted.add(assignment.name)
    return wanted


def _collapses(network: Network) -> dict[str, Expression]:
    """Return the short form of the last layer's deltas where the loss has one."""
    short = LOSSES[network.spec.loss.name].collapse
    if short is None:
        return {}
    units = network.layers[-1].units
    return {
        unit.z: short(Symbol(unit.h), Symbol(target))
        for unit, target in zip(units, network.targets, strict=True)
    }
