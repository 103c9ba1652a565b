"""Which equations a line of code computes, by the variable on its left: `(12)`.

In: Request. Out: numbers, and the text of comments.

A variable that is only a second name for another has no line of its own, so the other's line has
both numbers. In loops a list goes by its name, and what has no list of its own (a layer's weights
among the gradients) by the equation's id.
"""

from collections.abc import Mapping
from types import MappingProxyType

from symnet.derive.equations import matrix_numbers, scalar_numbers
from symnet.derive.update import TrainingStep
from symnet.emit.request import Request
from symnet.model.shape import ALIAS
from symnet.model.spec import Spec

Covered = dict[str, tuple[str, ...]]
NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def remarks(
    request: Request, folded: bool = True, merged: Mapping[str, tuple[str, ...]] = NOTHING
) -> dict[str, str]:
    """Return the comment for each line that computes an equation, by what it computes.

    ``folded``: second names have no line of their own. ``merged``: what else stands in a line,
    instead of in one of its own.
    """
    numbers = equation_numbers(request)
    found = (
        _of_loops(request.spec)
        if request.by_layer or request.step is None
        else _of_units(request.step, numbers, folded)
    )
    for line, nodes in merged.items():
        equations = {one for node in (line, *nodes) for one in found.get(node, ())}
        found[line] = tuple(sorted(equations, key=numbers.__getitem__))
    return {line: _told(equations, numbers) for line, equations in found.items()}


def _told(equations: tuple[str, ...], numbers: Mapping[str, int]) -> str:
    if len(equations) == 1:  # nearly all have one
        return f"({numbers[equations[0]]})"
    return f"({', '.join([str(numbers[one]) for one in equations])})"


def equation_numbers(request: Request) -> Mapping[str, int]:
    """Return the number of every equation: by node, or in loops by the matrix form's ids."""
    if request.by_layer or request.step is None:
        return matrix_numbers(request.spec)
    return scalar_numbers(request.step)


def _of_units(step: TrainingStep, numbers: Mapping[str, int], folded: bool) -> Covered:
    """Return, for each line by what it computes, the equations that it covers."""
    found: Covered = {name: (name,) for name in numbers}
    if not folded:
        return found
    adjoints = {one.name for one in step.derivation.adjoints.values()}
    first: dict[str, str] = {}
    for one in step.full.assignments:
        if one.shape is ALIAS and one.name in adjoints:
            now = first[one.name] = first.get(one.reads[0], one.reads[0])
            found[now] = (*found.get(now, ()), *found.pop(one.name, ()))
    return {line: equations for line, equations in found.items() if equations}


def _of_loops(spec: Spec) -> Covered:
    found: Covered = {name: (name,) for name in matrix_numbers(spec)}
    last = len(spec.layers)
    for number, layer in enumerate(spec.layers, 1):
        z, h = f"z{number}", f"h{number}"
        if layer.activation.name == "identity":
            found[z] = (z, h)
        elif number == last:
            found["y_hat"] = (h,)
        found[f"dL_d{z}"] = (f"delta{number}",)
    if spec.input_gradients:
        found["dL_dx"] = ("x",)
    return found
