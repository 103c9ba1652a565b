"""Jupyter: a network in a cell, in TOML.

In: the text of a cell. Out: Network, in a variable of the notebook.

    %load_ext symnet

    %%symnet xor
    inputs = 2
    ...
"""

from typing import Any

from IPython.core.error import UsageError

from symnet.api import Network
from symnet.errors import SpecError, SymnetError
from symnet.model.parsing import parse_spec
from symnet.pipeline import Stages

USUAL = "network"


def register(shell: Any) -> None:
    """Make the magic known to a running IPython."""

    def symnet(line: str, cell: str) -> Network:
        """Read the network in this cell into the variable named on the first line."""
        try:
            network = read(line, cell)
        except SymnetError as error:
            # It fails the cell, so that what runs the whole notebook stops, and shows as one line.
            raise UsageError(str(error)) from None
        shell.push({network.name: network})
        return network

    shell.register_magic_function(symnet, "cell")


def read(line: str, cell: str) -> Network:
    """Return the network that a cell describes; ``line``: its name, ``network`` if empty.

    Raises:
        SpecError: the name cannot be a variable's, or the network is not sound.
    """
    name = line.strip() or USUAL
    if not (name.isidentifier() and name.isascii()) or len(name) > 40:
        raise SpecError(f"%%symnet {name}: the name of a variable is wanted, at most 40 letters")
    return Network(Stages(parse_spec(cell, name, None, f"%%symnet {name}")))
