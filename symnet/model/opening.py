"""A network file opened: there, named as one, and not too large.

In: a path. Out: text.

It is told apart from what the text says, since that a file is not there needs no tables to be told.
"""

import re
from os.path import isdir  # unlike Path's, it takes a name that no file can have
from pathlib import Path

from symnet.errors import SpecError
from symnet.model.reading import decoded, read_bounded
from symnet.model.wording import shortened

STEM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
MOST_BYTES = 256 * 1024


def file_name(path: Path) -> str:
    """Return what complaints call a file."""
    return shortened(path.name or str(path), 80)


def network_text(path: Path) -> str:
    """Return the text of a network file.

    Raises:
        SpecError: it cannot be read, is too large, or is not named as a network is.
    """
    if not STEM.fullmatch(path.stem) or len(path.stem) > 40:
        if isdir(path):
            raise SpecError(f"{file_name(path)}: a folder, not a file; name a file in it")
        raise SpecError(
            f"{file_name(path)}: a network's file is named by a letter, then letters, digits, _ "
            "or -, at most 40 of them"
        )
    try:
        return decoded(read_bounded(path, MOST_BYTES))
    except ValueError as error:
        raise SpecError(f"{file_name(path)}: {error}") from None
