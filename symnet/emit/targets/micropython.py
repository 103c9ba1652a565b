"""MicroPython: one module that updates in place and allocates nothing but floats.

In: Request. Out: SourceFile.
"""

import re
from collections.abc import Iterable
from itertools import chain
from textwrap import wrap
from typing import Any

from symnet import __version__
from symnet.derive.update import TrainingStep
from symnet.emit.boxes import boxes_of_block, boxes_of_fused, boxes_of_routine, boxes_of_update
from symnet.emit.constants import (
    many_numbers,
    missing,
    names_constant,
    numbers_constant,
    sample_constants,
    table_constant,
)
from symnet.emit.counting import loop_counts, scalar_counts
from symnet.emit.elementary import written_out
from symnet.emit.header import WIDTH, header
from symnet.emit.in_place import in_place
from symnet.emit.inlined import all_names, fused_update, telling
from symnet.emit.layout import STEP, broken, mentions
from symnet.emit.loops import loops
from symnet.emit.micropythonic import (
    Lines,
    body,
    buffered,
    fused_body,
    looped,
    names_body,
    own_function,
    state_names_body,
    update_body,
)
from symnet.emit.module_names import module_name
from symnet.emit.naming import AMBIGUOUS, escaped, renamed
from symnet.emit.printing import Printer, functions_used
from symnet.emit.pythonic import BEHIND, KEYWORDS, SYNTAX, described, docstring_safe, silenced
from symnet.emit.pythonic_vectors import vector_constant
from symnet.emit.remarks import loss_number, remarks
from symnet.emit.request import Request
from symnet.emit.routines import routines
from symnet.emit.rule import initial_state
from symnet.emit.vectors import vectors
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression
from symnet.model.initial import initial_values
from symnet.model.numbering import parameter_names

STYLES = ("module",)
WIDE_STYLES = ("module",)
ARITHMETICS = ("exact", "fused")

# Every name that a module uses besides the network's: builtins, functions, arguments, locals.
OWN = frozenset(
    "ValueError array enumerate len max print range str "
    "PARAMETERS INITIAL STATE START FLOAT SAMPLE_X SAMPLE_Y RATES expect initial_params "
    "forward loss gradients input_gradients update train initial_state main shown "
    "sample_forward sample_loss sample_gradients sample_input_gradients "
    "params state x y learning_rate gradient out total one k step rate".split()
) | {*ELEMENTARY.values(), *AMBIGUOUS}
# What MicroPython's math lacks on every board.
LACKING = frozenset({"log1p"})
# What it has only where the port is built with MICROPY_PY_MATH_SPECIAL_FUNCTIONS.
SPECIAL = {"hyperbolic_tangent", "expm1", "erf", "erfc"}
BOX = 16  # bytes of a float object, where a pointer has 4
POINTER = 4

