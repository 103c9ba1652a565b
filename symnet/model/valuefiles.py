"""Files of numbers beside a network file: CSV, JSON, npz.

In: Section, Spec. Out: exact numbers.

Decimals in text are exact decimals. A float of an npz file has no text: it is read as the shortest
decimal that names it, so 0.1 is one tenth there too, and the same float64 in code.
"""

import csv
import io
import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from symnet.model.arrays import read_arrays
from symnet.model.exact import Written, number
from symnet.model.numbering import bias_names, weight_names
from symnet.model.reading import decoded, read_bounded
from symnet.model.section import Section
from symnet.model.spec import Spec
from symnet.model.wording import counted, shortened, shown

MOST_BYTES = 16 * 1024 * 1024
MOST_NUMBERS = 1_000_000
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(csv|json|npz)", re.ASCII)
Rows = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class ValueFile:
    """A file beside a network file; complaints name both, and the key that asked for it."""

    section: Section
    name: str
    content: bytes

    @classmethod
    def beside(cls, section: Section, folder: Path | None) -> "ValueFile":
        """Read the file that the key ``file`` names.

        Raises:
            SpecError: it is not beside the network file, cannot be read, or is too large.
        """
        name = section.get("file")
        if not isinstance(name, str) or not NAME.fullmatch(name) or ".." in name:
            wanted = "the name of a .csv, .json or .npz file beside this one, without a folder"
            section.fail("file", f"expected {wanted}, not {shown(name)}")
        if folder is None:
            section.fail("file", "only a network read from a file can have files beside it")
        try:
            return cls(section, name, read_bounded(folder / name, MOST_BYTES))
        except ValueError as error:
            section.fail("file", f"{shortened(name)}: {error}")

    @property
    def kind(self) -> str:
        """The file's format: csv, json or npz."""
        return self.name.rpartition(".")[2]

    def fail(self, place: str, problem: str) -> NoReturn:
        """Refuse the file, or one place in it."""
        where = ": ".join(part for part in (shortened(self.name), shortened(place)) if part)
        self.section.fail("file", f"{where}: {problem}")

    def number(self, place: str, value: object) -> Fraction:
        """Return a number of the file exactly."""
        try:
            return number(value)
        except ValueError as error:
            self.fail(place, str(error))

    def text(self) -> str:
        """Return the file's text; commas and lines bound how many numbers are in it."""
        try:
            text = decoded(self.content)
        except ValueError as error:
            self.fail("", str(error))
        if text.count(",") + text.count("\n") > MOST_NUMBERS:
            self.fail("", f"more than {MOST_NUMBERS} numbers")
        return text


def read_parameter_file(file: ValueFile, spec: Spec) -> dict[str, object]:
    """Read values by name: CSV rows ``name,value``, a JSON object, or npz arrays W1, b1, W2, ...

    Raises:
        SpecError: the file is not what it should be.
    """
    if file.kind == "npz":
        return _from_arrays(file, spec, _arrays(file))
    if file.kind == "csv":
        return _from_rows(file)
    found = _json(file)
    if not isinstance(found, dict):
        file.fail("", f"expected an object, a value for every parameter, not {shown(found)}")
    return found


def _from_rows(file: ValueFile) -> dict[str, object]:
    values: dict[str, object] = {}
    for count, row in enumerate(_csv(file), 1):
        if len(row) != 2:
            file.fail(
                f"row {count}", f"expected a name and a value, not {counted(len(row), 'column')}"
            )
        name, value = row
        if name.text in values:
            file.fail(name.text, "given twice; give it once")
        if (count, name.text, value.text) != (1, "name", "value"):
            values[name.text] = value
    return values


