"""Derivations kept beside a book's own pickles, by the hash of all that decides them.

In: Spec, what is asked of it. Out: Document.

A page that changed while its network did not is read again without deriving anything.
"""

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from symnet.building import inputs_digest
from symnet.model.spec import Spec

if TYPE_CHECKING:
    from symnet.document.blocks import Document


def kept(
    folder: Path, spec: Spec, asked: tuple[str | None, ...], derive: "Callable[[], Document]"
) -> "Document":
    """Return the document from the folder, or derive and keep it; what cannot be read is not there.

    Side by side, two processes may derive the same; each file is replaced in one step.
    """
    key = sha256(f"{inputs_digest(spec)} {asked}".encode()).hexdigest()
    path = folder / f"{key}.pickle"
    with suppress(Exception):  # of an older Python, cut short, or not there
        found: Document = pickle.loads(path.read_bytes())
        return found
    document = derive()
    folder.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    new.write_bytes(pickle.dumps(document))
    os.replace(new, path)
    return document
