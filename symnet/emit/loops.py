"""A network of any width as loops over its layers, made without naming a single unit.

In: Spec. Out: Loops.

The same tables, derivatives and update rules as in the scalar form; a sum over a layer runs in
the same order as there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symnet.derive.local import local_derivatives
from symnet.derive.lowering import coded
from symnet.emit.layers import GRADIENT, INPUT_GRADIENT, OWN, Layer
from symnet.emit.places import UNIT, Places, Table, places
from symnet.emit.rolling import Roller
from symnet.emit.rule import update_block
from symnet.emit.statements import Block, Make, Note, Put, Statement, each, entry
from symnet.model.expression import ZERO, Symbol
from symnet.model.losses import LOSSES
from symnet.model.network import numbers
from symnet.model.spec import Spec

Vector = tuple[Symbol, ...]


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
    tables: tuple[Table, ...]


def loops(spec: Spec) -> Loops:
    """Write the training step of ``spec`` as loops."""
    where = places(spec)
    writer = _Writer(spec, where)
    return Loops(
        forward=writer.forward(),
        loss=writer.loss(),
        gradients=writer.gradients(),
        input_gradients=writer.input_gradients() if spec.input_gradients else None,
        update=update_block(spec, where),
        tables=where.tables,
    )


def _layers(spec: Spec, where: Places) -> Iterator[Layer]:
    before, sources = "x", len(spec.inputs)
    for number, (layer, place) in enumerate(zip(spec.layers, where.layers, strict=True), 1):
        h = "y_hat" if number == len(spec.layers) else f"h{number}"
        h = f"z{number}" if layer.activation.name == "identity" else h
        yield Layer(layer, place, number, sources, before, h)
        before, sources = h, layer.units


class _Writer:
    """Writes one function after another."""

    def __init__(self, spec: Spec, where: Places) -> None:
        self.spec = spec
        self.where = where
        self.layers = tuple(_layers(spec, where))
        self.last = self.layers[-1]
        self.entry = LOSSES[spec.loss.name]
        self.taken = OWN.union(*(layer.names for layer in self.layers))

    def forward(self) -> Block:
        return Block(tuple(self._forward()), (Symbol(self.last.h),))

    def loss(self) -> Block:
        roller = self._roller()
        predictions, targets = self._ends(roller)
        if self.entry.code is not None:
            value = self.entry.code(roller.vector(self.last.z), targets, roller.let)
        else:
            written = self.entry.value(predictions, targets, numbers(self.spec.loss))
            value = coded(written, roller.let)
        result = roller.value(value)
        before = (*self._forward(activated=self.entry.code is None), *self._errors())
        return Block((*before, *roller.statements), (result,))

    def gradients(self) -> Block:
        made = Make(GRADIENT, self.where.count)
        back = self._back(gradient=True)
        return Block((*self._forward(), *self._errors(), made, *back), (Symbol(GRADIENT),))

    def input_gradients(self) -> Block:
        back = (*self._back(gradient=False), *self.layers[0].passed_back(INPUT_GRADIENT))
        return Block((*self._forward(), *self._errors(), *back), (Symbol(INPUT_GRADIENT),))

    def _forward(self, activated: bool = True) -> Iterator[Statement]:
        """Write the forward pass; not ``activated``: up to the last layer's pre-activations."""
        for layer in self.layers:
            yield from layer.affine()
            if activated or layer is not self.last:
                yield from layer.activation(set(self.taken))

    def _errors(self) -> list[Statement]:
        if not self.entry.of_errors:
            return []
        units = self.last.spec.units
        error = entry(self.last.h, UNIT) - entry("y", UNIT)
        return [Make("error", units), each(UNIT, units, Put(f"error[{UNIT}]", error))]

    def _ends(self, roller: Roller) -> tuple[Vector, Vector]:
        """Return what the loss is written in: predictions or errors, and targets."""
        predictions = roller.vector("error" if self.entry.of_errors else self.last.h)
        return predictions, roller.vector("y") if self.spec.targets else ()

    def _back(self, gradient: bool) -> Iterator[Statement]:
        """Write the sweep back, with the gradient of each layer's parameters or without."""
        after = None
        for layer in reversed(self.layers):
            yield Note(f"Layer {layer.number}, from the loss back.")
            yield from self._head() if after is None else after.passed_back(layer.adjoint)
            if after is not None or self.entry.collapse is None:
                yield from layer.pulled(set(self.taken))
            if gradient:
                yield from layer.parameters(add=self.where.shared)
            after = layer

    def _head(self) -> list[Statement]:
        """Write the adjoints of the predictions, or in short those of the pre-activations."""
        if self.entry.collapse is not None:
            short = self.entry.collapse(entry(self.last.h, UNIT), entry("y", UNIT))
            return self.last.each_unit(self.last.delta, lambda let: short)
        roller = self._roller()
        predictions, targets = self._ends(roller)
        loss = self.entry.value(predictions, targets, numbers(self.spec.loss))
        found = local_derivatives(loss, loss)
        slopes = [coded(found.get(one.name, ZERO), roller.let) for one in predictions]
        roller.store(self.last.adjoint, slopes)
        return roller.statements

    def _roller(self) -> Roller:
        return Roller(self.last.spec.units, set(self.taken))
