"""The notebook: run while building, the same bytes twice, and its checks find what is wrong."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest

from symnet.document.blocks import Document
from symnet.document.formats import notebook
from symnet.document.svg.alone import pictures
from symnet.files import SourceFile, Unmade
from symnet.pipeline import load
from tests.document.made import NETWORKS

ALL_WELL = "disagreements: none\n"


@cache
def told(name: str) -> Document:
    return load(name).document()


def made(document: Document) -> str:
    (file,) = notebook.files(document, "derivation")
    assert isinstance(file, SourceFile)
    return file.text


def outputs(text: str) -> list[str]:
    """Return what every cell of code printed."""
    cells: list[dict[str, Any]] = json.loads(text)["cells"]
    code = [one for one in cells if one["cell_type"] == "code"]
    assert all(out["output_type"] == "stream" for one in code for out in one["outputs"]), code
    return ["".join(out["text"] for out in one["outputs"]) for one in code]


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_notebook_runs_and_agrees_with_its_tables(name: str) -> None:
    text = made(told(name))
    nbformat.validate(json.loads(text))
    printed = outputs(text)
    assert printed[0] == ""
    if told(name).spec.training.rates:  # type: ignore[union-attr]
        assert len(printed) == 3
        assert all(one.endswith(ALL_WELL) for one in printed[1:])


def test_the_same_input_gives_the_same_bytes_and_nothing_of_the_machine() -> None:
    text = made(told("starter"))
    assert made(told("starter")) == text
    record = json.loads(text)
    assert record["metadata"]["language_info"] == {"name": "python"}
    assert [one["id"] for one in record["cells"]] == [
        f"cell-{number}" for number in range(1, len(record["cells"]) + 1)
    ]
    assert all(one["metadata"] == {} for one in record["cells"])


def test_the_cells_carry_their_pictures() -> None:
    """In the text itself: JupyterLab refuses an SVG among a cell's attachments."""
    document = told("starter")
    sources = [source for _, source in notebook.cells(document, document.programs[0])]
    found = re.findall(
        r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', "\n".join(sources)
    )
    wanted = [one.text for one in pictures(document)]
    assert [b64decode(image).decode() for image, _ in found] == wanted
    assert len(wanted) == 3
    assert [unescape(said) for _, said in found] == [
        ElementTree.fromstring(one).get("aria-label") for one in wanted
    ]
    assert "attachment:" not in "".join(sources)


def test_a_wrong_update_or_a_wrong_gradient_is_found_by_the_cells() -> None:
    document = told("starter")
    (python,) = [one for one in document.programs if one.id == "python"]
    assert "params, x, y" in python.text
    wrong = python.text.replace("- learning_rate *", "+ learning_rate *")
    assert wrong != python.text
    tampered = replace(document, programs=(replace(python, text=wrong),))
    tables, differences = outputs(made(tampered))[1:]
    assert not tables.endswith(ALL_WELL)
    assert differences.endswith(ALL_WELL)
    wrong = python.text.replace("dL_dz1 * x1", "dL_dz1 * x2")
    assert wrong != python.text
    tampered = replace(document, programs=(replace(python, text=wrong),))
    assert not any(one.endswith(ALL_WELL) for one in outputs(made(tampered))[1:])


def test_every_formula_is_in_it() -> None:
    cells = json.loads(made(told("starter")))["cells"]
    text = "".join("".join(one["source"]) for one in cells)
    numbers = [one.number for one in told("starter").equations() if one.number is not None]
    assert numbers
    assert all(rf"\tag{{{number}}}" in text for number in numbers)


def test_without_a_kernel_it_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "find_spec", lambda name: None)
    assert list(notebook.files(told("starter"), "derivation")) == [
        Unmade("derivation.ipynb", notebook.MISSING)
    ]


def test_a_derivation_without_code_has_no_notebook() -> None:
    assert list(notebook.files(replace(told("starter"), programs=()), "derivation")) == []
