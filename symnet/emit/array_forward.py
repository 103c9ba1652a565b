"""The forward pass and the losses as lines of NumPy, for a batch in rows.

In: ArrayMatrices. Out: lines of Python.
"""

from fractions import Fraction

from symnet.derive.lowering import coded, elementary
from symnet.emit.array_matrices import ArrayMatrices
from symnet.emit.arrays import Arrays, laid_out
from symnet.emit.layout import STEP, broken
from symnet.emit.pythonic import remarked
from symnet.emit.rolling import Roller
from symnet.model.activations import ACTIVATIONS
from symnet.model.expression import Call, Expression, Negative, Sum, Symbol
from symnet.model.functions import value_code
from symnet.model.network import numbers
from symnet.model.spec import Choice


class ForwardBody:
    """The lines of one function, which runs through the layers."""

    def __init__(self, writer: ArrayMatrices) -> None:
        self.writer = writer
        self.arrays = Arrays(writer.exact)
        self.lines: list[str] = []
        self._known: dict[Expression, Symbol] = {}
        self._suffix = ""
        self._taken = {"x", "y", "params", "parts", "layers", "ones", "error", "losses"}

    def put(self, target: str, value: Expression, equation: str = "", sign: str = "=") -> None:
        """Write an assignment."""
        self._written(target, self.arrays.of(elementary(value)), equation, sign)

    def _written(self, target: str, value: Expression, equation: str = "", sign: str = "=") -> None:
        self.writer.used.append(value)
        remark = remarked(self.writer.printer, equation)
        self.lines += laid_out(f"{target} {sign} ", value, self.writer.printer, len(STEP), remark)

    def let(self, part: str, value: Expression) -> Symbol:
        """Name a shared part of a layer's function."""
        value = elementary(value)
        if value not in self._known:
            self._known[value] = Symbol(f"{part}{self._suffix}")
            self.put(f"{part}{self._suffix}", value)
        return self._known[value]

    def forward(self, activated: bool = True) -> None:
        """Write all layers; not ``activated``: up to the last one's pre-activations."""
        for layer in range(1, self.writer.last + 1):
            self._affine(layer)
            if activated or layer < self.writer.last:
                self._activation(layer)

    def _affine(self, layer: int) -> None:
        z, right = f"z{layer}", self.writer.steps[f"z{layer}"].right
        value, *bias = right.terms if isinstance(right, Sum) else (right,)
        self.put(z, self.writer.product(value), "" if bias else z)
        for one in bias:
            sign = "-=" if isinstance(one, Negative) else "+="
            self.put(z, Symbol(f"b{layer}"), z, sign)

    def _activation(self, layer: int) -> None:
        choice, h = self._choice(layer), self.writer.signal(layer)
        if choice.name == "identity":
            return
        function = ACTIVATIONS[choice.name]
        if function.layer_pullback is None:
            self.put(h, value_code(function, self._call(layer), self.let), h)
            return
        roller = self._roller(layer)
        z = roller.vector(f"z{layer}")
        units = (Call(choice.name, z, (("unit", Fraction(k)),)) for k in range(len(z)))
        calls = tuple(units)
        roller.store_alike(h, lambda unit: value_code(function, calls[unit], roller.let))
        self._rolled(roller, h)

    def losses(self) -> str:
        """Write every sample's loss; return what they are called."""
        writer, roller = self.writer, self._roller(self.writer.last)
        if self.writer.entry.of_errors:
            self.put("error", Symbol(writer.signal(writer.last)) - Symbol("y"))
        targets = roller.vector("y") if writer.spec.targets else ()
        if writer.entry.code is not None:
            logits = roller.vector(f"z{writer.last}")
            value = writer.entry.code(logits, targets, roller.let)
        else:
            name = "error" if writer.entry.of_errors else writer.signal(writer.last)
            entries = roller.vector(name)
            written = writer.entry.value(entries, targets, numbers(writer.spec.loss))
            value = coded(written, roller.let)
        result = roller.value(value)
        self._rolled(roller)
        found = self.arrays.of(elementary(result), roller.units)
        if isinstance(found, Symbol) and found.name.isidentifier():
            return found.name
        self._written("losses", found)
        return "losses"

    def _line(self, text: str, equation: str) -> None:
        remark = remarked(self.writer.printer, equation)
        self.lines += broken("", (text,), len(STEP), comment=remark)

    def _choice(self, layer: int) -> Choice:
        return self.writer.spec.layers[layer - 1].activation

    def _call(self, layer: int) -> Call:
        self._suffix = str(layer)
        choice = self._choice(layer)
        return Call(choice.name, (Symbol(f"z{layer}"),), numbers(choice))

    def _roller(self, layer: int) -> Roller:
        return Roller(self.writer.spec.layers[layer - 1].units, self._taken)

    def _rolled(self, roller: Roller, target: str = "", equation: str = "") -> None:
        for one in self.arrays.assigned(roller.statements, roller.units):
            said = (equation or target) if one.name == target else ""
            self._written(one.name, one.expression, said)
