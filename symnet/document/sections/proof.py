"""The section that says what was proven, and how.

In: Report. Out: blocks.
"""

from collections.abc import Iterator

from symnet.check.report import Record, Report
from symnet.document.blocks import Block, Heading, Piece, Pieces, Table, paragraph
from symnet.document.lesson import Lesson
from symnet.document.mathematics import equation
from symnet.document.prose import listed, number_word, several, spoken


def proof_section(lesson: Lesson, report: Report | None) -> Iterator[Block]:
    """Tell what the checks compared and how they came out; nothing without a report."""
    if report is None:
        return
    records = [one for one in report.records if one.name in lesson.wrt]
    yield Heading(1, ("What was proven",))
    yield paragraph(f"In symbols: {report.method}.")
    yield paragraph(*_in_numbers(report, records))
    yield from _samples(report)
    yield from _steps(lesson, report)
    good = sum(one.ok for one in records)
    verdict = f"Proven: {good} of {len(records)} gradient{'s' * (len(records) != 1)}."
    yield paragraph(verdict, warning=good < len(records))
    yield _table(lesson, records)


def _in_numbers(report: Report, records: list[Record]) -> Iterator[Piece]:
    counts = sorted({one.points for one in records})
    several = " to ".join(dict.fromkeys(number_word(one) for one in (counts[0], counts[-1])))
    yield (
        f"In numbers: at {several} {report.arithmetic}, every gradient was compared with dual "
        "numbers sent through the network, and with difference quotients of the loss."
    )
    if any(one.kinks for one in records):
        yield (
            " Other points were put exactly on a kink, where the gradient has to lie between those "
            "on the two sides, and where the convention says."
        )


def _samples(report: Report) -> Iterator[Block]:
    """Say how the gradient of the batch compared at the file's own samples, if there is a batch."""
    for text, verdict in report.samples:
        if verdict == "agrees":
            yield paragraph(f"At the initial parameters: the {text} agrees with its quotient.")
        else:
            yield paragraph(f"The {text}: {verdict}.", warning=True)


def _steps(lesson: Lesson, report: Report) -> Iterator[Block]:
    """Name the steps that were proven for themselves; a failed one as the report has it."""
    failed = [text for text, verdict in report.steps if verdict != "proven"]
    if failed:
        yield paragraph(f"Not proven: {'; '.join(failed)}.", warning=True)
    elif report.steps:
        functions = dict.fromkeys(spoken(name) for name, _ in lesson.letters.functions)
        pieces: list[Piece] = []
        if functions:
            slopes = "slopes" if len(functions) > 1 else "slope"
            pieces.append(f"the {slopes} of {several(list(functions))}, from the definition")
        pieces += _collapses(lesson, bool(functions))
        yield paragraph("Steps proven for themselves: ", *pieces, ".")


def _collapses(lesson: Lesson, after: bool) -> Iterator[Piece]:
    """Write the deltas with a short form, each with that form."""
    adjoints = lesson.derivation.adjoints.values()
    short = [
        equation(lesson.letters.adjoint(one.variable), lesson.letters(one.collapsed))
        for one in adjoints
        if one.collapsed is not None
    ]
    if short:
        yield "; and " if after else ""
        yield from listed(short)
        yield ", from the factors"


def _table(lesson: Lesson, records: list[Record]) -> Table:
    kinks = any(one.kinks for one in records)
    head: list[Pieces] = [("Gradient",), ("In symbols",), ("Points",), ("Not zero at",)]
    head += [("On a kink",)] if kinks else []
    rows = [_row(lesson, one, kinks) for one in records]
    caption = "Every gradient, and how it was checked."
    return Table("proof", (caption,), (*head, ("Verdict",)), tuple(rows))


def _row(lesson: Lesson, record: Record, kinks: bool) -> tuple[Pieces, ...]:
    cells: list[Pieces] = [
        (lesson.letters.partial(lesson.network.loss, record.name),),
        (record.symbolic,),
        (str(record.points),),
        (str(record.nonzero) if record.reachable else "none",),
    ]
    cells += [(f"{record.kinks_right} of {record.kinks} right",)] if kinks else []
    return (*cells, ("proven" if record.ok else "failed",))
