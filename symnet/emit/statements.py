"""Code with loops, before it is text of a language.

In: Expression. Out: Statement; operation counts.

An entry of a list is a ``Symbol`` whose name is the list's with an index, ``z1[i]``: all languages
that symnet writes agree on that.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from symnet.derive.operations import Counts, counted
from symnet.emit.layout import STEP, broken
from symnet.emit.printing import Printer
from symnet.model.expression import Comparison, Expression, Symbol, names


@dataclass(frozen=True, slots=True)
class Make:
    """A new list of ``size`` zeros."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Put:
    """``target = value``, or ``target += value``; ``new``: of a variable not seen before.

    ``equation``: the id of the equation that it computes, where the target's name is not enough.
    ``operator``: with which the value changes the old one, for languages that have it: ``-=``.
    """

    target: str
    value: Expression
    add: bool = False
    new: bool = False
    equation: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """The body once for each value of ``index`` from ``start`` to below ``stop``."""

    index: str
    start: int
    stop: int
    body: "tuple[Statement, ...]"


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a line of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Unless:
    """``body`` if the test does not hold, which is also so for a NaN; else ``otherwise``."""

    test: Comparison
    body: "tuple[Statement, ...]"
    otherwise: "tuple[Statement, ...]" = ()


Statement = Make | Put | Loop | Note | Unless


@dataclass(frozen=True, slots=True)
class Block:
    """The body of a function: statements, then what it returns."""

    statements: tuple[Statement, ...]
    results: tuple[Expression, ...]

    @property
    def nodes(self) -> tuple[Expression, ...]:
        """Every expression of the function."""
        return (*_values(self.statements), *self.results)

    @property
    def operations(self) -> Counts:
        """What the function computes, counted as often as its loops run."""
        return _operations(self.statements) + counted(self.results)


@dataclass(frozen=True, slots=True)
class Lines:
    """How a language writes statements, with places for their parts.

    ``put``, ``new`` and ``add`` are what stands in front of the value, ``stop`` what stands behind
    it. ``end``: what closes a loop; empty where indentation does. ``remark``: a comment behind a
    line. ``when``, ``unless`` and ``other``: a choice between statements; empty where no target
    of the language is asked for one.
    """

    make: str
    put: str
    new: str
    add: str
    loop: str
    note: str
    stop: str = ""
    end: str = ""
    remark: str = ""
    when: str = ""
    unless: str = ""
    other: str = ""


def written(
    statements: Iterable[Statement], lines: Lines, printer: Printer, indent: str = ""
) -> Iterator[str]:
    """Write ``statements`` line by line; functions stand one step in."""
    margin = len(STEP + indent)
    for one in statements:
        match one:
            case Make(name, size):
                yield indent + lines.make.format(name=name, size=size)
            case Put(target, value, add, new, equation):
                form = lines.add if add else lines.new if new else lines.put
                called = printer.names.get(target, target)
                opening, pieces = form.format(target=called), printer.pieces(value)
                said = printer.remark(equation or target.partition("[")[0])
                remark = lines.remark.format(text=said) if said else ""
                put = broken(opening, pieces, margin, lines.stop, remark)
                yield from (indent + line for line in put)
            case Loop(index, start, stop, body):
                bounds = {"start": start, "stop": stop, "range": _range(start, stop)}
                yield indent + lines.loop.format(index=index, **bounds)
                yield from written(body, lines, printer, indent + STEP)
                if lines.end:
                    yield indent + lines.end
            case Unless():
                yield from _choice(one, lines, printer, indent)
            case Note(text):
                yield indent + lines.note.format(text=text)


def _choice(one: Unless, lines: Lines, printer: Printer, indent: str) -> Iterator[str]:
    opening = lines.when if one.otherwise else lines.unless
    yield indent + opening.format(test=printer.text(one.test))
    if one.otherwise:
        yield from written(one.otherwise, lines, printer, indent + STEP)
        yield indent + lines.other
    yield from written(one.body, lines, printer, indent + STEP)
    if lines.end:
        yield indent + lines.end


def _range(start: int, stop: int) -> str:
    return f"range({start}, {stop})" if start else f"range({stop})"


def entry(name: str, index: str) -> Symbol:
    """Return an entry of the list ``name``."""
    return Symbol(f"{name}[{index}]")


def each(index: str, count: int, *body: Statement) -> Loop:
    """Return a loop over ``count`` values, from 0."""
    return Loop(index, 0, count, body)


def changed(statements: Iterable[Statement]) -> frozenset[str]:
    """Return the variables that get another value later, be it by a second declaration."""
    found, declared = set[str](), set[str]()
    for one in statements:
        if isinstance(one, Loop):
            found |= changed(one.body)
        elif isinstance(one, Unless):
            found |= changed(one.body) | changed(one.otherwise)
        elif isinstance(one, Put):
            found |= {one.target} if not one.new or one.target in declared else set()
            declared |= {one.target}
    return frozenset(found)


def adds_to(statements: Iterable[Statement], name: str) -> bool:
    """Say whether entries of the list ``name`` are added to, so that it must start with zeros."""
    return any(
        adds_to(one.body, name)
        if isinstance(one, Loop)
        else isinstance(one, Put) and one.add and one.target.startswith(f"{name}[")
        for one in statements
    )


def without_unread(
    statements: Iterable[Statement], results: Iterable[Expression] = ()
) -> tuple[Statement, ...]:
    """Leave out what is worked out but neither read nor among ``results``; arguments stay."""
    given = tuple(
        replace(one, body=without_unread(one.body)) if isinstance(one, Loop) else one
        for one in statements
    )
    read = _read((*_values(given), *results))
    # A variable made inside of a loop is read there or nowhere; others are known further out.
    made = {one.name for one in given if isinstance(one, Make)}
    made |= {one.target for one in given if isinstance(one, Put) and one.new}
    found = tuple(_without(given, made - read))
    return found if found == given else without_unread(found, results)


def _read(nodes: Iterable[Expression]) -> set[str]:
    return {name.partition("[")[0] for node in nodes for name in names(node)}


def _without(statements: Iterable[Statement], gone: Collection[str]) -> Iterator[Statement]:
    for one in statements:
        match one:
            case Loop(body=body):
                if kept := tuple(_without(body, gone)):
                    yield replace(one, body=kept)
            case Make(name) if name in gone:
                pass
            case Put(target) if target.partition("[")[0] in gone:
                pass
            case _:
                yield one


def _operations(statements: Iterable[Statement]) -> Counts:
    total = Counts()
    for one in statements:
        match one:
            case Loop(start=start, stop=stop, body=body):
                total += _operations(body).times(stop - start)
            case Put(value=value, add=add):
                total += counted((value,)) + Counts(additions=int(add))
            case Unless(test, body):
                total += counted((test,)) + Counts(gates=1) + _operations(body)
    return total


def _values(statements: Iterable[Statement]) -> Iterator[Expression]:
    for one in statements:
        match one:
            case Loop(body=body):
                yield from _values(body)
            case Put(value=value):
                yield value
            case Unless(test, body, otherwise):
                yield test
                yield from _values((*otherwise, *body))
