"""From the derivation's expressions to displayed ones: names become letters, calls formulas.

In: Derivation. Out: Lettering.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

from symnet.derive.backprop import Derivation
from symnet.document.mathematics import (
    Absolute,
    Applied,
    Decimal,
    Letter,
    Marked,
    Partial,
    Raised,
    Ratio,
    Root,
)
from symnet.document.rounding import exact_decimal
from symnet.model.evaluation import FUNCTIONS
from symnet.model.expression import (
    ONE,
    Call,
    Expression,
    Negative,
    Number,
    Options,
    Power,
    Product,
    Quotient,
    Symbol,
    rebuilt,
    walk,
)
from symnet.model.glyphs import Glyph, glyph, glyphs, indexed
from symnet.model.symbols import symbol, symbols_of

Key = tuple[str, Options]
HALF = Fraction(1, 2)


class Lettering:
    """How everything in one network's derivation is written."""

    def __init__(self, derivation: Derivation, batch: bool) -> None:
        self.derivation = derivation
        self.network = derivation.network
        nodes = {one.name: one.expression for one in self.network.forward.assignments}
        kinds = {one.name: one.kind for one in self.network.variables}
        self._errors = {name: nodes[name] for name in nodes if kinds[name] == "error"}
        self._variables = {one.name: one.variable for one in derivation.adjoints.values()}
        self._deltas = {name for name, kind in kinds.items() if kind == "pre_activation"}
        self.functions = _functions(nodes.values())
        named = [name for name in kinds if name not in self._errors and kinds[name] != "loss"]
        layered = self.network.spec.numbering == "layered"
        spec = self.network.spec
        symbols = symbols_of(spec, self.network.variables)
        self._glyphs = glyphs(named, layered, self._function_glyphs(), symbols)
        self._bases = {one.letter for one in self._glyphs.values()}
        self._bases |= {glyph(one).letter for _, one in spec.symbols}
        self.batch_loss = self._asked("loss") or self.role("L", "E", "J", "C")
        each = self._asked("sample_loss") or self.role("ell", "l")
        self.loss = each if batch else self.batch_loss
        self.delta = (self._asked("delta") or self.role("delta", "Delta", "D")).glyph
        self.rate = self._asked("learning_rate") or self.role("eta", "rho", "kappa")

    @property
    def argument(self) -> Letter:
        """The letter for the argument of an activation function."""
        return self.variable(dict(self.network.spec.symbols).get("pre_activation", "z"))

    def _asked(self, role: str) -> Letter | None:
        """Return the symbol that the network file asks for, if it does."""
        looks = symbol(self.network.spec, role)
        return None if looks is None else Letter(looks)

    def role(self, *candidates: str) -> Letter:
        """Return the first of several letters that no name of the network uses."""
        for letter in candidates:
            if letter not in self._bases:
                return Letter(Glyph(letter))
        return Letter(Glyph(f"{candidates[0]}*", verbatim=True))

    def variable(self, *candidates: str) -> Letter:
        """Return a letter for the argument of a function, one that stands for nothing else."""
        for name in (*candidates, "u", "s", "t", "q"):
            if glyph(name) not in self._glyphs.values():
                return Letter(glyph(name), name)
        return Letter(Glyph("z*", verbatim=True), "z*")

    def __call__(self, node: Expression) -> Expression:
        """Return ``node`` as it is displayed."""
        match node:
            case Letter() | Marked() | Partial() | Raised():
                return node
            case Symbol(name):
                return self.symbol(name)
            case Number(value):
                return number(value)
            case Power(base, exponent):
                return Raised(self(base), Number(Fraction(exponent)))
            case Call():
                return self._call(node)
            case Product(factors) if ONE in factors[:1] and len(factors) > 1:
                rest = factors[1:]
                return self(Product(rest) if len(rest) > 1 else rest[0])
            case Quotient(Negative(above), below):
                return Negative(Quotient(self(above), self(below)))
            case Quotient(Product(factors), below) if _stacked(factors):
                apart = [one for one in factors if isinstance(one, Quotient)]
                rest = tuple(one for one in factors[1:] if not isinstance(one, Quotient))
                above = Product(rest) if len(rest) > 1 else rest[0]
                return self(Product((factors[0], *apart, Quotient(above, below))))
        return rebuilt(node, tuple(map(self, node.parts))) if node.parts else node

    def symbol(self, name: str) -> Expression:
        """Return a variable, an adjoint, or in place of the error what it is."""
        if name in self._errors:
            return self(self._errors[name])
        if name == self.network.loss:
            return self.loss
        if name in self._variables:
            return self.adjoint(self._variables[name])
        return Letter(self._glyphs.get(name) or glyph(name), name)

    def adjoint(self, variable: str) -> Expression:
        """Return the derivative of the loss in a variable: a delta where it has that name."""
        if variable not in self._deltas:
            return self.partial(self.network.loss, variable)
        looks = self._glyphs[variable]
        below = (variable,) if looks.verbatim else looks.below
        name = self.derivation.adjoints[variable].name
        letter = Letter(indexed(self.delta, Glyph("", below, looks.above)), name)
        return Marked(letter, name)

    def partial(self, of: str, by: str) -> Partial:
        """Return a partial derivative by the names of its variables."""
        return Partial(self.symbol(of), self.symbol(by))

    def head(self, function: str, options: Options, unit: str = "") -> Letter:
        """Return the letter of a function; numbered where the network has it with two options."""
        symbol = FUNCTIONS[function].symbol or function
        alike = [key for key in self.functions if key[0] == function]
        if len(alike) > 1:
            unit = str(alike.index((function, options)) + 1)
        return Letter(Glyph(symbol, (unit,) if unit else ()))

    def _call(self, node: Call) -> Expression:
        arguments = tuple(map(self, node.arguments))
        if node.function in ELEMENTARY:
            return ELEMENTARY[node.function](arguments)
        entry = FUNCTIONS[node.function]
        if entry.symbol is None and node.slope is None:
            return self(entry.pieces(node.arguments, node.options)[0])
        if entry.symbol == "abs":
            name = Letter(Glyph("sign"))
            return Absolute(arguments[0]) if node.slope is None else Applied(name, arguments)
        unit = dict(node.options).get("unit")
        head = self.head(node.function, _own(node), "" if unit is None else str(unit + 1))
        return Applied(head, arguments, node.slope is not None)

    def _function_glyphs(self) -> list[Glyph]:
        """Return what names must not look like: functions, e and pi."""
        symbols = [FUNCTIONS[name].symbol or name for name, _ in self.functions]
        return [Glyph(one) for one in (*symbols, "e", "pi", "ln", "erf", "sign")]


