"""Small networks: modelled, differentiated, proven, emitted as code and explained.

In: the name or path of a network. Out: load, Network, Derivation, the errors, __version__.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symnet.api import Derivation as Derivation
    from symnet.api import Network as Network
    from symnet.api import load as load
    from symnet.errors import SpecError as SpecError
    from symnet.errors import SymnetError as SymnetError
    from symnet.errors import UnsupportedError as UnsupportedError

__version__ = "0.1.0"

# Fetched on first use (PEP 562): importing SymPy takes longer than most commands.
_HOME = {
    "Derivation": "symnet.api",
    "Network": "symnet.api",
    "SpecError": "symnet.errors",
    "SymnetError": "symnet.errors",
    "UnsupportedError": "symnet.errors",
    "load": "symnet.api",
}

__all__ = [
    "Derivation",
    "Network",
    "SpecError",
    "SymnetError",
    "UnsupportedError",
    "__version__",
    "load",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'symnet' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def load_ipython_extension(shell: object) -> None:
    """Make ``%%symnet`` known; IPython calls this for ``%load_ext symnet``."""
    import_module("symnet.jupyter").register(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
