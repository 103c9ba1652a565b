"""Brief documents and full ones: what a section makes says which of them it belongs to.

In: blocks, and Extras among them. Out: the blocks of a document.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec

from symnet.document.blocks import Block, Equations
from symnet.document.options import Detail

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Extra:
    """Blocks of a full document only; ``brief``: what stands in their place in a brief one."""

    blocks: tuple[Block, ...]
    brief: tuple[Block, ...] = ()


Part = Block | Extra


def extra(section: Callable[P, Iterable[Block]]) -> Callable[P, Iterator[Part]]:
    """Make everything that a section yields a part of full documents only."""

    @wraps(section)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Iterator[Part]:
        yield Extra(tuple(section(*args, **kwargs)))

    return wrapped


def in_detail(parts: Iterable[Part], detail: Detail) -> Iterator[Block]:
    """Yield the blocks of a document of this detail."""
    for part in parts:
        if isinstance(part, Extra):
            yield from part.blocks if detail == "full" else part.brief
        elif isinstance(part, Equations) and detail == "brief":
            rows = tuple(replace(one, body=one.brief or one.body) for one in part.rows)
            kept = tuple(one for one in rows if not one.extra)
            yield from (Equations(kept),) if kept else ()
        else:
            yield part
