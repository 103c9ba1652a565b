"""Brief documents: a true part of the full ones, in every format."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from symnet.building import inputs_digest
from symnet.document.blocks import Document, Equation, Equations, Paragraph, Table, paragraph
from symnet.document.detail import Extra, in_detail
from symnet.document.mathematics import Equalities, Marked, Underbraced
from symnet.document.matrices import explain_matrices
from symnet.document.options import Options
from symnet.document.written import formats, whole
from symnet.model.expression import Expression, Product, Sum, rebuilt, walk
from symnet.pipeline import Stages, derive, load
from tests.document.made import NETWORKS


@cache
def stages(name: str) -> Stages:
    return load(name)


@cache
def brief(name: str) -> Document:
    return stages(name).document(detail="brief")


@cache
def full(name: str) -> Document:
    return stages(name).document()


def unbraced(node: Expression) -> Expression:
    """Take the values away that stand under factors."""
    match node:
        case Underbraced(inside):
            return unbraced(inside)
        case Marked(inside, mark):
            return Marked(unbraced(inside), mark)
        case Sum() | Product():
            return rebuilt(node, tuple(map(unbraced, node.parts)))
    return node


def claims(body: Expression) -> Iterator[tuple[Expression, str, Expression]]:
    """Yield what a formula says, one by one."""
    if isinstance(body, Equalities):
        yield from ((body.left, relation, unbraced(right)) for relation, right in body.steps)
    else:
        yield body, "", body


def added(short: Document, long: Document) -> list[str]:
    """Return the equations of a brief document that the full one does not have just so."""
    full = {one.id: one for one in long.equations()}
    return [
        one.id
        for one in short.equations()
        if one.id not in full
        or one.number != full[one.id].number
        or not set(claims(one.body)) <= set(claims(full[one.id].body))
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_equation_of_a_brief_document_is_in_the_full_one(name: str) -> None:
    long, short = full(name), brief(name)
    assert added(short, long) == []
    assert 3 * len(list(short.equations())) < 2 * len(list(long.equations()))
    words = [one for one in long.blocks if isinstance(one, Paragraph | Table)]
    assert all(one in words for one in short.blocks if isinstance(one, Paragraph | Table))


def test_an_equation_that_was_added_or_changed_is_seen() -> None:
    long, short = full("notebook"), brief("notebook")
    assert added(long, short)
    assert added(brief("xor"), long)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_brief_document_has_all_gradients_and_no_substitutions(name: str) -> None:
    of, made = brief(name), stages(name)
    found = {one.id for one in of.equations()}
    assert {one.name for one in made.network.parameters} <= found
    assert {one.name for one in made.network.variables if one.kind == "pre_activation"} <= found
    assert not [
        one for one in found if one.endswith(("-numbers", "-update")) and one != "rule-update"
    ]
    assert not [one for row in of.equations() for one in walk(row.body) if type(one) is Underbraced]
    assert of.drawing is not None
    tables = {one.id for one in of.blocks if isinstance(one, Table)}
    assert "proof" in tables
    assert ("step-1" in tables) == bool(made.spec.training.rates)


def test_a_kink_is_told_in_both() -> None:
    for of in (brief("notebook"), full("notebook")):
        said = [one.pieces for one in of.blocks if isinstance(one, Paragraph)]
        assert sum("it has no derivative there" in str(one) for one in said) == 1


def test_matrices_can_be_told_in_brief() -> None:
    short, long = (explain_matrices(stages("notebook").matrices, one) for one in ("brief", "full"))
    assert added(short, long) == []
    assert len(short.blocks) < len(long.blocks)


@pytest.mark.parametrize("name", formats())
def test_every_format_is_shorter_in_brief(name: str) -> None:
    long, short = (whole(load("sigmoid-two-outputs").document(detail=one), name)
                   for one in ("full", "brief"))  # fmt: skip
    assert len(short) < len(long)


def test_a_group_of_extra_equations_goes_with_them() -> None:
    row = next(stages("xor").document().equations())
    parts = (Extra((Equations((row,)),), (paragraph("in brief"),)), Equations((extra(row),)))
    assert list(in_detail(parts, "brief")) == [paragraph("in brief")]
    assert list(in_detail(parts, "full")) == [Equations((row,)), Equations((extra(row),))]


def extra(row: Equation) -> Equation:
    return replace(row, extra=True)


def test_another_detail_is_another_build() -> None:
    spec = stages("xor").spec
    assert inputs_digest(spec, Options(detail="brief")) != inputs_digest(spec)


def test_one_parameter_can_be_told_in_brief() -> None:
    short, long = (derive("notebook", "w1", None, "latex", one) for one in ("brief", "full"))
    assert len(short) < len(long)
    assert b"underbrace" in long
    assert b"underbrace" not in short
