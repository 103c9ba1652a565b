"""Fused updates in C99, whose sections write results into arrays, and their training loops.

In: Inlined. Out: lines of C.

A loop works on arrays of its own, not on a variable for every parameter: of these gcc would keep
few in registers, and move all of them about wherever sections meet.
"""

from dataclasses import dataclass

from symnet.emit.braces import Loops
from symnet.emit.braces_fused import declared, written
from symnet.emit.c99 import Flat, InPlace, fitted, words
from symnet.emit.inlined import Inlined
from symnet.emit.layout import STEP, Lines
from symnet.emit.printing import Printer
from symnet.emit.routines import Reads
from symnet.emit.sections import stored
from symnet.emit.statements import Block

# What the loop calls its arrays.
OWN = frozenset(("new_params", "new_state"))
SIZES = {"params": "PARAMETERS", "state": "STATE"}


@dataclass(frozen=True, slots=True)
class FusedInPlace:
    """Writes an update; ``sizes``: what the macros with the sizes of arrays start with."""

    one: Inlined
    printer: Printer
    real: str
    sizes: str

    def update(self) -> Lines:
        """Write the body of an update; of a batch, from its gradients."""
        return self._step(self.one.kept, self.one.given, 1)

    def training(self) -> dict[str, Lines] | None:
        """Return the parts of a training loop; none where it has to call the update."""
        if not self.one.trains:
            return None
        writer = InPlace(self.printer, self.real)
        own = "one_" if self.one.samples == "online" else ""
        kept = tuple((f"new_{array}", entries) for array, entries in self.one.kept)
        sample = tuple((own + array, entries) for array, entries in self.one.given)
        arrays = [array for array, _ in self.one.kept]
        made = [f"{self.real} new_{one}[{self._size(one)}];" for one in arrays]
        return {
            "kept": (*made, *(line for one in arrays for line in self._copy(f"new_{one}", one))),
            "sample": tuple(writer.reads(sample, Block(stored(self.one.found, kept), ()).nodes)),
            "step": self._step(kept, (), 2),
            "moved": (),
            "stores": tuple(line for one in arrays for line in self._copy(one, f"new_{one}")),
        }

    def _step(self, kept: Reads, given: Reads, depth: int) -> Lines:
        """Read what is used, and write what changes into the arrays ``kept``."""
        statements = stored(self.one.found, kept)
        writer = InPlace(self.printer, self.real)
        reads = writer.reads((*kept, *given), Block(statements, ()).nodes)
        loops = Loops(self.printer, Flat(self.printer), words(self.real))
        lines = (*reads, *written(loops, declared(statements, frozenset()), depth))
        return fitted(lines, depth)

    def _copy(self, target: str, source: str) -> Lines:
        size = self._size(target.removeprefix("new_"))
        return (
            f"for (size_t k = 0; k < {size}; k++) {{",
            f"{STEP}{target}[k] = {source}[k];",
            "}",
        )

    def _size(self, array: str) -> str:
        return f"{self.sizes}_{SIZES[array]}"
