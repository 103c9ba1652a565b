"""npz files read safely: plain arrays of numbers, bounded before they are unpacked.

In: bytes. Out: nested lists of Written.
"""

import io
import zipfile
from typing import Any

from symnet.model.exact import Written
from symnet.model.wording import shown

LARGEST_ITEM = 8


def read_arrays(content: bytes, most: int) -> dict[str, Any]:
    """Return every array of an npz file as lists of numbers, ``most`` of them in all.

    Raises:
        ValueError: it is not an npz file of such arrays; its text says so.
    """
    import numpy

    if _unpacked(content) > LARGEST_ITEM * most:
        raise ValueError(f"more than {most} numbers")
    try:
        with numpy.load(io.BytesIO(content), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
    except Exception:  # whatever a damaged archive makes numpy raise
        raise ValueError("not an npz file of plain arrays") from None
    for name, array in arrays.items():
        kind, size = array.dtype.kind, array.dtype.itemsize
        if kind not in "fiu" or size > LARGEST_ITEM or array.ndim > 2:
            raise ValueError(f"array {shown(name)}: expected rows of numbers of at most 64 bits")
    if sum(array.size for array in arrays.values()) > most:
        raise ValueError(f"more than {most} numbers")
    return {name: _written(array.tolist()) for name, array in arrays.items()}


def _unpacked(content: bytes) -> int:
    """Return how many bytes an archive says it unpacks to; it cannot unpack to more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ValueError("not an npz file of plain arrays") from None


def _written(value: Any) -> Any:
    return [_written(one) for one in value] if isinstance(value, list) else Written(repr(value))
