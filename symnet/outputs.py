"""The folder of a network's outputs: what symnet wrote there, and what it may replace.

In: Output. Out: files on disk and their manifest, or Comparison.
"""

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from io import StringIO
from pathlib import Path

from symnet.errors import SpecError
from symnet.files import Output, Unmade, blocked, replace_all
from symnet.manifest import INPUTS, MANIFEST, Manifest, note, read_manifest


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


def is_current(folder: Path, inputs: str) -> bool:
    """Say whether the folder was made from just these inputs and not touched since."""
    manifest = read_manifest(folder)
    return (
        manifest is not None
        and _read(folder / INPUTS) == note(inputs, _read(folder / MANIFEST) or b"")
        and all(_digest(folder / path) == digest for path, digest in manifest.outputs.items())
    )


def renew(folder: Path, sources: Iterable[Path]) -> None:
    """Make a manifest newer than what it was read from, so that Make sees that all is done.

    Outputs keep their time stamps: nothing that depends on them has to be made again.
    """
    with suppress(OSError):  # where that is not allowed, nothing is worse than before
        newest = max(one.stat().st_mtime_ns for one in sources)
        if (folder / MANIFEST).stat().st_mtime_ns < newest:
            now = max(newest, time.time_ns())
            os.utime(folder / MANIFEST, ns=(now, now))


def write_files(
    folder: Path,
    files: Iterable[Output],
    inputs: str = "",
    force: bool = False,
    keep: bool = False,
    origin: str = "",
) -> Changes:
    """Write all files and their manifest; what is unchanged keeps its time stamp.

    ``inputs``: one hash over all that they were made from, to be known again by `is_current`.
    Files of the last manifest that are no longer made are removed, unless the user changed them, or
    all are to be kept: the files then join those that stand there. ``origin``: what such files are,
    in words; symnet's own of another origin are not replaced.

    Raises:
        SpecError: a file symnet did not write would be overwritten, or one that it wrote as
            something else, or a path leaves the folder; then nothing is written. ``force`` allows
            the first two, never the third.
    """
    before = read_manifest(folder)
    wanted, unmade = _wanted(files, before, keep, origin)
    changed = {path: text for path, text in wanted.items() if _read(folder / path) != text}
    noted = _noted(folder, inputs, wanted[MANIFEST])
    for path in (*changed, *noted):
        _refuse_to_harm(folder, path, before, force, origin)
    made = {*wanted, *(one.path for one in unmade)}
    stale = () if keep else _stale(folder, before, made)
    # The note comes last: after a crash before it the same build is made again.
    all_changes = {path: changed.get(path) for path in (*changed, *stale)} | noted
    replace_all({folder / path: content for path, content in all_changes.items()})
    for path in stale:
        _prune((folder / path).parent, folder)
    unchanged = tuple(path for path in wanted if path not in changed)
    return Changes(tuple(changed), stale, unchanged, unmade)


def _noted(folder: Path, inputs: str, manifest: bytes) -> dict[str, bytes]:
    """Return the note to write, if there is one to write and it is not there yet."""
    noted = note(inputs, manifest)
    return {INPUTS: noted} if inputs and _read(folder / INPUTS) != noted else {}


def compare_files(folder: Path, files: Iterable[Output], keep: bool = False) -> Comparison:
    """Compare the folder with what `write_files` would leave there, in both directions."""
    wanted, unmade = _wanted(files, read_manifest(folder), keep)
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

    Python's own caches do not count: running or importing emitted code makes them. Nor does what
    this machine has noted of the inputs.
    """
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        plain = path.is_symlink() or not path.is_dir()
        if plain and not {"__pycache__", INPUTS} & set(relative.parts):
            yield relative.as_posix()


def _wanted(
    files: Iterable[Output], before: Manifest | None, keep: bool = False, origin: str = ""
) -> tuple[dict[str, bytes], tuple[Unmade, ...]]:
    """Return every path's content, the manifest's last, and what cannot be made.

    Two files may not share a path. The manifest keeps the hash of a file that is not made here.
    """
    wanted: dict[str, bytes] = {}
    unmade: list[Unmade] = []
    folded = {MANIFEST, INPUTS}
    for file in files:
        # On some systems two names that differ only in case are one file.
        if file.path.casefold() in folded:
            raise SpecError(f"two outputs would be written to {file.path}")
        folded.add(file.path.casefold())
        if isinstance(file, Unmade):
            unmade.append(file)
        else:
            wanted[file.path] = file.content
    manifest = _merged(before or Manifest(), wanted, [one.path for one in unmade], keep, origin)
    return wanted | {MANIFEST: str(manifest).encode()}, tuple(unmade)


def _merged(
    before: Manifest, wanted: Mapping[str, bytes], unmade: Sequence[str], keep: bool, origin: str
) -> Manifest:
    """Return the manifest of what is written, and of what stands there and stays."""
    stays = {*unmade, *before.origins}
    digests = {path: one for path, one in before.outputs.items() if keep or path in stays}
    digests |= {path: sha256(content).hexdigest() for path, content in wanted.items()}
    origins = {path: one for path, one in before.origins.items() if path not in wanted}
    return Manifest(digests, origins | (dict.fromkeys(wanted, origin) if origin else {}))


def _refuse_to_harm(
    folder: Path, path: str, before: Manifest | None, force: bool, origin: str
) -> None:
    target = folder / path
    if problem := blocked(target):
        raise SpecError(f"cannot write {target}: {problem}")
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise SpecError(f"cannot write {target}: a symbolic link leads out of {folder}")
    if force or not os.path.lexists(target):
        return
    if not _is_ours(target, path, before):
        known = before is not None and path in before.outputs
        why = "it was changed by hand" if known else "symnet did not write it"
        raise SpecError(f"cannot write {target}: {why}; --force overwrites it")
    other = before.origins.get(path, origin) if before else origin
    if other != origin:
        raise SpecError(
            f"cannot write {target}: it is {other}; name another folder, or --force overwrites it"
        )


def _is_ours(target: Path, path: str, before: Manifest | None) -> bool:
    digest = _digest(target)
    if path == INPUTS:
        return digest is not None
    if before is None or digest is None:
        return False
    return path == MANIFEST or before.outputs.get(path) == digest


def _stale(folder: Path, before: Manifest | None, wanted: Collection[str]) -> tuple[str, ...]:
    """Return the files of the last manifest that are not made any more and still as written.

    One that was asked for by itself is not made again by a build, and stays.
    """
    inside, before = folder.resolve(), before or Manifest()
    return tuple(
        path
        for path in before.outputs
        if path not in wanted
        and path not in before.origins
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
