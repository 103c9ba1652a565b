r"""From lark's tree to a formula in the network's quantities.

In: Tree. Out: Formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any

from symnet.check.handwritten.calculating.arrays import Shape
from symnet.check.handwritten.calculating.evaluation import from_expression
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal, Reading, Span
from symnet.check.handwritten.latex.grammar import OWN
from symnet.check.handwritten.latex.vectors import TRANSPOSED
from symnet.check.handwritten.truth import Truth
from symnet.derive.backprop import Derivation
from symnet.errors import SpecError
from symnet.model.expression import Options

GRADIENT = "gradient in "
COMPARISONS = {r"\geq": ">=", r"\ge": ">=", r"\leq": "<=", r"\le": "<="}
Quantity = Callable[[str], Binding]
Place = Callable[[int, int], Span]


class Builder:
    """Builds formulas; ``called``: the function that each pattern names, with its options."""

    def __init__(
        self,
        truth: Truth,
        names: tuple[str, ...],
        function: Callable[[str], str],
        options: dict[str, Options],
        quantity: Quantity,
        tables: Mapping[str, tuple[str, ...]],
        shape: Callable[[Formula], Shape | None],
    ) -> None:
        self.tables, self.shape = tables, shape
        self.truth, self.names = truth, names
        self.function, self.options, self.quantity = function, options, quantity
        self.place: Place = lambda start, end: Span(0, 1, start, 1, end)

    def formula(self, tree: Any) -> Formula:
        """Build one formula."""
        build: Callable[[Any, list[Any]], Formula] = getattr(self, f"_{tree.data}")
        return build(tree, list(tree.children))

    def _at(self, tree: Any) -> Span:
        return self.place(tree.meta.start_pos, tree.meta.end_pos)

    def _trees(self, parts: Iterable[Any]) -> list[Any]:
        return [one for one in parts if hasattr(one, "data")]

    def _apply(self, function: str, tree: Any, parts: Iterable[Any]) -> Formula:
        arguments = tuple(self.formula(one) for one in self._trees(parts))
        return Apply(function, arguments, self._at(tree))

    def _sum(self, tree: Any, parts: list[Any]) -> Formula:
        return self.formula(self._trees(parts)[0])

    def _add(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("add", tree, parts)

    def _subtract(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("subtract", tree, parts)

    def _negative(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("negative", tree, parts)

    def _multiply(self, tree: Any, parts: list[Any]) -> Formula:
        """Multiply numbers, a number and a table, or two tables as matrices."""
        a, b = (self.formula(one) for one in self._trees(parts))
        left, right = self.shape(a), self.shape(b)
        lone = left is not None and right is not None and 1 in (prod(left), prod(right))
        fits = bool(left and right and left[-1] == right[0])
        function = "multiply" if left == () or right == () or (lone and not fits) else "matmul"
        return Apply(function, (a, b), self._at(tree))

    def _entrywise(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("multiply", tree, parts)

    def _transposed(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("transpose", tree, parts)

    def _divide(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("divide", tree, parts)

    _fraction = _divide

    def _power(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("power", tree, parts)

    def _root(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("sqrt", tree, parts)

    def _exponential(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("exp", tree, parts)

    def _maximum(self, tree: Any, parts: list[Any]) -> Formula:
        return self._apply("maximum", tree, parts)

    def _number(self, tree: Any, parts: list[Any]) -> Formula:
        text = str(parts[0])
        return Literal(float(text) if "." in text else int(text), self._at(tree))

    def _fraction_of_digits(self, tree: Any, parts: list[Any]) -> Formula:
        over, under = (Literal(int(one)) for one in parts[1:])
        return Apply("divide", (over, under), self._at(tree))

    def _quantity(self, tree: Any, parts: list[Any]) -> Formula:
        name = self._said(tree)
        read = Reading(self.quantity(name.removesuffix(TRANSPOSED)), self._at(tree))
        return Apply("transpose", (read,), read.at) if name.endswith(TRANSPOSED) else read

    def name(self, tree: Any) -> str:
        """Return the quantity that a symbol stands for.

        Raises:
            SpecError: it stands for one transposed.
        """
        found = self._said(tree)
        if found.endswith(TRANSPOSED):
            raise SpecError("a derivative in something transposed is not read")
        return found

    def _said(self, tree: Any) -> str:
        while tree.data != "quantity":
            tree = self._trees(tree.children)[0]
        return self.names[int(str(tree.children[0].type)[1:])]

    def _called(self, tree: Any, parts: list[Any]) -> Formula:
        name = self.function(str(parts[0]))
        primed = any(getattr(one, "type", "") == "PRIME" for one in parts)
        argument = self.formula(self._trees(parts)[0])
        if name in ("exp", "log"):
            if primed:
                raise SpecError(f"the derivative of {name} is written out, not primed")
            return Apply(name, (argument,), self._at(tree))
        if name == OWN:
            name = self._own_activation(str(parts[0]), argument)
        label = (name, self.options.get(name, ()), 0 if primed else None)
        return Apply("activation", (argument,), self._at(tree), label)

    def _own_activation(self, written: str, argument: Formula) -> str:
        """Return the activation of the layer that an argument belongs to.

        Raises:
            SpecError: it belongs to none, and the layers differ.
        """
        layers = self.truth.network.layers
        name = argument.binding.name if isinstance(argument, Reading) else ""
        cells = set(self.tables.get(name, (name,)))
        own = {o.activation.name for o in layers if cells <= {unit.z for unit in o.units}}
        found = own or {one.activation.name for one in layers}
        if len(found) > 1:
            raise SpecError(f"{written} is a layer's activation, but of which layer is not said")
        return found.pop()

    def _indicator(self, tree: Any, parts: list[Any]) -> Formula:
        condition = self._trees(parts)[0]
        left, right = map(self.formula, self._trees(condition.children))
        sign = next(str(o) for o in condition.children if getattr(o, "type", "") == "COMPARED")
        operator = COMPARISONS.get(sign, sign)
        test = Apply("compare", (left, right), self._at(tree), (operator,))
        return Apply("select", (test, Literal(1), Literal(0)), self._at(tree))

    # ---- derivatives

    def _derivative(self, tree: Any, parts: list[Any]) -> Formula:
        of, by = (self.name(one) for one in self._trees(parts))
        return self.derivative(of, by, self._at(tree))

    def _derivative_by(self, tree: Any, parts: list[Any]) -> Formula:
        by, of = (self.name(one) for one in self._trees(parts))
        return self.derivative(of, by, self._at(tree))

    def _gradient(self, tree: Any, parts: list[Any]) -> Formula:
        by = self.name(self._trees(parts)[0])
        return self.derivative(self.truth.network.loss, by, self._at(tree))

    def derivative(self, of: str, by: str, at: Span) -> Formula:
        """Return a derivative: the loss's by name, any other from the ways between the two."""
        if of == self.truth.network.loss and by in self.tables:
            return Reading(self.quantity(GRADIENT + by), at)
        if of in self.tables or by in self.tables:
            raise SpecError(f"the derivative of {of} in {by}, a table of numbers, is not read")
        if of == self.truth.network.loss and by in self.truth.gradient:
            return Reading(self.quantity(self.truth.gradient[by]), at)
        found = self.truth.placed(between(self.truth.derivation, of, by), 0, row(self.truth))
        match found:
            case Apply(function, arguments, _, options):
                return Apply(function, arguments, at, options)
            case Known(name, step, sample):
                return Known(name, step, sample, at)
        return found


