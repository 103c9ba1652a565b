"""Rust: one module that allocates nothing, for programs and microcontrollers alike.

In: Request. Out: SourceFile.
"""

import re
from collections.abc import Iterable
from typing import Any

from symnet import __version__
from symnet.derive.update import TrainingStep
from symnet.emit.braces import Body, bodies, from_gradients
from symnet.emit.constants import missing
from symnet.emit.counting import loop_counts, scalar_counts
from symnet.emit.elementary import written_out
from symnet.emit.header import header
from symnet.emit.inlined import all_names, fused_update, telling
from symnet.emit.loops import Loops, loops
from symnet.emit.naming import escaped, renamed
from symnet.emit.printing import functions_used
from symnet.emit.pythonic import described
from symnet.emit.remarks import loss_number, remarks
from symnet.emit.request import Request
from symnet.emit.routines import Routines, routines
from symnet.emit.rule import initial_state
from symnet.emit.rust_constants import (
    names_list,
    names_told,
    numbers_list,
    returned,
    sample_constants,
    table,
)
from symnet.emit.rust_numbers import DOUBLE, REALS, Real
from symnet.emit.rust_signatures import signatures
from symnet.emit.rust_vectors import vector_constant
from symnet.emit.rustic import (
    CALLED,
    KEYWORDS,
    LACKING,
    WORDS,
    RustBody,
    assigned_text,
    comment_safe,
    elementary,
    fused,
    looped,
    printer_of,
    tables_of,
)
from symnet.emit.vectors import vectors
from symnet.files import SourceFile
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression
from symnet.model.initial import initial_values
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec

STYLES = ("module",)
WIDE_STYLES = ("module",)
ARITHMETICS = ("exact", "fused")
PRECISIONS = ("double", "single")

# Every name that a module uses besides the network's: its items, arguments and locals.
OWN = frozenset(
    "PARAMETERS PARAMETER_NAMES INITIAL STATE STATE_NAMES SAMPLE_X SAMPLE_Y RATES "
    "forward loss gradients input_gradients update train initial_state replay "
    "sample_forward sample_loss sample_gradients sample_input_gradients "
    "params state x y learning_rate gradient new_params new_state rates step one_x one_y "
    "erf_double erfc_double value total one sum predictions found out".split()
) | {*ELEMENTARY.values()}

