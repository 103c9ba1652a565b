"""How documents are to be made, where there is a choice.

In: words of a command line. Out: Options.
"""

from dataclasses import dataclass, fields
from typing import Literal

# What `only` calls the pieces of LaTeX.
FRAGMENTS = "fragments"
# A format that a build makes only where it is asked for.
SLIDES = "slides"
Engine = Literal["typst", "latex"]
Environment = Literal["align", "equation", "none"]
Detail = Literal["brief", "full"]


@dataclass(frozen=True, slots=True)
class Options:
    """``engine``: what makes the PDF.

    Of LaTeX's pieces: ``prefix`` of their labels, the network's name if None; ``macros``: through
    commands of their own; ``env``: what stands around an equation. ``only``: what a build is to
    make, by the names of formats and targets, ``fragments`` and ``report``; all of it if empty.
    ``slides``: make slides as well. ``detail``: of documents.
    """

    engine: Engine = "typst"
    prefix: str | None = None
    macros: bool = False
    env: Environment = "align"
    only: tuple[str, ...] = ()
    slides: bool = False
    detail: Detail = "full"

    def wants(self, name: str) -> bool:
        """Say whether what is called ``name`` is to be made."""
        if name == SLIDES:
            return self.slides or name in self.only
        return not self.only or name in self.only

    def __str__(self) -> str:
        """Name every choice, so that another choice is another build."""
        return " ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))


USUAL = Options()
