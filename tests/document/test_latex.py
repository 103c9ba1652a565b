"""The LaTeX: safe against any text, and compiled without a warning by two engines."""

import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symnet.document.blocks import (
    SCALAR,
    Document,
    Equation,
    Equations,
    Listing,
    Reference,
    paragraph,
)
from symnet.document.explain import explain
from symnet.document.formats import latex
from symnet.document.latex import article
from symnet.document.latex.naming import label
from symnet.document.latex.text import LETTERS, escaped
from symnet.document.mathematics import Letter, equation
from symnet.document.matrices import explain_matrices
from symnet.files import SourceFile
from symnet.model.activations import ACTIVATIONS
from symnet.model.glyphs import Glyph
from symnet.model.losses import LOSSES
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import GivenValues, LayerSpec, RuleValues, SamplesSpec, Spec, TrainingSpec
from symnet.pipeline import Stages, load
from tests.document.made import NETWORKS, document, told
from tests.networks import choice, small_spec

HOSTILE = (
    r"\input{/etc/passwd} $x_1$ 100% & #1 {~^} ``a'' -- <<b>> |c| \end{document} ?` !` ,, "
    "\u03b1\u2202 \u00dcn\u00ef\u0151 \u4e2d\u6587 \U0001f600 \u00ab\u00bb \u202e"
)
TROUBLE = re.compile(r"^!|Warning|Overfull|Underfull|Missing character", re.MULTILINE)
# What every LaTeX prints on the way to the last run, and of which the last run is free.
needs_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk and LaTeX")


def compiled(folder: Path, text: str, engine: str = "-pdf") -> tuple[str, str]:
    """Compile a document; return the log and the text of the PDF's auxiliary file."""
    (folder / "main.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["latexmk", engine, "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
        cwd=folder,
        capture_output=True,
        timeout=300,
        check=False,
    )
    log = (folder / "main.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-3000:]
    return log, (folder / "main.aux").read_text(encoding="utf-8")


def trouble(log: str) -> list[str]:
    """Return the lines of a log that a careful author would not leave standing."""
    return [line for line in log.splitlines() if TROUBLE.search(line)]


@needs_tex
@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_article_compiles_without_a_warning(name: str, tmp_path: Path) -> None:
    whole = load(name).document()
    assert any(isinstance(one, Listing) for one in whole.blocks)
    log, aux = compiled(tmp_path, article.text(whole))
    assert trouble(log) == []
    numbers = dict(re.findall(r"\\newlabel\{(eq:[^}]*)\}\{\{(\d+)\}", aux))
    expected = {
        label(whole, one.id): str(one.number) for one in whole.equations() if one.number is not None
    }
    assert numbers == expected


@needs_tex
@pytest.mark.slow
@pytest.mark.parametrize("name", ["notebook", "xor"])
def test_lualatex_and_the_proof_and_the_matrix_form(name: str, tmp_path: Path) -> None:
    stages = Stages(load(name).spec)
    of = explain(stages.derivation, stages.step, (), stages.report)
    log, _ = compiled(tmp_path, article.text(of), "-lualatex")
    assert trouble(log) == []
    log, _ = compiled(tmp_path, article.text(explain_matrices(stages.matrices)))
    assert trouble(log) == []


def wide() -> Spec:
    """Return a network with everything that is long: names, sums, paths, tables, numbers."""
    rule = RuleValues("seeded", seed=2, scale=Fraction(1))
    name = "a_very_long_name_of_forty_characters_xyz"
    names = tuple(tuple(f"u{k}_{j}" for j in range(12)) for k in range(3))
    spec = small_spec((12, 3, 3), ["gelu", "softmax"], "softmax_cross_entropy", initial=rule)
    first = LayerSpec(3, choice(ACTIVATIONS, "gelu"), ((name, *names[0][1:]), *names[1:]))
    rows = tuple(tuple(Fraction(k - j, 7) for j in range(12)) for k in range(9))
    classes = tuple(tuple(Fraction(int(k % 3 == j)) for j in range(3)) for k in range(9))
    adam = choice(OPTIMIZERS, "adam", weight_decay=Fraction(1, 100), epsilon_place="hat")
    return replace(
        spec,
        title=HOSTILE,
        layers=(first, spec.layers[1]),
        samples=SamplesSpec(rows, classes, True),
        training=TrainingSpec(adam, (Fraction(1, 3),) * 2),
    )


def deep() -> Spec:
    """Return a network with long products, layered names and a loss of many outputs."""
    spec = small_spec((2, 2, 2, 2, 9), ["silu", "elu", "tanh", "sigmoid"], "binary_cross_entropy")
    sample = SamplesSpec(((Fraction(1, 3), Fraction(-2, 3)),), ((Fraction(1),) * 9,))
    rule = RuleValues("seeded", seed=5, scale=Fraction(1))
    training = TrainingSpec(choice(OPTIMIZERS, "rmsprop"), (Fraction(1, 10),))
    return replace(spec, numbering="layered", samples=sample, initial=rule, training=training)


@needs_tex
@pytest.mark.slow
@pytest.mark.parametrize("spec", [wide(), deep()], ids=["wide", "deep"])
def test_long_formulas_stay_on_the_page(spec: Spec, tmp_path: Path) -> None:
    of = document(spec)
    log, _ = compiled(tmp_path, article.text(of))
    assert trouble(log) == []
    fragments = tmp_path / "fragments"
    fragments.mkdir()
    log, _ = compiled(fragments, bare(latex.files(of, SCALAR)))
    assert trouble(log) == []


def bare(files: tuple[SourceFile, ...]) -> str:
    """Put all fragments into an article that loads amsmath and nothing else."""
    pieces = [one.text for one in files if "/eq-" in one.path]
    head = "\\documentclass{article}\\usepackage{amsmath}\\allowdisplaybreaks"
    return "\n".join([head, "\\begin{document}", *pieces, "\\end{document}"])


@needs_tex
@pytest.mark.slow
def test_fragments_need_amsmath_and_nothing_else(tmp_path: Path) -> None:
    log, aux = compiled(tmp_path, bare(latex.files(told("notebook"), SCALAR)))
    assert trouble(log) == []
    assert r"\newlabel{eq:notebook-w1}" in aux


@needs_tex
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["-pdf", "-lualatex"])
def test_every_letter_that_is_printed_as_itself_can_be(engine: str, tmp_path: Path) -> None:
    head = article.text(told("notebook")).partition("\\begin{document}")[0]
    body = "\n\n".join(
        escaped(f"x{one}{one}x") for one in [*sorted(LETTERS), *map(chr, range(33, 127))]
    )
    log, _ = compiled(tmp_path, f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n", engine)
    assert trouble(log) == []


def test_the_log_reader_finds_trouble() -> None:
    log = "! Undefined control sequence.\nOverfull \\hbox (3pt too wide)\nLaTeX Warning: x\nfine"
    assert len(trouble(log)) == 3


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a_b & 5% #1 {x} $y$", r"a\_b \& 5\% \#1 \{x\} \$y\$"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("a--b ''c'' ,,", r"a-\kern0pt{}-b '\kern0pt{}'c'\kern0pt{}' ,\kern0pt{},"),
        (
            '^~<>|`"',
            r"\textasciicircum{}\textasciitilde{}\textless{}\textgreater{}\textbar{}"
            r"\textasciigrave{}\textquotedbl{}",
        ),
        ("\u4e2d\u202e", "[U+4E2D][U+202E]"),
        ("\u03b4", r"\ensuremath{\delta}"),
    ],
)
def test_text_is_text(text: str, latex: str) -> None:
    assert escaped(text) == latex