Fields = dict[str, Any]


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the module."""
    fields = _wide(request) if request.step is None else _scalar(request, request.step)
    text = request.render("module.py.jinja", **_common(request), **fields)
    module = SourceFile(f"{module_name(request.spec.name)}.py", text)
    return (module, _test(request)) if request.with_test else (module,)


def _test(request: Request) -> SourceFile:
    """Write the program that tests the module."""
    stem = module_name(request.spec.name)
    fields: Fields = {
        "module": stem,
        "version": __version__,
        "state": bool(initial_state(request.spec)),
        "input_gradients": request.spec.input_gradients,
        "vectors": vector_constant(vectors(request), request.samples == "batch"),
    }
    text = request.render("test.py.jinja", **_common(request), **fields)
    return SourceFile(f"{stem}_test.py", text)


def _common(request: Request) -> Fields:
    """Return what the templates need of any network."""
    spec = request.spec
    count, state = len(parameter_names(spec)), len(initial_state(spec))
    return {
        "samples": request.samples,
        "mean": spec.training.reduction == "mean",
        "loss_number": loss_number(request, BEHIND),
        "xy": list(request.xy),
        "kept": ["params", "state"] if state else ["params"],
        "sizes": {"params": count, "state": state, "x": len(spec.inputs), "y": len(spec.targets)},
        "inputs": described(spec.inputs),
        "targets": described(spec.targets) if spec.targets else "",
        "sample_constants": sample_constants(spec),
        "missing": broken("", [f'print("{why}")'], len(STEP)) if (why := missing(spec)) else (),
        "value": "Loss" if spec.targets else "Output",
        "outputs": spec.layers[-1].units,
    }


def _scalar(request: Request, step: TrainingStep) -> Fields:
    """Return what the templates need of a network with a name for every node."""
    parameters = [one.name for one in step.network.parameters]
    values = [one.value for one in step.network.parameters if one.value is not None]
    fused = fused_update(request, step)
    called = escaped(all_names(step, fused), OWN | KEYWORDS)
    printer = Printer(SYNTAX, {**called, step.rate: "learning_rate"}, remarks(request))
    told = telling(printer, request, fused) if fused else printer
    found = routines(step)
    batch = request.samples == "batch"
    update, asked = found.updating(batch), found.input_gradients
    nodes = [*found.forward.nodes, *found.loss.nodes, *found.gradients.nodes, *update.nodes]
    own = _own_boxes(nodes)
    last = boxes_of_fused(fused, own) if fused else boxes_of_update(update, own)
    made = last, boxes_of_routine(found.gradients, own)
    counts = scalar_counts(request, step, fused.found if fused else None)
    buffers = [
        ("predictions", len(step.network.predictions)),
        ("gradients", len(parameters)),
        *([("input_gradients", len(request.spec.inputs))] if asked else []),
    ]
    lines = fused_body(fused, told) if fused else update_body(update, told)
    return _functions(nodes, printer) | {
        "header": header(request, counts, renamed(called), docstring_safe),
        "remarks": _remarks(request, nodes, made, lines),
        "silenced": silenced((*found.forward.kinds, *found.loss.kinds, *found.gradients.kinds)),
        "parameters": names_constant("PARAMETERS", parameters),
        "initial": numbers_constant("INITIAL", values) if values else (),
        "tables": (),
        "names": (),
        "state": names_constant("STATE", step.state) if step.state else (),
        "state_names": (),
        "start": many_numbers("START = ", step.initial_state, "()") if step.state else (),
        "buffers": buffers,
        "forward": body(found.forward, printer, "_predictions"),
        "loss": body(found.loss, printer),
        "gradients": body(found.gradients, printer, "_gradients"),
        "input_gradients": body(asked, printer, "_input_gradients") if asked else (),
        "update": lines,
        "from_gradient": batch and mentions(lines, "gradient"),
        "predictions": described([called[name] for name in step.network.predictions]),
        "shown": max(map(len, parameters)),
    }


def _wide(request: Request) -> Fields:
    """Return what the templates need of a network written as loops."""
    spec, found = request.spec, loops(request.spec)
    printer = Printer(SYNTAX, remarks=remarks(request))
    asked = (found.input_gradients,) if found.input_gradients else ()
    working = [buffered(one) for one in (found.forward, found.loss, found.gradients, *asked)]
    forward, loss, gradients, *more = (looped(one.block, printer) for one in working)
    update = in_place(found.update)
    nodes = [node for one in working for node in one.block.nodes] + [*update.nodes]
    own = _own_boxes(nodes)
    lines = looped(update, printer)
    learns = mentions(lines, "gradient")
    made = boxes_of_block(update, own), boxes_of_block(working[2].block, own) if learns else 0
    values, start = initial_values(spec, parameter_names(spec)), initial_state(spec)
    return _functions(nodes, printer) | {
        "header": header(request, loop_counts(request, found), (), docstring_safe),
        "remarks": _remarks(request, nodes, made),
        "silenced": silenced((*found.forward.nodes, *found.loss.nodes, *found.gradients.nodes)),
        "parameters": names_constant("FROZEN", spec.frozen) if start and spec.frozen else (),
        "names": names_body(spec),
        "initial": many_numbers("INITIAL = ", values, "()") if values else (),
        "tables": [table_constant(*one) for one in found.tables],
        "state": (),
        "state_names": state_names_body(spec) if start else (),
        "start": many_numbers("START = ", start, "()") if start else (),
        "buffers": dict(chain.from_iterable(one.buffers for one in working)).items(),
        "forward": forward,
        "loss": loss,
        "gradients": gradients,
        "input_gradients": more[0] if more else (),
        "update": lines,
        "from_gradient": learns,
        "predictions": described([f"y_hat{k + 1}" for k in range(spec.layers[-1].units)]),
        "shown": 0,
    }


def _functions(nodes: Iterable[Expression], printer: Printer) -> Fields:
    """Return what is imported from math, and the functions that it lacks."""
    used = functions_used(nodes)
    written = written_out(LACKING, used)
    needed = used - LACKING | {name for one in written for name in one.calls}
    return {
        "imports": ", ".join(sorted({ELEMENTARY[one] for one in needed})),
        "own_functions": [own_function(one, printer) for one in written],
    }


def _own_boxes(nodes: Iterable[Expression]) -> dict[str, int]:
    """Count the objects that the functions make which MicroPython's math lacks."""
    written = written_out(LACKING, functions_used(nodes))
    return {one.name: boxes_of_block(one.block, {}) for one in written}


def _remarks(
    request: Request, nodes: Iterable[Expression], made: tuple[int, int], update: Lines = ()
) -> Lines:
    """Say what matters on a board; ``made``: float objects of an update, and of gradients.

    ``update``: the lines of an update, where it has a variable for every node.
    """
    special = sorted(ELEMENTARY[one] for one in functions_used(nodes) & SPECIAL)
    variables = len({name for line in update for name in re.findall(r"^ *(\w+) = ", line)})
    said = [_memory(request, *made), FLOATS]
    if variables:
        said.append(
            f"Frame: an update has {variables} variables, {POINTER * variables} bytes in one "
            f"piece where a pointer takes {POINTER}."
        )
    if special:
        said.append(
            f"Needs: {', '.join(special)} of math, which a port has if it was built with "
            "MICROPY_PY_MATH_SPECIAL_FUNCTIONS."
        )
    lines = (wrap(one, WIDTH, subsequent_indent="    ") for one in said)
    return tuple(chain.from_iterable(lines))


FLOATS = (
    "Floats: those of the board. Tested with 64 bits, where results are Python's to the last bit, "
    "but for functions of math; many boards have 32 bits, which hold about 7 digits."
)


def _memory(request: Request, update: int, gradients: int) -> str:
    """Say what an update allocates."""
    count = len(parameter_names(request.spec))
    if request.samples == "batch":
        mean = 2 * count if request.spec.training.reduction == "mean" else 0
        alone, sample = update + count + mean, gradients + 3 * count
        objects = f"{alone} float objects to collect, and {sample} more for every sample"
        size = f"{BOX * alone} and {BOX * sample} bytes"
    else:
        total = update + (gradients if request.step is None else 0)
        objects, size = f"{total} float objects to collect", f"{BOX * total} bytes"
    return (
        f"Memory: an update leaves at most {objects}, nothing else; {size} where a float object "
        f"takes {BOX}, as on 32-bit ports that keep floats on the heap. Measure it: gc.disable(), "
        "then gc.mem_alloc() before and after."
    )
