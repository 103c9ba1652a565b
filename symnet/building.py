"""Builds: everything about a network, written to one folder, or compared with what stands there.

In: Stages. Out: files, and what is said of them.

A build whose inputs have not changed is recognised by their hash, without deriving anything.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from symnet import __version__
from symnet.doctor import TOOLS, Tool
from symnet.document import formats
from symnet.document.options import FRAGMENTS, SLIDES, USUAL, Options
from symnet.emit import targets
from symnet.errors import SpecError
from symnet.files import Output, SourceFile, Unmade
from symnet.model.normal import normalised
from symnet.model.spec import Spec
from symnet.model.wording import unknown
from symnet.outputs import compare_files, files_under, is_current, write_files
from symnet.pipeline import Stages, code, load
from symnet.progress import progress
from symnet.rendering import templates_digest

PACKAGE = Path(__file__).parent
# What of the package can change what is written, besides templates.
SOURCES = (".py", ".woff2", ".js", ".css")
TOO_WIDE = "slides tell a derivation unit by unit, and this network is too wide for that"
# The formats in which mistakes in somebody's derivation are told.
ERRATA = ("html", "latex", "markdown")
# Packages that are always here and whose versions can change what is written.
MAKERS = tuple(Tool(name, "", "") for name in ("jinja2", "mpmath", "sympy"))


def write(stages: Stages, out: Path, force: bool = False, options: Options = USUAL) -> str:
    """Write everything about one network; return a line that says what was done."""
    if found := up_to_date(stages, out, options):
        return found
    folder, inputs = out / stages.spec.name, inputs_digest(stages.spec, options)
    changes = write_files(folder, outputs(stages, options), inputs, force, bool(options.only))
    counted = f"{len(changes.written)} written, {len(changes.unchanged)} unchanged"
    removed = f", {len(changes.removed)} removed" if changes.removed else ""
    notes = "".join(f"\n  note: {one}" for one in stages.report.notices)
    notes += "".join(f"\n  not made: {one.path}; {one.why}" for one in changes.unmade)
    return f"{folder}: {counted}{removed}; {stages.report.summary}{notes}"


def up_to_date(stages: Stages, out: Path, options: Options = USUAL) -> str:
    """Return a line that says that there is nothing to do; empty if there is."""
    folder = out / stages.spec.name
    return (
        f"{folder}: up to date" if is_current(folder, inputs_digest(stages.spec, options)) else ""
    )


def compare(
    names: Sequence[str], out: Path, everything: bool, options: Options = USUAL
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how ``out`` differs from what would be written, and what could not be compared.

    ``everything``: a file that belongs to no network is a difference as well.
    """
    found, unmade, folders = [], [], []
    for done, name in enumerate(names, 1):
        stages = load(name)
        folder = out / stages.spec.name
        folders.append(stages.spec.name)
        with progress(f"comparing {name}, {done} of {len(names)}"):
            comparison = compare_files(folder, outputs(stages, options), bool(options.only))
        found += [] if comparison.same else [str(comparison)]
        unmade += [
            f"not compared: {(folder / one.path).as_posix()}; {one.why}\n"
            for one in comparison.unmade
        ]
    if everything and out.is_dir():
        strays = (path for path in files_under(out) if path.partition("/")[0] not in folders)
        found += [f"orphan: {(out / path).as_posix()}\n" for path in strays]
    return tuple(found), tuple(unmade)


def inputs_digest(spec: Spec, options: Options = USUAL) -> str:
    """Return one hash over all that decides a build: network, options, templates, versions."""
    digest = sha256()
    versions = [f"{one.name} {one.found}" for one in (*MAKERS, *TOOLS)]
    parts = [normalised(spec), str(options), templates_digest(), f"symnet {__version__}", *versions]
    for part in parts:
        digest.update(part.encode() + b"\0")
    for path in sorted(_sources()):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, _, names in os.walk(PACKAGE):
        yield from (Path(folder, name) for name in names if name.endswith(SOURCES))


def check_names(options: Options) -> None:
    """Refuse a name of something to build that there is not.

    Raises:
        SpecError: it names neither a format nor a target, nor fragments or report.
    """
    known = (*_listed(formats), *_listed(targets), FRAGMENTS, "report")
    for name in options.only:
        if name not in known:
            raise SpecError(f"--only {unknown(name, known)}")


def _listed(folder: ModuleType) -> tuple[str, ...]:
    """Return the names of a folder's modules, without loading them."""
    return tuple(sorted(one.name for one in iter_modules(folder.__path__)))


def outputs(stages: Stages, options: Options = USUAL) -> Iterator[Output]:
    """Yield every file about a network: code in every target and style, documents, report.

    A network too wide to be read unit by unit has its code as loops and its matrix form only.
    """
    from symnet.document.blocks import MATRICES, SCALAR
    from symnet.document.written import files

    yield from _code(stages, options)
    if not stages.wide:
        yield from files(stages.document(detail=options.detail), SCALAR, options)
    elif options.wants(SLIDES):
        yield Unmade(f"{SLIDES}/slides.tex", TOO_WIDE)
    yield from files(stages.document(form="matrix", detail=options.detail), MATRICES, options)
    yield from _errata(stages, options)
    if options.wants("report"):
        yield SourceFile("report.json", json.dumps(record(stages), indent=2) + "\n")


def _errata(stages: Stages, options: Options) -> Iterator[Output]:
    """Yield what is wrong in the derivation that ships beside a network, if one does."""
    from symnet.document.written import files
    from symnet.marking import shipped_errata

    told = None if stages.wide else shipped_errata(stages)
    if told is not None:
        for name in filter(options.wants, ERRATA):
            yield from files(told, "errata", replace(options, only=(name,)))


def _code(stages: Stages, options: Options) -> Iterator[SourceFile]:
    from symnet.emit.options import Options as Asked
    from symnet.emit.source import styles, targets, wide_styles

    for target in filter(options.wants, targets()):
        for style in wide_styles(target) if stages.wide else styles(target):
            for file in code(stages, Asked(target, style)):
                yield SourceFile(f"{target}/{file.path}", file.text)


def record(stages: Stages) -> dict[str, Any]:
    """Return what programs may want to know: gradients, operation counts and what was proven."""
    from symnet.model.normal import fingerprint

    head = {
        "symnet": __version__,
        "network": stages.spec.name,
        "sha256": fingerprint(stages.spec),
        "matrix form": {step.id: str(step) for step in stages.matrices.steps},
        "proof": _proof(stages),
    }
    return head if stages.wide else head | _scalar_record(stages)


def _proof(stages: Stages) -> dict[str, Any]:
    report = stages.report
    return {
        "verdict": "proven" if report.ok else "failed",
        "method": report.method,
        "points": report.arithmetic,
        "steps": dict(report.steps),
        "samples": dict(report.samples),
        "parameters": [
            # Worst distances are for reading; their last digits belong to no contract.
            {key: value for key, value in one.items() if key not in ("error", "differences")}
            for one in report.as_records()
        ],
    }


def _scalar_record(stages: Stages) -> dict[str, Any]:
    from symnet.derive.operations import operations

    derivation, step = stages.derivation, stages.step
    return {
        "gradients": {
            one.variable: {"name": one.name, "formula": str(derivation.value(one.variable))}
            for one in derivation.adjoints.values()
        },
        "operations": {
            "loss and gradients": str(operations(step.loss, step.gradients)),
            "update": str(operations(step.update)),
        },
    }
