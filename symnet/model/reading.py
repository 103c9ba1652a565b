"""Files read whole, if they are files and not too large.

In: a path. Out: bytes.
"""

from pathlib import Path


def read_bounded(path: Path, most: int) -> bytes:
    """Return the content of a file of at most ``most`` bytes.

    Raises:
        ValueError: there is no such file, it cannot be read, or is too large; its text says so.
    """
    try:
        # Asked before opening: to open a pipe that nobody writes to would wait for ever.
        if path.exists() and not path.is_file():
            raise ValueError("a folder, not a file" if path.is_dir() else "not a regular file")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise ValueError("no such file") from None
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or 'unknown reason'}") from None
    if len(content) > most:
        raise ValueError(f"larger than {most // 1024} KiB")
    return content


def decoded(content: bytes) -> str:
    """Return UTF-8 text, without the byte order mark that some editors put before it.

    Raises:
        ValueError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text (byte {error.start + 1})") from None
