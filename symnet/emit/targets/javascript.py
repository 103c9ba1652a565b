"""JavaScript: one module without imports, for browsers and node alike.

In: Request. Out: SourceFile.
"""

import re
from dataclasses import dataclass
from typing import Any

from symnet import __version__
from symnet.derive.update import TrainingStep
from symnet.emit.braces import Body, bodies, from_gradients
from symnet.emit.constants import missing
from symnet.emit.counting import loop_counts, scalar_counts
from symnet.emit.ecmascript import (
    KEYWORDS,
    SYNTAX,
    WORDS,
    body,
    comment_safe,
    elementary,
    fused,
    looped,
    tables_of,
)
from symnet.emit.ecmascript_constants import (
    many_names,
    many_numbers,
    many_state_names,
    names_list,
    naming_functions,
    quoted,
    sample_constants,
    table,
)
from symnet.emit.ecmascript_vectors import vector_constant
from symnet.emit.header import header
from symnet.emit.inlined import all_names, fused_update, telling
from symnet.emit.layout import mentions
from symnet.emit.loops import loops
from symnet.emit.naming import escaped, renamed
from symnet.emit.prettier import listed
from symnet.emit.printing import Printer
from symnet.emit.pythonic import described
from symnet.emit.remarks import loss_number, remarks
from symnet.emit.request import Request
from symnet.emit.routines import Routines, routines
from symnet.emit.rule import initial_state
from symnet.emit.vectors import vectors
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY
from symnet.model.initial import initial_values
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec

STYLES = ("module",)
WIDE_STYLES = ("module",)
ARITHMETICS = ("exact", "fused")

# Every name that a module uses besides the network's: its functions, arguments and locals.
OWN = frozenset(
    "PARAMETERS INITIAL STATE SAMPLE_X SAMPLE_Y RATES expect numbered weights "
    "forward loss gradients input_gradients update train initial_state main "
    "sample_forward sample_loss sample_gradients sample_input_gradients "
    "params state x y learning_rate gradient new_params new_state rates step one_x one_y".split()
) | {*ELEMENTARY.values()}

# A linter wants every last argument used.
UNUSED = "void learning_rate; // everything is frozen"

Fields = dict[str, Any]
Read = tuple[str, tuple[str, ...]]
VECTOR = "ArrayLike<number>"


