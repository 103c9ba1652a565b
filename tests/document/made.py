"""Documents made from specs, for the tests of this room.

In: Spec. Out: Document.
"""

from fractions import Fraction
from functools import cache

from symnet.derive.backprop import backpropagate
from symnet.derive.update import training_step
from symnet.document.blocks import (
    Code,
    Document,
    Equation,
    Figure,
    Heading,
    Listing,
    Table,
    paragraph,
)
from symnet.document.explain import explain
from symnet.document.latex.mathematics import Mathematics
from symnet.document.mathematics import Words
from symnet.document.plot import Curve, Plot, plotted
from symnet.model.network import build_network
from symnet.model.spec import Spec
from symnet.pipeline import load, shipped

NETWORKS = shipped()


def document(spec: Spec, wrt: tuple[str, ...] = ()) -> Document:
    """Tell a network's derivation, without a report."""
    derivation = backpropagate(build_network(spec))
    return explain(derivation, training_step(derivation), wrt)


@cache
def told(name: str) -> Document:
    """Tell a shipped network's derivation, once."""
    return document(load(name).spec)


def equations(of: Document) -> dict[str, Equation]:
    """Return the equations by id."""
    return {one.id: one for one in of.equations()}


def latex(of: Document) -> dict[str, str]:
    """Return every equation in LaTeX, on one line, without colours."""
    printer = Mathematics()
    return {name: printer.show(one.body) for name, one in equations(of).items()}


def plot_about(words: str) -> Plot:
    """Return a plot that says ``words`` wherever it says something."""
    curve = Curve("curve", ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
    return plotted([curve], (Words(words), Words("up")), words)


def document_about(text: str) -> Document:
    """Return a document that says ``text`` wherever a block of each kind says something."""
    blocks = (
        Heading(1, (text,)),
        paragraph(text, Code(text)),
        paragraph(text, warning=True),
        Table("t", (text,), ((text,), ("b",)), (((text,), ("c",)),)),
        Listing("l", "python", text),
        Figure("f", (text,), plot_about(text)),
    )
    return Document("net", text, text, (text,), blocks)
