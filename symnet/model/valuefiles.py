"""Files of numbers beside a network file: CSV, JSON, npz.

In: Section, Spec. Out: exact numbers.

A float64 of an npz file is the exact binary number it is; decimals in text are exact decimals.
"""

import csv
import io
import json
import os
import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from symnet.model.numbering import bias_names, weight_names
from symnet.model.spec import Spec
from symnet.model.toml import Section, exact, shown

MOST_BYTES = 16 * 1024 * 1024
FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.(csv|json|npz)", re.ASCII)
Rows = tuple[tuple[Fraction, ...], ...]


def read_parameter_file(section: Section, spec: Spec, folder: Path | None) -> dict[str, Fraction]:
    """Read values by name: CSV rows ``name,value``, a JSON object, or npz arrays W1, b1, W2, ...

    Raises:
        SpecError: the file cannot be read, or is not what it should be.
    """
    content, kind = _content(section, folder)
    if kind == "csv":
        rows = _csv(section, content)
        pairs = [(row[0].strip(), row[1].strip()) for row in rows if len(row) == 2]
        if len(pairs) != len(rows):
            section.fail("file", "expected two columns, name and value")
        return _named(section, pairs)
    if kind == "json":
        found = _json(section, content)
        if not isinstance(found, dict):
            section.fail("file", "expected an object with a value for every parameter")
        return _named(section, found.items())
    return _from_arrays(section, spec, _arrays(section, content))


def read_sample_file(section: Section, spec: Spec, folder: Path | None) -> tuple[Rows, Rows]:
    """Read samples: a CSV whose head names inputs and targets, or x and y in JSON or npz.

    Raises:
        SpecError: the file cannot be read, or is not what it should be.
    """
    content, kind = _content(section, folder)
    names = (*spec.inputs, *spec.targets)
    if kind == "csv":
        head, *rows = _csv(section, content) or [[]]
        if sorted(one.strip() for one in head) != sorted(names):
            section.fail("file", f"expected a first row with the names {', '.join(names)}")
        order = [[one.strip() for one in head].index(name) for name in names]
        table = _table(section, rows, len(names), "columns")
        turned = tuple(tuple(row[k] for k in order) for row in table)
        split = len(spec.inputs)
        return tuple(row[:split] for row in turned), tuple(row[split:] for row in turned)
    found: Any = _json(section, content) if kind == "json" else _arrays(section, content)
    if not isinstance(found, dict) or {"x", *(["y"] if spec.targets else [])} != set(found):
        section.fail("file", f"expected x{' and y' if spec.targets else ''} and nothing else")
    x = _table(section, found["x"], len(spec.inputs), "inputs")
    y = (
        _table(section, found["y"], len(spec.targets), "targets")
        if spec.targets
        else ((),) * len(x)
    )
    return x, y


def _content(section: Section, folder: Path | None) -> tuple[bytes, str]:
    name = section.get("file")
    if not isinstance(name, str) or not FILE.fullmatch(name) or ".." in name:
        section.fail(
            "file", f"{shown(name)}: give the name of a .csv, .json or .npz beside this file"
        )
    if folder is None:
        section.fail("file", "only a network read from a file can have files beside it")
    try:
        with (folder / name).open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        section.fail("file", f"{name} cannot be read: {error.strerror or os.strerror(5)}")
    if len(content) > MOST_BYTES:
        section.fail("file", f"{name} is larger than {MOST_BYTES // 1024**2} MiB")
    return content, name.rpartition(".")[2]


def _text(section: Section, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        section.fail("file", "not UTF-8 text")


def _csv(section: Section, content: bytes) -> list[list[str]]:
    try:
        rows = csv.reader(io.StringIO(_text(section, content), newline=""), strict=True)
        return [row for row in rows if row]
    except csv.Error:
        section.fail("file", "not a CSV file")


def _json(section: Section, content: bytes) -> Any:
    try:
        return json.loads(_text(section, content), parse_float=exact, parse_int=exact)
    except (ValueError, RecursionError):
        section.fail("file", "not a JSON file that can be read")


def _arrays(section: Section, content: bytes) -> dict[str, list[Any]]:
    import numpy

    try:
        with numpy.load(io.BytesIO(content), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
    except Exception:  # whatever a damaged archive makes numpy raise
        section.fail("file", "not an npz file of plain arrays")
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or array.ndim > 2 or not numpy.isfinite(array).all():
            section.fail("file", f"array {shown(name)} is not one of finite numbers")
    return {name: _fractions(array.tolist()) for name, array in arrays.items()}


def _fractions(value: Any) -> Any:
    return [_fractions(one) for one in value] if isinstance(value, list) else Fraction(value)


def _named(section: Section, pairs: Iterable[tuple[str, Any]]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for name, value in pairs:
        if name in found:
            section.fail(name, "is given twice")
        found[name] = _number(section, name, value)
    return found


def _number(section: Section, key: str, value: Any) -> Fraction:
    if isinstance(value, str):
        text = value.strip()
        plain = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII)
        value = exact(text) if plain else text
    return section.number(key, value)


def _table(section: Section, rows: Any, width: int, of: str) -> Rows:
    if not isinstance(rows, list):
        section.fail("file", "expected a list of samples")
    table = []
    for number, row in enumerate(rows, 1):
        row = row if isinstance(row, list) else [row]
        if len(row) != width:
            section.fail(f"file, sample {number}", f"expected {width} {of}, not {len(row)}")
        table.append(tuple(_number(section, f"file, sample {number}", one) for one in row))
    return tuple(table)


def _from_arrays(section: Section, spec: Spec, arrays: dict[str, Any]) -> dict[str, Fraction]:
    """Give every entry of W1, b1, ... to the parameter in its place."""
    places: dict[str, Any] = {}
    for number, rows in enumerate(weight_names(spec), 1):
        places[f"W{number}"] = [list(row) for row in rows]
    for number, row in enumerate(bias_names(spec), 1):
        if row:
            places[f"b{number}"] = list(row)
    if set(arrays) != set(places):
        section.fail("file", f"expected the arrays {', '.join(places)}")
    found: dict[str, Fraction] = {}
    for array, names in places.items():
        if _shape(arrays[array]) != _shape(names):
            section.fail("file", f"{array} should have the shape {_shape(names)}")
        for name, value in zip(_flat(names), _flat(arrays[array]), strict=True):
            if found.setdefault(name, value) != value:
                section.fail(name, "is shared, but its places have different values")
    return found


def _shape(rows: Any) -> tuple[int, ...]:
    return (len(rows), *_shape(rows[0])) if isinstance(rows, list) and rows else ()


def _flat(rows: Any) -> list[Any]:
    return [one for row in rows for one in _flat(row)] if isinstance(rows, list) else [rows]
