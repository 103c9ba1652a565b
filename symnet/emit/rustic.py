"""Bodies and heads of functions in Rust.

In: Printer, Block, Expression. Out: lines of Rust.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from symnet.emit.braces import Body, Lines, Loops, Words, remarked
from symnet.emit.braces_fused import FusedBody
from symnet.emit.elementary import ARGUMENT, Written, written_out
from symnet.emit.inlined import Inlined
from symnet.emit.printing import Printer, Syntax, functions_used
from symnet.emit.routines import Routine
from symnet.emit.rust_constants import table
from symnet.emit.rust_lists import STEP, WIDTH
from symnet.emit.rust_numbers import DOUBLE, Real
from symnet.emit.rustfmt import Formatter
from symnet.emit.statements import Block, Statement
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression

# Strict, reserved and weak keywords; what the prelude has for patterns; names the code uses.
KEYWORDS = frozenset(
    "as async await break const continue crate dyn else enum extern false fn for if impl in let "
    "loop match mod move mut pub ref return self Self static struct super trait true type unsafe "
    "use where while abstract become box do final gen macro override priv try typeof unsized "
    "virtual yield union raw None Some Ok Err f32 f64 core std".split()
)
# What std lacks; symnet writes it itself.
LACKING = frozenset({"erf", "erfc"})
# Where std has another name for it.
CALLED = {"log": "ln", "expm1": "exp_m1", "log1p": "ln_1p"}

# The column up to which a last expression may reach that has a comment (rustfmt's comment_width).
COMMENTED = 80


def functions(real: Real) -> dict[str, str]:
    """Return what the elementary functions are called; ``real``: the type of all numbers."""
    return {
        name: called if name in LACKING else f"{real}::{CALLED.get(called, called)}"
        for name, called in ELEMENTARY.items()
    }


def printer_of(names: dict[str, str], remarks: dict[str, str]) -> Printer:
    """Return what knows the names and equation numbers of a module; the text is rustfmt's."""
    return Printer(Syntax((), {}), names, remarks)


WORDS = Words(
    constant="let ",
    variable="let mut ",
    make="let mut {name} = [0.0; {size}];",
    loop="for {index} in {start}..{stop} {{",
    results=("[", "]"),
    ending="];",
    pair="(new_params, new_state)",
    step=STEP,
)


def formatter(names: Mapping[str, str], real: Real) -> Formatter:
    """Return what lays expressions out."""
    return Formatter(functions(real), names, real)


class RustBody(Body):
    """Writes the bodies of functions with one variable for every node."""

    def __init__(self, printer: Printer, real: Real) -> None:
        super().__init__(printer, formatter(printer.names, real), WORDS)

    def number(self, routine: Routine, depth: int) -> Lines:
        """Return the only result; rustfmt takes a comment away from behind a longer line."""
        value, remark = routine.results[0][0], self.printer.remark(routine.called)
        lines = self.formatter.returned(value, depth)
        if not remark or STEP * depth + len(lines[-1]) < COMMENTED:
            return remarked(lines, remark)
        named = self.formatter.assigned("let loss =", value, depth)
        return (*remarked(named, remark), "loss")


class RustLoops(Loops):
    """Writes functions made of loops."""

    def written(self, statements: Iterable[Statement], depth: int) -> Iterator[str]:
        """Write ``statements``; rustfmt would move a comment below the one behind a line."""
        before = ""
        for line in super().written(statements, depth):
            if line.lstrip().startswith("//") and "; // " in before:
                yield ""
            yield line
            before = line

    def computed(self, opening: str, value: Expression, depth: int, remark: str) -> Lines:
        """Write an assignment; rustfmt takes a comment away from behind a long last one."""
        lines = self.formatter.assigned(opening, value, depth)
        if not remark or STEP * depth + len(lines[-1]) < COMMENTED:
            return remarked(lines, remark)
        named = self.formatter.assigned("let value =", value, depth)
        return (*named, *remarked((f"{opening} value;",), remark))


def fused(one: Inlined, printer: Printer, real: Real) -> FusedBody:
    """Return what writes a fused update and its loop."""
    loops = RustLoops(printer, formatter(printer.names, real), WORDS)
    return FusedBody(one, RustBody(printer, real), loops)


def looped(block: Block, printer: Printer, real: Real) -> Lines:
    """Write a function made of loops."""
    return RustLoops(printer, formatter(printer.names, real), WORDS).function(block)


def comment_safe(text: str) -> str:
    """Make one line harmless inside of the fence that rustdoc shows a header in."""
    return text.replace("```", "'''")


def signature(name: str, arguments: Iterable[tuple[str, str]], returns: str = "") -> Lines:
    """Write the head of a function: on a line, else an argument a line."""
    given = [f"{argument}: {kind}" for argument, kind in arguments]
    opening, closing = f"pub fn {name}(", f") -> {returns} {{" if returns else ") {"
    line = f"{opening}{', '.join(given)}{closing}"
    if len(line) <= WIDTH:
        return (line,)
    return (opening, *(f"{' ' * STEP}{one}," for one in given), closing)


def assigned_text(opening: str, text: str) -> Lines:
    """Give a text of symnet's own a name, in a function; on the next line if it is long."""
    line = f'{opening} "{text}\\n";'
    if STEP + len(line) <= WIDTH:
        return (line,)
    return (opening, f'{" " * STEP}"{text}\\n";')


def elementary(nodes: Iterable[Expression], real: Real) -> tuple[tuple[str, Lines], ...]:
    """Write the functions that ``nodes`` call and that std lacks: what each is, and its lines."""
    return tuple(
        (one.text, _function(one, real)) for one in written_out(LACKING, functions_used(nodes))
    )


def tables_of(nodes: Iterable[Expression]) -> tuple[Lines, ...]:
    """Write the tables that those functions read."""
    found = chain.from_iterable(one.tables for one in written_out(LACKING, functions_used(nodes)))
    return tuple(table(name, values, DOUBLE) for name, values in found)


def _function(one: Written, real: Real) -> Lines:
    """Write a function in float64, and what it returns in the type of all others."""
    name = one.name if real is DOUBLE else f"{one.name}_double"
    inside = (f"{' ' * STEP}{line}" for line in looped(one.block, printer_of({}, {}), DOUBLE))
    lines = (f"fn {name}({ARGUMENT}: f64) -> f64 {{", *inside, "}")
    if real is DOUBLE:
        return lines
    call = f"{' ' * STEP}{name}(f64::from({ARGUMENT})) as {real}"
    return (f"fn {one.name}({ARGUMENT}: {real}) -> {real} {{", call, "}", "", *lines)
