"""Initial values and samples: given in the network file, by rule, or in a file beside it.

In: Section, Spec. Out: InitialSpec, SamplesSpec.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Literal, NoReturn

from symnet.model.numbering import parameter_names
from symnet.model.section import Section
from symnet.model.spec import GivenValues, InitialSpec, RuleValues, SamplesSpec, Spec
from symnet.model.valuefiles import ValueFile, read_parameter_file, read_sample_file
from symnet.model.wording import any_of, counted, shown, suggestion

Rule = Literal["zeros", "constant", "seeded"]
RULES: dict[Rule, tuple[str, ...]] = {
    "zeros": (),
    "constant": ("value",),
    "seeded": ("seed", "scale"),
}
MOST_SAMPLES = 100_000
Rows = tuple[tuple[Fraction, ...], ...]


def read_initial(top: Section, spec: Spec, folder: Path | None) -> InitialSpec | None:
    """Read [initial]: a value for every parameter, a rule, or the name of a file.

    Raises:
        SpecError: a value is missing or not a number, or a name is no parameter.
    """
    if "initial" not in top:
        return None
    section = Section(top.file, "initial", top.get("initial"))
    # With a number as its value, `rule` or `file` is simply a parameter of that name.
    if isinstance(section.get("rule"), str):
        return _rule(section)
    if isinstance(section.get("file"), str):
        section = Section(top.file, "initial", section.content, ("file",))
        file = ValueFile.beside(section, folder)
        return _complete(spec, read_parameter_file(file, spec), file)
    return _complete(spec, section.content, section)


def _rule(section: Section) -> RuleValues:
    word = section.word("rule", tuple(RULES))
    rule = next(one for one in RULES if one == word)
    known = ("rule", *RULES[rule])
    for name in section.content:
        if name not in known:
            takes = any_of(RULES[rule]) or "no option"
            section.fail(name, f"not an option of rule {rule}, which takes {takes}")
    return RuleValues(
        rule=rule,
        value=section.number("value", section.get("value", 0)),
        seed=section.whole("seed", 0, 0, 2**32 - 1),
        scale=section.number("scale", section.get("scale", 1)),
    )


def _complete(spec: Spec, given: Mapping[str, object], source: Section | ValueFile) -> GivenValues:
    """Put the values in PARAMETERS order; there must be one for each."""
    names = dict.fromkeys(parameter_names(spec))
    for name in given:
        if name not in names:
            known = (*names, "rule", "file") if isinstance(source, Section) else names
            source.fail(name, f"not a parameter; {suggestion(name, known)}")
    missing = [name for name in names if name not in given]
    if missing:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        source.fail(missing[0], f"missing{more}; give every parameter a value")
    return GivenValues(tuple((name, source.number(name, given[name])) for name in names))


def read_samples(top: Section, spec: Spec, folder: Path | None) -> SamplesSpec | None:
    """Read [sample] or [samples]: numbers, or the name of a file.

    Raises:
        SpecError: there are too many or too few numbers, or targets the loss cannot have.
    """
    if "sample" in top and "samples" in top:
        top.fail("samples", "give sample or samples, not both")
    if "sample" in top:
        return _one_sample(top, spec)
    if "samples" not in top:
        return None
    section = Section(top.file, "samples", top.get("samples"), ("x", "y", "file"))
    if "file" not in section:
        return _given_samples(section, spec)
    section = Section(top.file, "samples", section.content, ("file",))
    file = ValueFile.beside(section, folder)
    x, y = read_sample_file(file, spec)
    if not 0 < len(x) <= MOST_SAMPLES:
        file.fail("", f"expected 1 to {MOST_SAMPLES} samples, not {len(x)}")
    _check_targets(spec, y, lambda number, problem: file.fail(f"sample {number}", problem))
    return SamplesSpec(x, y, batch=True)


def _one_sample(top: Section, spec: Spec) -> SamplesSpec:
    section = Section(top.file, "sample", top.get("sample"), ("x", "y"))
    for key in section.content:
        if _is_rows(section.get(key)):
            section.fail(key, "expected one row, not a list of rows; several go in [samples]")
    x = section.numbers("x", _wanted(section, "x", spec), len(spec.inputs), "input")
    y: tuple[Fraction, ...] = ()
    if "y" in section or spec.targets:
        y = section.numbers("y", _wanted(section, "y", spec), len(spec.targets), "target")
    _check_targets(spec, (y,), lambda number, problem: section.fail("y", problem))
    return SamplesSpec((x,), (y,))


def _given_samples(section: Section, spec: Spec) -> SamplesSpec:
    x = _rows(section, "x", _wanted(section, "x", spec), len(spec.inputs), "input")
    if not 0 < len(x) <= MOST_SAMPLES:
        section.fail("x", f"expected 1 to {MOST_SAMPLES} samples, not {len(x)}")
    y: Rows = ((),) * len(x)
    if "y" in section or spec.targets:
        y = _rows(section, "y", _wanted(section, "y", spec), len(spec.targets), "target")
    if len(x) != len(y):
        section.fail("y", f"expected {counted(len(x), 'sample')}, as in x, not {len(y)}")
    _check_targets(spec, y, lambda number, problem: section.fail(f"y[{number}]", problem))
    return SamplesSpec(x, y, batch=True)


def _wanted(section: Section, key: str, spec: Spec) -> object:
    """Return the value of x or y, which must be there unless the loss has no targets."""
    if key == "y" and not spec.targets:
        section.fail("y", "loss none compares with no target; leave y out")
    names = spec.inputs if key == "x" else spec.targets
    return section.required(key, counted(len(names), "number") + " a sample")


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, list) for one in value)


def _rows(section: Section, key: str, rows: object, width: int, of: str) -> Rows:
    """Return rows of numbers; where there is one a row, a number stands for it."""
    if not isinstance(rows, list):
        section.fail(
            key, f"expected a list of samples, not {shown(rows)}; one sample goes in [sample]"
        )
    if rows and width > 1 and not _is_rows(rows):
        section.fail(key, "expected a list of rows, not one row; one sample goes in [sample]")
    return tuple(
        section.numbers(f"{key}[{number}]", row, width, of) for number, row in enumerate(rows, 1)
    )


def _check_targets(spec: Spec, rows: Rows, fail: Callable[[int, str], NoReturn]) -> None:
    """Check that the targets are ones the loss is made for."""
    for number, row in enumerate(rows, 1):
        if spec.loss.name == "binary_cross_entropy" and any(not 0 <= one <= 1 for one in row):
            fail(number, "binary_cross_entropy takes targets from 0 to 1")
        if spec.loss.name == "softmax_cross_entropy" and (min(row) < 0 or sum(row) != 1):
            fail(number, "softmax_cross_entropy takes targets of at least 0 that add up to 1")
