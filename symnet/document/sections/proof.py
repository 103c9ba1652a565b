"""The section that says what was proven, and how.

In: Report. Out: blocks.
"""

from collections.abc import Iterator

from symnet.check.report import Record, Report
from symnet.document.blocks import Block, Heading, Paragraph, Pieces, Table, paragraph
from symnet.document.lesson import Lesson


def proof_section(lesson: Lesson, report: Report | None) -> Iterator[Block]:
    """Tell what the checks compared and how they came out; nothing without a report."""
    if report is None:
        return
    records = [one for one in report.records if one.name in lesson.wrt]
    yield Heading(1, ("What was proven",))
    good = sum(one.ok for one in records)
    yield paragraph(
        f"{good} of {len(records)} gradients proven: {report.method}; {report.arithmetic}."
    )
    yield from _steps(report)
    yield _table(lesson, records)


def _steps(report: Report) -> Iterator[Paragraph]:
    for text, verdict in report.steps:
        yield paragraph(f"{text}: {verdict}.", warning=verdict != "proven")


def _table(lesson: Lesson, records: list[Record]) -> Table:
    head: tuple[Pieces, ...] = (
        ("Gradient",),
        ("Symbolically",),
        ("Points",),
        ("Not zero",),
        ("On a kink",),
        ("Verdict",),
    )
    loss = lesson.network.loss
    rows = tuple(
        (
            (lesson.letters.partial(loss, one.name),),
            (one.symbolic,),
            (str(one.points),),
            (str(one.nonzero) if one.reachable else "always 0",),
            (f"{one.kinks_right} of {one.kinks}",),
            ("proven" if one.ok else "FAILED",),
        )
        for one in records
    )
    return Table("proof", ("Every gradient and how it was checked.",), head, rows)
