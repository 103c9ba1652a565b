"""A table of a file that answers for its keys, and blames them by name.

In: tables as ``read_toml`` returns them. Out: Section.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NoReturn

from symnet.errors import SpecError
from symnet.model.exact import number
from symnet.model.wording import any_of, counted, shortened, shown, suggestion


class Section:
    """One table; every complaint is one line with the file, the key and what would be right.

    Raises:
        SpecError: it is not a table, or has a key that is not ``allowed`` (None: any).
    """

    def __init__(
        self, file: str, key: str, content: object, allowed: Iterable[str] | None = None
    ) -> None:
        self.file, self.key = file, key
        if not isinstance(content, dict):
            self.fail("", f"expected a table, not {shown(content)}")
        self.content: Mapping[str, Any] = content
        known = None if allowed is None else tuple(allowed)
        for name in content:
            if known is not None and name not in known:
                self.fail(name, f"unknown key; {suggestion(name, known)}")

    def __contains__(self, name: str) -> bool:
        return name in self.content

    def path(self, name: str) -> str:
        """Return the key ``name`` of this table as the file would write it."""
        return ".".join(part for part in (self.key, shortened(name, 60)) if part)

    def fail(self, name: str, problem: str) -> NoReturn:
        """Refuse the key ``name``."""
        raise SpecError(f"{self.file}: {self.path(name)}: {problem}")

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a key as TOML has it."""
        return self.content.get(name, default)

    def required(self, name: str, wanted: str) -> Any:
        """Return the value of a key that must be there."""
        if name not in self.content:
            self.fail(name, f"missing; give {wanted}")
        return self.content[name]

    def text(self, name: str, default: str, most: int) -> str:
        """Return one line of text."""
        value = self.get(name, default)
        if not isinstance(value, str) or not value.isprintable() or not value.strip():
            self.fail(name, f"expected one line of text, not {shown(value)}")
        if len(value) > most:
            self.fail(name, f"expected at most {most} characters, not {len(value)}")
        return value

    def word(self, name: str, words: tuple[str, ...], default: str | None = None) -> str:
        """Return one of ``words``, by default the first."""
        value = self.get(name, default or words[0])
        if not isinstance(value, str):
            self.fail(name, f"expected {any_of(words)}, not {shown(value)}")
        if value not in words:
            self.fail(name, f"{shown(value)} is not known; {suggestion(value, words)}")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false, by default false."""
        value = self.get(name, False)
        if not isinstance(value, bool):
            self.fail(name, f"expected true or false, not {shown(value)}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        value = self.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            wanted = f"a whole number from {least} to {most}"
            self.fail(name, f"expected {wanted}, not {shown(value)}")
        return value

    def number(self, name: str, value: object) -> Fraction:
        """Return a number of the file exactly."""
        try:
            return number(value)
        except ValueError as error:
            self.fail(name, str(error))

    def numbers(self, name: str, value: Any, count: int | None, of: str) -> tuple[Fraction, ...]:
        """Return a list of numbers; a lone number stands for a list of one."""
        values = value if isinstance(value, list) else [value]
        if count is not None and len(values) != count:
            self.fail(name, f"expected {counted(count, of)}, not {len(values)}")
        if not isinstance(value, list):
            return (self.number(name, value),)
        return tuple(self.number(f"{name}[{k}]", one) for k, one in enumerate(values, 1))
