"""Parameters that a file never updates, in the passes after the first.

In: Understanding. Out: formulas that read them as the step has them.

That they are missing is said once; without this, all that a later pass makes of them, beside
parameters that were updated, would be called wrong as well.
"""

from __future__ import annotations

from symnet.check.handwritten.anchors import stacked
from symnet.check.handwritten.calculating.arrays import cells_of, elementwise
from symnet.check.handwritten.correcting import replaced
from symnet.check.handwritten.formula import Binding, Formula, Known, readings
from symnet.check.handwritten.understanding import Understanding


def carried(understanding: Understanding) -> dict[Binding, Formula]:
    """Return the formulas of later steps with the parameters that stood still taken along."""
    updated = {name for one in understanding.updates.values() for name in one.names}
    still = set(understanding.truth.parameters) - updated
    if not updated or not still:
        return {}
    found: dict[Binding, Formula] = {}
    for binding in understanding.text.bindings:
        if binding not in understanding.meanings and binding.alias is None:
            new = _taken_along(understanding, binding, still)
            if new:
                found[binding] = replaced(binding.formula, new)
    return found


def _taken_along(
    understanding: Understanding, binding: Binding, still: set[str]
) -> dict[Formula, Formula]:
    step = max(understanding.context(binding).steps, default=0)
    found: dict[Formula, Formula] = {}
    for one in readings(binding.formula) if step else ():
        cells = understanding.cells(one)
        if cells is not None and all(cell.name in still for cell in cells_of(cells)):
            found[one] = stacked(elementwise(lambda cell: Known(cell.name, step), cells))
    return found
