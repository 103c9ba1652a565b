"""An entry of one of the tables, chosen in a network file: a name, perhaps with options.

In: Section. Out: Choice.
"""

from collections.abc import Mapping
from typing import Any

from symnet.model.options import OptionRule
from symnet.model.spec import Choice, Option
from symnet.model.toml import Section, any_of, shown, suggestion


def choice(
    section: Section,
    key: str,
    table: Mapping[str, Any],
    default: str | None,
    defaults: Mapping[str, Option] | None = None,
) -> Choice:
    """Return an entry of a table, given by name or as { name = ..., option = ... }."""
    value = section.get(key, default)
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        wanted = 'a name, or { name = "...", option = ... }'
        section.fail(key, f"expected {wanted}, not {shown(value)}")
    name = value["name"]
    if name not in table:
        section.fail(key, f"unknown {key} {shown(name)}; {suggestion(name, tuple(table))}")
    rules: tuple[OptionRule, ...] = table[name].options
    inner = Section(
        section.file, section.path(key), value, ("name", *(rule.name for rule in rules))
    )
    given = defaults or {}
    return Choice(
        name, tuple((r.name, _option(inner, r, given.get(r.name, r.default))) for r in rules)
    )


def _option(section: Section, rule: OptionRule, default: Option) -> Option:
    if rule.name not in section:
        return default
    value = section.get(rule.name)
    if rule.words:
        if not isinstance(value, str) or value not in rule.words:
            section.fail(rule.name, f"expected {any_of(rule.words)}, not {shown(value)}")
        return str(value)
    number = section.number(rule.name, value)
    if not rule.allows(number):
        section.fail(rule.name, f"expected {rule.wanted}")
    return number
