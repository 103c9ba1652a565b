"""Bodies of functions in C99: results are written into arrays that the caller owns.

In: Routine, Block. Out: lines of C.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symnet.emit.clang_format import assigned, returned
from symnet.emit.layout import STEP, Lines
from symnet.emit.options import Precision
from symnet.emit.precision import float32_digits
from symnet.emit.printing import Printer, Syntax, nearest_float
from symnet.emit.routines import Reads, Routine, moves
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression, Symbol, names

# Reserved in C99 and later, or in C++, for which a header is read; and macros of <math.h>,
# <stddef.h> and of compilers in their own dialects.
KEYWORDS = frozenset(
    "auto bool break case char const constexpr continue default do double else enum extern false "
    "float for goto if inline int long nullptr register restrict return short signed sizeof static "
    "struct switch thread_local true typedef typeof union unsigned void volatile while alignas "
    "alignof static_assert asm fortran "
    "NULL INFINITY NAN HUGE HUGE_VAL HUGE_VALF HUGE_VALL MAXFLOAT DOMAIN SING OVERFLOW UNDERFLOW "
    "TLOSS PLOSS X_TLOSS math_errhandling MATH_ERRNO MATH_ERREXCEPT signgam offsetof size_t "
    "unix linux i386 arm mips sun vax near far".split()
)
REALS: dict[Precision, str] = {"double": "double", "single": "float"}
# In this order; ??/ would be a backslash to compilers that know trigraphs.
HARMLESS = (("\\", "\\\\"), ("??", "? ?"), ("*/", "* /"), ("/*", "/ *"), ("@", "\\@"))
# What <math.h> starts its constants with.
MACROS = ("M_", "FP_")


def comment_safe(text: str) -> str:
    """Make one line harmless in a comment of C, for compilers and for Doxygen."""
    for written, harmless in HARMLESS:
        text = text.replace(written, harmless)
    return text


def reserved(given: Iterable[str]) -> frozenset[str]:
    """Return what names must not be: keywords, and those of ``given`` that look like macros."""
    return KEYWORDS | {name for name in given if name.startswith(MACROS)}


class Body:
    """Writes the bodies of functions; ``real``: the type of all numbers."""

    def __init__(self, printer: Printer, real: str) -> None:
        self.printer = printer
        self.real = real

    def function(self, routine: Routine, target: str = "") -> Lines:
        """Write a function that returns a number, or writes its results into ``target``."""
        lines = (*self.reads(routine.reads, routine.nodes), *self.computed(routine))
        if routine.number:
            pieces = self.printer.pieces(routine.results[0][0])
            return (*lines, *returned(pieces, len(STEP), self.remark(routine.called)))
        return (*lines, *self.stores(target, routine.results[0]))

    def update(self, routine: Routine) -> Lines:
        """Write an update in place: every old value is read before the first new one is written."""
        lines = (*self.reads(routine.reads, routine.nodes), *self.computed(routine))
        old = dict(routine.reads)
        for name, group in zip(("params", "state"), routine.results, strict=False):
            lines += tuple(self.stores(name, group, old[name]))
        return lines

    def reads(self, reads: Reads, nodes: Iterable[Expression]) -> Iterator[str]:
        """Take out of the arguments what ``nodes`` use."""
        used = {name for node in nodes for name in names(node)}
        for argument, entries in reads:
            for position, name in enumerate(entries):
                if name in used:
                    yield f"const {self.real} {self.called(name)} = {argument}[{position}];"

    def computed(self, routine: Routine, indent: int = len(STEP)) -> Iterator[str]:
        """Write the assignments, each with its equation's number."""
        for one in routine.assignments:
            opening = f"const {self.real} {self.called(one.name)} ="
            pieces = self.printer.pieces(one.expression)
            yield from assigned(opening, pieces, indent, comment=self.remark(one.name))

    def stores(
        self, target: str, values: Sequence[Expression], old: Sequence[str] = ()
    ) -> Iterator[str]:
        """Write values into an array, except for those that stand there already."""
        for position, value in enumerate(values):
            if not (old and value == Symbol(old[position])):
                opening = f"{target}[{position}] ="
                yield from assigned(opening, self.printer.pieces(value), len(STEP))

    def training(self, routine: Routine, samples: Reads) -> "Training":
        """Write a loop of updates that keeps parameters and state in variables.

        ``samples``: which arrays hold the sample of a step.
        """
        moved = moves(routine)
        kept = tuple(group for group in routine.reads if group[0] in ("params", "state"))
        places = {name: (array, k) for array, entries in kept for k, name in enumerate(entries)}
        changing = {old for old, _ in moved}
        return Training(
            kept=tuple(self._variables(kept, changing, routine.nodes)),
            sample=tuple(self.reads(samples, routine.nodes)),
            step=tuple(self.computed(routine, 2 * len(STEP))),
            moved=tuple(f"{self.called(old)} = {self.called(new)};" for old, new in moved),
            stores=tuple(
                f"{array}[{k}] = {self.called(old)};"
                for old, (array, k) in places.items()
                if old in changing
            ),
        )

    def _variables(
        self, reads: Reads, changing: Collection[str], nodes: Iterable[Expression]
    ) -> Iterator[str]:
        used = {name for node in nodes for name in names(node)}
        for argument, entries in reads:
            for position, name in enumerate(entries):
                if name in used or name in changing:
                    kind = "" if name in changing else "const "
                    yield f"{kind}{self.real} {self.called(name)} = {argument}[{position}];"

    def called(self, name: str) -> str:
        """Return what the code calls a variable."""
        return self.printer.names.get(name, name)

    def remark(self, name: str) -> str:
        """Write the comment behind the line that computes ``name``; empty if none."""
        said = self.printer.remark(name)
        return f" // {said}" if said else ""


@dataclass(frozen=True, slots=True)
class Training:
    """A loop of updates, its lines by part.

    ``kept``: parameters and state as variables; ``sample``: what a step reads; ``step``: what it
    computes; ``moved``: new values become old ones; ``stores``: back into the arrays.
    """

    kept: Lines
    sample: Lines
    step: Lines
    moved: Lines
    stores: Lines


def ignored(arguments: Iterable[str], lines: Iterable[str]) -> Lines:
    """Return the lines that tell a compiler which arguments a function has no use for."""
    words = {word for line in lines for word in re.findall(r"\w+", line.partition("//")[0])}
    return tuple(f"(void){one};" for one in arguments if one not in words)


def syntax(precision: Precision) -> Syntax:
    """Return how expressions are written."""
    single = precision == "single"
    return Syntax(
        choice=("{test}", "? {then}", ": {otherwise}"),
        functions={name: called + "f" * single for name, called in ELEMENTARY.items()},
        number=_single if single else nearest_float,
    )


def _single(value: Fraction) -> str:
    return f"{float32_digits(value)}f"
