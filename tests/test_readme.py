"""What the README shows is what happens."""

import re
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.cli import COMMANDS
from symnet.emit.options import Options
from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.model.optimizers import OPTIMIZERS
from symnet.pipeline import emit, verify

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_lines_of_python_run(capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, Any] = {}
    exec(
        compile(block("python").replace('n.emit("python")', "n.name"), "README", "exec"), namespace
    )
    shown = capsys.readouterr().out
    assert "13 of 13 gradients proven." in shown
    assert "dL_dz1*x1" in shown
    assert "('loss', 'y_hat', '2 * error')" in shown


def test_the_network_file_is_sound(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(block("toml"))
    assert symnet.load(tmp_path / "mine.toml").derive().verify().ok


def test_the_output_shown_is_real() -> None:
    table, _ = verify("notebook", as_json=False)
    made = {*table.splitlines(), *emit("notebook", Options()).splitlines()}
    shown = [line for line in block("console").splitlines() if line and line != "..."]
    assert [line for line in shown if not line.startswith("$ ") and line not in made] == []


def test_everything_there_is_to_choose_is_named() -> None:
    for name in (*ACTIVATIONS, *LOSSES, *OPTIMIZERS):
        assert f"`{name}`" in README, name
    for table in (ACTIVATIONS, LOSSES, OPTIMIZERS):
        for entry in table.values():
            for option in entry.options:
                assert f"`{option.name}`" in README, f"{entry.name}: {option.name}"
    for command in COMMANDS:
        assert f"| `symnet {command}" in README, command


def test_the_files_it_links_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
