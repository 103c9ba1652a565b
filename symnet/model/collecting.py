"""Python's search for cycles, left out where there is nothing for it to find.

In: a function. Out: the same, which makes its trees undisturbed.

Expressions and programs have no cycles, and a wide network has hundreds of thousands of nodes,
which the collector would walk through again and again while they are made. A file that is checked
leaves a few behind, to be found afterwards.
"""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


def uncollected(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """Let ``function`` run without the collector, and have it back afterwards."""

    @wraps(function)
    def undisturbed(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        on = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if on:
                gc.enable()

    return undisturbed
