"""Single slips put into correct programs, and an independent test of whether they matter.

A mutant that gives the same numbers as its original, run at several random points, is no slip.
"""

import ast
import contextlib
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy

from tests.check.handwritten.programs import Program

GIVEN = re.compile(r"^(\w+) = (-?[\d.]+|np\.array\(.*\)|\[.*\])$")
NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+")
HEADS = {"relu", "relu_prime", "sigmoid", "tanh"}
PAIRED = {"z": "h", "h": "z", "Z": "A", "A": "Z"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one slip: its kind, its line, the line as it was."""

    kind: str
    program: Program
    source: str
    line: int
    original: str
    note: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A formula's statement in a program."""

    program: Program
    node: ast.stmt
    value: ast.expr
    names: dict[str, list[str]]
    target: str


Change = tuple[ast.AST, str]
Maker = Callable[[], Mutant]


def makers(program: Program, kind: str) -> Iterator[Maker]:
    """Yield what makes every mutant of a kind; made only when asked for."""
    if kind == "old for new":
        yield from (partial(_same, one) for one in _reordered(program))
        return
    for place in _places(program):
        for node, text in KINDS[kind](place):
            yield partial(_made, place, kind, node, text)


def chosen(programs: list[Program], kind: str, wanted: int) -> tuple[list[Mutant], int, int]:
    """Return mutants that matter, and how many were left out: equal ones, and broken ones."""
    found = [maker for program in programs for maker in makers(program, kind)]
    random.Random(f"{kind} {programs[0].style}").shuffle(found)
    kept: list[Mutant] = []
    equal = broken = 0
    for maker in found:
        mutant = maker()
        matters = differs(mutant)
        if matters:
            kept.append(mutant)
        equal += matters is False
        broken += matters is None
        if len(kept) == wanted:
            break
    return kept, equal, broken


def _same(mutant: Mutant) -> Mutant:
    return mutant


def _made(place: _Place, kind: str, node: ast.AST, text: str) -> Mutant:
    program = place.program
    lines = program.source.split("\n")
    line = lines[place.node.lineno - 1]
    start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
    changed = line[:start] + text + line[end:]
    source = "\n".join([*lines[: place.node.lineno - 1], changed, *lines[place.node.lineno :]])
    return Mutant(kind, program, source, place.node.lineno, line, f"{line} -> {changed}")


def _places(program: Program) -> Iterator[_Place]:
    tree = ast.parse(program.source)
    names, lines = _names(tree), program.source.split("\n")
    for target, statement in _statements(tree.body, ""):
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return):
            continue
        if statement.value and not GIVEN.match(lines[statement.lineno - 1]):
            yield _Place(program, statement, statement.value, names, target)


