"""Bodies of functions in C99 that are made of loops.

In: Block. Out: lines of C.
"""

from collections.abc import Iterable, Iterator

from symnet.emit.clang_format import assigned, returned
from symnet.emit.layout import STEP, Lines
from symnet.emit.printing import Printer
from symnet.emit.statements import (
    Block,
    Loop,
    Make,
    Note,
    Put,
    Statement,
    adds_to,
    changed,
    each,
    without_unread,
)
from symnet.model.expression import ZERO

INDEX = "k"


class Loops:
    """Writes functions made of loops; ``real``: the type of all numbers."""

    def __init__(self, printer: Printer, real: str) -> None:
        self.printer = printer
        self.real = real

    def function(self, block: Block, target: str = "") -> Lines:
        """Write a function that returns a number, or whose result is the argument ``target``."""
        statements = without_unread(block.statements, block.results)
        scope = _Scope(self.printer, self.real, changed(statements), target)
        lines = tuple(scope.written(_zeroed(statements), ""))
        if target or not block.results:
            return lines
        return (*lines, *returned(self.printer.pieces(block.results[0]), len(STEP)))


def _zeroed(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements with zeros put into lists that are added to."""
    statements = tuple(statements)
    for one in statements:
        yield one
        if isinstance(one, Make) and adds_to(statements, one.name):
            yield each(INDEX, one.size, Put(f"{one.name}[{INDEX}]", ZERO))


class _Scope:
    """Writes statements; ``changing``: the variables that get another value later."""

    def __init__(self, printer: Printer, real: str, changing: frozenset[str], given: str) -> None:
        self.printer = printer
        self.real = real
        self.changing = changing
        self.given = given

    def written(self, statements: Iterable[Statement], margin: str) -> Iterator[str]:
        """Write ``statements`` line by line."""
        declared = set[str]()
        for one in statements:
            match one:
                case Make(name, size):
                    if name != self.given:
                        yield f"{margin}{self.real} {name}[{size}];"
                case Put():
                    yield from (margin + line for line in self._put(one, margin, declared))
                case Loop(index, start, stop, body):
                    head = f"size_t {index} = {start}; {index} < {stop}; {index}++"
                    yield f"{margin}for ({head}) {{"
                    yield from self.written(body, margin + STEP)
                    yield f"{margin}}}"
                case Note(text):
                    yield f"{margin}// {text}"

    def _put(self, put: Put, margin: str, declared: set[str]) -> Lines:
        kind = ""
        if put.new and put.target not in declared:
            kind = f"{self.real} " if put.target in self.changing else f"const {self.real} "
            declared.add(put.target)
        said = self.printer.remark(put.equation or put.target.partition("[")[0])
        return assigned(
            f"{kind}{put.target} {'+=' if put.add else '='}",
            self.printer.pieces(put.value),
            len(STEP + margin),
            comment=f" // {said}" if said else "",
        )
