"""C99: a header and a source that allocate nothing, keep no state and call only <math.h>.

In: Request. Out: SourceFile.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from symnet import __version__
from symnet.derive.update import TrainingStep
from symnet.emit.c99 import REALS, InPlace, comment_safe, ignored, looped, reserved, syntax
from symnet.emit.c99_constants import filled, names, same_rates, values
from symnet.emit.c99_functions import functions
from symnet.emit.c99_fused import OWN as FUSED_OWN
from symnet.emit.c99_fused import FusedInPlace
from symnet.emit.c99_vectors import vector_constant
from symnet.emit.clang_format import table
from symnet.emit.counting import Counted, loop_counts, scalar_counts
from symnet.emit.file_numbers import several_samples
from symnet.emit.header import header
from symnet.emit.in_place import in_place
from symnet.emit.inlined import Inlined, all_names, fused_update, telling
from symnet.emit.layout import Lines
from symnet.emit.loops import loops
from symnet.emit.naming import escaped, renamed
from symnet.emit.printing import Printer, functions_used
from symnet.emit.pythonic import described
from symnet.emit.remarks import loss_number, remarks
from symnet.emit.request import Request
from symnet.emit.routines import Routines, routines
from symnet.emit.rule import initial_state
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

# Every name that the functions use besides the network's: arguments, locals, other functions.
OWN = (
    frozenset(
        "params state x y learning_rate prediction gradient input_gradient rates steps samples "
        "step one one_x one_y total i j k".split()
    )
    | {called + f for called in ELEMENTARY.values() for f in ("", "f", "l")}
    | FUSED_OWN
)
# A header of this name could take the place of the compiler's own.
STANDARD = frozenset(
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg "
    "stdbool stddef stdint stdio stdlib string tgmath time wchar wctype".split()
)
COMPILING = (
    "as C99, with -lm where math wants it. For the same results to the last bit everywhere, do not "
    "let a * b + c be contracted: -ffp-contract=off, which is usual with gcc -std=c99; have "
    "FLT_EVAL_METHOD 0, on x86 of 32 bits by -msse2 -mfpmath=sse; and never -ffast-math."
)
BYTES = {"double": 8, "single": 4}
OUTPUTS = {
    "forward": "prediction",
    "gradients": "gradient",
    "input_gradients": "input_gradient",
}

Fields = dict[str, Any]


def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the header and the source."""
    own = _wide(request) if request.step is None else _scalar(request, request.step)
    fields = _common(request) | own
    name = fields["name"]
    files = [
        SourceFile(f"{name}.h", request.render("header.h.jinja", **fields)),
        SourceFile(f"{name}.c", request.render("source.c.jinja", **fields)),
    ]
    if request.with_test:
        text = request.render("test.c.jinja", **fields, **_test(request))
        files.append(SourceFile(f"{name}_test.c", text))
    return tuple(files)


def _test(request: Request) -> Fields:
    """Return what the program needs that tests the code."""
    found, upper = vectors(request), prefix(request.spec).upper()
    each = "vector->samples * " if request.samples == "batch" else ""
    state = f" + {upper}_STATE" if initial_state(request.spec) else ""
    sizes = {
        "loss": "1",
        "gradients": f"{upper}_PARAMETERS",
        "input_gradients": f"{each}{upper}_INPUTS",
        "update": f"{upper}_PARAMETERS{state}",
        "train": f"{upper}_PARAMETERS{state}",
    }
    return {
        "version": __version__,
        "count": max(len(one.given.x) for one in found),
        "steps": max(len(one.given.rates) for one in found),
        "calls": [(name, sizes[name]) for name in found[0].expected.by_function if name in sizes],
        "results": max(len(one.expected.numbers) for one in found),
        "exact": found[0].tolerance is None,
        "absolute": "fabs" if request.precision == "double" else "fabsf",
        "vectors": vector_constant(found, syntax(request.precision).number, bool(each)),
    }


def prefix(spec: Spec) -> str:
    """Return what all names that other files see begin with; it also names the files."""
    name = re.sub("[^A-Za-z0-9]+", "_", spec.name).strip("_")
    return name if name[:1].isalpha() and name.lower() not in STANDARD else f"n_{name}"


