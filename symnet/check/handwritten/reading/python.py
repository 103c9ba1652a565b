"""A Python file or notebook, read.

In: a path. Out: Text, and the lines it was read from.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from symnet.check.handwritten.formula import Apply, Binding, Reading, Span
from symnet.check.handwritten.reading.recognition import Label
from symnet.check.handwritten.reading.statements import Statements
from symnet.check.handwritten.reading.text import Text, TooLongError
from symnet.check.handwritten.reading.values import Class, Function, Value
from symnet.check.handwritten.sources import Cell, parse, read_cells
from symnet.errors import SpecError


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its cells, what they say, and their code line by line."""

    path: Path
    cells: tuple[Cell, ...]
    text: Text
    texts: tuple[list[str], ...]

    def lines(self, part: int) -> list[str]:
        """Return the code lines of a cell."""
        return self.texts[part]

    def segment(self, span: Span | None) -> str:
        """Return the text of a stretch, on one line."""
        if span is None:
            return ""
        first = self.cells[span.part].first
        lines = self.lines(span.part)[span.line - first : span.end_line - first + 1]
        if not lines:
            return ""
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return " ".join(one.strip() for one in lines)

    def statement(self, span: Span) -> str:
        """Return the lines a stretch stands on, as written."""
        first = self.cells[span.part].first
        lines = self.lines(span.part)[span.line - first : span.end_line - first + 1]
        return "\n".join(lines)

    def cell_of(self, span: Span) -> int | None:
        """Return the number of the cell a stretch stands in."""
        cell = self.cells[span.part]
        if not cell.marks:
            return cell.number
        before = [number for line, number in cell.marks if line <= span.line]
        return before[-1] if before else None


class Reader(Statements):
    """Follows a file cell by cell, then the functions that nothing in it called."""

    def __init__(self, cells: tuple[Cell, ...], labels: tuple[Label, ...]) -> None:
        super().__init__(labels)
        self._cells = cells

    def enter(self, part: int) -> None:
        """Go to a cell."""
        cell = self._cells[part]
        self.part, self.cell, self.first = part, cell.number, cell.first
        self.lines = cell.code.split("\n")

    def uncalled(self) -> None:
        """Follow the functions that were never called, on arguments nobody knows."""
        for made in self.classes:
            if not made.made:
                self._alone_class(made)
        for function in list(self.functions):
            if not function.called and self.label(function) is None:
                self._alone(function)

    def _alone_class(self, made: Class) -> None:
        start = next(
            (
                one
                for one in made.node.body
                if isinstance(one, ast.FunctionDef) and one.name == "__init__"
            ),
            None,
        )
        names = [one.arg for one in start.args.args[1:]] if start else []
        self.enter(made.part)
        self.make(made, [self._unknown(name) for name in names], {}, made.node)

    def _alone(self, function: Function) -> None:
        self.enter(function.part)
        given = function.node.args
        names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        if function.owner is not None:
            names = names[1:]
        arrays = _used_as_arrays(function.node)
        values: dict[str, Value] = {one: self._unknown(one, one in arrays) for one in names}
        self.call_function(function, [], values, function.node)

    def _unknown(self, name: str, array: bool = False) -> Value:
        formula = Apply("argument", (), None, (name, *(("array",) if array else ())))
        return Reading(Binding(self._next(), name, formula, None, self.scope, "argument"))


def _used_as_arrays(node: ast.AST) -> set[str]:
    """Return the names in a function that only arrays can be used like, by one of their names."""
    found: set[str] = set()
    for one in reversed(list(ast.walk(node))):
        parts: list[ast.expr] = []
        match one:
            case ast.BinOp(left, ast.MatMult(), right):
                parts = [left, right]
            case ast.Attribute(value, "T" | "dot" | "shape"):
                parts = [value]
            case ast.Call(ast.Attribute(attr="dot" | "matmul" | "outer"), arguments):
                parts = arguments
            case ast.Assign([ast.Name(name)], ast.Name() as value) if name in found:
                parts = [value]
        found.update(part.id for part in parts if isinstance(part, ast.Name))
    return found


def read_python(path: Path, labels: tuple[Label, ...]) -> Source:
    """Read a Python file or a notebook.

    Raises:
        SpecError: it cannot be read, is not Python, or is too long to follow.
    """
    cells = read_cells(path)
    trees = [parse(path, cell) for cell in cells]
    reader = Reader(cells, labels)
    try:
        for part, tree in enumerate(trees):
            reader.enter(part)
            reader.block(tree.body)
        reader.uncalled()
    except TooLongError:
        raise SpecError(f"{path}: more than 20000 steps to follow; that is too long") from None
    except RecursionError:
        raise SpecError(f"{path}: nested too deeply to read") from None
    return Source(path, cells, reader.text, tuple(cell.code.split("\n") for cell in cells))
