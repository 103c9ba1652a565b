"""The constants of a network in C: names, values, samples and rates.

In: Spec, numbers. Out: Constant, lines of C.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, groupby

from symnet.emit.clang_format import WIDTH, table
from symnet.emit.constants import LONG, REPEATED
from symnet.emit.file_numbers import samples_and_rates
from symnet.emit.layout import STEP, Lines
from symnet.model.spec import Spec

Literal = Callable[[Fraction], str]


@dataclass(frozen=True, slots=True)
class Constant:
    """An array that the header declares; ``text``: what it holds, ``size``: how many of what."""

    text: str
    name: str
    size: str
    items: tuple[str, ...]

    @property
    def declared(self) -> str:
        """Its declaration, with a plain number where the names of the sizes are too long."""
        found = f"{self.name}[{self.size}]"
        fits = len(f"extern {found};") <= WIDTH
        return found if fits else f"{self.name}[{len(self.items)}]"

    @property
    def lines(self) -> Lines:
        """Its definition."""
        return table(f"{self.declared} = {{", self.items)


def values(
    spec: Spec, name: str, real: str, initial: Sequence[Fraction], literal: Literal
) -> Iterator[Constant]:
    """Yield the values to start from, the file's samples and its rates, as far as it has them."""

    def made(text: str, called: str, size: str, numbers: Sequence[Fraction]) -> Constant:
        return Constant(text, f"const {real} {name}_{called}", size, tuple(map(literal, numbers)))

    upper = name.upper()
    if initial:
        yield made("The parameters to start from.", "initial", f"{upper}_PARAMETERS", initial)
    sizes = {"sample_x": "INPUTS", "sample_y": "TARGETS", "rates": "RATES"}
    for one in samples_and_rates(spec):
        size = f"{upper}_{sizes[one.name]}"
        size = f"{upper}_SAMPLES * {size}" if one.several else size
        text, rows = one.text, one.rows
        if one.name == "rates" and same_rates(spec):
            text = f"The network file's learning rate, the same for each of {upper}_STEPS steps."
            rows = (rows[0][:1],)
        yield made(text, one.name, size, tuple(chain.from_iterable(rows)))


def same_rates(spec: Spec) -> bool:
    """Say whether a table of the rates would fill a board's memory with one number."""
    rates = spec.training.rates
    return len(rates) > LONG and len(set(rates)) == 1


def names(text: str, called: str, size: str, given: Sequence[str]) -> Constant:
    """Return an array of names."""
    return Constant(text, f"const char *const {called}", size, tuple(f'"{one}"' for one in given))


def filled(target: str, numbers: Sequence[Fraction], literal: Literal) -> Lines:
    """Write the statements that put numbers into an array, equal neighbours in a loop."""
    lines, start = list[str](), 0
    for text, group in groupby(map(literal, numbers)):
        stop = start + len(list(group))
        if stop - start > REPEATED:
            lines.append(f"for (size_t k = {start}; k < {stop}; k++) {{")
            lines += [f"{STEP}{target}[k] = {text};", "}"]
        else:
            lines += [f"{target}[{k}] = {text};" for k in range(start, stop)]
        start = stop
    return tuple(lines)
