"""What equations are called where others refer to them.

In: Document. Out: labels.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # else looking at a name would load SymPy
    from symnet.document.blocks import Document


def label(document: "Document", equation: str) -> str:
    """Return an equation's label: eq:NETWORK-ID."""
    return f"eq:{label_prefix(document.name)}-{equation}"


def table_label(document: "Document", table: str) -> str:
    """Return the label of a table that is a piece of its own: tab:NETWORK-ID."""
    return f"tab:{label_prefix(document.name)}-{table}"


def label_prefix(name: str) -> str:
    """Return what the labels of a network of that name start with."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "network"
