"""Plain Python: one module without imports, or with `from math import` of what it uses.

In: Request. Out: SourceFile.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from symnet import __version__
from symnet.derive.merging import merged_update
from symnet.derive.update import TrainingStep
from symnet.emit.constants import (
    many_names,
    many_numbers,
    many_state_names,
    missing,
    names_constant,
    numbers_constant,
    sample_constants,
    table_constant,
)
from symnet.emit.counting import loop_counts, scalar_counts
from symnet.emit.header import header
from symnet.emit.inlined import Inlined, all_names, exact_update, fused_update, telling
from symnet.emit.layout import STEP, broken, mentions
from symnet.emit.lesson import lessons
from symnet.emit.loops import loops
from symnet.emit.module_names import module_name
from symnet.emit.naming import AMBIGUOUS, escaped, renamed
from symnet.emit.printing import Printer
from symnet.emit.pythonic import (
    BEHIND,
    KEYWORDS,
    SYNTAX,
    body,
    described,
    docstring_safe,
    imported,
    looped,
    silenced,
)
from symnet.emit.pythonic_inlined import OWN as INLINED_OWN
from symnet.emit.pythonic_inlined import train_body, update_body
from symnet.emit.pythonic_lesson import LessonWriter
from symnet.emit.pythonic_vectors import vector_constant
from symnet.emit.remarks import loss_number, remarks
from symnet.emit.request import READABLE, Request
from symnet.emit.routines import Routines, routines
from symnet.emit.rule import initial_state
from symnet.emit.vectors import vectors
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY
from symnet.model.initial import initial_values
from symnet.model.numbering import parameter_names

STYLES = ("module", "lesson")
WIDE_STYLES = ("module",)
UNTESTED = ("lesson",)
ARITHMETICS = ("exact", "fused")

# Every name that a module uses besides the network's: builtins, functions, arguments, locals.
OWN = frozenset(
    "ValueError enumerate len list map max print range str tuple zip "
    "PARAMETERS INITIAL STATE SAMPLE_X SAMPLE_Y RATES "
    "forward loss gradients input_gradients update train initial_state main nodes shown "
    "sample_forward sample_loss sample_gradients sample_input_gradients "
    "params state x y learning_rate gradient new_params new_state one_x one_y total".split()
) | {*ELEMENTARY.values(), *INLINED_OWN, *AMBIGUOUS}

BODIES = ("forward", "loss", "gradients", "input_gradients", "update", "train")

Fields = dict[str, Any]


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the module, or the lesson."""
    fields = _wide(request) if request.step is None else _scalar(request, request.step)
    text = request.render(f"{request.style}.py.jinja", **_common(request), **fields)
    module = SourceFile(_path(request), text)
    return (module, _test(request, module)) if request.with_test else (module,)


def _test(request: Request, module: SourceFile) -> SourceFile:
    """Write the program that tests the module."""
    name = module.path.removesuffix(".py")
    path = f"{name}_test.py"
    fields: Fields = {
        "module": module.path,
        "name": name,
        "test": path,
        "version": __version__,
        "vectors": vector_constant(vectors(request), request.samples == "batch"),
        "input_gradients": request.spec.input_gradients,
        "state": bool(initial_state(request.spec)),
        "online": request.samples == "online",
    }
    return SourceFile(path, request.render("test.py.jinja", **_common(request), **fields))


def _path(request: Request) -> str:
    stem = module_name(request.spec.name)
    return f"{stem}.py" if request.style == "module" else f"{stem}_{request.style}.py"


