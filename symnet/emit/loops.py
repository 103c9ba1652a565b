"""A network of any width as loops over its layers, made without naming a single unit.

In: Spec. Out: Loops.

The same tables, derivatives and update rules as in the scalar form, applied to one unit that
stands for all of its layer; a sum over a layer runs in the same order as there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.derive.local import local_derivatives
from symnet.derive.lowering import coded, elementary
from symnet.emit.places import SOURCE, UNIT, places
from symnet.emit.rolling import Roller
from symnet.emit.rule import update_block
from symnet.emit.statements import Block, Make, Note, Put, Statement, each, entry
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import ZERO, Call, Expression, Negative, Options, Symbol
from symnet.model.functions import Let, pullback_code, value_code
from symnet.model.losses import LOSSES
from symnet.model.network import numbers
from symnet.model.program import unused
from symnet.model.spec import Spec

GRADIENT, INPUT_GRADIENT = "gradient", "dL_dx"
# Names that the code needs for itself; parts of functions must not take them.
OWN = frozenset(
    f"params x y state learning_rate error {GRADIENT} {INPUT_GRADIENT} {UNIT} {SOURCE}".split()
) | {*ELEMENTARY, *ELEMENTARY.values()}
UNIT_0: Options = (("unit", Fraction(0)),)


@dataclass(frozen=True, slots=True)
class Loops:
    """What a target emits of a wide network; ``update`` goes from the gradient to the new values.

    ``tables``: constants that ``forward`` and ``gradients`` read, by name.
    """

    forward: Block
    loss: Block
    gradients: Block
    input_gradients: Block | None
    update: Block
    tables: tuple[tuple[str, tuple[int, ...]], ...]


def loops(spec: Spec) -> Loops:
    """Write the training step of ``spec`` as loops."""
    writer = _Writer(spec)
    return Loops(
        forward=writer.forward(),
        loss=writer.loss(),
        gradients=writer.gradients(),
        input_gradients=writer.input_gradients() if spec.input_gradients else None,
        update=update_block(spec, writer.places),
        tables=writer.places.tables,
    )


class _Writer:
    """Writes one function after another; lists are named z1, h1, dL_dz1 by their layer."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.places = places(spec)
        self.last = len(spec.layers)
        self.taken = set(OWN)
        for layer in range(1, self.last + 1):
            self.taken |= {self.z(layer), self.h(layer), self.delta(layer), self.adjoint(layer)}

    def forward(self) -> Block:
        return Block(tuple(self._forward()), (Symbol(self.h(self.last)),))

    def loss(self) -> Block:
        entries, roller = LOSSES[self.spec.loss.name], self._roller(self.last)
        statements = [*self._forward(activated=entries.code is None), *self._errors()]
        predictions, targets = self._ends(roller)
        if entries.code is not None:
            logits = roller.vector(self.z(self.last))
            value = entries.code(logits, targets, roller.let)
        else:
            written = entries.value(predictions, targets, numbers(self.spec.loss))
            value = coded(written, roller.let)
        result = roller.value(value)
        return Block((*statements, *roller.statements), (result,))

    def gradients(self) -> Block:
        statements = [*self._forward(), *self._errors(), Make(GRADIENT, self.places.count)]
        for layer in range(self.last, 0, -1):
            statements.append(Note(f"Layer {layer}, from the loss back."))
            statements += self._delta(layer)
            statements += self._parameters(layer)
        return Block(tuple(statements), (Symbol(GRADIENT),))

    def input_gradients(self) -> Block:
        statements = [*self._forward(), *self._errors()]
        for layer in range(self.last, 0, -1):
            statements.append(Note(f"Layer {layer}, from the loss back."))
            statements += self._delta(layer)
        statements += self._passed_back(1, INPUT_GRADIENT)
        return Block(tuple(statements), (Symbol(INPUT_GRADIENT),))

    def z(self, layer: int) -> str:
        return f"z{layer}"

    def h(self, layer: int) -> str:
        """Return the list of a layer's activations; the identity needs none of its own."""
        if layer == 0:
            return "x"
        if self.spec.layers[layer - 1].activation.name == "identity":
            return self.z(layer)
        return "y_hat" if layer == self.last else f"h{layer}"

    def delta(self, layer: int) -> str:
        return f"dL_d{self.z(layer)}"

    def adjoint(self, layer: int) -> str:
        return f"dL_d{self.h(layer)}"

    def units(self, layer: int) -> int:
        return self.spec.layers[layer - 1].units if layer else len(self.spec.inputs)

    def _forward(self, activated: bool = True) -> list[Statement]:
        """Write the forward pass; not ``activated``: up to the last layer's pre-activations."""
        statements: list[Statement] = []
        for layer in range(1, self.last + 1):
            name = self.spec.layers[layer - 1].activation.name
            statements.append(Note(f"Layer {layer}: {self.units(layer)} units, {name}."))
            statements += self._affine(layer)
            if name != "identity" and (activated or layer < self.last):
                statements += self._activation(layer)
        return statements

    def _affine(self, layer: int) -> list[Statement]:
        place, z = self.places.layers[layer - 1], entry(self.z(layer), UNIT)
        term = entry(self.h(layer - 1), SOURCE) * entry("params", place.weight)
        total: Expression = Symbol("total")
        add = Put("total", term, add=True)
        body: list[Statement] = [
            Put("total", ZERO, new=True),
            each(SOURCE, self.units(layer - 1), add),
        ]
        if place.bias is not None:
            bias = entry("params", place.bias)
            positive = self.spec.layers[layer - 1].bias_sign > 0
            total = total + bias if positive else total - bias
        body.append(Put(z.name, total))
        return [Make(self.z(layer), self.units(layer)), each(UNIT, self.units(layer), *body)]

    def _activation(self, layer: int) -> list[Statement]:
        choice, target = self.spec.layers[layer - 1].activation, self.h(layer)
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is not None:
            roller = self._roller(layer)
            z = roller.vector(self.z(layer))

            def value(unit: int) -> Expression:
                call = Call(function.name, z, (("unit", Fraction(unit)),))
                return value_code(function, call, roller.let)

            roller.store_alike(target, value)
            return roller.statements
        call = Call(function.name, (entry(self.z(layer), UNIT),), numbers(choice))
        return self._each_unit(layer, target, lambda let: value_code(function, call, let))

    def _errors(self) -> list[Statement]:
        if not LOSSES[self.spec.loss.name].of_errors:
            return []
        error = entry(self.h(self.last), UNIT) - entry("y", UNIT)
        units = self.units(self.last)
        return [Make("error", units), each(UNIT, units, Put(f"error[{UNIT}]", error))]

    def _ends(self, roller: Roller) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
        """Return what the loss is written in: predictions or errors, and targets."""
        of_errors = LOSSES[self.spec.loss.name].of_errors
        predictions = roller.vector("error" if of_errors else self.h(self.last))
        return predictions, roller.vector("y") if self.spec.targets else ()

    def _delta(self, layer: int) -> list[Statement]:
        """Write the adjoints of a layer's pre-activations."""
        collapse = LOSSES[self.spec.loss.name].collapse
        if layer == self.last and collapse is not None:
            short = collapse(entry(self.h(layer), UNIT), entry("y", UNIT))
            return self._each_unit(layer, self.delta(layer), lambda let: short)
        if layer == self.last:
            passed = self._loss_adjoint()
        else:
            passed = self._passed_back(layer + 1, self.adjoint(layer))
        return [*passed, *self._pulled(layer)]

    def _loss_adjoint(self) -> list[Statement]:
        roller = self._roller(self.last)
        predictions, targets = self._ends(roller)
        loss = LOSSES[self.spec.loss.name].value(predictions, targets, numbers(self.spec.loss))
        found = local_derivatives(loss, loss)
        slopes = [coded(found.get(one.name, ZERO), roller.let) for one in predictions]
        roller.store(self.adjoint(self.last), slopes)
        return roller.statements

    def _passed_back(self, layer: int, target: str) -> list[Statement]:
        """Write the adjoints of what a layer reads: delta times weight over its units."""
        weight = entry("params", self.places.layers[layer - 1].weight)
        term = entry(self.delta(layer), UNIT) * weight
        body = (
            Put("total", ZERO, new=True),
            each(UNIT, self.units(layer), Put("total", term, add=True)),
            Put(f"{target}[{SOURCE}]", Symbol("total")),
        )
        sources = self.units(layer - 1)
        return [Make(target, sources), each(SOURCE, sources, *body)]

    def _pulled(self, layer: int) -> list[Statement]:
        choice, target = self.spec.layers[layer - 1].activation, self.delta(layer)
        if choice.name == "identity":
            return []
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is not None:
            roller = self._roller(layer)
            lists = (self.adjoint(layer), self.z(layer), self.h(layer))
            adjoints, z, values = (roller.vector(name) for name in lists)
            pulled = function.layer_pullback(adjoints, z, values, UNIT_0, roller.let)
            roller.store(target, pulled)
            return roller.statements
        call = Call(function.name, (entry(self.z(layer), UNIT),), numbers(choice))
        value, adjoint = entry(self.h(layer), UNIT), entry(self.adjoint(layer), UNIT)
        return self._each_unit(
            layer, target, lambda let: pullback_code(function, call, value, adjoint, let)[0]
        )

    def _parameters(self, layer: int) -> list[Statement]:
        """Write the gradient of a layer's weights and biases."""
        place, delta = self.places.layers[layer - 1], entry(self.delta(layer), UNIT)
        add = self.places.shared
        weight = entry(GRADIENT, place.weight).name
        term = delta * entry(self.h(layer - 1), SOURCE)
        body: list[Statement] = [
            each(SOURCE, self.units(layer - 1), Put(weight, term, add=add)),
        ]
        if place.bias is not None:
            positive = self.spec.layers[layer - 1].bias_sign > 0
            share = delta if positive else Negative(delta)
            body.append(Put(entry(GRADIENT, place.bias).name, share, add=add))
        return [each(UNIT, self.units(layer), *body)]

    def _each_unit(
        self, layer: int, target: str, value: Callable[[Let], Expression]
    ) -> list[Statement]:
        """Write one value for each unit of a layer; its parts are variables inside the loop."""
        parts = _Parts()
        result = elementary(value(parts.let))
        body = (*parts.statements, Put(f"{target}[{UNIT}]", result))
        return [Make(target, self.units(layer)), each(UNIT, self.units(layer), *body)]

    def _roller(self, layer: int) -> Roller:
        return Roller(self.units(layer), set(self.taken))


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
