"""Which optional tools are here, what each is for, and the line that adds one.

In: the installation. Out: text.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from os import listdir


@dataclass(frozen=True, slots=True)
class Tool:
    """A package of Python's (``program`` empty) or a program; ``adds``: the line to type."""

    name: str
    purpose: str
    adds: str
    program: str = ""

    @property
    def found(self) -> str:
        """Its version, for a program just that it is here; empty if it is not."""
        if self.program:
            return "found" if shutil.which(self.program) else ""
        return installed().get(self.name.lower().replace("-", "_"), "")


# The folder or file that an installer leaves beside a package: name-version.dist-info.
RECORD = re.compile(r"([^-]+)-([^-]+)(-.*)?\.(dist|egg)-info")


@cache
def installed() -> Mapping[str, str]:
    """Return the versions of all packages by their names, of two the one that Python imports.

    What `importlib.metadata` says as well, without reading a file of each: the command that finds
    that a build is up to date does little else.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            records = map(RECORD.fullmatch, sorted(listdir(folder or ".")))
            for name, version, *_ in (one.groups() for one in records if one):
                found.setdefault(name.lower().replace("-", "_").replace(".", "_"), version)
    return found


TOOLS = (
    Tool("typst", "PDF documents", "pip install 'symnet[pdf]'"),
    Tool("nbclient", "executed notebooks", "pip install 'symnet[notebook]'"),
    Tool("ipykernel", "executed notebooks", "pip install 'symnet[notebook]'"),
    Tool(
        "latexmk",
        "PDF documents with --engine latex",
        "apt-get install latexmk lmodern texlive-latex-recommended texlive-pictures",
        "latexmk",
    ),
)


def report() -> str:
    """Say of every tool whether it is here; what is not here has the line that adds it."""
    name = max(len(one.name) for one in TOOLS)
    purpose = max(len(one.purpose) for one in TOOLS)
    lines = ["symnet itself is complete: LaTeX, Markdown, HTML and code need nothing more.", ""]
    for one in TOOLS:
        state = one.found or f"not found; to add it: {one.adds}"
        lines.append(f"{one.name:{name}}  {one.purpose:{purpose}}  {state}")
    return "\n".join(lines) + "\n"
