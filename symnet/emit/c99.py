"""Bodies of functions in C99: results are written into arrays that the caller owns.

In: Routine, Block. Out: lines of C.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain

from symnet.emit.braces import Body, Loops, Words, training
from symnet.emit.clang_format import statement
from symnet.emit.in_place import read_in_place, stores
from symnet.emit.layout import STEP, Lines, mentions
from symnet.emit.options import Precision
from symnet.emit.precision import float32_digits
from symnet.emit.printing import Printer, Syntax, nearest_float
from symnet.emit.routines import Routine, moves
from symnet.emit.statements import (
    Block,
    Make,
    Put,
    Statement,
    adds_to,
    changed,
    each,
    without_unread,
)
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import ZERO, Comparison, Expression, names

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


def words(real: str) -> Words:
    """Say how C declares; ``real``: the type of all numbers."""
    return Words(
        constant=f"const {real} ",
        variable=f"{real} ",
        make=f"{real} {{name}}[{{size}}];",
        loop="for (size_t {index} = {start}; {index} < {stop}; {index}++) {{",
        results=("", ""),
        ending="",
        pair="",
        step=len(STEP),
    )


class Flat:
    """Writes a statement in one line; `fitted` breaks those that are too long."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer

    def assigned(self, opening: str, value: Expression, depth: int) -> Lines:
        """Write an assignment."""
        return (f"{opening} {self.printer.text(value)};",)

    def returned(self, value: Expression, depth: int) -> Lines:
        """Return one number."""
        return (f"return {self.printer.text(value)};",)

    def listed(
        self, opening: str, items: Sequence[Expression], depth: int, closing: str = ""
    ) -> Lines:
        """Refuse: C returns no lists."""
        raise NotImplementedError

    def tested(self, test: Comparison, holds: bool, depth: int) -> Lines:
        """Write the head of an `if`; not ``holds``: for where the test does not."""
        text = self.printer.text(test)
        return (f"if ({text}) {{" if holds else f"if (!({text})) {{",)


class InPlace(Body):
    """Writes the bodies of functions whose results go into arrays; ``target``: the array."""

    def __init__(self, printer: Printer, real: str, target: str = "") -> None:
        super().__init__(printer, Flat(printer), words(real))
        self.target = target

    def function(self, routine: Routine, depth: int = 1) -> Lines:
        """Write a function; of its arguments' entries only those that it uses."""
        used = routine.nodes if self.target or routine.number else read_in_place(routine)
        lines = (*self.reads(routine.reads, used), *self.computed(routine, depth))
        last = self.number if routine.number else self.lists
        return fitted((*lines, *last(routine, depth)))

    def lists(self, routine: Routine, depth: int) -> Lines:
        """Write results into their arrays; an update reads all old values before the first."""
        if self.target:
            return tuple(self._stores(self.target, routine.results[0]))
        old = dict(routine.reads)
        groups = zip(("params", "state"), routine.results, strict=False)
        return tuple(
            line for name, group in groups for line in self._stores(name, group, old[name])
        )

    def _stores(
        self, target: str, values: Sequence[Expression], old: Sequence[str] = ()
    ) -> Iterator[str]:
        """Write values into an array, except for those that stand there already."""
        for position, value in stores(values, old):
            yield f"{target}[{position}] = {self.printer.text(value)};"

    def training(self, routine: Routine, online: bool) -> dict[str, Lines]:
        """Write a loop of updates that keeps what it uses of parameters and state in variables."""
        moved = {old for old, _ in moves(routine)}
        used = {name for node in read_in_place(routine) for name in names(node)} | moved
        arrays = [group for group in routine.reads if group[0] in ("params", "state")]
        places = {name: f"{array}[{k}]" for array, all_ in arrays for k, name in enumerate(all_)}
        parts = training(routine, self, online)
        return {
            "kept": tuple(
                f"{self.words.variable if name in moved else self.words.constant}"
                f"{self.called(name)} = {place};"
                for name, place in places.items()
                if name in used
            ),
            "sample": parts["sample"],
            "step": fitted(parts["step"], 2),
            "moved": parts["moved"],
            "stores": tuple(
                f"{place} = {self.called(name)};" for name, place in places.items() if name in moved
            ),
        }

    def results(self, groups: Sequence[Sequence[Expression]], depth: int) -> Lines:
        """Return nothing."""
        return ()


def looped(block: Block, printer: Printer, real: str, target: str = "") -> Lines:
    """Write a function made of loops; ``target``: the list that is an argument already."""
    kept = without_unread(block.statements, block.results)
    statements = tuple(_zeroed(kept, target))
    loops = Loops(printer, Flat(printer), words(real))
    if target or not block.results:
        loops.changed = changed(statements)
        return fitted(loops.written(statements, 1))
    return fitted(loops.function(Block(statements, block.results)))


def _zeroed(statements: Sequence[Statement], given: str) -> Iterator[Statement]:
    """Yield statements with zeros put into lists that are added to; ``given``: one not to make."""
    for one in statements:
        if not isinstance(one, Make) or one.name != given:
            yield one
        if isinstance(one, Make) and adds_to(statements, one.name):
            yield each("k", one.size, Put(f"{one.name}[k]", ZERO))


def fitted(lines: Iterable[str], steps: int = 1) -> Lines:
    """Break what is too long for a line so many steps in."""
    return tuple(chain.from_iterable(statement(line, steps * len(STEP)) for line in lines))


def ignored(arguments: Iterable[str], lines: Lines) -> Lines:
    """Return the lines that tell a compiler which arguments a function has no use for."""
    return tuple(f"(void){one};" for one in arguments if not mentions(lines, one))


def syntax(precision: Precision) -> Syntax:
    """Return how expressions are written."""
    single = precision == "single"
    return Syntax(
        choice=("{test}", "? {then}", ": {otherwise}"),
        functions={name: called + "f" * single for name, called in ELEMENTARY.items()},
        number=_single if single else nearest_float,
        chained=False,
    )


def _single(value: Fraction) -> str:
    return f"{float32_digits(value)}f"
