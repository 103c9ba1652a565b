"""What was found in a file, told on a terminal: slips first, then what is right in part only.

In: Examination. Out: str.

A line that is wrong only because of another one is told with that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from symnet.check.handwritten.checking import Examination
from symnet.check.handwritten.finding import Finding, Mark, shown_number

INDENT = "    "
WORDS = {
    "right": "right",
    "right-if": "right only in part",
    "wrong": "wrong",
    "not-read": "not read",
    "missing": "missing",
}


def told(examination: Examination) -> str:
    """Return everything that a reader of one file wants to know."""
    findings = examination.findings
    blocks = [_head(examination), *_names(examination)]
    blocks += _slips(findings)
    blocks += [_stale(one) for one in findings if one.stale]
    blocks += _in_part(findings)
    blocks += _absent(one for one in findings if one.verdict == "missing")
    blocks += _unread(findings)
    return "\n\n".join(blocks) + "\n"


def counted(findings: Sequence[Finding]) -> str:
    """Count the verdicts: ``56 right, 4 wrong``."""
    counts = dict.fromkeys(WORDS, 0)
    for one in findings:
        counts[one.verdict] += 1
    shown = (f"{count} {WORDS[verdict]}" for verdict, count in counts.items() if count)
    return ", ".join(shown) or "no formula found"


def place(finding: Finding) -> str:
    """Say where a formula stands."""
    line = f"line {finding.line}"
    return line if finding.cell is None else f"cell {finding.cell}, {line}"


def _head(examination: Examination) -> str:
    return f"{examination.path}: {counted(examination.findings)}"


def _names(examination: Examination) -> Iterator[str]:
    renamed = [f"{a} is {b}" for a, b in examination.names if a != b]
    if renamed:
        yield f"names: {', '.join(renamed)}"
    if examination.unmatched:
        yield f"names not known: {', '.join(examination.unmatched)} (say what they are with --map)"
    if examination.absent:
        yield f"no name in the file for: {', '.join(examination.absent)}"


def _slips(findings: Sequence[Finding]) -> Iterator[str]:
    """Tell every slip once, with all the places it was made at."""
    for found in alike(one for one in findings if one.verdict == "wrong" and one.cause is None):
        yield "\n".join(_slip(found, findings))


def alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put the findings together that say the same of the same line, written again and again.

    So do the entries of a table.
    """
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.written, one.target, one.fix), []).append(one)
    return list(groups.values())


def led_to(cause: Finding, findings: Sequence[Finding]) -> list[Finding]:
    """Return what is wrong, or right in part only, because of another line."""
    return [one for one in findings if one.cause == cause.line and one.verdict == cause.verdict]


def _slip(found: list[Finding], findings: Sequence[Finding]) -> Iterator[str]:
    first = found[0]
    yield f"{places_of(found)}: {subject(found)} is wrong"
    yield from marked(first)
    if first.fix:
        yield f"  {first.fix}"
    led = led_to(first, findings)
    if led:
        names = _targets(led)
        yield f"  so {_listed(names)} {'are' if len(names) > 1 else 'is'} wrong"
    yield from effects(found, findings)


def effects(found: Sequence[Finding], findings: Sequence[Finding]) -> Iterator[str]:
    """Say what a slip does to the numbers, at every place it was made at."""
    lines: dict[str, list[Finding]] = {}
    for one in found:
        lines.setdefault(place(one), []).append(one)
    places: dict[str, list[Finding]] = {}
    for here in lines.values():
        places.setdefault(effect([*here, *led_to(here[0], findings)]), []).append(here[0])
    for words, where in places.items():
        if not words:
            continue
        yield f"  {words}{f' ({places_of(where)})' if len(lines) > 1 else ''}"


def places_of(findings: Sequence[Finding]) -> str:
    """Name the places of some findings: ``lines 3 and 8``, ``cell 2, line 3; cell 4, line 9``."""
    if all(one.cell is None for one in findings):
        lines = list(dict.fromkeys(str(one.line) for one in findings))
        return f"{'line' if len(lines) == 1 else 'lines'} {_listed(lines)}"
    return "; ".join(dict.fromkeys(map(place, findings)))


