"""Jupyter notebook: the derivation, the emitted code, and checks that were run while building.

In: Document. Out: SourceFile, where nbclient and a kernel are installed.

The same input gives the same bytes: numbers come from the derivation, which rounds once; the code
that runs says only whether it agrees with them.
"""

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from importlib.util import find_spec
from typing import Any

from symnet.document.blocks import Document, Equation, Heading, Listing, Table
from symnet.document.latex.mathematics import aligned
from symnet.document.lines import laid_out_together
from symnet.document.markdown.page import Page
from symnet.document.markdown.text import escaped
from symnet.document.mathematics import Decimal, Letter
from symnet.document.options import USUAL, Options
from symnet.document.svg.alone import pictures
from symnet.files import Output, SourceFile, Unmade
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec
from symnet.rendering import render

ENDING = ".ipynb"
TEMPLATES = "document/notebook"
MISSING = "the notebook needs nbclient and a kernel: pip install 'symnet[notebook]'"
# How wide a formula may be, in em: a cell of a notebook.
WIDTH = 40.0
# What a module runs when it is a program; in a notebook everything is.
_AS_PROGRAM = '\n\nif __name__ == "__main__":\n'
SECONDS, STARTUP = 120, 20

Cell = tuple[str, str]


def files(document: Document, stem: str, options: Options = USUAL) -> Iterator[Output]:
    """Write the notebook of a derivation whose code can be run."""
    python = [one for one in document.programs if one.id == "python"]
    if not python:
        return
    path = f"{stem}{ENDING}"
    if not (find_spec("nbclient") and find_spec("ipykernel")):
        yield Unmade(path, MISSING)
        return
    yield SourceFile(path, _executed(list(cells(document, python[0]))))


def cells(document: Document, program: Listing) -> Iterator[Cell]:
    """Yield (kind, source) of every cell: a section each, then the code and its checks."""
    page = _Page(document)
    head = (f"# {escaped(document.title)}", escaped(document.subtitle), *page.head())
    yield "markdown", "\n\n".join(head)
    section: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1 and section:
            yield "markdown", "\n\n".join(section)
            section = []
        section.append(page.block(block))
    yield "markdown", "\n\n".join(section)
    yield "markdown", "## The code\n\nIt stands alone: copy the cell into a file of your own."
    yield "code", program.text.partition(_AS_PROGRAM)[0]
    yield from _checks(document)
    yield "markdown", "  \n".join(map(escaped, document.facts))


def _checks(document: Document) -> Iterator[Cell]:
    """Hold the code against the tables of the training steps, and against differences."""
    steps = [_step(one) for one in document.blocks if _is_step(one)]
    if not steps or document.spec is None:
        return
    yield "markdown", "## Checks"
    for name in ("tables", "differences"):
        text = render(f"{TEMPLATES}/{name}.py.jinja", steps=steps, **_calls(document.spec))
        yield "code", text.rstrip("\n")


def _calls(spec: Spec) -> dict[str, Any]:
    """Return how the code of this network is called."""
    optimizer = OPTIMIZERS[spec.training.optimizer.name]
    which = "[step % len(SAMPLE_X)]" if spec.training.mode == "online" else ""
    names = ("x", "y") if spec.targets else ("x",)
    constants = (f"SAMPLE_{name.upper()}{which}" for name in names)
    return {
        "stateful": bool(optimizer.slots or optimizer.powers),
        "sample": f"{', '.join(names)} = {', '.join(constants)}",
        "xy": ", ".join(names),
    }


def _is_step(block: object) -> bool:
    return isinstance(block, Table) and block.id.startswith("step-")


def _step(block: Any) -> dict[str, tuple[str, str]]:
    """Return gradient and new value, as displayed, of every parameter in a step's table."""
    found = {}
    for head, _, gradient, new in block.rows:
        letter = next(one for one in head if isinstance(one, Letter))
        found[letter.name] = (str(_only_decimal(gradient)), str(_only_decimal(new)))
    return found


def _only_decimal(cell: Sequence[object]) -> Decimal:
    return next(one for one in cell if isinstance(one, Decimal))


def _executed(content: Sequence[Cell]) -> str:
    """Run the cells and return the notebook without anything of this machine or of today."""
    import nbformat

    new_notebook: Any = nbformat.v4.new_notebook
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = new_notebook(metadata={"kernelspec": kernel})
    for number, (kind, source) in enumerate(content, 1):
        make: Any = getattr(nbformat.v4, f"new_{kind}_cell")
        notebook.cells.append(make(source, id=f"cell-{number}"))
    _run(notebook)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata = {}
    nbformat.validate(notebook)
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _run(notebook: Any) -> None:
    """Run all cells; once more if another program took the kernel's ports before it could."""
    import nbclient

    for last in (False, False, True):
        waits = {"timeout": SECONDS, "startup_timeout": STARTUP}
        settings: dict[str, Any] = {**waits, "record_timing": False}
        try:
            # The kernel warns of its own connection on standard error.
            nbclient.NotebookClient(notebook, **settings).execute(stderr=subprocess.DEVNULL)
        except RuntimeError:
            if last:
                raise
        else:
            return


class _Page(Page):
    """The page being written, as Jupyter's MathJax reads it."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.numbers = {one.id: one.number for one in document.equations()}
        self.pictures = {one.path: one.content for one in pictures(document)}

    def picture(self, name: str, description: str) -> str:
        """Set a picture that the cell carries in itself: JupyterLab shows no SVG attached to it."""
        shown = b64encode(self.pictures[name]).decode()
        return f'<img src="data:image/svg+xml;base64,{shown}" alt="{escape(description)}">'

    def mathematics(self, latex: str) -> str:
        return f"${latex}$"

    def reference(self, equation: str) -> str:
        return f"({self.numbers[equation]})"

    def equations(self, rows: Sequence[Equation]) -> str:
        lines = []
        found = laid_out_together([one.body for one in rows], WIDTH)
        for row, laid in zip(rows, found, strict=True):
            lines += [aligned(one, self.display) for one in laid]
            lines[-1] += "" if row.number is None else rf" \tag{{{row.number}}}"
        body = " \\\\\n".join(lines)
        # Markdown would take a line that starts with a sign for a list.
        body = re.sub(r"^(?=[-+*])", "{}", body, flags=re.MULTILINE)
        return f"$$\n\\begin{{align}}\n{body}\n\\end{{align}}\n$$"

    def warning(self, text: str) -> str:
        return f"> **Note.** {text}"
