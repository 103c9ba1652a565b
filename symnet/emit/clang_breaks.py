"""Where clang-format breaks a statement of C that is too long for a line.

In: the text of a statement. Out: lines.

clang-format looks for the cheapest set of breaks: each costs what the operator in front of it
does, more the deeper it stands in brackets, and a character too many costs more than all of them.
How far a new line is indented depends on where the operands around it began. This is that search,
for statements with one `=` or a `return`, operators, choices, brackets and calls of one argument.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count

from symnet.emit.clang_tokens import ASSIGNMENT, CONDITIONAL, RELATIONAL, Token, tokens

INDENT = 4
EXCESS = 1_000_000
DEPTH = 20  # what a break costs, and as much again for each pair of brackets around it
FIRST = 15  # what the first break of a scope costs more


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known inside of brackets, or inside of an operator's operands.

    ``indent``: of a new line; ``start``: what brackets inside are indented from; ``question``:
    where a choice has its question mark. ``broken``: a line ended further inside, so that the
    operators here end lines too. ``whole``: it must stay on one line; ``operand``: what stands
    behind the last operator must; ``wrapped``: the last operator of a choice began a line.
    ``lined``: a line ended here already.
    """

    indent: int
    start: int
    question: int = 0
    broken: bool = False
    whole: bool = False
    operand: bool = False
    wrapped: bool = True
    lined: bool = False


Stack = tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """Before token ``place``: the column, the scopes, and before which tokens lines ended."""

    place: int
    column: int
    stack: Stack
    breaks: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=4096)
def breaks(text: str, margin: int, width: int) -> tuple[str, ...]:
    """Break a statement that starts at ``margin``; the lines are without it."""
    found = tokens(text)
    state = _cheapest(found, margin, width)
    lines, line, breaks = list[str](), "", dict(state.breaks)
    for place, token in enumerate(found):
        if place in breaks:
            lines.append(line)
            line = " " * (breaks[place] - margin) + token.text
        else:
            line += " " * (token.space and place > 0) + token.text
    return (*lines, line)


def _cheapest(found: tuple[Token, ...], margin: int, width: int) -> _State:
    first = _State(0, margin, (Scope(margin, margin),))
    number = count()
    waiting = [(0, next(number), _after(first, found, first.column, False))]
    seen = set[tuple[int, int, Stack]]()
    while True:
        cost, _, state = heappop(waiting)
        if state.place == len(found):
            return state
        key = (state.place, state.column, state.stack)
        if key not in seen:
            seen.add(key)
            for more, following in _choices(state, found, margin, width):
                heappush(waiting, (cost + more, next(number), following))


def _choices(
    state: _State, found: tuple[Token, ...], margin: int, width: int
) -> Iterator[tuple[int, _State]]:
    """Yield the next token on the same line and on a new one, as far as allowed, and the cost."""
    token, before, scope = found[state.place], found[state.place - 1], state.stack[-1]
    if not _must_break(token, before, scope):
        column = state.column + token.space
        stack = (*state.stack[:-1], _same_line(token, before, scope, column))
        following = _after(replace(state, stack=stack), found, column, False)
        yield EXCESS * max(0, following.column - width), following
    if token.breakable and not scope.whole and (not scope.operand or token.level > ASSIGNMENT):
        cost = DEPTH * token.depth + (0 if scope.lined else FIRST)
        cost += CONDITIONAL if token.level == CONDITIONAL else before.penalty
        column = _new_column(token, before, scope, margin)
        outer = tuple(replace(one, broken=True) for one in state.stack[:-1])
        scope = replace(scope, broken=_broken(token, before, scope), lined=True, start=column)
        at = (*state.breaks, (state.place, column))
        following = _after(_State(state.place, column, (*outer, scope), at), found, column, True)
        yield cost + EXCESS * max(0, following.column - width), following


def _broken(token: Token, before: Token, scope: Scope) -> bool:
    """Say whether operators behind a new line end lines too; once is enough for a sum."""
    return token.level == CONDITIONAL or (scope.broken and before.level <= CONDITIONAL)


def _must_break(token: Token, before: Token, scope: Scope) -> bool:
    if not scope.broken:
        return False
    if token.level == CONDITIONAL:
        return True
    return before.level > ASSIGNMENT and before.level != CONDITIONAL


def _same_line(token: Token, before: Token, scope: Scope, column: int) -> Scope:
    """Return the scope after a token was put behind the last one."""
    if before.text.endswith("("):
        return replace(scope, indent=column)
    colon = before.text == ":"
    operator = before.level > RELATIONAL and not before.alone
    if operator or (colon and not scope.wrapped):
        scope = replace(scope, operand=True)
    if before.level > ASSIGNMENT or (before.level == ASSIGNMENT and token.starts):
        scope = replace(scope, start=column)
    return scope


def _new_column(token: Token, before: Token, scope: Scope, margin: int) -> int:
    if scope.question and (token.text == ":" or before.level == CONDITIONAL):
        return scope.question
    return scope.indent + INDENT if scope.indent == margin else scope.indent


def _after(state: _State, found: tuple[Token, ...], column: int, newline: bool) -> _State:
    """Return the state behind a token that starts at ``column``."""
    token = found[state.place]
    before = found[state.place - 1] if state.place else None
    *outer, scope = state.stack
    if token.text == "?":
        scope = replace(scope, question=column)
    if token.level > 0:
        operand = scope.operand and token.level == CONDITIONAL
        scope = replace(scope, operand=operand, wrapped=newline)
    stack = [*outer, scope]
    _open_operands(stack, token, before, column)
    if token.text == ")":
        stack.pop()
    if token.text.endswith("("):
        top = stack[-1]
        stack.append(Scope(top.start + INDENT, top.start, whole=top.whole or top.operand))
    for _ in range(token.closes):
        stack.pop()
    return _State(state.place + 1, column + len(token.text), tuple(stack), state.breaks)


def _open_operands(stack: list[Scope], token: Token, before: Token | None, column: int) -> None:
    """Put a scope on the stack for each operator whose operands start here, the outermost first."""
    first = before is not None and (
        before.text == "return" or before.text.endswith("(") or before.level == ASSIGNMENT
    )
    for level in token.opens:
        top = stack[-1]
        indent = max(column, top.indent, top.start)
        if level == CONDITIONAL or (not first and level > ASSIGNMENT):
            indent += INDENT
        start = max(top.start, column) if level > 0 else top.start
        stack.append(Scope(indent, start, top.question, whole=top.whole or top.operand))
        first = False
