"""The matrix form is told for every activation function and loss there is, in every format."""

import re

import pytest

from symnet.derive.matrix import derive_matrices
from symnet.document.blocks import Document, Paragraph
from symnet.document.matrices import explain_matrices
from symnet.document.written import formats, whole
from symnet.errors import UnsupportedError
from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.pipeline import load
from tests.document.made import NETWORKS, latex
from tests.networks import small_spec

PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS
    for loss, entry in LOSSES.items()
    if entry.activation in (None, activation)
]
# Typst is run for one network of each layout below: two hundred would take a minute.
TEXTS = tuple(one for one in formats() if one != "pdf")


def matrices(activation: str, loss: str, layout: str) -> Document:
    """Tell the matrix form of a small network with one activation function in both layers."""
    spec = small_spec((2, 3, 2), (activation, activation), loss, layout=layout)
    return explain_matrices(derive_matrices(spec))


def made(document: Document, format_: str) -> bytes:
    """Return a document in a format; nothing where the format is not made of matrices."""
    try:
        return whole(document, format_)
    except UnsupportedError:
        return b""


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_pair_is_told_in_every_format(activation: str, loss: str, layout: str) -> None:
    document = matrices(activation, loss, layout)
    lengths = {one: len(made(document, one)) for one in TEXTS}
    assert {one for one, length in lengths.items() if not length} <= {"slides", "notebook"}
    assert sum(one.number is not None for one in document.equations()) == 10


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_told_in_pdf(activation: str, layout: str) -> None:
    assert made(matrices(activation, "squared_error", layout), "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_that_ships_has_failed(name: str) -> None:
    document = explain_matrices(load(name).matrices)
    assert not [one for one in document.blocks if isinstance(one, Paragraph) and one.warning]
    said = whole(document, "markdown").decode()
    assert ("stands in several places" in said) == (
        name in {"shared-kernel", "sigmoid-two-outputs"}
    )


def test_roots_and_exponents_hold_the_matrix_that_they_are_of() -> None:
    delta = latex(matrices("gelu", "squared_error", "column"))["matrix-delta1"]
    assert r"\mathrm{erf}\left(\frac{\mathbf{z}^{(1)}}{\sqrt{2}}\right)" in delta
    assert r"e^{-\mathbf{z}^{(1)} \odot \mathbf{z}^{(1)}/2}" in delta
    assert not re.search(r"\bu\b", delta)
