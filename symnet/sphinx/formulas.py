"""Formulas as nodes: what Sphinx shows as mathematics, and as plain text where there is none.

In: LaTeX, and the same in words. Out: nodes, and how the text builder writes them.
"""

from collections.abc import Sequence

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.text import TextTranslator

AIR = "   "


class symnet_symbol(nodes.math):  # noqa: N801  (docutils calls its nodes so)
    """A formula in a line; ``plain``: in characters."""


class symnet_formula(nodes.math_block):  # noqa: N801
    """A displayed formula; ``plain``: its lines, in characters."""


def symbol(latex: str, plain: str) -> nodes.math:
    """Return a formula in a line."""
    return symnet_symbol(latex, latex, plain=plain)


def formula(latex: str, plain: Sequence[str], docname: str) -> nodes.math_block:
    """Return a displayed formula, which may be given a label and a number."""
    return symnet_formula(
        latex, latex, plain=list(plain), nowrap=False, docname=docname, label=None, number=None
    )


def write_symbol(self: TextTranslator, node: nodes.Element) -> None:
    """Write a formula in a line of text."""
    self.add_text(node["plain"])
    raise nodes.SkipNode


def write_formula(self: TextTranslator, node: nodes.Element) -> None:
    """Write a displayed formula as lines of text, its number behind the last."""
    number = f"{AIR}({node['number']})" if node["number"] is not None else ""
    self.new_state()
    self.add_text("\n".join(node["plain"]) + number)
    self.end_state(wrap=False)
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Make the nodes known; what has no writer of its own writes them as docutils' formulas."""
    app.add_node(symnet_symbol, text=(write_symbol, None))
    app.add_node(symnet_formula, text=(write_formula, None))