def test_a_hostile_title_is_only_a_title() -> None:
    spec = replace(small_spec((1, 1), ["identity"]), title=HOSTILE, name="x}\n\\evil{")
    files = latex.files(document(spec), SCALAR)
    for file in files:
        assert r"\input{" not in file.text
        assert r"\evil" not in re.sub("^%.*", "", file.text, flags=re.MULTILINE)
    assert files[0].text.count(r"\end{document}") == 1
    assert all(one.path.isascii() for one in files)


def test_the_head_names_maker_network_and_conditions_and_nothing_else() -> None:
    for file in latex.files(told("notebook"), SCALAR):
        lines = file.text.splitlines()
        head = [one for one in lines if one[:1] == "%" and not one.startswith("% Needs")]
        if not file.path.endswith(".tex"):
            continue
        assert head[0].startswith("% Generated by symnet")
        assert any(re.fullmatch(r"% Network: SHA-256 [0-9a-f]{64}", line) for line in head)
        assert any("ReLU at 0 is 0" in line for line in head)
        assert any("Free of any condition" in line for line in head)
        assert not re.search(r"\b20\d\d\b|/home|/work|/tmp", file.text)


def test_every_equation_has_a_fragment_and_all_of_them_are_in_one() -> None:
    files = {one.path: one.text for one in latex.files(told("notebook"), SCALAR)}
    assert {"derivation.tex", "fragments/all.tex", "fragments/eq-w1.tex"} <= set(files)
    assert "fragments/eq-delta-4.tex" in files
    ids = [one.id for one in told("notebook").equations()]
    assert sum("/eq-" in one for one in files) == len(ids)
    body = re.sub("^%.*\n", "", files["fragments/eq-w1.tex"], flags=re.MULTILINE).strip()
    assert body in files["fragments/all.tex"]


def test_names_that_differ_only_in_case_have_files_that_differ_otherwise() -> None:
    values = tuple((name, Fraction(1)) for name in ("a", "A", "b1"))
    layer = LayerSpec(1, choice(ACTIVATIONS, "identity"), (("a", "A"),))
    spec = small_spec((2, 1), ["identity"], layers=(layer,), initial=GivenValues(values))
    paths = [one.path for one in latex.files(document(spec), SCALAR)]
    assert len({one.lower() for one in paths}) == len(paths)


def test_references_and_all_losses_are_printed() -> None:
    here = Equation("w1", equation(Letter(Glyph("a")), Letter(Glyph("b"))), "n", 1)
    blocks = (paragraph("See ", Reference("w1"), "."), Equations((here,)))
    text = article.text(Document("net", "t", "s", (), blocks))
    assert r"See \eqref{eq:net-w1}." in text
    assert r"\label{eq:net-w1}" in text
    assert LOSSES  # the table is not empty, so that the parametrised tests ran


def test_the_same_network_gives_the_same_bytes() -> None:
    spec = load("logistic-batch").spec
    assert latex.files(document(spec), SCALAR) == latex.files(document(spec), SCALAR)
