"""Pieces of LaTeX: in an article, in a book with commands of its own, and on slides."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from symnet.document.blocks import SCALAR, Document, Equation, Equations
from symnet.document.formats import latex
from symnet.document.latex.engine import compiled as pdf
from symnet.document.latex.fragments import fragments
from symnet.document.mathematics import Letter
from symnet.document.options import Options
from symnet.errors import SpecError
from symnet.model.glyphs import Glyph
from symnet.pipeline import load
from tests.document.test_latex import compiled

OPTIONS = [
    Options(),
    Options(env="equation", prefix="lecture-3"),
    Options(env="none"),
    Options(macros=True),
]
# What lecturers have defined already, with and without an argument, and what pieces may not touch.
OWN = r"""
\newcommand{\pd}[2]{\partial_{#2}#1}
\newcommand{\D}{\mathcal{D}}
\newcommand{\relu}[1]{(#1)^+}
\newcommand{\PD}{P}
"""
ARTICLE = r"\documentclass{article}\usepackage{amsmath,booktabs,longtable,tikz}"
BOOK = r"\documentclass{book}\usepackage{amsmath,booktabs,longtable,tikz}" + OWN
SLIDES = r"\documentclass{beamer}\usepackage{amsmath,booktabs,tikz}"


def told(name: str = "starter") -> Document:
    return load(name).document()


def pieces(options: Options = OPTIONS[0], name: str = "starter") -> dict[str, str]:
    return {one.path: one.text for one in fragments(told(name), options)}


def included(files: dict[str, str], names: list[str], env: str) -> str:
    around = (r"\[", r"\]") if env == "none" else ("", "")
    return "\n".join(
        f"{around[0]}\n{files[one].rstrip()}\n{around[1]}" if one[:3] == "eq-" else files[one]
        for one in names
    )


@pytest.mark.slow
@pytest.mark.parametrize("options", OPTIONS, ids=["align", "equation", "none", "macros"])
@pytest.mark.parametrize("head", [ARTICLE, BOOK], ids=["article", "book"])
def test_every_piece_compiles_in_anybodys_document(
    options: Options, head: str, tmp_path: Path
) -> None:
    files = pieces(options)
    names = [one for one in files if one.endswith(".tex") and one not in ("all.tex", "macros.tex")]
    assert {
        "eq-w1.tex",
        "eq-delta-3.tex",
        "fig-network.tex",
        "tab-steps.tex",
        "lst-update.tex",
    } <= set(names)
    macros = files.get("macros.tex", "")
    body = included(files, names, options.env)
    text = f"{head}\n{macros}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    log, _ = compiled(tmp_path, text)
    assert "multiply defined" not in log


@pytest.mark.slow
def test_pieces_stand_on_slides() -> None:
    files = pieces()
    frames = "".join(
        f"\\begin{{frame}}[fragile]\n{files[one]}\n\\end{{frame}}\n"
        for one in ("eq-w1.tex", "eq-delta-3.tex", "tab-step-1.tex", "fig-network.tex")
    )
    assert pdf(f"{SLIDES}\n\\begin{{document}}\n{frames}\\end{{document}}\n")[:4] == b"%PDF"


@pytest.mark.slow
def test_all_equations_in_one_file_have_every_label(tmp_path: Path) -> None:
    files = pieces()
    labels = [one["label"] for one in manifest(files) if one["node"] is not None]
    references = "".join(rf"\eqref{{{one}}} " for one in labels)
    text = f"{ARTICLE}\n\\begin{{document}}\n{files['all.tex']}\n{references}\n\\end{{document}}\n"
    _, aux = compiled(tmp_path, text)
    assert aux.count("newlabel{eq:") == len(labels) > 20


@pytest.mark.slow
def test_tables_can_be_referred_to(tmp_path: Path) -> None:
    files = pieces(Options(prefix="lecture-3"))
    labels = [one["label"] for one in manifest(files) if one["node"] is None]
    assert {"tab:lecture-3-layers", "tab:lecture-3-step-1", "tab:lecture-3-steps-2"} <= set(labels)
    tables = "".join(text for name, text in files.items() if name.startswith("tab-"))
    references = "".join(rf"\ref{{{one}}} " for one in labels)
    text = f"{ARTICLE}\n\\begin{{document}}\n{tables}\n{references}\n\\end{{document}}\n"
    log, aux = compiled(tmp_path, text)
    assert "multiply defined" not in log
    assert "undefined" not in log
    numbers = re.findall(r"newlabel\{tab:[^}]*\}\{\{(\d+)\}", aux)
    assert numbers == [str(one) for one in range(1, len(labels) + 1)]


def manifest(files: dict[str, str]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(files["manifest.json"])
    return records


def test_the_manifest_says_where_every_label_is() -> None:
    files = pieces(Options(prefix="lecture-3"))
    records = {one["node"]: one for one in manifest(files)}
    stages = load("starter")
    for parameter in stages.network.parameters:
        record = records[stages.derivation.adjoints[parameter.name].name]
        assert record["label"].startswith("eq:lecture-3-")
        assert rf"\label{{{record['label']}}}" in files[record["file"]]
        assert record["sha256"] == sha256(files[record["file"]].encode()).hexdigest()
    assert len({one["label"] for one in manifest(files)}) == len(manifest(files))
    numbers = {one.id: one.number for one in told().equations()}
    assert records["z1"]["number"] == numbers["z1"]


def test_two_pieces_with_one_label_are_an_error_that_names_both() -> None:
    one = Equation("w1", Letter(Glyph("a")), "a", 1)
    document = Document("net", "t", "s", (), (Equations((one, replace(one, number=2))),))
    with pytest.raises(SpecError, match=r"eq:net-w1: both eq-w1.tex and eq-w1--2.tex"):
        list(fragments(document, Options()))


def test_the_first_comment_names_what_is_needed() -> None:
    files = pieces()
    assert files["eq-w1.tex"].startswith("% Needs amsmath.\n")
    assert files["tab-step-1.tex"].startswith("% Needs amsmath, booktabs.\n")
    assert files["lst-update.tex"].startswith("% Needs nothing.\n")
    with_macros = pieces(Options(macros=True))
    assert with_macros["eq-w1.tex"].startswith("% Needs amsmath and macros.tex.\n")


def test_without_macros_nothing_is_defined_and_with_them_only_symnets_own() -> None:
    for files in (pieces(), pieces(Options(macros=True))):
        text = "".join(files.values())
        found = re.findall(r"\\(?:new|renew|provide)command\*?\{?\\(\w+)", text)
        assert all(one.startswith("symnet") for one in found)
        assert set(re.findall(r"\\(symnet\w+)", text)) <= set(found)
    assert r"\symnet" not in "".join(pieces().values())
    assert r"\symnetpartial{L}{w_1}" in pieces(Options(macros=True))["eq-w1.tex"]


def test_the_code_is_the_emitted_update() -> None:
    body = pieces()["lst-update.tex"]
    assert "def update(params" in body
    assert "def train" not in body


def test_names_do_not_change_with_the_options() -> None:
    names = {frozenset(pieces(one)) - {"macros.tex"} for one in OPTIONS}
    assert len(names) == 1


def test_only_the_pieces_can_be_asked_for() -> None:
    found = [one.path for one in latex.files(told(), SCALAR, Options(only=("fragments",)))]
    assert found
    assert all(one.startswith("fragments/") for one in found)
    assert "derivation.tex" in [one.path for one in latex.files(told(), SCALAR)]
