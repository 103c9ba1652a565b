"""However it is installed, symnet does its main job from any folder, with its templates."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from symnet.manifest import INPUTS, MANIFEST

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "generated"


def run(*words: object, cwd: Path) -> str:
    """Run a program apart from this process's environment; return what it prints."""
    names = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    answer = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in names},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, f"{words}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """Build a wheel or an sdist; return the one file made."""
    run(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "-o", out, source, cwd=out)
    (made,) = out.iterdir()
    return made


def unpacked(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return source


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def wheel_from_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = unpacked(sdist, tmp_path_factory.mktemp("source"))
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file a package may consist of, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def expected_in_wheel() -> dict[str, bytes]:
    package = {f"symnet/{path}": text for path, text in contents(ROOT / "symnet").items()}
    templates = contents(ROOT / "templates").items()
    return package | {f"symnet/templates/{path}": text for path, text in templates}


def in_wheel(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        return {name: archive.read(name) for name in names}


@pytest.mark.parametrize("made", ["wheel", "wheel_from_sdist"])
def test_a_wheel_holds_every_module_network_and_template(
    made: str, request: pytest.FixtureRequest
) -> None:
    found = in_wheel(request.getfixturevalue(made))
    assert found == expected_in_wheel()
    for kind in (r"\.py", r"networks/\w+\.toml", r"templates/code/.*\.jinja", r"/py\.typed"):
        assert any(re.search(f"{kind}$", name) for name in found), kind


def test_a_wheel_without_templates_would_be_noticed(sdist: Path, tmp_path: Path) -> None:
    source = unpacked(sdist, tmp_path / "source")
    shutil.rmtree(source / "templates")
    (tmp_path / "out").mkdir()
    assert in_wheel(build("wheel", source, tmp_path / "out")) != expected_in_wheel()


def test_every_template_can_be_read_from_the_wheel_itself(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from symnet.rendering import _environment, template_folder\n"
        "folder = template_folder(); print(folder)\n"
        "for path in sorted(folder.rglob('*.jinja')):\n"
        "    name = path.relative_to(folder).as_posix()\n"
        "    print(_environment(name.endswith('.tex.jinja'), None).get_template(name).name)\n"
    )
    folder, *names = run(sys.executable, "-P", "-c", code, cwd=tmp_path).splitlines()
    assert folder == str(tmp_path / "symnet" / "templates")
    templates = [name for name in contents(ROOT / "templates") if name.endswith(".jinja")]
    assert names == sorted(templates)


def test_the_sdist_is_the_whole_project(sdist: Path, tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a git checkout knows which files belong to the project")
    ours = ("--cached", "--others", "--exclude-standard")
    known = run("git", "ls-files", "-z", *ours, cwd=ROOT).rstrip("\0").split("\0")
    present = {name for name in known if (ROOT / name).exists()}
    assert set(contents(unpacked(sdist, tmp_path))) == present | {"PKG-INFO"}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["checkout", "editable", "wheel", "wheel_from_sdist"])
def test_the_main_job_runs_wherever_symnet_is_installed(
    way: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    what = {"checkout": [str(ROOT)], "editable": ["-e", str(ROOT)]}.get(way)
    what = what or [str(request.getfixturevalue(way))]
    run(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=tmp_path)
    pip = [sys.executable, "-m", "pip", "--python", "venv", "install", "--quiet", "--no-compile"]
    run(*pip, *what, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run(tmp_path / "venv/bin/symnet", "build", cwd=elsewhere)
    made = contents(elsewhere / "generated/notebook")
    assert made.pop(MANIFEST)
    assert made.pop(INPUTS)
    # Byte for byte what stands in the checkout, whichever way the templates were found.
    assert made == {
        path: text
        for path, text in contents(GENERATED / "notebook").items()
        # The last two are made where an extra is installed.
        if path not in (MANIFEST, INPUTS) and not path.endswith((".pdf", ".ipynb"))
    }
