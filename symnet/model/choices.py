"""An entry of one of the tables, chosen in a network file: a name, perhaps with options.

In: Section. Out: Choice.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from symnet.model.options import OptionRule
from symnet.model.section import Section
from symnet.model.spec import Choice, Option
from symnet.model.wording import any_of, shown, suggestion


class Entry(Protocol):
    """What an entry of any of the tables has."""

    @property
    def options(self) -> tuple[OptionRule, ...]: ...


def choice(
    section: Section,
    key: str,
    table: Mapping[str, Entry],
    default: str | None,
    defaults: Mapping[str, Option] | None = None,
) -> Choice:
    """Return an entry of a table, given by name or as { name = ..., option = ... }.

    Raises:
        SpecError: the table has no such entry, or the entry no such option.
    """
    value = section.get(key, default)
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        wanted = 'a name, or { name = "...", option = ... }'
        section.fail(key, f"expected {wanted}, not {shown(value)}")
    name = value["name"]
    if name not in table:
        section.fail(key, f"unknown {key} {shown(name)}; {suggestion(name, table)}")
    rules = table[name].options
    known = ("name", *(rule.name for rule in rules))
    inner = Section(section.file, section.path(key), value, known)
    given = defaults or {}
    return Choice(
        name,
        tuple((one.name, _option(inner, one, given.get(one.name, one.default))) for one in rules),
    )


def refuse_strays(
    section: Section, key: str, table: Mapping[str, Entry], keys: Iterable[str]
) -> None:
    """Refuse an option that stands beside its entry, and say where it belongs.

    ``keys``: what may stand there.

    Raises:
        SpecError: there is such an option.
    """
    value = section.get(key)
    chosen = value.get("name") if isinstance(value, dict) else value
    for name in section.content:
        takers = [one for one in table if any(rule.name == name for rule in table[one].options)]
        if takers and name not in keys:
            entry = chosen if chosen in takers else takers[0]
            written = f'{key} = {{ name = "{entry}", {name} = {_spelled(section.get(name))} }}'
            section.fail(name, f"an option of {entry}; write {written}")


def _spelled(value: object) -> str:
    """Write a value as TOML does, as far as it is one that an option may have."""
    if isinstance(value, dict | list):
        return "..."
    return f'"{shown(value)[1:-1]}"' if isinstance(value, str) else shown(value)


def _option(section: Section, rule: OptionRule, default: Option) -> Option:
    if rule.name not in section:
        return default
    value = section.get(rule.name)
    if rule.words:
        if not isinstance(value, str) or value not in rule.words:
            section.fail(rule.name, f"expected {any_of(rule.words)}, not {shown(value)}")
        return value
    number = section.number(rule.name, value)
    if not rule.allows(number):
        section.fail(rule.name, f"expected {rule.wanted}, not {shown(value)}")
    return number