def row(truth: Truth) -> tuple[tuple[int, int], ...]:
    """Return the one sample that a derivation on paper is about."""
    return ((0, 0),) * len(truth.data)


def between(derivation: Derivation, of: str, by: str) -> Formula:
    """Return d of / d by: over all ways from one to the other, the local derivatives multiplied.

    Raises:
        SpecError: nothing leads from one to the other.
    """
    found = _ways(derivation, of, by)
    if found is None:
        raise SpecError(f"{of} does not depend on {by}")
    return found


def _ways(derivation: Derivation, of: str, by: str) -> Formula | None:
    if of == by:
        return Literal(1)
    adjoint, total = derivation.adjoints.get(by), None
    names = (*derivation.network.variables,)
    leaves: dict[str, Formula] = {one.name: Known(one.name) for one in names}
    leaves |= {one.name: Known(one.name) for one in derivation.network.parameters}
    leaves |= {name: Known(name) for name in derivation.network.inputs}
    leaves |= {name: Known(name) for name in derivation.network.targets}
    for term in adjoint.terms if adjoint else ():
        rest = _ways(derivation, of, term.consumer)
        if rest is not None:
            way = Apply("multiply", (rest, from_expression(term.local, leaves)))
            total = way if total is None else Apply("add", (total, way))
    return total
