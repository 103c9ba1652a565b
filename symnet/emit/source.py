"""Code for a target: the one way in, whatever the language.

In: Options, Spec, TrainingStep. Out: SourceFile.

A target is a module of symnet.emit.targets, found by listing that folder. It has ``STYLES``, the
styles it writes, the usual one first; ``WIDE_STYLES``, those it can write as loops; and
``sources(request)``. It may have ``ARITHMETICS`` and ``PRECISIONS``, the usual one first, where it
writes more than the exact one and float64; ``UNTESTED``, the styles that it writes no self-test
for; and ``MATRICES``, true where its lines are those of the matrix form.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

from symnet.derive.update import TrainingStep
from symnet.emit import targets as folder
from symnet.emit.options import (
    ARITHMETICS,
    FORMS,
    PRECISIONS,
    Arithmetic,
    Form,
    Options,
    Precision,
)
from symnet.emit.request import READABLE, Request, usual_form
from symnet.emit.source_map import source_map
from symnet.errors import SpecError, UnsupportedError
from symnet.files import SourceFile
from symnet.model.collecting import uncollected
from symnet.model.spec import Spec
from symnet.model.wording import unknown
from symnet.rendering import template_folder

Word = TypeVar("Word", bound=str)


def targets() -> tuple[str, ...]:
    """Return the names of all targets."""
    return tuple(sorted(one.name for one in iter_modules(folder.__path__)))


def styles(target: str) -> tuple[str, ...]:
    """Return the styles that ``target`` writes, the usual one first."""
    return tuple(_module(target).STYLES)


def wide_styles(target: str) -> tuple[str, ...]:
    """Return the styles that ``target`` writes as loops over the layers of a wide network."""
    return tuple(_module(target).WIDE_STYLES)


def arithmetics(target: str) -> tuple[Arithmetic, ...]:
    """Return the kinds of arithmetic that ``target`` writes, the usual one first."""
    return tuple(getattr(_module(target), "ARITHMETICS", ARITHMETICS[:1]))


def precisions(target: str) -> tuple[Precision, ...]:
    """Return the precisions of numbers that ``target`` writes, the usual one first."""
    return tuple(getattr(_module(target), "PRECISIONS", PRECISIONS[:1]))


def form_of(spec: Spec, form: str | None = None) -> Form:
    """Return the form asked for; else scalars for networks that can be read, loops for wider ones.

    Raises:
        SpecError: there is no such form.
    """
    return usual_form(spec) if form is None else _one_of("form", form, FORMS)


def request_for(
    options: Options, spec: Spec, step: Callable[[], TrainingStep], source: str | None = None
) -> Request:
    """Fill in what is usual; ``step``: works the training step out, if the form needs one.

    ``source``: what the command line calls the network, for the header; else its name.

    Raises:
        SpecError: there is no such target, style, form or arithmetic.
        UnsupportedError: the target does not write what is asked for, or not together.
    """
    target = options.target
    known = styles(target)
    style = _one_of(f"style of target {target}", options.style or known[0], known)
    form = form_of(spec, options.form)
    _refuse_loops(target, style, form)
    _refuse_test(target, style, options.with_test)
    arithmetic = _offered(
        target, "arithmetic", options.arithmetic, ARITHMETICS, arithmetics(target)
    )
    _refuse_fused(target, arithmetic, form, style)
    precision = _offered(target, "precision", options.precision, PRECISIONS, precisions(target))
    _refuse_templates(target, options.templates)
    return Request(
        spec=spec,
        step=step() if form == "scalar" else None,
        target=target,
        style=style,
        source=source or spec.name,
        arithmetic=arithmetic,
        with_test=options.with_test,
        templates=options.templates,
        source_map=options.source_map,
        usual_arithmetic=arithmetics(target)[0],
        matrices=getattr(_module(target), "MATRICES", False),
        precision=precision,
    )


@uncollected
def sources(request: Request) -> tuple[SourceFile, ...]:
    """Write the files that ``request`` asks for.

    Raises:
        SpecError: a template of the user's does not work.
        UnsupportedError: the target cannot write this network.
    """
    files = tuple(_module(request.target).sources(request))
    return (*files, source_map(request, files)) if request.source_map else files


def joined(files: tuple[SourceFile, ...]) -> SourceFile:
    """Put what a target writes as several files into one, under the path of the first."""
    return SourceFile(files[0].path, "\n".join(one.text for one in files))


def emit(
    step: TrainingStep, target: str, style: str | None = None, source: str | None = None
) -> SourceFile:
    """Write the training step in ``target`` as one file, with one line for every node."""
    options = Options(target, style, "scalar")
    return joined(sources(request_for(options, step.network.spec, lambda: step, source)))


def emit_loops(
    spec: Spec, target: str, style: str | None = None, source: str | None = None
) -> SourceFile:
    """Write the training step of a network of any width as one file, as loops over its layers."""
    options = Options(target, style, "loops")
    return joined(sources(request_for(options, spec, _no_step, source)))


def _no_step() -> TrainingStep:
    raise AssertionError("loops need no scalar network")


def _refuse_loops(target: str, style: str, form: Form) -> None:
    if form == "loops" and style not in wide_styles(target):
        raise UnsupportedError(
            f"style {style!r} of target {target}: it goes node by node and is not written as "
            f"loops; networks of up to {READABLE} parameters, or --form scalar, have it"
        )


def _refuse_fused(target: str, arithmetic: Arithmetic, form: Form, style: str) -> None:
    if arithmetic == "fused" and style != "module":
        raise UnsupportedError(
            f"--arithmetic fused and --style {style} do not combine: the module has it"
        )
    by_units = form == "loops" and not getattr(_module(target), "MATRICES", False)
    if arithmetic == "fused" and by_units:
        raise UnsupportedError(
            "--arithmetic fused: it is written node by node and not as loops; networks of up "
            f"to {READABLE} parameters, or --form scalar, have it"
        )


def _refuse_test(target: str, style: str, with_test: bool) -> None:
    if with_test and style in getattr(_module(target), "UNTESTED", ()):
        raise UnsupportedError(
            f"--with-test and --style {style} do not combine: test the module, which computes the "
            "same"
        )


def _offered(
    target: str, kind: str, asked: str | None, known: tuple[Word, ...], offered: tuple[Word, ...]
) -> Word:
    """Return what is asked for, or else the first that the target writes."""
    chosen = _one_of(kind, asked or offered[0], known)
    if chosen not in offered:
        raise UnsupportedError(
            f"--{kind} {chosen}: target {target} writes {' or '.join(offered)} only"
        )
    return chosen


def _refuse_templates(target: str, templates: Path | None) -> None:
    """Refuse a folder that would change nothing, before a user looks for the reason."""
    if templates is None:
        return
    if not templates.is_dir():
        raise SpecError(f"--templates {templates}: there is no such folder")
    own = (template_folder() / "code" / target).glob("*.jinja")
    names = sorted(one.name for one in own)
    if not any((templates / "code" / target / name).is_file() for name in names):
        raise SpecError(
            f"--templates {templates}: it has none of the templates of target {target}, which are "
            f"code/{target}/ with {', '.join(names)}"
        )


def _one_of(what: str, word: str, known: tuple[Word, ...]) -> Word:
    if word not in known:
        raise SpecError(f"{what}: {unknown(word, known)}")
    return word


def _module(target: str) -> Any:
    return import_module(f"{folder.__name__}.{_one_of('target', target, targets())}")
