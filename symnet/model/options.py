"""What an option of a table entry may be: an activation's slope, an optimizer's beta.

In: nothing. Out: OptionRule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnet.model.spec import Option


def _anything(value: Fraction) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class OptionRule:
    """One option: its default, and which values are allowed, in words and as a test.

    ``words`` is empty for a numeric option; otherwise the value is one of them.
    """

    name: str
    default: Option
    wanted: str = "a number"
    allows: Callable[[Fraction], bool] = _anything
    words: tuple[str, ...] = ()


KINK = OptionRule(
    "kink",
    Fraction(0),
    "0, 0.5 or 1",
    lambda value: value in (Fraction(0), Fraction(1, 2), Fraction(1)),
)
