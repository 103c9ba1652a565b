"""The document model: what is on the page, before any format.

In: Expression. Out: Document and its blocks.

Text is plain text and mathematics is expressions; there is no markup in either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from symnet.derive.update import TrainingStep
from symnet.document.drawing import Drawing
from symnet.document.mathematics import Decimal
from symnet.document.plot import Plot
from symnet.model.expression import Expression
from symnet.model.spec import Spec

# What builds call the two documents about a network: unit by unit, and in matrices.
SCALAR, MATRICES = "derivation", "matrices"


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of an equation, by the equation's id."""

    to: str


@dataclass(frozen=True, slots=True)
class Code:
    """A name or command as it is typed."""

    text: str


Piece = str | Expression | Reference | Code
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a section, 3 the run-in heading of a few lines."""

    level: int
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with mathematics in it; ``warning``: something the reader must not miss."""

    pieces: Pieces
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """A displayed formula; ``node``: the assignment of the programs that it defines, or empty.

    ``id`` and ``number`` (None where it has none) are the same in every document about the network.
    ``brief``: the formula in a brief document, where it is another; ``extra``: not in those at all.
    """

    id: str
    body: Expression
    node: str = ""
    number: int | None = None
    brief: Expression | None = None
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Equations:
    """Formulas one under the other, aligned at their first relation."""

    rows: tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names the rows."""

    id: str
    caption: Pieces
    head: tuple[Pieces, ...]
    rows: tuple[tuple[Pieces, ...], ...]

    @property
    def unsigned(self) -> tuple[tuple[bool, ...], ...]:
        """Which cells hold a number without a sign in a column that has numbers with one."""
        signed = [any(map(_is_negative, column)) for column in zip(*self.rows, strict=True)]
        return tuple(
            tuple(
                among and _is_number(cell) and not _is_negative(cell)
                for cell, among in zip(row, signed, strict=True)
            )
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot and what it shows."""

    id: str
    caption: Pieces
    plot: Plot


@dataclass(frozen=True, slots=True)
class Listing:
    """Program text."""

    id: str
    language: str
    text: str
    caption: Pieces = ()


Block = Heading | Paragraph | Equations | Table | Figure | Listing


@dataclass(frozen=True, slots=True)
class Route:
    """How a variable acts on the loss: every step on its ways there, as (of what, by what).

    A step is a local derivative; the loss has an empty name.
    """

    variable: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document about one network.

    ``facts``: what the head of every file says. ``marks``: the shared quantities, in order.
    ``programs``: the emitted code, for formats that run it; the id is the name of the target.
    ``spec``: the network. ``routes``: of every variable whose gradient is told. ``step``: from
    what the numbers are worked, for formats whose reader can change them. ``drawing``: of the
    network, if it can be drawn.
    """

    name: str
    title: str
    subtitle: str
    facts: tuple[str, ...]
    blocks: tuple[Block, ...]
    marks: tuple[str, ...] = ()
    programs: tuple[Listing, ...] = ()
    spec: Spec | None = None
    routes: tuple[Route, ...] = ()
    step: TrainingStep | None = None
    drawing: Drawing | None = None

    def equations(self) -> Iterator[Equation]:
        """Yield every equation in order."""
        for block in self.blocks:
            if isinstance(block, Equations):
                yield from block.rows

    def numbers(self) -> dict[str, int]:
        """Return the equation number of every node that has one."""
        return {
            one.node: one.number for one in self.equations() if one.node and one.number is not None
        }


def _is_number(pieces: Pieces) -> bool:
    return any(isinstance(one, Decimal) for one in pieces)


def _is_negative(pieces: Pieces) -> bool:
    return any(isinstance(one, Decimal) and one.digits.startswith("-") for one in pieces)


def grouped(rows: Iterable[Equation]) -> Iterator[tuple[Equation, ...]]:
    """Yield every numbered equation on its own, and runs of others together."""
    for is_numbered, group in groupby(rows, lambda one: one.number is not None):
        if is_numbered:
            yield from ((one,) for one in group)
        else:
            yield tuple(group)


def paragraph(*pieces: Piece, warning: bool = False) -> Paragraph:
    """Make a paragraph of its pieces."""
    return Paragraph(pieces, warning)


def numbered(blocks: Iterable[Block], whole: Iterable[Block] | None = None) -> tuple[Block, ...]:
    """Number the equations that define a node, from 1 on; ``whole``: as they are numbered there."""
    blocks = tuple(blocks)
    among = blocks if whole is None else whole
    rows = (row for block in among if isinstance(block, Equations) for row in block.rows)
    numbers = {id_: k for k, id_ in enumerate((row.id for row in rows if row.node), 1)}
    return tuple(
        Equations(tuple(replace(row, number=numbers.get(row.id)) for row in block.rows))
        if isinstance(block, Equations)
        else block
        for block in blocks
    )
