"""A line on the terminal while something takes longer than a second.

In: what is being done, in words. Out: text on standard error, gone when it is done.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

PATIENCE = 1.0  # seconds


@contextmanager
def progress(words: str, patience: float = PATIENCE) -> Iterator[None]:
    """Show ``words`` after a while, and only to a person at a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    shown = f"{words} ..."
    timer = Timer(patience, _write, [shown])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        _write(f"\r{' ' * len(shown)}\r")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
