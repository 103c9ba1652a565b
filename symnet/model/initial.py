"""Initial parameter values: as given, or worked out from the file's rule.

In: Spec. Out: exact values.
"""

from fractions import Fraction
from random import Random

from symnet.model.spec import GivenValues, RuleValues, Spec


def initial_values(spec: Spec, names: tuple[str, ...]) -> tuple[Fraction, ...]:
    """Return one value for each of ``names``; empty where the file has none."""
    match spec.initial:
        case GivenValues(values):
            given = dict(values)
            return tuple(given[name] for name in names)
        case RuleValues(rule="seeded") as asked:
            return _seeded(asked, len(names))
        case RuleValues(rule="constant", value=value):
            return (value,) * len(names)
        case RuleValues():
            return (Fraction(0),) * len(names)
    return ()


def _seeded(asked: RuleValues, count: int) -> tuple[Fraction, ...]:
    """Draw with ``random()``, the only part of Random that is the same in every version."""
    draw = Random(asked.seed).random
    return tuple(asked.scale * Fraction(int(draw() * 2001) - 1000, 1000) for _ in range(count))
