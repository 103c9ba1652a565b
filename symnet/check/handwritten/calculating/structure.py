"""The domain of names: only what moves cells about can be calculated.

In: Known. Out: Structure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symnet.check.handwritten.formula import (
    Known,
)


class Structure:
    """The domain of names: only what moves cells about can be calculated."""

    functions: Mapping[str, Callable[..., Any]] = {}

    def number(self, value: float | Fraction) -> Any:
        """Refuse numbers."""
        raise TypeError

    def compare(self, left: Any, operator: str, right: Any) -> Any:
        """Refuse comparisons."""
        raise TypeError

    def select(self, test: Any, then: Any, otherwise: Any) -> Any:
        """Refuse choices."""
        raise TypeError

    def power(self, base: Any, exponent: Any) -> Any:
        """Refuse powers."""
        raise TypeError

    def largest(self, values: tuple[Any, ...]) -> Any:
        """Refuse maxima."""
        raise TypeError


def named(known: Known) -> Any:
    return known
