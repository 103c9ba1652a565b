"""What every printer of mathematics has in common: brackets, and what stands between factors.

In: Expression, displayed. Out: whatever the format makes of it.

A format fills in the primitives (a fraction, a letter, a sign); nothing else is left to decide.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from symnet.document.brackets import ATOM, FACTORS, LOOSE, joint, tall, tightness
from symnet.document.mathematics import (
    Absolute,
    Applied,
    Between,
    BigSum,
    Cases,
    Continued,
    Decimal,
    Dots,
    Entrywise,
    Equalities,
    Letter,
    Listed,
    Marked,
    OfSample,
    OneBracket,
    Partial,
    Raised,
    Ratio,
    Root,
    Underbraced,
    Words,
)
from symnet.model.expression import (
    Comparison,
    Expression,
    Negative,
    Number,
    Pi,
    Product,
    Quotient,
    Sum,
)
from symnet.model.glyphs import Glyph

T = TypeVar("T")
LOGARITHM = Glyph("ln")


class Printer(ABC, Generic[T]):
    """Print an expression by its kind; the abstract methods are what a format has to know."""

    @abstractmethod
    def row(self, parts: Sequence[T]) -> T:
        """Set parts side by side."""

    @abstractmethod
    def letter(self, glyph: Glyph, sample: T | None = None) -> T:
        """Set a symbol, with the sample it belongs to above it."""

    @abstractmethod
    def digits(self, text: str, exponent: int) -> T:
        """Set a decimal number, perhaps signed, times a power of ten."""

    @abstractmethod
    def sign(self, kind: str) -> T:
        """Set a sign: + - * / < <= > >= = ~ <- -> , ( ) or ``neg``, ``entrywise``, ``thin``."""

    @abstractmethod
    def brackets(self, inside: T, tall: bool) -> T:
        """Put round brackets around something."""

    @abstractmethod
    def bars(self, inside: T, tall: bool) -> T:
        """Put bars around something."""

    @abstractmethod
    def fraction(self, above: T, below: T) -> T:
        """Set one thing over another."""

    @abstractmethod
    def partial(self, of: T, by: T) -> T:
        """Set a partial derivative."""

    @abstractmethod
    def raised(self, base: T, exponent: T) -> T:
        """Set an exponent."""

    @abstractmethod
    def root(self, inside: T) -> T:
        """Set a square root."""

    @abstractmethod
    def function(self, glyph: Glyph, primed: bool) -> T:
        """Set the name of a function, or of its derivative."""

    @abstractmethod
    def underbrace(self, inside: T, label: T) -> T:
        """Set a brace with a label under something."""

    @abstractmethod
    def marked(self, inside: T, mark: str) -> T:
        """Give something the colour of ``mark``."""

    @abstractmethod
    def cases(self, rows: Sequence[tuple[T, T]]) -> T:
        """Set values with their conditions, behind one brace."""

    @abstractmethod
    def big_sum(self, inside: T, index: T, last: T) -> T:
        """Set a sum over an index from 1 to ``last``."""

    @abstractmethod
    def words(self, text: str) -> T:
        """Set text inside mathematics."""

    @abstractmethod
    def dots(self) -> T:
        """Set the dots of something left out."""

    def show(self, node: Expression) -> T:
        """Print ``node``.

        Raises:
            TypeError: there is no way to display this kind of node.
        """
        show = getattr(self, f"show_{type(node).__name__.lower()}", None)
        if show is None:
            raise TypeError(f"{type(node).__name__} cannot be displayed")
        result: T = show(node)
        return result

    def show_letter(self, node: Letter) -> T:
        """Print a symbol."""
        return self.letter(node.glyph)

    def show_ofsample(self, node: OfSample) -> T:
        """Print a symbol of one sample; the colour of a shared one stays."""
        if isinstance(node.inside, Marked):
            inside = self.show_ofsample(OfSample(node.inside.inside, node.sample))
            return self.marked(inside, node.inside.mark)
        if not isinstance(node.inside, Letter):
            raise TypeError("only a symbol can belong to a sample")
        return self.letter(node.inside.glyph, self.show(node.sample))

    def show_decimal(self, node: Decimal) -> T:
        """Print a decimal number."""
        return self.digits(node.digits, node.exponent)

    def show_number(self, node: Number) -> T:
        """Print a whole number, or a fraction of two."""
        top, bottom = node.value.numerator, node.value.denominator
        if bottom == 1:
            return self.digits(str(top), 0)
        over = self.fraction(self.digits(str(abs(top)), 0), self.digits(str(bottom), 0))
        return over if top > 0 else self.row((self.sign("neg"), over))

    def show_pi(self, node: Pi) -> T:
        """Print the circle constant."""
        return self.letter(Glyph("pi"))

    def show_words(self, node: Words) -> T:
        """Print text."""
        return self.words(node.text)

    def show_dots(self, node: Dots) -> T:
        """Print dots."""
        return self.dots()

    def show_sum(self, node: Sum) -> T:
        """Print terms, a subtracted one with its minus sign."""
        first = node.terms[0]
        shown = [self._within(first, isinstance(first, Sum))]
        for term in node.terms[1:]:
            shown += self._term(term)
        return self.row(shown)

    def _term(self, term: Expression) -> list[T]:
        """Print a term that is not the first, with its sign."""
        minus = isinstance(term, Negative)
        operand = term.operand if isinstance(term, Negative) else term
        sign = self.sign("-" if minus else "+")
        return [sign, self.operand(operand)]

    def operand(self, node: Expression) -> T:
        """Print a part of a sum or product, in brackets if it would fall apart."""
        return self._within(node, tightness(node) == LOOSE)

    def show_product(self, node: Product) -> T:
        """Print factors, with a dot between them only where numbers would run together."""
        factors = node.factors
        between = [joint(left, right) for left, right in itertools.pairwise(factors)]
        if between.count("thin") > 1:  # then everything gets air, but for a number in front
            between = [one or "thin" * (k > 0) for k, one in enumerate(between)]
        shown = [self._factor(factors[0], len(factors) == 1)]
        for sign, right in zip(between, factors[1:], strict=True):
            shown += [self.sign(sign)] if sign else []
            shown.append(self._factor(right, right is factors[-1]))
        return self.row(shown)

    def _factor(self, node: Expression, last: bool) -> T:
        greedy = isinstance(node, BigSum) and not last
        return self._within(node, True) if greedy else self.operand(node)

    def show_entrywise(self, node: Entrywise) -> T:
        """Print factors with the sign of the entrywise product; a matrix product is bracketed."""
        shown: list[T] = []
        for factor in node.factors:
            shown += [self.sign("entrywise")] if shown else []
            multiple = isinstance(factor, Product) and isinstance(factor.factors[0], Number)
            bracketed = tightness(factor) <= FACTORS and not multiple
            shown.append(self._within(factor, bracketed))
        return self.row(shown)

    def show_negative(self, node: Negative) -> T:
        """Print a minus sign and its operand."""
        return self.row((self.sign("neg"), self.operand(node.operand)))

    def show_quotient(self, node: Quotient) -> T:
        """Print a fraction."""
        return self.fraction(self.show(node.numerator), self.show(node.denominator))

    def show_raised(self, node: Raised) -> T:
        """Print a power; a function's exponent stands before its arguments."""
        base, exponent = node.base, self.show(node.exponent)
        if isinstance(base, Applied) and not base.primed:
            name = self.raised(self.function(base.function.glyph, False), exponent)
            return self.row((name, self._arguments(base.arguments)))
        indexed = isinstance(base, Letter) and bool(base.glyph.above)
        return self.raised(self._within(base, tightness(base) != ATOM or indexed), exponent)

    def show_ratio(self, node: Ratio) -> T:
        """Print a quotient on one line."""
        above = self.operand(node.above)
        below = self._within(node.below, tightness(node.below) <= FACTORS)
        return self.row((above, self.sign("/"), below))

    def show_root(self, node: Root) -> T:
        """Print a square root."""
        return self.root(self.show(node.inside))

    def show_absolute(self, node: Absolute) -> T:
        """Print an absolute value."""
        return self.bars(self.show(node.inside), tall(node.inside))

    def show_applied(self, node: Applied) -> T:
        """Print a function and its arguments; the logarithm of a symbol needs no brackets."""
        name = self.function(node.function.glyph, node.primed)
        first = node.arguments[0]
        if node.function.glyph == LOGARITHM and isinstance(first, Letter):
            return self.row((name, self.sign("thin"), self.show(first)))
        return self.row((name, self._arguments(node.arguments)))

    def _arguments(self, arguments: tuple[Expression, ...]) -> T:
        shown = [self.show(arguments[0])]
        for argument in arguments[1:]:
            shown += [self.sign(","), self.show(argument)]
        return self.brackets(self.row(shown), any(map(tall, arguments)))

    def show_partial(self, node: Partial) -> T:
        """Print a partial derivative."""
        return self.partial(self.show(node.of), self.show(node.by))

    def show_underbraced(self, node: Underbraced) -> T:
        """Print something and what it is equal to under it."""
        return self.underbrace(self.show(node.inside), self.show(node.label))

    def show_marked(self, node: Marked) -> T:
        """Print something in its colour."""
        return self.marked(self.show(node.inside), node.mark)

    def show_cases(self, node: Cases) -> T:
        """Print values and conditions."""
        return self.cases([(self.show(value), self.show(when)) for value, when in node.rows])

    def show_comparison(self, node: Comparison) -> T:
        """Print a comparison."""
        return self.row((self.show(node.left), self.sign(node.operator), self.show(node.right)))

    def show_between(self, node: Between) -> T:
        """Print a condition with two bounds."""
        low, middle, high = map(self.show, node.parts)
        return self.row((low, self.sign("<"), middle, self.sign("<="), high))

    def show_bigsum(self, node: BigSum) -> T:
        """Print a sum over an index; what has several terms of its own is bracketed."""
        inside = self._within(node.inside, tightness(node.inside) == LOOSE)
        return self.big_sum(inside, self.show(node.index), self.show(node.last))

    def show_listed(self, node: Listed) -> T:
        """Print formulas one after the other."""
        shown = [self.show(node.items[0])]
        for item in node.items[1:]:
            shown += [self.sign("->" if node.arrows else ",,"), self.show(item)]
        return self.row(shown)

    def show_equalities(self, node: Equalities) -> T:
        """Print a chain on one line."""
        shown = [self.show(node.left)]
        for relation, right in node.steps:
            shown += [self.sign(relation), self.show(right)]
        return self.row(shown)

    def show_onebracket(self, node: OneBracket) -> T:
        """Print a sum whose other bracket stands on another line."""
        shown = self.show(node.inside)
        return self.row((self.sign("("), shown) if node.opens else (shown, self.sign(")")))

    def show_continued(self, node: Continued) -> T:
        """Print the rest of a sum or product, with the sign that leads on."""
        rest = node.rest
        if isinstance(rest, OneBracket):
            return self.row((self.show_continued(Continued(rest.inside)), self.sign(")")))
        if isinstance(rest, Sum):
            return self.row([one for term in rest.terms for one in self._term(term)])
        return self.row((self.sign("*"), self.operand(rest)))

    def _within(self, node: Expression, bracketed: bool) -> T:
        shown = self.show(node)
        return self.brackets(shown, tall(node)) if bracketed else shown
