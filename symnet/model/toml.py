"""TOML read safely: bounded in size, nesting and digits, decimals kept exactly.

In: bytes. Out: Section, a table that answers for its keys and blames them by name.
"""

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, NoReturn

from symnet.errors import SpecError

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20
MOST_DIGITS = 40
MOST_EXPONENT = 300
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Unusable:
    """A number that was not made: what is wrong with it."""

    problem: str


def exact(text: str) -> Fraction | Unusable:
    """Return the decimal ``text`` exactly, unless it is too long, too large or not finite."""
    text = text.replace("_", "").lower()
    if "inf" in text or "nan" in text:
        return Unusable(f"{shown(text)} is not a finite number")
    mantissa, _, exponent = text.partition("e")
    if sum(map(str.isdigit, mantissa)) > MOST_DIGITS:
        return Unusable(f"a number has at most {MOST_DIGITS} digits")
    if len(exponent) > 6 or abs(int(exponent or 0)) > MOST_EXPONENT:
        return Unusable(f"an exponent lies between -{MOST_EXPONENT} and {MOST_EXPONENT}")
    return Fraction(text)


def shown(value: object) -> str:
    """Return a value as one short line that nothing in it can break."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Unusable):
        return value.problem
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return "a very large number"
    text = f"{value!r}" if isinstance(value, str) else str(value)
    text = text.encode("ascii", "backslashreplace").decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def read_toml(content: bytes, file: str) -> dict[str, Any]:
    """Parse a TOML file into tables.

    Raises:
        SpecError: it is too large, not UTF-8, nested too deeply or not TOML.
    """
    if len(content) > MOST_BYTES:
        raise SpecError(f"{file}: the file is larger than {MOST_BYTES // 1024} KiB")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise SpecError(f"{file}: not UTF-8 text (byte {error.start + 1})") from None
    if _depth(text) > MOST_DEPTH:
        raise SpecError(f"{file}: nested deeper than {MOST_DEPTH} brackets")
    try:
        return tomllib.loads(text, parse_float=exact)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{file}: not TOML: {_one_line(error)}") from None
    except (ValueError, RecursionError):
        raise SpecError(f"{file}: not TOML that can be read: a number or key is too long") from None


def _one_line(error: Exception) -> str:
    return shown_text(" ".join(str(error).split()))


def shown_text(text: str) -> str:
    """Return text with everything but printable ASCII escaped."""
    return text.encode("unicode_escape").decode()


def _depth(text: str) -> int:
    """Return how deeply brackets and dotted keys nest, strings and comments left out."""
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', "", text)
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    dotted = max((line.partition("=")[0].count(".") for line in bare.splitlines()), default=0)
    return max(deepest, dotted)


class Section:
    """One table of the file; every complaint names the file and the key.

    Raises:
        SpecError: it is not a table, or has a key that is not ``allowed`` (None: any).
    """

    def __init__(
        self, file: str, key: str, content: Any, allowed: Iterable[str] | None = None
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
        name = shown_text(name) if len(name) <= SHOWN else f"{shown_text(name[:SHOWN])}..."
        return ".".join(part for part in (self.key, name) if part) or "the file"

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
            self.fail(name, f"at most {most} characters")
        return value

    def word(self, name: str, words: tuple[str, ...]) -> str:
        """Return one of ``words``, the first by default."""
        value = self.get(name, words[0])
        if not isinstance(value, str) or value not in words:
            hint = suggestion(value, words) if isinstance(value, str) else f"use {any_of(words)}"
            self.fail(name, f"{shown(value)} is not known; {hint}")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false, false by default."""
        value = self.get(name, False)
        if not isinstance(value, bool):
            self.fail(name, f"expected true or false, not {shown(value)}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        return self.counted(name, self.get(name, default), least, most)

    def counted(self, name: str, value: Any, least: int, most: int) -> int:
        """Return ``value`` as a whole number between two bounds."""
        good = isinstance(value, int) and not isinstance(value, bool)
        if not good or not least <= value <= most:
            wanted = f"a whole number from {least} to {most}"
            self.fail(name, f"expected {wanted}, not {shown(value)}")
        return int(value)

    def number(self, name: str, value: Any) -> Fraction:
        """Return a number of the file exactly; it must have a float64 beside it."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = exact(str(value)) if abs(value) < 10**400 else Unusable("a number is too large")
        if isinstance(value, Unusable):
            self.fail(name, value.problem)
        if not isinstance(value, Fraction):
            self.fail(name, f"expected a number, not {shown(value)}")
        if not _fits_float(value):
            self.fail(name, "this number is beyond the range of a float64")
        return value

    def numbers(self, name: str, value: Any, count: int | None, of: str) -> tuple[Fraction, ...]:
        """Return a list of numbers; a lone number stands for a list of one."""
        values = value if isinstance(value, list) else [value]
        if count is not None and len(values) != count:
            self.fail(name, f"expected {count} {of}, not {len(values)}")
        return tuple(self.number(f"{name}[{k}]", one) for k, one in enumerate(values, 1))


def _fits_float(value: Fraction) -> bool:
    try:
        nearest = float(value)
    except OverflowError:
        return False
    return math.isfinite(nearest) and (nearest != 0 or value == 0)


def suggestion(name: str, known: tuple[str, ...]) -> str:
    """Return the nearest of ``known``, or all of them."""
    near = get_close_matches(name[:SHOWN], known, 1)
    return f"did you mean {near[0]}?" if near else f"use {any_of(known)}"


def any_of(words: tuple[str, ...]) -> str:
    """Return a list in words: a, b or c."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
