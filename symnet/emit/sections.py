"""A fused step as statements: new values take the place of old ones wherever nothing reads these.

In: TrainingStep, FusedStep. Out: Sections.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from symnet.derive.fused import FusedStep
from symnet.derive.guards import Body, Guarded, assignments
from symnet.derive.update import TrainingStep
from symnet.emit.routines import Reads
from symnet.emit.statements import Block, Put, Statement, Unless
from symnet.model.expression import Comparison, Expression, Symbol, names, substitute
from symnet.model.program import Assignment

Renaming = Mapping[str, Expression]
# Where in its array a result goes, and what the value is called that stands there.
Places = Mapping[str, tuple[str, str]]
Groups = tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """An update's statements, then its results: new parameters, and new state if there is one.

    ``carried``: what makes the new values the old ones of a next step, where they are not yet;
    then ``kept`` are the results.
    """

    statements: tuple[Statement, ...]
    results: Groups
    carried: tuple[Put, ...]
    kept: Groups

    @property
    def nodes(self) -> tuple[Expression, ...]:
        """Every expression."""
        return Block(self.statements, ()).nodes

    @property
    def guarded(self) -> bool:
        """Whether any of it is skipped where a test holds."""
        return any(isinstance(one, Unless) for one in self.statements)

    @property
    def kinds(self) -> tuple[Expression, ...]:
        """The same: a fused step is never long."""
        return self.nodes


def sections(step: TrainingStep, found: FusedStep) -> Sections:
    """Write a fused step as statements."""
    old = (*(one.name for one in step.network.parameters), *step.state)
    pairs = [(new, was) for new, was in zip(found.outputs, old, strict=True) if new != was]
    renaming = {new: Symbol(was) for new, was in _replaceable(found, dict(pairs))}
    results = (renaming.get(name, Symbol(name)) for name in found.outputs)
    carried = (Put(was, Symbol(new)) for new, was in pairs if new not in renaming)
    return Sections(
        tuple(_statements(found.body, renaming)),
        _grouped(step, tuple(results)),
        tuple(carried),
        _grouped(step, tuple(map(Symbol, old))),
    )


def stored(found: FusedStep, kept: Reads) -> tuple[Statement, ...]:
    """Write a fused step as statements that put results into the arrays they come from.

    ``kept``: the arrays, of which everything was read before. What keeps its value stays there.
    """
    old = [(f"{array}[{k}]", name) for array, names in kept for k, name in enumerate(names)]
    places = {
        new: (place, was)
        for new, (place, was) in zip(found.outputs, old, strict=True)
        if new != was
    }
    read = {name for one in assignments(found.body) for name in one.reads}
    return tuple(_stored(found.body, places, read))


def _stored(body: Body, places: Places, read: Collection[str]) -> Iterator[Statement]:
    for one in body:
        if isinstance(one, Guarded):
            others = tuple(_stores(one.otherwise, places, read))
            yield Unless(one.test, tuple(_stored(one.body, places, read)), others)
        else:
            yield from _stores((one,), places, read)


def _stores(lines: Iterable[Assignment], places: Places, read: Collection[str]) -> Iterator[Put]:
    """Assign, and store results; one that others read has a name as well."""
    for one in lines:
        place, was = places.get(one.name, ("", ""))
        value = one.expression
        if one.name in read or not place:
            yield Put(one.name, value)
            value = Symbol(one.name)
        if place and one.expression != Symbol(was):
            yield Put(place, value, equation=one.name)


def _grouped(step: TrainingStep, values: tuple[Expression, ...]) -> Groups:
    count = len(step.network.parameters)
    return (values[:count], values[count:]) if step.state else (values,)


def _replaceable(found: FusedStep, old: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the new values whose old ones nothing reads any more when they are assigned."""
    lines = list(_lines(found.body))
    last_read = {name: k for k, (_, reads) in enumerate(lines) for name in reads}
    assigned = {name: k for k, (name, _) in reversed(list(enumerate(lines)))}
    kept = Counter(old.values())
    for new, was in old.items():
        if last_read.get(was, -1) <= assigned[new] and kept[was] == 1:
            yield new, was


def _lines(body: Body) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what each line assigns and reads, in the order in which they run.

    What a section is otherwise is not among them: it reads the old value only to keep it.
    """
    for one in body:
        if isinstance(one, Guarded):
            yield "", names(one.test)
            yield from _lines(one.body)
        else:
            yield one.name, one.reads


def _statements(body: Body, renaming: Renaming) -> Iterator[Statement]:
    for one in body:
        if isinstance(one, Guarded):
            test = substitute(one.test, renaming)
            if isinstance(test, Comparison):
                inside = tuple(_statements(one.body, renaming))
                yield Unless(test, inside, tuple(_puts(one.otherwise, renaming)))
        else:
            yield from _puts((one,), renaming)


def _puts(assignments: Iterable[Assignment], renaming: Renaming) -> Iterator[Put]:
    """Assign under the new names; what keeps its value needs no line."""
    for one in assignments:
        target = renaming.get(one.name, Symbol(one.name))
        value = substitute(one.expression, renaming)
        if target != value:
            yield Put(str(target), value, equation=one.name)
