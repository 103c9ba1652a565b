"""Expressions and statements of JavaScript, laid out as prettier does without options.

In: Expression. Out: lines.

Prettier is the formatter most JavaScript is written with; a file that follows it stays the same in
whatever project it lands in. The comments name the rule where one would not be guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from symnet.emit.groups import (
    NOTHING,
    SPACE,
    Broken,
    Fill,
    Group,
    Indent,
    Text,
    grouped,
    joined,
)
from symnet.model.evaluation import FLOAT
from symnet.model.expression import (
    Call,
    Comparison,
    Expression,
    Negative,
    Number,
    Pi,
    Product,
    Quotient,
    Select,
    Sum,
    Symbol,
)

WIDTH, STEP = 80, 2
BINARY = Sum | Product | Quotient | Comparison
Lines = tuple[str, ...]
Values = Sequence[Fraction] | Sequence[float]


def literal(value: Fraction | float) -> str:
    """Write the float64 nearest to ``value`` as JavaScript writes it: 2, 0.5, 1e-7, -0, NaN."""
    if value != value:
        return "NaN"
    mantissa, _, exponent = _digits(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _digits(value: float) -> str:
    """Return the shortest decimals, or one more where the number lies half way between two.

    There JavaScript's own toPrecision rounds up and Python down: a linter would see a loss.
    """
    text, exact = repr(value), Decimal(value)
    shown = Decimal(text)
    last = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return str(exact) if 2 * abs(exact - shown) == last else text


class Formatter:
    """Writes expressions, given what variables and elementary functions are called."""

    def __init__(self, functions: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.functions = functions
        self.names = names

    def assigned(self, opening: str, value: Expression, depth: int, closing: str = ";") -> Lines:
        """Write ``opening`` such as `const a =`, and its value behind it or in the next line."""
        text: Text = (" ", self._text(value))
        if isinstance(value, BINARY):
            text = Group(Indent((SPACE, Group(self._operands(value)))))
        elif isinstance(value, Select):
            text = Group(Indent((SPACE, self._text(value))))
        return self._lines((Group((opening, text)), closing), depth)

    def returned(self, value: Expression, depth: int) -> Lines:
        """Write `return` and a value; operators that break do so inside of brackets."""
        text = self._argument(value)
        if isinstance(value, BINARY):
            inside = (Indent((NOTHING, Group(self._operands(value)))), NOTHING)
            text = Group((Broken("("), *inside, Broken(")")))
        return self._lines(("return ", text, ";"), depth)

    def listed(
        self, opening: str, items: Iterable[Expression], depth: int, closing: str = "];"
    ) -> Lines:
        """Write a list of values behind ``opening``, which ends in a bracket."""
        return listed(opening, [self._text(one) for one in items], depth, closing)

    def tested(self, test: Comparison, holds: bool, depth: int) -> Lines:
        """Write the head of an `if`; not ``holds``: for where the test does not."""
        inside: Text = Group(self._operands(test))
        if not holds:
            inside = ("!(", Group((Indent((NOTHING, inside)), NOTHING)), ")")
        return self._lines((Group(("if (", Indent((NOTHING, inside)), NOTHING, ")")), " {"), depth)

    def _lines(self, text: Text, depth: int) -> Lines:
        return grouped(text, WIDTH, STEP, STEP * depth)

    def _argument(self, node: Expression) -> Text:
        """Write what is returned, or given to a function: there a choice indents its operators."""
        return Group(self._choice(node, False)) if isinstance(node, Select) else self._text(node)

    def _text(self, node: Expression, indented: bool = True, inside: bool = False) -> Text:
        """Write ``node``.

        ``indented``: operators go one step in where they break. ``inside``: of another operator.
        """
        match node:
            case Symbol(name):
                return self.names.get(name, name)
            case Number(value):
                return literal(value)
            case Pi():
                return literal(Fraction(FLOAT.pi))
            case Negative(operand):
                return self._negative(operand)
            case Call(function, arguments):
                given = joined(tuple(map(self._argument, arguments)), (",", SPACE))
                head = f"{self.functions[function]}("
                return Group((head, Indent((NOTHING, *given)), Broken(","), NOTHING, ")"))
            case Select():
                return Group(self._choice(node))
        first, *others = self._operands(node, inside)
        return Group((first, Indent(tuple(others))) if indented else (first, *others))

    def _negative(self, operand: Expression) -> Text:
        if isinstance(operand, BINARY):
            return ("-(", Group((Indent((NOTHING, *self._operands(operand))), NOTHING)), ")")
        text = self._text(operand)
        return ("-(", text, ")") if _signed(operand) or isinstance(operand, Select) else ("-", text)

    def _choice(self, node: Select, flush: bool = True, nested: bool = False) -> Text:
        """Write a choice; one behind the last colon breaks if this one does.

        ``flush``: its operators are not indented further. ``nested``: it stands behind a colon.
        """
        test = self._text(node.test, not flush)
        then = self._text(node.then, not flush)
        other = node.otherwise
        last: Text = Indent(self._text(other, not flush))
        if isinstance(other, Select):
            last = self._choice(other, nested=True)
        if nested:
            test = Indent(self._text(node.test))
        return (test, Indent((SPACE, "? ", Indent(then), SPACE, ": ", last)))

    def _operands(self, node: Expression, inside: bool = False) -> tuple[Text, ...]:
        """Write operands and operators side by side, with a place to break behind an operator."""
        match node:
            case Sum(terms):
                pieces = [_term(term) for term in terms[1:]]
                return self._chain(node, terms[0], pieces, Sum, inside)
            case Product(factors):
                return self._chain(
                    node, factors[0], [("*", one) for one in factors[1:]], Product, inside
                )
            case Quotient(numerator, denominator):
                return self._chain(node, numerator, [("/", denominator)], Quotient, inside)
            case Comparison(left, operator, right):
                return self._chain(node, left, [(operator, right)], Comparison, inside)
        return (self._text(node),)

    def _chain(
        self,
        node: Expression,
        first: Expression,
        others: Sequence[tuple[str, Expression]],
        kind: type,
        inside: bool,
    ) -> tuple[Text, ...]:
        texts: tuple[Text, ...] = (self._operand(first, node, first=True),)
        if isinstance(first, kind):
            texts = self._operands(first, inside=True)
        for operator, operand in others:
            texts += (f" {operator}", SPACE, self._operand(operand, node))
        simple = not any(isinstance(one, BINARY) for one in (first, others[0][1]))
        alone = simple and not inside and len(others) == 1
        return (texts[0], Group(texts[1:])) if alone else texts

    def _operand(self, node: Expression, outer: Expression, first: bool = False) -> Text:
        text = self._text(node, inside=True)
        return ("(", text, ")") if _bracketed(node, outer, first) else text


def _term(term: Expression) -> tuple[str, Expression]:
    return ("-", term.operand) if isinstance(term, Negative) else ("+", term)


def _signed(node: Expression) -> bool:
    return isinstance(node, Negative) or (isinstance(node, Number) and node.value < 0)


def _bracketed(node: Expression, outer: Expression, first: bool) -> bool:
    """Say whether prettier puts an operand into brackets: also where `*` meets `/`."""
    if isinstance(node, Select | Comparison):
        return True
    if isinstance(node, Sum):
        return not isinstance(outer, Comparison) and not (first and isinstance(outer, Sum))
    if isinstance(node, Product | Quotient) and isinstance(outer, Product | Quotient):
        return not first or type(node) is not type(outer)
    return False


def listed(opening: str, items: Sequence[Text], depth: int, closing: str = "];") -> Lines:
    """Write a list on one line, else an item a line."""
    return grouped(_list(opening, items, closing), WIDTH, STEP, STEP * depth)


def statement(text: Text) -> Lines:
    """Write a statement that starts at the margin."""
    return grouped(text, WIDTH, STEP)


def record(entries: Iterable[tuple[str, Text]]) -> Text:
    """Write an object, always with an entry a line, as prettier leaves one that starts so."""
    parts = tuple((f"{name}: ", text, ",") for name, text in entries)
    return Group(("{", Indent((NOTHING, *joined(parts, (NOTHING,)))), NOTHING, "}"), always=True)


def records(opening: str, items: Sequence[Text], closing: str = "];") -> Text:
    """Write a list of objects."""
    return _list(opening, items, closing, always=True)


def rows(table: Sequence[Values], opening: str = "[", closing: str = "]") -> Text:
    """Write a list of lists of numbers; a row a line where rows have several."""
    several = len(table) > 1 and all(len(row) > 1 for row in table)
    return _list(opening, [numbers(row) for row in table], closing, always=several)


def numbers(values: Values, opening: str = "[", closing: str = "]") -> Text:
    """Write a list of numbers on as few lines as they need; NaN is a word, each on a line."""
    texts = [literal(value) for value in values]
    if len(texts) < 2 or "NaN" in texts:
        return _list(opening, texts, closing)
    pieces = Fill((*(f"{one}," for one in texts[:-1]), texts[-1]), last=",")
    return Group((opening, Indent((NOTHING, pieces)), NOTHING, closing))


def _list(opening: str, items: Sequence[Text], closing: str, always: bool = False) -> Text:
    if not items:
        return opening + closing
    inside = (NOTHING, *joined(tuple(items), (",", SPACE)))
    return Group((opening, Indent(inside), Broken(","), NOTHING, closing), always)
