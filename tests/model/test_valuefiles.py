"""Values and samples in files beside the network file: CSV, JSON, npz."""

import io
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest

from symnet.model.spec import GivenValues
from tests.model.tomls import BARE, parsed, refusal

WRITTEN = GivenValues((("w1", Fraction(1, 10)), ("w2", Fraction(-1, 2)), ("b1", Fraction(0))))


def npz(**arrays: Any) -> bytes:
    target = io.BytesIO()
    numpy.savez_compressed(target, **arrays)
    return target.getvalue()


def values_from(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return f'{BARE}[initial]\nfile = "{name}"\n'


def samples_from(folder: Path, name: str, content: bytes, base: str = BARE) -> str:
    (folder / name).write_bytes(content)
    return f'{base}[samples]\nfile = "{name}"\n'


GOOD_VALUES = [
    ("v.csv", b"w1,0.1\nw2,-0.5\nb1,0\n"),
    ("v.csv", b'\xef\xbb\xbfname,value\r\nb1, 0\r\n\r\n"w1",1e-1\r\n w2 ,-.5'),
    ("v.json", b'{"b1": 0, "w1": 0.1, "w2": -5e-1}'),
    ("v.npz", npz(W1=numpy.array([[0.1, -0.5]]), b1=numpy.array([0]))),
    ("v.npz", npz(W1=numpy.array([[0.1, -0.5]], order="F"), b1=numpy.array([-0.0]))),
]


@pytest.mark.parametrize(("name", "content"), GOOD_VALUES)
def test_values_are_read_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    assert parsed(values_from(tmp_path, name, content), tmp_path).initial == WRITTEN


def test_arrays_are_units_by_sources(tmp_path: Path) -> None:
    text = values_from(tmp_path, "v.npz", npz(W1=[[1, 2], [3, 4], [5, 6]], b1=[7, 8, 9]))
    found = parsed(text.replace("units = 1", "units = 3"), tmp_path).initial
    assert isinstance(found, GivenValues)
    assert [str(value) for _, value in found.values] == "1 3 5 2 4 6 7 8 9".split()


def test_shared_and_missing_biases_in_arrays(tmp_path: Path) -> None:
    text = values_from(tmp_path, "v.npz", npz(W1=[[2.0, 2.0]], b1=[2]))
    shared = text.replace("units = 1", "units = 1\nweights = [['v', 'v']]\nbiases = 'v'")
    assert parsed(shared, tmp_path).initial == GivenValues((("v", Fraction(2)),))
    values_from(tmp_path, "v.npz", npz(W1=[[2.0, 3.0]], b1=[2]))
    wanted = "initial.file: v.npz: W1: v is shared, but has different values in its places"
    assert refusal(shared, tmp_path) == wanted
    values_from(tmp_path, "v.npz", npz(W1=[[1, 2]]))
    without = text.replace("units = 1", "units = 1\nbiases = false")
    assert parsed(without, tmp_path).initial == GivenValues(
        (("w1", Fraction(1)), ("w2", Fraction(2)))
    )


@pytest.mark.parametrize("kind", [numpy.float16, numpy.float32, numpy.float64])
def test_a_float_is_the_decimal_that_names_it(tmp_path: Path, kind: Any) -> None:
    array = numpy.array([[0.1, 1 / 3]], dtype=kind)
    found = parsed(values_from(tmp_path, "v.npz", npz(W1=array, b1=[0])), tmp_path).initial
    assert isinstance(found, GivenValues)
    assert [float(value) for _, value in found.values][:2] == [float(one) for one in array[0]]
    if kind is numpy.float64:
        assert found.values[0] == ("w1", Fraction(1, 10))


GOOD_SAMPLES = [
    ("s.csv", b"y,x2,x1\n2,0,0.1\n3,1,1\n"),
    ("s.json", b'{"x": [[0.1, 0], [1, 1]], "y": [2, [3]]}'),
    ("s.npz", npz(x=[[0.1, 0], [1, 1]], y=[[2], [3]])),
    ("s.npz", npz(x=[[0.1, 0], [1, 1]], y=numpy.array([2, 3], dtype=numpy.uint8))),
]


@pytest.mark.parametrize(("name", "content"), GOOD_SAMPLES)
def test_samples_are_read_in_order(tmp_path: Path, name: str, content: bytes) -> None:
    samples = parsed(samples_from(tmp_path, name, content), tmp_path).samples
    assert samples is not None
    assert samples.x == ((Fraction(1, 10), Fraction(0)), (Fraction(1), Fraction(1)))
    assert samples.y == ((Fraction(2),), (Fraction(3),))
    assert samples.batch


@pytest.mark.parametrize(
    ("name", "content"),
    [("s.csv", b"x2,x1\n0,1\n"), ("s.json", b'{"x": [[1, 0]]}'), ("s.npz", npz(x=[[1, 0]]))],
)
def test_samples_without_targets(tmp_path: Path, name: str, content: bytes) -> None:
    base = BARE.replace("squared_error", "none")
    samples = parsed(samples_from(tmp_path, name, content, base), tmp_path).samples
    assert samples is not None
    assert samples.x == ((Fraction(1), Fraction(0)),)
    assert samples.y == ((),)


BAD_VALUES = [
    ("v.csv", b"w1,1\nw1,2\n", "w1: given twice; give it once"),
    ("v.csv", b"w1;1\n", "row 1: expected a name and a value, not 1 column"),
    ("v.csv", b"w1,1\nw2,1,1\n", "row 2: expected a name and a value, not 3 columns"),
    ("v.csv", b"w1,1\nw2,one\nb1,0\n", "w2: expected a number, not 'one'"),
    ("v.csv", b"w1,1\nw2,1/2\nb1,0\n", "w2: expected a number, not '1/2'"),
    ("v.csv", b"w1,1\nw2,nan\nb1,0\n", "w2: nan is not a finite number"),
    ("v.csv", b"w1,1\nw2,1e999\nb1,0\n", "w2: an exponent lies between -300 and 300"),
    ("v.csv", b"w1,1\n", "w2: missing (and 1 more); give every parameter a value"),
    ("v.csv", b"", "w1: missing (and 2 more); give every parameter a value"),
    ("v.csv", b"w1,1\nw2,1\nb1,1\nb2,1\n", "b2: not a parameter; use w1, w2 or b1"),
    ("v.csv", b'"w\n1",1\n', "w\\n1: not a parameter; did you mean w1?"),
    ("v.csv", b'w1,"1', "not CSV: values separated by commas, one row a line"),
    ("v.csv", b"\xff", "not UTF-8 text (byte 1)"),
    ("v.json", b"[1]", "expected an object, a value for every parameter, not a list"),
    ("v.json", b"{", "not JSON that can be read"),
    ("v.json", b"[" * 100_000, "not JSON that can be read"),
    ("v.json", b'{"w1": 1, "w1": 2}', "w1: given twice; give it once"),
    ("v.json", b'{"w1": NaN, "w2": 1, "b1": 1}', "w1: NaN is not a finite number"),
    ("v.json", b'{"w1": "1", "w2": 1, "b1": 1}', "w1: expected a number, not '1'"),
    ("v.json", b'{"w1": true, "w2": 1, "b1": 1}', "w1: expected a number, not true"),
    ("v.json", b'{"w1": null, "w2": 1, "b1": 1}', "w1: expected a number, not None"),
    ("v.json", b'{"w1": %s, "w2": 1, "b1": 1}' % (b"9" * 10**6), "w1: a number has at most 40"),
    ("v.npz", b"PK", "not an npz file of plain arrays"),
    ("v.npz", b"", "not an npz file of plain arrays"),
    ("v.npz", npz(W1=[[1, 2]]), "expected the arrays W1, b1, and no other"),
    ("v.npz", npz(W1=[[1, 2]], b1=[1], W2=[1]), "expected the arrays W1, b1, and no other"),
    ("v.npz", npz(W1=[[1], [2]], b1=[1]), "W1: expected the shape (1, 2), not (2, 1)"),
    ("v.npz", npz(W1=[[1, 2]], b1=1), "b1: expected the shape (1,), not ()"),
    ("v.npz", npz(W1=numpy.zeros((0, 2)), b1=[1]), "W1: expected the shape (1, 2), not (0,)"),
    ("v.npz", npz(W1=[[1, float("inf")]], b1=[1]), "w2: inf is not a finite number"),
    ("v.npz", npz(W1=[[1, 1e-310]], b1=[1]), "w2: an exponent lies between -300 and 300"),
    ("v.npz", npz(W1=[[True, False]], b1=[1]), "array 'W1': expected rows of numbers"),
    ("v.npz", npz(W1=[["1", "2"]], b1=[1]), "array 'W1': expected rows of numbers"),
    ("v.npz", npz(W1=[[1j, 2]], b1=[1]), "array 'W1': expected rows of numbers"),
    ("v.npz", npz(W1=[[[1, 2]]], b1=[1]), "array 'W1': expected rows of numbers"),
    ("v.npz", npz(W1=numpy.zeros((1, 2), numpy.longdouble), b1=[1]), "array 'W1': expected rows"),
    ("v.npz", npz(W1=numpy.array([{}], dtype=object)), "not an npz file of plain arrays"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BAD_VALUES)
def test_bad_value_files(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    line = refusal(values_from(tmp_path, name, content), tmp_path)
    assert line.startswith(f"initial.file: {name}: {problem}")


BAD_SAMPLES = [
    ("s.csv", b"", "row 1: expected the names x1, x2, y"),
    ("s.csv", b"x1,x2\n1,1\n", "row 1: expected the names x1, x2, y"),
    ("s.csv", b"x1,x2,y,y\n1,1,1,1\n", "row 1: expected the names x1, x2, y"),
    ("s.csv", b"x1,x2,y\n", "expected 1 to 100000 samples, not 0"),
    ("s.csv", b"x1,x2,y\n1,1\n", "sample 1: expected 3 columns, not 2"),
    ("s.csv", b"x1,x2,y\n1,1,1\n1,,1\n", "sample 2: expected a number, not ''"),
    ("s.json", b"[]", "expected x and y, and nothing else"),
    ("s.json", b'{"x": [[1, 1]]}', "expected x and y, and nothing else"),
    ("s.json", b'{"x": [[1, 1]], "y": [1], "z": []}', "expected x and y, and nothing else"),
    ("s.json", b'{"x": 1, "y": [1]}', "x: expected a list of samples, not 1"),
    ("s.json", b'{"x": [[1]], "y": [1]}', "x, sample 1: expected 2 inputs, not 1"),
    ("s.json", b'{"x": [[1, [1]]], "y": [1]}', "x, sample 1: expected a number, not a list"),
    ("s.json", b'{"x": [[1, 1]], "y": [1, 2]}', "y: expected 1 sample, as in x, not 2"),
    ("s.npz", npz(x=[[1, 1]]), "expected x and y, and nothing else"),
    ("s.npz", npz(x=[1, 1], y=[1]), "x, sample 1: expected 2 inputs, not 1"),
    ("s.npz", npz(x=1, y=[1]), "x: expected a list of samples, not 1"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BAD_SAMPLES)
def test_bad_sample_files(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    line = refusal(samples_from(tmp_path, name, content), tmp_path)
    assert line == f"samples.file: {name}: {problem}"


def test_targets_in_a_file_are_checked(tmp_path: Path) -> None:
    base = BARE.replace("squared_error", "binary_cross_entropy") + "activation = 'sigmoid'\n"
    text = samples_from(tmp_path, "s.csv", b"x1,x2,y\n1,1,1\n1,1,2\n", base)
    wanted = "samples.file: s.csv: sample 2: binary_cross_entropy takes targets from 0 to 1"
    assert refusal(text, tmp_path) == wanted


@pytest.mark.parametrize(
    "name",
    ["../v.csv", "a/v.csv", "a\\\\v.csv", "/v.csv", "..csv", "v..csv", "v.txt", "v", "", ".csv",
     "v.csv\\n", "-v.csv", "v\\u0000.csv", "C:v.csv", "~/v.csv", "v.CSV"],
)  # fmt: skip
def test_only_a_file_beside_the_network_s_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "v.csv").write_text("w1,1\nw2,1\nb1,1\n")
    folder = tmp_path / "a"
    folder.mkdir()
    line = refusal(f'{BARE}[initial]\nfile = "{name}"\n', folder)
    assert line.startswith("initial.file: expected the name of a .csv, .json or .npz file beside")


def test_other_keys_beside_file_are_refused(tmp_path: Path) -> None:
    text = values_from(tmp_path, "v.csv", b"w1,1\nw2,1\nb1,1\n")
    assert refusal(f"{text}w1 = 1", tmp_path) == "initial.w1: unknown key; use file"
    text = samples_from(tmp_path, "s.csv", b"x1,x2,y\n1,1,1\n")
    assert refusal(f"{text}x = [[1, 1]]", tmp_path) == "samples.x: unknown key; use file"
    assert "expected the name" in refusal(f"{BARE}[samples]\nfile = 3", tmp_path)


def test_text_without_a_folder_has_no_files_beside_it(tmp_path: Path) -> None:
    text = values_from(tmp_path, "v.csv", b"w1,1\nw2,1\nb1,1\n")
    wanted = "initial.file: only a network read from a file can have files beside it"
    assert refusal(text) == wanted


def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    text = f"{BARE}[initial]\nfile = "
    for name, problem in {
        "gone.csv": "no such file",
        "folder.csv": "a folder, not a file",
        "pipe.csv": "not a regular file",
    }.items():
        assert refusal(f'{text}"{name}"', tmp_path) == f"initial.file: {name}: {problem}"

    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "v.csv").write_text("w1,1\n")
    monkeypatch.setattr(Path, "open", denied)
    wanted = "initial.file: v.csv: cannot be read: Permission denied"
    assert refusal(f'{text}"v.csv"', tmp_path) == wanted


def lying_npz() -> bytes:
    """Return an archive whose array says it has far more numbers than there are."""
    target = io.BytesIO()
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    with zipfile.ZipFile(target, "w") as archive:
        start = b"\x93NUMPY\x01\x00" + (128 - 10).to_bytes(2, "little")
        archive.writestr("W1.npy", start + header.ljust(117) + b"\n" + b"\0" * 80)
    return target.getvalue()


LARGE: dict[str, Callable[[], bytes]] = {
    "more-bytes.csv": lambda: b" " * (16 * 1024**2 + 1),
    "more-rows.csv": lambda: b"1,1,1\n" * 2_000_000,
    "more-numbers.json": lambda: b"[" + b"1," * 8_000_000 + b"1]",
    "bomb.npz": lambda: npz(x=numpy.zeros((10**4, 10**3))),
    "bytes.npz": lambda: npz(x=numpy.zeros(3 * 10**6, numpy.uint8), y=[1]),
    "lying.npz": lying_npz,
}


@pytest.mark.parametrize("name", LARGE)
def test_files_too_large_are_refused_at_once(tmp_path: Path, name: str) -> None:
    text = samples_from(tmp_path, name, LARGE[name]())
    start = time.process_time()
    line = refusal(text, tmp_path)
    assert time.process_time() - start < 3
    problems = ("larger than 16384 KiB", "more than 1000000 numbers", "not an npz file of plain")
    assert line.removeprefix(f"samples.file: {name}: ").startswith(problems)


def test_an_archive_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    text = samples_from(tmp_path, "bomb.npz", LARGE["bomb.npz"]())
    tracemalloc.start()
    try:
        assert "more than 1000000 numbers" in refusal(text, tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 4 * 10**7  # unpacked it has twice that
    finally:
        tracemalloc.stop()


def test_a_wide_network_s_values_come_from_arrays(tmp_path: Path) -> None:
    arrays = {"W1": numpy.ones((128, 784)), "b1": numpy.zeros(128)}
    text = values_from(tmp_path, "v.npz", npz(**arrays))
    wide = text.replace("inputs = 2", "inputs = 784").replace("units = 1", "units = 128")
    found = parsed(wide, tmp_path).initial
    assert isinstance(found, GivenValues)
    assert len(found.values) == 785 * 128
