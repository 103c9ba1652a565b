"""Text put together: the names of entries, ``"W" + str(l)`` and ``f"W{l}"``.

In: Value. Out: Words, and the text they come to where a key is asked for.

Most text is printed and never a key, so the numbers in it are not worked out before one is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from symnet.check.handwritten.formula import Formula, Literal
from symnet.check.handwritten.reading.formulas import Formulas
from symnet.check.handwritten.reading.values import Items, Piece, Value, Words

# More than any key has: text could be made to grow without end.
LONGEST_TEXT = 200
UNKNOWN = Words((None,))
PERCENT, BRACES = re.compile("%[dis]"), re.compile(r"\{\d*\}")
CHANGED: dict[tuple[str, int], Callable[..., str]] = {
    ("replace", 2): str.replace,
    ("lower", 0): str.lower,
    ("upper", 0): str.upper,
    ("strip", 0): str.strip,
    ("strip", 1): str.strip,
    ("lstrip", 1): str.lstrip,
    ("rstrip", 1): str.rstrip,
    ("removeprefix", 1): str.removeprefix,
    ("removesuffix", 1): str.removesuffix,
}
TESTED: dict[str, Callable[..., bool]] = {"startswith": str.startswith, "endswith": str.endswith}


class Texts(Formulas):
    """Puts text together, and takes it apart."""

    def spelt(self, value: Value) -> str | None:
        """Return the text that words come to; None where a part of it is not known."""
        if not isinstance(value, Words):
            return None
        found = [one if isinstance(one, str) else self._numeral(one) for one in value.pieces]
        known = [one for one in found if one is not None]
        if len(known) < len(found) or sum(map(len, known)) > LONGEST_TEXT:
            return None
        return "".join(known)

    def _numeral(self, piece: Piece) -> str | None:
        """Write a whole number as Python does; one with a point, 2.0, makes no key."""
        number = self.constant(piece) if isinstance(piece, Formula) else None
        return str(number) if type(number) is int else None

    def joined(self, parts: list[Value]) -> Words:
        """Put words and numbers one behind the other."""
        pieces = [piece for one in parts for piece in _pieces(one)]
        return Words(tuple(pieces)) if len(pieces) <= LONGEST_TEXT else UNKNOWN

    def _read_joinedstr(self, node: ast.JoinedStr) -> Value:
        return self.joined([self.expression(one) for one in node.values])

    def _read_formattedvalue(self, node: ast.FormattedValue) -> Value:
        plain = node.conversion in (-1, ord("s")) and node.format_spec is None
        return self.joined([self.expression(node.value)]) if plain else UNKNOWN

    def filled_in(self, pattern: Words, fields: re.Pattern[str], values: list[Value]) -> Words:
        """Follow ``"W%d" % l`` and ``"W{}".format(l)``."""
        written = self.spelt(pattern) or ""
        found, pieces = fields.findall(written), fields.split(written)
        if len(found) != len(values) or any(set("{%}") & set(one) for one in pieces):
            return UNKNOWN
        order = [int(one[1:-1]) if one[1:-1].isdigit() else k for k, one in enumerate(found)]
        if any(k >= len(values) for k in order):
            return UNKNOWN
        parts: list[Value] = [Words((pieces[0],))]
        for k, piece in zip(order, pieces[1:], strict=True):
            parts += [values[k], Words((piece,))]
        return self.joined(parts)

    def percent(self, pattern: Words, value: Value) -> Words:
        """Follow the operator % of text."""
        return self.filled_in(
            pattern, PERCENT, value.values if isinstance(value, Items) else [value]
        )

    def text_method(self, owner: Words, name: str, node: ast.Call) -> Value:
        """Follow a method of text."""
        values = [self.expression(one) for one in node.args]
        if name == "format":
            return UNKNOWN if node.keywords else self.filled_in(owner, BRACES, values)
        own, given = self.spelt(owner), [self.spelt(one) for one in values]
        if own is None or None in given:
            return UNKNOWN
        if name in TESTED and len(given) == 1:
            return Literal(TESTED[name](own, *given), self.at(node))
        change = CHANGED.get((name, len(given)))
        return UNKNOWN if change is None else Words((change(own, *given),))

    def cut_text(self, owner: Words, index: int | slice) -> Words:
        """Take letters out of text: ``key[1:]``."""
        own = self.spelt(owner)
        try:
            return UNKNOWN if own is None else Words((own[index],))
        except IndexError:
            return UNKNOWN


def _pieces(value: Value) -> Iterator[Piece]:
    if isinstance(value, Words):
        yield from value.pieces
    else:
        yield value if isinstance(value, Formula) else None
