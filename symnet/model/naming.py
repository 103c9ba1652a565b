"""The names of a network file, checked: identifiers, distinct, and none missing.

In: Section, Spec. Out: nothing, or a SpecError.
"""

from collections.abc import Iterator
from dataclasses import replace

from symnet.model.notation import name_problem
from symnet.model.numbering import parameter_names
from symnet.model.spec import Spec
from symnet.model.toml import Section, shown, suggestion


def check_names(top: Section, spec: Spec) -> None:
    """Check every given name, and that inputs, targets and parameters do not share one.

    A parameter may stand in several places: it is then shared between them.

    Raises:
        SpecError: a name cannot be used, or stands for two things.
    """
    taken: dict[str, str] = {}
    for key, names in (("inputs", spec.inputs), ("targets", spec.targets)):
        for position, name in enumerate(names, 1):
            _usable(top, f"{key}[{position}]", name)
            if name in taken:
                top.fail(f"{key}[{position}]", f"{name} is already one of the {taken[name]}")
            taken[name] = key
    for key, name in _given(spec):
        _usable(top, key, name)
        if name in taken:
            top.fail(key, f"{name} is already one of the {taken[name]}")
    _check_numbered(top, spec, taken)


def _usable(top: Section, key: str, name: object) -> None:
    if problem := name_problem(name):
        top.fail(key, f"{shown(name)} cannot be a name: {problem}")


def _given(spec: Spec) -> Iterator[tuple[str, str]]:
    for number, layer in enumerate(spec.layers, 1):
        for unit, row in enumerate(layer.weights or (), 1):
            for source, name in enumerate(row, 1):
                yield f"layers[{number}].weights[{unit}][{source}]", name
        key = "thresholds" if layer.bias_sign < 0 else "biases"
        for unit, name in enumerate(layer.biases or (), 1):
            yield f"layers[{number}].{key}[{unit}]", name


def _check_numbered(top: Section, spec: Spec, taken: dict[str, str]) -> None:
    """Check that no given name is also a numbered one; w and b alone never are."""
    given = {name: key for key, name in _given(spec)} | taken
    suspects = [name for name in given if name[0] in "wb" and name[1:2].isdigit()]
    if not suspects:
        return
    numbered = set(parameter_names(_numbered_only(spec)))
    for name in suspects:
        if name in numbered:
            where = given[name]
            top.fail(where, f"{name} is also the number of a weight or bias that has no name")


def _numbered_only(spec: Spec) -> Spec:
    """Return the spec with given names replaced by ones that no number can equal."""
    layers = tuple(
        replace(
            layer,
            weights=layer.weights and tuple(("given",) * len(row) for row in layer.weights),
            biases=layer.biases and ("given",) * layer.units,
        )
        for layer in spec.layers
    )
    return replace(spec, layers=layers)


def given_names(top: Section, key: str, spec: Spec) -> tuple[str, ...]:
    """Return a list of parameters' names, each once.

    Raises:
        SpecError: it is not a list, or holds something that is no parameter.
    """
    names = top.get(key, [])
    if not isinstance(names, list):
        top.fail(key, f"expected a list of parameters, not {shown(names)}")
    if not names:
        return ()
    known = parameter_names(spec)
    for position, name in enumerate(names, 1):
        if not isinstance(name, str) or name not in known:
            hint = suggestion(name, known) if isinstance(name, str) else "give names"
            top.fail(f"{key}[{position}]", f"{shown(name)} is not a parameter; {hint}")
    return tuple(dict.fromkeys(names))
