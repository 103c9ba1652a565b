"""Which equations a line of code computes, by the variable on its left: `(12)`.

In: Request. Out: numbers, and the text of comments.

A variable that is only a second name for another has no line of its own, so the other's line has
both numbers. In loops a list goes by its name, and what has no list of its own (a layer's weights
among the gradients) by the equation's id.
"""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from symnet.derive.equations import BATCH_LOSS, matrix_numbers, scalar_numbers
from symnet.derive.fused import FusedStep
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
    if request.by_layer or request.step is None:
        told, covered = {}, _of_loops(request.spec)
    else:  # most lines compute the one equation of their own
        told = {line: f"({number})" for line, number in numbers.items()}
        covered = _second_names(request.step) if folded else {}
    for line, nodes in merged.items():
        inside = (covered.get(node, (node,)) for node in (line, *nodes))
        covered[line] = tuple(chain.from_iterable(inside))
    return told | _told(covered, numbers)


def loss_number(request: Request, behind: str) -> str:
    """Return what stands behind the line that ends a batch's loss; empty if it has no equation.

    ``behind``: what starts a comment there.
    """
    number = equation_numbers(request).get(BATCH_LOSS) if request.samples == "batch" else None
    return f"{behind}({number})" if number else ""


def fused_remarks(request: Request, found: FusedStep) -> dict[str, str]:
    """Return the comment for each line of a fused update, by what it computes."""
    return _told(found.covered, equation_numbers(request))


def _told(covered: Mapping[str, tuple[str, ...]], numbers: Mapping[str, int]) -> dict[str, str]:
    told = {}
    for line, equations in covered.items():
        of_line = sorted({numbers[one] for one in equations if one in numbers})
        told[line] = f"({', '.join(map(str, of_line))})" if of_line else ""
    return told


def equation_numbers(request: Request) -> Mapping[str, int]:
    """Return the number of every equation: by node, or in loops by the matrix form's ids."""
    if request.by_layer or request.step is None:
        return matrix_numbers(request.spec)
    return scalar_numbers(request.step)


def _second_names(step: TrainingStep) -> Covered:
    """Return the equations of each line that other names stand for too; these have no line."""
    adjoints = {one.name for one in step.derivation.adjoints.values()}
    found: Covered = {}
    first: dict[str, str] = {}
    for one in step.full.assignments:
        if one.shape is ALIAS and one.name in adjoints:
            now = first[one.name] = first.get(one.reads[0], one.reads[0])
            found[now] = (*found.get(now, (now,)), *found.get(one.name, (one.name,)))
            found[one.name] = ()
    return found


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
