"""What code is asked for, where there is a choice.

In: words of a command line. Out: Options.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Form = Literal["scalar", "loops"]
Arithmetic = Literal["exact", "fused", "blas"]
Precision = Literal["double", "single"]
FORMS: tuple[Form, ...] = ("scalar", "loops")
ARITHMETICS: tuple[Arithmetic, ...] = ("exact", "fused", "blas")
PRECISIONS: tuple[Precision, ...] = ("double", "single")


@dataclass(frozen=True, slots=True)
class Options:
    """What code is asked for; None: what is usual for the network and the target.

    ``form``: a line for every unit, or loops. ``arithmetic``: in the order of the textbook,
    reassociated for fewer operations, or by whole matrices. ``templates``: a folder whose
    templates come first. ``precision``: of all numbers, float64 or float32.
    ``with_test``: a program beside the code that tests it. ``source_map``: a file beside the code
    that says which line computes which equation.
    """

    target: str = "python"
    style: str | None = None
    form: str | None = None
    arithmetic: str | None = None
    templates: Path | None = None
    with_test: bool = False
    source_map: bool = False
    precision: str | None = None


USUAL = Options()
