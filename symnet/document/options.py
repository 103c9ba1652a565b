"""How documents are to be made, where there is a choice.

In: words of a command line. Out: Options.
"""

from dataclasses import dataclass, fields
from typing import Literal

Engine = Literal["typst", "latex"]


@dataclass(frozen=True, slots=True)
class Options:
    """``engine``: what makes the PDF."""

    engine: Engine = "typst"

    def __str__(self) -> str:
        """Name every choice, so that another choice is another build."""
        return " ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))


USUAL = Options()
