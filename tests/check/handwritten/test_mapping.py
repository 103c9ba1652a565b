"""What the user says that names are: used, or refused in one line."""

from pathlib import Path

import pytest

from symnet.cli import main

FILE = """x1, x2, y = 1.0, 2.0, 1.0
w1, w2, w3, w4, w5, w6, w7, w8, w9 = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9
b1 = b2 = b3 = b4 = 0.1
speed = 0.1
s1 = w1 * x1 + w4 * x2 + b1
s2 = w2 * x1 + w5 * x2 + b2
s3 = w3 * x1 + w6 * x2 + b3
a = [max(0, s1), max(0, s2), max(0, s3)]
s4 = w7 * a[0] + w8 * a[1] + w9 * a[2] + b4
p = max(0, s4)
d4 = 2 * (p - y) * (s4 > 0)
d1 = d4 * w7 * (s1 > 0)
copy = d1
w1 = w1 - speed * d1 * x1
"""


def checked(
    words: tuple[str, ...], folder: Path, capfd: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    path = folder / "answer.py"
    path.write_text(FILE)
    maps = [word for one in words for word in ("--map", one)]
    code = main(["check", str(path), *maps])
    said = capfd.readouterr()
    return code, said.out + said.err


@pytest.mark.parametrize(
    ("word", "line"), [("d1=dL_dz2", 12), ("d1=z1", 12), ("s1=z2", 5), ("copy=dL_dz3", 13)]
)
def test_a_name_that_is_worked_out_is_what_the_user_says(
    word: str, line: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name, node = word.split("=")
    _, said = checked(("speed=learning_rate", word), tmp_path, capfd)
    assert f"{name} is {node}" in said
    assert f"line {line}: {name} ({node}) is wrong" in said


@pytest.mark.parametrize("word", ["d1=dL_dz1", "copy=dL_dz1", "s1=z1", "d4=dL_db4", "p=y_hat"])
def test_a_name_that_is_said_rightly_is_right(
    word: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name, node = word.split("=")
    _, said = checked(("speed=learning_rate", word), tmp_path, capfd)
    assert f"{name} is {node}" in said
    assert "wrong" not in said


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("d1=w1", "the file works d1 out, and w1 is given"),
        ("d1=b2", "the file works d1 out, and b2 is given"),
        ("d1=learning_rate", "the file works d1 out, and learning_rate is given"),
        ("speed=z1", "the file gives speed, and z1 is worked out"),
        ("nobody=z1", "the file has no nobody"),
        ("a=z1", "the file has no a"),
    ],
)
def test_what_a_name_cannot_be_is_refused(
    word: str, problem: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert checked((word,), tmp_path, capfd) == (2, f"symnet: mapping {word}: {problem}\n")


def test_a_refusal_lists_all_that_is_taken(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = checked(("d1=nonsense",), tmp_path, capfd)
    assert code == 2
    assert said.count("\n") == 1
    taken = said.partition("it has ")[2].replace(";", ",").replace("\n", "").split(", ")
    assert {"w1", "b4", "x1", "y", "learning_rate", "z1", "y_hat", "dL_dz2", "dL_dw9"} <= {*taken}
    for name in ("z1", "dL_dz2"):
        assert checked((f"d1={name}",), tmp_path, capfd)[0] == 1


def test_a_table_is_no_single_quantity(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.py"
    path.write_text(f"import numpy as np\n{FILE}v = np.array([s1, s2, s3])\n")
    assert main(["check", str(path), "--map", "v=z1"]) == 2
    problem = "symnet: mapping v=z1: v is a table of shape (3,), z1 one number\n"
    assert capfd.readouterr().err == problem
