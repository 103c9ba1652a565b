"""The names of a file matched to the network's: by the user's word, by spelling, by what fits.

In: Text, Truth. Out: Match: what each given name stands for.

A name is matched by its spelling first (bias1 is b1, true_value the target). Tables of numbers are
matched by shape, and where several ways fit, the one is taken with which most formulas of the file
are quantities of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import Any

from symnet.check.handwritten.calculating.arrays import (
    Array,
    array,
    cells_of,
    index,
    shape_of,
)
from symnet.check.handwritten.calculating.domains import Floats
from symnet.check.handwritten.calculating.evaluation import Evaluation, UnknownError
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Reading, readings, walk
from symnet.check.handwritten.knowledge import NotCalculable
from symnet.check.handwritten.naming import spelling
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.truth import RATE, Truth
from symnet.check.handwritten.understanding import Understanding
from symnet.check.handwritten.worlds import PointWorld
from symnet.errors import SpecError

Names = tuple[str, ...]
SURE = 4.0
# How much a table that lies another way round than the others must explain, in cells.
MIXED, NEVER_MIXED = 60, 10_000
MOST_CANDIDATES = 12
ARRAY_LIKE = {"index", "matmul", "dot", "outer", "transpose", "reshape", "sum", "mean", "size"}
RATE_WORDS = ("learning_rate", "learning rate", "lr", "rate", "eta")


@dataclass(slots=True, eq=False)
class Leaf:
    """A given name: all its bindings, or all elements of the list it names.

    ``names``: what else the bindings are called. ``shape``: None where it is not known, as of a
    function's argument. ``structured``: a list. ``used``: a formula reads it.
    """

    name: str
    bindings: dict[tuple[int, ...], list[Binding]] = field(default_factory=dict)
    names: dict[Binding, tuple[str, ...]] = field(default_factory=dict)
    shape: tuple[int, ...] | None = ()
    structured: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What a leaf may stand for: names of the network's in a shape; ``rows``: one sample a row."""

    names: tuple[str, ...]
    shape: tuple[int, ...]
    rows: tuple[int, ...] = ()
    label: str = ""

    @property
    def rows_first(self) -> bool | None:
        """Whether it is laid out for samples in rows, not columns; None where that says nothing."""
        if len(self.shape) != 2 or max(self.shape) == 1:
            return None
        if self.label.startswith("weights of layer"):
            return self.label.endswith("transposed")
        if self.label.startswith("biases of layer") and 1 in self.shape:
            return self.shape[0] == 1
        return self.label.endswith("a sample a row") if "a sample" in self.label else None


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What the names of a file stand for, and in words, for the reader to see.

    ``unmatched``: given names that stand for nothing known. ``absent``: inputs, targets and
    parameters of the network that no name stands for.
    """

    given: dict[Binding, Any]
    pairs: tuple[tuple[str, str], ...]
    unmatched: dict[Binding, str]
    absent: tuple[str, ...]


def root(binding: Binding) -> Binding:
    """Follow copies to where a value was first bound."""
    while binding.alias is not None:
        binding = binding.alias
    return binding


class Matcher:
    """Finds the best match for the given names of a text."""

    def __init__(
        self, text: Text, truth: Truth, world: PointWorld, mapping: Mapping[str, str]
    ) -> None:
        self.text, self.truth, self.world, self.mapping = text, truth, world, mapping
        self.network = truth.network
        self.leaves = [part for leaf in _leaves(text) for part in self._exploded(leaf)]
        self.blocks = list(self._blocks())

    def matches(self) -> Iterator[Match]:
        """Choose for every leaf the candidate that fits best.

        Where tables then lie different ways round, yield first what fits best if none does: one
        slip in the forward pass can make a table look turned.

        Raises:
            SpecError: the user's mapping names what is not in the file, or not in the network.
        """
        self._check_mapping()
        options = {leaf: self._ranked(leaf) for leaf in self.leaves}
        best = self._chosen(options, MIXED)
        if _mixed(one for one in best.values() if one is not None):
            straight = self._chosen(options, NEVER_MIXED)
            if straight != best:
                yield self._match(straight)
        yield self._match(best)

    def _chosen(
        self, options: dict[Leaf, list[Candidate | None]], mixed: int
    ) -> dict[Leaf, Candidate | None]:
        starts = self._starts(options)
        score = partial(self._score, mixed=mixed)
        chosen = max(starts, key=score) if len(starts) > 1 else starts[0]
        if any(len(found) > 1 for found in options.values()):
            self._improve(options, chosen, score)
        return chosen

    def _match(self, chosen: dict[Leaf, Candidate | None]) -> Match:
        pairs = tuple((leaf.name, one.label) for leaf, one in chosen.items() if one is not None)
        given = self._given(chosen)
        unmatched = {
            binding: leaf.name
            for leaf, one in chosen.items()
            for bindings in leaf.bindings.values()
            for binding in bindings
            if one is None and leaf.used
        }
        found = {known.name for meaning in given.values() for known in cells_of(meaning)}
        absent = [name for name in (*self.truth.data, *self.truth.parameters) if name not in found]
        return Match(given, pairs, unmatched, tuple(absent))

    def _starts(
        self, options: dict[Leaf, list[Candidate | None]]
    ) -> list[dict[Leaf, Candidate | None]]:
        """Return the likeliest choice, and that with all tables the one way round or the other."""
        likeliest = {leaf: found[0] for leaf, found in options.items()}
        if not any(len(found) > 1 for found in options.values()):
            return [likeliest]
        turned = [
            {leaf: _turned_like(rows, found) for leaf, found in options.items()}
            for rows in (True, False)
        ]
        return [likeliest, *turned]

    def _check_mapping(self) -> None:
        """Refuse a mapping of nothing; take note of the quantities that names are said to be."""
        names = {one.name for one in self.text.bindings}
        names |= {leaf.name for leaf in self.leaves}
        names |= {name for leaf in self.leaves for found in leaf.names.values() for name in found}
        for name, asked in self.mapping.items():
            if name not in names:
                raise SpecError(f"mapping {name}={asked}: the file has no {name}")
            if asked in self.truth.definitions:
                self.text.asked[name] = asked
            else:
                self._asked(name, asked)

    def _improve(
        self,
        options: dict[Leaf, list[Candidate | None]],
        chosen: dict[Leaf, Candidate | None],
        score: Callable[[dict[Leaf, Candidate | None]], int],
    ) -> None:
        """Try the other candidates of each leaf while more formulas make sense with them."""
        best, better = score(chosen), True
        while better:
            better = False
            for leaf, found in options.items():
                for one in found:
                    if one is chosen[leaf]:
                        continue
                    trial = {**chosen, leaf: one}
                    found_score = score(trial)
                    if found_score > best:
                        chosen[leaf], best, better = one, found_score, True

    def _score(self, chosen: dict[Leaf, Candidate | None], mixed: int) -> int:
        found = Understanding(self.text, self.truth, self.world, self._given(chosen))
        cells = sum(len(cells_of(one.cells)) for one in found.identities.values())
        exact = sum(not one.condition for one in found.identities.values())
        score = 2 * cells + exact + len(found.updates) - len(found.reasons)
        return score - mixed * _mixed(one for one in chosen.values() if one is not None)

    def _given(self, chosen: Mapping[Leaf, Candidate | None]) -> dict[Binding, Any]:
        given: dict[Binding, Any] = {}
        for leaf, candidate in chosen.items():
            if candidate is not None:
                given.update(self._meanings(leaf, candidate))
        return given

    def _meanings(self, leaf: Leaf, candidate: Candidate) -> Iterator[tuple[Binding, Any]]:
        whole = Array(candidate.shape, tuple(range(len(candidate.names)))) if candidate.shape else 0
        first = next(iter(leaf.bindings.values()))[0].order
        for path, bindings in leaf.bindings.items():
            for binding in bindings:
                try:
                    places = index(whole, path) if path else whole
                except (IndexError, ValueError):
                    continue
                source = first if leaf.structured else binding.order
                cells = [self._known(candidate, at, source) for at in cells_of(places)]
                yield binding, array(shape_of(places), cells)

    def _known(self, candidate: Candidate, at: int, source: int) -> Known:
        """Return one cell; of data, with the row it came from."""
        name = candidate.names[at]
        if name not in self.truth.rows:
            return Known(name)
        return Known(name, 0, (source, candidate.rows[at] if candidate.rows else 0))

    # ---- candidates

    def _ranked(self, leaf: Leaf) -> list[Candidate | None]:
        """Return what a leaf may be, the likeliest first; None: nothing."""
        for name in (leaf.name, *(name for one in leaf.names.values() for name in one)):
            if name in self.mapping and name not in self.text.asked:
                return [self._asked(name, self.mapping[name])]
        found: list[Candidate | None] = []
        if leaf.shape in ((), None):
            names = [one for binding in leaf.names.values() for one in binding]
            scalars = [self._scalar(one) for one in (leaf.name, *names)]
            known = [one for one in scalars if one is not None]
            found += [Candidate((one,), (), label=one) for one in known[:1]]
        asked = spelling(leaf.name)
        if leaf.shape != () and not asked.gradient and not asked.new:
            fitting = [one for one in self.blocks if leaf.shape in (None, one.shape)]
            likely = _likeliest(leaf.name, fitting)
            if not found and (not likely or _likeness(leaf.name, likely[0]) < 1):
                found.append(None)
            found += likely
        return found or [None]

    def _exploded(self, leaf: Leaf) -> list[Leaf]:
        """Take a list of samples apart where a loop names the parts: ``for x1, x2, y in data``."""
        if not leaf.structured:
            return [leaf]
        parts: dict[str, Leaf] = {}
        for bindings in leaf.bindings.values():
            for binding in bindings:
                name = next((n for n in leaf.names[binding] if self._scalar(n)), None)
                if name is None:
                    return [leaf]
                part = parts.setdefault(name, Leaf(name, {(): []}, {}, (), False, leaf.used))
                part.bindings[()].append(binding)
                part.names[binding] = leaf.names[binding]
        return list(parts.values())

    def _asked(self, name: str, asked: str) -> Candidate:
        if asked in RATE_WORDS:
            return Candidate((RATE,), (), label=RATE)
        if asked not in self.truth.leaves:
            known = ", ".join((*self.truth.parameters, *self.truth.data, "learning_rate"))
            raise SpecError(f"mapping {name}={asked}: the network has no {asked}; it has {known}")
        return Candidate((asked,), (), label=asked)

    def _scalar(self, name: str) -> str | None:
        """Match a single name by its spelling."""
        bare = name.removeprefix("self.")
        own = (*self.truth.parameters, *self.truth.data)
        if bare in own:
            return bare
        plain = [one for one in own if _plain(one) == _plain(bare)]
        if len(plain) == 1:
            return plain[0]
        asked = spelling(bare)
        if asked.gradient or asked.new:
            return None
        if asked.role == "rate":
            return RATE
        alike = [one for one in own if self._same_place(asked.role, asked.numbers, one)]
        return alike[0] if len(alike) == 1 else None

    def _same_place(self, role: str | None, numbers: tuple[int, ...], own: str) -> bool:
        """Tell whether a name's role and number are those of one of the network's names."""
        if role == "target":
            targets = self.network.targets
            if own in targets:
                return len(targets) == 1 or numbers == (targets.index(own) + 1,)
            return False
        if role == "input":
            inputs = self.network.inputs
            if own in inputs:
                return len(inputs) == 1 or numbers == (inputs.index(own) + 1,)
            return False
        other = spelling(own)
        if role is None or role != other.role:
            return False
        return numbers == other.numbers or (not numbers and self._alone(role))

    def _alone(self, role: str) -> bool:
        """Tell whether a network has one parameter only of a kind: its name needs no number."""
        return sum(spelling(one).role == role for one in self.truth.parameters) == 1

    def _blocks(self) -> Iterator[Candidate]:
        """Yield the tables of names a network has, in every shape they are written in."""
        inputs, targets = self.network.inputs, self.network.targets
        for number, layer in enumerate(self.network.layers, 1):
            rows = [unit.weights for unit in layer.units]
            yield from _matrix(rows, f"weights of layer {number}")
            yield from _matrix(
                [list(c) for c in zip(*rows, strict=True)], f"weights of layer {number}, transposed"
            )
            biases = [unit.bias for unit in layer.units if unit.bias is not None]
            if biases:
                yield from _vector(tuple(biases), f"biases of layer {number}")
        yield from _vector(inputs, "inputs")
        if targets:
            yield from _vector(targets, "targets")
        for names, label in ((inputs, "inputs"), (targets, "targets")):
            if names:
                yield from _table(names, self._row_counts(), label)
        kinds = {one.name: one.kind for one in self.network.parameters}
        weights = tuple(name for name in self.truth.parameters if kinds[name] == "weight")
        biases_all = tuple(name for name in self.truth.parameters if kinds[name] == "bias")
        yield Candidate(self.truth.parameters, (len(kinds),), label="parameters")
        yield Candidate(weights, (len(weights),), label="weights")
        if biases_all:
            yield Candidate(biases_all, (len(biases_all),), label="biases")

    def _row_counts(self) -> set[int]:
        counts = {
            size
            for leaf in self.leaves
            if leaf.shape is not None and len(leaf.shape) in (1, 2)
            for size in leaf.shape
            if 1 < size <= 64
        }
        samples = self.network.spec.samples
        return counts | ({len(samples.x)} if samples and len(samples.x) > 1 else set())


def _turned_like(rows: bool, found: list[Candidate | None]) -> Candidate | None:
    """Return the likeliest candidate that lies one way round; the first where none does."""
    return next((one for one in found if one is not None and one.rows_first is rows), found[0])


def _mixed(chosen: Iterable[Candidate]) -> int:
    """Count the tables that lie another way round than most: people keep to one."""
    ways = [one.rows_first for one in chosen if one.rows_first is not None]
    return min(ways.count(True), ways.count(False))


def _vector(names: tuple[str, ...], label: str) -> Iterator[Candidate]:
    for shape in ((len(names),), (len(names), 1), (1, len(names))):
        yield Candidate(names, shape, (0,) * len(names), label)
    if len(names) == 1:
        yield Candidate(names, (), (0,), label)


def _matrix(rows: Any, label: str) -> Iterator[Candidate]:
    names = tuple(name for row in rows for name in row)
    shape = (len(rows), len(rows[0]))
    yield Candidate(names, shape, label=label)
    if 1 in shape:
        yield Candidate(names, (len(names),), label=label)


def _table(names: Names, counts: set[int], label: str) -> Iterator[Candidate]:
    for count in sorted(counts):
        rows = tuple(row for row in range(count) for _ in names)
        yield Candidate(names * count, (count, len(names)), rows, f"{label}, a sample a row")
        across = tuple(name for name in names for _ in range(count))
        rows = tuple(range(count)) * len(names)
        yield Candidate(across, (len(names), count), rows, f"{label}, a sample a column")
        if len(names) == 1:
            yield Candidate(names * count, (count,), tuple(range(count)), f"{label}, one a sample")


def _likeliest(name: str, fitting: list[Candidate]) -> list[Candidate]:
    """Rank tables by their names; where a name says which it is, leave out the others."""
    ranked = sorted(fitting, key=lambda one: -_likeness(name, one))
    best = _likeness(name, ranked[0]) if ranked else 0.0
    if best >= SURE:
        ranked = [one for one in ranked if _likeness(name, one) > best - 1]
    return ranked[:MOST_CANDIDATES]


def _likeness(name: str, candidate: Candidate) -> float:
    """Guess how well a table's name goes with what it might hold."""
    asked = spelling(name)
    words, label = set(asked.words), candidate.label
    role = asked.role or next((ROLE_OF[w] for w in asked.words if w in ROLE_OF), None)
    score = 0.0
    if role is not None and label.startswith(PLURAL.get(role, "-")):
        score += 4
    if "layer" in label and asked.numbers and f"layer {asked.numbers[0]}" in label:
        score += 2
    if "layer" in label and not asked.numbers:
        late = bool(words & {"o", "out", "output", "y"})
        score += 1 if late != ("layer 1" in label) else 0
    if "params" in words or "parameters" in words or "theta" in words:
        score += 5 if label == "parameters" else 0
    return score - (0.5 if "transposed" in label else 0)


ROLE_OF = {"w": "weight", "b": "bias", "x": "input", "y": "target", "wh": "weight", "bh": "bias"}
PLURAL = {"weight": "weights", "bias": "biases", "input": "inputs", "target": "targets"}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _leaves(text: Text) -> Iterator[Leaf]:
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
    yield from found.values()


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
    for binding in text.bindings:
        for one in (*readings(binding.formula), Reading(binding)):
            source, step = root(one.binding), one.binding
            while step.alias is not None:
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
