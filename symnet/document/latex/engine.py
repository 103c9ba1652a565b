"""PDF through the LaTeX that is installed: the same bytes for the same input.

In: LaTeX, as text. Out: the PDF's bytes.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from symnet.errors import UnsupportedError

MISSING = "PDF through LaTeX needs latexmk: apt-get install latexmk texlive-latex-recommended"
# Without a date and an identifier of the run; commands of the shell stay forbidden.
COMMAND = (
    "latexmk -pdf -interaction=nonstopmode -halt-on-error -file-line-error -no-shell-escape "
    r"-usepretex=\pdftrailerid{} document.tex"
).split()


def installed() -> bool:
    """Say whether there is a LaTeX to use."""
    return shutil.which("latexmk") is not None


def compiled(text: str) -> bytes:
    """Return the PDF that LaTeX makes of a whole document.

    Raises:
        UnsupportedError: there is no latexmk, or it fails; the first error is named.
    """
    if not installed():
        raise UnsupportedError(MISSING)
    undated = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "TEXMFOUTPUT": "."}
    with TemporaryDirectory() as folder:
        Path(folder, "document.tex").write_text(text, encoding="utf-8")
        run = subprocess.run(
            COMMAND,
            cwd=folder,
            env=os.environ | undated,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if run.returncode:
            raise UnsupportedError(f"latexmk failed: {_first_error(run.stdout)}")
        return Path(folder, "document.pdf").read_bytes()


def _first_error(log: bytes) -> str:
    text = log.decode(errors="replace")
    found = re.search(r"^(?:! |\./document\.tex:\d+: )(.*)$", text, re.MULTILINE)
    return found[1] if found else "it says no reason"
