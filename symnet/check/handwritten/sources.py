"""The file to check, cut into cells: a Python file, a notebook, or a notebook printed as text.

In: a path. Out: Cell. Nothing in the file is run.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from symnet.errors import SpecError

LARGEST = 2_000_000
DEEPEST = 150
SHORT = 2_000
PROMPT = re.compile(r"^\s*In\s*\[\s*(\d*)\s*\]:?[ \t]?(.*)$")
ANSWER = re.compile(r"^\s*Out\s*\[\s*\d*\s*\]:?[ \t]?(.*)$")
MARKER = re.compile(r"^#\s*(?:In\s*\[\s*(\d*)\s*\]:?|%%.*)$")
MAGIC = re.compile(r"^(\s*)([%!?].*|.*\?\s*)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of code with the text that was printed under it.

    ``number``: as the notebook counts, None in a plain file. ``first``: the line its code starts
    on. ``marks``: for a plain file with cell markers, the cells' numbers by their first line.
    """

    number: int | None
    code: str
    first: int
    output: str = ""
    marks: tuple[tuple[int, int], ...] = ()


def read_text(path: Path) -> str:
    """Read a text file of sensible size.

    Raises:
        SpecError: it is missing, too large or not text.
    """
    try:
        if not path.is_file():
            raise SpecError(f"{path}: there is no such file")
        size = path.stat().st_size
        if size > LARGEST:
            raise SpecError(
                f"{path}: {size / 1e6:.1f} MB is too large, at most {LARGEST // 1_000_000} MB"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{path}: not a text file in UTF-8") from None
    except (OSError, ValueError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from None


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Cut a file into cells, by its ending and by what stands in it."""
    text = read_text(path)
    if path.suffix == ".ipynb":
        return _from_notebook(path, text)
    if path.suffix != ".py" and any(PROMPT.match(line) for line in text.splitlines()):
        return tuple(_from_print(text))
    lines = text.splitlines()
    marks = [(at, mark.group(1)) for at, line in enumerate(lines, 1) if (mark := _marker(line))]
    numbered = tuple((at, int(n) if n else k) for k, (at, n) in enumerate(marks, 1))
    return (Cell(None, text, 1, marks=numbered),)


def _marker(line: str) -> re.Match[str] | None:
    return MARKER.match(line)


def _from_notebook(path: Path, text: str) -> tuple[Cell, ...]:
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        if not isinstance(cells, list):
            raise TypeError
        return tuple(
            _notebook_cell(cell, position)
            for position, cell in enumerate(cells, 1)
            if cell.get("cell_type") == "code"
        )
    except RecursionError:
        raise SpecError(f"{path}: not a notebook: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise SpecError(f"{path}: not a notebook: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise SpecError(f"{path}: not a notebook of format 4: no list of cells in it") from None


def _notebook_cell(cell: dict[str, Any], position: int) -> Cell:
    count = cell.get("execution_count")
    number = count if isinstance(count, int) and not isinstance(count, bool) else position
    outputs = cell.get("outputs") or []
    shown = "".join(_shown(one) for one in outputs if isinstance(one, dict))
    return Cell(number, without_magics(_joined(cell["source"])), 1, shown)


def _joined(source: Any) -> str:
    if isinstance(source, str):
        return source
    return "".join(str(line) for line in source)


def _shown(output: dict[str, Any]) -> str:
    if output.get("output_type") == "stream":
        return _joined(output.get("text", ""))
    found = output.get("data")
    text = found.get("text/plain", "") if isinstance(found, dict) else ""
    return _joined(text) + "\n"


def without_magics(code: str) -> str:
    """Put ``pass`` for what only IPython understands."""
    lines = code.split("\n")
    if lines and lines[0].startswith("%%"):
        return "\n".join("" for _ in lines)
    return "\n".join(MAGIC.sub(r"\1pass", line) for line in lines)


def _from_print(text: str) -> list[Cell]:
    """Cut a printed notebook at its prompts, and each piece into code and output."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if PROMPT.match(line)]
    cells = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        prompt = PROMPT.match(lines[start])
        number, rest = prompt.groups() if prompt else ("", "")
        piece = [rest, *lines[start + 1 : end]] if rest else lines[start + 1 : end]
        first = start + 1 if rest else start + 2
        code, output = code_and_output(piece)
        cells.append(
            Cell(int(number) if number else None, without_magics(code), first, "\n".join(output))
        )
    return cells


def code_and_output(lines: list[str]) -> tuple[str, list[str]]:
    """Split what stands under a prompt: the longest part that is code, then what it printed."""
    for at, line in enumerate(lines):
        answer = ANSWER.match(line)
        if answer:
            return "\n".join(lines[:at]), [answer.group(1), *lines[at + 1 :]]
    ends = [at for at, line in enumerate(lines) if not line.strip()] + [len(lines)]
    code_end = 0
    for end in ends:
        if _parses(lines[:end]) and not _is_print(lines[code_end:end], lines[:code_end]):
            code_end = end
    return "\n".join(lines[:code_end]), lines[code_end:]


def _parses(lines: list[str]) -> bool:
    return parsed("\n".join(MAGIC.sub(r"\1pass", line) for line in lines)) is not None


def _is_print(block: list[str], code: list[str]) -> bool:
    """Tell whether a block is only values, under code that ends by showing or printing some."""
    tree, above = parsed("\n".join(block)), parsed("\n".join(code))
    if tree is None or above is None or not above.body or not tree.body:
        return False
    return isinstance(above.body[-1], ast.Expr) and all(map(_is_value, tree.body))


def _is_value(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None
    if not isinstance(statement, ast.Expr):
        return False
    node = statement.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("array", "tensor", "float64", "int64") and not node.keywords
    return not any(isinstance(one, ast.Name | ast.Call) for one in ast.walk(node))


def parsed(code: str) -> ast.Module | None:
    """Parse Python; None where it is none. What is short may come again, so it is remembered."""
    return _short(code) if len(code) <= SHORT else _parsed(code)


def _tree(code: str) -> ast.Module:
    """Parse Python, in silence; what is none raises what Python says of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def _parsed(code: str) -> ast.Module | None:
    try:
        return _tree(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


_short = lru_cache(maxsize=2048)(_parsed)


def parse(path: Path, cell: Cell) -> ast.Module:
    """Parse a cell.

    Raises:
        SpecError: it is not Python, or nested too deeply.
    """
    try:
        tree = parsed(cell.code) or _tree(cell.code)
    except (MemoryError, RecursionError):
        raise SpecError(f"{path}: nested too deeply to read") from None
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "lineno", None) or 1) + cell.first - 1
        where = f"cell {cell.number}, line {line}" if cell.number is not None else f"line {line}"
        what = getattr(error, "msg", None) or str(error)
        raise SpecError(f"{path}: {where} is not Python: {what}") from None
    # Every level takes a character, but for the few around an expression.
    if len(cell.code) + 5 > DEEPEST and _depth(cell.code, tree) > DEEPEST:
        raise SpecError(f"{path}: nested more than {DEEPEST} deep, too deeply to read")
    return tree


def depth(tree: ast.AST) -> int:
    """Return how deep a tree is, without recursion."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(child, level + 1) for child in ast.iter_child_nodes(node)]
    return deepest


_short_depth = lru_cache(maxsize=2048)(depth)


def _depth(code: str, tree: ast.Module) -> int:
    """Return how deep the tree of some code is; a short one's is remembered."""
    return _short_depth(tree) if len(code) <= SHORT else depth(tree)
