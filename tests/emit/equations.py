"""Emitted Python read back: what each numbered line computes, held against the equation.

A line's expression is evaluated twice at once, as a SymPy expression and as a number: the number
decides which branch is taken, and the expression must then equal the equation's, evaluated in the
same way, for every combination of branches that the points reach. A line with several numbers
computes one node, with the equations of others put into its own.
"""

import ast
import io
import random
import re
import tokenize
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import sympy

from symnet.derive.equations import scalar_numbers
from symnet.derive.update import TrainingStep
from symnet.emit.naming import escaped
from symnet.emit.pythonic import KEYWORDS
from symnet.emit.routines import names_in
from symnet.emit.targets import python
from symnet.model.evaluation import ELEMENTARY, Arithmetic, evaluate
from symnet.model.expression import Expression, Number, Symbol, names, product
from symnet.model.optimizers import OPTIMIZERS, Old

NUMBERS = re.compile(r"# \((\d+(?:, \d+)*)\)$")
POINTS = 24
CLOSE = mpmath.mpf(10) ** -40
PRECISE = mpmath.mp.clone()
PRECISE.dps = 60
# Constants that code has rounded.
ROUNDED = {float(sympy.N(one, 40)): one for one in (sympy.sqrt(2), sympy.sqrt(2 * sympy.pi))}