Fields = dict[str, Any]


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the module."""
    fields = _wide(request) if request.step is None else _scalar(request, request.step)
    text = request.render("module.rs.jinja", **_common(request), **fields)
    module = SourceFile(f"{_stem(request.spec)}.rs", text)
    return (module, _test(request)) if request.with_test else (module,)


def _test(request: Request) -> SourceFile:
    """Write the program that tests the module."""
    found = vectors(request)
    fields: Fields = {
        "version": __version__,
        "exact": all(one.tolerance is None for one in found),
        "input_gradients": request.spec.input_gradients,
        "vectors": vector_constant(found, request.samples == "batch", REALS[request.precision]),
    }
    text = request.render("test.rs.jinja", **_common(request), **fields)
    return SourceFile(f"{_stem(request.spec)}_test.rs", text)


def _stem(spec: Spec) -> str:
    """Return what the module is called, so that `mod` can take it."""
    stem = re.sub(r"\W", "_", spec.name, flags=re.ASCII)
    if not stem[:1].isalpha():
        return f"n_{stem}"
    return f"{stem}_" if stem in KEYWORDS | {"main", "lib"} else stem


def _common(request: Request) -> Fields:
    """Return what the templates need of any network."""
    spec = request.spec
    return {
        "samples": request.samples,
        "mean": spec.training.reduction == "mean",
        "loss_number": loss_number(request, " // "),
        "real": REALS[request.precision],
        "xy": list(request.xy),
        "kept": ["params", "state"] if initial_state(spec) else ["params"],
        "sizes": _sizes(spec),
        "signatures": signatures(_sizes(spec), request.samples, REALS[request.precision]),
        "inputs": described(spec.inputs),
        "targets": described(spec.targets) if spec.targets else "",
        "sample_constants": sample_constants(spec, REALS[request.precision]),
        "missing": assigned_text("let why =", why) if (why := missing(spec)) else (),
        "value": "Loss" if spec.targets else "Output",
        "module": _stem(spec),
    }


def _sizes(spec: Spec) -> dict[str, int]:
    """Return how many numbers each argument has, and what comes out."""
    return {
        "params": len(parameter_names(spec)),
        "state": len(initial_state(spec)),
        "x": len(spec.inputs),
        "y": len(spec.targets),
        "predictions": spec.layers[-1].units,
    }


def _scalar(request: Request, step: TrainingStep) -> Fields:
    """Return what the templates need of a network with a name for every node."""
    real = REALS[request.precision]
    parameters = [one.name for one in step.network.parameters]
    values = [one.value for one in step.network.parameters if one.value is not None]
    update = fused_update(request, step)
    called = escaped(all_names(step, update), OWN | KEYWORDS)
    printer = printer_of({**called, step.rate: "learning_rate"}, remarks(request))
    found = routines(step)
    told = _told(_nodes(request, found), real)
    counts = scalar_counts(request, step, update.found if update else None)
    functions = _functions(request, found, RustBody(printer, real))
    if update:
        functions |= fused(update, telling(printer, request, update), real).functions(request)
    return functions | {
        "header": header(request, counts, renamed(called), comment_safe, told),
        "order": (),
        "parameters": names_list("PARAMETER_NAMES", parameters),
        "initial": numbers_list("INITIAL", values, real) if values else (),
        "state": names_list("STATE_NAMES", step.state) if step.state else (),
        "start": returned(step.initial_state, real) if step.state else (),
        "predictions": described([called[name] for name in step.network.predictions]),
        "guarded": update is not None and update.sections.guarded,
        "loops": False,
        "shown": max(map(len, parameters)),
    }


def _nodes(request: Request, found: Routines | Loops) -> tuple[Expression, ...]:
    """Return every expression of the module."""
    batch = request.samples == "batch"
    update = found.updating(batch) if isinstance(found, Routines) else found.update
    asked = found.input_gradients
    used = (found.forward, found.loss, found.gradients, update, *([asked] if asked else []))
    return tuple(node for one in used for node in one.nodes)


def _told(nodes: Iterable[Expression], real: Real) -> dict[str, str]:
    """Say what the module needs."""
    used = functions_used(nodes)
    if not used:
        return {"Needs": "core alone: it works under #![no_std], and allocates nothing."}
    written = written_out(LACKING, used)
    called = {ELEMENTARY[name] for name in used - LACKING} | {
        name for one in written for name in one.calls
    }
    names = ", ".join(sorted(CALLED.get(one, one) for one in called))
    text = f"std, for {names}; it allocates nothing."
    own = sorted(one.name for one in written)
    doubled = "" if real is DOUBLE else ", in float64"
    return {"Needs": f"{text} {' and '.join(own)}: written out here{doubled}." if own else text}


def _stack(numbers: int, real: Real) -> str:
    """Say what a wide network's lists take, where there is no heap."""
    return (
        f"lists are returned by value. Parameters and state have {numbers * real.bytes} bytes; "
        "train takes some four times as much where it is optimised, else several times that."
    )


def _functions(request: Request, found: Routines, body: Body) -> Fields:
    """Return the bodies of the module's functions."""
    nodes = _nodes(request, found)
    return {
        "elementary": elementary(nodes, REALS[request.precision]),
        "tables": tables_of(nodes),
        **bodies(request, found, body),
    }


def _wide(request: Request) -> Fields:
    """Return what the templates need of a network written as loops."""
    spec, found, real = request.spec, loops(request.spec), REALS[request.precision]
    printer = printer_of({}, remarks(request))
    values, start = initial_values(spec, parameter_names(spec)), initial_state(spec)
    asked, nodes, order = found.input_gradients, _nodes(request, found), names_told(spec)
    names = () if order else names_list("PARAMETER_NAMES", parameter_names(spec))
    places = (table(*one) for one in found.tables)
    told = {**_told(nodes, real), "Stack": _stack(len(parameter_names(spec)) + len(start), real)}
    return {
        "elementary": elementary(nodes, real),
        "tables": (*places, *tables_of(nodes)),
        "header": header(request, loop_counts(request, found), (), comment_safe, told),
        "order": order,
        "parameters": names,
        "initial": numbers_list("INITIAL", values, real) if values else (),
        "state": (),
        "start": returned(start, real) if start else (),
        "forward": looped(found.forward, printer, real),
        "loss": looped(found.loss, printer, real),
        "gradients": looped(found.gradients, printer, real),
        "input_gradients": looped(asked, printer, real) if asked else (),
        "update": from_gradients(request, WORDS, looped(found.update, printer, real)),
        "predictions": described([f"y_hat{k + 1}" for k in range(spec.layers[-1].units)]),
        "guarded": False,
        "loops": True,
        "training": None,
        "shown": 0,
    }
