"""Pictures as files of their own, for formats that only refer to pictures.

In: Drawing, Plot. Out: str.
"""

from symnet.document.blocks import Document
from symnet.document.drawing import Drawing
from symnet.document.html.routes import Routes
from symnet.document.plot import Plot
from symnet.document.svg.network import network_of
from symnet.document.svg.plot import plot_of
from symnet.document.svg.text import Dress, slanted
from symnet.rendering import render

HEAD = ' xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
NOWHERE = Routes(Document("", "", "", (), ()))


def network_file(drawing: Drawing) -> str:
    """Return the drawing of a network as a file."""
    return str(network_of(drawing, NOWHERE, lambda _: "", _dress(' role="img"')))


def plot_file(plot: Plot) -> str:
    """Return a plot as a file."""
    return str(plot_of(plot, _dress()))


def _dress(more: str = "") -> Dress:
    return Dress(HEAD + more, render("document/html/alone.svg.jinja"), slanted)
