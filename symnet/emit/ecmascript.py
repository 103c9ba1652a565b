"""Bodies of functions in JavaScript.

In: Routine, Block. Out: lines of JavaScript.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, starmap

from symnet.emit.ecmascript_constants import table
from symnet.emit.elementary import ARGUMENT, Written, written_out
from symnet.emit.prettier import STEP, Formatter, Lines, literal
from symnet.emit.printing import Printer, Syntax, functions_used
from symnet.emit.routines import Routine
from symnet.emit.statements import Block, Loop, Make, Note, Put, Statement, changed
from symnet.model.evaluation import ELEMENTARY
from symnet.model.expression import Expression, names

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


def comment_safe(text: str) -> str:
    """Make one line harmless in a JSDoc comment, also where the module stands inside of HTML."""
    for written, harmless in (("*/", "*\\/"), ("</", "<\\/"), ("<!", "<\\!"), ("@", "\\@")):
        text = text.replace(written, harmless)
    return text


class Body:
    """Writes the bodies of functions with one variable for every node."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.formatter = Formatter(FUNCTIONS, printer.names)

    def function(self, routine: Routine, depth: int = 1) -> Lines:
        """Write a function; of its arguments' entries only those that it uses."""
        lines = [*self.reads(routine.reads, routine.nodes), *self.computed(routine, depth)]
        if routine.number:
            last = self.formatter.returned(routine.results[0][0], depth)
            return (*lines, *remarked(last, self.printer.remark(routine.called)))
        return (*lines, *self.results(routine.results, depth))

    def results(self, groups: Sequence[Sequence[Expression]], depth: int) -> Lines:
        """Return one list, or new parameters and new state."""
        if len(groups) == 1:
            return self.formatter.listed("return [", groups[0], depth)
        lines: Lines = ()
        for name, group in zip(("new_params", "new_state"), groups, strict=True):
            lines += self.formatter.listed(f"const {name} = [", group, depth)
        return (*lines, "return [new_params, new_state];")

    def reads(
        self, reads: Iterable[tuple[str, Sequence[str]]], nodes: Iterable[Expression]
    ) -> Iterator[str]:
        """Take out of the arguments what ``nodes`` use."""
        used = {name for node in nodes for name in names(node)}
        for argument, entries in reads:
            for position, name in enumerate(entries):
                if name in used:
                    yield f"const {self.called(name)} = {argument}[{position}];"

    def computed(self, routine: Routine, depth: int) -> Iterator[str]:
        """Write the assignments, each with its equation's number."""
        for one in routine.assignments:
            opening = f"const {self.called(one.name)} ="
            lines = self.formatter.assigned(opening, one.expression, depth)
            yield from remarked(lines, self.printer.remark(one.name))

    def called(self, name: str) -> str:
        """Return what the code calls a variable."""
        return self.printer.names.get(name, name)


def remarked(lines: Lines, remark: str) -> Lines:
    """Put a comment behind the last line."""
    return (*lines[:-1], f"{lines[-1]} // {remark}") if remark else lines


def looped(block: Block, printer: Printer = PLAIN) -> Lines:
    """Write a function made of loops."""
    formatter = Formatter(FUNCTIONS, {})
    lines = tuple(_Loops(printer, changed(block.statements)).written(block.statements, 1))
    if len(block.results) == 1:
        return (*lines, *formatter.returned(block.results[0], 1))
    return (*lines, *formatter.listed("return [", block.results, 1))


class _Loops:
    """Writes statements; ``changed``: the variables that get another value later."""

    def __init__(self, printer: Printer, changed: frozenset[str]) -> None:
        self.printer = printer
        self.changed = changed
        self.formatter = Formatter(FUNCTIONS, printer.names)

    def written(self, statements: Iterable[Statement], depth: int) -> Iterator[str]:
        """Write ``statements`` line by line."""
        margin = STEP * (depth - 1) * " "
        declared = set[str]()
        for one in statements:
            match one:
                case Make(name, size):
                    yield f"{margin}const {name} = new Float64Array({size});"
                case Put():
                    yield from (margin + line for line in self._put(one, depth, declared))
                case Loop(index, start, stop, body):
                    yield f"{margin}for (let {index} = {start}; {index} < {stop}; {index}++) {{"
                    yield from self.written(body, depth + 1)
                    yield f"{margin}}}"
                case Note(text):
                    yield f"{margin}// {text}"

    def _put(self, put: Put, depth: int, declared: set[str]) -> Lines:
        kind = ""
        if put.new and put.target not in declared:
            kind = "let " if put.target in self.changed else "const "
            declared.add(put.target)
        opening = f"{kind}{put.target} {'+=' if put.add else '='}"
        lines = self.formatter.assigned(opening, put.value, depth)
        return remarked(lines, self.printer.remark(put.equation or put.target.partition("[")[0]))


def elementary(nodes: Iterable[Expression]) -> tuple[tuple[str, Lines], ...]:
    """Write the functions that ``nodes`` call and that Math lacks: what each is, and its lines."""
    return tuple(
        (one.text, (*chain.from_iterable(starmap(table, one.tables)), *_function(one)))
        for one in written_out(LACKING, functions_used(nodes))
    )


def _function(one: Written) -> Lines:
    body = (f"  {line}" for line in looped(one.block))
    return (f"function {one.name}({ARGUMENT}) {{", *body, "}")