def _common(request: Request) -> Fields:
    """Return what the templates need of any network.

    ``pair``: a loop over the samples; ``indexed``: sample k, of the arguments or of the file.
    """
    spec = request.spec
    return {
        "samples": request.samples,
        "mean": spec.training.reduction == "mean",
        "loss_number": loss_number(request, BEHIND),
        "xy": ", ".join(request.xy),
        "one_xy": "one_x, one_y" if spec.targets else "one_x",
        "pair": "one_x, one_y in zip(x, y, strict=True)" if spec.targets else "one_x in x",
        "indexed": "x[k], y[k]" if spec.targets else "x[k]",
        "file_sample": _file_sample(request),
        "inputs": described(spec.inputs),
        "targets": described(spec.targets) if spec.targets else "",
        "sample_constants": sample_constants(spec),
        "missing": broken("", [f'print("{why}")'], len(STEP)) if (why := missing(spec)) else (),
        "value": "Loss" if spec.targets else "Output",
    }


def _file_sample(request: Request) -> str:
    """Return what a step of the file reads: sample k, or all there is."""
    which = "[k]" if request.samples == "online" else ""
    names = ("SAMPLE_X", "SAMPLE_Y") if request.spec.targets else ("SAMPLE_X",)
    return ", ".join(name + which for name in names)


def _scalar(request: Request, step: TrainingStep) -> Fields:
    """Return what the templates need of a network with a name for every node."""
    parameters = [one.name for one in step.network.parameters]
    values = [one.value for one in step.network.parameters if one.value is not None]
    own = OWN | KEYWORDS | {f"update_{name}" for name in parameters}
    fused = fused_update(request, step)
    called = escaped(all_names(step, fused), own)
    folded = request.style != "lesson"
    printer = Printer(SYNTAX, {**called, step.rate: "learning_rate"}, remarks(request, folded))
    found = routines(step)
    if request.style == "lesson":
        functions = _lesson_functions(request, step, printer)
    else:
        functions = _functions(request, found, printer) | (
            _fused(request, fused, printer) if fused else _exact(request, step, found, printer)
        )
    counts = scalar_counts(request, step, fused.found if fused else None)
    choosing = (*found.forward.kinds, *found.loss.kinds, *found.gradients.kinds)
    return functions | {
        "header": header(request, counts, renamed(called), docstring_safe),
        "silenced": silenced(choosing, _unread(request, functions, called.values())),
        "parameters": names_constant("PARAMETERS", parameters),
        "initial": numbers_constant("INITIAL", values) if values else (),
        "expects": False,
        "tables": (),
        "state": names_constant("STATE", step.state) if step.state else (),
        "start": many_numbers("return ", step.initial_state) if step.state else (),
        "predictions": described([called[name] for name in step.network.predictions]),
        "table": max(map(len, parameters)),
    }


def _unread(request: Request, functions: Fields, variables: Collection[str]) -> bool:
    """Say whether a function takes apart a list of which it does not need every entry."""
    if request.style == "lesson":
        return bool(functions["lessons"])
    if request.spec.targets and not request.spec.frozen:  # all is needed everywhere
        return False
    words = (Counter(re.findall(r"\w+", "\n".join(functions[body]))) for body in BODIES)
    return any(found[name] == 1 for found in words for name in variables)


def _functions(request: Request, found: Routines, printer: Printer) -> Fields:
    """Return the bodies of the module's functions, and what they import."""
    asked = found.input_gradients
    update = found.updating(request.samples == "batch")
    used = [found.forward, found.loss, found.gradients, update]
    used += [asked] if asked else []
    return {
        "imports": imported(node for one in used for node in one.kinds),
        "forward": body(found.forward, printer),
        "loss": body(found.loss, printer),
        "gradients": body(found.gradients, printer),
        "input_gradients": body(asked, printer) if asked else (),
    }


def _fused(request: Request, found: Inlined, printer: Printer) -> Fields:
    """Return the bodies of a fused update and of its training loop."""
    printer = telling(printer, request, found)
    return {
        "update": update_body(found, printer, _calls(request)),
        "train": train_body(found, printer),
    }


