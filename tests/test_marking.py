"""`symnet check`: exit codes, JSON, the terminal's text and the table of marks."""

import csv
import json
from pathlib import Path

import pytest

import symnet
from symnet.cli import main
from symnet.document.formats import pdf
from symnet.document.latex import engine
from symnet.pipeline import NETWORKS

NOTEBOOK = NETWORKS / "notebook.txt"
FIELDS = (
    *("file", "line", "cell", "target", "parameter", "node", "verdict"),
    *("condition", "fix", "printed", "computed", "true"),
)
NETWORK = """
inputs = ["x"]
targets = ["y"]
loss = "squared_error"

[[layers]]
units = 1
activation = "sigmoid"
"""
RIGHT = """\
import math
w = 0.5
bias = 0.25
x = 2.0
y = 1.0
rate = 0.1
z = w * x + bias
h = 1 / (1 + math.exp(-z))
loss = (h - y) ** 2
dz = 2 * (h - y) * h * (1 - h)
w = w - rate * dz * x
bias = bias - rate * dz
"""
WRONG = RIGHT.replace("2 * (h - y)", "(h - y)")


@pytest.fixture
def network(tmp_path: Path) -> str:
    path = tmp_path / "neuron.toml"
    path.write_text(NETWORK)
    return str(path)


def written(folder: Path, text: str, name: str = "answer.py") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_all_right_is_0(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["check", written(tmp_path, RIGHT), "--network", network]) == 0
    assert b"wrong" not in capfdbinary.readouterr().out


def test_a_mistake_is_1_and_told_with_its_mark(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["check", written(tmp_path, WRONG), "--network", network]) == 1
    shown = capfdbinary.readouterr().out.decode()
    assert "line 10: dz" in shown
    assert "\n    dz = (h - y) * h * (1 - h)\n         ^" in shown
    assert "multiply by 2" in shown
    assert "rate is learning rate" in shown


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\n", "\0", "return return"])
def test_what_cannot_be_read_is_2(
    text: str, tmp_path: Path, network: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, text)
    assert main(["check", path, "--network", network]) == 2
    assert capfd.readouterr().err.startswith(f"symnet: {path}: ")


