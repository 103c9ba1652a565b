"""The folder of a network's outputs: what symnet wrote there, and what it may replace.

In: Output. Out: files on disk and their manifest, or Comparison.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from io import StringIO
from pathlib import Path

from symnet.errors import SpecError
from symnet.files import Output, Unmade, blocked, replace_all, stays_inside

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder was made from (one hash over all inputs) and the hash of every output."""

    inputs: str
    outputs: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        record = {"inputs": self.inputs, "outputs": dict(sorted(self.outputs.items()))}
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Changes:
    """What writing did: paths written, removed because no longer made, and left as they were.

    ``unmade``: what this installation cannot make; such files stay as they are.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    unmade: tuple[Unmade, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a folder differs from what would be written: diffs, missing files, orphans.

    ``unmade``: what could not be compared.
    """

    diffs: tuple[str, ...]
    missing: tuple[str, ...]
    orphans: tuple[str, ...]
    unmade: tuple[Unmade, ...] = ()

    @property
    def same(self) -> bool:
        return not (self.diffs or self.missing or self.orphans)

    def __str__(self) -> str:
        missing = [f"missing: {path}\n" for path in self.missing]
        orphans = [f"orphan: {path}\n" for path in self.orphans]
        return "".join([*self.diffs, *missing, *orphans])


def read_manifest(folder: Path) -> Manifest | None:
    """Return the folder's manifest; None where there is none that symnet could have written."""
    try:
        match json.loads((folder / MANIFEST).read_bytes()):
            case {"inputs": str(inputs), "outputs": dict(outputs)} if all(
                stays_inside(path) and isinstance(digest, str) for path, digest in outputs.items()
            ):
                return Manifest(inputs, outputs)
    except (OSError, ValueError, RecursionError):
        pass
    return None


def is_current(folder: Path, inputs: str) -> bool:
    """Say whether the folder was made from just these inputs and not touched since."""
    manifest = read_manifest(folder)
    return (
        manifest is not None
        and manifest.inputs == inputs
        and all(_digest(folder / path) == digest for path, digest in manifest.outputs.items())
    )


def write_files(
    folder: Path, files: Iterable[Output], inputs: str, force: bool = False, keep: bool = False
) -> Changes:
    """Write all files and their manifest; what is unchanged keeps its time stamp.

    Files of the last manifest that are no longer made are removed, unless the user changed them, or
    all are to be kept: the files then join those that stand there.

    Raises:
        SpecError: a file symnet did not write would be overwritten, or a path leaves the folder;
            then nothing is written. ``force`` allows the first, never the second.
    """
    before = read_manifest(folder)
    wanted, unmade = _wanted(files, inputs, before, keep)
    changed = {path: text for path, text in wanted.items() if _read(folder / path) != text}
    for path in changed:
        _refuse_to_harm(folder, path, before, force)
    made = {*wanted, *(one.path for one in unmade)}
    stale = () if keep else _stale(folder, before, made)
    replace_all({folder / path: changed.get(path) for path in (*changed, *stale)})
    for path in stale:
        _prune((folder / path).parent, folder)
    unchanged = tuple(path for path in wanted if path not in changed)
    return Changes(tuple(changed), stale, unchanged, unmade)


def compare_files(
    folder: Path, files: Iterable[Output], inputs: str, keep: bool = False
) -> Comparison:
    """Compare the folder with what `write_files` would leave there, in both directions."""
    wanted, unmade = _wanted(files, inputs, read_manifest(folder), keep)
    known = {*wanted, *(one.path for one in unmade)}
    found = {path: _read(folder / path) for path in wanted}
    orphans = [] if keep else [one for one in files_under(folder) if one not in known]
    return Comparison(
        tuple(
            _diff((folder / path).as_posix(), old, wanted[path])
            for path, old in found.items()
            if old is not None and old != wanted[path]
        ),
        tuple((folder / path).as_posix() for path, old in found.items() if old is None),
        tuple((folder / one).as_posix() for one in orphans),
        unmade,
    )


def files_under(folder: Path) -> Iterator[str]:
    """Yield the relative path of everything in a folder but its folders, sorted.

    Python's own caches do not count: running or importing emitted code makes them.
    """
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if (path.is_symlink() or not path.is_dir()) and "__pycache__" not in relative.parts:
            yield relative.as_posix()


def _wanted(
    files: Iterable[Output], inputs: str, before: Manifest | None, keep: bool = False
) -> tuple[dict[str, bytes], tuple[Unmade, ...]]:
    """Return every path's content, the manifest's last, and what cannot be made.

    Two files may not share a path. The manifest keeps the hash of a file that is not made here.
    """
    wanted: dict[str, bytes] = {}
    unmade: list[Unmade] = []
    folded = {MANIFEST}
    for file in files:
        # On some systems two names that differ only in case are one file.
        if file.path.casefold() in folded:
            raise SpecError(f"two outputs would be written to {file.path}")
        folded.add(file.path.casefold())
        if isinstance(file, Unmade):
            unmade.append(file)
        else:
            wanted[file.path] = file.content
    old = before.outputs if before else {}
    kept = old if keep else [one.path for one in unmade if one.path in old]
    digests = {path: old[path] for path in kept}
    digests |= {path: sha256(content).hexdigest() for path, content in wanted.items()}
    return wanted | {MANIFEST: str(Manifest(inputs, digests)).encode()}, tuple(unmade)


def _refuse_to_harm(folder: Path, path: str, before: Manifest | None, force: bool) -> None:
    target = folder / path
    if problem := blocked(target):
        raise SpecError(f"cannot write {target}: {problem}")
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise SpecError(f"cannot write {target}: a symbolic link leads out of {folder}")
    if force or not os.path.lexists(target) or _is_ours(target, path, before):
        return
    known = before is not None and path in before.outputs
    why = "it was changed by hand" if known else "symnet did not write it"
    raise SpecError(f"cannot write {target}: {why}; --force overwrites it")


def _is_ours(target: Path, path: str, before: Manifest | None) -> bool:
    digest = _digest(target)
    if before is None or digest is None:
        return False
    return path == MANIFEST or before.outputs.get(path) == digest


def _stale(folder: Path, before: Manifest | None, wanted: Collection[str]) -> tuple[str, ...]:
    """Return the files of the last manifest that are not made any more and still as written."""
    inside = folder.resolve()
    return tuple(
        path
        for path in (before.outputs if before else ())
        if path not in wanted
        and _is_ours(folder / path, path, before)
        and (folder / path).resolve().is_relative_to(inside)
    )


def _prune(folder: Path, top: Path) -> None:
    """Remove a folder that became empty, and those above it, below ``top``."""
    with suppress(OSError):
        while folder != top:
            folder.rmdir()
            folder = folder.parent


def _read(path: Path) -> bytes | None:
    """Return a plain file's content; None for anything else, which must not even be opened."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _digest(path: Path) -> str | None:
    content = _read(path)
    return None if content is None else sha256(content).hexdigest()


def _diff(name: str, old: bytes, new: bytes) -> str:
    """Return a unified diff, with bytes that are no text shown as escapes; none of binary files."""
    if b"\0" in old or b"\0" in new:
        return f"{name}: it has other bytes than expected\n"
    before, after = (
        StringIO(side.decode(errors="backslashreplace")).readlines() for side in (old, new)
    )
    lines = unified_diff(before, after, name, f"{name} (expected)")
    unfinished = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + unfinished for line in lines)