def _exact(request: Request, step: TrainingStep, found: Routines, printer: Printer) -> Fields:
    """Return the bodies of an update and of its training loop in the textbook's order.

    What goes back is merged into as few lines as there are names used twice, and the loop does
    not call the update, unless a batch is taken apart or the network is too wide to be read.
    """
    if request.samples == "batch":
        return {"update": body(found.rule, printer, _calls(request)), "train": ()}
    if len(step.network.parameters) > READABLE:
        return {"update": body(found.update, printer), "train": ()}
    merged = merged_update(step)
    update = replace(found.update, assignments=merged.program.assignments)
    printer = replace(printer, remarks=remarks(request, merged=merged.covered), lines={})
    train = train_body(exact_update(request, step, merged.program), printer)
    return {"update": body(update, printer), "train": train}


def _calls(request: Request) -> dict[str, str]:
    return {"gradient": f"gradients(params, {', '.join(request.xy)})"}


def _wide(request: Request) -> Fields:
    """Return what the templates need of a network written as loops."""
    spec, found = request.spec, loops(request.spec)
    printer = Printer(SYNTAX, remarks=remarks(request))
    asked = found.input_gradients
    blocks = (found.forward, found.loss, found.gradients, found.update)
    values, start = initial_values(spec, parameter_names(spec)), initial_state(spec)
    update = looped(found.update, printer)
    if mentions(update, "gradient"):
        update = (f"gradient = {_calls(request)['gradient']}", *update)
    counts = {"params": len(parameter_names(spec)), "state": len(start)}
    counts |= {"x": len(spec.inputs), "y": len(spec.targets)}
    sample = _expected(counts, "params", "x", "y")
    return {
        "header": header(request, loop_counts(request, found), (), docstring_safe),
        "silenced": silenced((*found.forward.nodes, *found.loss.nodes, *found.gradients.nodes)),
        "imports": imported(node for one in blocks for node in one.nodes),
        "parameters": many_names(spec),
        "initial": many_numbers("INITIAL = ", values) if values else (),
        "expects": True,
        "tables": [table_constant(*one) for one in found.tables],
        "state": many_state_names(spec) if start else (),
        "start": many_numbers("return ", start) if start else (),
        "forward": (*_expected(counts, "params", "x"), *looped(found.forward, printer)),
        "loss": (*sample, *looped(found.loss, printer)),
        "gradients": (*sample, *looped(found.gradients, printer)),
        "input_gradients": (*sample, *looped(asked, printer)) if asked else (),
        "update": (*_expected(counts, "state"), *update),
        "train": (),
        "predictions": described([f"y_hat{k + 1}" for k in range(spec.layers[-1].units)]),
        "table": 0,
    }


def _expected(counts: dict[str, int], *names: str) -> list[str]:
    """Write calls that refuse lists of another length; unpacking would do so by itself."""
    return [f'expect("{one}", {one}, {counts[one]})' for one in names if counts[one]]


def _lesson_functions(request: Request, step: TrainingStep, printer: Printer) -> Fields:
    """Return the bodies of the lesson's functions, and what they import."""
    found, told = routines(step), lessons(step, printer.names)
    asked = found.input_gradients
    nodes = [*found.forward.nodes, *found.loss.nodes, *told.nodes.nodes]
    nodes += [one.expression for one in told.assignments]
    nodes += asked.nodes if asked else ()
    arguments = f"params, {'state, ' if step.state else ''}{', '.join(request.xy)}"
    writer = LessonWriter(step, told, printer, batch=request.samples == "batch")
    return {
        "imports": imported(nodes),
        "forward": body(found.forward, printer),
        "loss": body(found.loss, printer),
        "gradients": (),
        "input_gradients": body(asked, printer) if asked else (),
        "input_chains": [docstring_safe(line) for line in told.inputs],
        "arguments": f"{arguments}, learning_rate",
        "nodes": body(told.nodes, printer),
        "lessons": [writer.fields(one) for one in told.lessons],
        "update": writer.update(f"{arguments}, learning_rate"),
        "train": (),
    }
