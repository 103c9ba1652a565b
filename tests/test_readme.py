"""What the README shows is what happens."""

import re
import shutil
import subprocess
import sys
import textwrap
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
    """Return what stands in this language, of several blocks one behind the other."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE)
    assert found
    return "".join(map(str, found))


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


def table(head: str) -> dict[str, list[str]]:
    """Return the rows of a table, by the first word of each; ``head``: how it starts."""
    start = README.index(head)
    first, _, *rows = README[start : README.index("\n\n", start)].splitlines()
    return {"": cells(first)[1:]} | {words(row)[0]: cells(row)[1:] for row in rows}


def test_the_table_of_options_says_what_each_command_takes() -> None:
    rows = table("| command | options |")
    taking = {name: command.options for name, command in COMMANDS.items() if command.options}
    assert rows.keys() - {""} == taking.keys()
    for name, options in taking.items():
        assert sorted(words(rows[name][0])) == sorted(options), name


def test_the_table_of_targets_says_what_each_of_them_writes() -> None:
    rows = table("| | `python` |")
    columns = [name.strip("`") for name in rows[""]]
    assert sorted(columns) == list(targets())
    for number, target in enumerate(columns):
        forms = ("scalar", "loops") if wide_styles(target) else ("scalar",)
        assert words(rows["--style"][number]) == styles(target)
        assert words(rows["--form"][number]) == forms
        assert words(rows["--arithmetic"][number]) == arithmetics(target)
        assert words(rows["--precision"][number]) == precisions(target)
        assert [style for style in styles(target) if _tested(target, style)] == ["module"]
    assert "`--with-test` goes with the style\n`module`" in README


def _tested(target: str, style: str) -> bool:
    spec = read_spec(ROOT / "symnet/networks/tanh-neuron.toml")
    try:
        request_for(Options(target, style, with_test=True), spec, lambda: step_of(spec))
    except UnsupportedError:
        return False
    return True


def test_the_counts_of_operations_are_those_of_the_header() -> None:
    text, totals = " ".join(emit("notebook", Options(arithmetic="fused")).split()), []
    for kind, arithmetic, tests in (("fused", 46, 7), ("exact form", 58, 8)):
        found = re.search(rf"update, {kind}: (\d+) operations: .*?(\d+) maxima, (\d+) gates", text)
        assert found is not None
        total, maxima, gates = map(int, found.groups())
        totals.append(total)
        assert (total - maxima - gates, maxima + gates) == (arithmetic, tests)
    told = " ".join(README.split())
    assert "46 additions, subtractions and multiplications and 7 tests" in told
    assert (
        "instead of 58 and 8; its header counts them together, 53 operations instead of 66" in told
    )
    assert totals == [53, 66]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_rule_for_make_builds_once_and_again_after_a_change(tmp_path: Path) -> None:
    net, rule = tmp_path / "net.toml", textwrap.dedent(block("make"))
    command = f"{sys.executable} -m symnet build --only report"
    (tmp_path / "Makefile").write_text(rule.replace("symnet build", command))

    def make() -> str:
        done = subprocess.run(["make"], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    net.write_text(block("toml"))
    assert "generated/net: " in make()
    assert "is up to date" in make()
    for steps, line in (("3  # few", "generated/net: up to date"), ("2", " written, ")):
        net.write_text(block("toml").replace("steps = 3", f"steps = {steps}"))
        assert line in make()
        assert "is up to date" in make()


def test_what_the_main_job_makes_is_there() -> None:
    assert (ROOT / "generated/notebook/html/derivation.html").is_file()
    assert "`generated/notebook/html/derivation.html`" in README


def test_the_files_it_links_to_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
