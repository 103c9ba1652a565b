"""Work done side by side, in processes of their own.

In: a function and what to call it with. Out: what it returns, in the order in which that is done.

A module of its own, since what starts processes takes a third as long to load as all that a command
needs that finds nothing to do.
"""

import concurrent.futures
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from symnet.collector import collect_seldom

T = TypeVar("T")


def results(work: Callable[[str], T], names: Sequence[str], processes: int) -> Iterator[T]:
    """Yield the result for every name as soon as it is there."""
    # A forked process would inherit locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        min(processes, len(names)), context, collect_seldom
    ) as pool:
        for one in concurrent.futures.as_completed([pool.submit(work, name) for name in names]):
            yield one.result()