@dataclass(frozen=True, slots=True)
class Argument:
    """What JSDoc says of an argument; ``count``: how many numbers it must have, 0: not checked."""

    type: str
    text: str
    count: int = 0


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the module."""
    fields = _wide(request) if request.step is None else _scalar(request, request.step)
    if not mentions(fields["update"], "learning_rate"):
        fields["update"] = (UNUSED, *fields["update"])
    text = request.render("module.mjs.jinja", **_common(request), **fields)
    module = SourceFile(f"{_stem(request.spec)}.mjs", text)
    return (module, _test(request, module)) if request.with_test else (module,)


def _test(request: Request, module: SourceFile) -> SourceFile:
    """Write the program that tests the module."""
    path = f"{_stem(request.spec)}.test.mjs"
    fields: Fields = {
        "module": module.path,
        "test": path,
        "version": __version__,
        "vectors": vector_constant(vectors(request), request.samples == "batch"),
        "input_gradients": request.spec.input_gradients,
    }
    return SourceFile(path, request.render("test.mjs.jinja", **_common(request), **fields))


def _stem(spec: Spec) -> str:
    return re.sub(r"[^\w-]", "_", spec.name, flags=re.ASCII)


def _common(request: Request) -> Fields:
    """Return what the templates need of any network.

    ``one``, ``several``: what arguments are, where functions take one sample or several.
    """
    spec = request.spec
    kept = ["params", "state"] if initial_state(spec) else ["params"]
    return {
        "samples": request.samples,
        "mean": spec.training.reduction == "mean",
        "loss_number": loss_number(request, " // "),
        "xy": list(request.xy),
        "kept": kept,
        "one": _arguments(spec, several=False),
        "several": _arguments(spec, several=True),
        "inputs": described(spec.inputs),
        "targets": described(spec.targets) if spec.targets else "",
        "sample_constants": sample_constants(spec),
        "missing": listed("print(", [quoted(why)], 1, ");") if (why := missing(spec)) else (),
        "value": "Loss" if spec.targets else "Output",
        "run": f"import('./{_stem(spec)}.mjs').then((network) => network.main())",
    }


def _arguments(spec: Spec, several: bool) -> dict[str, Argument]:
    """Say what every argument of the functions is; ``several``: x and y are lists of samples."""
    count, state = len(parameter_names(spec)), len(initial_state(spec))
    found = {
        "params": Argument(VECTOR, f"the {count} parameters, in PARAMETERS order", count),
        "state": Argument(VECTOR, f"the optimizer's {state} numbers, in STATE order", state),
        "learning_rate": Argument("number", "the size of the step"),
        "rates": Argument(VECTOR, "a learning rate for every step"),
    }
    for name, what, entries in (("x", "inputs", spec.inputs), ("y", "targets", spec.targets)):
        text = f"{what} {described(entries)}" if entries else ""
        found[name] = Argument(VECTOR, f"the {text}", len(entries))
        if several:
            found[name] = Argument(f"ArrayLike<{VECTOR}>", f"the {text} of every sample")
    return found


def _scalar(request: Request, step: TrainingStep) -> Fields:
    """Return what the templates need of a network with a name for every node."""
    parameters = [one.name for one in step.network.parameters]
    values = [one.value for one in step.network.parameters if one.value is not None]
    update = fused_update(request, step)
    called = escaped(all_names(step, update), OWN | KEYWORDS)
    counts = scalar_counts(request, step, update.found if update else None)
    printer = Printer(SYNTAX, {**called, step.rate: "learning_rate"}, remarks(request))
    functions = _functions(request, routines(step), body(printer))
    if update:
        functions |= fused(update, telling(printer, request, update)).functions(request)
    return functions | {
        "header": header(request, counts, renamed(called), comment_safe),
        "naming": (),
        "parameters": names_list("export const PARAMETERS = [", parameters),
        "initial": many_numbers("export const INITIAL = ", values) if values else (),
        "state": names_list("export const STATE = [", step.state) if step.state else (),
        "start": many_numbers("return ", step.initial_state) if step.state else (),
        "predictions": described([called[name] for name in step.network.predictions]),
        "list": "number[]",
        "zeros": f"new Array({len(parameters)}).fill(0)",
        "shown": max(map(len, parameters)),
    }


def _functions(request: Request, found: Routines, body: Body) -> Fields:
    """Return the bodies of the module's functions."""
    used = (found.forward, found.loss, found.gradients, found.updating(request.samples == "batch"))
    nodes = [node for one in used for node in one.nodes]
    own = {"elementary": elementary(nodes), "tables": tables_of(nodes)}
    return own | bodies(request, found, body)


def _wide(request: Request) -> Fields:
    """Return what the templates need of a network written as loops."""
    spec, found = request.spec, loops(request.spec)
    printer = Printer(SYNTAX, remarks=remarks(request))
    values, start = initial_values(spec, parameter_names(spec)), initial_state(spec)
    asked = found.input_gradients
    blocks = (found.forward, found.loss, found.gradients, found.update)
    nodes = [node for one in blocks for node in one.nodes]
    return {
        "elementary": elementary(nodes),
        "header": header(request, loop_counts(request, found), (), comment_safe),
        "naming": naming_functions(spec),
        "parameters": many_names(spec),
        "initial": many_numbers("export const INITIAL = ", values, typed=True) if values else (),
        "tables": [*(table(*one) for one in found.tables), *tables_of(nodes)],
        "state": many_state_names(spec) if start else (),
        "start": many_numbers("return ", start, typed=True) if start else (),
        "forward": looped(found.forward, printer),
        "loss": looped(found.loss, printer),
        "gradients": looped(found.gradients, printer),
        "input_gradients": looped(asked, printer) if asked else (),
        "update": from_gradients(request, WORDS, looped(found.update, printer)),
        "predictions": described([f"y_hat{k + 1}" for k in range(spec.layers[-1].units)]),
        "list": "Float64Array",
        "zeros": f"new Float64Array({len(parameter_names(spec))})",
        "training": None,
        "shown": 0,
    }