def _statements(body: list[ast.stmt], inside: str) -> Iterator[tuple[str, ast.stmt]]:
    for one in body:
        if isinstance(one, ast.FunctionDef):
            if one.name not in HEADS:
                yield from _statements(one.body, one.name)
        elif isinstance(one, ast.For):
            yield from _statements(one.body, inside)
        elif isinstance(one, ast.Assign | ast.AugAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            yield ast.unparse(targets[0]), one
        else:
            yield inside, one


def _names(tree: ast.Module) -> dict[str, list[str]]:
    """Group the names of a program by kind: w, b, x, h, z, d_z ..."""
    found: dict[str, dict[str, None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.arg):
            name = node.id if isinstance(node, ast.Name) else node.arg
            found.setdefault(_kind(name), {})[name] = None
    return {kind: list(names) for kind, names in found.items()}


def _kind(name: str) -> str:
    return re.sub(r"\d+", "", name)


def _loads(place: _Place) -> Iterator[ast.Name]:
    for node in ast.walk(place.value):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            yield node


def _text(node: ast.AST, place: _Place) -> str:
    line = place.program.source.split("\n")[node.lineno - 1]  # type: ignore[attr-defined]
    return line[node.col_offset : node.end_col_offset]  # type: ignore[attr-defined]


def _swapped(place: _Place) -> Iterator[Change]:
    """Put another name of the same kind."""
    called = {id(one.func) for one in ast.walk(place.value) if isinstance(one, ast.Call)}
    for node in _loads(place):
        if id(node) in called or node.id in ("n", "lr", "np", "math"):
            continue
        for other in place.names.get(_kind(node.id), ()):
            if other != node.id and re.search(r"\d|^y", other):
                yield node, other


def _signs(place: _Place) -> Iterator[Change]:
    for node in ast.walk(place.value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            sign = "-" if isinstance(node.op, ast.Add) else "+"
            yield node, f"{_whole(node.left, place)} {sign} {_whole(node.right, place)}"


def _whole(node: ast.AST, place: _Place) -> str:
    """Return a part with the brackets around it."""
    text = _text(node, place)
    return f"({text})" if _bracketed(node, place) else text


def _bracketed(node: ast.AST, place: _Place) -> bool:
    line = place.program.source.split("\n")[node.lineno - 1]  # type: ignore[attr-defined]
    before = line[: node.col_offset].rstrip()  # type: ignore[attr-defined]
    after = line[node.end_col_offset :].lstrip()  # type: ignore[attr-defined]
    return (
        isinstance(node, ast.BinOp)
        and before.endswith("(")
        and after.startswith(")")
        and not re.search(r"\w\($", before)
    )


def _factors(place: _Place) -> Iterator[Change]:
    """Lose a number: 2 *, 0.5 *, / 2, / n."""
    for node in ast.walk(place.value):
        if not isinstance(node, ast.BinOp):
            continue
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant):
            yield node, _whole(node.right, place)
        if isinstance(node.op, ast.Div) and _is_count(node.right):
            yield node, _whole(node.left, place)


def _is_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id == "n")


def _is_slope(node: ast.expr) -> bool:
    """Tell whether a factor is an activation's derivative."""
    text = ast.unparse(node)
    return "_prime(" in text or text.startswith("1 - ")


def _slopes(place: _Place) -> Iterator[Change]:
    """Lose the activation's derivative."""
    for node in ast.walk(place.value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_slope(node.right):
            left = node.left
            if isinstance(left, ast.BinOp) and _repeats(left, _text(node.right, place), place):
                yield node, _whole(left.left, place)
            else:
                yield node, _whole(left, place)


def _repeats(left: ast.BinOp, slope: str, place: _Place) -> bool:
    """Tell whether a product ends in the name that the slope after it is written through."""
    named = isinstance(left.op, ast.Mult) and isinstance(left.right, ast.Name)
    return named and "_prime" not in slope and _text(left.right, place) in slope


def _elsewhere(place: _Place) -> Iterator[Change]:
    """Take the pre-activation for the activation, or the other way round, in a whole factor."""
    for node in _loads(place):
        kind = _kind(node.id)
        known = {name for names in place.names.values() for name in names}
        other = re.sub(f"^{kind}", PAIRED.get(kind, "-"), node.id)
        if other in known:
            yield node, other
    for part in ast.walk(place.value):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult) and _is_slope(part.right):
            text = _text(part.right, place)
            moved = re.sub(r"\b([hA])(\d)", lambda m: PAIRED[m[1]] + m[2], text)
            if moved != text and moved.replace("Z", "A").replace("z", "h") == text:
                known = {name for names in place.names.values() for name in names}
                if set(re.findall(r"[zZ]\d+", moved)) <= known:
                    yield part.right, moved


def _paths(place: _Place) -> Iterator[Change]:
    """Lose a term of a sum, or all samples but one."""
    for node in ast.walk(place.value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield node, _whole(node.left, place)
            if not isinstance(node.left, ast.BinOp) or not isinstance(node.left.op, ast.Add):
                yield node, _whole(node.right, place)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.sum":
            inner = _text(node.args[0], place)
            if re.fullmatch(r"\w+", inner) and node.keywords:
                yield node, f"{inner}[:1]" if "axis=0" in _text(node, place) else f"{inner}[:, :1]"


def _turned(place: _Place) -> Iterator[Change]:
    """Transpose a matrix, or take the weight at the mirrored place."""
    for node in ast.walk(place.value):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield node, _text(node.value, place)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield node, f"{_whole(node.right, place)} @ {_whole(node.left, place)}"
            if isinstance(node.left, ast.Name):
                yield node.left, f"{node.left.id}.T"
            if isinstance(node.right, ast.Name):
                yield node.right, f"{node.right.id}.T"
    yield from _mirrored(place)


def _mirrored(place: _Place) -> Iterator[Change]:
    for layer in place.program.network.layers:
        rows = [unit.weights for unit in layer.units]
        for i, row in enumerate(rows):
            for j, weight in enumerate(row):
                if i != j and j < len(rows) and i < len(rows[j]):
                    for node in _loads(place):
                        if node.id == weight:
                            yield node, rows[j][i]


def _weighted(place: _Place) -> Iterator[Change]:
    """Treat a bias as a weight: multiply it, or its derivative, by an input."""
    target = place.target
    inputs = [name for name in ("x1", "h1", "x") if name in place.names.get(_kind(name), ())]
    matrix = ["X"] if "X" in place.names else []
    for node in _loads(place):
        if _kind(node.id) == "b" and target[:1] in ("z", "Z"):
            for other in (*inputs[:2], *matrix):
                yield node, f"{node.id} * {other}"
        of_bias = re.search(r"_b\d", target) or re.match(r"db\d", target)
        if of_bias and node.id.startswith(("d_z", "dZ")):
            for other in (*inputs[:2], *matrix):
                yield node, f"{node.id} * {other}"


def _means(place: _Place) -> Iterator[Change]:
    """Take a sum for a mean, or a mean for a sum."""
    for node in ast.walk(place.value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_count(node.right):
            yield node, _whole(node.left, place)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.sum", "np.mean"):
            other = "np.mean" if "sum" in ast.unparse(node.func) else "np.sum"
            yield node.func, other


def _reordered(program: Program) -> Iterator[Mutant]:
    """Replace a parameter before it has been read for the last time."""
    lines = program.source.split("\n")
    updates = [k for k, line in enumerate(lines) if re.match(r"(new_)?(\w+) = \2 - lr \*", line)]
    for k in updates:
        name = re.match(r"(?:new_)?(\w+) = ", lines[k])[1]  # type: ignore[index]
        if lines[k].startswith("new_"):
            yield from _new_for_old(program, lines, k, name)
            continue
        derivative = next((i for i, line in enumerate(lines) if _derives(line, name)), None)
        if derivative is None:
            continue
        ready = max(derivative, 0)
        readers = [
            i
            for i in range(len(lines))
            if re.match(r"\s*(d_?[zZ]\d|d[zZ]\d)", lines[i]) and re.search(rf"\b{name}\b", lines[i])
        ]
        for reader in readers:
            moved = _moved(lines, k, derivative, reader)
            if moved is not None and ready >= 0:
                yield Mutant("old for new", program, "\n".join(moved), 0, lines[reader], name)


def _derives(line: str, name: str) -> bool:
    return bool(re.match(rf"(d_{name}|d{name}) = ", line))


def _moved(lines: list[str], update: int, derivative: int, reader: int) -> list[str] | None:
    """Put a parameter's derivative and update before a line that reads the parameter."""
    pieces = [lines[derivative], lines[update]]
    kept = [
        line for k, line in enumerate(lines) if k not in (update, derivative) or k < reader <= k
    ]
    at = kept.index(lines[reader])
    if lines[derivative] in kept:
        kept.remove(lines[derivative])
        at = kept.index(lines[reader])
    return [*kept[:at], *pieces, *kept[at:]]


def _new_for_old(program: Program, lines: list[str], update: int, name: str) -> Iterator[Mutant]:
    """Hand the new value of a parameter to a later function."""
    for k in range(update + 1, len(lines)):
        if lines[k].startswith("new_") and f" {name}," in lines[k]:
            changed = re.sub(rf"(?<=[(,] ){name}(?=[,)])", f"new_{name}", lines[k], count=1)
            if changed != lines[k]:
                source = "\n".join([*lines[:k], changed, *lines[k + 1 :]])
                note = f"{lines[k]} -> {changed}"
                yield Mutant("old for new", program, source, k + 1, lines[k], note)


KINDS: dict[str, Callable[[_Place], Iterator[Change]]] = {
    "symbol swapped": _swapped,
    "sign": _signs,
    "factor lost": _factors,
    "derivative missing": _slopes,
    "pre- for post-activation": _elsewhere,
    "path missing": _paths,
    "transposed": _turned,
    "bias as weight": _weighted,
    "sum for mean": _means,
    "old for new": lambda place: iter(()),
}


def outcome(source: str, seed: int) -> dict[str, Any] | None:
    """Run one of our own programs at a random point; None where it fails."""
    rng = random.Random(seed)
    lines = [
        NUMBER.sub(lambda _: f"{rng.uniform(-1.5, 1.5):.4f}", line)
        if GIVEN.match(line) and not line.startswith("n ")
        else line
        for line in source.split("\n")
    ]
    space: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()), numpy.errstate(all="ignore"):
        try:
            exec(compile("\n".join(lines), "program", "exec"), space)
        except Exception:
            return None
    return {
        name: numpy.asarray(value, dtype=float)
        for name, value in space.items()
        if isinstance(value, int | float | numpy.ndarray) and not name.startswith("_")
    }


def differs(mutant: Mutant, points: int = 8) -> bool | None:
    """Tell whether a mutant ever gives another number; None where it does not run."""
    for seed in range(points):
        old, new = outcome(mutant.program.source, seed), outcome(mutant.source, seed)
        if old is None or new is None:
            return None
        for name, value in old.items():
            other = new.get(name)
            if other is None or other.shape != value.shape:
                return True
            if not numpy.allclose(value, other, rtol=1e-9, atol=1e-12, equal_nan=True):
                return True
    return False
