"""TOML read safely: bounded in size and nesting, numbers left as they are spelled.

In: TOML text. Out: tables of str, int, bool, Written, list and dict.
"""

import re
import tomllib
from typing import Any

from symnet.errors import SpecError
from symnet.model.exact import Written
from symnet.model.opening import MOST_BYTES
from symnet.model.wording import shortened

MOST_DEPTH = 20
# Strings and comments, each to its end or, where it has none, to where TOML gives up. Possessive:
# a hostile file must not make the search go back.
QUOTED = re.compile(
    r"""
      \"{3} (?: [^"\\]++ | \\.? | "(?!"") )*+ (?: "{3,5} | \Z )
    | '{3} (?: [^']++ | '(?!'') )*+ (?: '{3,5} | \Z )
    | " (?: [^"\\\n]++ | \\[^\n]? )*+ "?
    | ' [^'\n]*+ '?
    | \# [^\n]*+
    """,
    re.VERBOSE | re.DOTALL,
)


def read_toml(text: str, file: str) -> dict[str, Any]:
    """Parse the text of a TOML file into tables.

    Raises:
        SpecError: it is too large, nested too deeply or not TOML.
    """
    if len(text) > MOST_BYTES:
        raise SpecError(f"{file}: the file is larger than {MOST_BYTES // 1024} KiB")
    if _depth(text) > MOST_DEPTH:
        raise SpecError(f"{file}: nested deeper than {MOST_DEPTH} brackets or dots")
    try:
        return tomllib.loads(text, parse_float=Written)
    except tomllib.TOMLDecodeError as error:
        problem = shortened(" ".join(str(error).split()), 200)
        raise SpecError(f"{file}: not TOML: {problem}") from None
    except ValueError:  # Python makes no integer of more than 4300 digits
        raise SpecError(f"{file}: not TOML that can be read: a number is too long") from None


def _depth(text: str) -> int:
    """Return how deeply brackets nest, or dots in a key if that is more.

    tomllib recurses over brackets, and takes quadratic time over dots.
    """
    depth = deepest = dots = 0
    for mark in re.findall(r"[\[\]{}.,=\n]", QUOTED.sub("", text)):
        dots = dots + 1 if mark == "." else 0
        depth += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, depth, dots)
    return deepest
