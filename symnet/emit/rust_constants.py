"""The constants of a Rust module: names, numbers, samples.

In: Spec, names, numbers. Out: lines of Rust.

Lists are statics, not constants: they have one place in memory, however often they are used.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from textwrap import wrap

from symnet.emit.constants import LONG, REPEATED
from symnet.emit.file_numbers import FileNumbers, samples_and_rates
from symnet.emit.name_rules import BiasRow, Given, NameRule, Numbered, WeightGrid, name_rules
from symnet.emit.rust_lists import LIST, SHORT, STEP, WIDTH, Lines, filled, listed
from symnet.emit.rust_numbers import Real
from symnet.model.spec import Spec

Values = Sequence[Fraction] | Sequence[float]
# Keeps rustfmt from giving every entry of a list a line of its own.
SKIPPED = "#[rustfmt::skip]"


def quoted(text: str) -> str:
    """Write a string that holds nothing but what names and symnet's own sentences hold."""
    return f'"{text}"'


def names_list(name: str, given: Sequence[str]) -> Lines:
    """Write a list of names."""
    items = [quoted(one) for one in given]
    return _static(f"pub static {name}: [&str; {len(given)}] = [", items)


def numbers_list(name: str, values: Values, real: Real) -> Lines:
    """Write a list of numbers, equal ones by their count."""
    opening = f"pub static {name}: [{real}; {len(values)}] = ["
    texts = [real.literal(value) for value in values]
    if len(texts) > SHORT and len(set(texts)) == 1:
        return (f"{opening}{texts[0]}; {len(texts)}];",)
    return _static(opening, texts)


def returned(values: Values, real: Real) -> Lines:
    """Write a list of numbers as what a function returns; most of a long one are alike."""
    texts = [real.literal(value) for value in values]
    usual, times = Counter(texts).most_common(1)[0]
    if len(texts) <= SHORT or REPEATED * (1 + len(texts) - times) > len(texts):
        return listed("[", texts, 1)
    if times == len(texts):
        return (f"[{usual}; {times}]",)
    others = [f"values[{k}] = {text};" for k, text in enumerate(texts) if text != usual]
    return (f"let mut values = [{usual}; {len(texts)}];", *others, "values")


def table(name: str, values: Sequence[Fraction | int], real: Real | None = None) -> Lines:
    """Write a list of numbers that only the module itself reads: places, or of a type."""
    kind = real or "usize"
    texts = [real.literal(one) if real else str(one) for one in values]
    return _static(f"static {name}: [{kind}; {len(values)}] = [", texts)


def sample_constants(spec: Spec, real: Real) -> tuple[Lines, ...]:
    """Write the file's samples and learning rates, as far as it has them, each with what it is."""
    return tuple((f"/// {one.text}", *_given(one, real)) for one in samples_and_rates(spec))


def _given(one: FileNumbers, real: Real) -> Lines:
    name = one.name.upper()
    return _rows(name, one.rows, real) if one.several else numbers_list(name, one.rows[0], real)


def _rows(name: str, given: Sequence[Values], real: Real) -> Lines:
    """Write a list of lists, a row a line where not all fit on one."""
    opening = f"pub static {name}: [[{real}; {len(given[0])}]; {len(given)}] = ["
    rows = [f"[{', '.join(map(real.literal, row))}]" for row in given]
    if max(map(len, rows)) <= LIST:
        return _behind(opening, rows) or (opening, *(f"{' ' * STEP}{row}," for row in rows), "];")
    packed = (filled("[", [real.literal(one) for one in row], 1, "],") for row in given)
    return (SKIPPED, opening, *(f"{' ' * STEP}{line}" for row in packed for line in row), "];")


def _static(opening: str, items: Sequence[str]) -> Lines:
    """Write a constant list; a long one on as few lines as it needs."""
    if found := _behind(opening, items):
        return found
    if len(items) > LONG and max(map(len, items)) > SHORT:
        return (SKIPPED, *filled(opening, items, 0, "];"))
    return listed(opening, items, 0, "];")


def _behind(opening: str, items: Sequence[str]) -> Lines:
    """Write a list on one line, or on the next one; empty if it is too long."""
    flat = ", ".join(items)
    if len(flat) > LIST:
        return ()
    if len(f"{opening}{flat}];") <= WIDTH:
        return (f"{opening}{flat}];",)
    return (opening.removesuffix(" ["), f"{' ' * STEP}[{flat}];")


def names_told(spec: Spec) -> Lines:
    """Say in which order a wide network's parameters stand; empty if there is no rule for it."""
    rules = name_rules(spec)
    grid = any(isinstance(one, WeightGrid) for one in rules)
    text = f"In order: {', '.join(map(_rule, rules))}."
    text += (
        " A weight's numbers are layer, unit and source; a source's units stand side by side."
        if grid
        else ""
    )
    return tuple(wrap(text, 92)) if rules else ()


def _rule(rule: NameRule) -> str:
    match rule:
        case Numbered(letter, first, count):
            return _from(f"{letter}{first}", f"{letter}{first + count - 1}")
        case WeightGrid(layer, sources, units):
            return _from(f"w{layer}_1_1", f"w{layer}_{units}_{sources}")
        case BiasRow(layer, units):
            return _from(f"b{layer}_1", f"b{layer}_{units}")
        case Given(names):
            return ", ".join(f"`{one}`" for one in names)


def _from(first: str, last: str) -> str:
    return f"`{first}`" if first == last else f"`{first}` to `{last}`"