def subject(found: Sequence[Finding]) -> str:
    """Name what a line assigns, and what that is in the network."""
    target = found[0].target
    nodes = dict.fromkeys(one.node for one in found if one.node not in (None, target))
    return f"{target} ({_listed(map(str, nodes))})" if nodes else target


def marked(one: Finding) -> list[str]:
    """Return the line as written, with what is to be changed marked and what to write there."""
    shown = []
    for at, text in enumerate(one.written.split("\n")):
        shown.append(INDENT + text)
        marks = [mark for mark in one.marks if mark.line == (one.line or 0) + at]
        shown += [INDENT + row for row in _pointers(text, marks)]
    return shown


def _pointers(text: str, marks: Iterable[Mark]) -> Iterator[str]:
    for mark in sorted(set(marks), key=lambda one: one.column):
        width = max(1, mark.end_column - mark.column)
        yield f"{_blank(text[: mark.column])}{'^' * width} {mark.text}"


def _blank(text: str) -> str:
    return "".join(char if char == "\t" else " " for char in text)


def effect(findings: Sequence[Finding]) -> str:
    """Say what a slip does to the numbers at hand; nothing where there are none."""
    changed = [one for one in findings if one.hides is False]
    if changed:
        last = changed[-1]
        return f"it shows: {last.target} is {_shown(last.computed)}, and should be {_true(last)}"
    if any(one.hides for one in findings):
        return "it hides: the numbers here are as they should be"
    return ""


def _true(one: Finding) -> str:
    return one.rounded or _shown(one.true)


def _shown(number: float | None) -> str:
    return "unknown" if number is None else shown_number(number)


def _stale(one: Finding) -> str:
    what = f"prints {_shown(one.printed)}, but its formula gives {_shown(one.computed)}"
    return (
        f"{place(one)}: {one.target} {what}; the output is not of this code\n{INDENT}{_first(one)}"
    )


def _in_part(findings: Sequence[Finding]) -> Iterator[str]:
    """Tell together what is right under one condition."""
    conditions: dict[str, list[Finding]] = {}
    for one in findings:
        if one.verdict == "right-if":
            conditions.setdefault(one.condition or "", []).append(one)
    for condition, found in conditions.items():
        lines = [f"right only where {condition}:"]
        for same in alike(one for one in found if one.cause is None):
            lines += _part(same, findings)
        yield "\n".join(lines)


def _part(found: list[Finding], findings: Sequence[Finding]) -> Iterator[str]:
    first = found[0]
    yield f"  {places_of(found)}: {subject(found)}"
    yield from marked(first)
    if first.fix:
        yield f"  {first.fix}"
    led = led_to(first, findings)
    if led:
        yield f"  and so {_listed(_targets(led))}"


def _absent(findings: Iterable[Finding]) -> Iterator[str]:
    """Tell what is missing, all that is missing alike together."""
    alike: dict[str, list[Finding]] = {}
    for one in findings:
        alike.setdefault(one.because or "", []).append(one)
    for because, found in alike.items():
        words = because if len(found) == 1 else because.replace("it is ", "each is ")
        names = _listed(dict.fromkeys(one.target for one in found))
        yield f"missing: {names}: {words}; {', '.join(str(one.fix) for one in found)}"


def _unread(findings: Sequence[Finding]) -> Iterator[str]:
    found = [one for one in findings if one.verdict == "not-read"]
    if found:
        lines = [f"  {place(one)}: {one.because}\n  {INDENT}{_first(one)}" for one in found]
        yield "\n".join(["not read, and so not judged:", *dict.fromkeys(lines)])


def _first(one: Finding) -> str:
    return one.written.split("\n")[0].strip()


def _targets(findings: Iterable[Finding]) -> list[str]:
    """Name targets with their lines, a table of several cells once."""
    return list(dict.fromkeys(f"{one.target} (line {one.line})" for one in findings))


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)
