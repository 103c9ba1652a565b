"""Plain text made safe for Markdown: every character prints as itself, none is markup.

In: str. Out: str.
"""

import re

from symnet.document.visible import visible

_ANYWHERE = re.compile(r"[\\`*_\[\]<>$|~&{}#@^]")
# What starts a list, a heading's underline, a comment or a target, but only at a line's start.
_AT_START = re.compile(r"(?:[-+=%(:]|\d+(?=[.)]))")


def escaped(text: str) -> str:
    """Return ``text`` with a backslash before every sign that means something."""
    return _ANYWHERE.sub(r"\\\g<0>", visible(text))


def guarded(line: str) -> str:
    """Return a line of Markdown that is text from its first character on."""
    found = _AT_START.match(line)
    if found is None:
        return line
    if line[0].isdigit():
        return f"{found[0]}\\{line[found.end() :]}"
    return f"\\{line}"


def fenced(text: str, language: str) -> str:
    """Return program text between fences longer than any run of backticks in it."""
    longest = max((len(one) for one in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def code(text: str) -> str:
    """Return ``text`` as it is typed, in a span with enough backticks around it."""
    shown = "".join(one if one.isprintable() else "?" for one in text)
    longest = max((len(one) for one in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    ends = shown[:1] + shown[-1:]
    air = " " if "`" in ends or ends == "  " else ""  # of two spaces, one each is taken away
    return f"{fence}{air}{shown}{air}{fence}"
