"""What a module of Python is called, so that it can be imported and hides no other.

In: the network's name. Out: the file's name without its ending.
"""

import re

from symnet.emit.pythonic import KEYWORDS

# Built into CPython, loaded before any script, or imported by emitted code. Listed, since the
# running Python's own lists would make the output depend on its version.
PYTHON = frozenset(
    "abc array atexit builtins codecs encodings errno faulthandler gc genericpath importlib io "
    "itertools marshal math nt ntpath numpy os posix posixpath pwd signal site stat sys "
    "sysconfig time types warnings winreg zipimport".split()
)
# Built into MicroPython, on one board or another; a few of Python's names are frozen in as well.
MICROPYTHON = frozenset(
    "asyncio base64 binascii bluetooth btree cmath collections copy cryptolib datetime deflate esp "
    "esp32 fnmatch framebuf functools gzip hashlib heapq hmac html inspect js jsffi json locale "
    "logging lwip machine micropython mimxrt neopixel network onewire openamp operator pathlib "
    "platform pyb random re rp2 select socket ssl stm string struct tarfile termios tls uasyncio "
    "uctypes unittest uu vfs websocket wipy zephyr zlib".split()
)


def module_name(name: str) -> str:
    """Return the name of the file, without its ending, that holds the network ``name``."""
    stem = re.sub(r"\W", "_", name, flags=re.ASCII)
    taken = not stem[:1].isalpha() or stem in KEYWORDS | PYTHON | MICROPYTHON
    return f"n_{stem}" if taken else stem
