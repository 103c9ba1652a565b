"""A folder of outputs: symnet replaces its own files, keeps the user's, and compares both ways."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from symnet.errors import SpecError
from symnet.files import BinaryFile, SourceFile, Unmade
from symnet.manifest import INPUTS, MANIFEST, Manifest, read_manifest
from symnet.outputs import (
    Changes,
    compare_files,
    is_current,
    renew,
    write_files,
)
from tests.disk import fail, tree

FIRST = (SourceFile("python/a.py", "a = 1\n"), SourceFile("latex/b.tex", "b\n"))
SECOND = (SourceFile("python/a.py", "a = 2\n"), SourceFile("notes.md", "c\n"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the first files have been written."""
    write_files(tmp_path / "out", FIRST, "inputs 1")
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return [path for path, content in tree(folder).items() if content != "folder"]


def test_the_manifest_holds_a_hash_of_each_output(folder: Path) -> None:
    record = json.loads((folder / MANIFEST).read_text())
    assert record == {
        "outputs": {
            "latex/b.tex": "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f",
            "python/a.py": "cb78bd8a17f7b751fe0d4663366dcbc257204033ef7ddd64b1f2969573b5b2e2",
        },
    }
    assert read_manifest(folder) == Manifest(record["outputs"])


def test_what_is_shared_does_not_depend_on_the_inputs(folder: Path) -> None:
    """Where git knows a folder, a build with other versions leaves it as it was checked in."""
    before = tree(folder)
    (folder / INPUTS).unlink()
    assert not is_current(folder, "inputs 1")
    changes = write_files(folder, FIRST, "inputs 2")
    assert changes == Changes((), (), ("python/a.py", "latex/b.tex", MANIFEST))
    assert is_current(folder, "inputs 2")
    assert {**tree(folder), INPUTS: before[INPUTS]} == before


def test_the_note_of_the_inputs_is_nobodys_output(folder: Path) -> None:
    assert compare_files(folder, FIRST).same
    with pytest.raises(SpecError, match=f"two outputs would be written to {INPUTS}"):
        write_files(folder, [SourceFile(INPUTS, "x")], "inputs 1")
    (folder / INPUTS).write_text("anything")
    write_files(folder, FIRST, "inputs 2")
    assert is_current(folder, "inputs 2")
    (folder / INPUTS).unlink()
    (folder / INPUTS).mkdir()
    with pytest.raises(SpecError, match="it is a folder"):
        write_files(folder, SECOND, "inputs 3")
    assert not (folder / "notes.md").exists()


def test_the_manifest_of_an_earlier_symnet_is_known(folder: Path) -> None:
    old = {"inputs": "inputs 1"} | json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(old))
    assert write_files(folder, SECOND, "inputs 2").removed == ("latex/b.tex",)


def test_outputs_of_another_build_are_not_current_here(folder: Path, tmp_path: Path) -> None:
    """As git brings them: whole, with their manifest, and without the note."""
    write_files(tmp_path / "other", SECOND, "inputs 2")
    for path in ("python/a.py", "notes.md", MANIFEST):
        (folder / path).write_bytes((tmp_path / "other" / path).read_bytes())
    assert not is_current(folder, "inputs 1")
    assert not is_current(folder, "inputs 2")


def emitted(folder: Path, text: str, origin: str, force: bool = False) -> Changes:
    files = [SourceFile("net.py", text)]
    return write_files(folder, files, force=force, keep=True, origin=origin)


def test_what_symnet_wrote_as_something_else_is_not_lost(tmp_path: Path) -> None:
    emitted(tmp_path, "a", "net for target python")
    assert emitted(tmp_path, "b", "net for target python").written == ("net.py", MANIFEST)
    before = tree(tmp_path)
    with pytest.raises(SpecError, match=r"net\.py: it is net for target python; name another fol"):
        emitted(tmp_path, "c", "net for target numpy")
    assert tree(tmp_path) == before
    emitted(tmp_path, "c", "net for target numpy", force=True)
    assert (tmp_path / "net.py").read_text() == "c"
    with pytest.raises(SpecError, match="it is net for target numpy"):
        emitted(tmp_path, "b", "net for target python")


