"""What the README shows is what happens."""

import re
from pathlib import Path
from typing import Any

import pytest

import symnet
from symnet.cli import COMMANDS
from symnet.emit.options import Options
from symnet.emit.source import (
    arithmetics,
    precisions,
    request_for,
    styles,
    targets,
    wide_styles,
)
from symnet.errors import UnsupportedError
from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.pipeline import emit, verify
from tests.emit.emitted import step_of

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


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def words(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_the_table_of_options_says_what_each_command_and_target_takes() -> None:
    start = README.index("| option | commands |")
    head, _, *rows = README[start : README.index("\n\n", start)].splitlines()
    columns = [name.strip("`") for name in cells(head)[2:]]
    assert sorted(columns) == list(targets())
    table = {words(one)[0]: cells(one)[1:] for one in rows}
    for name, command in COMMANDS.items():
        for option in command.options:
            assert option == "-j" or name in table[option][0].split(", "), option
    for number, target in enumerate(columns, 1):
        forms = ("scalar", "loops") if wide_styles(target) else ("scalar",)
        assert words(table["--style"][number]) == styles(target)
        assert words(table["--form"][number]) == forms
        assert words(table["--arithmetic"][number]) == arithmetics(target)
        assert words(table["--precision"][number]) == precisions(target)
        assert words(table["--with-test"][number]) == tuple(
            style for style in styles(target) if _tested(target, style)
        )


def _tested(target: str, style: str) -> bool:
    spec = read_spec(ROOT / "symnet/networks/tanh-neuron.toml")
    try:
        request_for(Options(target, style, with_test=True), spec, lambda: step_of(spec))
    except UnsupportedError:
        return False
    return True


def test_the_counts_of_operations_are_those_of_the_header() -> None:
    text = " ".join(emit("notebook", Options(arithmetic="fused")).split())
    for kind, arithmetic, tests in (("fused", 46, 7), ("exact form", 58, 8)):
        found = re.search(rf"update, {kind}: (\d+) operations: .*?(\d+) maxima, (\d+) gates", text)
        assert found is not None
        total, maxima, gates = map(int, found.groups())
        assert (total - maxima - gates, maxima + gates) == (arithmetic, tests)
    assert "46 operations and 7 tests instead of 58 and 8" in " ".join(README.split())


def test_the_files_it_links_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
