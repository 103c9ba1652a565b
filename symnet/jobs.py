"""Builds of several networks: side by side where asked, past the bad ones, again on change.

In: names of networks. Out: Outcome, one for each.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symnet.building import check_names, inputs_digest, up_to_date, write
from symnet.document.latex.naming import label_prefix
from symnet.document.options import FRAGMENTS, USUAL, Options
from symnet.errors import SpecError, SymnetError
from symnet.manifest import MANIFEST, read_manifest
from symnet.model.opening import network_text
from symnet.model.parsing import files_of
from symnet.outputs import renew
from symnet.pipeline import load, path_of
from symnet.progress import progress

BAR = 20  # the length of a progress bar
PAUSE = 0.5  # seconds between two looks at the files that are watched


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one network: a line about it, or what was wrong with it."""

    name: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Where and how every network is built."""

    out: Path
    force: bool = False
    options: Options = USUAL

    def current(self, name: str) -> Outcome | None:
        """Say that a network needs no building, or cannot be read; None if it is to be built."""
        try:
            found = up_to_date(load(name), self.out, self.options)
            return self._done(name, found) if found else None
        except (SymnetError, OSError) as error:
            return Outcome(name, str(error), failed=True)

    def build(self, name: str) -> Outcome:
        """Build one network; a mistake in it is an outcome like any other."""
        try:
            return self._done(name, write(load(name), self.out, self.force, self.options))
        except (SymnetError, OSError) as error:
            return Outcome(name, str(error), failed=True)

    def _done(self, name: str, text: str) -> Outcome:
        path = path_of(name)
        renew(self.out / path.stem, files_of(path))
        return Outcome(name, text)


def build(names: Sequence[str], job: Job, processes: int = 1) -> Iterator[Outcome]:
    """Yield the outcome of every network, first of those with nothing to do.

    Raises:
        SpecError: two networks would be written to the same folder, or their pieces of LaTeX would
            have the same labels.
    """
    _refuse(names, job.options)
    waiting = []
    for name in names:
        found = job.current(name)
        if found is None:
            waiting.append(name)
        else:
            yield found
    if processes > 1 and len(waiting) > 1:
        yield from _side_by_side(waiting, job, processes)
        return
    for done, name in enumerate(waiting, 1):
        with progress(f"{_bar(done - 1, len(waiting))} building {name}"):
            outcome = job.build(name)
        yield outcome


def _side_by_side(names: Sequence[str], job: Job, processes: int) -> Iterator[Outcome]:
    from symnet.pool import results

    running = results(job.build, names, processes)
    for done in range(len(names)):
        with progress(f"{_bar(done, len(names))} building"):
            outcome = next(running)
        yield outcome


def _bar(done: int, count: int) -> str:
    """Draw how much is done."""
    filled = BAR * done // count
    return f"[{'#' * filled}{'.' * (BAR - filled)}] {done} of {count} done,"


def _refuse(names: Sequence[str], options: Options) -> None:
    """Refuse what no network's own mistake is."""
    _refuse_twins(names)
    _refuse_shared_labels(names, options)
    check_names(options)


def _refuse_twins(names: Sequence[str]) -> None:
    """Refuse two files of one name: they would be written to one folder."""
    seen: dict[str, str] = {}
    for name in names:
        stem = path_of(name).stem.casefold()
        if stem in seen:
            what = "given twice" if seen[stem] == name else f"and {seen[stem]} have one folder"
            raise SpecError(f"network {name!r}: {what}; build each network once")
        seen[stem] = name


def _refuse_shared_labels(names: Sequence[str], options: Options) -> None:
    """Refuse two networks whose labels start alike: hardly a book would take the pieces of both."""
    if not options.wants("latex") and not options.wants(FRAGMENTS):
        return
    seen: dict[str, str] = {}
    for name in names:
        prefix = label_prefix(options.prefix or path_of(name).stem)
        if prefix in seen:
            raise SpecError(
                f"the pieces of {seen[prefix]} and {name} would have the same labels, "
                f"eq:{prefix}-...; build them one by one, each with a --prefix of its own"
            )
        seen[prefix] = name


def dependencies(names: Sequence[str], out: Path) -> str:
    """Return Make's rules: what was written for each network depends on the files it is read from.

    Every file that is read is a target without a rule of its own too, so that one which was
    removed does not stop Make.
    """
    rules, read = [], []
    for name in names:
        folder = out / path_of(name).stem
        manifest = read_manifest(folder)
        written = sorted(manifest.outputs) if manifest else []
        sources = [os.fspath(one) for one in _sources(path_of(name))]
        targets = [(folder / one).as_posix() for one in (MANIFEST, *written)]
        rules.append(f"{' '.join(map(_escaped, targets))}: {' '.join(map(_escaped, sources))}\n")
        read += sources
    return "".join([*rules, *(f"{_escaped(one)}:\n" for one in dict.fromkeys(read))])


def _sources(path: Path) -> tuple[Path, ...]:
    """Return the files to watch: of one that is no TOML now, and may be mended, itself."""
    try:
        return files_of(path)
    except SymnetError:
        return (path,)


def _escaped(path: str) -> str:
    """Write a path as Make reads it."""
    for sign in ("\\", " ", "#", "%", ":"):
        path = path.replace(sign, f"\\{sign}")
    return path.replace("$", "$$")


def watch(
    names: Sequence[str], job: Job, pause: Callable[[float], None] = time.sleep
) -> Iterator[Outcome]:
    """Build, then build again whenever a file changes that a network is read from; for ever.

    Raises:
        SpecError: a network has no file to watch, or two would get into each other's way.
    """
    _refuse(names, job.options)
    for name in names:
        network_text(path_of(name))
    before: dict[str, str] = {}
    while True:
        for name in names:
            state = _state(name, job)
            if before.get(name) != state:
                before[name] = state
                yield next(build((name,), job))
        pause(PAUSE)


def _state(name: str, job: Job) -> str:
    """Return one hash over all that decides a network's build, or why it has none."""
    try:
        return inputs_digest(load(name).spec, job.options)
    except (SymnetError, OSError) as error:
        return str(error)
