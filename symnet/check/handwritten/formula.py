"""Formulas as somebody wrote them: where each part stands in the file, and what it reads.

In: nothing. Out: Formula and its nodes, Binding, Span.

Nodes are compared by identity, so that two readings of one name stay two places to correct.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the file: lines count from 1, columns from 0; ``cell`` None outside notebooks.

    ``part`` tells the parts of a file apart that count their lines from 1 each.
    """

    part: int
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = field(default=None, compare=False)


class Formula:
    """Base of all nodes."""

    __slots__ = ()
    at: Span | None

    @property
    def parts(self) -> tuple[Formula, ...]:
        """The formulas inside this one, left to right."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Formula):
    """A number as written."""

    value: int | float
    at: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Known(Formula):
    """A quantity of the network, at a training step and for a sample.

    ``step``: how many updates went before. ``sample``: the key of the sample's row.
    """

    name: str
    step: int = 0
    sample: Any = None
    at: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading(Formula):
    """A name read: what it was bound to there and then; ``copied``: and copied, as by W.copy()."""

    binding: Binding
    at: Span | None = None
    copied: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Apply(Formula):
    """An operation applied; ``options`` are what is not a formula: an axis, an index, a shape."""

    function: str
    arguments: tuple[Formula, ...]
    at: Span | None = None
    options: tuple[Any, ...] = ()

    @property
    def parts(self) -> tuple[Formula, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One assignment: the name as written, its formula, where, and in which order.

    ``given``: a number, a random start or a function's argument: nothing that was worked out.
    ``path``: the indices of an element of a list. ``row``: which row of a table it came from.
    ``kind``: ``assigned``, ``argument`` or ``returned``.
    """

    order: int
    name: str
    formula: Formula
    at: Span | None
    scope: Scope
    kind: str = "assigned"
    path: tuple[int | str, ...] = ()
    _given: bool | None = field(default=None, init=False, repr=False)
    _root: Binding | None = field(default=None, init=False, repr=False)

    @property
    def base(self) -> str:
        """The name without indices."""
        return self.name.partition("[")[0]

    @property
    def given(self) -> bool:
        """Whether nothing was worked out: a number, a table of numbers, a random start."""
        if self._given is None:
            # Asked for once for every node of a formula.
            object.__setattr__(self, "_given", is_given(self.formula))
        return bool(self._given)

    @property
    def alias(self) -> Binding | None:
        """What this is only another name for."""
        return self.formula.binding if isinstance(self.formula, Reading) else None

    @property
    def root(self) -> Binding:
        """Where the value was first bound that this is another name for."""
        one, passed = self, []
        while one._root is None and isinstance(one.formula, Reading):
            passed.append(one)
            one = one.formula.binding
        found = one._root or one
        for each in passed:
            # A thousand names may be handed on from each to the next.
            object.__setattr__(each, "_root", found)
        return found


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a file, or of one call of a function, with all they were ever bound to.

    ``elsewhere``: the scopes of the names that are another's, as `global` says.
    """

    parent: Scope | None = None
    history: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)

    def bind(self, name: str, value: Any, order: int) -> None:
        """Give ``name`` a new value."""
        scope = self.elsewhere.get(name, self)
        scope.history.setdefault(name, []).append((order, value))

    @property
    def outer(self) -> Iterator[Scope]:
        """The scopes around this one, the file's last."""
        scope = self.parent
        while scope is not None:
            yield scope
            scope = scope.parent

    def get(self, name: str, before: int | None = None) -> Any:
        """Return the value of ``name`` as it was before an order; None where it had none."""
        for order, value in reversed(self.history.get(name, ())):
            if before is None or order < before:
                return value
        return self.parent.get(name, before) if self.parent is not None else None

    def visible(self, before: int) -> Iterator[tuple[str, Any]]:
        """Yield the names bound before an order with their values then, own names first."""
        own = {name: self.get(name, before) for name in self.history}
        yield from ((name, value) for name, value in own.items() if value is not None)
        if self.parent is not None:
            yield from (pair for pair in self.parent.visible(before) if pair[0] not in own)


GIVEN = {"random", "zeros", "argument", "input"}
SCALING = {"add", "subtract", "multiply", "divide", "power", "sqrt", "negative"}


def is_given(formula: Formula) -> bool:
    """Tell whether a formula is data: numbers, tables of numbers, a start to be filled in."""
    match formula:
        case Literal():
            return True
        case Apply(function) if function in GIVEN:
            return True
        case Apply("negative" | "array" | "reshape" | "transpose", arguments):
            return all(map(is_given, arguments))
        case Apply("multiply" | "divide" | "subtract" | "add", (a, b)):
            first = is_given(a) and _drawn(a)
            other = b if first else a
            return (first or (is_given(b) and _drawn(b))) and (
                is_given(other) or _is_constant(other)
            )
    return False


def _is_constant(formula: Formula, deep: int = 12) -> bool:
    """Tell whether a formula is made of numbers alone, as what a random start is scaled by."""
    match formula:
        case Literal() | Apply("size"):
            return True
        case Reading(binding):
            return deep > 0 and _is_constant(binding.formula, deep - 1)
        case Apply(function, arguments):
            return function in SCALING and all(_is_constant(one, deep) for one in arguments)
    return False


def _drawn(formula: Formula) -> bool:
    if isinstance(formula, Apply):
        return formula.function in GIVEN or any(map(_drawn, formula.arguments))
    return False


def is_count(formula: Formula, deep: int = 12) -> bool:
    """Tell whether a formula is made of counters, sizes and whole numbers alone."""
    match formula:
        case Literal(value):
            return isinstance(value, int)
        case Reading(binding):
            counter = binding.kind == "counter"
            return counter or (deep > 0 and is_count(binding.formula, deep - 1))
        case Apply("size"):
            return True
        case Apply("add" | "subtract" | "multiply" | "compare", arguments):
            return all(is_count(one, deep) for one in arguments)
    return False


def rebuilt(node: Formula, parts: tuple[Formula, ...]) -> Formula:
    """Return an operation with other arguments."""
    if not isinstance(node, Apply):
        raise TypeError(f"{type(node).__name__} has no parts to replace")
    return Apply(node.function, parts, node.at, node.options)


def walk(node: Formula) -> Iterator[Formula]:
    """Yield a formula and everything written inside it; names are not looked up."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.parts[::-1]


def readings(node: Formula) -> Iterator[Reading]:
    """Yield the names read in a formula, left to right."""
    return (one for one in walk(node) if isinstance(one, Reading))


def behind(
    binding: Binding, formula: Callable[[Binding], Formula], inside: Callable[[Binding], bool]
) -> Iterator[Binding]:
    """Yield a binding, and all that it hangs on, through the names that ``inside`` lets in."""
    waiting, seen = [binding], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        if one is binding or inside(one):
            waiting += [reading.binding for reading in readings(formula(one))]
