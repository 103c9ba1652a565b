"""Files that would do harm if they were run, or tire a reader: a clear message within seconds."""

import json
import time
from pathlib import Path

import pytest

from symnet.cli import main

SECONDS = 20  # for a loaded machine; alone, each takes well under two


@pytest.fixture(autouse=True)
def soon() -> None:
    """Load what is loaded once, so that only the file's own time is taken."""
    import symnet.marking  # noqa: F401


def outcome(path: Path, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Check a file; return the exit code, and what was said."""
    start = time.process_time()
    code = main(["check", str(path)])
    assert time.process_time() - start < SECONDS
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out + said.err


HARMFUL = {
    "writes": "open({victim!r}, 'w').write('gone')\nw1 = 1\n",
    "deletes": "import os\nos.remove({victim!r})\n",
    "runs": "import subprocess\nsubprocess.run(['rm', {victim!r}])\n",
    "evaluates": "eval(\"__import__('os').remove({victim!r})\")\n",
    "imports": "from os import remove\nremove({victim!r})\nw1 = w1 - lr * remove({victim!r})\n",
    "decorates": "import os\n@(lambda f: os.remove({victim!r}))\ndef g(): pass\n",
    "formats": 'import os\nprint(f"{{os.remove({victim!r})}}")\n',
    "defaults": "import os\ndef f(a=os.remove({victim!r})): return a\nf()\n",
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_nothing_of_a_file_is_run(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("here")
    path = tmp_path / "answer.py"
    path.write_text(HARMFUL[kind].format(victim=str(victim)))
    code, said = outcome(path, capfd)
    assert code == 1
    assert "not read" in said or "missing" in said
    assert victim.read_text() == "here"


ENDLESS = {
    "loop": "w1 = 1\nwhile True:\n    w1 = w1 - 0.1\n",
    "recursion": "def f(x):\n    return f(x) + 1\nw1 = f(1)\n",
    "mutual recursion": "def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\nw1 = f(1)\n",
    "long range": "w1 = 1\nfor i in range(10**12):\n    w1 = w1 * w1 - i\n",
    "nested ranges": "w1 = 1\n"
    + "".join(f"{' ' * k}for i{k} in range(99):\n" for k in range(9))
    + " " * 9
    + "w1 = w1 + 1\n",
    "power tower": "w1 = 9 ** 9 ** 9 ** 9\nw2 = w1 - 0.1 * 2 ** 10 ** 9\n",
    "growing": "w1 = x1 + 1\n" + "w1 = w1 * w1 + x1\n" * 60,
    "long list": "w = [0] * 10 ** 10\n",
    "big array": "import numpy as np\nw = np.zeros((10 ** 5, 10 ** 5))\ny = w @ w\n",
    "nested tests": "\n".join(" " * k + "if x1:" for k in range(99)) + "\n" + " " * 99 + "w1 = 1",
    "shift": "w1 = 1 << 10 ** 10\n",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_would_never_end_is_not_followed(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.py"
    path.write_text(ENDLESS[kind])
    code, _ = outcome(path, capfd)
    assert code in (1, 2)


KNOWN = "".join(f"w{k} = 0.{k}\n" for k in range(1, 10)) + (
    "b1 = b2 = b3 = b4 = 0.1\nx1 = 1.0\nx2 = 2.0\ny = 1.0\nlr = 0.1\n"
)
LONG = {
    "aliases": "a = x1\nb = w1\n" + "a = b\nb = a\n" * 4000,
    "aliases in a gradient": "a = x1\nb = w1\n" + "a = b\nb = a\n" * 4000 + "w1 = w1 - lr * a",
    "aliases of arguments": "def f(b):\n" + "    a = b\n    b = a\n" * 4000 + "    return a",
    "sum": "L = 0\n" + "L = L + 1\n" * 3000,
    "sum of losses": "L = 0\n" + "L = L + (w1 * x1 - y) ** 2\n" * 3000,
    "many names": "a0 = x1\n" + "".join(f"a{k + 1} = a{k} + b1\n" for k in range(4000)),
    "arguments changed": "def f(v):\n" + "    v -= 1\n" * 2000 + "    return v @ v",
    "entries of arguments": "def f(v):\n" + "    v[0] -= v[1]\n" * 2000 + "    return v @ v",
    "parts of arguments": "def f(v, u):\n    t = v[1:]\n"
    + "    v[0] -= t[1]\n    t -= u\n" * 1000
    + "    return v @ v",
    "arrays changed in calls": "import numpy as np\nv = np.array([1.0, 2.0])\n"
    "def f(v):\n    v[0] = v[0] + 1\n" + "f(v)\n" * 3000,
    "lists doubled": "v = [x1]\n" + "v = v + v\n" * 3000,
    "lists extended": "v = [x1]\n" + "v += v\n" * 3000,
    "lists extended by a call": "v = [x1]\n" + "v.extend(v)\n" * 3000,
    "updates": "w1 = w1 - lr * x1\n" * 3000,
    "gradients": "".join(f"dw1 = x1 * {k}\nw1 = w1 - lr * dw1\n" for k in range(1500)),
    "tests": "a = x1\n" + "if a > y:\n    a = a + w1\n" * 1500 + "w1 = w1 - lr * a",
}


@pytest.mark.parametrize("known", ["", KNOWN], ids=["unknown", "known"])
@pytest.mark.parametrize("kind", LONG)
def test_thousands_of_names_behind_each_other_end_soon(
    kind: str, known: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.py"
    path.write_text(known + LONG[kind] + "\n")
    start = time.process_time()
    code, said = outcome(path, capfd)
    # Alone, each takes two or three at most; some took 40 and more, or ended in a traceback.
    assert time.process_time() - start < 8
    assert code in (1, 2)
    assert code == 1 or (said.startswith(f"symnet: {path}: ") and said.count("\n") == 1)


def test_a_name_with_too_many_behind_it_is_not_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.py"
    path.write_text(KNOWN + LONG["many names"])
    code, said = outcome(path, capfd)
    assert code == 1
    assert "more than 150 names lie one behind the other here" in said


@pytest.mark.parametrize(
    "text",
    [
        "w1 = " + "(" * 5000 + "1" + ")" * 5000,
        "w1 = " + "-" * 5000 + "1",
        "w1 = " + "+".join(["x1"] * 20_000),
        "w1 = " + "[" * 150 + "]" * 150,
        "w1 = a" + "[0]" * 3000,
        "def f(:",
        "x = '\\",
        "w1 = 1\0",
    ],
)
def test_what_is_too_deep_or_no_python_is_refused_in_one_line(
    text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.py"
    path.write_text(text)
    code, said = outcome(path, capfd)
    assert code == 2
    assert said.startswith(f"symnet: {path}: ")
    assert said.count("\n") == 1
    assert len(said) < 400


def test_ten_megabytes_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for ending in (".py", ".ipynb", ".txt", ".tex", ".md"):
        path = tmp_path / f"answer{ending}"
        path.write_text("w1 = w1 - 0.1\n" * 750_000)
        code, said = outcome(path, capfd)
        assert (code, said) == (2, f"symnet: {path}: 10.5 MB is too large, at most 2 MB\n")


NOTEBOOKS = {
    "no JSON": "{",
    "a list": "[]",
    "no cells": "{}",
    "cells of numbers": json.dumps({"cells": [1, 2]}),
    "cells of text": json.dumps({"cells": "abc"}),
    "no source": json.dumps({"cells": [{"cell_type": "code"}]}),
    "source of numbers": json.dumps({"cells": [{"cell_type": "code", "source": 7}]}),
    "deep": "[" * 100_000,
    "broken code": json.dumps({"cells": [{"cell_type": "code", "source": "def ("}]}),
}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_a_broken_notebook_is_refused(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.ipynb"
    path.write_text(NOTEBOOKS[kind])
    code, said = outcome(path, capfd)
    assert code == 2
    assert said.startswith(f"symnet: {path}: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00w", b"w1 = '\xe4'", b"\x00" * 100, b"\x80abc"])
@pytest.mark.parametrize("ending", [".py", ".ipynb", ".txt", ".tex"])
def test_what_is_no_text_is_refused(
    content: bytes, ending: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"answer{ending}"
    path.write_bytes(content)
    code, said = outcome(path, capfd)
    assert code == 2
    assert said.startswith(f"symnet: {path}: ")


def test_a_folder_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, said = outcome(tmp_path, capfd)
    assert code == 2
    assert said.startswith(f"symnet: {tmp_path}: it is a folder; name the files in it")


def test_an_empty_file_is_not_all_right(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.py"
    path.write_text("")
    assert outcome(path, capfd)[0] == 1
