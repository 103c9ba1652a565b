"""Bodies of functions in JavaScript.

In: Routine, Block. Out: lines of JavaScript.
"""

from collections.abc import Iterable
from itertools import chain, starmap

from symnet.emit.braces import Body, Lines, Loops, Words
from symnet.emit.braces_fused import FusedBody
from symnet.emit.ecmascript_constants import table
from symnet.emit.elementary import ARGUMENT, Written, written_out
from symnet.emit.inlined import Inlined
from symnet.emit.prettier import STEP, Formatter, literal
from symnet.emit.printing import Printer, Syntax, functions_used
from symnet.emit.statements import Block
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression

# Reserved in modules, and the globals that the code uses.
KEYWORDS = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum "
    "eval export extends false finally for function if implements import in instanceof interface "
    "let new null package private protected public return static super switch this throw true try "
    "typeof var void while with yield undefined NaN Infinity "
    "Array Float64Array Math RangeError String console".split()
)
# What ECMAScript's Math lacks; symnet writes it itself.
LACKING = frozenset({"erf", "erfc"})
FUNCTIONS = {
    name: called if name in LACKING else f"Math.{called}" for name, called in ELEMENTARY.items()
}
SYNTAX = Syntax(choice=("{test}", "? {then}", ": {otherwise}"), functions=FUNCTIONS, number=literal)
PLAIN = Printer(SYNTAX)
WORDS = Words(
    constant="const ",
    variable="let ",
    make="const {name} = new Float64Array({size});",
    loop="for (let {index} = {start}; {index} < {stop}; {index}++) {{",
    results=("return [", "];"),
    ending="];",
    pair="return [new_params, new_state];",
    step=STEP,
)

# V8 enters a hot loop knowing no types, and puts what a section may leave alone on the heap.
ASSURED = (
    "Numbers on every way through: where that is said, engines keep them off the heap.",
    "{name} = +{name};",
)


def comment_safe(text: str) -> str:
    """Make one line harmless in a JSDoc comment, also where the module stands inside of HTML."""
    for written, harmless in (("*/", "*\\/"), ("</", "<\\/"), ("<!", "<\\!"), ("@", "\\@")):
        text = text.replace(written, harmless)
    return text


def body(printer: Printer) -> Body:
    """Return what writes functions with one variable for every node."""
    return Body(printer, Formatter(FUNCTIONS, printer.names), WORDS)


def fused(one: Inlined, printer: Printer) -> FusedBody:
    """Return what writes a fused update and its loop."""
    formatter = Formatter(FUNCTIONS, printer.names)
    return FusedBody(one, body(printer), Loops(printer, formatter, WORDS), ASSURED)


def looped(block: Block, printer: Printer = PLAIN) -> Lines:
    """Write a function made of loops."""
    return Loops(printer, Formatter(FUNCTIONS, printer.names), WORDS).function(block)


def elementary(nodes: Iterable[Expression]) -> tuple[tuple[str, Lines], ...]:
    """Write the functions that ``nodes`` call and that Math lacks: what each is, and its lines."""
    return tuple((one.text, _function(one)) for one in written_out(LACKING, functions_used(nodes)))


def tables_of(nodes: Iterable[Expression]) -> list[Lines]:
    """Write the tables that those functions read."""
    found = chain.from_iterable(one.tables for one in written_out(LACKING, functions_used(nodes)))
    return list(starmap(table, found))


def _function(one: Written) -> Lines:
    body = (f"  {line}" for line in looped(one.block))
    return (f"function {one.name}({ARGUMENT}) {{", *body, "}")
