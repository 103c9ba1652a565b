"""Two programs timed against each other in one process, by turns: what a ratio is made of.

In: callables. Out: ratios, and seconds a call.
"""

import time
from collections.abc import Callable
from itertools import repeat
from statistics import median

Action = Callable[[], object]


def seconds(action: Action, calls: int) -> float:
    """Return the processor's time for one call, in all threads, on average over so many."""
    start = time.process_time()
    for _ in repeat(None, calls):
        action()
    return (time.process_time() - start) / calls


def calls_for(action: Action, budget: float) -> int:
    """Return how many calls take about ``budget`` seconds."""
    calls = 1
    while (spent := seconds(action, calls) * calls) < budget / 4:
        calls *= 2 if spent == 0 else max(2, min(64, int(budget / 4 / spent)))
    return max(1, int(calls * budget / spent))


def against(reference: Action, other: Action, rounds: int, budget: float) -> tuple[float, float]:
    """Return how many times as long ``other`` takes as ``reference``, and its seconds a call.

    Each round times both, one right after the other and in changing order; the ratio is the median
    over the rounds, so that what else the machine does in between counts for neither.
    """
    first, second = calls_for(reference, budget), calls_for(other, budget)
    ratios, times = [], []
    for number in range(rounds):
        if number % 2:
            mine, theirs = seconds(other, second), seconds(reference, first)
        else:
            theirs, mine = seconds(reference, first), seconds(other, second)
        ratios.append(mine / theirs)
        times.append(mine)
    return median(ratios), min(times)
