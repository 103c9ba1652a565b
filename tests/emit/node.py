"""Node and the npm packages that tests run emitted code with.

SYMNET_NODE_TOOLS names a folder in which `npm install` put prettier, eslint, @eslint/js,
typescript, @micropython/micropython-webassembly-pyscript and mystmd.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = "SYMNET_NODE_TOOLS"


def node(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run node."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, cwd=folder, timeout=600
    )


def package(name: str) -> Path:
    """Return the folder of an npm package."""
    folder = os.environ.get(TOOLS)
    if not folder:
        pytest.skip(f"{TOOLS} names no folder with npm packages")
    found = Path(folder, "node_modules", name)
    if not found.is_dir():
        pytest.skip(f"{TOOLS}: {name} is not installed there")
    return found


def program(name: str, script: str) -> Path:
    """Return a script of an npm package, to be run by node."""
    return package(name) / script
