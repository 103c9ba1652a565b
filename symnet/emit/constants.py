"""The constants of a Python module: names by rule, numbers in as few lines as they need.

In: Spec, names, numbers. Out: lines of Python.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from symnet.emit.layout import STEP, WIDTH, listed, packed
from symnet.emit.name_rules import BiasRow, Given, NameRule, Numbered, WeightGrid, name_rules
from symnet.emit.printing import nearest_float
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec

Lines = tuple[str, ...]
# Numbers are written with a count where each stands at least as often as this on average.
REPEATED = 3
# Longer lists than this do not get a line for each entry.
LONG = 200


def names_constant(name: str, names: Sequence[str]) -> Lines:
    """Write a tuple of names."""
    return listed(f"{name} = (", [f'"{one}"' for one in names], ")")


def numbers_constant(name: str, values: Sequence[Fraction]) -> Lines:
    """Write a tuple of numbers."""
    return listed(f"{name} = (", [nearest_float(one) for one in values], ")")


def sample_constants(spec: Spec) -> Lines:
    """Write the file's samples and learning rates, as far as it has them."""
    lines: Lines = ()
    if spec.samples is not None:
        several = spec.samples.batch or spec.training.mode == "online"
        for name, rows in (("SAMPLE_X", spec.samples.x), ("SAMPLE_Y", spec.samples.y)):
            opening = f"{name} = ("
            if rows[0] and several:
                lines += _rows(opening, rows)
            elif rows[0]:
                lines += listed(opening, list(map(nearest_float, rows[0])), ")")
    return lines + many_numbers("RATES = ", spec.training.rates) if spec.training.rates else lines


def _rows(opening: str, rows: Sequence[Sequence[Fraction]]) -> Lines:
    """Write a row a line, or if one is too long for that, on as many lines as they need."""
    texts = [_row(row) for row in rows]
    if max(map(len, texts)) + len(STEP) < WIDTH:
        return listed(opening, texts, ")")
    lines: Lines = (opening,)
    for row in rows:
        broken = packed("(", [nearest_float(one) for one in row], "),", len(STEP))
        lines += tuple(STEP + line for line in broken)
    return _unformatted((*lines, ")"))


def missing(spec: Spec) -> str:
    """Say what the training steps lack; empty if they can be taken."""
    parts = {
        "initial values": spec.initial,
        "sample": spec.samples,
        "learning rate": spec.training.rates,
    }
    lacking = [f"no {part}" for part, given in parts.items() if not given]
    return f"Nothing to run: the file gives {', '.join(lacking)}." if lacking else ""


def _row(row: Sequence[Fraction]) -> str:
    return f"({', '.join(map(nearest_float, row))}{',' if len(row) == 1 else ''})"


def many_numbers(opening: str, values: Sequence[Fraction], brackets: str = "[]") -> Lines:
    """Write a list of numbers behind ``opening``, or a tuple; equal neighbours as a product."""
    start, end = brackets[0], brackets[1]
    alone = "," if start == "(" else ""
    texts = [nearest_float(value) for value in values]
    runs = [(text, len(list(group))) for text, group in groupby(texts)]
    if len(texts) > REPEATED * len(runs):
        products = (f"{start}{text}{alone}{end} * {count}" for text, count in runs)
        return (opening + " + ".join(products),)
    if len(texts) > LONG:
        return _unformatted(packed(f"{opening}{start}", texts, end))
    return listed(f"{opening}{start}", texts, end, alone=alone)


def table_constant(name: str, numbers: Sequence[int]) -> Lines:
    """Write a table of indices."""
    return _unformatted(packed(f"{name} = (", [str(one) for one in numbers], ")"))


def many_names(spec: Spec) -> Lines:
    """Write PARAMETERS by the rules that number them, where there are any."""
    rules = [_rule(one) for one in name_rules(spec)]
    if rules and all(len(rule) < WIDTH - 10 for rule in rules):
        starred = [rule if rule.startswith("(") else f"({rule})" for rule in rules]
        return listed("PARAMETERS = (", [f"*{rule}" for rule in starred], ")")
    given = [f'"{one}"' for one in parameter_names(spec)]
    return _unformatted(packed("PARAMETERS = (", given, ")"))


def many_state_names(spec: Spec) -> Lines:
    """Write STATE from PARAMETERS, slot by slot."""
    optimizer = OPTIMIZERS[spec.training.optimizer.name]
    moving = "name for name in PARAMETERS if name not in FROZEN" if spec.frozen else ""
    frozen = names_constant("FROZEN", spec.frozen) if spec.frozen else ()
    frozen += (f"MOVING = tuple({moving})",) if moving else ()
    source = "MOVING" if moving else "PARAMETERS"
    slots = [f'*(f"{slot}_{{name}}" for name in {source})' for slot in optimizer.slots]
    powers = [f'"{option}_power"' for option in optimizer.powers]
    return (*frozen, *listed("STATE = (", [*slots, *powers], ")"))


def _rule(rule: NameRule) -> str:
    """Write a rule as a tuple of names, or as what stands in the brackets of a generator."""
    match rule:
        case Numbered(letter, first, count):
            return f'f"{letter}{{k}}" for k in range({first}, {first + count})'
        case WeightGrid(layer, sources, units):
            loops = f"for source in range(1, {sources + 1}) for unit in range(1, {units + 1})"
            return f'f"w{layer}_{{unit}}_{{source}}" {loops}'
        case BiasRow(layer, units):
            return f'f"b{layer}_{{unit}}" for unit in range(1, {units + 1})'
        case Given(names):
            texts = [f'"{one}"' for one in names]
            return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def _unformatted(lines: Lines) -> Lines:
    """Keep formatters from giving every entry a line of its own."""
    return ("# fmt: off", *lines, "# fmt: on")