@dataclass(frozen=True)
class Both:
    """A value as an expression and as a number; ``log``: every decision taken on the way."""

    symbol: Any
    number: Any
    log: list[int] = field(compare=False)

    def _with(self, other: Any, how: Callable[[Any, Any], Any]) -> "Both":
        other = self.of(other)
        return Both(how(self.symbol, other.symbol), how(self.number, other.number), self.log)

    def of(self, value: Any) -> "Both":
        return value if isinstance(value, Both) else constant(value, self.log)

    def __add__(self, other: Any) -> "Both":
        return self._with(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> "Both":
        return self.of(other) + self

    def __sub__(self, other: Any) -> "Both":
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> "Both":
        return self.of(other) - self

    def __mul__(self, other: Any) -> "Both":
        return self._with(other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> "Both":
        return self.of(other) * self

    def __truediv__(self, other: Any) -> "Both":
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> "Both":
        return self.of(other) / self

    def __neg__(self) -> "Both":
        return Both(-self.symbol, -self.number, self.log)

    def _sign(self, other: Any) -> int:
        found = int(mpmath.sign(self.number - self.of(other).number))
        self.log.append(found)
        return found

    def __lt__(self, other: Any) -> bool:
        return self._sign(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._sign(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._sign(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._sign(other) >= 0


def constant(value: Any, log: list[int]) -> Both:
    """Return a number of the code, or of an equation, exactly."""
    if isinstance(value, float):
        known = ROUNDED.get(value)
        symbol = known if known is not None else sympy.Rational(repr(value))
    else:
        symbol = sympy.Rational(value.numerator, value.denominator)
    return Both(symbol, PRECISE.mpf(sympy.N(symbol, 60)), log)


SYMBOLIC: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda x: (sympy.exp(x) - sympy.exp(-x)) / (sympy.exp(x) + sympy.exp(-x)),
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "erf": sympy.erf,
    "erfc": lambda x: 1 - sympy.erf(x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
}


def functions() -> dict[str, Callable[[Both], Both]]:
    """Return the elementary functions by their names in Python."""

    def both(name: str) -> Callable[[Both], Both]:
        numeric = getattr(PRECISE, name)
        return lambda x: Both(SYMBOLIC[name](x.symbol), numeric(x.number), x.log)

    return {name: both(name) for name in SYMBOLIC}


@dataclass(frozen=True)
class Line:
    """A line that computes something: of which function, the numbers behind it, name and text."""

    function: str
    numbers: tuple[int, ...]
    name: str
    expression: str


def lines(text: str) -> Iterator[Line]:
    """Yield the assignments of a module's functions, and what its loss returns."""
    remarks = {
        one.start[0]: tuple(map(int, found[1].split(", ")))
        for one in tokenize.generate_tokens(io.StringIO(text).readline)
        if one.type == tokenize.COMMENT and (found := NUMBERS.search(one.string))
    }
    for function in ast.parse(text).body:
        if isinstance(function, ast.FunctionDef):
            for one in ast.walk(function):
                numbers = remarks.get(getattr(one, "end_lineno", None) or 0, ())
                match one:
                    case ast.Assign(value=ast.Subscript()):
                        continue  # an argument taken apart
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        yield Line(function.name, numbers, name, ast.unparse(value))
                    case ast.Return(value=value) if numbers and value is not None:
                        yield Line(function.name, numbers, "", ast.unparse(value))


class Equations:
    """The equations of a network by number, from the derivation and the optimizer's table."""

    def __init__(self, step: TrainingStep) -> None:
        self.step = step
        self.nodes = {one.name: one.expression for one in step.network.forward.assignments}
        self.by_number = {number: name for name, number in scalar_numbers(step).items()}
        self.adjoints = {one.name: one for one in step.derivation.adjoints.values()}
        self.updates = dict(self._updates())

    def formula(self, name: str) -> Expression:
        """Return the right-hand side of a node's equation."""
        if name in self.nodes:
            return self.nodes[name]
        if name in self.adjoints:
            return self.step.derivation.value(self.adjoints[name].variable)
        return self.updates[name]

    def known(self, name: str) -> Expression | None:
        """Return the same, None for what has no equation."""
        found = name in self.nodes or name in self.adjoints or name in self.updates
        return self.formula(name) if found else None

    def stands_for(self, name: str, line: str) -> bool:
        """Say whether a node is what the line computes, or only a second name for it."""
        while name and name != line:
            formula = self.formula(name)
            name = formula.name if isinstance(formula, Symbol) else ""
        return name == line

    def _updates(self) -> Iterator[tuple[str, Expression]]:
        """Yield every parameter's rule, from the table."""
        choice = self.step.network.spec.training.optimizer
        entry = OPTIMIZERS[choice.name]
        powers = tuple(Symbol(f"new_{option}_power") for option in entry.powers)
        for option in entry.powers:
            yield f"new_{option}_power", Symbol(f"{option}_power") * Number(choice.number(option))
        for parameter in self.step.network.parameters:
            name = parameter.name
            gradient: Expression = Symbol(self.step.derivation.adjoints[name].name)
            decays = choice.word("decays") == "all" or parameter.kind == "weight"
            if choice.number("weight_decay") and decays:
                share = product(Number(choice.number("weight_decay")), Symbol(name))
                yield f"decayed_{name}", gradient + share
                gradient = Symbol(f"decayed_{name}")
            slots = tuple(Symbol(f"{slot}_{name}") for slot in entry.slots)
            old = Old(Symbol(name), gradient, slots, Symbol(self.step.rate), powers)
            new = tuple(Symbol(f"new_{slot.name}") for slot in slots)
            yield from zip((one.name for one in new), entry.new_slots(old, choice), strict=True)
            yield f"new_{name}", entry.new_parameter(old, new, choice)


def wrong_lines(text: str, step: TrainingStep) -> tuple[list[str], set[int]]:
    """Return the lines that do not compute the equations of their numbers, and the numbers seen."""
    called = escaped(names_in(step), python.OWN | KEYWORDS)
    own = {now: name for name, now in called.items()} | {"learning_rate": step.rate}
    equations, wrong, seen = Equations(step), list[str](), set[int]()
    by_function = _by_function(lines(text))
    shared = by_function.get("nodes", ())  # what lessons take from it
    for function, found in by_function.items():
        new = _in_place(step) if function == "train" else {}
        parts = {
            one.name: one.expression
            for one in (*shared, *found)
            if not one.numbers and own.get(one.name) not in new
        }
        here = [own.get(one.name, one.name) or step.network.loss for one in found]
        targets, now = [new.get(name, name) for name in here], dict(own)
        for one, target in zip(found, targets, strict=True):
            seen.update(one.numbers)
            reader = _Line(one, parts, dict(now), equations)
            problem = reader.problem(target, targets) if one.numbers else ""
            wrong += [f"{function}: {one.name or 'return'} {problem}"] if problem else []
            now[one.name] = target  # what later lines read under that name
    return wrong, seen


def _in_place(step: TrainingStep) -> dict[str, str]:
    """Return what a step's new value is called, by the variable that it takes the place of."""
    old = (*(one.name for one in step.network.parameters), *step.state)
    return dict(zip(old, step.rule.outputs, strict=True))


def _by_function(found: Iterator[Line]) -> dict[str, list[Line]]:
    functions: dict[str, list[Line]] = {}
    for one in found:
        functions.setdefault(one.function, []).append(one)
    return functions


@dataclass(frozen=True)
class _Line:
    line: Line
    parts: Mapping[str, str]
    own: Mapping[str, str]
    equations: Equations

    def problem(self, name: str, lines: Collection[str]) -> str:
        """Say what is wrong with the line, which computes the node ``name``; empty if nothing.

        Its numbers are that node's, and those of nodes that are written into it, which the
        function computes on none of its ``lines`` and whose equations must be read on the way.
        """
        nodes = {k: self.equations.by_number.get(k, "") for k in self.line.numbers}
        others = {k: one for k, one in nodes.items() if not self.equations.stands_for(one, name)}
        if len(others) == len(nodes):
            return f"has not its own number among {self.line.numbers}"
        read = self._read_through(name, set(others.values()))
        for number, node in others.items():
            if node not in read or node in lines:
                return f"has the number {number}"
        return "" if self.computes(name, read) else f"= {self.line.expression}"

    def _read_through(self, name: str, inside: Collection[str]) -> set[str]:
        """Return those of the nodes ``inside`` that the node's equation reads, or their own."""
        found, waiting = set[str](), [name]
        while waiting:
            reads = set(names(self.equations.formula(waiting.pop())))
            new = (reads & set(inside)) - found
            found |= new
            waiting += new
        return found

    def computes(self, name: str, inside: Collection[str] = ()) -> bool:
        """Say whether the line computes the equation of ``name``, with those ``inside`` put in."""
        draw, proven = random.Random(1), set()
        for _ in range(POINTS):
            log: list[int] = []
            values = _Values(self.equations, inside, draw, log)
            code = self.code(values)
            wanted = evaluate(self.equations.formula(name), values, _arithmetic(log))
            if abs(code.number - wanted.number) > CLOSE * (1 + abs(wanted.number)):
                return False
            decisions = tuple(log)
            if 0 not in decisions and decisions not in proven:
                if not equal(code.symbol, wanted.symbol):
                    return False
                proven.add(decisions)
        return bool(proven)

    def code(self, values: "_Values") -> Both:
        """Work the line out, with what has no equation of its own written in."""
        return self._value(self.line.expression, values)

    def _value(self, expression: str, values: "_Values") -> Both:
        used = {one.id for one in ast.walk(ast.parse(expression)) if isinstance(one, ast.Name)}
        known: dict[str, Any] = dict(functions())
        for name in used - known.keys():
            if name in self.parts:
                known[name] = self._value(self.parts[name], values)
            else:
                known[name] = values[self.own.get(name, name)]
        found = eval(expression, {"__builtins__": {}}, known)
        return found if isinstance(found, Both) else constant(found, values.log)


class _Values(dict[str, Both]):
    """Values of variables: any number for most; those a line leaves out follow their equations."""

    def __init__(
        self, equations: Equations, inside: Collection[str], draw: random.Random, log: list[int]
    ) -> None:
        super().__init__()
        self.equations, self.draw, self.log = equations, draw, log
        network = equations.step.network
        self.followed = {unit.h for layer in network.layers for unit in layer.units} | {*inside}
        self.followed |= {name for name in equations.nodes if name.startswith("error")}
        self.followed |= {
            equations.step.derivation.adjoints[unit.h].name
            for unit in network.layers[-1].units
            if unit.h in equations.step.derivation.adjoints
            and equations.step.derivation.adjoints[unit.z].collapsed is not None
        }

        self.followed |= {name for name in equations.updates if name.endswith("_power")}

    def _rest(self, name: str) -> Both | None:
        """Return the last target of a loss that asks for targets which add up to 1."""
        network = self.equations.step.network
        if network.spec.loss.name != "softmax_cross_entropy" or name != network.targets[-1]:
            return None
        rest = constant(Fraction(1), self.log)
        for other in network.targets[:-1]:
            rest -= self[other]
        return rest

    def __missing__(self, name: str) -> Both:
        if (rest := self._rest(name)) is not None:
            self[name] = rest
            return rest
        formula = self.equations.known(name)
        if formula is not None and (name in self.followed or isinstance(formula, Symbol)):
            found: Both = evaluate(formula, self, _arithmetic(self.log))
        else:
            number = Fraction(self.draw.randrange(-6, 7), self.draw.choice((1, 2, 7)))
            if name.startswith(("second_moment", "mean_square", "new_second", "new_mean")):
                number = abs(number) + 1
            if name.endswith("_power"):
                number = Fraction(1, 2 + abs(number.numerator))
            found = Both(sympy.Symbol(name, real=True), constant(number, self.log).number, self.log)
        self[name] = found
        return found


def _arithmetic(log: list[int]) -> Arithmetic:
    known = functions()
    elementary = {name: known[called] for name, called in ELEMENTARY.items()}
    pi = Both(sympy.pi, +PRECISE.pi, log)
    return Arithmetic(lambda value: constant(value, log), pi, elementary)


def equal(a: Any, b: Any) -> bool:
    """Prove two expressions equal: their difference is 0, or constant and 0 somewhere."""
    difference = sympy.simplify(a - b)
    if difference == 0:
        return True
    free = sorted(difference.free_symbols, key=str)
    if any(sympy.simplify(sympy.diff(difference, one)) != 0 for one in free):
        return False
    at = {one: sympy.Rational(k + 1, 3) for k, one in enumerate(free)}
    return bool(abs(sympy.N(difference.subs(at), 50)) < 10**-40)
