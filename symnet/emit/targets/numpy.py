"""NumPy: one module in matrix form, for one sample or a batch in rows, at any width.

In: Request. Out: SourceFile.
"""

import re
from collections.abc import Iterator
from typing import Any

from symnet import __version__
from symnet.emit.array_counts import array_counts
from symnet.emit.array_layers import ArrayLayers
from symnet.emit.array_places import Part, parts, repeated, repeated_in_unit
from symnet.emit.array_rule import ArrayRule
from symnet.emit.arrays import ARRAY_ZERO, FROM_LEFT, LACKING, SYNTAX
from symnet.emit.constants import (
    many_names,
    many_numbers,
    many_state_names,
    missing,
    names_constant,
    sample_constants,
)
from symnet.emit.header import header
from symnet.emit.layout import STEP, broken, mentions
from symnet.emit.places import places
from symnet.emit.printing import Printer, functions_used
from symnet.emit.pythonic import described, docstring_safe, unpacked
from symnet.emit.pythonic_vectors import vector_constant
from symnet.emit.remarks import remarks
from symnet.emit.request import READABLE, Request
from symnet.emit.rule import initial_state, update_block
from symnet.emit.vectors import in_rows, vectors
from symnet.errors import UnsupportedError
from symnet.files import SourceFile
from symnet.model.initial import initial_values
from symnet.model.numbering import node_name, parameter_names
from symnet.model.spec import Spec

STYLES = ("module",)
WIDE_STYLES = ("module",)
ARITHMETICS = ("blas", "exact", "fused")
MATRICES = True

Fields = dict[str, Any]
SHAPES = (
    "in rows: x is (samples, inputs), y (samples, outputs), or a vector each for one sample; W is "
    "(sources, units) and z = x W + b, whatever the layout of the network file."
)
BY_LAYERS = "parameters are weights, layer by layer and source unit by source unit, then biases"
WITHIN = (
    f"{BY_LAYERS}. Sums run in whatever order the matrix product adds: each is within n 2^-53 "
    "times the sum of its n absolute terms, elementary functions within 4 units in the last place."
)
ORDERS = {
    "blas": WITHIN,
    "fused": WITHIN,
    "exact": f"{BY_LAYERS}; sums and products run from the left as written, in float64, with the "
    "same bits as the emitted Python where all is + - * and choices.",
}
FUSED = (
    "fused: where a step only takes the gradient times the learning rate from the parameters, that "
    "rate (over the number of samples, for a mean) is multiplied into the last layer's delta, once."
)


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the module."""
    exact = request.arithmetic == "exact"
    _refuse(request, exact)
    functions = _functions(request, exact)
    text = request.render("module.py.jinja", **_common(request, functions), **functions)
    module = SourceFile(f"{_stem(request.spec)}.py", text)
    return (module, _test(request, module)) if request.with_test else (module,)


def _refuse(request: Request, exact: bool) -> None:
    """Refuse what the scalar form adds in an order that matrices do not have."""
    spec = request.spec
    chosen = spec.loss.name == "none" and spec.layers[-1].units > 1
    if exact and request.step is not None and (repeated_in_unit(spec) or chosen):
        raise UnsupportedError(
            "--arithmetic exact: target numpy goes by layers, and this network's scalar form does "
            "not (a parameter with two places in one unit, or one output of several); --form loops "
            "has it"
        )


def _test(request: Request, module: SourceFile) -> SourceFile:
    """Write the program that tests the module."""
    name, batch = module.path.removesuffix(".py"), request.samples == "batch"
    exact = None if request.arithmetic == "exact" else False
    more = None if batch else in_rows(request, exact)
    found = (*vectors(request, exact), *([more] if more else []))
    fields: Fields = {
        "module": module.path,
        "name": name,
        "test": f"{name}_test.py",
        "version": __version__,
        "vectors": vector_constant(found, batch),
        "input_gradients": request.spec.input_gradients,
        "state": bool(initial_state(request.spec)),
        "online": request.samples == "online",
        "targets": request.spec.targets,
    }
    return SourceFile(f"{name}_test.py", request.render("test.py.jinja", **fields))


def _stem(spec: Spec) -> str:
    """Return a module's name, which must not be that of NumPy itself."""
    stem = re.sub(r"\W", "_", spec.name, flags=re.ASCII)
    return f"{stem if stem[:1].isalpha() else f'n_{stem}'}_numpy"


