"""The collector's settings change where the process is symnet's own, and nowhere else."""

import subprocess
import sys

import pytest

# Python calls first what was registered last, so this sees what the command registered.
SCRIPT = """
import atexit, gc, sys
from symnet.cli import main

frozen, (first, *others) = gc.get_freeze_count(), gc.get_threshold()
atexit.register(lambda: print(gc.get_freeze_count() > frozen))
sys.argv = ["symnet", "--version"]
main({words})
print(gc.get_threshold() == (1000 * first, *others))
"""


@pytest.mark.parametrize(("words", "changed"), [("", True), ('["--version"]', False)])
def test_only_a_process_of_its_own_collects_seldom(words: str, changed: bool) -> None:
    script = SCRIPT.format(words=words)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[1:] == [str(changed)] * 2
