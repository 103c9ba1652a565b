r"""The mathematics of a LaTeX or Markdown file, cut into chains of equalities.

In: text. Out: Chain.

What only changes the looks (\, \left &) is blanked out, so that every place keeps its position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DISPLAYS = re.compile(
    r"\\begin\{(?P<name>(?:equation|align|aligned|gather|multline|eqnarray|alignat|flalign)\*?)\}"
    r"(?P<body>.*?)\\end\{(?P=name)\}"
    r"|\\\[(?P<bracket>.*?)\\\]"
    r"|\\\((?P<inline>.*?)\\\)"
    r"|```math\n(?P<fence>.*?)```"
    r"|\$\$(?P<double>.*?)\$\$"
    r"|\$`(?P<ticks>[^`]*)`\$"
    r"|(?<!\\)\$(?P<single>[^$\n]+?)(?<!\\)\$",
    re.DOTALL,
)
FENCE = re.compile(r"^(```|~~~)(?P<word>[^\n]*)\n.*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
VERBATIM = re.compile(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", re.DOTALL)
COMMENT = re.compile(r"(?<!\\)%[^\n]*")
LOOKS = re.compile(
    r"\\(?:label|tag|eqref|vspace|hspace)\*?\{[^{}]*\}"
    r"|\\(?:begin|end)\{(?:aligned|split|gathered)\}"
    r"|\\(?:left|right|[bB]igg?[lrm]?|displaystyle|textstyle|nonumber|notag|quad|qquad|limits)"
    r"(?![A-Za-z])|(?<!\\)\\[,;:!> ]|~|\\hfill|\{\}"
)
# What dresses a part of a formula: the part stays, the colour goes, and what stands below a brace.
DRESS = re.compile(
    r"\\(?:(?:textcolor|colorbox)\s*\{[^{}]*\}|(?:under|over)(?:brace|line)|boxed)\s*\{"
)
NOTE = re.compile(r"\s*[_^]\s*\{")
# Two equations in one row, with a gap between them.
GAP = re.compile(r",?\s*\\qq?uad(?![A-Za-z])(?=(?:(?!\\\\).)*(?:=|\\leftarrow|\\gets))", re.DOTALL)
# A row that goes on with the sum above: it starts with a sign, and a minus holds no relation.
SUM_GOES_ON = re.compile(
    r"(?:\\\\\*?(?:\[[^\]]*\])?[\s&]*)+(?=\+|-(?:(?!\\\\|=|\\leftarrow|\\gets|\\approx|\\equiv).)*(?:\\\\|\Z))",
    re.DOTALL,
)
RELATION = re.compile(r":=|=|\\(?:leftarrow|gets|approx|equiv|coloneqq)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equality: its text, where it starts, and the relation before it."""

    text: str
    start: int
    relation: str = ""

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Chain:
    """Sides joined by relations: a = b = c."""

    sides: list[Side] = field(default_factory=list)


def chains(text: str, markdown: bool) -> Iterator[Chain]:
    """Yield the chains of a file in its order."""
    if markdown:
        text = FENCE.sub(lambda found: found[0] if found["word"] == "math" else _blank(found), text)
    else:
        text = COMMENT.sub(_blank, VERBATIM.sub(_blank, text))
    for found in DISPLAYS.finditer(text):
        group = next(name for name, body in found.groupdict().items() if body and name != "name")
        yield from _of_display(found[group], found.start(group))


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Put blanks for what a pattern finds; line ends stay."""
    return pattern.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _of_display(body: str, start: int) -> Iterator[Chain]:
    """Yield the chains of one display: a row that starts with a relation goes on with the last."""
    body = GAP.sub(lambda found: r"\\".ljust(len(found[0])), body)
    body = _blanked(SUM_GOES_ON, _blanked(LOOKS, _undressed(body)))
    current: Chain | None = None
    for row, at in _split(body, re.compile(r"\\\\\*?(?:\[[^\]]*\])?"), start):
        for piece, where in _columns(row, at):
            sides = _sides(piece, where)
            if current is not None and sides and not sides[0].text:
                current.sides += sides[1:]
                continue
            if current is not None and len(current.sides) > 1:
                yield current
            current = Chain(sides)
    if current is not None and len(current.sides) > 1:
        yield current


def _undressed(text: str) -> str:
    """Put blanks for colours, braces below and what they say; their insides stay where they are."""
    while found := DRESS.search(text):
        close = _close(text, found.end())
        if close is None:
            return text
        end = close + 1
        if "brace" in found[0] and (note := NOTE.match(text, end)):
            end = (_close(text, note.end()) or close) + 1
        inside = text[found.end() : close]
        text = (
            text[: found.start()] + " " * len(found[0]) + inside + " " * (end - close) + text[end:]
        )
    return text


def _close(text: str, start: int) -> int | None:
    """Return where the group that starts before ``start`` is closed."""
    depth = 1
    for one in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        depth += {"{": 1, "}": -1}.get(one[0], 0)
        if not depth:
            return one.start()
    return None


def _columns(row: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the equations that stand side by side in a row: every second & starts one."""
    pieces = list(_split(row, re.compile(r"(?<!\\)&"), start))
    for at in range(0, len(pieces), 2):
        first, where = pieces[at]
        second = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        yield (f"{first} {second}" if at + 1 < len(pieces) else first), where


def _sides(piece: str, start: int) -> list[Side]:
    found, relation, begin = [], "", 0
    ends = [one for one in RELATION.finditer(piece) if not _depth(piece[: one.start()])]
    for one in [*ends, None]:
        end = one.start() if one else len(piece)
        found.append(_side(piece[begin:end], start + begin, relation))
        relation, begin = (one[0], one.end()) if one else ("", end)
    return found


def _side(text: str, start: int, relation: str) -> Side:
    shift = len(text) - len(text.lstrip())
    bare = text.strip()
    while bare[-1:] in (",", ".", ";"):
        bare = bare[:-1].rstrip()
    return Side(bare, start + shift, relation)


def _depth(text: str) -> int:
    bare = text.replace(r"\{", "").replace(r"\}", "")
    return bare.count("{") - bare.count("}")


def _split(text: str, pattern: re.Pattern[str], start: int) -> Iterator[tuple[str, int]]:
    begin = 0
    for found in pattern.finditer(text):
        if _depth(text[: found.start()]):
            continue
        yield text[begin : found.start()], start + begin
        begin = found.end()
    yield text[begin:], start + begin
