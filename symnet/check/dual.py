"""A second implementation: forward-mode differentiation by dual numbers, straight from the Spec.

In: Spec, values. Out: the loss and its derivative in every variable asked for.

It shares nothing with the reverse sweep: no program, no adjoint, no slope of the tables. Functions
are carried through their definitions, and only the elementary ones have a derivative here. On a
kink both pieces are carried through, and the convention of the file mixes their slopes.
Griewank & Walther, section 3.1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symnet.model.evaluation import ABSOLUTE_KINK, FUNCTIONS, Arithmetic, evaluate
from symnet.model.expression import Call, Expression, Symbol
from symnet.model.losses import LOSSES
from symnet.model.network import numbers
from symnet.model.numbering import bias_names, weight_names
from symnet.model.spec import Spec

Slopes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its derivatives by direction; a direction that is missing has derivative 0."""

    value: Any
    slopes: Slopes

    def __add__(self, other: "Dual") -> "Dual":
        slopes = dict(self.slopes)
        for name, slope in other.slopes.items():
            slopes[name] = slopes[name] + slope if name in slopes else slope
        return Dual(self.value + other.value, slopes)

    def __sub__(self, other: "Dual") -> "Dual":
        return self + -other

    def __neg__(self) -> "Dual":
        return Dual(-self.value, {name: -slope for name, slope in self.slopes.items()})

    def __mul__(self, other: "Dual") -> "Dual":
        slopes = _combined(self.slopes, other.value, other.slopes, self.value)
        return Dual(self.value * other.value, slopes)

    def __truediv__(self, other: "Dual") -> "Dual":
        value = self.value / other.value
        slopes = _combined(self.slopes, 1 / other.value, other.slopes, -value / other.value)
        return Dual(value, slopes)


def _combined(left: Slopes, a: Any, right: Slopes, b: Any) -> Slopes:
    found = {name: slope * a for name, slope in left.items()}
    for name, slope in right.items():
        found[name] = found[name] + slope * b if name in found else slope * b
    return found


def dual(base: Arithmetic) -> Arithmetic:
    """Return dual numbers over ``base``."""

    def chained(function: str, slope: Callable[[Any, Any], Any]) -> Callable[[Dual], Dual]:
        def applied(x: Dual) -> Dual:
            value = base.elementary[function](x.value)
            factor = slope(x.value, value)
            return Dual(value, {name: one * factor for name, one in x.slopes.items()})

        return applied

    def bell(x: Any, value: Any) -> Any:
        return 2 * base.elementary["exp"](-x * x) / base.elementary["sqrt"](base.pi)

    kind = Arithmetic(
        number=lambda value: Dual(base.number(value), {}),
        pi=Dual(base.pi, {}),
        elementary={
            "exp": chained("exp", lambda x, value: value),
            "log": chained("log", lambda x, value: 1 / x),
            "sqrt": chained("sqrt", lambda x, value: 1 / (2 * value)),
            "erf": chained("erf", bell),
        },
        opaque=lambda node, arguments: _applied(node, arguments, kind),
    )
    return kind


def _applied(node: Call, arguments: tuple[Dual, ...], kind: Arithmetic) -> Dual:
    """Evaluate the piece that holds at the first argument; on a kink, mix the two beside it."""
    function, at = FUNCTIONS[node.function], arguments[0].value
    pieces = function.pieces(tuple(Symbol(f"a{k}") for k in range(len(arguments))), node.options)
    known = {f"a{k}": argument for k, argument in enumerate(arguments)}
    bounds = [kind.number(bound).value for bound in function.breaks(node.options)]
    here = sum(at > bound for bound in bounds)
    found: Dual = evaluate(pieces[here], known, kind)
    if function.sides is None or at not in bounds:
        return found
    right: Dual = evaluate(pieces[here + 1], known, kind)
    share = kind.number(Fraction(dict(node.options).get("kink", ABSOLUTE_KINK))).value
    return Dual(found.value, _combined(found.slopes, 1 - share, right.slopes, share))


def loss_and_slopes(
    spec: Spec, values: Mapping[str, Any], seeds: Mapping[str, Slopes], base: Arithmetic
) -> Dual:
    """Run the network on dual numbers.

    ``seeds``: how each variable moves along each direction; the result's slopes are the
    derivatives of the loss along them.
    """
    kind = dual(base)
    known = {name: Dual(value, seeds.get(name, {})) for name, value in values.items()}
    signal = [known[name] for name in spec.inputs]
    layers = zip(spec.layers, weight_names(spec), bias_names(spec), strict=True)
    for layer, weights, biases in layers:
        sums = [_weighted(signal, [known[name] for name in row], kind) for row in weights]
        if biases:
            shifted = zip(sums, biases, strict=True)
            sums = [
                z + known[name] if layer.bias_sign > 0 else z - known[name] for z, name in shifted
            ]
        signal = _activated(sums, layer.activation.name, numbers(layer.activation), kind)
    return _loss(spec, signal, [known[name] for name in spec.targets], kind)


def _weighted(signal: list[Dual], weights: list[Dual], kind: Arithmetic) -> Dual:
    total: Dual = kind.number(Fraction(0))
    for h, w in zip(signal, weights, strict=True):
        total = total + h * w
    return total


def _activated(sums: list[Dual], name: str, options: Any, kind: Arithmetic) -> list[Dual]:
    symbols = tuple(Symbol(f"z{k}") for k in range(len(sums)))
    values = {symbol.name: z for symbol, z in zip(symbols, sums, strict=True)}
    if name == "softmax":
        units = [Call(name, symbols, (("unit", Fraction(k)),)) for k in range(len(sums))]
    else:
        units = [Call(name, (symbol,), options) for symbol in symbols]
    return [evaluate(unit, values, kind) for unit in units]


def _loss(spec: Spec, predictions: list[Dual], targets: list[Dual], kind: Arithmetic) -> Dual:
    entry = LOSSES[spec.loss.name]
    if entry.of_errors:
        predictions = [p - y for p, y in zip(predictions, targets, strict=True)]
    p = tuple(Symbol(f"p{k}") for k in range(len(predictions)))
    y = tuple(Symbol(f"y{k}") for k in range(len(targets)))
    formula: Expression = entry.value(p, y, numbers(spec.loss))
    values = {f"p{k}": one for k, one in enumerate(predictions)}
    values |= {f"y{k}": one for k, one in enumerate(targets)}
    found: Dual = evaluate(formula, values, kind)
    return found
