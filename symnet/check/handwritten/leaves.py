"""The given names of a file: numbers, tables and lists of them, arguments of functions.

In: Text. Out: Leaf.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

from symnet.check.handwritten.calculating.arrays import (
    shape_of,
)
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Reading, readings, walk
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.reading.text import Text

ARRAY_LIKE = {"index", "matmul", "dot", "outer", "transpose", "reshape", "sum", "mean", "size"}


@dataclass(slots=True, eq=False)
class Leaf:
    """A given name: all its bindings, or all elements of the list it names.

    ``names``: what else the bindings are called. ``shape``: None where it is not known, as of a
    function's argument. ``structured``: a list. ``used``: a formula reads it. ``spelled``: the
    name as it would be without the list that it stands in: W1 for the first table of W.
    """

    name: str
    bindings: dict[tuple[int, ...], list[Binding]] = field(default_factory=dict)
    names: dict[Binding, tuple[str, ...]] = field(default_factory=dict)
    shape: tuple[int, ...] | None = ()
    structured: bool = False
    used: bool = False
    spelled: str = ""

    def __post_init__(self) -> None:
        self.spelled = self.spelled or self.name


def root(binding: Binding) -> Binding:
    """Follow copies to where a value was first bound."""
    return binding.root


def leaves_of(text: Text) -> Iterator[Leaf]:
    """Yield the given names in the order in which they are bound."""
    found: dict[str, Leaf] = {}
    structured, called, read = _structured(text), _called(text), _read(text)
    for binding in _given_bindings(text):
        path = _path(binding.name)
        base = binding.base if path else binding.name
        leaf = found.setdefault(base, Leaf(base))
        leaf.bindings.setdefault(path, []).append(binding)
        leaf.names[binding] = called.get(binding, ())
        leaf.structured = leaf.structured or bool(path)
        leaf.used = leaf.used or binding in read
    for leaf in found.values():
        leaf.shape = _leaf_shape(leaf, structured)
        yield from _tables(leaf) or (leaf,)


def _tables(leaf: Leaf) -> list[Leaf]:
    """Take a list of tables apart, as one of every layer's weights; nothing if it is none."""
    tables = []
    for number, (path, (binding, *more)) in enumerate(sorted(leaf.bindings.items()), 1):
        shape = given_shape(binding.formula)
        if len(path) != 1 or not shape:
            return []
        name, spelled = f"{leaf.name}[{path[0]}]", f"{leaf.name}{number}"
        names = {one: leaf.names[one] for one in (binding, *more)}
        table = Leaf(name, {(): [binding, *more]}, names, shape, False, leaf.used, spelled)
        tables.append(table)
    return tables


def _given_bindings(text: Text) -> Iterator[Binding]:
    """Yield every given binding once, as they were made."""
    seen: dict[Binding, None] = {}
    for binding in text.bindings:
        if binding.given and binding.kind != "counter":
            seen[binding] = None
        for one in readings(binding.formula):
            source = root(one.binding)
            if (source.given or _taken_out(source)) and source.kind != "counter":
                seen[source] = None
    yield from sorted(seen, key=lambda one: one.order)


def _read(text: Text) -> set[Binding]:
    return {root(one.binding) for b in text.bindings for one in readings(b.formula)}


def _called(text: Text) -> dict[Binding, tuple[str, ...]]:
    """Return the other names a binding is read by: loop variables, functions' arguments."""
    found: dict[Binding, dict[str, None]] = {}
    seen: set[Binding] = set()
    for binding in text.bindings:
        for one in (*readings(binding.formula), Reading(binding)):
            source, step = root(one.binding), one.binding
            while step.alias is not None and step not in seen:
                seen.add(step)
                found.setdefault(source, {})[step.name] = None
                step = step.alias
    return {binding: tuple(names) for binding, names in found.items()}


def _taken_out(binding: Binding) -> bool:
    """Tell whether a binding is an element of a function's argument: ``w1 = params[0]``."""
    match binding.formula:
        case Apply("index", (Reading(source),)):
            origin = root(source).formula
            return isinstance(origin, Apply) and origin.function == "argument"
    return False


def _structured(text: Text) -> set[Binding]:
    """Return the given bindings that are used as arrays."""
    found: set[Binding] = set()
    for binding in text.bindings:
        for node in walk(binding.formula):
            if isinstance(node, Apply) and node.function in ARRAY_LIKE:
                found.update(
                    root(one.binding) for one in node.arguments if isinstance(one, Reading)
                )
    return found


def _path(name: str) -> tuple[int, ...]:
    if not name.endswith("]") or "[" not in name:
        return ()
    parts = name[name.index("[") + 1 : -1].split("][")
    return tuple(int(one) for one in parts) if all(p.isdigit() for p in parts) else ()


def _leaf_shape(leaf: Leaf, structured: set[Binding]) -> tuple[int, ...] | None:
    if leaf.structured:
        paths = list(leaf.bindings)
        ranks = {len(path) for path in paths}
        if len(ranks) != 1:
            return (-1,)
        sizes = tuple(max(path[k] for path in paths) + 1 for k in range(ranks.pop()))
        inner = given_shape(leaf.bindings[paths[0]][0].formula)
        return (*sizes, *inner) if inner is not None and prod(sizes) == len(paths) else (-1,)
    binding = next(iter(leaf.bindings.values()))[0]
    shape = given_shape(binding.formula)
    if shape is None and _taken_out(binding) and binding not in structured:
        return ()
    return shape


def given_shape(formula: Formula) -> tuple[int, ...] | None:
    """Return the shape of data; None of a function's argument."""

    def nothing(known: Known) -> Any:
        raise UnknownError(known.name)

    try:
        return shape_of(Evaluation(Floats(), nothing).value(formula))
    except NotCalculable:
        return None
