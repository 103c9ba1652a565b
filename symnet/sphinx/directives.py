"""The directives: which part of which network's derivation stands on a page.

In: a directive's argument and options. Out: nodes, or a warning with file and line.

SymPy is loaded when a page with a directive is read, not before: a book in which nothing has
changed is built without it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from symnet.errors import SpecError, SymnetError
from symnet.model.parsing import files_of
from symnet.model.spec import Spec
from symnet.model.wording import suggestion
from symnet.pipeline import Stages, code, load, path_of
from symnet.sphinx import formulas
from symnet.sphinx.cache import kept

if TYPE_CHECKING:
    from symnet.document.blocks import Document
    from symnet.sphinx.nodes import Writer

OptionSpec = dict[str, Callable[[str], Any]]
logger = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def _document(folder: Path, spec: Spec, wrt: str | None, form: str | None) -> "Document":
    """Tell a derivation once, however many directives show a part of it."""
    return kept(folder, spec, (wrt, form), lambda: Stages(spec).document(wrt, form))


class Piece(SphinxDirective):
    """A part of what is to be told about a network; a mistake in it is a warning."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec | None] = {}

    def run(self) -> list[nodes.Node]:
        """Return the nodes; nothing but a warning if the request is wrong."""
        try:
            return list(self.made(self._network(self.arguments[0].split()[0])))
        except (SymnetError, OSError) as error:
            logger.warning("%s: %s", self.name, error, location=self.get_location())
            return []

    def _network(self, name: str) -> Stages:
        """Read the network; a path is relative to the page, or to the book with a slash first."""
        if name.endswith(".toml"):
            relative, absolute = self.env.relfn2path(name)
            path = Path(absolute)
            if not path.resolve().is_relative_to(Path(self.env.srcdir).resolve()):
                raise SpecError(f"{name}: the file lies outside of the book")
            self.env.note_dependency(relative)
            name = os.fspath(path)
        for one in files_of(path_of(name)):
            self.env.note_dependency(os.fspath(one))
        return load(name)

    def document(
        self, stages: Stages, wrt: str | None = None, form: str | None = None
    ) -> "Document":
        """Return the derivation; it is kept beside what Sphinx keeps of the book."""
        return _document(Path(self.env.doctreedir, "symnet"), stages.spec, wrt, form)

    def writer(self, document: "Document") -> "Writer":
        """Return what makes nodes of the document on this page."""
        from symnet.sphinx.nodes import Writer

        return Writer(document, self.env)

    def made(self, stages: Stages) -> Iterable[nodes.Node]:
        """Return what this directive stands for."""
        raise NotImplementedError


class Derivation(Piece):
    """The whole derivation, or that of one parameter, or the matrix form."""

    option_spec: ClassVar[OptionSpec | None] = {
        "wrt": directives.unchanged_required,
        "form": directives.unchanged,
    }

    def made(self, stages: Stages) -> Iterator[nodes.Node]:
        """Yield every block of it."""
        document = self.document(stages, self.options.get("wrt"), self.options.get("form"))
        writer = self.writer(document)
        if document.drawing:
            yield from writer.network(document.drawing)
        for block in document.blocks:
            yield from writer.block(block)


class OneEquation(Piece):
    """One equation, by its id: the name of a node or parameter, as in eq:NETWORK-ID."""

    required_arguments = 2

    def made(self, stages: Stages) -> Iterator[nodes.Node]:
        """Yield the equation with its label."""
        document = self.document(stages)
        known = {one.id: one for one in document.equations() if one.number is not None}
        wanted = self.arguments[1]
        if wanted not in known:
            raise SpecError(
                f"{stages.spec.name} has no equation {wanted!r}; {suggestion(wanted, known)}"
            )
        return self.writer(document).numbered(known[wanted])


class Program(Piece):
    """The emitted code, highlighted."""

    option_spec: ClassVar[OptionSpec | None] = {
        "target": directives.unchanged,
        "style": directives.unchanged,
    }

    def made(self, stages: Stages) -> Iterator[nodes.Node]:
        """Yield the code as a block of text."""
        from symnet.emit.options import Options
        from symnet.emit.source import joined

        target = self.options.get("target", "python")
        asked = Options(target, self.options.get("style"))
        text = joined(code(stages, asked)).text
        yield nodes.literal_block(text, text, language=target)


class Steps(Piece):
    """The tables of the training steps."""

    def made(self, stages: Stages) -> Iterator[nodes.Node]:
        """Yield every table of steps and losses."""
        from symnet.document.blocks import Table

        document = self.document(stages)
        writer = self.writer(document)
        tables = [one for one in document.blocks if isinstance(one, Table)]
        shown = [one for one in tables if one.id == "losses" or one.id.startswith("step-")]
        if not shown:
            raise SpecError(f"{stages.spec.name} asks for no training steps")
        for table in shown:
            yield from writer.block(table)


class Picture(Piece):
    """The drawing of the network, or one of the plots."""

    option_spec: ClassVar[OptionSpec | None] = {"plot": directives.unchanged_required}

    def made(self, stages: Stages) -> Iterator[nodes.Node]:
        """Yield the picture; a plot with what it shows."""
        from symnet.document.blocks import Figure

        document = self.document(stages)
        plots = {one.id: one for one in document.blocks if isinstance(one, Figure)}
        wanted = self.options.get("plot")
        if wanted is None and document.drawing:
            return self.writer(document).network(document.drawing)
        if wanted not in plots:
            what = "drawing" if wanted is None else f"plot {wanted!r}"
            known = f"it has: {', '.join(plots)}" if plots else "it has no plots"
            raise SpecError(f"{stages.spec.name} has no {what}; {known}")
        return self.writer(document).block(plots[wanted])


DIRECTIVES = {
    "symnet-derivation": Derivation,
    "symnet-equation": OneEquation,
    "symnet-code": Program,
    "symnet-figure": Picture,
    "symnet-steps": Steps,
}


def register(app: Sphinx) -> None:
    """Make the directives known."""
    formulas.register(app)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_latex_package("tikz")
