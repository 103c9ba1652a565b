"""The names of a network file, checked: identifiers, and each for one thing only.

In: Section, Spec. Out: names, or a SpecError.
"""

import re
from collections.abc import Iterator

from symnet.model.notation import name_problem
from symnet.model.numbering import parameter_names
from symnet.model.section import Section
from symnet.model.spec import Spec
from symnet.model.wording import shown, suggestion

FLAT = re.compile(r"([wb])([1-9][0-9]*)")
LAYERED = re.compile(r"([wb])([1-9][0-9]*)_([1-9][0-9]*)(?:_([1-9][0-9]*))?")
KINDS = {"w": "weight", "b": "bias"}


def check_names(top: Section, spec: Spec) -> None:
    """Check every given name, and that inputs, targets and parameters do not share one.

    A parameter may stand in several places: it is then shared between them.

    Raises:
        SpecError: a name cannot be used, or stands for two things.
    """
    taken: dict[str, str] = {}
    for key, names in (("inputs", spec.inputs), ("targets", spec.targets)):
        for position, name in enumerate(names, 1):
            place = f"{key}[{position}]" if isinstance(top.get(key), list) else key
            _check(top, place, name, taken, spec)
            taken[name] = key
    for place, name in given_parameters(spec):
        _check(top, place, name, taken, spec)


def _check(top: Section, place: str, name: object, taken: dict[str, str], spec: Spec) -> None:
    problem = name_problem(name)
    if problem or not isinstance(name, str):
        top.fail(place, f"{shown(name)} cannot be a name: {problem}")
    if name in taken:
        ours = name if place.endswith("]") else f"{name}, the default name,"
        top.fail(place, f"{ours} is already one of the {taken[name]}; give another name")
    if kind := _default_of(spec, name):
        top.fail(
            place,
            f"{name} is also the default name of a {kind} that the file gives no name; "
            "give another name",
        )


def given_parameters(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield the key and the name of every place of a parameter that has one."""
    for number, layer in enumerate(spec.layers, 1):
        for unit, row in enumerate(layer.weights or (), 1):
            for source, name in enumerate(row, 1):
                yield f"layers[{number}].weights[{unit}][{source}]", name
        key = "thresholds" if layer.bias_sign < 0 else "biases"
        for unit, name in enumerate(layer.biases or (), 1):
            yield f"layers[{number}].{key}[{unit}]", name


def _default_of(spec: Spec, name: str) -> str:
    """Return "weight" or "bias" if numbering gives one this name, else nothing.

    Found by arithmetic: a wide network has millions of names, which are not written out for this.
    """
    if spec.numbering == "layered":
        return _default_of_layered(spec, name)
    found = FLAT.fullmatch(name)
    if found is None:
        return ""
    kind = KINDS[found[1]]
    count = sum(units * sources for units, sources in _numbered(spec, kind))
    return kind if int(found[2]) <= count else ""


def _default_of_layered(spec: Spec, name: str) -> str:
    found = LAYERED.fullmatch(name)
    if found is None or (found[1] == "w") != (found[4] is not None):
        return ""
    kind, (layer, unit, source) = KINDS[found[1]], (int(found[k] or 1) for k in (2, 3, 4))
    if layer > len(spec.layers):
        return ""
    units, sources = _numbered(spec, kind)[layer - 1]
    return kind if unit <= units and source <= sources else ""


def _numbered(spec: Spec, kind: str) -> list[tuple[int, int]]:
    """Return the shape of each layer's numbered weights or biases: 0, 0 where names are given."""
    sizes = [len(spec.inputs), *(layer.units for layer in spec.layers)]
    given = [layer.weights if kind == "weight" else layer.biases for layer in spec.layers]
    return [
        (0, 0) if names is not None else (units, sources if kind == "weight" else 1)
        for names, units, sources in zip(given, sizes[1:], sizes, strict=False)
    ]


def frozen_names(top: Section, spec: Spec) -> tuple[str, ...]:
    """Return the parameters that updates leave alone, in PARAMETERS order.

    Raises:
        SpecError: ``frozen`` is not a list, or holds something that is no parameter.
    """
    names = top.get("frozen", [])
    if not isinstance(names, list):
        top.fail("frozen", f"expected a list of parameters, not {shown(names)}")
    if not names:
        return ()
    known, frozen = dict.fromkeys(parameter_names(spec)), set()
    for position, name in enumerate(names, 1):
        if not isinstance(name, str) or name not in known:
            hint = suggestion(name, known)
            top.fail(f"frozen[{position}]", f"{shown(name)} is not a parameter; {hint}")
        frozen.add(name)
    return tuple(name for name in known if name in frozen)