def _common(request: Request) -> Fields:
    """Return what the templates need of any network."""
    spec, name = request.spec, prefix(request.spec)
    literal, start = syntax(request.precision).number, initial_state(request.spec)
    initial = initial_values(spec, parameter_names(spec))
    return {
        "name": name,
        "NAME": name.upper(),
        "real": REALS[request.precision],
        "samples": request.samples,
        "mean": spec.training.reduction == "mean",
        "loss_number": loss_number(request, " // "),
        "xy": list(request.xy),
        "kept": ["params", "state"] if start else ["params"],
        "sizes": list(_sizes(spec)),
        "inputs": described(spec.inputs),
        "targets": described(spec.targets) if spec.targets else "",
        "constants": list(values(spec, name, REALS[request.precision], initial, literal)),
        "value": "loss" if spec.targets else "output whose gradients are asked for",
        "zero": literal(Fraction(0)),
        "start": filled("state", start, literal),
    }


def _sizes(spec: Spec) -> Iterator[tuple[str, int, str]]:
    """Yield how many there are of what."""
    yield "PARAMETERS", len(parameter_names(spec)), "parameters"
    yield "INPUTS", len(spec.inputs), "inputs of a sample"
    if spec.targets:
        yield "TARGETS", len(spec.targets), "targets of a sample"
    yield "OUTPUTS", spec.layers[-1].units, "predictions of a sample"
    if state := initial_state(spec):
        yield "STATE", len(state), "numbers that the optimizer keeps from step to step"
    if several_samples(spec) and spec.samples is not None:
        yield "SAMPLES", len(spec.samples.x), "samples of the network file"
    if rates := spec.training.rates:
        single = same_rates(spec)
        yield "RATES", 1 if single else len(rates), "learning rates of the network file"
        if single:
            yield "STEPS", len(rates), "steps of the network file"


def _scalar(request: Request, step: TrainingStep) -> Fields:
    """Return what the templates need of a network with a name for every node."""
    name = prefix(request.spec)
    update = fused_update(request, step)
    given = all_names(step, update)
    own = {one for one in given if one.startswith((f"{name}_", f"{name.upper()}_"))}
    called = escaped(given, OWN | reserved(given) | own)
    printer = Printer(
        syntax(request.precision), {**called, step.rate: "learning_rate"}, remarks(request)
    )
    found = routines(step)
    parameters = [one.name for one in step.network.parameters]
    upper = name.upper()
    known = [
        names(
            "The parameters' names, in the order of every array of parameters.",
            f"{name}_parameter_names",
            f"{upper}_PARAMETERS",
            parameters,
        )
    ]
    if step.state:
        known.append(
            names(
                "The names of what the optimizer keeps.",
                f"{name}_state_names",
                f"{upper}_STATE",
                step.state,
            )
        )
    counts = scalar_counts(request, step, update.found if update else None)
    return _told(request, counts, renamed(called)) | {
        "names": known,
        "tables": [],
        "predictions": described([called[one] for one in step.network.predictions]),
        **_bodies(request, found, printer, update),
    }


def _bodies(
    request: Request, found: Routines, printer: Printer, fused_one: Inlined | None
) -> Fields:
    """Return the functions and their bodies, where every node has a name."""
    real, batch = REALS[request.precision], request.samples == "batch"
    own, update = "sample_" if batch else "", found.updating(batch)
    asked = {"forward": found.forward, "gradients": found.gradients, "loss": found.loss}
    if found.input_gradients:
        asked["input_gradients"] = found.input_gradients
    bodies = {
        own + called: InPlace(printer, real, OUTPUTS.get(called, "")).function(one)
        for called, one in asked.items()
    }
    writer = InPlace(printer, real)
    bodies["update"] = writer.function(update)
    training = None if batch else writer.training(update, request.samples == "online")
    if fused_one:
        printer = telling(printer, request, fused_one)
        own_loop = FusedInPlace(fused_one, printer, real, prefix(request.spec).upper())
        bodies["update"], training = own_loop.update(), own_loop.training()
    nodes = (node for one in (*asked.values(), update) for node in one.nodes)
    return _functions(request, bodies, OUTPUTS, nodes, batch) | {
        "training": training if training and _reads_all(request, training) else None,
    }


def _reads_all(request: Request, training: Mapping[str, Lines]) -> bool:
    """Whether a loop of updates has a use for all that train is given; else it calls update."""
    own = "one_" if request.samples == "online" else ""
    given = ("learning_rate", *(own + one for one in request.xy))
    return not ignored(given, (*training["sample"], *training["step"]))


