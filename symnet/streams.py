"""What symnet says: text on standard output, a line on standard error, also where they are closed.

In: text. Out: exit codes.
"""

import os
import sys
from contextlib import suppress
from typing import TextIO

from symnet.errors import SpecError


def show(content: str | bytes) -> None:
    """Print text as UTF-8 with its own line ends, whatever the terminal's habits are.

    Raises:
        SpecError: standard output is closed.
    """
    if sys.stdout is None:
        raise SpecError("standard output is closed; to see nothing, send it to /dev/null")
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode() if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def complain(message: str) -> int:
    """Print one line, with anything in it that could break or colour the line escaped.

    Where there is nobody to read it, the exit code still says that something was wrong.
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in message)
    if sys.stderr is not None:
        try:
            print(f"symnet: {shown}", file=sys.stderr, flush=True)
        except OSError:
            silence(sys.stderr)
    return 2


def silence(stream: TextIO) -> None:
    """Send the rest nowhere: what is still buffered must not be tried again at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
