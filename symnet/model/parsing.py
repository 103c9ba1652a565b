"""The gate: a network file becomes a Spec, or one line says why not.

In: TOML text. Out: Spec.

Nothing in a file is ever evaluated: numbers are decimals, names are identifiers, and functions
are entries of the tables.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from symnet.errors import SpecError
from symnet.model.activations import ACTIVATIONS
from symnet.model.choices import choice
from symnet.model.losses import LOSSES
from symnet.model.naming import check_names, given_names
from symnet.model.options import KINK
from symnet.model.spec import Choice, InitialSpec, LayerSpec, Spec
from symnet.model.toml import MOST_BYTES, Section, any_of, read_toml, shown, shown_text
from symnet.model.training import read_training
from symnet.model.values import read_initial, read_samples

STEM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
MOST_UNITS = 100_000
MOST_LAYERS = 100
MOST_WEIGHTS = 10_000_000
KEYS = (
    "title inputs targets layers loss kink numbering layout frozen input_gradients "
    "initial sample samples training"
).split()
LAYER_KEYS = ("units", "activation", "weights", "biases", "thresholds")


def read_spec(path: Path) -> Spec:
    """Read a network file.

    Raises:
        SpecError: it cannot be read, or is not a sound network.
    """
    file = shown_text(path.name)
    if not STEM.fullmatch(path.stem) or len(path.stem) > 40:
        raise SpecError(
            f"{file}: a network's file is named by a letter, then letters, digits, _ or -, "
            "at most 40 of them"
        )
    try:
        with path.open("rb") as opened:
            if not os.path.isfile(path):
                raise SpecError(f"{file}: not a file")
            content = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SpecError(f"{file}: no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its path cannot be used"
        raise SpecError(f"{file}: cannot be read: {reason}") from None
    return parse_spec(content, path.stem, path.parent, file)


def parse_spec(content: bytes, name: str, folder: Path | None, file: str) -> Spec:
    """Make a Spec of a network file's content; value files are looked for in ``folder``.

    Raises:
        SpecError: the content is not a sound network.
    """
    top = Section(file, "", read_toml(content, file), KEYS)
    inputs = _names(top, "inputs", "x", top.required("inputs", "a list of names, or how many"))
    layers = _layers(top, len(inputs))
    loss = _loss(top, layers)
    targets = _targets(top, loss, layers[-1].units)
    spec = Spec(
        name=name,
        title=top.text("title", name, 200),
        inputs=inputs,
        targets=targets,
        layers=layers,
        loss=loss,
        numbering=_word(top, "numbering", ("flat", "layered")),
        layout=_word(top, "layout", ("column", "row")),
        input_gradients=top.flag("input_gradients"),
    )
    check_names(top, spec)
    return _completed(top, spec, folder)


def _completed(top: Section, spec: Spec, folder: Path | None) -> Spec:
    """Add what can only be read once the parameters have names."""
    frozen = given_names(top, "frozen", spec)
    initial: InitialSpec | None = read_initial(top, spec, folder)
    samples = read_samples(top, spec, folder)
    spec = replace(spec, frozen=frozen, initial=initial, samples=samples)
    return replace(spec, training=read_training(top, spec))


def _word(top: Section, name: str, words: tuple[str, str]) -> Any:
    return top.word(name, words)


def _names(section: Section, key: str, base: str, value: Any) -> tuple[str, ...]:
    """Return names as given, or numbered: x, or x1, x2, ..."""
    if isinstance(value, int) and not isinstance(value, bool):
        count = section.counted(key, value, 1, MOST_UNITS)
        return (base,) if count == 1 else tuple(f"{base}{k}" for k in range(1, count + 1))
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value:
        section.fail(key, f"expected a list of names, or how many, not {shown(value)}")
    if len(value) > MOST_UNITS:
        section.fail(key, f"at most {MOST_UNITS}")
    return tuple(value)


def _layers(top: Section, inputs: int) -> tuple[LayerSpec, ...]:
    tables = top.required("layers", "at least one [[layers]]")
    if not isinstance(tables, list) or not tables:
        top.fail("layers", "expected at least one [[layers]]")
    if len(tables) > MOST_LAYERS:
        top.fail("layers", f"at most {MOST_LAYERS} layers")
    layers: list[LayerSpec] = []
    sources, weights = inputs, 0
    for number, table in enumerate(tables, 1):
        section = Section(top.file, f"layers[{number}]", table, LAYER_KEYS)
        layers.append(_layer(top, section, sources))
        weights += sources * layers[-1].units
        sources = layers[-1].units
    if weights > MOST_WEIGHTS:
        top.fail("layers", f"{weights} weights; symnet takes at most {MOST_WEIGHTS}")
    return tuple(layers)


def _layer(top: Section, section: Section, sources: int) -> LayerSpec:
    if "units" not in section:
        section.fail("units", "missing; give the number of units")
    units = section.whole("units", 0, 1, MOST_UNITS)
    kink = top.number("kink", top.get("kink", 0))
    if not KINK.allows(kink):
        top.fail("kink", f"expected {KINK.wanted}")
    activation = choice(section, "activation", ACTIVATIONS, "identity", {"kink": kink})
    if activation.name == "softmax" and units == 1:
        section.fail("activation", "softmax over one unit is always 1; use at least 2 units")
    if "biases" in section and "thresholds" in section:
        section.fail("thresholds", "give biases or thresholds, not both")
    subtracted = "thresholds" in section
    biases = _biases(section, "thresholds" if subtracted else "biases", units)
    sign: Literal[1, -1] = -1 if subtracted and biases != () else 1
    return LayerSpec(units, activation, _weights(section, units, sources), biases, sign)


def _weights(section: Section, units: int, sources: int) -> tuple[tuple[str, ...], ...] | None:
    """Return the names as W: a row a unit, a column a source unit."""
    rows = section.get("weights")
    if rows is None:
        return None
    wanted = f"{units} rows (one a unit) of {sources} names (one a source unit)"
    if not isinstance(rows, list) or len(rows) != units:
        section.fail("weights", f"expected {wanted}")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != sources:
            section.fail(f"weights[{number}]", f"expected {wanted}")
    return tuple(tuple(row) for row in rows)


def _biases(section: Section, key: str, units: int) -> tuple[str, ...] | None:
    value = section.get(key)
    if value is None or value is True:
        return None
    if value is False:
        return ()
    if isinstance(value, str):
        return (value,) * units
    if not isinstance(value, list) or len(value) != units:
        section.fail(key, f"expected {units} names (one a unit), one name for all, or false")
    return tuple(value)


def _loss(top: Section, layers: tuple[LayerSpec, ...]) -> Choice:
    top.required("loss", any_of(tuple(LOSSES)))
    loss, last = choice(top, "loss", LOSSES, None), layers[-1]
    needed = LOSSES[loss.name].activation
    if needed is not None and last.activation.name != needed:
        top.fail(
            "loss", f"{loss.name} needs {needed} in the last layer, not {last.activation.name}"
        )
    if loss.name == "none" and loss.number("output") > last.units:
        top.fail("loss.output", f"the last layer has {last.units} outputs")
    return loss


def _targets(top: Section, loss: Choice, outputs: int) -> tuple[str, ...]:
    if loss.name == "none":
        if "targets" in top:
            top.fail("targets", "loss none compares with no target; leave targets out")
        return ()
    targets = _names(top, "targets", "y", top.get("targets", outputs))
    if len(targets) != outputs:
        wanted = f"{outputs} targets, one a unit of the last layer"
        top.fail("targets", f"expected {wanted}, not {len(targets)}")
    return targets
