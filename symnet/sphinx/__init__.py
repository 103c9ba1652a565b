"""Sphinx: pieces of a derivation as directives, in reStructuredText and MyST.

In: a network's name or file, named in a page. Out: docutils nodes.

    extensions = ["symnet.sphinx"]

``symnet-derivation``, ``symnet-equation``, ``symnet-code``, ``symnet-figure`` and
``symnet-steps`` each take a network.
Equations are numbered and labelled ``eq:NETWORK-ID``.
"""

from typing import TYPE_CHECKING

from symnet import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict[str, object]:
    """Register the directives; Sphinx calls this."""
    from symnet.sphinx.directives import register

    register(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