def _common(request: Request, functions: Fields) -> Fields:
    """Return what stands around the functions."""
    spec, names = request.spec, parameter_names(request.spec)
    values, start, found = initial_values(spec, names), initial_state(spec), parts(spec)
    predictions = [node_name(spec, "y_hat", 0, k + 1) for k in range(spec.layers[-1].units)]
    wide = len(names) > READABLE
    told = {
        "Samples": f"one, or several in rows; their loss is the {spec.training.reduction}.",
        "Order": ORDERS[request.arithmetic],
        "Form": SHAPES,
        **dict(_counts(request, functions)),
    }
    if request.arithmetic == "fused":
        told["Arithmetic"] = FUSED
    return {
        "header": header(request, (), (), docstring_safe, told),
        "count": len(names),
        "parameters": many_names(spec) if wide else names_constant("PARAMETERS", names),
        "initial": many_numbers("INITIAL = ", values) if values else (),
        "tables": [part.lines for part in found if part.table],
        "state": many_state_names(spec) if start else (),
        "start": many_numbers("return ", start) if start else (),
        "remembered": len(start),
        "sample_constants": sample_constants(spec),
        "parts": found,
        "inputs": spec.inputs,
        "targets": spec.targets,
        "outputs": spec.layers[-1].units,
        "input_names": described(spec.inputs),
        "predictions": described(predictions),
        "xy": ", ".join(request.xy),
        "batch": request.samples == "batch",
        "online": request.samples == "online",
        "mean": spec.training.reduction == "mean",
        "file_sample": _file_sample(request),
        "missing": broken("", [f'print("{why}")'], len(STEP)) if (why := missing(spec)) else (),
        "value": "Loss" if spec.targets else "Output",
        "table": 0 if wide else max(map(len, names)),
    }


def _counts(request: Request, functions: Fields) -> Iterator[tuple[str, str]]:
    """Say what the functions take, by subject."""
    exact = request.arithmetic == "exact"
    for subject, name in (
        ("forward", "forward"),
        ("gradient of a sample" if exact else "sum of the samples' gradients", "backward"),
        ("update from gradients", "update"),
    ):
        yield f"Operations, {subject}", f"{array_counts(request.spec, functions[name])}."


def _functions(request: Request, exact: bool) -> Fields:
    """Return the bodies of the functions, and what they need."""
    spec, scalar = request.spec, request.step is not None
    rule = _rule(spec)
    moved = request.arithmetic == "fused" and rule.moves
    writer = ArrayLayers(spec, exact, exact and scalar, remarks(request), moved)
    losses, called = writer.loss()
    bodies: Fields = {
        "forward": writer.forward(),
        "loss": losses,
        "losses": called,
        "backward": writer.backward(),
        "input_gradients": writer.input_gradients() if spec.input_gradients else (),
    }
    used, found = functions_used(writer.used), parts(spec)
    return bodies | {
        "exact": exact,
        "moved": moved,
        "compares": any(ARRAY_ZERO.name in line for body in bodies.values() for line in body),
        "zero": "-0.0" if scalar else "0.0",
        "sums": FROM_LEFT in used,
        "lacking": [name for name in LACKING if name in used],
        "overflows": writer.overflows,
        "gathered": repeated(spec),
        "from_params": _apart(found, "unpack(np.asarray(params, FLOAT64))"),
        "from_layers": _apart(found, "layers"),
        "from_parts": _apart(found, "parts", "dL_d"),
        "y_hat": writer.signal(writer.last),
        "update": ("return params - change",) if moved else rule.update(),
        "learns": mentions(rule.update(), "gradient"),
        "step": ("params -= change",) if moved else rule.step(),
    }


def _rule(spec: Spec) -> ArrayRule:
    count, state = len(parameter_names(spec)), len(initial_state(spec))
    sizes = {"params": count, "gradient": count, "state": state}
    return ArrayRule(update_block(spec, places(spec)), sizes, Printer(SYNTAX))


def _apart(found: tuple[Part, ...], source: str, prefix: str = "") -> tuple[str, ...]:
    """Take weights and biases of all layers apart."""
    return unpacked([prefix + part.name for part in found], source)


def _file_sample(request: Request) -> str:
    """Return what a step of the file reads: sample k, or all there is."""
    which = "[k]" if request.samples == "online" else ""
    names = ("SAMPLE_X", "SAMPLE_Y") if request.spec.targets else ("SAMPLE_X",)
    return ", ".join(name + which for name in names)
