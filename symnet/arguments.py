"""What a command takes, and how a mistake in it is reported.

In: the words on the command line. Out: Command, Namespace.
"""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from symnet.errors import SpecError
from symnet.model.wording import NO_PATH, unknown


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, as argparse takes it."""

    flags: tuple[str, ...]
    settings: Mapping[str, Any]


def argument(*flags: str, **settings: Any) -> Argument:
    return Argument(flags, settings)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it is for, the function that runs it, and what it takes."""

    summary: str
    run: Callable[[Namespace], int]
    arguments: tuple[Argument, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(flag for one in self.arguments for flag in one.flags if flag[0] == "-")


class _Parser(ArgumentParser):
    """An argparse parser that reports a mistake instead of printing it and leaving."""

    def error(self, message: str) -> NoReturn:
        raise SpecError(f"{message} (see {self.prog} --help)")


def parse(name: str, command: Command, words: Sequence[str]) -> Namespace:
    """Read a command's words.

    Raises:
        SpecError: a word is unknown, missing or one too many.
    """
    parser = _Parser(f"symnet {name}", description=f"{command.summary}.", allow_abbrev=False)
    for one in command.arguments:
        parser.add_argument(*one.flags, **one.settings)
    # Unlike plain parsing, "intermixed" takes a NETWORK that stands after an option.
    arguments, extra = parser.parse_known_intermixed_args(words)
    if not extra:
        return arguments
    if extra[0].startswith("-"):
        option = extra[0].partition("=")[0]
        raise SpecError(f"{name}: option {unknown(option, (*command.options, '--help'))}")
    raise SpecError(f"{name}: unexpected argument {extra[0]!r} (see symnet {name} --help)")


def one_of(*choices: str) -> Callable[[str], str]:
    """Return an argparse type that takes one of the words and names the nearest for another."""

    def chosen(word: str) -> str:
        if word not in choices:
            raise ArgumentTypeError(unknown(word, choices))
        return word

    return chosen


def count(word: str) -> int:
    """Take a whole number from 1 on."""
    if not word.isdecimal() or not 0 < len(word) < 6 or int(word) < 1:
        raise ArgumentTypeError(f"{word!r} is not a whole number from 1 to 99999")
    return int(word)


def label(word: str) -> str:
    """Take a word that can stand in a label of LaTeX."""
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9-]{0,39}", word):
        raise ArgumentTypeError(f"{word!r} is not up to 40 letters, digits and dashes")
    return word


def path(word: str) -> Path:
    """Take a path; an empty word, as of an unset variable, would be the current folder."""
    if not word:
        raise ArgumentTypeError(NO_PATH)
    return Path(word)


def toml_file(word: str) -> Path:
    """Take a path that `symnet build` will know for a network file again."""
    if not word.endswith(".toml"):
        raise ArgumentTypeError(f"{word!r} must end in .toml")
    return Path(word)
