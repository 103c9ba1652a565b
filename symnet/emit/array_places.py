"""A layer's weights and biases as parts of the vector of all parameters.

In: Spec. Out: Part.

Weights stand source by source, so a layer's are a matrix of shape (sources, units); it is a view of
the vector, or gathered by a table where parameters are shared freely.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symnet.emit.layout import packed
from symnet.model.numbering import bias_names, parameter_names, weight_names
from symnet.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Part:
    """The weights or biases of a layer; ``shape`` is (1, 1) where all units share one bias.

    ``start``, ``stop``: where they stand; ``table``: their places where they do not stand together.
    """

    name: str
    shape: tuple[int, int]
    start: int
    stop: int
    table: tuple[int, ...] = ()

    @property
    def places(self) -> str:
        """Return what the table is called."""
        return f"{self.name}_PLACES"

    def of(self, vector: str) -> str:
        """Write the part of ``vector``."""
        if self.table:
            return f"{vector}[{self.places}]"
        if self.shape[0] == 1:  # one indexing is faster than two steps
            return f"{vector}[None, {self.start}:{self.stop}]"
        return f"{vector}[{self.start}:{self.stop}].reshape({_listed(self.shape)})"

    @property
    def described(self) -> str:
        """Return its name and shape."""
        return f"{self.name} ({_listed(self.shape)})"

    @property
    def lines(self) -> tuple[str, ...]:
        """Write the table, one line of it kept from formatters."""
        shape = f".reshape({_listed(self.shape)})"
        texts = [str(one) for one in self.table]
        return (
            "# fmt: off",
            *packed(f"{self.places} = np.array([", texts, f"]){shape}"),
            "# fmt: on",
        )


def parts(spec: Spec) -> tuple[Part, ...]:
    """Return the parts of all layers: weights and, if there are any, biases of each."""
    return tuple(_parts(spec))


def repeated(spec: Spec) -> bool:
    """Say whether a parameter has several places."""
    weights, biases = weight_names(spec), bias_names(spec)
    uses = sum(len(row) for matrix in weights for row in matrix) + sum(map(len, biases))
    return uses != len(parameter_names(spec))


def repeated_in_unit(spec: Spec) -> bool:
    """Say whether a parameter has several places in one unit, or is a weight and a bias."""
    weights = [row for matrix in weight_names(spec) for row in matrix]
    biases = {name for row in bias_names(spec) for name in row}
    return any(len(set(row)) < len(row) or not biases.isdisjoint(row) for row in weights)


def _parts(spec: Spec) -> Iterator[Part]:
    position = {name: number for number, name in enumerate(parameter_names(spec))}
    layers = zip(weight_names(spec), bias_names(spec), strict=True)
    for number, (matrix, row) in enumerate(layers, 1):
        weights = [position[name] for column in zip(*matrix, strict=True) for name in column]
        yield _part(f"W{number}", (len(matrix[0]), len(matrix)), weights)
        biases = [position[name] for name in row]
        if len(set(biases)) == 1:
            yield _part(f"b{number}", (1, 1), biases[:1])
        elif biases:
            yield _part(f"b{number}", (1, len(row)), biases)


def _part(name: str, shape: tuple[int, int], places: Sequence[int]) -> Part:
    start = places[0]
    if all(place == start + k for k, place in enumerate(places)):
        return Part(name, shape, start, start + len(places))
    return Part(name, shape, start, start, tuple(places))


def _listed(shape: tuple[int, int]) -> str:
    return ", ".join(map(str, shape))
