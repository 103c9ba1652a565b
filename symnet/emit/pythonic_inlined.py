"""An update as statements in Python, and the training loop that carries it out in place.

In: Inlined. Out: lines of Python.
"""

from collections.abc import Mapping

from symnet.emit.inlined import Inlined
from symnet.emit.layout import STEP, mentions
from symnet.emit.printing import Printer
from symnet.emit.pythonic import LINES, returned, unpacked
from symnet.emit.routines import Reads
from symnet.emit.statements import written

Lines = tuple[str, ...]
# What the loop of `train` uses besides the network's names.
OWN = frozenset(("step", "k", "rates"))
NOTHING = 'raise ValueError("there is nothing to learn from: give at least one sample")'


def update_body(one: Inlined, printer: Printer, calls: Mapping[str, str]) -> Lines:
    """Write the body of `update`; ``calls``: what is called for an argument it has not."""
    lines = written(one.sections.statements, LINES, printer)
    reads = _unpacked((*one.kept, *one.given), printer, calls)
    return (*reads, *lines, *returned(one.sections.results, printer))


def train_body(one: Inlined, printer: Printer) -> Lines:
    """Write the body of `train`, if there is one."""
    if not one.trains:
        return ()
    statements = (*one.sections.statements, *one.sections.carried)
    steps = tuple(written(statements, LINES, printer, STEP))
    if not mentions(steps, "learning_rate"):
        return ()  # no step changes what is learned
    start = _online(one, printer) if one.samples == "online" else _repeated(one, printer)
    return (*start, *steps, *returned(one.sections.kept, printer))


def _repeated(one: Inlined, printer: Printer) -> Lines:
    reads = _unpacked((*one.kept, *one.given), printer)
    return (*reads, "for learning_rate in rates:")


def _online(one: Inlined, printer: Printer) -> Lines:
    reads = _unpacked(one.given, printer, {"x": "x[k]", "y": "y[k]"}, 2 * len(STEP))
    return (
        "if len(x) == 0:",
        STEP + NOTHING,
        *_unpacked(one.kept, printer),
        "for step, learning_rate in enumerate(rates):",
        f"{STEP}k = step % len(x)",
        *(STEP + line for line in reads),
    )


def _unpacked(
    reads: Reads,
    printer: Printer,
    calls: Mapping[str, str] | None = None,
    indent: int = len(STEP),
) -> Lines:
    lines: Lines = ()
    for argument, names in reads:
        now = [printer.names.get(name, name) for name in names]
        lines += unpacked(now, (calls or {}).get(argument, argument), indent)
    return lines
