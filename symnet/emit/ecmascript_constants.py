"""The constants of a JavaScript module: names by rule, numbers in as few lines as they need.

In: Spec, names, numbers. Out: lines of JavaScript.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from symnet.emit.constants import REPEATED
from symnet.emit.file_numbers import FileNumbers, samples_and_rates
from symnet.emit.name_rules import BiasRow, Given, NameRule, Numbered, WeightGrid, name_rules
from symnet.emit.prettier import WIDTH, Lines, listed, literal, numbers, rows, statement
from symnet.model.numbering import parameter_names
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.spec import Spec


def quoted(text: str) -> str:
    """Write a string that holds nothing but what names and symnet's own sentences hold."""
    return f'"{text}"'


def names_list(opening: str, given: Sequence[str], closing: str = "];") -> Lines:
    """Write a list of names."""
    return listed(opening, [quoted(one) for one in given], 0, closing)


def many_numbers(opening: str, values: Sequence[Fraction], typed: bool = False) -> Lines:
    """Write a list of numbers behind ``opening``, equal neighbours by their count.

    ``typed``: as a Float64Array.
    """
    runs = [(literal(value), len(list(group))) for value, group in groupby(values)]
    start, end = ("new Float64Array([", "]);") if typed else ("[", "];")
    if len(values) <= REPEATED * len(runs):
        return statement(numbers(values, opening + start, end))
    if len(runs) == 1:
        kind = "Float64Array" if typed else "Array"
        return (f"{opening}new {kind}({runs[0][1]}).fill({runs[0][0]});",)
    items = [f"...new Array({count}).fill({text})" for text, count in runs]
    return listed(opening + start, items, 0, end)


def sample_constants(spec: Spec) -> tuple[Lines, ...]:
    """Write the file's samples and learning rates, as far as it has them, each with what it is."""
    return tuple((f"/** {one.text} */", *_given(one)) for one in samples_and_rates(spec))


def _given(one: FileNumbers) -> Lines:
    opening = f"export const {one.name.upper()} = ["
    if one.name == "rates":
        return many_numbers(opening.removesuffix("["), one.rows[0])
    if one.several:
        return statement(rows(one.rows, opening, "];"))
    return statement(numbers(one.rows[0], opening, "];"))


def table(name: str, values: Sequence[Fraction | int]) -> Lines:
    """Write a constant list of numbers that only the module itself reads."""
    return statement(numbers([float(one) for one in values], f"const {name} = [", "];"))


def many_names(spec: Spec) -> Lines:
    """Write PARAMETERS by the rules that number them, where there are any."""
    opening = "export const PARAMETERS = ["
    rules = name_rules(spec)
    if not rules:
        return names_list(opening, parameter_names(spec))
    return listed(opening, [item for rule in rules for item in _items(rule)], 0)


def _items(rule: NameRule) -> tuple[str, ...]:
    match rule:
        case Numbered(letter, first, count):
            return (f'...numbered("{letter}", {first}, {count})',)
        case WeightGrid(layer, sources, units):
            return (f"...weights({layer}, {sources}, {units})",)
        case BiasRow(layer, units):
            return (f'...numbered("b{layer}_", 1, {units})',)
        case Given(given):
            return tuple(map(quoted, given))


def naming_functions(spec: Spec) -> tuple[str, ...]:
    """Return the names of the functions that `many_names` calls."""
    kinds = {type(rule) for rule in name_rules(spec)}
    found = ("numbered",) if kinds & {Numbered, BiasRow} else ()
    return (*found, "weights") if WeightGrid in kinds else found


def many_state_names(spec: Spec) -> Lines:
    """Write STATE from PARAMETERS, slot by slot."""
    optimizer = OPTIMIZERS[spec.training.optimizer.name]
    lines: Lines = ()
    source = "PARAMETERS"
    if spec.frozen:
        lines = names_list("const FROZEN = [", spec.frozen)
        kept = "PARAMETERS.filter((name) => !FROZEN.includes(name))"
        source, opening = "MOVING", "const MOVING ="
        flat = f"{opening} {kept};"
        lines += (flat,) if len(flat) <= WIDTH else (opening, f"  {kept};")
    slots = [f"...{source}.map((name) => `{slot}_${{name}}`)" for slot in optimizer.slots]
    powers = [quoted(f"{option}_power") for option in optimizer.powers]
    return (*lines, *listed("export const STATE = [", [*slots, *powers], 0))
