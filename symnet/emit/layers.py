"""One layer of any width as loops over its units.

In: LayerSpec, LayerPlaces. Out: Statement.

The tables' code forms are applied to one unit that stands for all of its layer; a function of the
whole layer is asked for all units and rolled up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.derive.lowering import elementary
from symnet.emit.places import SOURCE, UNIT, LayerPlaces
from symnet.emit.rolling import Roller
from symnet.emit.statements import Make, Note, Put, Statement, each, entry
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import ZERO, Call, Expression, Negative, Symbol
from symnet.model.functions import Let, pullback_code, value_code
from symnet.model.network import numbers
from symnet.model.program import unused
from symnet.model.spec import LayerSpec

GRADIENT, INPUT_GRADIENT = "gradient", "dL_dx"
# Names that the code needs for itself; parts of functions must not take them.
OWN = frozenset(
    f"params x y state learning_rate error {GRADIENT} {INPUT_GRADIENT} {UNIT} {SOURCE}".split()
) | {*ELEMENTARY, *ELEMENTARY.values()}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and its lists: z, h and their adjoints; the identity needs none of its own for h.

    ``before``: the list it reads, of ``sources`` entries.
    """

    spec: LayerSpec
    place: LayerPlaces
    number: int
    sources: int
    before: str
    h: str

    @property
    def z(self) -> str:
        return f"z{self.number}"

    @property
    def delta(self) -> str:
        return f"dL_d{self.z}"

    @property
    def adjoint(self) -> str:
        return f"dL_d{self.h}"

    @property
    def names(self) -> set[str]:
        """All its lists."""
        return {self.z, self.h, self.delta, self.adjoint}

    def affine(self) -> list[Statement]:
        """Write the pre-activations."""
        term = entry(self.before, SOURCE) * entry("params", self.place.weight)
        total: Expression = Symbol("total")
        if self.place.bias is not None:
            bias = entry("params", self.place.bias)
            total = total + bias if self.spec.bias_sign > 0 else total - bias
        body: tuple[Statement, ...] = (
            Put("total", ZERO, new=True),
            each(SOURCE, self.sources, Put("total", term, add=True)),
            Put(f"{self.z}[{UNIT}]", total),
        )
        head = Note(f"Layer {self.number}: {self.spec.units} units, {self.spec.activation.name}.")
        return [head, Make(self.z, self.spec.units), each(UNIT, self.spec.units, *body)]

    def activation(self, taken: set[str]) -> list[Statement]:
        """Write the activations."""
        choice = self.spec.activation
        if choice.name == "identity":
            return []
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is None:
            call = Call(function.name, (entry(self.z, UNIT),), numbers(choice))
            return self.each_unit(self.h, lambda let: value_code(function, call, let))
        roller = Roller(self.spec.units, taken)
        z = roller.vector(self.z)

        def value(unit: int) -> Expression:
            call = Call(function.name, z, (("unit", Fraction(unit)),))
            return value_code(function, call, roller.let)

        roller.store_alike(self.h, value)
        return roller.statements

    def pulled(self, taken: set[str]) -> list[Statement]:
        """Write the adjoints of the pre-activations, given those of the activations."""
        choice = self.spec.activation
        if choice.name == "identity":
            return []
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is None:
            call = Call(function.name, (entry(self.z, UNIT),), numbers(choice))
            value, adjoint = entry(self.h, UNIT), entry(self.adjoint, UNIT)
            return self.each_unit(
                self.delta, lambda let: pullback_code(function, call, value, adjoint, let)[0]
            )
        roller = Roller(self.spec.units, taken)
        adjoints, z, values = (roller.vector(name) for name in (self.adjoint, self.z, self.h))
        unit = (("unit", Fraction(0)),)
        pulled = function.layer_pullback(adjoints, z, values, unit, roller.let)
        roller.store(self.delta, pulled)
        return roller.statements

    def passed_back(self, target: str) -> list[Statement]:
        """Write the adjoints of what the layer reads: delta times weight over its units."""
        term = entry(self.delta, UNIT) * entry("params", self.place.weight)
        body = (
            Put("total", ZERO, new=True),
            each(UNIT, self.spec.units, Put("total", term, add=True)),
            Put(f"{target}[{SOURCE}]", Symbol("total")),
        )
        return [Make(target, self.sources), each(SOURCE, self.sources, *body)]

    def parameters(self, add: bool) -> list[Statement]:
        """Write the gradient of weights and biases; ``add``: they may have other places too."""
        delta = entry(self.delta, UNIT)
        weight = entry(GRADIENT, self.place.weight).name
        term = delta * entry(self.before, SOURCE)
        put = Put(weight, term, add=add, equation=f"W{self.number}")
        body: list[Statement] = [each(SOURCE, self.sources, put)]
        if self.place.bias is not None:
            share = delta if self.spec.bias_sign > 0 else Negative(delta)
            bias = entry(GRADIENT, self.place.bias).name
            body.append(Put(bias, share, add=add, equation=f"b{self.number}"))
        return [each(UNIT, self.spec.units, *body)]

    def each_unit(self, target: str, value: Callable[[Let], Expression]) -> list[Statement]:
        """Write one value for each unit; its parts are variables inside the loop."""
        parts = _Parts()
        result = elementary(value(parts.let))
        body = (*parts.statements, Put(f"{target}[{UNIT}]", result))
        return [Make(target, self.spec.units), each(UNIT, self.spec.units, *body)]


class _Parts:
    """The shared parts of one unit's code."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self._known: dict[Expression, Symbol] = {}

    def let(self, part: str, value: Expression) -> Symbol:
        value = elementary(value)
        if value not in self._known:
            taken = OWN | {one.name for one in self._known.values()}
            self._known[value] = Symbol(unused(part, taken))
            self.statements.append(Put(self._known[value].name, value, new=True))
        return self._known[value]
