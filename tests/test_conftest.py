"""The rule that CI skips nothing, held against sessions that do skip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "mark": "@pytest.mark.skip(reason='no tool')\ndef test_it(): pass",
    "call": "def test_it(): pytest.skip('no tool')",
    "module": "pytest.skip('no tool', allow_module_level=True)",
    "fixture": "@pytest.fixture\ndef tool(): pytest.skip('no tool')\ndef test_it(tool): pass",
}


def session(folder: Path, test: str, ci: str, *options: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_it.py").write_text(f"import pytest\n\n{test}\n")
    (folder / "test_other.py").write_text("def test_other(): pass\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_fails_ci_and_only_ci(tmp_path: Path, kind: str, workers: tuple[str, ...]) -> None:
    failed = session(tmp_path, SKIPS[kind], "true", *workers)
    assert failed.returncode == 1, failed.stdout
    assert "skipped, which CI counts as failed" in failed.stdout
    assert "test_it.py" in failed.stdout
    assert "no tool" in failed.stdout
    assert "1 passed, 1 skipped" in failed.stdout.splitlines()[-1]


def test_without_ci_a_skip_is_fine(tmp_path: Path) -> None:
    assert session(tmp_path, SKIPS["call"], "").returncode == 0


def test_in_ci_a_run_without_skips_passes(tmp_path: Path) -> None:
    passed = session(tmp_path, "", "true")
    assert passed.returncode == 0, passed.stdout
    assert "skipped" not in passed.stdout


def test_other_failures_keep_their_exit_code(tmp_path: Path) -> None:
    assert session(tmp_path, "def test_bad(: pass", "true").returncode == 2
