"""The colours of what is derived once and then reused: legible on white, told apart in grey.

In: marks. Out: a colour for each.
"""

from collections.abc import Sequence

SHARED = ("#1B5E9E", "#A8431A", "#1E7145", "#8A2A75", "#7A5C00", "#A3213B")


def colours(marks: Sequence[str]) -> dict[str, str]:
    """Return a colour for every mark; with more marks than colours they come again."""
    return {mark: SHARED[place % len(SHARED)] for place, mark in enumerate(marks)}
