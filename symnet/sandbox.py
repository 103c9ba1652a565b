"""What a user's templates run in: Jinja's sandbox, where nothing unknown slips past and none hangs.

In: a template's text. Out: its code, which says what is wrong with file and line as it runs.
"""

from collections.abc import Callable, Iterator, Sized
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateRuntimeError, Undefined, nodes, pass_context
from jinja2.filters import do_round
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

# Bits of a product or power, items of a repetition, and digits to round to: what takes no time.
LARGEST = 1_000_000
# Characters of a text to print: code for the widest networks is far shorter.
LONGEST = 100_000_000
# Python allows 200 brackets inside one another, and a node takes two; and 20 loops.
DEEPEST, LOOP = 90, 5
# What may be asked of a variable that is not there.
_ASKING = frozenset(("defined", "undefined", "default", "d"))


class Unknown(StrictUndefined):
    """A variable that is not there: inside a list, whose text shows it, it is refused as well."""

    __slots__ = ()
    __repr__ = StrictUndefined.__str__


class UnknownError(TemplateRuntimeError):
    """Something is not there; with the line that names it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Nothing(Undefined):
    """What an `if` without `else` gives: empty by itself, but no part of anything else."""

    __slots__ = ()
    __repr__ = StrictUndefined.__str__


class Sandbox(ImmutableSandboxedEnvironment):
    """Runs a user's templates: nothing unknown slips past, nothing hangs inside one operation."""

    intercepted_binops = frozenset(("*", "**"))
    otherwise = Nothing("there is no `else` to this `if`, which is false")

    def __init__(self, **options: Any) -> None:
        super().__init__(optimized=False, finalize=_printable, **options)
        self.filters |= {"known": _known, "printable": _printable, "round": _rounded}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parser = Parser(self, source, name, filename)
        try:
            template = parser.parse()
        except RecursionError:
            parser.fail("nested too deeply", parser.stream.current.lineno)
        except ValueError as error:  # a number of thousands of digits
            parser.fail(str(error), parser.stream.current.lineno)
        found = _Knowing(parser.fail).visit(template)
        assert isinstance(found, nodes.Template)
        return found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if _size(operator, left, right) > LARGEST:
            raise OverflowError(f"what {operator} would give is too large")
        return super().call_binop(context, operator, left, right)


class _Knowing(NodeTransformer):
    """Has every variable known where it is named, whether or not its text is ever asked for.

    Filters and tests pass over what is not there, each in its own way. Only those that ask whether
    it is there may.
    """

    def __init__(self, fail: Callable[[str, int], NoReturn]) -> None:
        self.fail, self.depth = fail, 0

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        weight = LOOP if isinstance(node, nodes.For) else 1
        self.depth += weight
        if self.depth > DEEPEST:
            self.fail("nested too deeply", node.lineno)
        node = super().visit(node)
        self.depth -= weight
        read = isinstance(node, nodes.Name) and node.ctx == "load"
        named = read or isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Filter)
        return self.known(node) if named else node

    def known(self, node: nodes.Node) -> nodes.Filter:
        line = nodes.Const(node.lineno, lineno=node.lineno)
        return nodes.Filter(node, "known", [line], [], None, None, lineno=node.lineno)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        return self.visit_Filter(node)

    def visit_Filter(self, node: nodes.Filter | nodes.Test) -> nodes.Node:  # noqa: N802
        found = self.generic_visit(node)
        if node.name in _ASKING and isinstance(node.node, nodes.Filter):
            node.node = node.node.node
        return found

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        node.expr2 = node.expr2 or nodes.EnvironmentAttribute("otherwise", lineno=node.lineno)
        return self.generic_visit(node)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> nodes.Node:  # noqa: N802
        found = self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, "printable", [], [], None, None, lineno=node.lineno)
        return found


def _known(value: object, line: int) -> object:
    """Return a value that is there; a `with`, and code of several lines, hides its line from Jinja.

    Raises:
        UnknownError: it is not there.
    """
    if isinstance(value, Unknown):
        try:
            str(value)  # which says what is unknown
        except TemplateRuntimeError as error:
            raise UnknownError(str(error), line) from error
    return value


@pass_context
def _printable(_: Context, value: object) -> str:
    """Return what is printed; asks for the context, so that it is not run while Jinja compiles.

    Raises:
        OverflowError: no code is that long.
        TypeError: its text says where in memory it is.
        UnicodeEncodeError: half of a surrogate pair is no character of any file.
    """
    if isinstance(value, Iterator) or (callable(value) and not isinstance(value, Undefined)):
        raise TypeError(f"a {type(value).__name__} is no text")
    text = value if isinstance(value, str) else str(value)
    if len(text) > LONGEST:
        raise OverflowError(f"a text of {len(text)} characters is too long")
    text.encode()
    return text


def _rounded(value: float, precision: int = 0, method: Any = "common") -> float:
    """Round as Jinja does, which takes a power of ten."""
    if abs(precision) > LARGEST:
        raise OverflowError(f"{precision} digits are too many")
    return do_round(value, precision, method)


def _size(operator: str, left: object, right: object) -> int:
    """Return the bits of a power or product of whole numbers, or the items of a repetition."""
    if isinstance(left, int) and isinstance(right, int):
        power = operator == "**"
        return left.bit_length() * right if power else left.bit_length() + right.bit_length()
    if isinstance(left, Sized) and isinstance(right, int):
        return len(left) * right
    return len(right) * left if isinstance(right, Sized) and isinstance(left, int) else 0
