"""Which line of which emitted file computes which equation.

In: Request, SourceFile. Out: Computed; a JSON file of them.

The lines are read back from the files, by the numbers behind them, so that the map cannot say
anything else than the code does.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from symnet import __version__
from symnet.emit.remarks import equation_numbers
from symnet.emit.request import Request
from symnet.files import SourceFile
from symnet.model.normal import fingerprint

# A comment at the end of a line of code, in any language: # (3), // (3, 8) or /* (3) */.
REMARK = re.compile(r"\s*(?!#|//|/\*)\S.*\s(?:#|//|/\*) \((\d+(?:, \d+)*)\)(?: \*/)?$")


@dataclass(frozen=True, slots=True)
class Computed:
    """One equation and one line that computes it; lines are counted from 1."""

    node: str
    equation: int
    file: str
    line: int


def computed(request: Request, files: Iterable[SourceFile]) -> Iterator[Computed]:
    """Yield every equation that a line of ``files`` computes, in the order of the lines."""
    nodes = {number: node for node, number in equation_numbers(request).items()}
    for file in files:
        for line, text in enumerate(file.text.splitlines(), 1):
            for number in numbers_behind(text):
                yield Computed(nodes[number], number, file.path, line)


def numbers_behind(line: str) -> tuple[int, ...]:
    """Return the numbers of the equations that a line of code computes; empty if none."""
    found = REMARK.match(line)
    return tuple(map(int, found[1].split(", "))) if found else ()


def source_map(request: Request, files: tuple[SourceFile, ...]) -> SourceFile:
    """Write the map of ``files`` as JSON."""
    record = {
        "symnet": __version__,
        "network": request.spec.name,
        "sha256": fingerprint(request.spec),
        "article": "matrices" if request.by_layer else "derivation",
        "lines": [asdict(one) for one in computed(request, files)],
    }
    stem = files[0].path.rpartition(".")[0]
    return SourceFile(f"{stem}.map.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")