def read_sample_file(file: ValueFile, spec: Spec) -> tuple[Rows, Rows]:
    """Read samples: a CSV whose head names inputs and targets, or x and y in JSON or npz.

    Raises:
        SpecError: the file is not what it should be.
    """
    if file.kind == "csv":
        return _from_columns(file, spec)
    found: Any = _arrays(file) if file.kind == "npz" else _json(file)
    wanted = ("x", "y") if spec.targets else ("x",)
    if not isinstance(found, dict) or set(wanted) != set(found):
        file.fail("", f"expected {' and '.join(wanted)}, and nothing else")
    x = _table(file, "x", found["x"], len(spec.inputs), "input")
    if not spec.targets:
        return x, ((),) * len(x)
    y = _table(file, "y", found["y"], len(spec.targets), "target")
    if len(x) != len(y):
        file.fail("y", f"expected {counted(len(x), 'sample')}, as in x, not {len(y)}")
    return x, y


def _from_columns(file: ValueFile, spec: Spec) -> tuple[Rows, Rows]:
    head, *rows = _csv(file) or [[]]
    columns, names = [one.text for one in head], (*spec.inputs, *spec.targets)
    if sorted(columns) != sorted(names):
        file.fail("row 1", f"expected the names {shortened(', '.join(names), 100)}")
    order = [columns.index(name) for name in names]
    table = _table(file, "", rows, len(names), "column")
    turned = [tuple(row[column] for column in order) for row in table]
    split = len(spec.inputs)
    return tuple(row[:split] for row in turned), tuple(row[split:] for row in turned)


def _csv(file: ValueFile) -> list[list[Written]]:
    try:
        rows = csv.reader(io.StringIO(file.text(), newline=""), strict=True)
        return [[Written(one.strip()) for one in row] for row in rows if row]
    except csv.Error:
        file.fail("", "not CSV: values separated by commas, one row a line")


def _json(file: ValueFile) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for k, (name, _) in enumerate(pairs) if name in dict(pairs[:k]))
            file.fail(twice, "given twice; give it once")
        return found

    try:
        return json.loads(
            file.text(),
            parse_float=Written,
            parse_int=Written,
            parse_constant=Written,
            object_pairs_hook=once,
        )
    except (ValueError, RecursionError):
        file.fail("", "not JSON that can be read")


def _arrays(file: ValueFile) -> dict[str, Any]:
    try:
        return read_arrays(file.content, MOST_NUMBERS)
    except ValueError as error:
        file.fail("", str(error))


def _table(file: ValueFile, key: str, rows: object, width: int, of: str) -> Rows:
    if not isinstance(rows, list):
        file.fail(key, f"expected a list of samples, not {shown(rows)}")
    table = []
    for count, one in enumerate(rows, 1):
        place = f"{key}, sample {count}" if key else f"sample {count}"
        row = one if isinstance(one, list) else [one]
        if len(row) != width:
            file.fail(place, f"expected {counted(width, of)}, not {len(row)}")
        table.append(tuple(file.number(place, value) for value in row))
    return tuple(table)


def _from_arrays(file: ValueFile, spec: Spec, arrays: dict[str, Any]) -> dict[str, object]:
    """Give every entry of W1, b1, ... to the parameter in its place."""
    places: dict[str, Any] = {}
    for layer, (rows, row) in enumerate(zip(weight_names(spec), bias_names(spec), strict=True), 1):
        places[f"W{layer}"] = list(map(list, rows))
        places |= {f"b{layer}": list(row)} if row else {}
    if set(arrays) != set(places):
        file.fail("", f"expected the arrays {shortened(', '.join(places), 100)}, and no other")
    found: dict[str, object] = {}
    for array, names in places.items():
        if _shape(arrays[array]) != _shape(names):
            file.fail(array, f"expected the shape {_shape(names)}, not {_shape(arrays[array])}")
        for name, value in zip(_flat(names), _flat(arrays[array]), strict=True):
            shared = found.setdefault(name, value)
            if shared != value and file.number(array, shared) != file.number(array, value):
                file.fail(array, f"{name} is shared, but has different values in its places")
    return found


def _shape(rows: Any) -> tuple[int, ...]:
    return (len(rows), *_shape(next(iter(rows), None))) if isinstance(rows, list) else ()


def _flat(rows: Any) -> list[Any]:
    return [one for row in rows for one in _flat(row)] if isinstance(rows, list) else [rows]
