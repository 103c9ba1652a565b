"""The constants of a Python module: names by rule, numbers in as few lines as they need.

In: Spec, names, numbers. Out: lines of Python.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from symnet.emit.layout import WIDTH, listed, packed
from symnet.emit.printing import nearest_float
from symnet.model.numbering import bias_names, parameter_names, weight_names
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
            items = [_row(row) for row in rows] if several else map(nearest_float, rows[0])
            lines += listed(f"{name} = (", list(items), ")") if rows[0] else ()
    return lines + many_numbers("RATES = ", spec.training.rates) if spec.training.rates else lines


def missing(spec: Spec) -> str:
    """Say what the training steps lack; empty if they can be taken."""
    parts = {
        "initial values": spec.initial,
        "sample": spec.samples,
        "learning rate": spec.training.rates,
    }
    lacking = [f"no {part}" for part, given in parts.items() if not given]
    return f"Nothing to run: the network file gives {', '.join(lacking)}." if lacking else ""


def _row(row: Sequence[Fraction]) -> str:
    return f"({', '.join(map(nearest_float, row))}{',' if len(row) == 1 else ''})"


def many_numbers(opening: str, values: Sequence[Fraction]) -> Lines:
    """Write a list of numbers behind ``opening``, equal neighbours as a product."""
    texts = [nearest_float(value) for value in values]
    runs = [(text, len(list(group))) for text, group in groupby(texts)]
    if len(texts) > REPEATED * len(runs):
        return (opening + " + ".join(f"[{text}] * {count}" for text, count in runs),)
    if len(texts) > LONG:
        return _unformatted(packed(f"{opening}[", texts, "]"))
    return listed(f"{opening}[", texts, "]", alone="")


def table_constant(name: str, numbers: Sequence[int]) -> Lines:
    """Write a table of indices."""
    return _unformatted(packed(f"{name} = (", [str(one) for one in numbers], ")"))


def many_names(spec: Spec) -> Lines:
    """Write PARAMETERS by the rule that numbers them, where there is one."""
    pieces = list(_pieces(spec))
    names = [name for _, piece in pieces for name in piece]
    readable = all(len(rule) < WIDTH - 10 for rule, _ in pieces)
    if readable and tuple(names) == parameter_names(spec):
        starred = [rule if rule.startswith("(") else f"({rule})" for rule, _ in pieces]
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


def _pieces(spec: Spec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield, layer by layer, a rule for the names and the names it stands for."""
    weights, biases = weight_names(spec), bias_names(spec)
    for number, (layer, matrix) in enumerate(zip(spec.layers, weights, strict=True), 1):
        names = tuple(name for column in zip(*matrix, strict=True) for name in column)
        if layer.weights is None:
            yield _weight_rule(spec, number, names, len(matrix)), names
        else:
            yield _given(names), tuple(dict.fromkeys(names))
    for number, (layer, row) in enumerate(zip(spec.layers, biases, strict=True), 1):
        if row:
            rule = _given(row) if layer.biases is not None else _bias_rule(spec, number, row)
            yield rule, tuple(dict.fromkeys(row))


def _weight_rule(spec: Spec, layer: int, names: tuple[str, ...], units: int) -> str:
    if spec.numbering == "flat":
        return _numbered("w", names)
    sources = len(names) // units
    loops = f"for source in range(1, {sources + 1}) for unit in range(1, {units + 1})"
    return f'f"w{layer}_{{unit}}_{{source}}" {loops}'


def _bias_rule(spec: Spec, layer: int, names: tuple[str, ...]) -> str:
    if spec.numbering == "flat":
        return _numbered("b", names)
    return f'f"b{layer}_{{unit}}" for unit in range(1, {len(names) + 1})'


def _numbered(letter: str, names: tuple[str, ...]) -> str:
    first = int(names[0].removeprefix(letter))
    return f'f"{letter}{{k}}" for k in range({first}, {first + len(names)})'


def _given(names: tuple[str, ...]) -> str:
    texts = [f'"{one}"' for one in dict.fromkeys(names)]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def _unformatted(lines: Lines) -> Lines:
    """Keep formatters from giving every entry a line of its own."""
    return ("# fmt: off", *lines, "# fmt: on")
