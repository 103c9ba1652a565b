"""The magic: a network in a cell."""

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

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


def test_a_mistake_is_one_line_and_makes_nothing(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%%symnet small\ninputs = 0\n")
    assert capsys.readouterr().err.startswith("symnet: %%symnet small: inputs")
    assert "small" not in shell.user_ns


@pytest.mark.parametrize("name", ["a b", "1a", "a-b", "é", "a" * 41, "__import__('os')"])
def test_only_a_name_is_a_name(name: str) -> None:
    with pytest.raises(SpecError, match="name of a variable"):
        read(name, CELL)
