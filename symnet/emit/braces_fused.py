"""Updates with sections that are skipped, and their loops, in languages with braces and let.

In: Inlined, Body, Loops. Out: lines.

A value that only a section computes is declared in front of it, as what it is where the section
is skipped, so no variable is ever without a value.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from symnet.emit.braces import Body, Lines, Loops, from_gradients, learning
from symnet.emit.inlined import Inlined
from symnet.emit.request import Request
from symnet.emit.statements import Put, Statement, Unless, changed
from symnet.model.expression import Negative, Product, Quotient, Sum, Symbol


@dataclass(frozen=True, slots=True)
class FusedBody:
    """Writes an update; ``body``: reads and returns, ``loops``: the statements between them.

    ``assured``: what a loop says of each variable that only sections change, behind a comment.
    """

    one: Inlined
    body: Body
    loops: Loops
    assured: tuple[str, str] = ("", "")

    def functions(self, request: Request) -> dict[str, Any]:
        """Return what takes the place of the textbook's update and its loop."""
        batch = request.samples == "batch"
        lines = self.update()
        update = from_gradients(request, self.body.words, lines) if batch else lines
        return {"update": update, "training": self.training()}

    def update(self) -> Lines:
        """Write the body of an update; of a batch, from its gradients."""
        found = self.one.sections
        return (
            *self._kept(found.statements),
            *self.body.reads(self.one.given, found.nodes),
            *self._written(found.statements, 1),
            *self.body.results(found.results, 1),
        )

    def training(self) -> dict[str, Lines] | None:
        """Return the parts of a training loop; none where it has to call the update.

        A loop over several samples calls a step's sample ``one_x`` and ``one_y``.
        """
        if not self.one.trains:
            return None
        found = self.one.sections
        statements = (*found.statements, *found.carried)
        own = "one_" if self.one.samples == "online" else ""
        sample = [(own + name, entries) for name, entries in self.one.given]
        loop = {
            "kept": self._kept(statements),
            "sample": tuple(self.body.reads(sample, found.nodes)),
            "step": self._written(found.statements, 2),
            "moved": (*self._written(found.carried, 2), *self._assurances()),
            "results": self.body.results(found.kept, 1),
        }
        return learning(loop)

    def _kept(self, statements: Iterable[Statement]) -> Lines:
        return tuple(self.body.kept(self.one.kept, changed(statements)))

    def _assurances(self) -> Iterator[str]:
        comment, line = self.assured
        choices = [one for one in self.one.sections.statements if isinstance(one, Unless)]
        inside = changed(choices)
        kept = [name for _, entries in self.one.kept for name in entries if name in inside]
        if line and kept:
            yield f"// {comment}"
            yield from (line.format(name=self.body.called(name)) for name in kept)

    def _written(self, statements: Iterable[Statement], depth: int) -> Lines:
        known = frozenset(name for _, entries in self.one.kept for name in entries)
        return written(self.loops, declared(statements, known), depth)


def written(loops: Loops, statements: Iterable[Statement], depth: int) -> Lines:
    """Write statements that stand ``depth`` steps in, without that margin."""
    found = tuple(statements)
    loops.changed = changed(found)
    margin = loops.words.step * (depth - 1)
    return tuple(line[margin:] for line in loops.written(found, depth))


def declared(statements: Iterable[Statement], known: frozenset[str]) -> Iterator[Statement]:
    """Say which statements declare a variable, and which change one; ``known``: those there are.

    Entries of arrays are always there.
    """
    for one in statements:
        if isinstance(one, Put):
            there = one.target in known or "[" in one.target
            yield _shortened(one) if there else replace(one, new=True)
            known |= {one.target}
        elif isinstance(one, Unless):
            others = [put for put in one.otherwise if isinstance(put, Put)]
            first = [put for put in others if put.target not in known and "[" not in put.target]
            yield from declared(first, known)
            known = known.union(put.target for put in first)
            body = tuple(declared(one.body, known))
            yield Unless(one.test, body, tuple(put for put in others if put not in first))


def _shortened(put: Put) -> Put:
    """Write `a = a - b` as `a -= b`, which is the same operation."""
    old = Symbol(put.target)
    match put.value:
        case Sum((first, Negative(other))) if first == old:
            return replace(put, operator="-=", value=other)
        case Quotient(first, other) if first == old:
            return replace(put, operator="/=", value=other)
        case Sum((_, _) as both) | Product((_, _) as both) if old in both:
            operator = "+=" if isinstance(put.value, Sum) else "*="
            return replace(put, operator=operator, value=both[both[0] == old])
    return put