def test_a_file_that_is_not_there_is_2(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.py"]) == 2
    assert capfd.readouterr().err == "symnet: nowhere.py: there is no such file\n"


def test_json_has_just_the_fields_promised(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["check", str(NOTEBOOK), "--json"]) == 1
    records = json.loads(capfdbinary.readouterr().out)
    assert all(tuple(one) == FIELDS for one in records)
    output = next(one for one in records if one["cell"] == 868 and one["node"] == "z4")
    assert output | {"file": ""} == {
        "file": "",
        "line": 392,
        "cell": 868,
        "target": "node_4_output",
        "parameter": None,
        "node": "z4",
        "verdict": "wrong",
        "condition": None,
        "fix": "use bias4 for bias3",
        "printed": None,
        "computed": pytest.approx(1.7875437499999998, rel=1e-15),
        "true": pytest.approx(1.7900437499999997, rel=1e-15),
    }


def test_a_parameter_never_updated_is_missing(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = written(tmp_path, RIGHT.replace("bias = bias - rate * dz\n", ""))
    assert main(["check", path, "--network", network, "--json"]) == 1
    bad = [r for r in json.loads(capfdbinary.readouterr().out) if r["verdict"] != "right"]
    assert [(one["verdict"], one["parameter"], one["line"]) for one in bad] == [
        ("missing", "b1", None)
    ]


OWN_NAMES = (
    RIGHT.replace("bias", "offset")
    .replace("rate", "speed")
    .replace("w ", "q ")
    .replace("y", "goal")
)


def test_names_by_a_mapping(tmp_path: Path, network: str) -> None:
    path = written(tmp_path, OWN_NAMES)
    words = ["check", path, "--network", network]
    assert main(words) == 1
    given = {"q": "w1", "offset": "b1", "speed": "learning_rate", "goal": "y"}
    pairs = [word for pair in given.items() for word in ("--map", "=".join(pair))]
    assert main([*words, *pairs]) == 0
    table = tmp_path / "names.toml"
    table.write_text("".join(f'{name} = "{quantity}"\n' for name, quantity in given.items()))
    assert main([*words, "--map", str(table)]) == 0


def test_a_gradient_by_a_mapping(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A name that says nothing, and that no update reads, is held against what it is said to be."""
    slip = "q7 = 2 * (h - y) * (1 - h) * x\n"
    words = ["check", written(tmp_path, RIGHT + slip), "--network", network, "--json"]
    for asked, verdict in (([], "not-read"), (["--map", "q7=dL_dw1"], "wrong")):
        assert main([*words, *asked]) == 1
        records = json.loads(capfdbinary.readouterr().out)
        assert [one["verdict"] for one in records if one["target"] == "q7"] == [verdict]
    assert next(one for one in records if one["target"] == "q7")["parameter"] == "w1"


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("w", "--map 'w': write NAME=QUANTITY"),
        ("w=", "--map 'w=': write NAME=QUANTITY"),
        ("w=w9", "mapping w=w9: the network has no w9"),
        ("nobody=w1", "mapping nobody=w1: the file has no nobody"),
        ("nowhere.toml", "--map nowhere.toml: cannot be read"),
    ],
)
def test_a_mapping_that_is_none(
    word: str, problem: str, tmp_path: Path, network: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, RIGHT)
    assert main(["check", path, "--network", network, "--map", word]) == 2
    assert problem in capfd.readouterr().err


def test_marks_of_a_class(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = [
        written(tmp_path, RIGHT, "right.py"),
        written(tmp_path, WRONG, "wrong.py"),
        written(tmp_path, "def f(:", "broken.py"),
    ]
    table = tmp_path / "marks.csv"
    words = ["check", "--grade", *files, "--network", network]
    assert main([*words, "--csv", str(table)]) == 2
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [(one["right"], one["of"]) for one in rows] == [("2", "2"), ("0", "2"), ("", "2")]
    assert rows[0]["w1"] == "right"
    assert "multiply by 2" in rows[1]["w1"]
    assert rows[1]["b1"].startswith("wrong: in line 10 (dz)")
    assert "not Python" in rows[2]["unread"]
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines.pop(0) == f"held against {network}"
    assert [line.split()[1] for line in lines] == ["2/2", "0/2", "not"]
    assert main([*words[:4], *words[5:]]) == 1
    assert main([*words[:3], *words[5:]]) == 0


def test_a_folder_among_the_files_is_said_to_be_one(
    tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["check", "--grade", str(tmp_path), network, "--network", network]) == 2
    shown = capfdbinary.readouterr().out.decode()
    assert "it is a folder; name the files in it" in shown
    assert "it is a network to hold files against" in shown


@pytest.mark.parametrize("more", [[], ["--grade"]])
def test_the_first_line_names_the_network(
    more: list[str], tmp_path: Path, network: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = ["check", written(tmp_path, RIGHT), *more]
    main(words)
    first, *_ = capfdbinary.readouterr().out.decode().splitlines()
    assert first == "held against notebook, since no other is named with --network"
    main([*words, "--network", network])
    first, *_ = capfdbinary.readouterr().out.decode().splitlines()
    assert first == f"held against {network}"


def test_csv_needs_grade(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(NOTEBOOK), "--csv", str(tmp_path / "marks.csv")]) == 2
    assert "--csv needs --grade" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("format_", "code"),
    [
        ("markdown", "`{}`"),
        ("latex", r"\texttt{{{}}}"),
        ("html", "<code>{}</code>"),
    ],
)
def test_told_as_a_document(format_: str, code: str, tmp_path: Path) -> None:
    out = tmp_path / "errata"
    words = ["check", str(NOTEBOOK), "--format", format_, "-o", str(out)]
    assert main(words) == 1
    text = out.read_text(encoding="utf-8")
    assert "Errata of notebook.txt" in text
    assert f"Use {code.format('bias4')} for {code.format('bias3')}" in text
    assert "56" in text


@pytest.mark.slow
@pytest.mark.skipif(not engine.installed(), reason="needs latexmk")
def test_a_pdf_through_latex_needs_no_typst(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    words = ["--engine", "latex", "-o"]
    assert main(["check", str(NOTEBOOK), *words, str(tmp_path / "a.pdf")]) == 1
    assert main(["derive", "tanh-neuron", *words, str(tmp_path / "b.pdf")]) == 0
    derivation = symnet.load("tanh-neuron").derive()
    made = [*(one.read_bytes() for one in tmp_path.iterdir())]
    made.append(derivation.document("pdf", engine="latex"))
    assert [one[:5] for one in made] == [b"%PDF-"] * 3
    assert main(["derive", "tanh-neuron", "-o", str(tmp_path / "c.pdf")]) == 2


def test_an_unknown_format(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(NOTEBOOK), "--format", "ltex"]) == 2
    assert "'ltex'" in capfd.readouterr().err


def test_latex_through_the_command(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = written(tmp_path, "\\[ L_{w_1} = \\delta_1 x_2 \\]", "notes.tex")
    assert main(["check", path]) == 1
    assert b"use x_1 for x_2" in capfdbinary.readouterr().out
