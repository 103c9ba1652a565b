"""The gate: a network file becomes a Spec, or one line says why not.

In: TOML text. Out: Spec.

Nothing in a file is ever evaluated: numbers are decimals, names are identifiers, and functions
are entries of the tables.
"""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from symnet.model.activations import ACTIVATIONS
from symnet.model.choices import choice, refuse_strays
from symnet.model.losses import LOSSES
from symnet.model.naming import check_names, frozen_names
from symnet.model.opening import file_name, network_text
from symnet.model.options import KINK
from symnet.model.section import Section
from symnet.model.spec import Choice, LayerSpec, Spec
from symnet.model.symbols import read_symbols
from symnet.model.toml import read_toml
from symnet.model.training import read_training
from symnet.model.values import read_initial, read_samples
from symnet.model.wording import any_of, counted, shown

MOST_UNITS = 100_000
MOST_LAYERS = 100
MOST_WEIGHTS = 10_000_000
KEYS = (
    "title inputs targets layers loss kink numbering layout frozen input_gradients "
    "initial sample samples training symbols"
).split()
LAYER_KEYS = ("units", "activation", "weights", "biases", "thresholds")


def read_spec(path: Path) -> Spec:
    """Read a network file.

    Raises:
        SpecError: it cannot be read, or is not a sound network.
    """
    return parse_spec(network_text(path), path.stem, path.parent, file_name(path))


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a network is read from: its own first, then its files of values.

    Raises:
        SpecError: the network file cannot be read.
    """
    tables = read_toml(network_text(path), file_name(path))
    named = (one.get("file") for one in tables.values() if isinstance(one, dict))
    return (path, *(path.parent / one for one in named if isinstance(one, str)))


def parse_spec(text: str, name: str, folder: Path | None, where: str) -> Spec:
    """Make a Spec of a network file's text; value files are looked for in ``folder``.

    ``where`` is what complaints call the file.

    Raises:
        SpecError: the text is not a sound network.
    """
    tables = read_toml(text, where)
    refuse_strays(Section(where, "", tables), "loss", LOSSES, KEYS)
    top = Section(where, "", tables, KEYS)
    inputs = _names(top, "inputs", "x", top.required("inputs", "a list of names, or how many"))
    layers = _layers(top, len(inputs))
    loss = _loss(top, layers[-1])
    spec = Spec(
        name=name,
        title=top.text("title", name, 200),
        inputs=inputs,
        targets=_targets(top, loss, layers[-1].units),
        layers=layers,
        loss=loss,
        numbering="flat" if top.word("numbering", ("flat", "layered")) == "flat" else "layered",
        layout="column" if top.word("layout", ("column", "row")) == "column" else "row",
        input_gradients=top.flag("input_gradients"),
    )
    check_names(top, spec)
    spec = replace(spec, symbols=read_symbols(top, spec))
    return _completed(top, spec, folder)


def _completed(top: Section, spec: Spec, folder: Path | None) -> Spec:
    """Add what can only be read once the parameters have names."""
    frozen = frozen_names(top, spec)
    initial = read_initial(top, spec, folder)
    samples = read_samples(top, spec, folder)
    spec = replace(spec, frozen=frozen, initial=initial, samples=samples)
    return replace(spec, training=read_training(top, spec))


def _names(top: Section, key: str, base: str, value: object) -> tuple[str, ...]:
    """Return names as given, or numbered: x, or x1, x2, ...; ``check_names`` checks them."""
    if isinstance(value, int) and not isinstance(value, bool):
        count = top.whole(key, value, 1, MOST_UNITS)
        return (base,) if count == 1 else tuple(f"{base}{k}" for k in range(1, count + 1))
    if not isinstance(value, list) or not value:
        given = "an empty one" if value == [] else shown(value)
        top.fail(key, f"expected a list of names, or how many, not {given}")
    return tuple(value)


def _layers(top: Section, inputs: int) -> tuple[LayerSpec, ...]:
    tables = top.required("layers", "at least one [[layers]]")
    if not isinstance(tables, list) or not tables:
        top.fail("layers", f"expected at least one [[layers]], not {shown(tables)}")
    if len(tables) > MOST_LAYERS:
        top.fail("layers", f"expected at most {MOST_LAYERS} layers, not {len(tables)}")
    kink = top.number("kink", top.get("kink", 0))
    if not KINK.allows(kink):
        top.fail("kink", f"expected {KINK.wanted}, not {shown(top.get('kink'))}")
    layers: list[LayerSpec] = []
    sources, weights = inputs, 0
    for number, table in enumerate(tables, 1):
        section = _layer_section(top.file, f"layers[{number}]", table)
        layers.append(_layer(section, sources, kink))
        weights += sources * layers[-1].units
        sources = layers[-1].units
    if weights > MOST_WEIGHTS:
        top.fail("layers", f"expected at most {MOST_WEIGHTS} weights in all, not {weights}")
    return tuple(layers)


def _layer_section(file: str, key: str, table: object) -> Section:
    refuse_strays(Section(file, key, table), "activation", ACTIVATIONS, LAYER_KEYS)
    return Section(file, key, table, LAYER_KEYS)


def _layer(section: Section, sources: int, kink: Fraction) -> LayerSpec:
    section.required("units", "the number of units")
    units = section.whole("units", 0, 1, MOST_UNITS)
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
    if not isinstance(rows, list) or len(rows) != units:
        wanted, found = f"{counted(units, 'row')} of names, one a unit", _length(rows, "row")
        section.fail("weights", f"expected {wanted}, not {found}")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != sources:
            wanted, found = f"{counted(sources, 'name')}, one a source unit", _length(row, "name")
            section.fail(f"weights[{number}]", f"expected {wanted}, not {found}")
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
        wanted = f"a list of {counted(units, 'name')} (one a unit), one name for all, or false"
        section.fail(key, f"expected {wanted}; not {_length(value, 'name')}")
    return tuple(value)


def _length(value: object, word: str) -> str:
    return counted(len(value), word) if isinstance(value, list) else shown(value)


def _loss(top: Section, last: LayerSpec) -> Choice:
    top.required("loss", any_of(tuple(LOSSES)))
    loss = choice(top, "loss", LOSSES, None)
    needed, given = LOSSES[loss.name].activation, last.activation.name
    if needed is not None and given != needed:
        top.fail("loss", f"{loss.name} needs {needed} in the last layer, not {given}")
    if loss.name == "none" and loss.number("output") > last.units:
        top.fail("loss.output", f"the last layer has only {counted(last.units, 'output')}")
    return loss


def _targets(top: Section, loss: Choice, outputs: int) -> tuple[str, ...]:
    if loss.name == "none":
        if "targets" in top:
            top.fail("targets", "loss none compares with no target; leave targets out")
        return ()
    targets = _names(top, "targets", "y", top.get("targets", outputs))
    if len(targets) != outputs:
        wanted = f"{counted(outputs, 'target')}, one a unit of the last layer"
        top.fail("targets", f"expected {wanted}, not {len(targets)}")
    return targets
