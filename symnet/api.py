"""What Python programs use: the same stages as the commands, as objects.

In: the name or path of a network. Out: Network, Derivation.

    n = symnet.load("notebook")
    d = n.derive()
    d.verify()
    n.emit("python")
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symnet import pipeline
from symnet.errors import SpecError
from symnet.model.normal import fingerprint
from symnet.model.numbering import parameter_names
from symnet.model.wording import NO_PATH, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnet.check.report import Report
    from symnet.derive.backprop import Adjoint
    from symnet.document.blocks import Equation
    from symnet.document.options import Detail, Engine
    from symnet.showing import Bundle, Chains


def load(name: str | os.PathLike[str]) -> "Network":
    """Read a network: a path (with a slash or ending in .toml), or the name of a shipped one.

    Raises:
        SpecError: there is no such network, or its file is not sound.
    """
    return Network(pipeline.load(os.fspath(name)))


class Network:
    """A network, read and found sound; nothing is derived until it is asked for."""

    def __init__(self, stages: pipeline.Stages) -> None:
        self.stages = stages

    @property
    def name(self) -> str:
        """The name of its file, without the ending."""
        return self.stages.spec.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in the order of the emitted PARAMETERS."""
        return parameter_names(self.stages.spec)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the normalised network."""
        return fingerprint(self.stages.spec)

    def derive(self) -> "Derivation":
        """Return the chain rule for every parameter."""
        return Derivation(self.stages)

    def emit(
        self,
        target: str = "python",
        style: str | None = None,
        form: str | None = None,
        arithmetic: str | None = None,
        templates: str | os.PathLike[str] | None = None,
        precision: str | None = None,
    ) -> str:
        """Return standalone code; what is left out is as usual for the network and the target.

        Raises:
            SpecError: there is no such target, style, form, arithmetic or precision, or a template
                is wrong.
            UnsupportedError: the target cannot write this network in this way.
        """
        from symnet.emit.options import Options
        from symnet.emit.source import joined

        own = None if templates is None else _path("templates", templates)
        options = Options(target, style, form, arithmetic, own, precision=precision)
        return joined(pipeline.code(self.stages, options)).text

    def build(self, out: str | os.PathLike[str] = "generated", force: bool = False) -> None:
        """Write everything about the network below the folder ``out``.

        Raises:
            SpecError: ``out`` is empty, or a file that symnet did not write would be overwritten.
        """
        from symnet.building import write

        write(self.stages, _path("out", out), force)

    def __repr__(self) -> str:
        return f"Network({str(self.stages.network)!r})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> "Bundle":
        forward = {one.name for one in self.stages.network.forward.assignments}
        return _shown(self.stages, repr(self), lambda one: one.node in forward)


class Derivation:
    """The gradients of one network's loss."""

    def __init__(self, stages: pipeline.Stages) -> None:
        self.stages = stages

    def gradient(self, name: str) -> Any:
        """Return dL/d``name`` as a SymPy expression in the nodes' names, adjoints included."""
        from symnet.check.matrix import OPAQUE
        from symnet.derive.symbolic import real
        from symnet.model.evaluation import evaluate
        from symnet.model.expression import names

        formula = self.stages.derivation.value(self._adjoint(name).variable)
        return evaluate(formula, {one: real(one) for one in names(formula)}, OPAQUE)

    def chains(self, name: str) -> "Chains":
        """Return the paths from the loss to ``name``: lists of factors (of, by, value).

        A factor is the local derivative of the node ``of`` by the node ``by``. The predictions are
        nodes of every path, even where documents take loss and activation function as one step.
        """
        from symnet.showing import Chains

        self._adjoint(name)
        loss = self.stages.network.loss
        found = []
        for path in self.stages.derivation.paths(name):
            by = [term.consumer for term in path[1:]] + [name]
            of = [loss, *by[:-1]]
            found.append([(a, b, str(t.local)) for a, b, t in zip(of, by, path, strict=True)])
        node = self._adjoint(name).name
        return Chains(found, lambda plain: _shown(self.stages, plain, lambda one: one.node == node))

    def verify(self) -> "Report":
        """Prove every derivative; a failed proof is a verdict, not an exception."""
        return self.stages.report

    def latex(self, wrt: str | None = None, form: str | None = None) -> str:
        """Return the derivation as a LaTeX article.

        Raises:
            SpecError: there is no parameter ``wrt``.
            UnsupportedError: the network is too wide to be told unit by unit.
        """
        return self.document("latex", wrt, form).decode()

    def document(
        self,
        format: str = "html",
        wrt: str | None = None,
        form: str | None = None,
        detail: "Detail" = "full",
        engine: "Engine" = "typst",
    ) -> bytes:
        """Return the derivation as a document: html, latex, markdown, myst, pdf or another.

        ``engine``: what makes a PDF, typst or latex.

        Raises:
            SpecError: there is no such format or parameter.
            UnsupportedError: the network is too wide to be told unit by unit, or a tool that the
                format needs is not installed.
        """
        from symnet.document.options import Options
        from symnet.document.written import whole

        return whole(self.stages.document(wrt, form, detail), format, Options(engine=engine))

    def _adjoint(self, name: str) -> "Adjoint":
        known = self.stages.derivation.adjoints
        if name not in known:
            hint = suggestion(name, self.stages.parameters)
            raise SpecError(
                f"{self.stages.spec.name} has no gradient of that name, {shown(name)}; {hint}"
            )
        return known[name]

    def __str__(self) -> str:
        return str(self.stages.derivation)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> "Bundle":
        adjoints = self.stages.derivation.adjoints
        wanted = {adjoints[one.name].name for one in self.stages.network.parameters}
        return _shown(self.stages, str(self), lambda one: one.node in wanted)


def _path(argument: str, given: str | os.PathLike[str]) -> Path:
    """Return a path; an empty text would be the current folder."""
    if not os.fspath(given):
        raise SpecError(f"{argument}: {NO_PATH}")
    return Path(given)


def _shown(stages: pipeline.Stages, plain: str, chosen: "Callable[[Equation], bool]") -> "Bundle":
    """Show equations of the derivation; a network too wide to be told has its text alone."""
    from symnet.showing import bundle

    return {"text/plain": plain} if stages.wide else bundle(plain, stages.told(), chosen)
