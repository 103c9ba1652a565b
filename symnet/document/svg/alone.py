"""Pictures as files of their own, for formats that only refer to pictures.

In: Document. Out: SourceFile.
"""

from collections.abc import Iterator

from symnet.document.blocks import Document, Figure
from symnet.document.drawing import Drawing
from symnet.document.html.routes import Routes
from symnet.document.plot import Plot
from symnet.document.svg.network import network_of
from symnet.document.svg.plot import plot_of
from symnet.document.svg.text import Dress, slanted
from symnet.files import SourceFile
from symnet.rendering import render

HEAD = ' xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
NETWORK = "figures/network.svg"
NOWHERE = Routes(Document("", "", "", (), ()))


def picture_name(figure: str) -> str:
    """Return where the picture of a figure stands, beside the document."""
    return f"figures/{figure}.svg"


def pictures(document: Document) -> Iterator[SourceFile]:
    """Yield the pictures of a document."""
    if document.drawing:
        yield SourceFile(NETWORK, network_file(document.drawing))
    for block in document.blocks:
        if isinstance(block, Figure):
            yield SourceFile(picture_name(block.id), plot_file(block.plot))


def network_file(drawing: Drawing) -> str:
    """Return the drawing of a network as a file."""
    return str(network_of(drawing, NOWHERE, lambda _: "", _dress(' role="img"')))


def plot_file(plot: Plot) -> str:
    """Return a plot as a file."""
    return str(plot_of(plot, _dress()))


def _dress(more: str = "") -> Dress:
    return Dress(HEAD + more, render("document/html/alone.svg.jinja"), slanted)
