"""Arrays of anything that adds and multiplies: numbers, points, polynomials.

In: nothing. Out: Array and NumPy's rules for it: broadcasting, products, sums along an axis.

A lone value stands for an array without axes. Shapes that do not fit raise ShapeError, a ValueError
as in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product as places
from math import prod
from typing import Any

Shape = tuple[int, ...]


class ShapeError(ValueError):
    """Shapes that do not fit together."""


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """Cells in reading order."""

    shape: Shape
    cells: tuple[Any, ...]

    def at(self, place: Shape) -> Any:
        """Return one cell."""
        return self.cells[_offset(self.shape, place)]


def shape_of(value: Any) -> Shape:
    """Return the shape; that of a lone value is ()."""
    return value.shape if isinstance(value, Array) else ()


def cells_of(value: Any) -> tuple[Any, ...]:
    """Return the cells in reading order."""
    return value.cells if isinstance(value, Array) else (value,)


def array(shape: Shape, cells: Iterable[Any]) -> Any:
    """Return an array, or the lone value where there are no axes."""
    found = tuple(cells)
    if len(found) != prod(shape):
        raise ValueError(f"{len(found)} cells do not fill {shape}")
    return Array(shape, found) if shape else found[0]


def stack(values: Iterable[Any]) -> Any:
    """Put values of one shape along a new first axis."""
    found = list(values)
    shapes = {shape_of(one) for one in found}
    if len(shapes) != 1:
        raise ValueError("rows of different lengths")
    return Array((len(found), *shapes.pop()), tuple(c for one in found for c in cells_of(one)))


def elementwise(operation: Callable[..., Any], *values: Any) -> Any:
    """Apply an operation cell by cell, spreading values as NumPy does."""
    if Array not in map(type, values):
        return operation(*values)
    shapes = [shape_of(one) for one in values]
    shape = shapes[0]
    if any(other != shape for other in shapes):
        shape = _common(shapes)
        values = tuple(spread(one, shape) for one in values)
    columns = (cells_of(one) for one in values)
    return Array(shape, tuple(operation(*cell) for cell in zip(*columns, strict=True)))


def _common(shapes: list[Shape]) -> Shape:
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(one)) + one for one in shapes]
    common = []
    for sizes in zip(*padded, strict=True):
        found = set(sizes) - {1}
        if len(found) > 1:
            raise ShapeError(f"shapes {shapes} do not fit together")
        common.append(found.pop() if found else 1)
    return tuple(common)


def spread(value: Any, shape: Shape) -> Any:
    """Repeat a value along the axes it lacks or has once."""
    own = shape_of(value)
    if own == shape:
        return value
    padded = (1,) * (len(shape) - len(own)) + own
    source, cells = Array(padded, cells_of(value)), []
    for place in _places(shape):
        at = tuple(0 if size == 1 else index for index, size in zip(place, padded, strict=True))
        cells.append(source.at(at))
    return array(shape, cells)


def matmul(a: Any, b: Any) -> Any:
    """Multiply as ``@`` does for vectors and matrices."""
    left, right = shape_of(a), shape_of(b)
    if not left or not right or len(left) > 2 or len(right) > 2:
        raise ValueError("@ needs vectors or matrices")
    first = a if len(left) == 2 else reshape(a, (1, *left))
    second = b if len(right) == 2 else reshape(b, (*right, 1))
    (rows, inner), (other, columns) = shape_of(first), shape_of(second)
    if inner != other:
        raise ShapeError(f"shapes {left} and {right} cannot be multiplied")
    cells = [
        added(first.cells[i * inner + k] * second.cells[k * columns + j] for k in range(inner))
        for i in range(rows)
        for j in range(columns)
    ]
    shape = (*((rows,) if len(left) == 2 else ()), *((columns,) if len(right) == 2 else ()))
    return array(shape, cells)


def dot(a: Any, b: Any) -> Any:
    """Multiply as ``np.dot`` does."""
    if not shape_of(a) or not shape_of(b):
        return elementwise(lambda x, y: x * y, a, b)
    return matmul(a, b)


def outer(a: Any, b: Any) -> Any:
    """Multiply every cell with every cell."""
    left, right = cells_of(a), cells_of(b)
    return Array((len(left), len(right)), tuple(x * y for x in left for y in right))


def added(values: Iterable[Any]) -> Any:
    """Add from the left."""
    found = iter(values)
    total = next(found)
    for one in found:
        total = total + one
    return total


def transpose(value: Any) -> Any:
    """Turn the axes round."""
    shape = shape_of(value)
    if len(shape) < 2:
        return value
    turned = tuple(reversed(shape))
    return Array(turned, tuple(value.at(tuple(reversed(place))) for place in _places(turned)))


def reshape(value: Any, shape: Shape) -> Any:
    """Lay the cells out anew; one size may be -1."""
    cells = cells_of(value)
    if shape.count(-1) == 1:
        rest = -prod(shape)
        if not rest or len(cells) % rest:
            raise ValueError(f"{len(cells)} cells do not fill {shape}")
        shape = tuple(len(cells) // rest if size == -1 else size for size in shape)
    return array(shape, cells)


def sum_along(value: Any, axis: int | None, keep: bool = False) -> Any:
    """Add along an axis, or everything."""
    shape = shape_of(value)
    if axis is None:
        total = added(cells_of(value))
        return array((1,) * len(shape), [total]) if keep else total
    axis = _axis(shape, axis)
    rest = (*shape[:axis], *shape[axis + 1 :])
    cells = [
        added(value.at((*place[:axis], k, *place[axis:])) for k in range(shape[axis]))
        for place in _places(rest)
    ]
    return array((*shape[:axis], 1, *shape[axis + 1 :]) if keep else rest, cells)


def size_along(value: Any, axis: int | None) -> int:
    """Count the cells along an axis, or all."""
    shape = shape_of(value)
    return prod(shape) if axis is None else shape[_axis(shape, axis)]


def _axis(shape: Shape, axis: int) -> int:
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"no axis {axis} in shape {shape}")
    return axis % len(shape)


def index(value: Any, indices: tuple[Any, ...]) -> Any:
    """Index by whole numbers, slices and None, as NumPy does."""
    shape = shape_of(value)
    if Ellipsis in indices:
        at = indices.index(Ellipsis)
        used = sum(one is not None for one in indices) - 1
        fill = (slice(None),) * (len(shape) - used)
        indices = (*indices[:at], *fill, *indices[at + 1 :])
    if sum(one is not None for one in indices) > len(shape):
        raise ValueError(f"too many indices for shape {shape}")
    chosen, result, axis = [], [], 0
    for one in indices:
        if one is None:
            result.append(1)
            continue
        found = _chosen(one, shape[axis])
        chosen.append(found)
        result += [] if isinstance(one, int) else [len(found)]
        axis += 1
    chosen += [range(size) for size in shape[axis:]]
    return array((*result, *shape[axis:]), (value.at(place) for place in places(*chosen)))


def replaced(value: Any, new: Any, indices: tuple[Any, ...]) -> Any:
    """Put new cells where ``index`` would read the old ones."""
    shape = shape_of(value)
    numbers = index(Array(shape, tuple(range(len(cells_of(value))))), indices)
    cells = list(cells_of(value))
    fresh = cells_of(spread(new, shape_of(numbers)))
    for number, one in zip(cells_of(numbers), fresh, strict=True):
        cells[number] = one
    return array(shape, cells)


def _chosen(one: int | slice, size: int) -> range:
    if isinstance(one, slice):
        return range(size)[one]
    if not -size <= one < size:
        raise ValueError(f"no index {one} in an axis of {size}")
    return range(one % size, one % size + 1)


def _places(shape: Shape) -> Iterator[Shape]:
    return places(*map(range, shape))


def _offset(shape: Shape, place: Shape) -> int:
    offset = 0
    for size, at in zip(shape, place, strict=True):
        offset = offset * size + at
    return offset
