"""Initial values and samples: given in the network file, by rule, or in a file beside it.

In: Section, Spec. Out: InitialSpec, SamplesSpec.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

from symnet.model.numbering import parameter_names
from symnet.model.spec import GivenValues, InitialSpec, RuleValues, SamplesSpec, Spec
from symnet.model.toml import Section, shown, suggestion
from symnet.model.valuefiles import read_parameter_file, read_sample_file

RULES = {"zeros": (), "constant": ("value",), "seeded": ("seed", "scale")}
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
    if isinstance(section.get("rule"), str):
        return _rule(section)
    if isinstance(section.get("file"), str):
        section = Section(top.file, "initial", section.content, ("file",))
        return _complete(section, spec, read_parameter_file(section, spec, folder))
    values = {name: section.number(name, value) for name, value in section.content.items()}
    return _complete(section, spec, values)


def _rule(section: Section) -> RuleValues:
    rule: Any = section.word("rule", tuple(RULES))
    section = Section(section.file, section.key, section.content, ("rule", *RULES[rule]))
    return RuleValues(
        rule=rule,
        value=section.number("value", section.get("value", 0)),
        seed=section.whole("seed", 0, 0, 2**32 - 1),
        scale=section.number("scale", section.get("scale", 1)),
    )


def _complete(section: Section, spec: Spec, values: dict[str, Fraction]) -> GivenValues:
    names = parameter_names(spec)
    for name in values:
        if name not in set(names):
            section.fail(name, f"not a parameter; {suggestion(name, names)}")
    missing = [name for name in names if name not in values]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        section.fail(missing[0], f"missing{more}; give every parameter a value")
    return GivenValues(tuple((name, values[name]) for name in names))


def read_samples(top: Section, spec: Spec, folder: Path | None) -> SamplesSpec | None:
    """Read [sample] or [samples]: numbers, or the name of a file.

    Raises:
        SpecError: there are too many or too few numbers, or targets the loss cannot have.
    """
    if "sample" in top and "samples" in top:
        top.fail("samples", "give sample or samples, not both")
    if "sample" in top:
        return _one(top, spec)
    if "samples" not in top:
        return None
    section = Section(top.file, "samples", top.get("samples"), ("x", "y", "file"))
    if "file" in section:
        section = Section(top.file, "samples", section.content, ("file",))
        x, y = read_sample_file(section, spec, folder)
    else:
        x = _rows(section, "x", len(spec.inputs), "inputs")
        y = _target_rows(section, spec, len(x))
    if not x or len(x) > MOST_SAMPLES:
        section.fail("x", f"expected 1 to {MOST_SAMPLES} samples, not {len(x)}")
    if len(x) != len(y):
        section.fail("y", f"expected {len(x)} samples as in x, not {len(y)}")
    for number, row in enumerate(y, 1):
        _check_targets(section, f"y[{number}]", spec, row)
    return SamplesSpec(x, y, batch=True)


def _one(top: Section, spec: Spec) -> SamplesSpec:
    section = Section(top.file, "sample", top.get("sample"), ("x", "y"))
    given = section.required("x", f"{len(spec.inputs)} inputs")
    x = section.numbers("x", given, len(spec.inputs), "inputs")
    y: tuple[Fraction, ...] = ()
    if spec.targets:
        given = section.required("y", f"{len(spec.targets)} targets")
        y = section.numbers("y", given, len(spec.targets), "targets")
    elif "y" in section:
        section.fail("y", "loss none compares with no target; leave y out")
    _check_targets(section, "y", spec, y)
    return SamplesSpec((x,), (y,))


def _target_rows(section: Section, spec: Spec, count: int) -> Rows:
    if spec.targets:
        return _rows(section, "y", len(spec.targets), "targets")
    if "y" in section:
        section.fail("y", "loss none compares with no target; leave y out")
    return ((),) * count


def _rows(section: Section, key: str, width: int, of: str) -> Rows:
    rows = section.required(key, "a list of samples")
    if not isinstance(rows, list):
        section.fail(key, f"expected a list of samples, not {shown(rows)}")
    return tuple(
        section.numbers(f"{key}[{number}]", row, width, of) for number, row in enumerate(rows, 1)
    )


def _check_targets(section: Section, key: str, spec: Spec, y: tuple[Fraction, ...]) -> None:
    """Check that the targets are ones the loss is made for."""
    if spec.loss.name == "binary_cross_entropy" and any(not 0 <= one <= 1 for one in y):
        section.fail(key, "binary_cross_entropy takes targets from 0 to 1")
    if spec.loss.name == "softmax_cross_entropy" and (any(one < 0 for one in y) or sum(y) != 1):
        section.fail(key, "softmax_cross_entropy takes targets of at least 0 that add up to 1")
