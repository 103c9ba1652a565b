"""What a given name may stand for: by the user's word, by its spelling, by its shape.

In: Leaf, Truth. Out: Candidate, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symnet.check.handwritten.leaves import Leaf, given_shape, leaves_of
from symnet.check.handwritten.naming import own_name, spelling
from symnet.check.handwritten.reading.text import Text
from symnet.check.handwritten.truth import RATE, Truth
from symnet.errors import SpecError

Names = tuple[str, ...]
# How likely a name is to hold a table that it says nothing of, at most; and one that it does name.
SAID, SURE = 2.0, 4.0
MOST_CANDIDATES = 12
RATE_WORDS = ("learning_rate", "learning rate", "lr", "rate", "eta")
ROLE_OF = {"w": "weight", "b": "bias", "x": "input", "y": "target", "wh": "weight", "bh": "bias"}
PLURAL = {"weight": "weights", "bias": "biases", "input": "inputs", "target": "targets"}


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


class Candidates:
    """Finds what a given name may stand for."""

    def __init__(self, text: Text, truth: Truth, mapping: Mapping[str, str]) -> None:
        self.text, self.truth, self.mapping = text, truth, mapping
        self.network = truth.network
        self.leaves = [part for leaf in leaves_of(text) for part in self._exploded(leaf)]
        self.blocks = list(self._blocks())

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
            found += self._spread(leaf)
        asked = spelling(leaf.spelled)
        if leaf.shape != () and not asked.gradient and not asked.new:
            fitting = [one for one in self.blocks if leaf.shape in (None, one.shape)]
            likely = _likeliest(leaf.spelled, fitting)
            if not found and (not likely or _likeness(leaf.spelled, likely[0]) < SAID):
                found.append(None)
            if leaf.used or not found:
                found += likely
        return found or [None]

    def _spread(self, leaf: Leaf) -> list[Candidate]:
        """Return the biases that one number may stand for at first: ``b1 = 0.0`` beside tables."""
        if leaf.shape != () or _role(leaf.spelled) != "bias" or not self._has_tables:
            return []
        fitting = [one for one in self.blocks if one.label.startswith("biases of layer")]
        return _likeliest(leaf.spelled, [one for one in fitting if len(one.names) > 1])

    @property
    def _has_tables(self) -> bool:
        """Whether the file has matrices of weights: else a number is one bias."""
        return any(len(one.shape or ()) == 2 for one in self.leaves)

    def _exploded(self, leaf: Leaf) -> list[Leaf]:
        """Take a list of samples apart where a loop names the parts: ``for x1, x2, y in data``.

        A part may be an array: ``for x, y in data``.
        """
        if not leaf.structured:
            return [leaf]
        parts: dict[str, Leaf] = {}
        for bindings in leaf.bindings.values():
            for binding in bindings:
                called = leaf.names[binding]
                shape = given_shape(binding.formula)
                name = next((n for n in called if shape or self._scalar(n)), None)
                if name is None or (name in parts and parts[name].shape != shape):
                    return [leaf]
                part = parts.setdefault(name, Leaf(name, {(): []}, {}, shape, False, leaf.used))
                part.bindings[()].append(binding)
                part.names[binding] = leaf.names[binding]
        return list(parts.values())

    def _asked(self, name: str, asked: str) -> Candidate:
        if asked in RATE_WORDS:
            return Candidate((RATE,), (), label=RATE)
        if asked not in self.truth.leaves:
            given = ", ".join((*self.truth.parameters, *self.truth.data, "learning_rate"))
            worked_out = ", ".join(self.truth.definitions)
            raise SpecError(
                f"mapping {name}={asked}: the network has no {asked}; it has {given}; "
                f"and, for names that are worked out, {worked_out}"
            )
        return Candidate((asked,), (), label=asked)

    def _scalar(self, name: str) -> str | None:
        """Match a single name by its spelling."""
        bare = own_name(name)
        own = (*self.truth.parameters, *self.truth.data)
        if bare in own:
            return bare
        plain = [one for one in own if _plain(one) == _plain(bare)]
        if len(plain) == 1:
            return plain[0]
        asked = spelling(bare)
        if asked.gradient or asked.new:
            return None
        if asked.role == "rate" or (bare == "epsilon" and self._no_other_rate()):
            return RATE
        alike = [one for one in own if self._same_place(asked.role, asked.numbers, one)]
        return alike[0] if len(alike) == 1 else None

    def _no_other_rate(self) -> bool:
        """Tell whether no name says it is the rate: some call it epsilon, others a small number."""
        return all(spelling(one.name).role != "rate" for one in self.text.bindings)

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
    role = _role(name)
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


def _role(name: str) -> str | None:
    """Return what a name says it is, be it an entry of a dictionary: params['b1']."""
    asked = spelling(name)
    return asked.role or next((ROLE_OF[w] for w in asked.words if w in ROLE_OF), None)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