def test_what_was_asked_for_by_itself_outlives_a_build(folder: Path) -> None:
    emitted(folder, "a", "net for target python")
    write_files(folder, SECOND, "inputs 2")
    assert (folder / "net.py").read_text() == "a"
    emitted(folder, "b", "net for target python")
    assert (folder / "net.py").read_text() == "b"
    with pytest.raises(SpecError, match="it is net for target python"):
        write_files(folder, [SourceFile("net.py", "c")], "inputs 3")
    write_files(folder, [SourceFile("net.py", "c")], "inputs 3", force=True)
    assert read_manifest(folder) == Manifest({"net.py": sha256(b"c").hexdigest()})


def test_a_manifest_older_than_its_sources_is_renewed_alone(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "net.toml"
    source.touch()
    for age in (-10, 0, 10):
        stamp = (folder / MANIFEST).stat().st_mtime_ns + age * 10**9
        os.utime(source, ns=(stamp, stamp))
        before = tree(folder)
        renew(folder, [source, folder / "python/a.py"])
        after = tree(folder)
        assert (folder / MANIFEST).stat().st_mtime_ns >= stamp
        assert (after == before) == (age <= 0)
        assert {**after, MANIFEST: before[MANIFEST]} == before
    renew(tmp_path / "gone", [source])
    renew(folder, [tmp_path / "gone.toml"])


def test_what_is_unchanged_is_not_written_again(folder: Path) -> None:
    before = tree(folder)
    changes = write_files(folder, FIRST, "inputs 1")
    assert changes == Changes((), (), ("python/a.py", "latex/b.tex", MANIFEST))
    assert tree(folder) == before
    one_more = (*FIRST, SourceFile("c", "c"))
    assert write_files(folder, one_more, "inputs 1").written == ("c", MANIFEST)
    assert {**tree(folder), **before} == {**before, "c": tree(folder)["c"]}


def test_a_second_build_replaces_and_removes_its_own_files(folder: Path) -> None:
    changes = write_files(folder, SECOND, "inputs 2")
    assert changes == Changes(("python/a.py", "notes.md", MANIFEST), ("latex/b.tex",), ())
    assert names(folder) == [INPUTS, MANIFEST, "notes.md", "python/a.py"]
    assert not (folder / "latex").exists()
    assert (folder / "python/a.py").read_text() == "a = 2\n"


def test_a_file_changed_by_hand_is_the_users(folder: Path) -> None:
    (folder / "python/a.py").write_text("mine")
    before = tree(folder)
    with pytest.raises(SpecError, match=r"a\.py: it was changed by hand; --force overwrites it"):
        write_files(folder, SECOND, "inputs 2")
    assert tree(folder) == before
    write_files(folder, SECOND, "inputs 2", force=True)
    assert (folder / "python/a.py").read_text() == "a = 2\n"


def test_a_file_symnet_never_wrote_is_the_users(folder: Path) -> None:
    (folder / "notes.md").write_text("mine")
    before = tree(folder)
    with pytest.raises(SpecError, match=r"notes\.md: symnet did not write it; --force"):
        write_files(folder, SECOND, "inputs 2")
    assert tree(folder) == before


def test_a_stale_file_changed_by_hand_stays(folder: Path) -> None:
    (folder / "latex/b.tex").write_text("mine")
    for force in (False, True):
        assert write_files(folder, SECOND, "inputs 2", force).removed == ()
    assert (folder / "latex/b.tex").read_text() == "mine"


def test_a_users_file_beside_a_stale_one_keeps_its_folder(folder: Path) -> None:
    (folder / "latex/mine").write_text("mine")
    write_files(folder, SECOND, "inputs 2")
    assert names(folder) == [INPUTS, "latex/mine", MANIFEST, "notes.md", "python/a.py"]


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"inputs": "x"}',
        '{"outputs": []}',
        '{"outputs": {"a": 1}}',
        '{"outputs": {"a": "0"}}',
        f'{{"outputs": {{"../mine": "{"0" * 64}"}}}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:40],
)
def test_a_manifest_that_symnet_cannot_have_written_is_the_users(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    assert read_manifest(tmp_path) is None
    with pytest.raises(SpecError, match=r"manifest\.json: symnet did not write it"):
        write_files(tmp_path, FIRST, "inputs 1")
    assert names(tmp_path) == [MANIFEST]
    write_files(tmp_path, FIRST, "inputs 1", force=True)
    assert is_current(tmp_path, "inputs 1")


def test_a_lost_manifest_makes_no_stranger_of_identical_files(folder: Path) -> None:
    before = tree(folder)
    (folder / MANIFEST).unlink()
    assert write_files(folder, FIRST, "inputs 1").written == (MANIFEST,)
    assert {path: before[path] for path in names(folder) if path != MANIFEST}.items() <= tree(
        folder
    ).items()


def test_a_hostile_manifest_removes_nothing_outside(tmp_path: Path, folder: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_text("b\n")
    digest = json.loads((folder / MANIFEST).read_text())["outputs"]["latex/b.tex"]
    (folder / "way").symlink_to(outside)
    for path in ("../outside/mine", "way/mine"):
        (folder / MANIFEST).write_text(str(Manifest({path: digest})))
        write_files(folder, FIRST, "inputs 1", force=True)
        assert (outside / "mine").read_text() == "b\n"


@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path, force: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "python").symlink_to(outside)
    with pytest.raises(SpecError, match="a symbolic link leads out of"):
        write_files(folder, FIRST, "inputs 1", force)
    assert [*tree(tmp_path)] == ["out", "out/python", "outside"]


@pytest.mark.parametrize("aim", ["mine", "gone"])
def test_a_link_in_the_place_of_an_output_is_the_users(
    tmp_path: Path, folder: Path, aim: str
) -> None:
    (tmp_path / "mine").write_text("c\n")
    (folder / "notes.md").symlink_to(tmp_path / aim)
    with pytest.raises(SpecError, match="symnet did not write it"):
        write_files(folder, SECOND, "inputs 2")
    write_files(folder, SECOND, "inputs 2", force=True)
    assert not (folder / "notes.md").is_symlink()
    assert (folder / "notes.md").read_text() == "c\n"
    assert (tmp_path / "mine").read_text() == "c\n"
    assert not (tmp_path / "gone").exists()


def test_a_folder_reached_through_a_link_and_a_link_inside_it_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real/code").mkdir(parents=True)
    (tmp_path / "out").symlink_to("real")
    (tmp_path / "real/python").symlink_to("code")
    write_files(tmp_path / "out", FIRST, "inputs 1")
    assert (tmp_path / "real/code/a.py").read_text() == "a = 1\n"


@pytest.mark.parametrize("force", [False, True])
def test_a_file_in_the_place_of_a_folder_or_the_reverse_is_refused(
    tmp_path: Path, force: bool
) -> None:
    (tmp_path / "python").write_text("mine")
    with pytest.raises(SpecError, match="python is not a folder"):
        write_files(tmp_path, FIRST, "inputs 1", force)
    (tmp_path / "python").unlink()
    (tmp_path / "latex/b.tex").mkdir(parents=True)
    with pytest.raises(SpecError, match=r"b\.tex: it is a folder"):
        write_files(tmp_path, FIRST, "inputs 1", force)
    assert [*tree(tmp_path)] == ["latex", "latex/b.tex"]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SpecError, match="file is not a folder"):
        write_files(tmp_path / "file", FIRST, "inputs 1", force)


