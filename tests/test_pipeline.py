"""The stages from Python and from the command line, on shipped networks and on wide ones."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import symnet
from symnet import SpecError, UnsupportedError, jobs
from symnet.building import compare, inputs_digest, outputs, write
from symnet.document.options import Options
from symnet.document.written import formats
from symnet.manifest import INPUTS
from symnet.pipeline import load, path_of, shipped

ROOT = Path(__file__).parents[1]
WIDE = """
title = "Digits"
inputs = 784
loss = "softmax_cross_entropy"
layers = [
    { units = 128, activation = "relu" },
    { units = 10, activation = "softmax" },
]
"""


def built(names: Sequence[str], out: Path) -> list[str]:
    """Build networks and return the line about each."""
    return [one.text for one in jobs.build(names, jobs.Job(out))]


@pytest.fixture
def wide(tmp_path: Path) -> str:
    (tmp_path / "digits.toml").write_text(WIDE)
    return str(tmp_path / "digits.toml")


def test_the_four_lines_of_the_api() -> None:
    n = symnet.load("notebook")
    d = n.derive()
    assert d.verify().ok
    assert "def update(params, x, y, learning_rate):" in n.emit("python")
    assert n.parameters[:3] == ("w1", "w2", "w3")
    assert len(n.fingerprint) == 64
    assert repr(n) == "Network('notebook: 2-3-1, 13 parameters')"


def test_a_derivation_tells_its_chains_and_gradients() -> None:
    d = symnet.load("notebook").derive()
    assert d.chains("w1") == [
        [
            ("loss", "y_hat", "2 * error"),
            ("y_hat", "z4", "relu'(z4)"),
            ("z4", "h1", "w7"),
            ("h1", "z1", "relu'(z1)"),
            ("z1", "w1", "x1"),
        ]
    ]
    assert str(d.gradient("w1")) == "dL_dz1*x1"
    assert "dL_dw1 = dL_dz1 * x1" in str(d)
    with pytest.raises(SpecError, match="no gradient of that name, 'w99'; did you mean w9"):
        d.gradient("w99")


def test_a_derivation_for_one_parameter() -> None:
    latex = symnet.load("notebook").derive().latex(wrt="w1")
    assert r"\frac{\partial z_1}{\partial w_1}" in latex
    assert r"\frac{\partial z_2}{\partial w_2}" not in latex
    with pytest.raises(SpecError, match=r"^notebook has no such parameter as 'w99'; did you"):
        symnet.load("notebook").derive().latex(wrt="w99")


def test_the_matrix_form_is_told_and_proven() -> None:
    latex = symnet.load("notebook").derive().latex(form="matrix")
    assert r"\boldsymbol{\delta}^{(1)}" in latex
    assert "equal the scalar form entry by entry for this network" in latex
    with pytest.raises(UnsupportedError, match="do not combine"):
        symnet.load("notebook").derive().latex(wrt="w1", form="matrix")


def test_a_wide_network_is_told_in_matrices_and_written_as_loops(wide: str) -> None:
    network = symnet.load(wide)
    assert "entry by entry for the same layers at the sizes 3-3-3" in network.derive().latex(
        form="matrix"
    )
    assert "for " in network.emit("python")
    with pytest.raises(UnsupportedError, match="101770 parameters are too many"):
        network.derive().latex()
    with pytest.raises(UnsupportedError, match="lesson"):
        network.emit("python", "lesson")


def test_a_wide_network_is_proven_on_its_layers_made_narrow(wide: str) -> None:
    report = symnet.load(wide).derive().verify()
    assert report.ok
    assert report.method.startswith("the same layers at the sizes 3-3-3")
    assert str(report).endswith("gradients proven, at the sizes 3-3-3.")


def test_built_code_names_the_file_that_it_is_of(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(path_of("xor").read_text())
    built([str(file)], tmp_path / "out")
    made = (tmp_path / "out/mine/python/mine.py").read_text()
    assert "Command: symnet emit mine.toml --target python\n" in made
    assert "`symnet emit mine.toml`" in (tmp_path / "out/mine/markdown/derivation.md").read_text()


def test_a_build_names_the_units_on_a_kink(tmp_path: Path) -> None:
    (text,) = built(["dead-relu"], tmp_path)
    assert "note: z3 = 0 on this sample is on the kink of relu" in text
    assert "another choice would change dL/dw3, dL/dw6, dL/db3" in text


def test_a_wide_network_is_built(wide: str, tmp_path: Path) -> None:
    (line,) = built([wide], tmp_path / "out")
    assert " written, 0 unchanged" in line
    assert line.endswith("gradients proven, at the sizes 3-3-3")
    assert (tmp_path / "out/digits/latex/matrices.tex").is_file()
    assert not compare([wide], tmp_path / "out", everything=True)[0]


def test_slides_are_made_where_they_are_asked_for(wide: str, tmp_path: Path) -> None:
    def made(name: str, options: Options) -> list[str]:
        files = outputs(load(name), options)
        return [one.path for one in files if one.path.startswith("slides")]

    both = ["slides/slides.tex", "slides/slides.html"]
    assert made("tanh-neuron", Options(only=("report",))) == []
    assert made("tanh-neuron", Options(only=("report",), slides=True)) == both
    assert made("tanh-neuron", Options(only=("slides",))) == both
    assert not Options().wants("slides")
    told = write(load(wide), tmp_path, options=Options(only=("slides",)))
    assert "not made: slides/slides.tex; slides tell a derivation unit by unit" in told


def test_a_derivation_is_a_document_in_every_format() -> None:
    derivation = symnet.load("starter").derive()
    heads = {"latex": b"% Gen", "markdown": b"# ", "myst": b"---\ntitle", "pdf": b"%PDF"}
    heads |= {"slides": b"% Gen", "quarto": b"---\ntitle"}
    for name in formats():
        if name == "notebook":  # it runs code, of which one parameter has none
            with pytest.raises(UnsupportedError, match="needs the whole derivation"):
                derivation.document(name, wrt="w1")
            continue
        content = derivation.document(name, wrt="w1")
        assert content.startswith(heads.get(name, b"<!DOCTYPE html>")), name
    with pytest.raises(SpecError, match="did you mean markdown"):
        derivation.document("markdwon")


def test_unknown_networks_are_refused_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="did you mean notebook"):
        symnet.load("notebok")
    with pytest.raises(SpecError, match="no such file"):
        symnet.load("./notebok.toml")


def test_a_name_that_is_a_file_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebok.toml").touch()
    with pytest.raises(SpecError, match=r"for the file write notebok\.toml$"):
        symnet.load("notebok")


def test_what_stands_in_generated_is_what_would_be_written() -> None:
    """`symnet build --all` accepts what has changed."""
    found = "".join(compare(shipped(), ROOT / "generated", everything=True)[0])
    assert found == "", found[:3000]


def test_what_a_build_notes_of_this_machine_is_not_checked_in() -> None:
    assert INPUTS in (ROOT / ".gitignore").read_text().splitlines()


def test_a_difference_is_found(tmp_path: Path) -> None:
    built(["starter"], tmp_path)
    assert compare(["starter"], tmp_path, everything=True)[0] == ()
    target = tmp_path / "starter/python/starter.py"
    target.write_text(target.read_text().replace("w1", "w2", 1))
    (tmp_path / "starter/python/mine.py").write_text("pass\n")
    (tmp_path / "stray.txt").write_text("?\n")
    (tmp_path / "starter/report.json").unlink()
    text = "".join(compare(["starter"], tmp_path, everything=True)[0])
    for part in ("+++", "orphan", "mine.py", "stray.txt", "missing", "report.json"):
        assert part in text


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("seed", ["0", "1", "12345"])
def test_the_same_input_gives_the_same_bytes(seed: str, tmp_path: Path) -> None:
    done = run("-m", "symnet", "build", "xor", "--out", str(tmp_path), PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    for path in sorted((tmp_path / "xor").rglob("*")):
        if path.is_file() and path.name != INPUTS:
            expected = ROOT / "generated/xor" / path.relative_to(tmp_path / "xor")
            assert path.read_bytes() == expected.read_bytes(), path.name


def test_a_build_with_nothing_to_do_imports_no_sympy(tmp_path: Path) -> None:
    words = ("-m", "symnet", "build", "starter", "--out", str(tmp_path))
    assert run(*words).returncode == 0
    again = run("-X", "importtime", *words)
    assert "up to date" in again.stdout
    assert "sympy" not in again.stderr.replace("symnet", "")
    assert "numpy" not in again.stderr


def test_the_digest_follows_the_network() -> None:
    assert inputs_digest(load("xor").spec) != inputs_digest(load("starter").spec)
    assert inputs_digest(load("xor").spec) == inputs_digest(load("xor").spec)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_network_has_a_sample_and_values(name: str) -> None:
    spec = load(name).spec
    assert spec.samples is not None
    assert spec.initial is not None


def test_an_empty_path_is_not_the_current_folder() -> None:
    network = symnet.load("notebook")
    with pytest.raises(SpecError, match=r"^out: '' names no file or folder"):
        network.build("")
    with pytest.raises(SpecError, match=r"^templates: '' names no file or folder"):
        network.emit(templates="")
