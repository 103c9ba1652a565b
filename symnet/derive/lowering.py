"""From the derivation to straight-line code: stable in floating point, everything once.

In: Derivation. Out: Program.

Functions take their code forms, powers become products, constants are rounded to the nearest
float64 once, and two names for the same value become one.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from operator import is_

from symnet.derive.backprop import Adjoint, Derivation, Term
from symnet.model.evaluation import ELEMENTARY, FUNCTIONS, evaluate, high_precision
from symnet.model.expression import (
    ONE,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Symbol,
    names,
    plain,
    product,
    rebuilt,
    total,
)
from symnet.model.functions import Let, pullback_code, value_code
from symnet.model.losses import LOSSES
from symnet.model.program import Assignment, Program, filled, sound, unused
from symnet.model.shape import ALIAS, Shape, shaped


def lowered(derivation: Derivation) -> Program:
    """Write forward pass and all adjoints as one program; its outputs are loss and gradients."""
    network = derivation.network
    taken = {one.name for one in network.variables}
    taken.update(one.name for one in derivation.adjoints.values())
    code = Lowering(derivation, taken)
    for node in network.forward.assignments:
        code.forward(node)
    for adjoint in derivation.adjoints.values():
        code.backward(adjoint)
    return Program(network.forward.inputs, tuple(code.assignments), (network.loss,))


class Lowering:
    """The program being written, and the shared parts that already have a name."""

    def __init__(self, derivation: Derivation, taken: set[str]) -> None:
        self.derivation = derivation
        self.network = derivation.network
        self.calls = {
            one.name: one.expression
            for one in self.network.forward.assignments
            if one.shape.kind is Call and isinstance(one.expression, Call)
        }
        self.assignments: list[Assignment] = []
        self._taken = taken
        self._parts: dict[Expression, Symbol] = {}
        self._named: Counter[str] = Counter()
        self._loss = derivation.network.loss
        self._adjoints = {one.variable: Symbol(one.name) for one in derivation.adjoints.values()}
        self._node = ""
        self._elementary = Elementary()

    def let(self, part: str, value: Expression) -> Symbol:
        """Name a shared part; the same value asked for again has the same name."""
        value = elementary(value)
        if value not in self._parts:
            name = self._numbered(f"{part}_{self._node}")
            self._taken.add(name)
            self._parts[value] = Symbol(name)
            self.assignments.append(Assignment(name, value))
        return self._parts[value]

    def _numbered(self, name: str) -> str:
        """Number a part that its node has several of: exp_y, exp_y_2, ..."""
        self._named[name] += 1
        number = self._named[name]
        return unused(name if number == 1 else f"{name}_{number}", self._taken)

    def forward(self, node: Assignment) -> None:
        """Write the code of one node's value."""
        self._node = node.name
        code = LOSSES[self.network.spec.loss.name].code
        if node.name == self.network.loss and code is not None:
            units = self.network.layers[-1].units
            logits = tuple(Symbol(unit.z) for unit in units)
            value = code(logits, tuple(map(Symbol, self.network.targets)), self.let)
        elif self._elementary.knows(node.shape):
            self.assignments.append(node)
            return
        else:
            value = coded(node.expression, self.let)
        self.assignments.append(self._elementary(node.name, value))

    def backward(self, adjoint: Adjoint) -> None:
        """Write the code of one adjoint."""
        if chain := self._chain(adjoint):
            self.assignments.append(filled(adjoint.name, _products(len(chain) // 2), chain))
            return
        self._node = adjoint.name
        value = adjoint.collapsed or self._layer(adjoint) or total(self._terms(adjoint))
        self.assignments.append(self._elementary(adjoint.name, value))

    def _chain(self, adjoint: Adjoint) -> tuple[str, ...]:
        """Return the variables of an adjoint that only adds products of two, as most do."""
        found: list[str] = []
        for consumer, local, _ in adjoint.terms if adjoint.collapsed is None else ():
            if consumer == self._loss or consumer in self.calls or type(local) is not Symbol:
                return ()
            found += (self._adjoints[consumer].name, local.name)
        return tuple(found) if len({*found}) == len(found) else ()

    def _terms(self, adjoint: Adjoint) -> Iterator[Expression]:
        for term in adjoint.terms:
            called = self.calls.get(term.consumer)
            if term.consumer == self._loss:
                yield coded(term.local, self.let)
            elif called is not None:
                yield self._pulled(called, term)
            else:
                yield product(self._adjoints[term.consumer], term.local)

    def _pulled(self, called: Call, term: Term) -> Expression:
        function, value = FUNCTIONS[called.function], Symbol(term.consumer)
        return pullback_code(function, called, value, self._adjoint(term.consumer), self.let)[0]

    def _layer(self, adjoint: Adjoint) -> Expression | None:
        """Return the adjoint of a pre-activation whose function takes the whole layer."""
        called = self.calls.get(adjoint.terms[0].consumer) if adjoint.terms else None
        if called is None or called.function not in FUNCTIONS:
            return None
        pullback = FUNCTIONS[called.function].layer_pullback
        if pullback is None:
            return None
        values = tuple(Symbol(term.consumer) for term in adjoint.terms)
        adjoints = tuple(self._adjoint(term.consumer) for term in adjoint.terms)
        pulled = pullback(adjoints, called.arguments, values, called.options, self.let)
        return pulled[called.arguments.index(Symbol(adjoint.variable))]

    def _adjoint(self, variable: str) -> Symbol:
        return self._adjoints[variable]


@cache
def _products(count: int) -> Shape:
    """Return the shape of ``count`` products of two variables, added up."""
    pairs = (Product((Symbol(f"a{k}"), Symbol(f"b{k}"))) for k in range(count))
    return shaped(total(pairs))[0]


def coded(node: Expression, let: Let) -> Expression:
    """Replace calls of the table's functions, and of their slopes, by their code.

    Inside of a larger expression such a call gets a name.
    """
    if plain(node):
        return node
    if isinstance(node, Call) and node.function in FUNCTIONS:
        function = FUNCTIONS[node.function]
        if node.slope is None:
            return value_code(function, node, let)
        value = Call(node.function, node.arguments, node.options)
        return pullback_code(function, value, value, ONE, let)[node.slope]
    return _with(node, tuple(_inside(part, let) for part in node.parts))


def _inside(part: Expression, let: Let) -> Expression:
    code = coded(part, let)
    if isinstance(part, Call) and part.function in FUNCTIONS:
        return let(part.function, code)
    return code


def elementary(node: Expression) -> Expression:
    """Write powers as products and constants as the float64 nearest to them."""
    if plain(node):
        return node
    if isinstance(node, Power):
        return elementary(Product((node.base,) * node.exponent))
    parts = node.parts
    if isinstance(node, Call):
        if node.function not in ELEMENTARY:
            raise TypeError(f"{node.function} has no code form")
        if not names(node):
            return rounded(node)
    return _with(node, tuple(map(elementary, parts)))


class Elementary:
    """Assigns expressions in their elementary form; a shape that has it is looked at once."""

    def __init__(self) -> None:
        self._shapes: set[Shape] = set()

    def knows(self, shape: Shape) -> bool:
        """Say whether expressions of this shape are their own elementary form."""
        return shape in self._shapes

    def __call__(self, name: str, value: Expression) -> Assignment:
        one = Assignment(name, value)
        shape = one.shape
        if shape in self._shapes:
            return one
        written = elementary(value)
        if written is not value:
            return Assignment(name, written)
        self._shapes.add(shape)
        return one


def _with(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """Return ``node`` with other parts; itself where they are none."""
    return node if all(map(is_, parts, node.parts)) else rebuilt(node, parts)


def rounded(node: Expression) -> Number:
    """Return the float64 nearest to a constant, as an exact number."""
    value = evaluate(node, {}, high_precision(50))
    return Number(Fraction(float(value)))


def without_aliases(program: Program) -> Program:
    """Drop assignments that only give a value a second name."""
    first: dict[str, str] = {}
    kept = []
    for one in program.assignments:
        line = one if first.keys().isdisjoint(one.reads) else one.renamed(first)
        if line.shape is ALIAS:
            first[line.name] = line.reads[0]
        else:
            kept.append(line)
    outputs = tuple(first.get(name, name) for name in program.outputs)
    return sound(program.inputs, tuple(kept), outputs)
