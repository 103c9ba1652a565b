"""The numbers printed under a file's cells, by the name they belong to.

In: Source. Out: Printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symnet.check.handwritten.formula import Binding, Formula, Reading
from symnet.check.handwritten.reading.python import Source
from symnet.check.handwritten.reading.text import Shown

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|[-+]?inf"
VALUE = rf"(?:(?:np\.)?(?:float64|int64|array|tensor)\()?(\[[\s\S]*?\]+|{NUMBER})\)?"


@dataclass(frozen=True, slots=True)
class Printed:
    """The texts of the numbers that were printed for a binding, in reading order."""

    texts: tuple[str, ...]

    def agrees(self, position: int, computed: float) -> bool:
        """Tell whether a number rounds to the digits that were printed."""
        text = self.texts[position]
        found = float(text)
        digits = len(text.partition("e")[0].partition("E")[0].partition(".")[2])
        exponent = int(re.split("[eE]", text)[1]) if re.search("[eE]", text) else 0
        unit = 10.0 ** (exponent - digits)
        if found != found or computed != computed:
            return (found != found) == (computed != computed)
        return abs(found - computed) <= max(0.5000001 * unit * (digits < 15), 1e-12 * abs(found))


def printed_numbers(source: Source) -> dict[Binding, list[Printed]]:
    """Return what was printed for each binding, in the order it was printed in."""
    found: dict[Binding, list[Printed]] = {}
    for part, cell in enumerate(source.cells):
        if not cell.output.strip():
            continue
        position = 0
        for shown in _in_cell(source, part):
            match = _pattern(shown).search(cell.output, position)
            if match is None:
                continue
            position = match.end()
            formulas = [one for one in shown.parts if isinstance(one, Formula)]
            for one, text in zip(formulas, match.groups(), strict=True):
                if isinstance(one, Reading):
                    numbers = tuple(re.findall(NUMBER, text))
                    found.setdefault(_origin(one.binding), []).append(Printed(numbers))
    return found


def _origin(binding: Binding) -> Binding:
    while binding.alias is not None:
        binding = binding.alias
    return binding


def _in_cell(source: Source, part: int) -> Iterator[Shown]:
    """Yield what a cell prints: every print, and a bare value only at its end."""
    shown = [one for one in source.text.shown if one.at.part == part]
    last = len(source.cells[part].code.rstrip().split("\n")) + source.cells[part].first - 1
    for one in shown:
        if one.parts[-1] == "\n" or one.at.end_line == last:
            yield one


def _pattern(shown: Shown) -> re.Pattern[str]:
    parts = []
    for one in shown.parts:
        if isinstance(one, Formula):
            parts.append(VALUE)
        elif one.strip():
            parts.append(r"\s*".join(map(re.escape, one.split())))
    return re.compile(r"[^\S\n]*".join(parts) or r"(?!)")