@pytest.mark.parametrize("path", ["a", "A", MANIFEST, "Manifest.json"])
def test_two_outputs_cannot_share_a_path(tmp_path: Path, path: str) -> None:
    with pytest.raises(SpecError, match=f"two outputs would be written to {path}"):
        write_files(tmp_path, [SourceFile("a", "x"), SourceFile(path, "y")], "inputs 1")
    assert not tree(tmp_path)


def test_an_output_that_is_also_a_folder_of_another_changes_nothing(tmp_path: Path) -> None:
    for pair in (["a", "a/b"], ["a/b", "a"]):
        with pytest.raises(SpecError, match="nothing was changed"):
            write_files(tmp_path, [SourceFile(path, "x") for path in pair], "inputs 1")
        assert not tree(tmp_path)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_failed_build_leaves_the_old_one_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before = tree(folder)
    with monkeypatch.context() as patch:
        failing = fail(patch, "replace", at, OSError(28, "No space left on device"))
        with pytest.raises(SpecError, match="No space left on device; nothing was changed"):
            write_files(folder, SECOND, "inputs 2")
        assert failing.calls >= at
    assert tree(folder) == before
    assert is_current(folder, "inputs 1")


def test_after_a_crash_between_two_files_the_same_build_goes_through(folder: Path) -> None:
    (folder / "python/a.py").write_text("a = 2\n")  # the new content, under the old manifest
    write_files(folder, SECOND, "inputs 2")
    assert is_current(folder, "inputs 2")


def test_current_means_same_inputs_and_untouched_outputs(folder: Path) -> None:
    assert is_current(folder, "inputs 1")
    assert not is_current(folder, "inputs 2")
    assert not is_current(folder / "gone", "inputs 1")
    (folder / "latex/b.tex").write_text("mine")
    assert not is_current(folder, "inputs 1")
    (folder / "latex/b.tex").unlink()
    assert not is_current(folder, "inputs 1")


