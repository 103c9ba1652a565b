"""Code for a target: the one way in, whatever the language.

In: TrainingStep or Spec, the names of a target and a style. Out: SourceFile.

A target is a module of symnet.emit.targets, found by listing that folder. It has ``STYLES``, the
styles it writes, ``WIDE_STYLES``, those it can write as loops, and ``sources(request)``.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast, get_args

from symnet.derive.update import TrainingStep
from symnet.emit import targets as folder
from symnet.emit.request import READABLE, Form, Request, usual_form
from symnet.errors import SpecError, UnsupportedError
from symnet.files import SourceFile
from symnet.model.spec import Spec


def targets() -> tuple[str, ...]:
    """Return the names of all targets."""
    return tuple(sorted(one.name for one in iter_modules(folder.__path__)))


def styles(target: str) -> tuple[str, ...]:
    """Return the styles that ``target`` writes, the usual one first."""
    return tuple(_module(target).STYLES)


def wide_styles(target: str) -> tuple[str, ...]:
    """Return the styles that ``target`` writes as loops over the layers of a wide network."""
    return tuple(_module(target).WIDE_STYLES)


def form_of(spec: Spec, form: str | None = None) -> Form:
    """Return the form asked for; else scalars for networks that can be read, loops for wider ones.

    Raises:
        SpecError: there is no such form.
    """
    if form is None:
        return usual_form(spec)
    for known in get_args(Form):
        if form == known:
            return cast(Form, known)
    raise SpecError(_unknown("form", form, get_args(Form)))


def emit(
    step: TrainingStep, target: str, style: str = "module", source: str | None = None
) -> SourceFile:
    """Write the training step in ``target``, with one line for every node.

    ``source``: what the command line calls the network, for the header; else its name.

    Raises:
        SpecError: there is no such target or style.
    """
    spec = step.network.spec
    return _joined(_written(Request(spec, step, target, style, source or spec.name)))


def emit_loops(
    spec: Spec, target: str, style: str = "module", source: str | None = None
) -> SourceFile:
    """Write the training step of a network of any width in ``target``, as loops over its layers.

    Raises:
        SpecError: there is no such target or style.
        UnsupportedError: the target does not write this style as loops.
    """
    return _joined(_written(Request(spec, None, target, style, source or spec.name)))


def _written(request: Request) -> tuple[SourceFile, ...]:
    module = _module(request.target)
    if request.style not in module.STYLES:
        raise SpecError(_unknown(f"style of target {request.target}", request.style, module.STYLES))
    if request.step is None and request.style not in module.WIDE_STYLES:
        raise UnsupportedError(
            f"style {request.style!r} of target {request.target}: it goes node by node and is not "
            f"written as loops; networks of up to {READABLE} parameters, or the scalar form, "
            "have it"
        )
    return tuple(module.sources(request))


def _joined(files: tuple[SourceFile, ...]) -> SourceFile:
    """Put what a target writes as several files into one, under the path of the first."""
    return SourceFile(files[0].path, "\n".join(one.text for one in files))


def _module(target: str) -> Any:
    if target not in targets():
        raise SpecError(_unknown("target", target, targets()))
    return import_module(f"{folder.__name__}.{target}")


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    known = tuple(known)
    near = get_close_matches(given, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}"
    return f"{what}: {given!r} is not known; {hint}"
