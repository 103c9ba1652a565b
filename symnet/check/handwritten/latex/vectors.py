r"""A network's vectors and matrices in LaTeX: W^{(1)}, \mathbf{b}_1, \delta^{(2)}, x, \hat{y}.

In: Truth, the patterns of single quantities. Out: Vector.

Vectors are columns and a matrix has a row a unit, or the other way round where the network's file
says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symnet.check.handwritten.calculating.arrays import Array, transpose
from symnet.check.handwritten.latex.symbols import spelt
from symnet.check.handwritten.truth import Truth
from symnet.model.glyphs import GREEK, Glyph
from symnet.model.network import Layer
from symnet.model.symbols import symbol

TRANSPOSED = " transposed"
BOLD = r"\\(?:mathbf|boldsymbol|bm|vec)"
TOP = r"(?:\\top|\\intercal|T)"
# Not where an index follows: w^{(1)}_{12} is one weight.
ALONE = r"(?!\s*_)"


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """A table of quantities: their names in cells; ``spelt``: patterns of it as it is, turned.

    ``slopes``: the derivatives of the loss place by place, where one parameter stands in several.
    """

    name: str
    cells: Array
    spelt: tuple[str, ...]
    turned: tuple[str, ...] = ()
    slopes: Array | None = None

    @property
    def shared(self) -> bool:
        """Whether a parameter stands in several places of it."""
        return len(set(self.cells.cells)) < len(self.cells.cells)


def vectors(truth: Truth) -> tuple[Vector, ...]:
    """Return the tables of a network."""
    network = truth.network
    found = list(_data(truth))
    for number, layer in enumerate(network.layers, 1):
        found += _of_layer(truth, number, layer, len(network.layers) == 1)
    if network.spec.layout == "row":
        found = [
            replace(
                one,
                cells=transpose(one.cells),
                slopes=None if one.slopes is None else transpose(one.slopes),
            )
            for one in found
        ]
    return tuple(found)


def _of_layer(truth: Truth, number: int, layer: Layer, only: bool) -> Iterator[Vector]:
    units = layer.units
    rows = [unit.weights for unit in units]
    shape = (len(units), len(rows[0]))
    weights = Array(shape, tuple(name for row in rows for name in row))
    yield _indexed("W", number, weights, (r"W",), below=True, bare=only)
    deltas = [truth.gradient[unit.z] for unit in units if unit.z in truth.gradient]
    biases = [unit.bias for unit in units if unit.bias is not None]
    if len(biases) == len(units):
        found = _indexed("b", number, _column(biases), ("b",))
        yield replace(found, slopes=_column(deltas)) if len(deltas) == len(units) else found
    own = _own(truth, "pre_activation", "z", ("z",))
    yield _indexed(own[0], number, _column(unit.z for unit in units), own[1])
    own = _own(truth, "activation", "h", ("h", "a"))
    yield _indexed(own[0], number, _column(unit.h for unit in units), own[1])
    if len(deltas) == len(units):
        own = _own(truth, "delta", r"\delta", (r"\\delta",))
        yield _indexed(own[0], number, _column(deltas), own[1])


def _own(
    truth: Truth, role: str, usual: str, letters: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the letter that the network's file asks for and its patterns, or the usual ones."""
    asked = symbol(truth.network.spec, role)
    if asked is None:
        return usual, letters
    letter = f"\\{asked.letter}" if asked.letter in GREEK else asked.letter
    return letter, spelt(Glyph(asked.letter))


def _column(names: Iterable[str]) -> Array:
    cells = tuple(names)
    return Array((len(cells), 1), cells)


def _indexed(
    letter: str,
    number: int,
    cells: Array,
    letters: tuple[str, ...],
    below: bool = False,
    bare: bool = False,
) -> Vector:
    any_of = "|".join(letters)
    bold = rf"{BOLD}\s*(?:\{{\s*(?:{any_of})\s*\}}|(?:{any_of}))"
    either = rf"(?:{bold}|{any_of})"
    lower = rf"_\s*(?:{number}(?![0-9])|\{{\s*{number}\s*\}})"
    index = rf"[(\[]\s*{number}\s*[)\]]"
    forms = [rf"{either}\s*\^\s*\{{\s*{index}\s*\}}{ALONE}", rf"{bold}\s*{lower}"]
    if below:
        forms.append(rf"(?:{any_of})\s*{lower}")
    if bare:
        forms.append(rf"{either}{ALONE}")
    turned = rf"{either}\s*\^\s*\{{\s*{index}\s*{TOP}\s*\}}{ALONE}"
    return Vector(f"{letter}^{{({number})}}", cells, tuple(forms), (turned,))


def _data(truth: Truth) -> Iterator[Vector]:
    network = truth.network
    hats = r"\\(?:wide)?hat"
    for letter, names, form in (
        ("x", network.inputs, "x"),
        ("y", network.targets, "y"),
        (r"\hat{y}", network.predictions, rf"{hats}\s*(?:\{{\s*y\s*\}}|y)"),
    ):
        bold = rf"{BOLD}\s*(?:\{{\s*{form}\s*\}}|{form})"
        if len(names) > 1:
            yield Vector(letter, _column(names), (rf"(?:{bold}|{form}){ALONE}",))
        elif names:
            yield Vector(rf"\mathbf{{{letter}}}", _column(names), (rf"{bold}{ALONE}",))
