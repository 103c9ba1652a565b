"""What a name can stand for while a file is read.

In: Formula. Out: Value and its kinds beside Formula.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from symnet.check.handwritten.formula import Formula, Scope, Span


@dataclass(frozen=True, slots=True, eq=False)
class Unread:
    """Something the reader does not follow, and why; ``numeric``: a formula all the same."""

    reason: str
    at: Span | None = None
    numeric: bool = True


@dataclass(slots=True, eq=False)
class Items:
    """A list or tuple; lists can grow."""

    values: list[Value]
    tuple: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """The numbers of a loop."""

    values: range


@dataclass(slots=True, eq=False)
class Table:
    """A dictionary with constant keys."""

    values: dict[str | int, Value]


Piece = str | Formula | None


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Text, put together of pieces: a number in it is a formula, None what is not known."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Nothing:
    """None, or an empty slice of an index."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The slice in an index."""

    value: slice


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """A module or a function in one, by its full name: numpy.random."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value: z.T.dot."""

    owner: Value
    name: str


@dataclass(slots=True, eq=False)
class Function:
    """A function of the file.

    ``label``: what it is known to be, an activation or its derivative; ``called``: how often.
    """

    name: str
    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    part: int
    owner: Instance | None = None
    label: tuple[object, ...] | None = None
    examined: bool = False
    called: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Class:
    """A class of the file."""

    name: str
    node: ast.ClassDef
    scope: Scope
    part: int
    made: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the file; its attributes are names like any other."""

    name: str
    attributes: Scope
    methods: dict[str, Function]


Value = (
    Formula
    | Unread
    | Items
    | Counting
    | Table
    | Words
    | Nothing
    | Slice
    | Library
    | Method
    | Function
    | Class
    | Instance
)
