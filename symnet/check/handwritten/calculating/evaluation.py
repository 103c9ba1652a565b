"""Formulas evaluated in any domain, arrays included.

In: Formula, Domain. Out: values.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from symnet.check.handwritten.calculating import arrays
from symnet.check.handwritten.calculating.arrays import Array, elementwise
from symnet.check.handwritten.calculating.domains import RELU, Domain, Points
from symnet.check.handwritten.formula import Apply, Binding, Formula, Known, Literal, Reading
from symnet.model import expression as textbook
from symnet.model.evaluation import definition
from symnet.model.expression import Call, Expression, Options, Symbol


class UnknownError(LookupError):
    """A name whose value nobody knows."""


class Evaluation:
    """Values in one domain, remembered by node.

    ``known``: the value of a quantity of the network. ``bound``: the value of a name, or None
    where its formula decides.
    """

    def __init__(
        self,
        domain: Domain,
        known: Callable[[Known], Any],
        bound: Callable[[Binding], Any] = lambda binding: None,
    ) -> None:
        self.domain = domain
        self._known, self._bound = known, bound
        self.values: dict[Any, Any] = {}
        self._failed: dict[Binding, Exception] = {}

    def value(self, node: Formula) -> Any:
        """Evaluate a formula.

        Raises:
            UnknownError: a name in it has no value.
            ArithmeticError, ValueError: it cannot be calculated.
        """
        found = self.values.get(node)
        if found is None:
            found = self.values[node] = self._value(node)
        return found

    def _value(self, node: Formula) -> Any:
        # Asked for so often that matching patterns would take a tenth of a check.
        if isinstance(node, Apply):
            values = [self.value(one) for one in node.arguments]
            return OPERATIONS[node.function](self.domain, node.options, *values)
        if isinstance(node, Reading):
            return self.binding(node.binding)
        if isinstance(node, Literal):
            return self.domain.number(node.value)
        if isinstance(node, Known):
            return self._known(node)
        raise TypeError(f"cannot evaluate {type(node).__name__}")

    def binding(self, binding: Binding) -> Any:
        """Return what a name stands for."""
        found = self.values.get(binding)
        if found is None:
            found = self.values[binding] = self._binding(binding)
        return found

    def fail(self, binding: Binding, error: Exception) -> None:
        """Let a name have no value."""
        self._failed[binding] = error

    def _binding(self, binding: Binding) -> Any:
        failed = self._failed.get(binding)
        if failed is not None:
            # Else a chain of a thousand names would be followed down for each of them.
            raise type(failed)(*failed.args)
        try:
            found = self._bound(binding)
            return self.value(binding.formula) if found is None else found
        except (UnknownError, ArithmeticError, ValueError, TypeError) as error:
            # A new one: the one that was raised keeps all that was being worked out.
            self.fail(binding, type(error)(*error.args))
            raise


Operation = Callable[..., Any]


def _cellwise(operation: Callable[[Any, Any], Any]) -> Operation:
    """Return an operation on two values, most often without cells."""

    def found(domain: Domain, options: Any, a: Any, b: Any) -> Any:
        if type(a) is not Array and type(b) is not Array:
            return operation(a, b)
        return elementwise(operation, a, b)

    return found


def _function(name: str) -> Operation:
    return lambda domain, options, *values: elementwise(domain.functions[name], *values)


def _shaped(operation: Callable[..., Any]) -> Operation:
    return lambda domain, options, *values: operation(*values)


def _larger(domain: Domain, options: Any, a: Any, b: Any) -> Any:
    return elementwise(lambda x, y: domain.select(domain.compare(x, ">", y), x, y), a, b)


def _smaller(domain: Domain, options: Any, a: Any, b: Any) -> Any:
    return elementwise(lambda x, y: domain.select(domain.compare(x, "<", y), x, y), a, b)


def _absolute(domain: Domain, options: Any, a: Any) -> Any:
    zero = domain.number(0)
    return elementwise(lambda x: domain.select(domain.compare(x, "<", zero), -x, x), a)


def _sign(domain: Domain, options: Any, a: Any) -> Any:
    zero = domain.number(0)

    def sign(x: Any) -> Any:
        return domain.compare(x, ">", zero) * domain.number(1) - domain.compare(x, "<", zero)

    return elementwise(sign, a)


def _mean(domain: Domain, options: Any, a: Any) -> Any:
    axis, keep = options
    count = domain.number(arrays.size_along(a, axis))
    return elementwise(lambda x: x / count, arrays.sum_along(a, axis, keep))


def _largest(domain: Domain, options: Any, a: Any) -> Any:
    axis, keep = options
    shape = arrays.shape_of(a)
    if axis is None:
        return domain.largest(arrays.cells_of(a))
    axis = axis % len(shape)
    rows = [arrays.index(a, (*[slice(None)] * axis, k)) for k in range(shape[axis])]
    found = elementwise(lambda *cells: domain.largest(cells), *rows)
    kept = (*shape[:axis], 1, *shape[axis + 1 :])
    return arrays.reshape(found, kept) if keep else found


def _array(domain: Domain, options: Any, *values: Any) -> Any:
    return arrays.stack(values)


def _filled(domain: Domain, options: Any, like: Any) -> Any:
    return elementwise(lambda x: domain.number(options[0]), like)


def _missing(domain: Domain, options: Any, *values: Any) -> Any:
    raise UnknownError(*options)


def _zeros(domain: Domain, options: Any, *values: Any) -> Any:
    shape, value = options
    if shape is None:
        raise UnknownError("shape")
    count = 1
    for size in shape:
        count *= size
    return arrays.array(shape, [domain.number(value)] * count)


def _activation(domain: Domain, options: Any, a: Any) -> Any:
    if options[0] == "relu" and isinstance(domain, Points):
        return elementwise(RELU[options[2]], a)
    formula = activation_formula(*options)

    def one(z: Any) -> Any:
        return Evaluation(domain, lambda known: z).value(formula)

    return elementwise(one, a)


def _reshape(domain: Domain, options: Any, a: Any) -> Any:
    return arrays.reshape(a, options[0])


def _size(domain: Domain, options: Any, a: Any) -> Any:
    return domain.number(arrays.size_along(a, options[0]))


OPERATIONS: dict[str, Operation] = {
    "add": _cellwise(operator.add),
    "subtract": _cellwise(operator.sub),
    "multiply": _cellwise(operator.mul),
    "divide": _cellwise(operator.truediv),
    "negative": lambda domain, options, a: elementwise(operator.neg, a),
    "power": lambda domain, options, a, b: elementwise(domain.power, a, b),
    "compare": lambda domain, options, a, b: elementwise(
        lambda x, y: domain.compare(x, options[0], y), a, b
    ),
    "select": lambda domain, options, *values: elementwise(domain.select, *values),
    "maximum": _larger,
    "minimum": _smaller,
    "absolute": _absolute,
    "sign": _sign,
    "matmul": _shaped(arrays.matmul),
    "dot": _shaped(arrays.dot),
    "outer": _shaped(arrays.outer),
    "transpose": _shaped(arrays.transpose),
    "sum": lambda domain, options, a: arrays.sum_along(a, *options),
    "mean": _mean,
    "largest": _largest,
    "array": _array,
    "reshape": _reshape,
    "index": lambda domain, options, a: arrays.index(a, options),
    "replaced": lambda domain, options, a, b: arrays.replaced(a, b, options),
    "size": _size,
    "filled": _filled,
    "zeros": _zeros,
    "random": lambda domain, options: _zeros(domain, (options[0], math.nan)),
    "argument": _missing,
    "input": _missing,
    "activation": _activation,
    **{
        name: _function(name)
        for name in (
            *("exp", "log", "sqrt", "tanh", "sigmoid"),
            *("erf", "erfc", "expm1", "log1p"),
        )
    },
}


@cache
def activation_formula(name: str, options: Options, slope: int | None) -> Formula:
    """Return an activation, or its derivative, as a formula in a quantity called z."""
    if name in ("sigmoid", "tanh"):
        value = Apply(name, (Known("z"),))
        if slope is None:
            return value
        one = Literal(1)
        if name == "tanh":
            return Apply("subtract", (one, Apply("multiply", (value, value))))
        return Apply("multiply", (value, Apply("subtract", (one, value))))
    called = Call(name, (Symbol("z"),), options, slope)
    return from_expression(definition(called), {"z": Known("z")})


def from_expression(node: Expression, leaves: dict[str, Formula]) -> Formula:
    """Write an expression of the model as a formula."""

    def part(one: Expression) -> Formula:
        return from_expression(one, leaves)

    match node:
        case Symbol(name):
            return leaves[name]
        case textbook.Number(value):
            return _number(value)
        case textbook.Sum(terms):
            return _chain("add", tuple(map(part, terms)))
        case textbook.Product(factors):
            return _chain("multiply", tuple(map(part, factors)))
        case textbook.Quotient(over, under):
            return Apply("divide", (part(over), part(under)))
        case textbook.Power(base, exponent):
            return Apply("power", (part(base), Literal(exponent)))
        case textbook.Negative(operand):
            return Apply("negative", (part(operand),))
        case textbook.Select(test, then, otherwise):
            return Apply("select", (part(test), part(then), part(otherwise)))
        case textbook.Comparison(left, operator, right):
            return Apply("compare", (part(left), part(right)), None, (operator,))
        case textbook.Pi():
            return Known("pi")
        case Call(name, arguments, options, slope):
            return _call(name, tuple(map(part, arguments)), options, slope)
    raise TypeError(f"no formula for {type(node).__name__}")


def _number(value: Fraction) -> Formula:
    if value.denominator == 1:
        return Literal(int(value))
    return Apply("divide", (Literal(value.numerator), Literal(value.denominator)))


def _chain(function: str, parts: tuple[Formula, ...]) -> Formula:
    found = parts[0]
    for one in parts[1:]:
        found = Apply(function, (found, one))
    return found


def _call(
    name: str, arguments: tuple[Formula, ...], options: Options, slope: int | None
) -> Formula:
    if name in OPERATIONS and slope is None:
        return Apply(name, arguments)
    if len(arguments) == 1:
        return Apply("activation", arguments, None, (name, options, slope))
    called = Call(name, tuple(Symbol(f"a{k}") for k in range(len(arguments))), options, slope)
    return from_expression(definition(called), {f"a{k}": one for k, one in enumerate(arguments)})
