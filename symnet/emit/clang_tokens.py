"""A statement of C in the pieces that clang-format moves, and which operands belong together.

In: the text of a statement. Out: Token.
"""

import re
from dataclasses import dataclass, field

# Names with an index in square brackets and calls with their bracket are of one piece.
PIECES = re.compile(r"//.*|[A-Za-z_]\w*(?:\[.*?\]+|\()?|[\d.]+(?:e-?\d+)?f?|[-+*/<>]=?|[=?:();]")
# How tightly operators bind, which is also what a break behind one costs.
ASSIGNMENT, CONDITIONAL, RELATIONAL, ADDITIVE, MULTIPLICATIVE = 2, 3, 10, 13, 14
LEVELS = {"=": ASSIGNMENT, "+=": ASSIGNMENT, "?": CONDITIONAL, ":": CONDITIONAL}
LEVELS |= dict.fromkeys(("<", "<=", ">", ">="), RELATIONAL)
LEVELS |= {"+": ADDITIVE, "-": ADDITIVE, "*": MULTIPLICATIVE, "/": MULTIPLICATIVE}
ORDER = (ASSIGNMENT, CONDITIONAL, RELATIONAL, ADDITIVE, MULTIPLICATIVE)
UNARY, NONE = 0, -1
BRACKET = 19  # what a break behind a bracket that opens costs


@dataclass(slots=True)
class Token:
    """One piece; ``level`` of a binary operator, 0 of a sign, else -1.

    ``opens``: the levels of the operators whose operands start here, the outermost first;
    ``closes``: how many end here. ``depth``: pairs of brackets around it, and one. ``alone``: it
    is the only operator of its level between its operands. ``starts``: operands start here.
    """

    text: str
    level: int = NONE
    space: bool = True
    depth: int = 1
    breakable: bool = False
    opens: list[int] = field(default_factory=list)
    closes: int = 0
    alone: bool = True

    @property
    def starts(self) -> bool:
        """Say whether a binary operator's operands start here."""
        return any(level > UNARY for level in self.opens)

    @property
    def penalty(self) -> int:
        """What a line's end behind it costs."""
        return BRACKET if self.text.endswith("(") else max(self.level, 0)


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a statement into pieces, and find its operands."""
    found = [Token(piece) for piece in PIECES.findall(text)]
    depth = 1
    before: Token | None = None
    for token in found:
        operand = before is not None and (before.level == NONE and not before.text.endswith("("))
        if token.text in LEVELS:
            sign = token.text == "-" and not operand
            token.level = UNARY if sign else LEVELS[token.text]
        depth -= token.text == ")"
        token.depth = depth
        depth += token.text.endswith("(")
        if before is not None:
            opened = before.text.endswith("(") or before.level == UNARY
            token.space = not opened and token.text not in ");"
            ends = before.level > UNARY and before.level != CONDITIONAL
            after = ends or (before.text.endswith("(") and before.text != "return(")
            token.breakable = (after or token.level == CONDITIONAL) and token.text != ")"
        before = token
    _Operands(found).statement()
    return tuple(found)


class _Operands:
    """Finds operands by recursive descent, as clang-format does."""

    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.place = 0

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def statement(self) -> None:
        if self.token.text == "return":
            self.place += 1
        self.operands(0)

    def operands(self, position: int) -> None:
        """Read what operators of this level and tighter ones join."""
        if position == len(ORDER):
            return self.operand()
        if ORDER[position] == CONDITIONAL:
            return self.choice(position)
        start, operators = self.place, list[Token]()
        self.operands(position + 1)
        while self.token.level == ORDER[position]:
            operators.append(self.token)
            self.place += 1
            self.operands(position + 1)
        if operators:
            self.group(start, ORDER[position])
            for one in operators:
                one.alone = len(operators) == 1
        return None

    def choice(self, position: int) -> None:
        start = self.place
        self.operands(position + 1)
        if self.token.text == "?":
            self.place += 1
            self.operands(0)
            self.place += 1
            self.operands(0)
            self.group(start, CONDITIONAL)

    def operand(self) -> None:
        """Read a sign and its operand, a bracket, or words such as `const double a`."""
        if self.token.level == UNARY:
            start = self.place
            self.place += 1
            self.operand()
            self.group(start, UNARY)
            return
        while self.token.level == NONE and self.token.text not in (")", ";"):
            opened = self.token.text.endswith("(")
            self.place += 1
            if opened:
                self.operands(0)
                self.place += 1

    def group(self, start: int, level: int) -> None:
        self.found[start].opens.insert(0, level)
        self.found[self.place - 1].closes += 1
