"""What a folder's manifest says, and what this machine notes beside it.

In: a folder. Out: Manifest, or what to write into the note.

The manifest says what was written, so it can be shared like the outputs. What they were made from
also hashes the versions installed, which is this machine's business: it stands in a file of its
own, which no one else needs.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from symnet.files import stays_inside

MANIFEST = "manifest.json"
INPUTS = ".symnet-inputs"
DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The hash of every output, and of those that were asked for one by one what they are."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        record = {"outputs": dict(sorted(self.outputs.items()))}
        record |= {"origins": dict(sorted(self.origins.items()))} if self.origins else {}
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """Return the folder's manifest; None where there is none that symnet could have written."""
    try:
        record = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    match record:
        case {"outputs": dict(outputs)} if all(map(_is_output, outputs.items())):
            origins = record.get("origins", {})
            return Manifest(outputs, origins if isinstance(origins, dict) else {})
    return None


def _is_output(entry: tuple[str, object]) -> bool:
    path, digest = entry
    return stays_inside(path) and isinstance(digest, str) and bool(DIGEST.fullmatch(digest))


def note(inputs: str, manifest: bytes) -> bytes:
    """Return what is noted of a build: the hash of its inputs, and of the manifest it left.

    Outputs of another build, as git brings them, come with another manifest.
    """
    return f"{inputs} {sha256(manifest).hexdigest()}\n".encode()
