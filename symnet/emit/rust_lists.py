"""Lists of words and numbers in Rust, laid out as rustfmt does without options.

In: text of each entry. Out: lines.
"""

from collections.abc import Sequence

WIDTH, STEP = 100, 4
# What a list may take on one line.
LIST = 60
# Lists of words no longer than this are filled, line by line.
SHORT = 10
Lines = tuple[str, ...]


def listed(opening: str, items: Sequence[str], depth: int, closing: str = "]") -> Lines:
    """Write a list of words or numbers: on a line, on as few as they need, or on one each."""
    margin = STEP * depth
    flat = ", ".join(items)
    if len(flat) <= LIST and margin + len(opening + flat + closing) <= WIDTH:
        return (f"{opening}{flat}{closing}",)
    if max(map(len, items)) > SHORT:
        return (opening, *(f"{' ' * STEP}{item}," for item in items), closing)
    return filled(opening, items, depth, closing)


def filled(opening: str, items: Sequence[str], depth: int, closing: str) -> Lines:
    """Write a list with as many items on a line as fit."""
    lines, line = [opening], " " * STEP
    for item in items:
        if STEP * depth + len(f"{line}{item},") >= WIDTH:  # rustfmt counts one more comma
            lines.append(line.rstrip())
            line = " " * STEP
        line += f"{item}, "
    return (*lines, line.rstrip(), closing)