def _wide(request: Request) -> Fields:
    """Return what the templates need of a network written as loops."""
    spec, found = request.spec, loops(request.spec)
    printer, real = (
        Printer(syntax(request.precision), remarks=remarks(request)),
        REALS[request.precision],
    )
    own = "sample_" if request.samples == "batch" else ""
    asked = {"forward": found.forward, "gradients": found.gradients}
    if found.input_gradients:
        asked["input_gradients"] = found.input_gradients
    outputs = {called: str(block.results[0]) for called, block in asked.items()}
    bodies = {
        own + called: looped(one, printer, real, outputs[called]) for called, one in asked.items()
    }
    bodies[f"{own}loss"] = looped(found.loss, printer, real)
    bodies["update"] = looped(in_place(found.update), printer, real)
    blocks = (*asked.values(), found.loss, found.update)
    nodes = (node for one in blocks for node in one.nodes)
    return _told(request, loop_counts(request, found), ()) | {
        "names": [],
        "tables": [
            table(f"static const size_t {name}[] = {{", list(map(str, places)))
            for name, places in found.tables
        ],
        "predictions": described([f"y_hat{k + 1}" for k in range(spec.layers[-1].units)]),
        **_functions(request, bodies, outputs, nodes, from_gradient=True),
        "training": None,
    }


def _functions(
    request: Request,
    bodies: dict[str, Lines],
    outputs: dict[str, str],
    nodes: Iterable[Expression],
    from_gradient: bool,
) -> Fields:
    """Return all functions, the bodies known so far, and whether they call <math.h>.

    ``from_gradient``: an update hands its arguments on to gradients, but for the rate.
    """
    found = functions(request, prefix(request.spec), REALS[request.precision], outputs)
    given = {called: found[called].names for called in bodies}
    if from_gradient:
        given["update"] = ("learning_rate",)
    whole = {called: (*ignored(given[called], lines), *lines) for called, lines in bodies.items()}
    return {
        "functions": found,
        "bodies": whole,
        "math": bool(functions_used(nodes)),
        "from_gradient": from_gradient,
        "meaning": {
            called: _meaning(request, outputs, several=called == "train") for called in found
        },
    }


def _meaning(request: Request, outputs: Mapping[str, str], several: bool) -> dict[str, str]:
    """Say what every argument of a function is; ``several``: an online one sees all samples."""
    spec, upper = request.spec, prefix(request.spec).upper()
    many = request.samples == "batch" or (request.samples == "online" and several)
    rows = ", row by row, of every sample" if many else ""
    return {
        "params": f"{upper}_PARAMETERS numbers",
        "state": f"{upper}_STATE numbers",
        "x": f"the inputs {described(spec.inputs)}{rows}",
        "y": f"the targets {described(spec.targets or ('y',))}{rows}",
        "samples": "how many samples there are, at least one",
        "learning_rate": "the size of the step",
        "rates": "a learning rate for every step",
        "steps": "how many steps to take",
        outputs["forward"]: f"where the predictions go, {upper}_OUTPUTS a sample",
        outputs["gradients"]: "where the derivatives go, in the order of the parameters",
        outputs.get("input_gradients", ""): f"where the derivatives go, {upper}_INPUTS a sample",
    }


MEMORY = (
    "nothing is allocated and nothing kept between calls; results are written into arrays of the "
    "caller's, which must not overlap."
)


def _stack(request: Request) -> str:
    """Say what a board's stack has to hold; lists of gradients are what may be large."""
    count, size = len(parameter_names(request.spec)), BYTES[request.precision]
    lists = 2 if request.samples == "batch" else 1 if request.step is None else 0
    own = [f"{lists * count * size} bytes of gradients in an update"] if lists else []
    if request.arithmetic == "fused" and request.samples != "batch":
        kept = count + len(initial_state(request.spec))
        own.append(f"{kept * size} bytes of parameters and state in train")
    named = [*own, "those variables that registers do not hold, as gcc -fstack-usage tells"]
    return f"{', and '.join(named)}."


def _told(request: Request, counts: Counted, changed: tuple[tuple[str, str], ...]) -> Fields:
    """Return the lines of the header; ``origin``: those that the source repeats."""
    facts = {"Compile": COMPILING, "Memory": MEMORY, "Stack": _stack(request)}
    told = header(request, counts, changed, comment_safe, facts)
    return {"header": told, "origin": told[: told.index("", told.index("") + 1)]}