def _stacked(factors: tuple[Expression, ...]) -> bool:
    """Say whether a numerator is a product with a fraction in it, and something else after it."""
    kinds = [isinstance(one, Quotient) for one in factors]
    return any(kinds[1:]) and not all(kinds[1:]) and not kinds[0]


def _on_one_line(exponent: Expression) -> Expression:
    match exponent:
        case Quotient(above, below):
            return Ratio(above, below)
        case Negative(operand):
            return Negative(_on_one_line(operand))
    return exponent


# The functions that no table has, and how they look with arguments that are displayed already.
ELEMENTARY: dict[str, Callable[[tuple[Expression, ...]], Expression]] = {
    "exp": lambda arguments: Raised(Letter(Glyph("e")), _on_one_line(arguments[0])),
    "sqrt": lambda arguments: Root(arguments[0]),
    "log": lambda arguments: Applied(Letter(Glyph("ln")), arguments),
    "erf": lambda arguments: Applied(Letter(Glyph("erf")), arguments),
}


def number(value: Fraction) -> Expression:
    """Return a number of a formula: whole, a half, a short decimal, or a fraction."""
    if value < 0:
        return Negative(number(-value))
    short = exact_decimal(value)
    if (value.denominator == 1 and value < 10**6) or value == HALF or short is None:
        return Number(value)
    return Decimal(short.digits, short.exponent)


def _functions(nodes: Iterable[Expression]) -> tuple[Key, ...]:
    """Return the functions of the tables that occur, with their options, in order."""
    found: dict[Key, None] = {}
    for node in nodes:
        for one in walk(node):
            if isinstance(one, Call) and one.function in FUNCTIONS:
                found[one.function, _own(one)] = None
    return tuple(found)


def _own(node: Call) -> Options:
    """Return a call's options without the unit a layer's function is asked for."""
    return tuple(one for one in node.options if one[0] != "unit")