def test_a_comparison_finds_nothing_after_writing(folder: Path) -> None:
    (folder / "python/__pycache__").mkdir()
    (folder / "python/__pycache__/a.pyc").write_bytes(b"\0")
    comparison = compare_files(folder, FIRST)
    assert comparison.same
    assert str(comparison) == ""


def test_a_comparison_shows_diffs_missing_files_and_orphans(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    before = tree(folder)
    comparison = compare_files(Path("out"), SECOND)
    assert not comparison.same
    assert comparison.diffs[0] == (
        "--- out/python/a.py\n+++ out/python/a.py (expected)\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"
    )
    assert [diff.split("\n")[0] for diff in comparison.diffs[1:]] == ["--- out/manifest.json"]
    assert comparison.missing == ("out/notes.md",)
    assert comparison.orphans == ("out/latex/b.tex",)
    assert str(comparison).endswith("missing: out/notes.md\norphan: out/latex/b.tex\n")
    assert tree(folder) == before


def test_links_and_devices_are_orphans_too(tmp_path: Path, folder: Path) -> None:
    (folder / "way").symlink_to(tmp_path)
    (folder / "dangling").symlink_to("gone")
    os.mkfifo(folder / "pipe")
    (folder / "empty").mkdir()
    orphans = compare_files(folder, FIRST).orphans
    assert [Path(path).name for path in orphans] == ["dangling", "pipe", "way"]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (b"b", "-b\n\\ No newline at end of file\n+b\n"),
        (b"b\r\n", "-b\r\n+b\n"),
        (b"b\n\x0c", " b\n-\x0c\n\\ No newline at end of file\n"),
        (b"b\xff\n", "-b\\xff\n+b\n"),
        (b"", "+b\n"),
    ],
)
def test_a_diff_shows_line_ends_and_odd_bytes(folder: Path, found: bytes, shown: str) -> None:
    (folder / "latex/b.tex").write_bytes(found)
    (diff,) = compare_files(folder, FIRST).diffs
    assert diff.split("@@\n")[1] == shown


def test_what_is_no_plain_file_is_missing_and_never_opened(folder: Path) -> None:
    target = folder / "latex/b.tex"
    target.unlink()
    os.mkfifo(target)
    assert compare_files(folder, FIRST).missing == (target.as_posix(),)
    with pytest.raises(SpecError, match="it is a device"):
        write_files(folder, FIRST, "inputs 1", force=True)
    target.unlink()
    target.symlink_to("../python/a.py")
    assert compare_files(folder, FIRST).missing == (target.as_posix(),)


PDF, UNMADE = BinaryFile("pdf/a.pdf", b"%PDF \0\xff"), Unmade("pdf/a.pdf", "no tool")


def test_what_is_no_text_is_written_and_compared(folder: Path) -> None:
    write_files(folder, (*FIRST, PDF), "inputs 1")
    assert (folder / PDF.path).read_bytes() == PDF.content
    assert compare_files(folder, (*FIRST, PDF)).same
    (folder / PDF.path).write_bytes(b"%PDF \0")
    (diff,) = compare_files(folder, (*FIRST, PDF)).diffs
    assert diff.endswith("pdf/a.pdf: it has other bytes than expected\n")


def test_what_cannot_be_made_here_stays_as_it_is(folder: Path) -> None:
    write_files(folder, (*FIRST, PDF), "inputs 1")
    changes = write_files(folder, (*SECOND, UNMADE), "inputs 2")
    assert changes.unmade == (UNMADE,)
    assert (folder / PDF.path).read_bytes() == PDF.content
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.outputs[PDF.path] == sha256(PDF.content).hexdigest()
    # Where it can be made again it is still known for symnet's own.
    assert write_files(folder, SECOND, "inputs 2").removed == (PDF.path,)


def test_what_cannot_be_made_here_is_neither_missing_nor_an_orphan_nor_compared(
    folder: Path,
) -> None:
    files = (*FIRST, UNMADE)
    found = compare_files(folder, files)
    assert found.same
    assert found.unmade == (UNMADE,)
    write_files(folder, (*FIRST, PDF), "inputs 1")
    (folder / PDF.path).write_bytes(b"changed")
    assert compare_files(folder, files).same
    assert not compare_files(folder, (*FIRST, PDF)).same
