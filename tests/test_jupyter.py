"""The magic: a network in a cell."""

from typing import Any

import nbformat
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from symnet.api import Network
from symnet.errors import SpecError
from symnet.jupyter import read

CELL = """
inputs = 1
loss = "squared_error"
layers = [{ units = 1, activation = "tanh" }]
"""


@pytest.fixture
def shell() -> Any:
    make: Any = InteractiveShell
    shell = make()
    shell.extension_manager.load_extension("symnet")
    return shell


def test_a_cell_makes_a_variable_and_shows_the_network(shell: Any) -> None:
    result = shell.run_cell(f"%%symnet small{CELL}")
    assert isinstance(result.result, Network)
    assert shell.user_ns["small"].parameters == ("w1", "b1")
    shown, _ = shell.display_formatter.format(result.result)
    assert "tanh" in shown["text/latex"]
    assert "<math" in shown["text/html"]


def test_without_a_name_it_is_called_network(shell: Any) -> None:
    shell.run_cell(f"%%symnet{CELL}")
    assert shell.user_ns["network"].name == "network"


def test_a_mistake_fails_the_cell_in_one_line(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    result = shell.run_cell("%%symnet small\ninputs = 0\n")
    assert isinstance(result.error_in_exec, UsageError)
    err = capsys.readouterr().err
    assert err.startswith("UsageError: %%symnet small: inputs")
    assert err.count("\n") == 1
    assert "small" not in shell.user_ns


def test_a_mistake_stops_a_notebook_that_is_run_whole() -> None:
    cells = ["%load_ext symnet", "%%symnet small\ninputs = 0\n", "print('not reached')"]
    make: Any = nbformat.v4
    notebook = make.new_notebook(cells=[make.new_code_cell(one) for one in cells])
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook).execute()
    assert notebook.cells[2].outputs == []


@pytest.mark.parametrize("name", ["a b", "1a", "a-b", "é", "a" * 41, "__import__('os')"])
def test_only_a_name_is_a_name(name: str) -> None:
    with pytest.raises(SpecError, match="name of a variable"):
        read(name, CELL)
