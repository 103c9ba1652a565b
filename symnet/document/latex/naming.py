"""What equations are called where others refer to them.

In: Document. Out: labels.
"""

import re

from symnet.document.blocks import Document


def label(document: Document, equation: str) -> str:
    """Return an equation's label: eq:NETWORK-ID."""
    prefix = re.sub(r"[^A-Za-z0-9]+", "-", document.name).strip("-") or "network"
    return f"eq:{prefix}-{equation}"
