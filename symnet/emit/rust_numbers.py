"""The type of all numbers in a Rust module, and how they are written.

In: Precision, numbers. Out: text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.emit.options import Precision
from symnet.emit.precision import float32_digits
from symnet.emit.printing import nearest_float


@dataclass(frozen=True, slots=True)
class Real:
    """A type; ``digits``: the literal of a rational, which always has a point or an exponent."""

    name: str
    bytes: int
    digits: Callable[[Fraction], str]

    def __str__(self) -> str:
        return self.name

    def literal(self, value: Fraction | float) -> str:
        """Write a number, a zero with its sign, or NaN."""
        if value != value:
            return f"{self}::NAN"
        return self.digits(Fraction(value)) if value else repr(float(value))


DOUBLE = Real("f64", 8, nearest_float)
REALS: dict[Precision, Real] = {"double": DOUBLE, "single": Real("f32", 4, float32_digits)}
