"""How names look on a page: w12 as w with index 12, alpha as the Greek letter, y_hat with a hat.

In: names. Out: Glyph.

Distinct names stay distinct: where two would look alike (w1 and w_1), the later one is shown as
it is spelled, in typewriter letters, which nothing else uses.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
_HEAD = re.compile(r"([A-Za-z]+)([0-9]*)")
_LAYERED = re.compile(r"([bhwz])([0-9]+)((?:_[0-9]+){1,2})")
SYMBOL = re.compile(r"[A-Za-z]+[0-9]*(?:_[A-Za-z0-9]+)?", re.ASCII)
_HAT = re.compile(r"hat([0-9]*)")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A symbol in pieces: ``letter`` is a Latin letter, a Greek one by name, or an upright word.

    ``below`` and ``above`` are indices; ``verbatim``: ``letter`` is the name as spelled;
    ``bold``: a vector or matrix.
    """

    letter: str
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    hat: bool = False
    verbatim: bool = False
    bold: bool = False


def glyph(name: str, layered: bool = False) -> Glyph:
    """Return how ``name`` looks; ``layered``: w1_2_3 is layer 1, unit 2, source 3."""
    if layered and (found := _LAYERED.fullmatch(name)):
        letter, layer, places = found.groups()
        return Glyph(letter, tuple(places[1:].split("_")), (layer,))
    first, *rest = name.rstrip("_").split("_")
    head = _HEAD.fullmatch(first)
    if head is None or "" in rest:
        return Glyph(name, verbatim=True)
    letter, index = head.groups()
    hat = _HAT.fullmatch(rest[0]) if rest and not index else None
    if hat is not None:
        index, rest = hat[1], rest[1:]
    return Glyph(letter, tuple(one for one in (index, *rest) if one), (), hat is not None)


def indexed(symbol: Glyph, own: Glyph) -> Glyph:
    """Put the indices of a variable to a symbol, behind those that it has of its own."""
    return replace(symbol, below=(*symbol.below, *own.below), above=own.above)


def glyphs(
    names: Iterable[str],
    layered: bool = False,
    taken: Collection[Glyph] = (),
    symbols: Mapping[str, Glyph] = MappingProxyType({}),
) -> dict[str, Glyph]:
    """Return how each of ``names`` looks, no two of them alike and none like one ``taken``.

    ``symbols``: what stands in the place of the letters of some of them.
    """
    found: dict[str, Glyph] = {}
    seen = set(taken)
    for name in names:
        looks = glyph(name, layered)
        looks = indexed(symbols[name], looks) if name in symbols else looks
        if looks in seen:
            looks = Glyph(name, verbatim=True)
        seen.add(looks)
        found[name] = looks
    return found
