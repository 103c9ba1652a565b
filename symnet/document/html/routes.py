"""What lights up when the reader points at a parameter: its way to the loss.

In: Document. Out: classes for the steps and variables on the way, and rules of CSS.

Every step (a local derivative) and every variable has one class wherever it stands, in the figure
or in a formula, and every parameter has one rule: a page grows with its parameters, not with their
paths.
"""

from collections.abc import Iterator

from symnet.document.blocks import Document
from symnet.document.mathematics import Letter, Marked, Partial
from symnet.model.expression import Expression

LOSS = ""


class Routes:
    """The steps and variables of one document, by the classes they bear."""

    def __init__(self, document: Document) -> None:
        self.routes = {one.variable: one.steps for one in document.routes}
        steps = dict.fromkeys(step for one in self.routes.values() for step in one)
        self._steps = {step: f"e{place}" for place, step in enumerate(steps)}
        found = dict.fromkeys(name for step in steps for name in step)
        self._variables = {name: f"v{place}" for place, name in enumerate(found)}
        self._defined = dict(_defined(document))

    def step(self, of: str, by: str) -> str:
        """Return the class of a local derivative; empty if no route goes there."""
        return self._steps.get((of, by), "")

    def variable(self, name: str) -> str:
        """Return the class of a variable; empty if no route goes there."""
        return self._variables.get(name, "")

    def equation(self, node: str) -> str:
        """Return the class of the variable that an equation is about: its value or its adjoint."""
        return self.variable(self._defined[node]) if node in self._defined else ""

    def derivative(self, node: Expression) -> str:
        """Return the class of a partial derivative as it is displayed."""
        return self.step(_name(node.of), _name(node.by)) if isinstance(node, Partial) else ""

    def rules(self) -> Iterator[str]:
        """Yield one rule for every parameter; its classes may stand anywhere on the page."""
        for name, steps in self.routes.items():
            variables = dict.fromkeys(one for step in steps for one in step)
            classes = [*map(self._steps.get, steps), *map(self._variables.get, variables)]
            lit = ",".join(f".{one}" for one in classes)
            if lit:
                yield f':root:has([data-p="{name}"]:is(:hover,:focus-visible)) :is({lit})'


def _defined(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every node that an equation can define, with the variable it is about."""
    if document.step is not None:
        network = document.step.network
        yield from ((one.name, one.name) for one in network.forward.assignments)
        yield network.loss, LOSS
        for adjoint in document.step.derivation.adjoints.values():
            yield adjoint.name, adjoint.variable


def _name(node: Expression) -> str:
    match node:
        case Marked(inside):
            return _name(inside)
        case Letter(name=name):
            return name or LOSS
    return "?"
